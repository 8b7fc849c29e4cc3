//! Searching inside words, by the rows of letters that a text has. Korean words grow endings
//! (강의, 강의는, 강의실), so a search must look inside them, and most are two letters long, too short
//! for the trigrams that databases know. An index finds them on both databases without reading a
//! single text: of pairs in their order on SQLite, of all short rows on PostgreSQL, whose indexes know
//! no order. Knows no table.

use std::collections::BTreeSet;

use super::text;

/// Words of a search that are minded.
const MOST_WORDS: usize = 20;

/// Letters of the longest rows that PostgreSQL's index of posts knows, as its function `grams` has
/// it: longer than most words, so that a search seldom has to read texts.
const LONGEST_GRAM: usize = 8;

/// Two neighbours in hexadecimal: in it no tokenizer sees a sign of its own.
fn spelled(pair: [char; 2]) -> String {
    let [first, second] = pair.map(u32::from);
    format!("{first:06x}{second:06x}")
}

/// Every letter of a text in the form of [`text::key`] with the one after it, in their order, for an
/// index that knows the order of its words: what stands together in a text is a phrase there.
pub fn pairs(key: &str) -> String {
    let after = key.chars().skip(1).chain([' ']);
    let pairs = key
        .chars()
        .zip(after)
        .map(|(first, second)| spelled([first, second]));
    pairs.collect::<Vec<_>>().join(" ")
}

/// One word or quoted phrase of a search, in the form of [`text::key`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term(String);

impl Term {
    /// The letters that must stand together.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The phrase that the term is among [`pairs`], in the language of SQLite's FTS5.
    pub fn phrase(&self) -> String {
        let letters: Vec<char> = self.0.chars().collect();
        if let [letter] = letters[..] {
            return format!("{:06x}*", u32::from(letter));
        }
        let pairs = letters.windows(2).map(|pair| spelled([pair[0], pair[1]]));
        format!("\"{}\"", pairs.collect::<Vec<_>>().join(" "))
    }

    /// What a text that contains the term has among its rows of one to [`LONGEST_GRAM`] letters
    /// within a word, for an index that only knows which there are.
    pub fn grams(&self) -> BTreeSet<String> {
        let mut known = BTreeSet::new();
        for word in self.0.split_whitespace() {
            let letters: Vec<char> = word.chars().collect();
            let size = letters.len().min(LONGEST_GRAM);
            known.extend(letters.windows(size).map(String::from_iter));
        }
        known
    }

    /// Whether [`Term::grams`] tell all: those of a longer term or of several words may stand apart
    /// in a text, and only the text itself tells.
    pub fn is_exact(&self) -> bool {
        self.0.chars().count() <= LONGEST_GRAM && !self.0.contains(' ')
    }
}

/// What a search asks for, each once; every one of them must be found.
pub fn terms(query: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    for asked in words_and_phrases(query) {
        let term = Term(asked.split_whitespace().collect::<Vec<_>>().join(" "));
        if terms.len() < MOST_WORDS && !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms
}

/// The words and "quoted phrases" of a search in the form of [`text::key`], none of them empty. A quote
/// that does not end is a letter like others.
pub fn words_and_phrases(query: &str) -> Vec<String> {
    let words = |typed| {
        let key = text::key(typed);
        key.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    let mut rest = query;
    while let Some(open) = rest.find('"') {
        let Some(length) = rest[open + 1..].find('"') else {
            break;
        };
        found.extend(words(&rest[..open]));
        let phrase = text::key(&rest[open + 1..open + 1 + length]);
        found.push(phrase.trim().to_owned());
        rest = &rest[open + length + 2..];
    }
    found.extend(words(rest));
    found.retain(|asked| !asked.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_row_of_pairs_and_a_term_a_phrase_in_it() {
        assert_eq!(pairs("a가"), "00006100ac00 00ac00000020");
        let phrases = |query| terms(query).iter().map(Term::phrase).collect::<Vec<_>>();
        assert_eq!(phrases("가 a가"), ["00ac00*", "\"00006100ac00\""]);
        assert_eq!(
            phrases("\"a b\""),
            ["\"000061000020 000020000062\""],
            "a space is a letter too"
        );
    }

    #[test]
    fn a_term_has_its_short_rows_of_letters() {
        let grams = |query| terms(query)[0].grams().into_iter().collect::<Vec<_>>();
        assert_eq!(grams("강의실"), ["강의실"]);
        assert_eq!(grams("12345678"), ["12345678"]);
        assert_eq!(grams("123456789"), ["12345678", "23456789"]);
        assert_eq!(grams("\"b 강의\""), ["b", "강의"]);
        assert!(terms("12345678")[0].is_exact());
        assert!(!terms("123456789")[0].is_exact());
        assert!(!terms("\"b 강\"")[0].is_exact());
    }

    #[test]
    fn words_and_phrases_are_told_apart() {
        let texts = |query| {
            let terms = terms(query);
            terms.iter().map(|term| term.0.clone()).collect::<Vec<_>>()
        };
        assert_eq!(texts("가 \"나  다\" 가 라"), ["가", "나 다", "라"]);
        assert_eq!(texts("가\"나 다"), ["가\"나", "다"]);
        assert_eq!(texts("\"\" \u{3000} "), Vec::<String>::new());
        assert_eq!(terms(&"가나 ".repeat(50)).len(), 1);
        let many: String = (0..50).map(|n| format!("{n} ")).collect();
        assert_eq!(terms(&many).len(), MOST_WORDS);
    }
}
