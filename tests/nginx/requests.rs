//! What is asked: everything that is odd once by itself, and then a great many mixtures, always the same ones.

use std::fmt;

use super::forms::{DATES, LINES, METHODS, PATHS, RANGES, TAGS, VERSIONS};

/// One request, with places for what differs between two servers.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// With places as in [`PATHS`].
    pub target: String,
    pub version: String,
    /// Whole lines, with `{etag}` for the server's tag.
    pub lines: Vec<String>,
    pub body: &'static str,
}

impl Request {
    pub fn plain() -> Request {
        Request {
            method: "GET".to_owned(),
            target: "{path}".to_owned(),
            version: "HTTP/1.1".to_owned(),
            lines: vec!["Host: x".to_owned()],
            body: "",
        }
    }

    fn with(lines: &[String]) -> Request {
        let mut request = Request::plain();
        request.lines.extend_from_slice(lines);
        request
    }

    fn changed(change: impl FnOnce(&mut Request)) -> Request {
        let mut request = Request::plain();
        change(&mut request);
        request
    }

    pub fn bytes(&self, path: &str, etag: &str) -> Vec<u8> {
        let key = path.strip_prefix("/media").unwrap_or_default();
        let coded: String = key
            .bytes()
            .skip(1)
            .map(|byte| format!("%{byte:02x}"))
            .collect();
        let target = self
            .target
            .replace("{path}", path)
            .replace("{key}", key)
            .replace("{coded}", &coded);
        let mut text = format!("{} {target} {}\r\n", self.method, self.version);
        for line in &self.lines {
            text += &line.replace("{etag}", etag);
            text += "\r\n";
        }
        (text + "\r\n" + self.body).into_bytes()
    }

    /// The values of a header.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let lines = self.lines.iter().filter_map(|line| line.split_once(':'));
        lines
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .collect()
    }

    pub fn has(&self, name: &str) -> bool {
        !self.all(name).is_empty()
    }

    /// Leaves a header out.
    pub fn drop(&mut self, name: &str) {
        self.lines.retain(|line| {
            !line
                .split_once(':')
                .is_some_and(|(known, _)| known.eq_ignore_ascii_case(name))
        });
    }

    /// One line for a header, instead of those that there are.
    pub fn set(&mut self, name: &str, value: &str) {
        self.drop(name);
        self.lines.push(format!("{name}: {value}"));
    }

    /// The members of its one `Range`, in whatever form; none where there are several headers or another unit.
    pub fn ranges(&self) -> Vec<&str> {
        match self.all("range")[..] {
            [value] => match value.split_once('=') {
                Some((unit, set)) if unit.eq_ignore_ascii_case("bytes") => set.split(',').collect(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "  {} {} {}", self.method, self.target, self.version)?;
        for line in &self.lines {
            writeln!(out, "  {line:?}")?;
        }
        Ok(())
    }
}

/// What is written down here, and so many mixtures of it; `len` is the film's.
pub fn all(len: usize, mixtures: usize) -> Vec<Request> {
    let mut all = vec![Request::plain()];
    let line = |name: &str, value: &str| format!("{name}: {value}");
    for range in RANGES {
        all.push(Request::with(&[line("Range", range)]));
    }
    for value in TAGS {
        for name in ["If-Match", "If-None-Match", "If-Range"] {
            all.push(Request::with(&[
                line(name, value),
                line("Range", "bytes=0-9"),
            ]));
        }
    }
    for value in DATES {
        for name in ["If-Modified-Since", "If-Unmodified-Since", "If-Range"] {
            all.push(Request::with(&[
                line(name, value),
                line("Range", "bytes=0-9"),
            ]));
        }
    }
    for target in PATHS {
        for method in ["GET", "HEAD", "POST", "PUT"] {
            all.push(Request::changed(|request| {
                request.method = method.to_owned();
                request.target = target.to_owned();
            }));
        }
    }
    all.extend(LINES.map(|line| Request::with(&[line.to_owned()])));
    for method in METHODS {
        let mut request = Request::changed(|request| request.method = method.to_owned());
        all.push(request.clone());
        request.lines.push("Range: bytes=0-9".to_owned());
        all.push(request.clone());
        request.lines.push("Content-Length: 4".to_owned());
        request.body = "body";
        all.push(request);
    }
    for version in VERSIONS {
        all.push(Request::changed(|request| {
            request.version = version.to_owned()
        }));
    }
    for hosts in [&[][..], &["Host: x", "Host: y"], &["Host:"], &["Host: a b"]] {
        for version in ["HTTP/1.0", "HTTP/1.1"] {
            all.push(Request::changed(|request| {
                request.version = version.to_owned();
                request.lines = hosts.iter().map(|&host| host.to_owned()).collect();
            }));
        }
    }
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    all.extend((0..mixtures).map(|_| mixture(&mut chance, len)));
    all
}

/// Numbers that are the same in every run (xorshift64*).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }

    fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

fn mixture(chance: &mut Chance, len: usize) -> Request {
    let mut request = Request::plain();
    if chance.percent(25) {
        request.method = chance.one(&METHODS[..5]).to_owned();
    }
    if chance.percent(10) {
        request.target = chance.one(&PATHS).to_owned();
    }
    if chance.percent(15) {
        request.version = "HTTP/1.0".to_owned();
    }
    for (name, values, share) in [
        ("If-Match", &TAGS[..], 12),
        ("If-None-Match", &TAGS, 15),
        ("If-Modified-Since", &DATES, 15),
        ("If-Unmodified-Since", &DATES, 12),
        ("If-Range", &TAGS, 8),
        ("If-Range", &DATES, 8),
        (
            "Connection",
            &["close", "keep-alive", "Close", "x, close"],
            15,
        ),
    ] {
        if chance.percent(share) {
            request
                .lines
                .push(format!("{name}: {}", chance.one(values)));
        }
    }
    if chance.percent(70) {
        let range = range(chance, len);
        request.lines.push(format!("Range: {range}"));
    }
    if chance.percent(3) {
        let again = request.lines[chance.below(request.lines.len())].clone();
        request.lines.push(again);
    }
    // Names have no case (RFC 9110 §5.1), and lines no order.
    for line in &mut request.lines {
        if chance.percent(20)
            && let Some((name, value)) = line.split_once(':')
        {
            *line = format!("{}:{value}", name.to_ascii_lowercase());
        }
    }
    let turn = chance.below(request.lines.len());
    request.lines.rotate_left(turn);
    request
}

fn range(chance: &mut Chance, len: usize) -> String {
    if chance.percent(15) {
        return chance.one(&RANGES).to_owned();
    }
    let count = if chance.percent(75) {
        1
    } else {
        2 + chance.below(4)
    };
    let members: Vec<String> = (0..count)
        .map(|_| {
            let first = number(chance, len);
            match chance.below(4) {
                0 => format!("{first}-"),
                1 => format!("-{first}"),
                2 => format!("{first}-{}", number(chance, len)),
                // The right way round.
                _ => {
                    let last = chance.below(len);
                    format!("{}-{last}", chance.below(last + 1))
                }
            }
        })
        .collect();
    let comma = chance.one(&[",", ",", ", ", " , "]);
    format!(
        "{}={}",
        chance.one(&["bytes", "bytes", "bytes", "Bytes"]),
        members.join(comma)
    )
}

fn number(chance: &mut Chance, len: usize) -> String {
    match chance.below(10) {
        0 => "0".to_owned(),
        1 => (len - 1).to_string(),
        2 => len.to_string(),
        3 => (len + 1 + chance.below(len)).to_string(),
        4 => chance
            .one(&[
                "9223372036854775807",
                "9223372036854775808",
                "18446744073709551616",
                "999999999999999999999999999999",
            ])
            .to_owned(),
        5 => format!("000{}", chance.below(len)),
        _ => chance.below(len).to_string(),
    }
}
