//! Bytes go two ways: past all layers where the connection answers by itself, and through them. Nobody
//! can tell from an answer which way it came.

use std::io::{BufReader, Write};

use axum::{
    body::Body,
    http::{HeaderMap, Request},
};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::{Listening, sending::next};
use crate::{
    binary::connect,
    house::{House, upload},
};

/// A header that differs from one answer to the next, or speaks of the connection.
const OWN: [&str; 3] = ["date", "x-request-id", "connection"];

fn told(headers: &HeaderMap) -> Vec<(String, Vec<u8>)> {
    let mut lines: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
        .filter(|(name, _)| !OWN.contains(&name.as_str()))
        .collect();
    lines.sort();
    lines
}

fn parsed(head: &str) -> HeaderMap {
    let lines = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "));
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        let name: axum::http::HeaderName = name.parse().expect("a name");
        let value = axum::http::HeaderValue::from_bytes(value.as_bytes()).expect("a value");
        headers.append(name, value);
    }
    headers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_tells_which_way_it_came() {
    let house = House::with(|settings| {
        settings.trusted_proxies = Some("127.0.0.0/8".to_owned());
        settings.allowed_hosts = Some("madang.test".to_owned());
    })
    .await;
    let staff = house.staff().await;
    let member = house.member("지민").await;
    let mut paths = vec!["/media/nothing.mp4".to_owned(), "/media/".to_owned()];
    for visibility in ["public", "unlisted", "private", "draft"] {
        let (_, key) = upload(&house, &staff, "영상", visibility, "short.mp4").await;
        let path = house.app.storage.root().join(&key);
        let modified = std::fs::metadata(path).expect("a file").modified();
        assert!(modified.is_ok());
        paths.push(format!("/media/{key}"));
    }
    paths.push(format!("{}?download=1", paths[2]));
    let etag = paths[2].trim_start_matches("/media/").to_owned();
    let forms: Vec<String> = [
        "",
        "range: bytes=0-9",
        "range: bytes=10-",
        "range: bytes=-7",
        "range: bytes=0-9,20-29",
        "range: bytes=99999999-",
        "range: lines=1-2",
        "range: bytes=0-9\r\nrange: bytes=3-4",
        "if-none-match: *",
        "if-match: \"another\"",
        "if-range: \"another\"\r\nrange: bytes=0-9",
        "if-modified-since: Fri, 01 Jan 2100 00:00:00 GMT",
        "accept-encoding: br, gzip",
        "x-forwarded-proto: https",
        "x-forwarded-proto: https\r\nrange: bytes=0-0",
        "accept-language: en",
        "origin: https://elsewhere.test",
        "sec-fetch-site: cross-site",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([
        format!("if-none-match: \"{etag}\""),
        format!("if-none-match: W/\"{etag}\""),
        format!("if-range: \"{etag}\"\r\nrange: bytes=0-9"),
    ])
    .collect();
    let listening = Listening::at(&house, |_| ()).await;
    let mut stream = connect(listening.port);
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let cookies = [String::new(), member.cookies(), staff.cookies()];
    for path in &paths {
        for form in &forms {
            for (host, cookie) in [
                ("madang.test", 0),
                ("madang.test", 1),
                ("madang.test", 2),
                ("evil.test", 2),
            ] {
                // Pages are compressed on their way, and nobody here reads that.
                let is_film = path == &paths[2] && host == "madang.test";
                if form.starts_with("accept-encoding") && !is_film {
                    continue;
                }
                let cookie = &cookies[cookie];
                let what = format!("{path} {form:?} {host} {cookie:?}");
                let mut lines = format!("host: {host}\r\n");
                if !form.is_empty() {
                    lines += &format!("{form}\r\n");
                }
                if !cookie.is_empty() {
                    lines += &format!("cookie: {cookie}\r\n");
                }
                let mut request = Request::get(path.as_str());
                for line in lines.lines() {
                    let (name, value) = line.split_once(": ").expect("a line");
                    request = request.header(name, value);
                }
                let Ok(answer) = house
                    .router()
                    .oneshot(request.body(Body::empty()).expect("a request"))
                    .await;
                let (parts, body) = answer.into_parts();
                let body = body.collect().await.expect("a body").to_bytes();
                let asked = format!("GET {path} HTTP/1.1\r\n{lines}\r\n");
                stream.write_all(asked.as_bytes()).expect("a request");
                let reply = next(&mut reader);
                assert_eq!(reply.status, parts.status.as_u16(), "{what}");
                // hyper adds what a body says of its length.
                let (mut there, mut here) = (told(&parts.headers), told(&parsed(&reply.head)));
                there.retain(|(name, _)| name != "content-length");
                here.retain(|(name, _)| name != "content-length");
                assert_eq!(here, there, "{what}");
                if parts.status.is_success() {
                    assert!(reply.body == body, "{what}");
                }
            }
        }
    }
}
