//! What people type: the form it is stored in, the form it is searched and sorted in, plain text as
//! safe HTML, and short texts for metadata.

use std::fmt::Write;

use linkify::{LinkFinder, LinkKind};
use unicode_normalization::UnicodeNormalization;

/// Words of a search that are minded: as many as two hundred typed letters can be.
const MOST_WORDS: usize = 100;

/// The form in which texts are compared: NFKC, so that Hangul typed on a Mac (NFD) and full-width
/// letters are found, without case and control characters. Case goes by way of capitals, which alone
/// make one of σ and ς, ß and SS (Unicode 5.18, caseless matching).
pub fn key(text: &str) -> String {
    let folded: String = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfkc()
        .collect();
    folded.replace(|letter: char| letter.is_control() && letter != '\n', " ")
}

/// What a search looks through: two texts that no phrase spans.
pub fn search_key(title: &str, description: &str) -> String {
    format!("{}\n{}", key(title), key(description))
}

/// The words of a search, each once; every one of them must be found.
pub fn words(query: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in key(query).split_whitespace() {
        if words.len() < MOST_WORDS && !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// A text as typed, fit to be stored: line ends as `\n`, no control characters, no space around it,
/// and NFC: a Mac's file names come in pieces (NFD), which count and show as several letters.
pub fn tidy(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let clean: String = unix
        .nfc()
        .filter(|letter| !letter.is_control() || *letter == '\n' || *letter == '\t')
        .collect();
    clean.trim().to_owned()
}

/// Whether a letter of a file's name shows nothing or turns the direction of writing, which would hide
/// what kind of file it is.
pub fn hides(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Of a file's name only the last part, as some browsers send a whole path, and of that what can be
/// seen. Empty where that names no file: `.` and `..` are folders everywhere.
pub fn file_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|letter| !hides(*letter)).collect();
    match name.trim() {
        "." | ".." => String::new(),
        name => name.to_owned(),
    }
}

/// Whether nothing of a text can be seen: spaces, and letters that show nothing (Unicode's
/// Default_Ignorable_Code_Point, such as the Hangul filler that Korean keyboards type, and the empty
/// Braille pattern).
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|letter| {
        letter.is_whitespace()
            || letter.is_control()
            || matches!(letter,
                '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
    })
}

/// Plain text as HTML: escaped, line breaks kept, http and https addresses clickable.
pub fn html(description: &str) -> String {
    let mut out = String::with_capacity(description.len() + description.len() / 4);
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    for span in finder.spans(description) {
        let text = span.as_str();
        let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
        let is_web = lower.starts_with("http://") || lower.starts_with("https://");
        if span.kind() == Some(&LinkKind::Url) && is_web {
            out.push_str("<a rel=\"nofollow noopener noreferrer\" target=\"_blank\" href=\"");
            escape(&mut out, text);
            out.push_str("\">");
            escape(&mut out, text);
            out.push_str("</a>");
        } else {
            escape(&mut out, text);
        }
    }
    out
}

fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '\n' => out.push_str("<br>\n"),
            '&' | '<' | '>' | '"' | '\'' => {
                let _ = write!(out, "&#{};", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
}

/// The first `limit` characters of a text on one line, for metadata.
pub fn summary(description: &str, limit: usize) -> String {
    let line = description.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// ISO 8601 duration, `PT1H2M3S`, from milliseconds.
pub fn iso_duration(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut out = "PT".to_owned();
    for (value, unit) in [(hours, 'H'), (minutes, 'M')] {
        if value > 0 {
            let _ = write!(out, "{value}{unit}");
        }
    }
    if seconds > 0 || out.len() == 2 {
        let _ = write!(out, "{seconds}S");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_compare_without_case_and_composition() {
        assert_eq!(key("ÉCOLE"), key("e\u{301}cole"));
        assert_eq!(key("\u{1112}\u{1161}\u{11ab}글"), "한글");
        assert_eq!(key("ＡＢＣ"), "abc");
        assert_eq!(words("  Rust\u{3000}강의 "), ["rust", "강의"]);
    }

    #[test]
    fn a_file_s_name_is_its_last_part_and_no_folder() {
        assert_eq!(file_name("C:\\films\\강의.mp4"), "강의.mp4");
        assert_eq!(file_name(" a/b/c\u{202e}4pm.exe "), "c4pm.exe");
        for none in ["", ".", "..", "a/..", "..\\.", " .\u{200b}. ", "a/"] {
            assert_eq!(file_name(none), "", "{none:?}");
        }
        assert_eq!(file_name("..."), "...");
    }

    #[test]
    fn what_shows_nothing_is_blank() {
        for blank in [
            "",
            " \n\t\u{3000}\u{a0}",
            "\u{3164}\u{3164}",
            "\u{200b}\u{feff}\u{2800}",
        ] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for text in [".", "가", "\u{200b}가", "👩\u{200d}💻"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn a_description_cannot_carry_markup() {
        assert_eq!(
            html("<script>alert('x')</script>\nsee https://a.kr/?a=1&b=\"2\"."),
            "&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62;<br>\nsee \
             <a rel=\"nofollow noopener noreferrer\" target=\"_blank\" href=\"https://a.kr/?a=1&#38;b=\">\
             https://a.kr/?a=1&#38;b=</a>&#34;2&#34;."
        );
        for sly in [
            "javascript:alert(1)",
            "JavaScript://a.kr/%0aalert(1)",
            "data:text/html,x",
            "ftp://a.kr/",
        ] {
            assert!(!html(sly).contains("<a "), "{sly}");
        }
        assert!(html("HTTPS://A.kr/강의").contains("<a "));
    }

    #[test]
    fn metadata_is_short_and_standard() {
        assert_eq!(summary("a\n b  c", 10), "a b c");
        assert_eq!(summary("가나다라", 2), "가나…");
        assert_eq!(iso_duration(3_723_000), "PT1H2M3S");
        assert_eq!(iso_duration(0), "PT0S");
        assert_eq!(iso_duration(60_000), "PT1M");
    }
}
