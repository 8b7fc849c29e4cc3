//! The forms of which requests are made: the right ones, the odd ones and the hostile ones.

/// When the film was made, in seconds since 1970, and the second before and after it.
pub const MADE: u64 = 1_577_836_800;
const BEFORE: &str = "Tue, 31 Dec 2019 23:59:59 GMT";
const EXACT: &str = "Wed, 01 Jan 2020 00:00:00 GMT";
const AFTER: &str = "Wed, 01 Jan 2020 00:00:01 GMT";

pub const DATES: [&str; 17] = [
    BEFORE,
    EXACT,
    AFTER,
    "Wednesday, 01-Jan-20 00:00:00 GMT",
    "Tuesday, 31-Dec-19 23:59:59 GMT",
    "Wed Jan  1 00:00:00 2020",
    "Tue Dec 31 23:59:59 2019",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Wed, 32 Jan 2020 00:00:00 GMT",
    "Wed, 01 Foo 2020 00:00:00 GMT",
    "Wed, 01 Jan 2020 25:00:00 GMT",
    "2020-01-01T00:00:00Z",
    "1577836800",
    "yesterday",
    "-1",
    "\"x\"",
];

/// Whether that is a date at all; of [`DATES`] the first nine are.
pub fn is_date(text: &str) -> bool {
    DATES[..9].contains(&text)
}

/// `{etag}` stands for the server's own tag, with its quotes.
pub const TAGS: [&str; 20] = [
    "{etag}",
    "W/{etag}",
    "w/{etag}",
    "*",
    "\"other\"",
    "\"\"",
    "\"other\", {etag}",
    "\"other\",{etag}",
    "{etag}, \"other\"",
    "{etag},W/\"other\"",
    "W/\"other\" , W/{etag}",
    "\"a\", \"b\", \"c\", \"d\"",
    "\"a,b\", {etag}",
    ", ,{etag}",
    "*, {etag}",
    "{etag} ",
    "other",
    "\"",
    "W/",
    "\"other",
];

pub const RANGES: [&str; 52] = [
    "bytes=0-0",
    "bytes=0-99",
    "bytes=-1",
    "bytes=-500",
    "bytes=500-",
    "bytes=0-",
    "bytes=-0",
    "bytes=-00",
    "bytes=00-000",
    "bytes=9-0",
    "bytes=-",
    "bytes=--1",
    "bytes=",
    "bytes= ",
    "bytes=,",
    "bytes=,,0-9",
    "bytes=0-9,",
    "bytes=5",
    "bytes=a-b",
    "bytes=0-9a",
    "bytes=0x0-0x9",
    "bytes=+0-9",
    "bytes=1.0-9",
    "bytes=0-9-10",
    "bytes=0-9;10-19",
    "bytes = 0-9",
    "bytes =0-9",
    "bytes= 0-9",
    "bytes=0 -9",
    "bytes=0- 9",
    "bytes=0-9 ,20-29",
    "bytes=\t0-9",
    "bytes:0-9",
    "bytes",
    "0-9",
    "Bytes=0-9",
    "BYTES=5-",
    "bYtEs=-5",
    "items=0-9",
    "seconds=0-",
    "byte=0-9",
    "none",
    "bytes=0-9,20-29",
    "bytes=0-9,5-19",
    "bytes=0-,0-,0-",
    "bytes=-1,-1",
    "bytes=0-0,-1",
    "bytes=0-9,99999999-",
    "bytes=99999999-,0-9",
    "bytes=99999999-,-0",
    "bytes=0-9,x",
    "bytes=0-9,9-0",
];

/// `{path}` stands for the film's, `{key}` for the last part of that with its slash, `{coded}` for the same in percents.
pub const PATHS: [&str; 33] = [
    "/media/{coded}",
    "{path}#t=10",
    "{path}?%zz&&&===",
    "{path}?",
    "{path}?t=10",
    "{path}?a=%00",
    "{path}/",
    "{path}//",
    "{path}.",
    "{path}%20",
    "{path}%00",
    "{path}\\",
    "{path};x=1",
    "/{path}",
    "/./{path}",
    "/media/../{path}",
    "/media/x/../../{path}",
    "/media//../{path}",
    "/%6dedia{key}",
    "/%6Dedia{key}",
    "/MEDIA{key}",
    "/media%2F{key}",
    "/media/%2e%2e/{path}",
    "/media/",
    "/media/.",
    "/media/..",
    "/media/../../../etc/passwd",
    "/media/%2e%2e%2fmadang.sqlite3",
    "/media/..%5cmadang.sqlite3",
    "/media/aaaaaaaaaaaaaaaaaaaaaaaaaa.mp4",
    "http://x{path}",
    "http://other.example{path}?q",
    "HTTP://x{path}",
];

/// Whole lines that a careless or hostile client sends.
pub const LINES: [&str; 18] = [
    "Accept-Encoding: gzip, br",
    "Accept: image/png",
    "TE: trailers",
    "Upgrade: h2c",
    "Content-Length: 0",
    "Content-Length: -1",
    "Content-Length: x",
    "Transfer-Encoding: gzip",
    "Transfer-Encoding: identity",
    "Range : bytes=0-9",
    "Ran ge: bytes=0-9",
    " Range: bytes=0-9",
    "X-Empty:",
    "X-Odd_Name: 1",
    ": no name",
    "no colon",
    "X-Controls: a\u{1}b",
    "X-Letters: \u{ac15}",
];

pub const METHODS: [&str; 12] = [
    "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "FOO", "get", "Get", "PROPFIND",
    "G3T",
];

pub const VERSIONS: [&str; 8] = [
    "HTTP/1.0", "HTTP/1.2", "HTTP/1.9", "HTTP/2.0", "HTTP/3.0", "HTTP/0.9", "HTTP/1", "http/1.1",
];
