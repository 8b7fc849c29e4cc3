//! Every payload of `tests/xss/payloads.txt` as a post and as a comment: what comes out is read tag by
//! tag, and must hold nothing but what is listed here (by hand, not taken from the sanitiser).
//!
//! A tokenizer sees all that a browser's parser could: none of the listed elements changes how the
//! text after it is read, so no tag can hide from it.

use std::cell::RefCell;

use html5ever::{
    Attribute,
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
    },
};

use super::*;

const PAYLOADS: &str = include_str!("../../tests/xss/payloads.txt");

const TAGS: &str = "a blockquote br code del div em h1 h2 h3 h4 h5 h6 hr img input li ol p pre strong table \
                    tbody td th thead tr ul";

/// The values that attributes may have, but for those that may have any.
const FIXED: [(&str, &str, &[&str]); 16] = [
    ("a", "rel", &["ugc noopener", "nofollow ugc noopener"]),
    ("img", "loading", &["lazy"]),
    ("img", "decoding", &["async"]),
    ("input", "type", &["checkbox"]),
    ("input", "disabled", &[""]),
    ("input", "checked", &[""]),
    ("input", "class", &["task-list-item-checkbox"]),
    ("li", "class", &["task-list-item"]),
    ("ul", "class", &["contains-task-list"]),
    ("ol", "class", &["contains-task-list"]),
    ("div", "class", &["table-scroll"]),
    ("div", "tabindex", &["0"]),
    ("pre", "tabindex", &["0"]),
    ("td", "class", &["left", "center", "right"]),
    ("th", "class", &["left", "center", "right"]),
    ("ol", "start", &["0", "2", "3", "7"]),
];

/// Collects what is wrong with the tags it is given.
#[derive(Default)]
struct Inspector {
    faults: RefCell<Vec<String>>,
    tags: RefCell<usize>,
}

impl TokenSink for Inspector {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => {
                *self.tags.borrow_mut() += 1;
                let known = TAGS.split_whitespace().any(|known| known == &*tag.name);
                if !known || (tag.kind == TagKind::EndTag && !tag.attrs.is_empty()) {
                    self.faults.borrow_mut().push(format!("{tag:?}"));
                }
                for attribute in &tag.attrs {
                    if !is_allowed(&tag.name, attribute) {
                        self.faults
                            .borrow_mut()
                            .push(format!("{} {attribute:?}", tag.name));
                    }
                }
            }
            Token::CommentToken(_) | Token::DoctypeToken(_) | Token::NullCharacterToken => {
                self.faults.borrow_mut().push(format!("{token:?}"));
            }
            Token::CharacterTokens(_) | Token::EOFToken | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

fn is_allowed(tag: &str, attribute: &Attribute) -> bool {
    let (name, value) = (&*attribute.name.local, &*attribute.value);
    match (tag, name) {
        ("a" | "img", "title") | ("img", "alt") => true,
        ("a", "data-seek") => value.parse::<u32>().is_ok(),
        ("a", "href") => {
            let own = value.starts_with(['/', '?', '#']) && !value.starts_with("//");
            let foreign = ["http://", "https://", "mailto:"]
                .iter()
                .any(|start| value.starts_with(start));
            let plain = |letter: char| letter.is_ascii_graphic() && letter != '\\';
            (own || foreign) && value.chars().all(plain)
        }
        ("img", "src") => value.starts_with("/media/") && !value.contains(".."),
        _ => FIXED
            .iter()
            .any(|(of, known, values)| (*of, *known) == (tag, name) && values.contains(&value)),
    }
}

fn inspect(html: &str) -> (usize, Vec<String>) {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Inspector::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    (tokenizer.sink.tags.take(), tokenizer.sink.faults.take())
}

/// The payloads with their kinds, as the head of their file describes them.
fn payloads() -> Vec<(usize, &'static str, String)> {
    let lines = PAYLOADS.lines().enumerate();
    let used = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    used.map(|(index, line)| {
        let number = index + 1;
        let (kind, payload) = line.split_once(": ").expect("a kind and a payload");
        (number, kind, spelled_out(payload, number))
    })
    .collect()
}

fn spelled_out(payload: &str, number: usize) -> String {
    let mut text = String::new();
    let mut rest = payload;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').expect("a closed brace");
        text.push_str(before);
        match name {
            "n" => text.push_str(&number.to_string()),
            "open" => text.push('{'),
            "close" => text.push('}'),
            "line" => text.push('\n'),
            code => {
                let code = u32::from_str_radix(code, 16).expect("a code point");
                text.push(char::from_u32(code).expect("a character"));
            }
        }
        rest = after;
    }
    text + rest
}

#[test]
fn no_payload_comes_out_as_more_than_words_and_links() {
    let post = Options {
        origin: "https://madang.example",
        images: &["/media/"],
        heading: 2,
        times: Times::LinksToCards,
        author_is_new: true,
    };
    let comment = Options {
        times: Times::Links,
        heading: 4,
        author_is_new: false,
        ..post
    };
    let mut tags = 0;
    for (number, kind, payload) in payloads() {
        for options in [&post, &comment] {
            for piece in render(&payload, options) {
                let html = piece.into_html();
                let (count, faults) = inspect(&html);
                assert!(
                    faults.is_empty(),
                    "line {number} ({kind}):\n{payload}\n{html}\n{faults:#?}"
                );
                tags += count;
            }
        }
    }
    assert!(tags > 1_000, "only {tags} tags were looked at");
}

#[test]
fn payloads_are_many_and_of_every_kind() {
    let payloads = payloads();
    assert!(payloads.len() >= 220, "{} payloads", payloads.len());
    let kinds = [
        "title", "markdown", "html", "comment", "file", "user", "link",
    ];
    for kind in kinds {
        let count = payloads.iter().filter(|(_, of, _)| *of == kind).count();
        assert!(count >= 8, "{count} of {kind}");
    }
    for (number, kind, payload) in payloads {
        assert!(kinds.contains(&kind), "line {number}: {kind}");
        let plain = payload.contains(&format!("{number}"));
        assert!(plain, "line {number} does not say its number:\n{payload}");
    }
}

#[test]
fn the_inspector_sees_what_it_should() {
    for html in [
        "<script>a</script>",
        "<p onclick=\"a\">",
        "<a href=\"javascript:a\">",
        "<a href=\"//a.kr\">",
        "<img src=\"https://a.kr/\">",
        "<p style=\"a\">",
        "<p id=\"a\">",
        "<input type=\"text\">",
        "<svg>",
        "<!-- a -->",
        "</p onclick=a>",
    ] {
        assert_ne!(inspect(html).1, [""; 0], "{html}");
    }
}
