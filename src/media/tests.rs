//! Whole answers, as they stand on the wire: a real server on a socket of its own, read byte by byte.
use super::{About, disposition, respond};
use crate::storage::StoredFile;
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode},
    response::Response,
    routing::get,
};
use http_body::Body as _;
use http_body_util::BodyExt;
use std::{
    io::Write,
    sync::LazyLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tempfile::NamedTempFile;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Three pieces and a bit.
const LEN: usize = 400_000;
const MODIFIED: &str = "Thu, 01 Jan 2026 00:00:00 GMT";

fn film() -> Vec<u8> {
    (0..LEN).map(|number| (number % 251) as u8).collect()
}

fn stored(bytes: &[u8]) -> StoredFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    StoredFile {
        file: file.reopen().unwrap(),
        len: bytes.len() as u64,
        modified: UNIX_EPOCH,
    }
}

static FILM: HeaderValue = HeaderValue::from_static("video/mp4");
static PAGE: HeaderValue = HeaderValue::from_static("text/html");
static KEPT: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
static SHOWN: LazyLock<HeaderValue> =
    LazyLock::new(|| disposition::of("video/mp4", Some("강의.mp4")));

fn about() -> About<'static> {
    About {
        etag: "abc.mp4",
        modified: UNIX_EPOCH + Duration::from_secs(1_767_225_600),
        content_type: &FILM,
        cache_control: &KEPT,
        disposition: &SHOWN,
    }
}

/// One request with these header lines, answered by a real server; its status, head and body as they came.
async fn wire(method: &str, lines: &str, file: &[u8]) -> (u16, String, Vec<u8>) {
    let answer = raw(method, lines, stored(file)).await;
    let end = head_end(&answer).unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let status = head[9..12].parse().unwrap();
    let lines = head.to_ascii_lowercase() + "\r\n";
    (status, lines, answer[end + 4..].to_vec())
}

fn head_end(answer: &[u8]) -> Option<usize> {
    answer.windows(4).position(|four| four == b"\r\n\r\n")
}

/// All that comes before the connection ends, well or not.
async fn raw(method: &str, lines: &str, file: StoredFile) -> Vec<u8> {
    async fn media(State(file): State<std::sync::Arc<StoredFile>>, request: Request) -> Response {
        let file = StoredFile {
            file: file.file.try_clone().unwrap(),
            ..*file
        };
        respond(request.method(), request.headers(), file, &about()).map(Body::from)
    }
    let app = Router::new()
        .route("/", get(media))
        .with_state(std::sync::Arc::new(file));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async { axum::serve(listener, app).await });
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("{method} / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is cut may end in a reset.
    let _ = stream.read_to_end(&mut answer).await;
    server.abort();
    answer
}

#[track_caller]
fn has(head: &str, line: &str) {
    let line = format!("\r\n{}\r\n", line.to_ascii_lowercase());
    assert!(head.contains(&line), "{line:?} is not in {head}");
}

#[track_caller]
fn has_not(head: &str, name: &str) {
    assert!(
        !head.contains(&format!("\r\n{name}:")),
        "{name} is in {head}"
    );
}

#[tokio::test]
async fn a_plain_get_is_the_whole_file() {
    let (status, head, body) = wire("GET", "", &film()).await;
    assert_eq!(status, 200);
    assert_eq!(body, film());
    has(&head, "content-length: 400000");
    has(&head, "accept-ranges: bytes");
    has(&head, "etag: \"abc.mp4\"");
    has(&head, &format!("last-modified: {MODIFIED}"));
    has(&head, "content-type: video/mp4");
    has(&head, "cache-control: public, max-age=31536000, immutable");
    has(&head, "x-content-type-options: nosniff");
    has(
        &head,
        "content-security-policy: sandbox allow-same-origin; default-src 'none'; media-src 'self'",
    );
    has(
        &head,
        "content-disposition: inline; filename=\"__.mp4\"; filename*=utf-8''%ea%b0%95%ec%9d%98.mp4",
    );
    has_not(&head, "content-range");
    has_not(&head, "transfer-encoding");
}

#[test]
fn what_is_not_media_is_saved_and_shut_in() {
    let about = About {
        content_type: &PAGE,
        disposition: &disposition::of("text/html", Some("a.html")),
        ..about()
    };
    let response = respond(&Method::GET, &HeaderMap::new(), stored(b"<script>"), &about);
    let header = |name| response.headers()[name].to_str().unwrap();
    assert_eq!(
        header("content-security-policy"),
        "sandbox; default-src 'none'"
    );
    assert!(header("content-disposition").starts_with("attachment; "));
    assert_eq!(header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn a_head_has_the_headers_and_no_body() {
    let (_, get, _) = wire("GET", "", &film()).await;
    let (status, head, body) = wire("HEAD", "", &film()).await;
    assert_eq!(status, 200);
    assert_eq!(body, b"");
    let without_date = |head: &str| {
        let lines = head.lines().filter(|line| !line.starts_with("date:"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(without_date(&head), without_date(&get));
    let (status, head, _) = wire("HEAD", "Range: bytes=0-9\r\n", &film()).await;
    assert_eq!(status, 200, "only a GET has ranges");
    has(&head, "content-length: 400000");
}

#[tokio::test]
async fn a_range_is_sent_exactly() {
    for (range, start, end) in [
        ("0-0", 0, 1),
        ("0-99", 0, 100),
        ("131071-131072", 131_071, 131_073),
        ("262144-", 262_144, LEN),
        ("-1", LEN - 1, LEN),
        ("0-", 0, LEN),
        ("399990-500000", 399_990, LEN),
    ] {
        let (status, head, body) = wire("GET", &format!("Range: bytes={range}\r\n"), &film()).await;
        assert_eq!(status, 206, "{range}");
        assert_eq!(body, film()[start..end], "{range}");
        has(&head, &format!("content-length: {}", end - start));
        has(
            &head,
            &format!("content-range: bytes {start}-{}/400000", end - 1),
        );
        has(&head, "etag: \"abc.mp4\"");
        has(&head, "accept-ranges: bytes");
        has(&head, "cache-control: public, max-age=31536000, immutable");
    }
}

#[tokio::test]
async fn a_range_that_is_not_there_is_416_with_the_length() {
    let (status, head, body) = wire("GET", "Range: bytes=400000-\r\n", &film()).await;
    assert_eq!(status, 416);
    assert_eq!(body, b"");
    has(&head, "content-range: bytes */400000");
    has(&head, "content-length: 0");
    has(&head, "cache-control: no-store");
    has_not(&head, "content-type");
}

#[tokio::test]
async fn a_range_header_that_makes_no_sense_gets_the_whole_file() {
    for lines in [
        "Range: bytes=9-0\r\n",
        "Range: lines=0-9\r\n",
        "Range: bytes=0-9,20-29\r\n",
        "Range: bytes=0-9\r\nRange: bytes=20-29\r\n",
        "Range: bytes=\u{ff10}-9\r\n",
    ] {
        let (status, head, body) = wire("GET", lines, &film()).await;
        assert_eq!((status, body.len()), (200, LEN), "{lines}");
        has_not(&head, "content-range");
    }
}

#[tokio::test]
async fn an_empty_file_is_sent() {
    for lines in ["", "Range: bytes=0-\r\n", "Range: bytes=-5\r\n"] {
        let (status, head, body) = wire("GET", lines, b"").await;
        assert_eq!((status, &body[..]), (200, &b""[..]));
        has(&head, "content-length: 0");
    }
}

#[tokio::test]
async fn a_viewer_who_has_it_gets_304_without_a_word_on_length() {
    for method in ["GET", "HEAD"] {
        for lines in [
            "If-None-Match: W/\"abc.mp4\"\r\n".to_owned(),
            format!("If-Modified-Since: {MODIFIED}\r\n"),
            "If-None-Match: *\r\nRange: bytes=0-9\r\n".to_owned(),
        ] {
            let (status, head, body) = wire(method, &lines, &film()).await;
            assert_eq!((status, &body[..]), (304, &b""[..]), "{method} {lines}");
            has(&head, "etag: \"abc.mp4\"");
            has(&head, "cache-control: public, max-age=31536000, immutable");
            assert!(
                head.contains("media-src 'self'"),
                "a cache takes this over: {head}"
            );
            for name in [
                "content-length",
                "content-type",
                "content-range",
                "transfer-encoding",
            ] {
                has_not(&head, name);
            }
        }
    }
}

#[tokio::test]
async fn a_failed_condition_is_412() {
    for lines in [
        "If-Match: \"other\"\r\n",
        "If-Unmodified-Since: Wed, 31 Dec 2025 23:59:59 GMT\r\nRange: bytes=900000-\r\n",
    ] {
        let (status, head, body) = wire("GET", lines, &film()).await;
        assert_eq!((status, &body[..]), (412, &b""[..]));
        has(&head, "cache-control: no-store");
    }
}

#[tokio::test]
async fn if_range_decides_between_the_part_and_the_whole() {
    for (value, status) in [
        ("\"abc.mp4\"", 206),
        (MODIFIED, 206),
        ("\"other\"", 200),
        ("W/\"abc.mp4\"", 200),
        ("Thu, 01 Jan 2026 00:00:01 GMT", 200),
    ] {
        let lines = format!("Range: bytes=0-9\r\nIf-Range: {value}\r\n");
        assert_eq!(wire("GET", &lines, &film()).await.0, status, "{value}");
        let lines = format!("Range: bytes=900000-\r\nIf-Range: {value}\r\n");
        let status = if status == 206 { 416 } else { 200 };
        assert_eq!(wire("GET", &lines, &film()).await.0, status, "{value}");
    }
    let (status, _, body) = wire("GET", "If-Range: \"abc.mp4\"\r\n", &film()).await;
    assert_eq!(
        (status, body.len()),
        (200, LEN),
        "without a range it says nothing"
    );
}

#[tokio::test]
async fn a_file_that_shrank_cuts_the_connection_and_is_never_padded() {
    let file = StoredFile {
        len: LEN as u64 + 1000,
        ..stored(&film())
    };
    // How much arrives before the cut is chance, the head included.
    let answer = raw("GET", "", file).await;
    if let Some(end) = head_end(&answer) {
        let body = &answer[end + 4..];
        assert!(answer[..end].is_ascii() && body.len() <= LEN);
        assert_eq!(body, &film()[..body.len()]);
    }
}

#[tokio::test]
async fn a_part_s_body_ends_where_it_promised() {
    let mut headers = HeaderMap::new();
    headers.insert("range", HeaderValue::from_static("bytes=131000-263000"));
    let response = respond(&Method::GET, &headers, stored(&film()), &about());
    assert_eq!(response.headers()["content-length"], "132001");
    let body = Body::from(response.into_body())
        .collect()
        .await
        .unwrap()
        .to_bytes();
    assert_eq!(body, film()[131_000..=263_000]);
}

#[tokio::test]
async fn a_body_says_its_length_and_holds_one_piece() {
    let headers = HeaderMap::new();
    let response = respond(&Method::GET, &headers, stored(&film()), &about());
    let mut body = Body::from(response.into_body());
    let mut left = LEN as u64;
    while let Some(frame) = body.frame().await {
        let piece = frame.unwrap().into_data().unwrap();
        assert!(piece.len() <= 64 * 1024);
        left -= piece.len() as u64;
        assert_eq!(body.size_hint().exact(), Some(left));
        assert_eq!(body.is_end_stream(), left == 0);
    }
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_body_that_failed_has_ended() {
    let file = StoredFile {
        len: 10,
        ..stored(b"short")
    };
    let mut body: Body = respond(&Method::GET, &HeaderMap::new(), file, &about())
        .into_body()
        .into();
    assert_eq!(
        body.frame().await.unwrap().unwrap().into_data().unwrap(),
        "short"
    );
    assert!(body.frame().await.unwrap().is_err());
    assert!(body.frame().await.is_none());
}

#[test]
fn a_date_in_the_future_is_sent_as_now() {
    let about = About {
        modified: SystemTime::now() + Duration::from_secs(1_000_000),
        ..about()
    };
    let response = respond(&Method::HEAD, &HeaderMap::new(), stored(b"x"), &about);
    let sent = response.headers()["last-modified"].to_str().unwrap();
    assert!(httpdate::parse_http_date(sent).unwrap() <= SystemTime::now());
}

#[test]
fn a_file_without_a_date_has_no_last_modified() {
    let about = About {
        modified: UNIX_EPOCH - Duration::from_secs(1),
        ..about()
    };
    let response = respond(&Method::HEAD, &HeaderMap::new(), stored(b"x"), &about);
    assert_eq!(response.status(), StatusCode::OK);
    assert!(!response.headers().contains_key("last-modified"));
}
