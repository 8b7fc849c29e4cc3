//! The head of a request, read far enough to know whose it is: whether it asks for bytes that the
//! connection may send by itself, and where the next request begins. Whatever is unusual is left to hyper.

use axum::http::{HeaderName, HeaderValue, Method, Request, Uri, Version, request::Parts};

/// Header lines of a request that are looked at; one that has more is left to hyper.
const MOST_LINES: usize = 64;

/// What a connection begins with that speaks HTTP/2 (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What has come of a request.
pub(super) enum Heard {
    /// Not all of its head.
    Part,
    /// Its head.
    Head(Head),
    /// The first bytes of HTTP/2.
    Preface,
    /// Something else, which hyper has to judge.
    Odd,
}

/// The head of a request of HTTP/1.1 or 1.0.
pub(super) struct Head {
    /// Bytes of it.
    pub(super) len: usize,
    /// Bytes of content behind it; `None` when the end shows only in the content itself.
    pub(super) content: Option<u64>,
    /// Whether the other end wants nothing after this.
    pub(super) is_last: bool,
    /// The request, if it is one that [`wanted`] wants and that has no content.
    pub(super) parts: Option<Box<Parts>>,
}

/// What `bytes` begin with; `is_wanted` says by method and target whether the request itself is.
pub(super) fn heard(bytes: &[u8], is_wanted: impl Fn(&str, &str) -> bool) -> Heard {
    if bytes.starts_with(PREFACE) {
        return Heard::Preface;
    }
    if PREFACE.starts_with(bytes) {
        return Heard::Part;
    }
    let mut lines = [httparse::EMPTY_HEADER; MOST_LINES];
    let mut request = httparse::Request::new(&mut lines);
    let len = match request.parse(bytes) {
        Ok(httparse::Status::Complete(len)) => len,
        Ok(httparse::Status::Partial) => return Heard::Part,
        Err(_) => return Heard::Odd,
    };
    let (Some(method), Some(target), Some(minor)) = (request.method, request.path, request.version)
    else {
        return Heard::Odd;
    };
    let is_old = minor == 0;
    let mut content = Some(0);
    let mut is_last = is_old;
    let mut is_plain = true;
    let mut has_length = false;
    for line in &*request.headers {
        let is = |name: &str| line.name.eq_ignore_ascii_case(name);
        if is("content-length") {
            content = content.and(length(line.value)).filter(|_| !has_length);
            has_length = true;
        } else if is("transfer-encoding") {
            return Heard::Odd;
        } else if is("connection") {
            if is_old {
                // It may ask for what is usual since (RFC 9112 §9.3).
                return Heard::Odd;
            }
            is_last |= says_close(line.value);
        } else if is("expect") || is("upgrade") {
            is_plain = false;
        }
    }
    if method.eq_ignore_ascii_case("connect") {
        return Heard::Odd;
    }
    let is_wanted = is_plain && content == Some(0) && is_wanted(method, target);
    Heard::Head(Head {
        len,
        content,
        is_last,
        parts: is_wanted.then(|| parts(&request)).flatten().map(Box::new),
    })
}

/// RFC 9110 §8.6: digits and nothing else.
fn length(value: &[u8]) -> Option<u64> {
    let digits = str::from_utf8(value).ok()?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

/// RFC 9110 §7.6.1: a list of names.
fn says_close(value: &[u8]) -> bool {
    let mut options = value.split(|&byte| byte == b',');
    options.any(|option| option.trim_ascii().eq_ignore_ascii_case(b"close"))
}

fn parts(request: &httparse::Request<'_, '_>) -> Option<Parts> {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = Method::from_bytes(request.method?.as_bytes()).ok()?;
    parts.uri = Uri::try_from(request.path?).ok()?;
    if request.version == Some(0) {
        parts.version = Version::HTTP_10;
    }
    parts.headers.reserve(request.headers.len());
    for line in &*request.headers {
        let name = HeaderName::from_bytes(line.name.as_bytes()).ok()?;
        let value = HeaderValue::from_bytes(line.value).ok()?;
        parts.headers.append(name, value);
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        match heard(text.as_bytes(), |method, target| {
            (method, target) == ("GET", "/film")
        }) {
            Heard::Head(head) => head,
            _ => panic!("no head: {text:?}"),
        }
    }

    fn is_odd(text: &str) -> bool {
        matches!(heard(text.as_bytes(), |_, _| true), Heard::Odd)
    }

    #[test]
    fn a_head_is_read_to_its_end_and_no_further() {
        let text = "GET /film HTTP/1.1\r\nhost: a\r\nRange: bytes=0-9\r\n\r\n";
        let head = head(&format!("{text}GET /"));
        assert_eq!(
            (head.len, head.content, head.is_last),
            (text.len(), Some(0), false)
        );
        let parts = head.parts.expect("wanted");
        assert_eq!(
            (parts.uri.path(), parts.version),
            ("/film", Version::HTTP_11)
        );
        assert_eq!(parts.headers["range"], "bytes=0-9");
        for end in 1..text.len() {
            let part = heard(&text.as_bytes()[..end], |_, _| true);
            assert!(matches!(part, Heard::Part), "{end}");
        }
    }

    #[test]
    fn the_content_behind_it_is_told_or_left_to_hyper() {
        let with = |lines: &str| format!("POST / HTTP/1.1\r\nhost: a\r\n{lines}\r\n");
        assert_eq!(head(&with("content-length: 12\r\n")).content, Some(12));
        for lines in [
            "content-length: 12\r\ncontent-length: 12\r\n",
            "content-length: +1\r\n",
            "content-length: 1, 1\r\n",
            "content-length: \r\n",
            "content-length: 99999999999999999999\r\n",
        ] {
            assert_eq!(head(&with(lines)).content, None, "{lines}");
        }
        assert!(is_odd(&with("transfer-encoding: chunked\r\n")));
        assert!(is_odd(&with(
            "Transfer-Encoding: chunked\r\ncontent-length: 3\r\n"
        )));
    }

    #[test]
    fn a_request_that_is_wanted_is_a_plain_one() {
        let asked = |lines: &str| head(&format!("GET /film HTTP/1.1\r\nhost: a\r\n{lines}\r\n"));
        assert!(asked("").parts.is_some());
        assert!(asked("content-length: 0\r\n").parts.is_some());
        for lines in [
            "content-length: 1\r\n",
            "expect: 100-continue\r\n",
            "upgrade: h2c\r\n",
        ] {
            assert!(asked(lines).parts.is_none(), "{lines}");
        }
        assert!(head("GET /other HTTP/1.1\r\n\r\n").parts.is_none());
        assert!(head("POST /film HTTP/1.1\r\n\r\n").parts.is_none());
    }

    #[test]
    fn who_wants_nothing_after_it_says_so() {
        assert!(head("GET / HTTP/1.1\r\nConnection: x, Close\r\n\r\n").is_last);
        assert!(!head("GET / HTTP/1.1\r\nconnection: keep-alive\r\n\r\n").is_last);
        assert!(head("GET / HTTP/1.0\r\n\r\n").is_last);
        assert!(is_odd("GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n"));
    }

    #[test]
    fn what_is_no_head_is_left_to_hyper() {
        for text in [
            "\0",
            "GET\r\n\r\n",
            "GET / HTTP/3.0\r\n\r\n",
            "CONNECT a:1 HTTP/1.1\r\n\r\n",
        ] {
            assert!(is_odd(text), "{text:?}");
        }
        let many = "x: y\r\n".repeat(MOST_LINES + 1);
        assert!(is_odd(&format!("GET / HTTP/1.1\r\n{many}\r\n")));
    }

    #[test]
    fn http_2_is_known_by_all_of_its_preface() {
        for end in 1..PREFACE.len() {
            assert!(
                matches!(heard(&PREFACE[..end], |_, _| true), Heard::Part),
                "{end}"
            );
        }
        assert!(matches!(heard(PREFACE, |_, _| true), Heard::Preface));
    }
}
