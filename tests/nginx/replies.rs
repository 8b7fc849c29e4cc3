//! An answer off the wire: taken apart, held against itself and against another.

use std::fmt;

use super::{requests::Request, servers::Film};

/// What two answers are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Status,
    /// Whether the connection lives on.
    Connection,
    Header(&'static str),
    Body,
}

/// Those that say which bytes these are.
const HEADERS: [&str; 8] = [
    "accept-ranges",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "etag",
    "last-modified",
    "transfer-encoding",
];

pub struct Reply {
    /// 0 when the connection ended without an answer.
    pub status: u16,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Whether the request behind it on the same connection was answered, and right.
    pub goes_on: bool,
}

impl Reply {
    /// `etag` is the server's own for the film, which it will be called by here.
    pub fn parse(bytes: &[u8], request: &Request, etag: &str) -> Reply {
        let Some((mut reply, rest)) = split(bytes, request.method == "HEAD") else {
            return Reply {
                status: 0,
                headers: Vec::new(),
                body: bytes.to_vec(),
                goes_on: false,
            };
        };
        reply.goes_on = match split(rest, false) {
            Some((next, [])) => next.status == 206 && next.body.len() == 1,
            _ => {
                // What is left over is no answer: it must not hide.
                reply.body.extend_from_slice(rest);
                false
            }
        };
        for (name, value) in &mut reply.headers {
            if name == "etag" && !etag.is_empty() && value == etag {
                *value = "{etag}".to_owned();
            }
        }
        reply
    }

    /// All values of a header, with commas; empty where it is not there.
    pub fn header(&self, name: &str) -> String {
        let values = self.headers.iter().filter(|(known, _)| known == name);
        values
            .map(|(_, value)| value.as_str())
            .collect::<Vec<_>>()
            .join(",")
    }

    /// Where the two differ. A status of another kind makes another answer: then nothing else is compared, and each
    /// has to be right by itself.
    pub fn differs(&self, other: &Reply) -> Vec<Field> {
        if self.status != other.status {
            return vec![Field::Status];
        }
        let headers = HEADERS
            .into_iter()
            .filter(|name| self.header(name) != other.header(name));
        let mut fields: Vec<Field> = headers.map(Field::Header).collect();
        if self.body != other.body {
            fields.push(Field::Body);
        }
        if self.goes_on != other.goes_on {
            fields.push(Field::Connection);
        }
        fields
    }

    /// What cannot be so, whatever was asked for.
    pub fn faults(&self, request: &Request, film: &Film) -> impl Iterator<Item = &'static str> {
        let len = film.bytes.len();
        let range = self.header("content-range");
        let part = range.strip_prefix("bytes ").and_then(|range| {
            let (range, whole) = range.split_once('/')?;
            let (first, last) = range.split_once('-')?;
            let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
            (whole.parse() == Ok(len) && first <= last && last < len).then_some((first, last))
        });
        let several = self
            .header("content-type")
            .starts_with("multipart/byteranges");
        let silent = request.method == "HEAD" || self.status == 304;
        let is_film = self.header("etag") == "{etag}";
        let length = self.header("content-length");
        let told: Option<usize> = length.parse().ok();
        let checks = [
            (self.status == 0, "no answer"),
            (
                silent && !self.body.is_empty(),
                "a body where there can be none",
            ),
            (
                !silent && told.is_some_and(|told| told != self.body.len()),
                "a length that is not the body's",
            ),
            (
                self.status == 200 && is_film && told != Some(len),
                "the whole film, and not its length",
            ),
            (
                self.status == 200 && is_film && !silent && self.body != film.bytes,
                "200 with other bytes",
            ),
            (self.status == 200 && !range.is_empty(), "200 with a range"),
            (
                self.status == 206 && !several && part.is_none(),
                "206 without the range",
            ),
            (
                self.status == 206
                    && part.is_some_and(|(first, last)| told != Some(last + 1 - first)),
                "206 with another length",
            ),
            (
                self.status == 206
                    && !silent
                    && part.is_some_and(|(first, last)| self.body != film.bytes[first..=last]),
                "206 with other bytes",
            ),
            (self.status == 206 && !is_film, "206 without the tag"),
            (self.status == 304 && !is_film, "304 without the tag"),
            (
                self.status == 304 && !(length.is_empty() || told == Some(len)),
                "304 with another length",
            ),
            (
                self.status == 416 && range != format!("bytes */{len}"),
                "416 without the length",
            ),
            (
                self.status >= 400 && is_film,
                "an error with the film's tag",
            ),
        ];
        checks
            .into_iter()
            .filter(|(is_so, _)| *is_so)
            .map(|(_, fault)| fault)
    }
}

/// The first answer of these bytes, and what follows it; `None` where no whole answer is.
fn split(bytes: &[u8], is_head: bool) -> Option<(Reply, &[u8])> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines
        .next()?
        .strip_prefix("HTTP/1.")?
        .get(2..5)?
        .parse()
        .ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut reply = Reply {
        status,
        headers,
        body: Vec::new(),
        goes_on: false,
    };
    let rest = &bytes[end + 4..];
    if is_head || status == 304 || status == 204 {
        return Some((reply, rest));
    }
    if reply.header("transfer-encoding") == "chunked" {
        let rest = unchunked(rest, &mut reply.body)?;
        return Some((reply, rest));
    }
    let length = reply.header("content-length").parse().unwrap_or(rest.len());
    let (body, rest) = rest.split_at_checked(length)?;
    reply.body = body.to_vec();
    Some((reply, rest))
}

fn unchunked<'a>(mut bytes: &'a [u8], body: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        let line = bytes.windows(2).position(|two| two == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&bytes[..line]).ok()?, 16).ok()?;
        let (piece, rest) = bytes[line + 2..].split_at_checked(length)?;
        body.extend_from_slice(piece);
        bytes = rest.strip_prefix(b"\r\n")?;
        if length == 0 {
            return Some(bytes);
        }
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "  {}, {} bytes, goes on: {}",
            self.status,
            self.body.len(),
            self.goes_on
        )?;
        for (name, value) in &self.headers {
            writeln!(out, "  {name}: {value}")?;
        }
        Ok(())
    }
}
