//! Searching inside words: which single letters and pairs of letters a text has. Korean words grow
//! endings (강의, 강의는, 강의실), so a search must look inside them, and most are two letters long,
//! too short for the trigrams that databases know. An index of pairs finds them on both databases
//! without reading a single text. Knows no table.

use std::collections::BTreeSet;

use super::text;

/// Words of a search that are minded.
const MOST_WORDS: usize = 20;

/// A letter or a pair of letters in hexadecimal: in it no tokenizer sees a sign of its own.
pub fn spelled(gram: &str) -> String {
    let letters = gram.chars().map(u32::from);
    letters.map(|letter| format!("{letter:06x}")).collect()
}

/// Every letter and every pair of neighbours of a text in the form of [`text::key`], each once.
/// Spaces in the text part words: no pair spans them.
pub fn grams(key: &str) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for word in key.split_whitespace() {
        let letters: Vec<char> = word.chars().collect();
        let grams = letters.chunks(1).chain(letters.windows(2));
        known.extend(grams.map(String::from_iter));
    }
    known
}

/// One word or quoted phrase of a search, in the form of [`text::key`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term(String);

impl Term {
    /// The letters that must stand together.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What the index must have of a text that contains the term: its pairs, and its letters that
    /// stand alone.
    pub fn grams(&self) -> BTreeSet<String> {
        let mut known = BTreeSet::new();
        for word in self.0.split_whitespace() {
            let letters: Vec<char> = word.chars().collect();
            let size = letters.len().min(2);
            known.extend(letters.windows(size).map(String::from_iter));
        }
        known
    }

    /// Whether the index alone knows: a longer term's pairs may stand apart in a text, and only the
    /// text itself tells.
    pub fn is_exact(&self) -> bool {
        self.0.chars().count() <= 2 && !self.0.contains(char::is_whitespace)
    }
}

/// The words and "quoted phrases" of a search, each once; every one of them must be found. A quote
/// that does not end is a letter like others.
pub fn terms(query: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut rest = query;
    while let Some(open) = rest.find('"') {
        let Some(length) = rest[open + 1..].find('"') else {
            break;
        };
        add_words(&mut terms, &rest[..open]);
        let phrase = text::key(&rest[open + 1..open + 1 + length]);
        add(
            &mut terms,
            &phrase.split_whitespace().collect::<Vec<_>>().join(" "),
        );
        rest = &rest[open + length + 2..];
    }
    add_words(&mut terms, rest);
    terms
}

fn add_words(terms: &mut Vec<Term>, typed: &str) {
    for word in text::key(typed).split_whitespace() {
        add(terms, word);
    }
}

fn add(terms: &mut Vec<Term>, term: &str) {
    let new = !term.is_empty() && !terms.iter().any(|known| known.0 == term);
    if new && terms.len() < MOST_WORDS {
        terms.push(Term(term.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_its_letters_and_pairs_once() {
        let all: Vec<_> = grams("aa b").into_iter().collect();
        assert_eq!(all, ["a", "aa", "b"]);
        assert_eq!(spelled("a가"), "00006100ac00");
    }

    #[test]
    fn a_term_inside_a_text_is_in_its_index() {
        let text = text::key("러스트 강의실에서 배우는 Rust");
        let known = grams(&text);
        for query in ["강의", "의실", "트", "rus", "RUST", "\"강의실에서 배우는\""] {
            for term in terms(query) {
                let grams = term.grams();
                assert!(!grams.is_empty(), "{query}");
                assert!(grams.is_subset(&known), "{query}");
            }
        }
        let [other] = &terms("의강")[..] else {
            panic!("one term");
        };
        assert!(other.is_exact());
        assert!(other.grams().is_disjoint(&known));
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
