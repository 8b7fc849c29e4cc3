//! HTTP/2 over a plain connection, as a proxy in front may speak it.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::{Request, Response, StatusCode, Version, header},
};
use futures_util::StreamExt;
use http_body_util::BodyExt;
use hyper::{body::Incoming, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{net::TcpStream, time};

use super::{Listening, sending::noise};
use crate::house::{House, Part, fixture, multipart, upload};

/// One connection.
struct Proxy(http2::SendRequest<Body>);

impl Proxy {
    async fn to(port: u16) -> Proxy {
        let stream = TcpStream::connect(("127.0.0.1", port)).await;
        let stream = TokioIo::new(stream.expect("a connection"));
        let (sender, connection) = http2::handshake(TokioExecutor::new(), stream)
            .await
            .expect("HTTP/2");
        tokio::spawn(connection);
        Proxy(sender)
    }

    async fn sent(&self, request: Request<Body>) -> Response<Incoming> {
        let mut sender = self.0.clone();
        sender.ready().await.expect("an open connection");
        sender.send_request(request).await.expect("an answer")
    }

    async fn get(&self, path: &str, cookie: &str, range: &str) -> (StatusCode, Bytes) {
        let mut request = Request::get(format!("http://madang.test{path}"));
        for (name, value) in [(header::COOKIE, cookie), (header::RANGE, range)] {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
        let answer = self
            .sent(request.body(Body::empty()).expect("a request"))
            .await;
        let (parts, body) = answer.into_parts();
        assert_eq!(parts.version, Version::HTTP_2);
        (
            parts.status,
            body.collect().await.expect("a body").to_bytes(),
        )
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_may_ask_for_everything_at_once_on_one_connection() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (id, key) = upload(&house, &staff, "비밀", "private", "short.mp4").await;
    let film = fixture("short.mp4");
    let site = Listening::at(&house, |_| ()).await;
    let proxy = Proxy::to(site.port).await;
    let [page, path] = [format!("/video/{id}/"), format!("/media/{key}")];
    let own = staff.cookies();
    let asked = (0..100).map(async |number: usize| {
        let (from, to) = (number * 50, number * 50 + 999);
        let range = format!("bytes={from}-{to}");
        let (status, body) = proxy.get(&path, &own, &range).await;
        assert_eq!(status, 206);
        assert!(body == film[from..=to], "{range}");
        assert_eq!(proxy.get(&path, "", &range).await.0, 302);
        let (status, body) = proxy.get(&page, &own, "").await;
        let text = String::from_utf8_lossy(&body).into_owned();
        assert!(status == 200 && text.contains("비밀"), "{text}");
        assert_eq!(proxy.get(&page, "", "").await.0, 302);
    });
    // No more than the server has room for.
    let mut asked = futures_util::stream::iter(asked).buffer_unordered(50);
    while asked.next().await.is_some() {}
    let (status, body) = proxy.get(&path, &own, "").await;
    assert!(status == 200 && body == film);
    assert_eq!(proxy.get("/nowhere/", "", "").await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_comes_by_it_too() {
    let house = House::open().await;
    let staff = house.staff().await;
    let site = Listening::at(&house, |_| ()).await;
    let proxy = Proxy::to(site.port).await;
    let film = fixture("short.mp4");
    let body = multipart(&[
        Part::Text("title", "둘로 온 영상"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "film.mp4", &film),
    ]);
    let request = Request::post("http://madang.test/admin/videos/video/add/")
        .header(header::COOKIE, staff.cookies())
        .header(
            header::CONTENT_TYPE,
            "multipart/form-data; boundary=XboundaryX",
        )
        .body(Body::from(body));
    let answer = proxy.sent(request.expect("a request")).await;
    assert_eq!(answer.status(), 303);
    let (_, home) = proxy.get("/", "", "").await;
    assert!(String::from_utf8_lossy(&home).contains("둘로 온 영상"));
    let [key] = &house.files()[..] else {
        panic!("one file: {:?}", house.files());
    };
    assert!(proxy.get(&format!("/media/{key}"), "", "").await.1 == film);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_nothing_and_takes_nothing_is_let_go() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (_, key) = upload(&house, &staff, "긴 영상", "public", "short.mp4").await;
    let path = house.app.storage.root().join(&key);
    std::fs::write(path, noise(8 << 20)).expect("a longer film");
    let site = Listening::at(&house, |limits| {
        limits.reader_time = Duration::from_millis(500);
    })
    .await;
    // One asks nothing more, the other does not take what it has asked for.
    let idle = Proxy::to(site.port).await;
    assert_eq!(idle.get("/healthz", "", "").await.0, 200);
    let lazy = Proxy::to(site.port).await;
    let request = Request::get(format!("http://madang.test/media/{key}"));
    let request = request.body(Body::empty()).expect("a request");
    let answer = lazy.sent(request).await;
    for proxy in [&idle, &lazy] {
        let closed = async {
            while !proxy.0.is_closed() {
                time::sleep(Duration::from_millis(20)).await;
            }
        };
        let closed = time::timeout(Duration::from_secs(60), closed).await;
        assert!(closed.is_ok(), "the connection stays");
    }
    assert!(answer.into_body().collect().await.is_err(), "not all of it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_the_end_what_was_asked_is_answered() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (_, key) = upload(&house, &staff, "긴 영상", "public", "short.mp4").await;
    let film = noise(4 << 20);
    std::fs::write(house.app.storage.root().join(&key), &film).expect("a longer film");
    let site = Listening::at(&house, |_| ()).await;
    let proxy = Proxy::to(site.port).await;
    let request = Request::get(format!("http://madang.test/media/{key}"));
    let request = request.body(Body::empty()).expect("a request");
    let answer = proxy.sent(request).await;
    site.end.send(()).expect("served");
    let body = answer.into_body().collect().await.expect("all of it");
    assert!(body.to_bytes() == film);
    drop(proxy);
    assert!(site.served.await.expect("no panic"), "all ended in time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_but_a_trusted_proxy_is_answered_in_it() {
    let house = House::open().await;
    let site = Listening::at(&house, |limits| limits.uncounted.clear()).await;
    let stream = TcpStream::connect(("127.0.0.1", site.port)).await;
    let stream = TokioIo::new(stream.expect("a connection"));
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream)
        .await
        .expect("sent, not answered");
    tokio::spawn(connection);
    let request = Request::get("http://madang.test/healthz").body(Body::empty());
    let answer = sender.send_request(request.expect("a request")).await;
    assert!(answer.is_err(), "{answer:?}");
}
