//! Says again, so that there is no other way to understand it, what we understand.

use super::requests::Request;

/// An address at which nothing is.
pub fn nowhere(request: &mut Request) {
    request.target = "/media/nothing".to_owned();
}

/// Lists in one line; nothing of what may stand once and does not. An `If-Range` in doubt means the whole film.
pub fn joined(request: &mut Request) {
    for name in ["if-match", "if-none-match"] {
        if request.all(name).len() > 1 {
            let list = request.all(name).join(", ");
            request.set(name, &list);
        }
    }
    for name in ["range", "if-modified-since", "if-unmodified-since"] {
        if request.all(name).len() > 1 {
            request.drop(name);
        }
    }
    if request.all("if-range").len() > 1 {
        request.drop("if-range");
        request.drop("range");
    }
}

/// One range after the other.
pub fn tidied(request: &mut Request) {
    let ranges = request.ranges();
    let tidy: Vec<&str> = ranges
        .iter()
        .map(|range| range.trim())
        .filter(|range| !range.is_empty())
        .collect();
    let range = format!("bytes={}", tidy.join(","));
    request.set("range", &range);
}

/// Numbers beyond the film, but not beyond nginx.
pub fn shortened(request: &mut Request) {
    let number = |text: &str| match text.trim().trim_start_matches('0') {
        long if long.len() > 9 => "999999999".to_owned(),
        _ => text.to_owned(),
    };
    let members = request.ranges();
    let members = members.iter().map(|range| match range.split_once('-') {
        Some((first, last)) => format!("{}-{}", number(first), number(last)),
        None => (*range).to_owned(),
    });
    let range = format!("bytes={}", members.collect::<Vec<_>>().join(","));
    request.set("range", &range);
}
