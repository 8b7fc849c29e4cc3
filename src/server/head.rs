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
    pub(super) parts: Option<Parts>,
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
        parts: is_wanted.then(|| parts(&request)).flatten(),
    })
}

/// Whether the head that begins these bytes can end in what has come after the first `before` of them.
pub(super) fn may_end(bytes: &[u8], before: usize) -> bool {
    let new = &bytes[before.saturating_sub(3)..];
    new.windows(2).any(|two| two == b"\n\n") || new.windows(3).any(|three| three == b"\n\r\n")
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
