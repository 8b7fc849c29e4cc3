//! Files over real connections: every byte of them and no other, whatever happens to the file or the
//! connection meanwhile.

use std::{
    fs::{self, OpenOptions},
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpStream},
    os::unix::fs::FileExt,
    path::PathBuf,
    thread,
    time::Duration,
};

use super::Listening;
use crate::{
    binary::{Reply, ask, connect, request, rest, until},
    house::{House, Part, fixture, upload},
};
use axum::http::StatusCode;

/// Bytes that are looked for in memory at a time.
const PIECE: usize = 256 * 1024;

/// Bytes of which no two pieces are alike.
pub fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

/// A public video, its file replaced by these bytes; its address, and where the file is.
async fn film(house: &House, bytes: &[u8]) -> (String, PathBuf) {
    let staff = house.staff().await;
    let (_, key) = upload(house, &staff, "긴 영상", "public", "short.mp4").await;
    let path = house.app.storage.root().join(&key);
    fs::write(&path, bytes).expect("another film");
    (format!("/media/{key}"), path)
}

/// A request that leaves its connection open.
pub fn kept(path: &str, range: &str) -> Vec<u8> {
    let range = match range {
        "" => String::new(),
        range => format!("range: bytes={range}\r\n"),
    };
    format!("GET {path} HTTP/1.1\r\nhost: madang.test\r\n{range}\r\n").into_bytes()
}

/// The next answer of a connection that stays open.
pub fn next(reader: &mut BufReader<TcpStream>) -> Reply {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let read = reader.read_until(b'\n', &mut head).expect("a line");
        assert!(read > 0, "cut in: {}", String::from_utf8_lossy(&head));
    }
    let mut reply = Reply::parse(&head);
    let length = reply.header("content-length").parse().unwrap_or(0);
    reply.body = vec![0; length];
    reader.read_exact(&mut reply.body).expect("the body");
    reply
}

#[track_caller]
fn lives(port: u16) {
    assert_eq!(ask(port, &request("GET", "/healthz", "", "")).status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_file_arrives_byte_for_byte() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (id, _) = upload(&house, &staff, "영상", "public", "short.mp4").await;
    let picture = fixture("picture.jpg");
    let captions = format!(
        "WEBVTT\n\n{}",
        "00:01.000 --> 00:02.000\n안녕\n\n".repeat(200)
    );
    let parts = [
        Part::Text("title", "영상"),
        Part::Text("description", ""),
        Part::Text("visibility", "public"),
        Part::File("thumbnail", "picture.jpg", &picture),
        Part::File("captions", "film.en.vtt", captions.as_bytes()),
    ];
    let change = format!("/admin/videos/video/{id}/change/");
    let answer = staff.post_parts(&change, &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let page = "<!doctype html><p>압축하면 아주 작아집니다</p>".repeat(500);
    let noise = noise(300_000);
    let parts = [
        Part::Text("title", "제목"),
        Part::Text("body", "내용"),
        Part::File("files", "글.txt", page.as_bytes()),
        Part::File("files", "쪽.html", page.as_bytes()),
        Part::File("files", "자료.bin", &noise),
    ];
    let answer = staff.post_parts("/board/new/", &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let site = Listening::at(&house, |_| ()).await;
    let keys = house.files();
    assert!(keys.len() >= 6, "{keys:?}");
    for key in keys {
        let bytes = fs::read(house.app.storage.root().join(&key)).expect("file");
        let lines = format!(
            "cookie: {}\r\naccept-encoding: gzip, br\r\n",
            staff.cookies()
        );
        let path = format!("/media/{key}");
        let reply = ask(site.port, &request("GET", &path, &lines, ""));
        assert_eq!(reply.status, 200, "{key}: {}", reply.head);
        assert!(reply.body == bytes, "{key}: {}", reply.head);
        assert_eq!(reply.header("content-encoding"), "");
        let lines = format!("{lines}range: bytes=1-20\r\n");
        let reply = ask(site.port, &request("GET", &path, &lines, ""));
        assert_eq!(reply.status, 206, "{key}");
        assert_eq!(reply.body, bytes[1..21], "{key}");
        let head = ask(site.port, &request("HEAD", &path, &lines, ""));
        assert_eq!((head.status, head.body.len()), (200, 0), "{key}");
        assert_eq!(head.header("content-length"), bytes.len().to_string());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_connection_has_many_answers_one_after_the_other_or_all_at_once() {
    let house = House::open().await;
    let bytes = noise(5 * PIECE + 123);
    let (path, _) = film(&house, &bytes).await;
    let site = Listening::at(&house, |_| ()).await;
    let last = bytes.len() - 1;
    let piece = PIECE;
    let ranges = [
        (0, 0),
        (0, last),
        (last, last),
        (piece - 1, piece),
        (0, piece - 1),
        (piece, 2 * piece - 1),
        (7, 3 * piece + 7),
        (1, 1),
        (last - 100_000, last),
        (12_345, 23_456),
    ];
    let mut stream = connect(site.port);
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let check = |reply: &Reply, (first, last): (usize, usize)| {
        assert_eq!(reply.status, 206, "{first}-{last}: {}", reply.head);
        assert!(reply.body == bytes[first..=last], "{first}-{last}");
    };
    for _ in 0..10 {
        for (first, last) in ranges {
            let asked = kept(&path, &format!("{first}-{last}"));
            stream.write_all(&asked).expect("write");
            check(&next(&mut reader), (first, last));
            stream.write_all(&kept("/healthz", "")).expect("write");
            assert_eq!(next(&mut reader).body, b"ok");
        }
    }
    let mut all = Vec::new();
    for (first, last) in ranges {
        all.extend(kept(&path, &format!("{first}-{last}")));
        all.extend(kept("/healthz", ""));
        all.extend(kept(&path, "99999999-"));
    }
    stream.write_all(&all).expect("write");
    for range in ranges {
        check(&next(&mut reader), range);
        assert_eq!(next(&mut reader).body, b"ok");
        assert_eq!(next(&mut reader).status, 416);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_client_and_one_who_has_said_everything_get_all_of_it() {
    let house = House::open().await;
    let bytes = noise(PIECE + 1);
    let (path, _) = film(&house, &bytes).await;
    let site = Listening::at(&house, |_| ()).await;
    let asked = format!("GET {path} HTTP/1.0\r\n\r\n");
    let reply = ask(site.port, asked.as_bytes());
    assert!(reply.status == 200 && reply.body == bytes, "{}", reply.head);
    let asked = format!("GET {path} HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
    let mut stream = connect(site.port);
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    for _ in 0..3 {
        stream.write_all(asked.as_bytes()).expect("write");
        assert!(next(&mut reader).body == bytes);
    }
    stream.write_all(asked.as_bytes()).expect("write");
    stream.shutdown(Shutdown::Write).expect("half");
    assert!(next(&mut reader).body == bytes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_beyond_two_and_four_gigabytes_are_found() {
    let house = House::open().await;
    let (path, place) = film(&house, b"").await;
    let file = OpenOptions::new().write(true).open(place).expect("file");
    let size = 5_u64 << 30;
    if file.set_len(size).is_err() {
        eprintln!("no file of 5 GB here");
        return;
    }
    let mark = noise(3000);
    let places = [(1_u64 << 31) - 1000, (1 << 32) - 1000, size - 3000];
    for at in places {
        file.write_all_at(&mark, at).expect("write");
    }
    let site = Listening::at(&house, |_| ()).await;
    for at in places {
        let part = format!("{at}-{}", at + 2999);
        let lines = format!("range: bytes={part}\r\n");
        let reply = ask(site.port, &request("GET", &path, &lines, ""));
        assert!(reply.body == mark, "{at}: {}", reply.head);
        let told = format!("bytes {part}/{size}");
        assert_eq!(reply.header("content-range"), told);
    }
    // The whole is begun, and left.
    let mut stream = connect(site.port);
    let asked = request("GET", &path, "", "");
    stream.write_all(&asked).expect("write");
    let mut some = vec![0; 3 << 20];
    stream.read_exact(&mut some).expect("the beginning");
    assert!(some.starts_with(b"HTTP/1.1 200 OK\r\n"));
    drop(stream);
    lives(site.port);
}

/// Begins to read a long film, changes its file, and reads on: what came of the body in all.
fn changed_under_a_stream(port: u16, path: &str, change: impl FnOnce()) -> Vec<u8> {
    let mut stream = connect(port);
    let asked = request("GET", path, "", "");
    stream.write_all(&asked).expect("write");
    let mut begun = vec![0; 100_000];
    stream.read_exact(&mut begun).expect("the beginning");
    change();
    begun.extend(rest(&mut stream));
    Reply::parse(&begun).body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_cut_short_under_its_stream_ends_that_and_nothing_else() {
    let house = House::open().await;
    let bytes = noise(32 << 20);
    let (path, place) = film(&house, &bytes).await;
    let site = Listening::at(&house, |_| ()).await;
    for len in [0, 20_000_123, 20_000_122] {
        fs::write(&place, &bytes).expect("whole again");
        let got = changed_under_a_stream(site.port, &path, || {
            let file = OpenOptions::new().write(true).open(&place).expect("file");
            file.set_len(len).expect("cut");
        });
        // What was on its way already may still come; of its last page zeros, as of any file cut so.
        assert!(got.len() < bytes.len(), "{len}: {}", got.len());
        let sure = got.len().min(usize::try_from(len).expect("small"));
        assert!(got[..sure] == bytes[..sure], "{len}: other bytes");
        lives(site.port);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_removed_or_replaced_under_its_stream_is_sent_to_its_end() {
    let house = House::open().await;
    let bytes = noise(16 << 20);
    let (path, place) = film(&house, &bytes).await;
    let site = Listening::at(&house, |_| ()).await;
    let other = place.with_extension("other");
    fs::write(&other, noise(1000)).expect("write");
    let got = changed_under_a_stream(site.port, &path, || {
        fs::rename(&other, &place).expect("replaced");
    });
    assert!(got == bytes, "{}", got.len());
    let got = ask(site.port, &request("GET", &path, "", ""));
    assert!(got.body == noise(1000));
    fs::write(&place, &bytes).expect("long again");
    let got = changed_under_a_stream(site.port, &path, || {
        fs::remove_file(&place).expect("removed");
    });
    assert!(got == bytes, "{}", got.len());
    let gone = ask(site.port, &request("GET", &path, "", ""));
    assert_eq!(gone.status, 404);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn viewers_who_leave_in_the_middle_leave_no_file_open() {
    let house = House::open().await;
    let (path, place) = film(&house, &noise(16 << 20)).await;
    let site = Listening::at(&house, |_| ()).await;
    let open = || {
        let links = fs::read_dir("/proc/self/fd").expect("proc").flatten();
        let files = links.filter_map(|link| fs::read_link(link.path()).ok());
        files.filter(|file| *file == place).count()
    };
    for number in 0..40 {
        let mut stream = connect(site.port);
        stream.write_all(&kept(&path, "")).expect("write");
        let mut some = vec![0; 1 + number * 50_000];
        stream.read_exact(&mut some).expect("read");
    }
    until("all files closed", || open() == 0);
    let whole = ask(site.port, &request("GET", &path, "", ""));
    assert_eq!(whole.body.len(), 16 << 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_on_its_way_at_the_end_arrives() {
    let house = House::open().await;
    let bytes = noise(16 << 20);
    let (path, _) = film(&house, &bytes).await;
    let site = Listening::at(&house, |_| ()).await;
    let end = site.end;
    let got = changed_under_a_stream(site.port, &path, || end.send(()).expect("it lives"));
    assert!(got == bytes, "{}", got.len());
    assert!(site.served.await.expect("no panic"), "all ended in time");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_not_in_memory_is_fetched_from_the_disk() {
    let house = House::open().await;
    let bytes = noise(3 * PIECE + 5);
    let (path, place) = film(&house, &bytes).await;
    let site = Listening::at(&house, |_| ()).await;
    for (range, first) in [
        ("0-", 0),
        ("0-0", 0),
        ("262143-262144", 262_143),
        ("500000-", 500_000),
    ] {
        let file = fs::File::open(&place).expect("file");
        file.sync_all().expect("sync");
        let gone = rustix::fs::Advice::DontNeed;
        rustix::fs::fadvise(&file, 0, None, gone).expect("dropped");
        let mut stream = connect(site.port);
        stream.write_all(&kept(&path, range)).expect("write");
        let reply = next(&mut BufReader::new(stream));
        assert!(!reply.body.is_empty(), "{range}");
        assert!(bytes[first..].starts_with(&reply.body), "{range}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_who_reads_little_at_a_time_gets_every_byte() {
    let house = House::open().await;
    let bytes = noise(4 << 20);
    let (path, _) = film(&house, &bytes).await;
    // The least that the system takes.
    let site = Listening::at(&house, |limits| limits.send_buffer = Some(1)).await;
    let mut stream = connect(site.port);
    let asked = request("GET", &path, "", "");
    stream.write_all(&asked).expect("write");
    let mut got = Vec::new();
    let mut some = [0; 30_011];
    for number in 0.. {
        let read = stream.read(&mut some).expect("read");
        if read == 0 {
            break;
        }
        got.extend_from_slice(&some[..read]);
        if number % 8 == 0 {
            thread::sleep(Duration::from_millis(2));
        }
    }
    assert!(Reply::parse(&got).body == bytes, "{}", got.len());
}

#[tokio::test]
async fn nginx_is_told_what_to_send_and_a_stranger_gets_neither() {
    let house = House::with(|settings| {
        settings.x_accel_redirect = Some("/protected".into());
    })
    .await;
    let staff = house.staff().await;
    let (_, key) = upload(&house, &staff, "비밀", "private", "short.mp4").await;
    let path = format!("/media/{key}");
    for lines in [
        &[][..],
        &[("range", "bytes=0-9")],
        &[("if-none-match", "*")],
    ] {
        let answer = staff.get_with(&path, lines).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, 0));
        let location = format!("/protected/{key}");
        assert_eq!(answer.header("x-accel-redirect"), location);
        assert_eq!(answer.header("content-type"), "video/mp4");
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert!(answer.header("content-disposition").starts_with("inline"));
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("sandbox"), "{policy}");
    }
    let answer = house.visitor().get(&path).await;
    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!(answer.header("x-accel-redirect"), "");
    fs::remove_file(house.app.storage.root().join(&key)).expect("gone");
    assert_eq!(staff.get(&path).await.status, StatusCode::NOT_FOUND);
}
