//! The words of a cue: the tags that WebVTT knows, closed in order; everything else is text and escaped.

/// Tags inside one another; deeper ones are dropped.
const DEEPEST: usize = 16;

/// Bytes of one tag.
const LONGEST: usize = 512;

/// Letters of a speaker's name.
const LONGEST_NAME: usize = 60;

/// A tag of a cue.
struct Tag<'a> {
    is_end: bool,
    name: &'static str,
    classes: &'a str,
    annotation: &'a str,
}

/// Clean cue text without empty lines; empty when nothing is left to be shown.
pub(super) fn clean(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut open: Vec<&'static str> = Vec::new();
    let mut shows = false;
    let mut rest = raw;
    while let Some(letter) = rest.chars().next() {
        let after = &rest[letter.len_utf8()..];
        match letter {
            '<' => match markup(after) {
                Some((inside, after)) => {
                    if let Some(tag) = tag(inside) {
                        apply(&tag, &mut open, &mut out);
                    }
                    rest = after;
                    continue;
                }
                None => push(&mut out, '<'),
            },
            '&' => {
                if let Some((letter, after)) = entity(after) {
                    shows |= !letter.is_whitespace();
                    push(&mut out, letter);
                    rest = after;
                    continue;
                }
                push(&mut out, '&');
            }
            '{' if after.starts_with('\\') => {
                if let Some((_, after)) = until(after, [b'{', b'}']) {
                    rest = after;
                    continue;
                }
                push(&mut out, '{');
            }
            letter => push(&mut out, letter),
        }
        shows |= !letter.is_whitespace();
        rest = after;
    }
    while let Some(name) = open.pop() {
        out.push_str(&format!("</{name}>"));
    }
    if !shows {
        return String::new();
    }
    let lines = out.lines().map(str::trim_end);
    let lines: Vec<&str> = lines.filter(|line| !line.trim().is_empty()).collect();
    lines.join("\n")
}

/// What stands between `<` and `>`, and what follows; `None` where the sign is only a sign: `1 < 2`, `<3`.
fn markup(after: &str) -> Option<(&str, &str)> {
    let first = after.chars().next()?;
    let (inside, rest) = until(after, [b'<', b'>'])?;
    let is_time = || first.is_ascii_digit() && inside.contains(':');
    (first.is_alphabetic() || matches!(first, '/' | '!' | '?') || is_time())
        .then_some((inside, rest))
}

/// What stands before the sign `end`, and what follows. Where another `start` comes first, or within [`LONGEST`] nothing,
/// there is no such sign: a file of beginnings alone is read once and not once for each.
fn until(after: &str, [start, end]: [u8; 2]) -> Option<(&str, &str)> {
    let mut bytes = after.bytes().take(LONGEST);
    let at = bytes.position(|byte| byte == end || byte == start)?;
    (after.as_bytes()[at] == end).then(|| (&after[..at], &after[at + 1..]))
}

/// The tag, if WebVTT knows it.
fn tag(inside: &str) -> Option<Tag<'_>> {
    let (is_end, inside) = match inside.strip_prefix('/') {
        Some(inside) => (true, inside),
        None => (false, inside),
    };
    let (head, annotation) = inside
        .split_once(char::is_whitespace)
        .unwrap_or((inside, ""));
    let (name, classes) = head.split_once('.').unwrap_or((head, ""));
    let all = ["b", "i", "u", "ruby", "rt", "c", "v", "lang"];
    let name = all
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(name))?;
    Some(Tag {
        is_end,
        name,
        classes,
        annotation: annotation.trim(),
    })
}

fn apply(tag: &Tag<'_>, open: &mut Vec<&'static str>, out: &mut String) {
    let name = tag.name;
    if tag.is_end {
        if let Some(at) = open.iter().rposition(|open| *open == name) {
            for name in open.drain(at..).rev() {
                out.push_str(&format!("</{name}>"));
            }
        }
        return;
    }
    let is_tag = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let annotation = match name {
        "v" => named(tag.annotation),
        "lang" if tag.annotation.chars().all(is_tag) => tag.annotation.to_owned(),
        _ => String::new(),
    };
    if annotation.is_empty() && matches!(name, "v" | "lang") {
        return;
    }
    if open.len() == DEEPEST || name == "rt" && open.last() != Some(&"ruby") {
        return;
    }
    out.push('<');
    out.push_str(name);
    for class in tag.classes.split('.') {
        let is_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
        if !class.is_empty() && class.chars().all(is_name) {
            out.push('.');
            out.push_str(class);
        }
    }
    if !annotation.is_empty() {
        out.push(' ');
        annotation.chars().for_each(|letter| push(out, letter));
    }
    out.push('>');
    open.push(name);
}

/// A speaker's name: one line, without references.
fn named(mut rest: &str) -> String {
    let mut name = String::new();
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        let read = if letter == '&' { entity(rest) } else { None };
        let (letter, after) = read.unwrap_or((letter, rest));
        name.push(if letter.is_whitespace() { ' ' } else { letter });
        rest = after;
    }
    let name: String = name.trim().chars().take(LONGEST_NAME).collect();
    name.trim_end().to_owned()
}

/// The letter that a reference means (WebVTT §6.4 and what SRT files borrow from HTML), after its `&`.
fn entity(after: &str) -> Option<(char, &str)> {
    let end = after.bytes().take(10).position(|byte| byte == b';')?;
    let name = &after[..end];
    let letter = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "lrm" => '\u{200e}',
        "rlm" => '\u{200f}',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?).filter(|letter| !letter.is_control())?
        }
    };
    Some((letter, &after[end + 1..]))
}

fn push(out: &mut String, letter: char) {
    match letter {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        letter => out.push(letter),
    }
}
