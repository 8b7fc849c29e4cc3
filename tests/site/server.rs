//! The listener under hostile clients: over TCP, in the real binary, or in this process with limits
//! short enough to wait for.

#[cfg(unix)]
mod asked;
#[cfg(unix)]
mod both_ways;
#[cfg(unix)]
mod ended;
mod http2;
#[cfg(unix)]
mod sending;

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use madang::{
    media::AtOnce,
    server::{self, Limits},
};
use tokio::{sync::oneshot, task::JoinHandle};

use crate::{
    binary::{OWNER, PATIENCE, Reply, Site, ask, connect, long_film, madang, request, rest, until},
    house::{House, PASSWORD, Part, multipart, upload},
};

/// A limit that no test lives to see.
const NEVER: Duration = Duration::from_secs(24 * 3600);

/// A house behind a listener that has the limits a test gives it, and no other in time.
struct Listening {
    port: u16,
    end: oneshot::Sender<()>,
    served: JoinHandle<bool>,
}

impl Listening {
    async fn at(house: &House, change: impl FnOnce(&mut Limits)) -> Listening {
        let mut limits = Limits {
            head_time: NEVER,
            body_time: NEVER,
            reader_time: NEVER,
            last_requests: NEVER,
            ..Limits::default()
        };
        change(&mut limits);
        let listener = server::listen(([127, 0, 0, 1], 0).into()).expect("listen");
        let port = listener.local_addr().expect("address").port();
        let (end, ended) = oneshot::channel::<()>();
        let (router, at_once) = (house.router(), AtOnce::new(house.app.clone()));
        let served = server::serve(listener, router, at_once, limits, async move {
            let _ = ended.await;
        });
        let served = tokio::spawn(served);
        Listening { port, end, served }
    }
}

/// What the server says to these bytes, sent slowly, before it closes.
fn sent_in_pieces(port: u16, pieces: &[&[u8]], pause: Duration) -> Reply {
    let mut stream = connect(port);
    for piece in pieces {
        if stream.write_all(piece).is_err() {
            break;
        }
        thread::sleep(pause);
    }
    Reply::parse(&rest(&mut stream))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_does_not_end_is_cut() {
    let house = House::open().await;
    let site = Listening::at(&house, |limits| {
        limits.head_time = Duration::from_millis(500);
    })
    .await;
    let head = b"GET / HTTP/1.1\r\nhost: madang.test\r\nx-slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let bytes: Vec<&[u8]> = head.chunks(1).collect();
    for (pieces, pause) in [
        (&[&head[..]][..], Duration::ZERO),
        (&bytes[..], Duration::from_millis(50)),
        (&[][..], Duration::ZERO),
    ] {
        let reply = sent_in_pieces(site.port, pieces, pause);
        assert!([0, 408].contains(&reply.status), "{reply:?}");
    }
    // And so is the wait between two requests. (On a busy machine the first too may come too late.)
    let whole = b"GET /healthz HTTP/1.1\r\nhost: madang.test\r\n\r\n";
    until("an answer, and then the end of the connection", || {
        ask(site.port, whole).status == 200
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_stands_still_is_answered_and_leaves_no_file() {
    let house = House::open().await;
    let staff = house.staff().await;
    let site = Listening::at(&house, |limits| {
        limits.body_time = Duration::from_millis(500);
    })
    .await;
    let form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n";
    let head = request("POST", "/login/", form, "username=");
    let reply = sent_in_pieces(site.port, &[&head], Duration::ZERO);
    assert_eq!(reply.status, 408, "{}", reply.text());
    assert!(reply.text().contains("연결"), "{}", reply.text());

    let body = multipart(&[
        Part::Text("title", "느림"),
        Part::File("video_file", "film.mp4", &long_film(1 << 20)),
    ]);
    let lines = format!(
        "cookie: {}\r\ncontent-type: multipart/form-data; boundary=XboundaryX\r\ncontent-length: {}\r\n",
        staff.cookies(),
        body.len()
    );
    let head = request("POST", "/admin/videos/video/add/", &lines, "");
    let pieces: [&[u8]; 2] = [&head, &body[..body.len() / 2]];
    let reply = sent_in_pieces(site.port, &pieces, Duration::ZERO);
    assert_eq!(reply.status, 408, "{}", reply.text());
    assert_eq!(house.files(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_the_end_a_stream_that_goes_on_is_cut() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (_, key) = upload(&house, &staff, "긴 영상", "public", "short.mp4").await;
    let film = long_film(64 << 20);
    std::fs::write(house.app.storage.root().join(&key), &film).expect("a longer film");
    let site = Listening::at(&house, |limits| {
        limits.last_requests = Duration::from_millis(500);
    })
    .await;
    let mut stream = connect(site.port);
    let path = format!("/media/{key}");
    stream
        .write_all(&request("GET", &path, "", ""))
        .expect("write");
    let mut piece = [0; 1000];
    assert!(stream.read(&mut piece).expect("read") > 0);
    site.end.send(()).expect("the server lives");
    let ended = tokio::time::timeout(PATIENCE, site.served).await;
    assert!(!ended.expect("in time").expect("no panic"), "all ended?");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_the_end_an_upload_that_goes_on_is_cut_and_leaves_no_file() {
    let house = House::open().await;
    let staff = house.staff().await;
    let incoming = house.app.storage.root().join(".incoming");
    let on_their_way = || std::fs::read_dir(&incoming).map_or(0, Iterator::count);
    let site = Listening::at(&house, |limits| {
        limits.last_requests = Duration::from_millis(500);
    })
    .await;
    let film = long_film(1 << 20);
    let body = multipart(&[Part::File("video_file", "film.mp4", &film)]);
    let lines = format!(
        "cookie: {}\r\ncontent-type: multipart/form-data; boundary=XboundaryX\r\ncontent-length: {}\r\n",
        staff.cookies(),
        body.len()
    );
    let mut stream = connect(site.port);
    let head = request("POST", "/admin/videos/video/add/", &lines, "");
    stream.write_all(&head).expect("write");
    stream.write_all(&body[..body.len() / 2]).expect("write");
    until("an upload on its way", || on_their_way() == 1);
    site.end.send(()).expect("the server lives");
    let ended = tokio::time::timeout(PATIENCE, site.served).await;
    assert!(!ended.expect("in time").expect("no panic"), "all ended?");
    // At once: nothing runs any more that could still do it.
    assert_eq!(on_their_way(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_who_reads_nothing_is_let_go_and_a_slow_one_is_not() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (_, key) = upload(&house, &staff, "긴 영상", "public", "short.mp4").await;
    let film = long_film(64 << 20);
    std::fs::write(house.app.storage.root().join(&key), &film).expect("a longer film");
    let site = Listening::at(&house, |limits| {
        // The slow one reads fifty times as often, however late its turns come.
        limits.reader_time = Duration::from_secs(10);
        limits.connections = 2;
    })
    .await;
    let asked = request("GET", &format!("/media/{key}"), "", "");
    let mut slow = connect(site.port);
    slow.write_all(&asked).expect("write");
    let mut stalled = connect(site.port);
    stalled.write_all(&asked).expect("write");
    // There is no place for a third one before one of them is let go; the slow one reads a little
    // all the while.
    let third = thread::spawn({
        let port = site.port;
        move || ask(port, &request("GET", "/healthz", "", "")).status
    });
    let mut bytes = Vec::new();
    let mut piece = vec![0; 256 << 10];
    while !third.is_finished() {
        let read = slow.read(&mut piece).expect("the slow one goes on");
        assert!(read > 0, "the stalled one was never let go");
        bytes.extend_from_slice(&piece[..read]);
        thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(third.join().expect("an answer"), 200);
    bytes.extend_from_slice(&rest(&mut slow));
    assert!(Reply::parse(&bytes).body == film, "the slow one's film");
    assert!(
        rest(&mut stalled).len() < film.len(),
        "the stalled one was cut"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_more_than_the_most_waits_for_its_place() {
    let house = House::open().await;
    let site = Listening::at(&house, |limits| {
        limits.connections = 2;
    })
    .await;
    let asked = request("GET", "/healthz", "", "");
    let [mut one, other] = [connect(site.port), connect(site.port)];
    let mut third = connect(site.port);
    third.write_all(&asked).expect("write");
    let a_while = Some(Duration::from_millis(500));
    third.set_read_timeout(a_while).expect("timeout");
    assert!(third.read(&mut [0]).is_err(), "there was no place yet");
    third.set_read_timeout(Some(PATIENCE)).expect("timeout");
    one.write_all(&asked).expect("write");
    assert_eq!(Reply::parse(&rest(&mut one)).status, 200);
    assert_eq!(Reply::parse(&rest(&mut third)).status, 200);
    drop(other);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_holds_so_many_connections_and_the_next_is_closed() {
    let house = House::open().await;
    let site = Listening::at(&house, |limits| {
        limits.per_address = Some(2);
        limits.uncounted.clear();
    })
    .await;
    let asked = request("GET", "/healthz", "", "");
    let [mut one, other] = [connect(site.port), connect(site.port)];
    let mut third = connect(site.port);
    // Closed before it has said anything.
    assert_eq!(rest(&mut third), b"");
    one.write_all(&asked).expect("write");
    assert_eq!(Reply::parse(&rest(&mut one)).status, 200);
    drop((one, other));
    until("an address that holds none any more", || {
        ask(site.port, &asked).status == 200
    });
    // Of a trusted proxy, and by default of this machine, any number is taken.
    let site = Listening::at(&house, |limits| limits.per_address = Some(2)).await;
    let idle: Vec<TcpStream> = (0..9).map(|_| connect(site.port)).collect();
    assert_eq!(ask(site.port, &asked).status, 200);
    drop(idle);
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_out_of_files_lives_and_serves_again() {
    let folder = tempfile::tempdir().expect("folder");
    let binary = madang(folder.path(), &[], &[]);
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -n 70; exec \"$0\""])
        .arg(binary.get_program())
        .current_dir(folder.path())
        .env_clear();
    let site = Site::of(command).ready();
    let idle: Vec<TcpStream> = (0..70).map(|_| connect(site.port)).collect();
    until("a server that can open no more", || {
        site.log().contains("no connection could be accepted")
    });
    drop(idle);
    lives(&site);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_closes_their_half_after_the_request_gets_the_answer() {
    let house = House::open().await;
    house.staff().await;
    let site = Listening::at(&house, |_| ()).await;
    let form = "username=nobody&password=wrong";
    let lines = format!(
        "content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n",
        form.len()
    );
    // The second one would keep its connection; a third has nothing to say at all.
    let whole = request("POST", "/login/", &lines, form);
    let kept = String::from_utf8_lossy(&whole).replace("connection: close\r\n", "");
    for (bytes, status) in [(&whole[..], 422), (kept.as_bytes(), 422), (b"", 0)] {
        let mut stream = connect(site.port);
        stream.write_all(bytes).expect("write");
        stream.shutdown(std::net::Shutdown::Write).expect("half");
        let reply = Reply::parse(&rest(&mut stream));
        assert_eq!(reply.status, status, "{}", reply.head);
    }
}

/// A site that must still answer after what was done to it.
#[track_caller]
fn lives(site: &Site) {
    assert_eq!(site.get("/", "").status, 200);
}

fn open_site() -> (tempfile::TempDir, Site) {
    let folder = tempfile::tempdir().expect("folder");
    let site = Site::with_owner(folder.path(), &[]);
    (folder, site)
}

#[test]
fn a_head_that_is_too_large_is_refused_and_the_connection_closed() {
    let (_folder, site) = open_site();
    let long = format!("x-long: {}\r\n", "a".repeat(300_000));
    let many: String = (0..500).map(|n| format!("x-{n}: a\r\n")).collect();
    let cookies = format!("cookie: {}\r\n", "a=b; ".repeat(60_000));
    for lines in [&long, &many, &cookies] {
        let reply = ask(site.port, &request("GET", "/", lines, ""));
        assert!([400, 431].contains(&reply.status), "{}", reply.head);
    }
    let path = format!("/?q={}", "a".repeat(300_000));
    let reply = ask(site.port, &request("GET", &path, "", ""));
    assert!([400, 414, 431].contains(&reply.status), "{}", reply.head);
    // As long as a head may be, and every part of it of use.
    let reply = site.get(&format!("/?q={}", "a".repeat(10_000)), "");
    assert_eq!(reply.status, 200, "{}", reply.head);
    lives(&site);
}

#[test]
fn what_is_no_http_is_refused() {
    let (_folder, site) = open_site();
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"\0\0\0\0\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nx: \0\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost : a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1, 2\r\n\r\nab",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999999999999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, gzip\r\n\r\n",
    ] {
        let mut stream = connect(site.port);
        stream.write_all(bytes).expect("write");
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let reply = Reply::parse(&rest(&mut stream));
        assert!(
            [0, 400, 431, 501, 505].contains(&reply.status),
            "{bytes:?}: {}",
            reply.head
        );
    }
    lives(&site);
}

#[test]
fn a_request_without_one_host_is_refused() {
    let (_folder, site) = open_site();
    for (head, status) in [
        ("GET / HTTP/1.1\r\nconnection: close\r\n\r\n", 400),
        (
            "GET / HTTP/1.1\r\nconnection: close\r\nhost: a\r\nhost: b\r\n\r\n",
            400,
        ),
        (
            "GET / HTTP/1.1\r\nconnection: close\r\nhost: a\r\n\r\n",
            200,
        ),
        ("GET / HTTP/1.0\r\n\r\n", 200),
        (
            "GET / HTTP/1.1\r\nconnection: close\r\nhost: [::1]:8000\r\n\r\n",
            200,
        ),
        (
            "GET / HTTP/1.1\r\nconnection: close\r\nhost: a/b?c\r\n\r\n",
            400,
        ),
        (
            "GET / HTTP/1.1\r\nconnection: close\r\nhost: \"><b>\r\n\r\n",
            400,
        ),
        (
            "GET / HTTP/1.1\r\nconnection: close\r\nhost: 마당.한국\r\n\r\n",
            400,
        ),
        (
            "GET http://a@b/ HTTP/1.1\r\nconnection: close\r\nhost: b\r\n\r\n",
            400,
        ),
        (
            "GET http://madang.test/ HTTP/1.1\r\nconnection: close\r\nhost: madang.test\r\n\r\n",
            200,
        ),
    ] {
        assert_eq!(ask(site.port, head.as_bytes()).status, status, "{head}");
    }
}

#[test]
fn garbage_behind_a_request_does_not_reach_the_next_one() {
    let (_folder, site) = open_site();
    let first = "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";
    let mut stream = connect(site.port);
    let bytes = format!("{first}\x01\x02garbage\r\n\r\n{first}");
    stream.write_all(bytes.as_bytes()).expect("write");
    let answers = String::from_utf8_lossy(&rest(&mut stream)).into_owned();
    assert!(answers.starts_with("HTTP/1.1 200"), "{answers}");
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 1, "{answers}");
    assert_eq!(answers.matches("HTTP/1.1 400").count(), 1, "{answers}");

    // Two lengths that disagree: whatever is believed, nothing inside is taken for a request.
    let inner = "GET /smuggled/ HTTP/1.1\r\nhost: a\r\n\r\n";
    let smuggled = format!(
        "POST /login/ HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{inner}",
        inner.len() + 5
    );
    let mut stream = connect(site.port);
    stream.write_all(smuggled.as_bytes()).expect("write");
    let _ = stream.shutdown(std::net::Shutdown::Write);
    rest(&mut stream);
    assert!(!site.log().contains("/smuggled/"), "{}", site.log());
    lives(&site);
}

#[test]
fn no_target_and_no_method_makes_an_error_of_ours() {
    let (_folder, site) = open_site();
    let targets: [&[u8]; 30] = [
        b"/%",
        b"/%2",
        b"/%zz",
        b"/%ff",
        b"/%c3%28",
        b"/%00",
        b"/\xff\xfe",
        b"/\xed\x95\x9c",
        b"/?q=%ff%fe",
        b"/?q=\xff",
        b"/?q=%",
        b"/?%00=%00",
        b"/?page=%ff",
        b"//",
        b"///",
        b"//evil.test/",
        b"//evil.test/%2e%2e",
        b"/video//",
        b"/video/1//",
        b"//video/1",
        b"/video/%ff/",
        b"/video/%2f/",
        b"/media/%ff",
        b"/media//",
        b"/static/%ff",
        b"/..",
        b"/../../etc/passwd",
        b"/login//?next=//evil",
        b"*",
        b"http://other.test:99999/",
    ];
    for method in [
        "GET", "HEAD", "POST", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW", "get",
    ] {
        for target in targets {
            let mut bytes = [method.as_bytes(), b" ", target].concat();
            bytes.extend_from_slice(
                b" HTTP/1.1\r\nhost: madang.test\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
            );
            let reply = ask(site.port, &bytes);
            let shown = String::from_utf8_lossy(target);
            assert!(
                (200..500).contains(&reply.status),
                "{method} {shown}: {reply:?}"
            );
            let to = reply.header("location");
            assert!(
                to.is_empty() || (to.starts_with('/') && !to.starts_with("//")),
                "{shown}: {to}"
            );
        }
    }
    let tunnel =
        b"CONNECT evil.test:443 HTTP/1.1\r\nhost: evil.test:443\r\nconnection: close\r\n\r\n";
    assert!((400..500).contains(&ask(site.port, tunnel).status));
    assert!(!site.log().contains("panic"), "{}", site.log());
    lives(&site);
}

#[test]
fn a_head_request_has_no_body_on_the_wire() {
    let (_folder, site) = open_site();
    for path in [
        "/",
        "/login/",
        "/nothing/",
        "/login",
        "/admin/",
        "/healthz",
        "/video/99/",
    ] {
        let whole = ask(site.port, &request("GET", path, "", ""));
        let head = ask(site.port, &request("HEAD", path, "", ""));
        assert_eq!(head.status, whole.status, "{path}");
        assert!(head.body.is_empty(), "{path}: {head:?}");
        for name in [
            "content-type",
            "cache-control",
            "location",
            "content-security-policy",
        ] {
            assert_eq!(head.header(name), whole.header(name), "{path}: {name}");
        }
    }
}

#[test]
fn ten_thousand_idle_connections_do_not_keep_others_out() {
    let (_folder, site) = open_site();
    let own = rlimit::increase_nofile_limit(20_000).expect("a limit");
    // What the server takes, less some for its own files; and what this process may hold.
    let most = (site.open_files().saturating_sub(128) * 3 / 4 - 50).min(own.saturating_sub(2_000));
    let count = most.min(10_000);
    let before = site.memory();
    // On a busy machine the first ones are cut before the last ones are there.
    let idle: Vec<TcpStream> = (0..count).map(|_| connect(site.port)).collect();
    for _ in 0..5 {
        assert_eq!(
            site.get("/", "").status,
            200,
            "beside {count} idle connections"
        );
    }
    let grown = site.memory().saturating_sub(before) / 1024;
    drop(idle);
    assert!(
        grown < 300 * 1024,
        "{grown} KB for {count} idle connections"
    );
}

#[test]
fn a_storm_of_logins_stays_within_its_memory() {
    let (_folder, site) = open_site();
    // Whose password was right here once is kept out by nobody else's guesses.
    site.log_in(OWNER, PASSWORD);
    let before = site.memory();
    let done = AtomicBool::new(false);
    let (statuses, most) = thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut most = 0;
            while !done.load(Ordering::Relaxed) {
                most = most.max(site.memory());
                thread::sleep(Duration::from_millis(5));
            }
            most
        });
        let logins: Vec<_> = (0..100)
            .map(|number| {
                let site = &site;
                scope.spawn(move || {
                    let name = format!("user{number}");
                    let (name, password) = match number % 10 {
                        0 => (OWNER, PASSWORD),
                        _ => (name.as_str(), "wrong"),
                    };
                    let form = [("username", name), ("password", password)];
                    site.post("/login/", "", &form).status
                })
            })
            .collect();
        let statuses: Vec<u16> = logins
            .into_iter()
            .map(|login| login.join().expect("an answer"))
            .collect();
        done.store(true, Ordering::Relaxed);
        (statuses, watcher.join().expect("memory"))
    });
    for status in &statuses {
        assert!([303, 422, 429, 503].contains(status), "{statuses:?}");
    }
    // The first two have their turn at once.
    let judged = |status: &u16| [303, 422].contains(status);
    assert!(statuses.iter().any(judged), "{statuses:?}");
    site.log_in(OWNER, PASSWORD);
    let grown = most.saturating_sub(before) >> 20;
    assert!(grown < 100, "{grown} MiB for a hundred logins");
    lives(&site);
}

#[test]
fn an_upload_over_the_limit_is_refused_by_its_head_alone() {
    let folder = tempfile::tempdir().expect("folder");
    let site = Site::with_owner(folder.path(), &[("MAX_UPLOAD_SIZE", "1M")]);
    let cookie = site.log_in(OWNER, PASSWORD);
    let reply = ask(site.port, &site.upload_head(&cookie, 100 << 20));
    assert_eq!(reply.status, 413, "{}", reply.text());
    assert!(
        reply.text().contains("1 MB") || reply.text().contains("1.0 MB"),
        "{}",
        reply.text()
    );

    // Without a length it is found out on the way.
    let mut stream = connect(site.port);
    let lines = format!(
        "cookie: {cookie}\r\ncontent-type: multipart/form-data; boundary=XboundaryX\r\ntransfer-encoding: chunked\r\n"
    );
    let head = request("POST", "/admin/videos/video/add/", &lines, "");
    stream.write_all(&head).expect("write");
    let body = multipart(&[Part::File("video_file", "film.mp4", &long_film(64 << 20))]);
    for piece in body.chunks(64 * 1024) {
        let chunk = [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
        if stream.write_all(&chunk).is_err() {
            break;
        }
    }
    let reply = Reply::parse(&rest(&mut stream));
    // Where the server closes on somebody who still sends, the answer may be lost on the way.
    assert!([0, 413].contains(&reply.status), "{}", reply.head);
    until("the answer in the log", || {
        site.log().matches("status=413").count() == 2
    });
    let left = std::fs::read_dir(folder.path().join("media/.incoming")).expect("folder");
    assert_eq!(left.count(), 0);
    lives(&site);
}

#[test]
fn an_upload_is_never_held_in_memory() {
    let (_folder, site) = open_site();
    let cookie = site.log_in(OWNER, PASSWORD);
    let film = long_film(200 << 20);
    let before = site.memory();
    assert_eq!(site.upload(&cookie, "큰 영상", "public", &film).status, 303);
    let grown = site.memory().saturating_sub(before) >> 20;
    assert!(grown < 40, "{grown} MiB for an upload of 200 MiB");
}

/// The site with its media folder on a file system of so many MiB, in a mount namespace that goes with
/// it; `None` where the system lets nobody have one.
pub fn on_a_small_disk(folder: &Path, size: u32) -> Option<Site> {
    on_a_disk(folder, size, "", &[])
}

/// The same after a shell command, and with settings.
pub fn on_a_disk(
    folder: &Path,
    size: u32,
    before: &str,
    settings: &[(&str, &str)],
) -> Option<Site> {
    let mut command = on_a_disk_of(folder, u64::from(size) << 20, before, &[])?;
    command
        .env("SUPERUSER_USERNAME", OWNER)
        .env("SUPERUSER_PASSWORD", PASSWORD)
        .envs(settings.iter().copied());
    Some(Site::of(command).ready())
}

/// A command likewise; the size in bytes.
pub fn command_on_a_small_disk(
    folder: &Path,
    size: u64,
    arguments: &[&str],
    settings: &[(&str, &str)],
) -> Option<Command> {
    let mut command = on_a_disk_of(folder, size, "", arguments)?;
    command.envs(settings.iter().copied());
    Some(command)
}

fn on_a_disk_of(folder: &Path, size: u64, before: &str, arguments: &[&str]) -> Option<Command> {
    let namespace: &[&str] = if may_unshare(&["--mount"]) {
        &["--mount"]
    } else if may_unshare(&["--user", "--map-root-user", "--mount"]) {
        &["--user", "--map-root-user", "--mount"]
    } else {
        return None;
    };
    std::fs::create_dir_all(folder.join("media")).expect("folder");
    let binary = madang(folder, &[], &[]);
    let script =
        format!("mount -t tmpfs -o size={size} tmpfs media && {before} exec \"$0\" \"$@\"");
    let mut command = Command::new("unshare");
    command
        .args(namespace)
        .args(["sh", "-c", &script])
        .arg(binary.get_program())
        .args(arguments);
    let path = std::env::var("PATH").unwrap_or_default();
    command.current_dir(folder).env_clear().env("PATH", path);
    Some(command)
}

fn may_unshare(namespace: &[&str]) -> bool {
    let tried = Command::new("unshare")
        .args(namespace)
        .args(["mount", "-t", "tmpfs", "tmpfs", "/mnt"])
        .stderr(Stdio::null())
        .status();
    tried.is_ok_and(|status| status.success())
}

#[test]
fn a_full_disk_is_told_in_words_and_leaves_neither_file_nor_lost_text() {
    let folder = tempfile::tempdir().expect("folder");
    let Some(site) = on_a_small_disk(folder.path(), 2) else {
        eprintln!("no mount namespace here: a full disk cannot be made");
        return;
    };
    let cookie = site.log_in(OWNER, PASSWORD);
    for size in [4 << 20, 30 << 20] {
        let reply = site.upload(&cookie, "아까운 제목", "private", &long_film(size));
        assert_eq!(reply.status, 507, "{}", reply.text());
        let page = reply.text();
        for words in ["아까운 제목", "설명", "저장 공간"] {
            assert!(page.contains(words), "{words}: {page}");
        }
    }
    // Nothing is left: a film that fits is taken.
    let reply = site.upload(&cookie, "들어가는 영상", "public", &long_film(1 << 20));
    assert_eq!(reply.status, 303, "{}", reply.text());
    lives(&site);
}

#[test]
fn a_form_that_never_becomes_one_does_not_fill_the_memory() {
    let (_folder, site) = open_site();
    let cookie = site.log_in(OWNER, PASSWORD);
    let before = site.memory();
    let piece = vec![b'a'; 1 << 20];
    // No boundary at all; a part whose head never ends.
    for start in [
        &b""[..],
        b"--XboundaryX\r\ncontent-disposition: form-data; name=\"",
    ] {
        let mut stream = connect(site.port);
        stream
            .write_all(&site.upload_head(&cookie, 300 << 20))
            .expect("head");
        let _ = stream.write_all(start);
        let mut most = 0;
        for _ in 0..200 {
            if stream.write_all(&piece).is_err() {
                break;
            }
            most = most.max(site.memory());
        }
        let grown = most.saturating_sub(before) >> 20;
        assert!(grown < 40, "{grown} MiB");
    }
    lives(&site);
}
