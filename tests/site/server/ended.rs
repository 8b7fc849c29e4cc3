//! The last answers of a connection, and of the site: what was asked in time is answered whole.

use std::{
    fs,
    io::{Read, Write},
    thread,
    time::Duration,
};

use super::{
    Listening,
    sending::{kept, noise},
};
use crate::{
    binary::{Reply, ask, connect, request, rest},
    house::{House, upload},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_had_begun_at_the_end_is_answered() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (_, key) = upload(&house, &staff, "영상", "public", "short.mp4").await;
    let film = format!("/media/{key}");
    for path in ["/", &*film, "/nowhere/"] {
        let site = Listening::at(&house, |_| ()).await;
        let status = ask(site.port, &request("GET", path, "", "")).status;
        let mut stream = connect(site.port);
        let head = kept(path, "");
        stream.write_all(&head[..20]).expect("half a head");
        // The server has that half, or has not looked yet: both are fine.
        thread::sleep(Duration::from_millis(50));
        site.end.send(()).expect("served");
        thread::sleep(Duration::from_millis(50));
        stream.write_all(&head[20..]).expect("the rest");
        assert_eq!(Reply::parse(&rest(&mut stream)).status, status, "{path}");
        assert!(site.served.await.expect("no panic"), "all ended in time");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn empty_lines_are_no_request_that_the_end_would_wait_for() {
    let house = House::open().await;
    let site = Listening::at(&house, |_| ()).await;
    let mut stream = connect(site.port);
    stream.write_all(b"\r\n").expect("an empty line");
    stream.write_all(&kept("/healthz", "")).expect("a request");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 200");
    stream.write_all(b"\r\n\r\n").expect("empty lines");
    thread::sleep(Duration::from_millis(50));
    site.end.send(()).expect("served");
    assert!(site.served.await.expect("no panic"), "all ended in time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_behind_the_last_request_takes_nothing_from_its_answer() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (_, key) = upload(&house, &staff, "긴 영상", "public", "short.mp4").await;
    let film = noise(300_000);
    fs::write(house.app.storage.root().join(&key), &film).expect("another film");
    let site = Listening::at(&house, |_| ()).await;
    let mut stream = connect(site.port);
    let asked =
        format!("GET /media/{key} HTTP/1.1\r\nhost: madang.test\r\nconnection: close\r\n\r\n");
    stream.write_all(asked.as_bytes()).expect("a request");
    stream.write_all(b"\r\nGET / HTTP").expect("more");
    // All of the answer is in the system's hands by now, and none of it was read.
    thread::sleep(Duration::from_millis(200));
    let reply = Reply::parse(&rest(&mut stream));
    assert!(reply.status == 200 && reply.body == film, "{}", reply.head);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_http_is_refused_in_pieces_too() {
    let house = House::open().await;
    let site = Listening::at(&house, |_| ()).await;
    for pieces in [
        ["GET", " /\r\n"],
        ["GET / HTT", "P/9.9\r\n"],
        ["GET / HTTP/1.1\r\n", "no colon\r\n"],
    ] {
        let mut stream = connect(site.port);
        for piece in pieces {
            stream.write_all(piece.as_bytes()).expect("a piece");
            thread::sleep(Duration::from_millis(100));
        }
        assert_eq!(Reply::parse(&rest(&mut stream)).status, 400, "{pieces:?}");
    }
}
