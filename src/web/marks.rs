//! Marking what a search found: `<mark>` around its terms, in plain text and in HTML. Letters are
//! compared as [`text::key`] has them, one at a time.

use super::{search::Term, text};

/// A letter of the source: its bytes, and how it compares. White space compares as one space.
struct Letter<'a> {
    source: &'a str,
    key: Vec<char>,
}

impl<'a> Letter<'a> {
    fn new(source: &'a str, letter: char) -> Letter<'a> {
        let key = match letter {
            // Most letters are these, and asking Unicode about each takes its time.
            '!'..='~' => vec![letter.to_ascii_lowercase()],
            '가'..='힣' => vec![letter],
            _ if letter.is_whitespace() => vec![' '],
            _ => text::key(letter.encode_utf8(&mut [0; 4])).chars().collect(),
        };
        Letter { source, key }
    }
}

fn letters(plain: &str) -> Vec<Letter<'_>> {
    plain
        .char_indices()
        .map(|(at, letter)| Letter::new(&plain[at..at + letter.len_utf8()], letter))
        .collect()
}

/// The part of a text around the first term found in it: so many letters before and after its
/// beginning, or fewer where the text ends. `None` when no term is in it.
pub fn around<'a>(plain: &'a str, terms: &[Term], before: usize, after: usize) -> Option<&'a str> {
    let letters = letters(plain);
    let first = found(&letters, terms).into_iter().position(|found| found)?;
    let start = first.saturating_sub(before);
    let length = |letters: &[Letter]| letters.iter().map(|letter| letter.source.len()).sum();
    let begin: usize = length(&letters[..start]);
    let end = begin + length(&letters[start..letters.len().min(first + after)]);
    Some(&plain[begin..end])
}

/// Plain text as HTML, escaped, with the terms marked.
pub fn marked(plain: &str, terms: &[Term]) -> String {
    let letters = letters(plain);
    let mut out = String::with_capacity(plain.len() + plain.len() / 4);
    write(&mut out, &letters, terms, |out, source| match source {
        "&" => out.push_str("&#38;"),
        "<" => out.push_str("&#60;"),
        ">" => out.push_str("&#62;"),
        "\"" => out.push_str("&#34;"),
        "'" => out.push_str("&#39;"),
        _ => out.push_str(source),
    });
    out
}

/// Well-formed HTML with the terms marked in its texts; tags and their attributes stay as they are.
pub fn marked_html(html: &str, terms: &[Term]) -> String {
    if terms.is_empty() {
        return html.to_owned();
    }
    let mut out = String::with_capacity(html.len() + 64);
    let mut rest = html;
    while !rest.is_empty() {
        let tag = rest.find('<').unwrap_or(rest.len());
        let letters = html_letters(&rest[..tag]);
        write(&mut out, &letters, terms, |out, source| {
            out.push_str(source);
        });
        rest = &rest[tag..];
        let end = tag_end(rest);
        out.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    out
}

/// Where the tag ends that `html` begins with: a `>` in a quoted value does not end it.
fn tag_end(html: &str) -> usize {
    let mut quote = None;
    for (at, byte) in html.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    html.len()
}

/// The letters of an HTML text; a character reference is one.
fn html_letters(text: &str) -> Vec<Letter<'_>> {
    let mut letters = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let (length, means) = if letter == '&' {
            reference(&text[at..]).unwrap_or((1, '&'))
        } else {
            (letter.len_utf8(), letter)
        };
        letters.push(Letter::new(&text[at..at + length], means));
        at += length;
    }
    letters
}

/// The length of the reference that a text begins with, and the letter it means; the private one for
/// those that no serializer of ours writes, so that nothing is found in their names.
fn reference(text: &str) -> Option<(usize, char)> {
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    let letter = match &text[1..end] {
        "amp" | "#38" => '&',
        "lt" | "#60" => '<',
        "gt" | "#62" => '>',
        "quot" | "#34" => '"',
        "#39" => '\'',
        "nbsp" => ' ',
        name if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => '\u{e000}',
        _ => return None,
    };
    Some((end + 1, letter))
}

fn write(
    out: &mut String,
    letters: &[Letter],
    terms: &[Term],
    mut source: impl FnMut(&mut String, &str),
) {
    let found = found(letters, terms);
    let mut inside = false;
    for (letter, found) in letters.iter().zip(found) {
        if found != inside {
            out.push_str(if found { "<mark>" } else { "</mark>" });
            inside = found;
        }
        source(out, letter.source);
    }
    if inside {
        out.push_str("</mark>");
    }
}

/// Which letters belong to a term.
fn found(letters: &[Letter], terms: &[Term]) -> Vec<bool> {
    let mut found = vec![false; letters.len()];
    // Each letter of the keys, and which letter of the source it is from; spaces only once.
    let mut keys: Vec<(char, usize)> = Vec::with_capacity(letters.len());
    for (n, letter) in letters.iter().enumerate() {
        for key in &letter.key {
            if *key != ' ' || keys.last().is_none_or(|(last, _)| *last != ' ') {
                keys.push((*key, n));
            }
        }
    }
    for term in terms {
        let term: Vec<char> = term.text().chars().collect();
        let mut at = 0;
        while at + term.len() <= keys.len() {
            let here = &keys[at..at + term.len()];
            if term.iter().zip(here).all(|(one, (other, _))| one == other) {
                found[here[0].1..=here[term.len() - 1].1].fill(true);
                at += term.len();
            } else {
                at += 1;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::search::terms;

    #[test]
    fn terms_are_marked_as_they_are_found() {
        let of = |plain, query| marked(plain, &terms(query));
        assert_eq!(
            of("러스트 강의실의 강의", "강의"),
            "러스트 <mark>강의</mark>실의 <mark>강의</mark>"
        );
        assert_eq!(
            of("Rust와 ＲＵＳＴ", "rust"),
            "<mark>Rust</mark>와 <mark>ＲＵＳＴ</mark>"
        );
        assert_eq!(of("가나다", "가나 나다"), "<mark>가나다</mark>");
        assert_eq!(
            of("빌림 \n 검사기", "\"빌림 검사\""),
            "<mark>빌림 \n 검사</mark>기"
        );
        assert_eq!(of("아무것도", "없음"), "아무것도");
        assert_eq!(of("", "가"), "");
        assert_eq!(of("제목", ""), "제목");
    }

    #[test]
    fn the_part_around_a_term_is_cut_at_letters() {
        let of = |query| around("가나다 러스트 마바사", &terms(query), 2, 5);
        assert_eq!(of("러스"), Some("다 러스트 마"));
        assert_eq!(of("가"), Some("가나다 러"));
        assert_eq!(of("사"), Some("마바사"));
        assert_eq!(of("없음"), None);
        assert_eq!(of(""), None);
    }

    #[test]
    fn plain_text_stays_text() {
        let of = |plain, query| marked(plain, &terms(query));
        assert_eq!(
            of("<b>amp & 'x'</b>", "amp"),
            "&#60;b&#62;<mark>amp</mark> &#38; &#39;x&#39;&#60;/b&#62;"
        );
        assert_eq!(of("a<b", "<"), "a<mark>&#60;</mark>b");
    }

    #[test]
    fn tags_and_references_of_html_are_left_alone() {
        let of = |html, query| marked_html(html, &terms(query));
        let html = "<p title=\"a > strong\">strong &amp; amp <strong>가</strong>나</p>";
        assert_eq!(
            of(html, "strong"),
            "<p title=\"a > strong\"><mark>strong</mark> &amp; amp <strong>가</strong>나</p>"
        );
        assert_eq!(
            of(html, "amp"),
            "<p title=\"a > strong\">strong &amp; <mark>amp</mark> <strong>가</strong>나</p>"
        );
        assert_eq!(
            of("a &amp; b &lt;", "& <"),
            "a <mark>&amp;</mark> b <mark>&lt;</mark>"
        );
        assert_eq!(
            of("<br>가&nbsp;나", "\"가 나\""),
            "<br><mark>가&nbsp;나</mark>"
        );
        assert_eq!(of("&copy; &x", "c x"), "&copy; &<mark>x</mark>");
        assert_eq!(of("<p", "p"), "<p");
    }
}
