//! Texts made to be dear. Nothing here asks for the time: each must end, on the stack of one of the
//! runtime's threads, with no more HTML than is promised. A return of quadratic behaviour shows as a
//! suite that does not end.
//!
//! Measured against a release build as well, with every pair of some 120 marks: see [`render`].

use super::*;

/// What the runtime's threads have, in bytes (tokio's default).
const STACK: usize = 2 * 1024 * 1024;

/// What is repeated until the text is full.
const SHAPES: [&str; 37] = [
    ">",
    "> - ",
    "- ",
    "1. ",
    "[",
    "]",
    "![",
    "[[]",
    "](a)",
    "[a](<b",
    "[a]: b\n",
    "*",
    "_*",
    "*a **b ",
    "a**b_",
    "~a ~~b ",
    "`",
    "`` `a",
    "<",
    "<a ",
    "<!--",
    "<![CDATA[",
    "&",
    "@",
    "a@b.c ",
    "www.a ",
    "http://a ",
    ":",
    "1:30 ",
    "|",
    "a|b\n-|-\n\n",
    "- [ ]\n",
    "\\",
    "\n",
    "\t",
    "\u{0}",
    "가",
];

/// What opens much, and what may make the second half of a text dear after that.
const OPENERS: [&str; 7] = ["> ", "- ", "[", "*a ", "`a``", "<a ", "|a"];
const TAILS: [&str; 3] = ["\n", "]*", "a\n"];

fn hostile() -> Vec<String> {
    let full = |shape: &str, most: usize| shape.repeat(most / shape.chars().count());
    let mut texts: Vec<String> = SHAPES
        .iter()
        .map(|shape| full(shape, MOST_CHARACTERS))
        .collect();
    for opener in OPENERS {
        let half = full(opener, MOST_CHARACTERS / 2);
        texts.extend(
            TAILS
                .iter()
                .map(|tail| half.clone() + &full(tail, MOST_CHARACTERS / 2)),
        );
    }
    for columns in [10, 1_000, 8_000] {
        let head = format!("{}|\n{}|\n", "|a".repeat(columns), "|-".repeat(columns));
        texts.push(head.clone() + &"|\n".repeat((MOST_CHARACTERS - head.len()) / 2));
        texts.push((head + &"|\n".repeat(20) + "\n").repeat(MOST_CHARACTERS / (4 * columns + 45)));
    }
    let address = "b".repeat(MOST_CHARACTERS / 2);
    texts.push(format!(
        "[a]: /{address}\n\n{}",
        "[a]".repeat(MOST_CHARACTERS / 6 - 3)
    ));
    let many: String = (0..2_000)
        .map(|number| format!("[{number}]: /\n"))
        .collect();
    let used: String = (0..2_000).map(|number| format!("[{number}]")).collect();
    texts.push(format!("{many}\n{used}"));
    texts.push((1..300).map(|length| "`".repeat(length) + "a").collect());
    texts.push((1..140).map(|depth| "  ".repeat(depth) + "- a\n").collect());
    texts
}

#[test]
fn hostile_texts_stay_small_and_on_the_stack() {
    let options = Options {
        origin: "https://madang.example",
        images: &["/media/"],
        heading: 2,
        times: Times::Links,
        author_is_new: true,
    };
    let work = move || {
        for text in hostile() {
            assert!(text.chars().count() <= MOST_CHARACTERS);
            let pieces = render(&text, &options).into_iter();
            let length: usize = pieces.map(|piece| piece.into_html().len()).sum();
            let beginning: String = text.chars().take(40).collect();
            assert!(
                length <= 40 * text.len() + 1024,
                "{length} of {beginning:?}"
            );
            assert!(plain(&text, 200).chars().count() <= 201, "{beginning:?}");
        }
    };
    let thread = std::thread::Builder::new().stack_size(STACK);
    thread
        .spawn(work)
        .expect("a thread")
        .join()
        .expect("every text rendered");
}
