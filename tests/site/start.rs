//! Starting and ending: the real binary, from nothing, with mistakes, beside itself, and killed.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
};

use madang::{db::Db, settings::Written};

use crate::{
    binary::{
        Ended, OWNER, Reply, Site, ask, connect, long_film, madang, request, rest, run, until,
    },
    house::{PASSWORD, database_url, fixture, multipart},
};

/// A new temporary folder.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// A fault is told in one line on standard error, with exit code 1, and without a trace.
#[track_caller]
fn is_one_sentence(ended: &Ended) {
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let said: Vec<&str> = ended
        .stderr
        .lines()
        .filter(|line| line.starts_with("madang: "))
        .collect();
    assert_eq!(said.len(), 1, "{ended:?}");
    assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
    for trace in ["panicked", "RUST_BACKTRACE", "src/", ".rs:"] {
        assert!(!ended.stderr.contains(trace), "{ended:?}");
    }
}

async fn open(url: &str) -> Db {
    let written = Written {
        database_url: Some(url.to_owned()),
        secret_key: Some("k".repeat(40)),
        ..Written::default()
    };
    let settings = written.check().expect("settings");
    Db::open(&settings.database).await.expect("database")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("folder").flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn with_nothing_set_everything_is_made_and_the_address_is_printed() {
    let folder = folder();
    let site = Site::start(folder.path(), &[]);
    let made = names(folder.path());
    for name in ["madang.sqlite3", "madang.sqlite3.secret_key", "media"] {
        assert!(made.iter().any(|found| found == name), "{name}: {made:?}");
    }
    let address = format!("http://127.0.0.1:{}", site.port);
    assert!(site.log().contains(&address), "{}", site.log());
    assert_eq!(site.get("/", "").status, 200);
    assert_eq!(site.get("/healthz", "").status, 200);
}

#[test]
fn serve_is_the_same_as_no_command() {
    let folder = folder();
    let site = Site::begin(folder.path(), &["serve"], &[]).ready();
    assert_eq!(site.get("/", "").status, 200);
}

#[test]
fn every_spelling_of_an_sqlite_address_makes_its_file() {
    let folder = folder();
    let absolute = folder.path().join("absolute.db");
    for (url, file) in [
        ("sqlite:///django.db", "django.db"),
        ("sqlite://plain.db", "plain.db"),
        (&format!("sqlite:///{}", absolute.display()), "absolute.db"),
    ] {
        let ended = run(folder.path(), &["migrate"], &[("DATABASE_URL", url)]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(folder.path().join(file).is_file(), "{url} made no {file}");
    }
}

#[tokio::test]
async fn two_instances_started_at_once_share_one_new_database() {
    for _ in 0..10 {
        let folder = folder();
        let url = database_url(folder.path()).await;
        let settings = [("DATABASE_URL", url.as_str())];
        let first = Site::begin(folder.path(), &[], &settings);
        let second = Site::begin(folder.path(), &[], &settings);
        let (first, second) = (first.ready(), second.ready());
        assert_eq!(first.get("/", "").status, 200);
        assert_eq!(second.get("/", "").status, 200);
        let db = open(&url).await;
        let sql = "SELECT COUNT(*) - COUNT(DISTINCT version) FROM _sqlx_migrations";
        let twice: i64 = db.get(sql, ()).await.expect("count");
        assert_eq!(twice, 0);
        db.close().await;
    }
}

#[tokio::test]
async fn the_set_up_link_makes_the_first_superuser_and_is_dead_afterwards() {
    let folder = folder();
    let url = database_url(folder.path()).await;
    let settings = [("DATABASE_URL", url.as_str())];
    let site = Site::start(folder.path(), &settings);
    until("the link", || site.setup_link().is_some());
    let link = site.setup_link().expect("link");
    let token = link.split("token=").nth(1).expect("token");
    assert_eq!(site.get(&link, "").status, 200);
    assert_eq!(site.get("/setup/?token=wrong", "").status, 404);
    let form = [
        ("token", token),
        ("username", "주인"),
        ("password1", PASSWORD),
        ("password2", PASSWORD),
    ];
    let made = site.post("/setup/", "", &form);
    assert_eq!(made.status, 303, "{}", made.text());
    let cookie = made.cookie("sessionid");
    assert_eq!(site.get("/admin/", &cookie).status, 200);
    assert_eq!(site.get(&link, "").status, 404);
    assert_eq!(site.post("/setup/", "", &form).status, 404);
    drop(site);
    let again = Site::start(folder.path(), &settings);
    assert_eq!(again.get("/", "").status, 200);
    assert_eq!(again.setup_link(), None, "{}", again.log());
}

#[tokio::test]
async fn the_superuser_of_the_settings_is_made_once_and_never_touched() {
    let folder = folder();
    let url = database_url(folder.path()).await;
    let database = ("DATABASE_URL", url.as_str());
    let site = Site::with_owner(folder.path(), &[database]);
    assert_eq!(site.setup_link(), None, "{}", site.log());
    let cookie = site.log_in(OWNER, PASSWORD);
    assert_eq!(site.get("/admin/", &cookie).status, 200);
    let form = [
        ("username", "member"),
        ("password1", PASSWORD),
        ("password2", PASSWORD),
    ];
    assert_eq!(site.post("/signup/", "", &form).status, 303);
    drop(site);

    let other = ("SUPERUSER_PASSWORD", "another long password 77");
    for name in [OWNER, "member"] {
        let settings = [database, ("SUPERUSER_USERNAME", name), other];
        let site = Site::start(folder.path(), &settings);
        let cookie = site.log_in(name, PASSWORD);
        let expected = if name == OWNER { 200 } else { 403 };
        assert_eq!(site.get("/admin/", &cookie).status, expected, "{name}");
        let form = [("username", name), ("password", other.1)];
        assert_eq!(site.post("/login/", "", &form).status, 422, "{name}");
    }
}

#[tokio::test]
async fn createsuperuser_without_a_terminal_reads_the_variables() {
    let folder = folder();
    let url = database_url(folder.path()).await;
    let database = ("DATABASE_URL", url.as_str());
    let settings = [
        database,
        ("SUPERUSER_USERNAME", OWNER),
        ("SUPERUSER_PASSWORD", PASSWORD),
    ];
    let command = ["createsuperuser", "--noinput"];
    let made = run(folder.path(), &command, &settings);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(made.stdout.contains(OWNER), "{made:?}");
    is_one_sentence(&run(folder.path(), &command, &settings));
    let without = run(folder.path(), &command, &[database]);
    is_one_sentence(&without);
    assert!(without.stderr.contains("SUPERUSER_USERNAME"), "{without:?}");
    let site = Site::start(folder.path(), &[database]);
    let cookie = site.log_in(OWNER, PASSWORD);
    assert_eq!(site.get("/admin/", &cookie).status, 200);
}

#[tokio::test]
async fn the_commands_speak_the_language_of_the_site() {
    let folder = folder();
    let url = database_url(folder.path()).await;
    let said = |arguments: &[&str], language: &str, name: &str| {
        let settings = [
            ("DATABASE_URL", url.as_str()),
            ("LANGUAGE_CODE", language),
            ("SUPERUSER_USERNAME", name),
            ("SUPERUSER_PASSWORD", PASSWORD),
        ];
        let ended = run(folder.path(), arguments, &settings);
        format!("{}{}", ended.stdout, ended.stderr)
    };
    let unattended = ["createsuperuser", "--noinput"];
    for (arguments, name, korean, english) in [
        (&unattended[..], "a b", "쓸 수 있습니다", "has only letters"),
        (&unattended, "지민", "만들었습니다", "is taken"),
        (&unattended, "지민", "지민은 이미", "is taken"),
        (&["createsuperuser"], "지민", "사용자 이름: ", "Username: "),
        (
            &["createsuperuser"],
            "지민",
            "입력된 것이",
            "Nothing was typed",
        ),
        (
            &["changepassword", "누구"],
            "지민",
            "계정이 없습니다",
            "no account named",
        ),
    ] {
        let in_korean = said(arguments, "ko", name);
        assert!(in_korean.contains(korean), "{korean}: {in_korean}");
        let in_english = said(arguments, "en", name);
        assert!(in_english.contains(english), "{english}: {in_english}");
    }
    // The start says it without a word of the program's own.
    let started = said(&[], "ko", "a b");
    assert!(started.contains("SUPERUSER_USERNAME"), "{started}");
    assert!(!started.contains("Letters"), "{started}");
}

#[tokio::test]
async fn a_password_of_nobody_cannot_be_changed() {
    let folder = folder();
    let url = database_url(folder.path()).await;
    let settings = [("DATABASE_URL", url.as_str())];
    let ended = run(folder.path(), &["changepassword", "nobody"], &settings);
    is_one_sentence(&ended);
    assert!(ended.stderr.contains("nobody"), "{ended:?}");
}

#[test]
fn a_public_site_without_a_secret_key_does_not_start_and_says_what_to_set() {
    let folder = folder();
    for public in [("PORT", "10000"), ("HOST", "0.0.0.0"), ("HOST", "::")] {
        let ended = run(folder.path(), &[], &[public]);
        is_one_sentence(&ended);
        assert!(ended.stderr.contains("SECRET_KEY"), "{ended:?}");
        assert_eq!(names(folder.path()), Vec::<String>::new());
    }
}

#[test]
fn all_wrong_settings_are_told_in_one_go() {
    let folder = folder();
    let settings = [
        ("PORT", "eighty"),
        ("DEBUG", "perhaps"),
        ("DATABASE_URL", "mysql://user:geheim@host/name"),
        ("MAX_UPLOAD_SIZE", "huge"),
        ("TIME_ZONE", "Mars"),
        ("LANGUAGE_CODE", "fr"),
    ];
    let ended = run(folder.path(), &[], &settings);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    for (name, _) in settings {
        assert!(ended.stderr.contains(name), "{name}: {ended:?}");
    }
    assert!(!ended.stderr.contains("geheim"), "{ended:?}");
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

/// Reads the head of an answer and `more` bytes behind it, and leaves the rest to come.
fn begin_to_read(stream: &mut TcpStream, more: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    while Reply::parse(&bytes).body.len() < more {
        let read = stream.read(&mut piece).expect("read");
        assert!(read > 0, "closed: {}", String::from_utf8_lossy(&bytes));
        bytes.extend_from_slice(&piece[..read]);
    }
    bytes
}

#[tokio::test]
async fn asked_to_end_it_finishes_what_is_in_flight_and_exits_with_0() {
    for signal in ["TERM", "INT"] {
        let folder = folder();
        let url = database_url(folder.path()).await;
        let mut site = Site::with_owner(folder.path(), &[("DATABASE_URL", &url)]);
        let cookie = site.log_in(OWNER, PASSWORD);
        // More than the buffers of both ends hold while nobody reads.
        let film = long_film(32 << 20);
        assert_eq!(site.upload(&cookie, "긴 영상", "public", &film).status, 303);
        let file = site.newest_file(&cookie);

        // One that only waits, one that has not said a word, one in the middle of a film.
        let mut idle = connect(site.port);
        idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
            .expect("write");
        begin_to_read(&mut idle, 2);
        let mut silent = connect(site.port);
        let mut download = connect(site.port);
        download
            .write_all(&request("GET", &file, "", ""))
            .expect("write");
        let mut bytes = begin_to_read(&mut download, 100_000);

        site.signal(signal);
        assert_eq!(rest(&mut idle), b"");
        assert_eq!(rest(&mut silent), b"");
        until("no more connections", || {
            TcpStream::connect(("127.0.0.1", site.port)).is_err()
        });
        bytes.extend_from_slice(&rest(&mut download));
        let answer = Reply::parse(&bytes);
        assert_eq!((answer.status, answer.body.len()), (200, film.len()));
        assert!(answer.body == film, "the film's bytes");
        let status = site.ended();
        assert_eq!(
            status.code(),
            Some(0),
            "SIG{signal}: {status}\n{}",
            site.log()
        );
        assert!(!site.log().contains("were cut"), "{}", site.log());
        let left = names(folder.path());
        assert!(
            !left.iter().any(|name| name.ends_with("-wal"))
                // Where the disk is too slow for that, the next start does it.
                || site.log().contains("did not close in time"),
            "{left:?}"
        );
    }
}

#[test]
fn a_port_in_use_is_told_in_one_sentence() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").expect("listen");
    let port = taken.local_addr().expect("address").port().to_string();
    let ended = run(
        folder.path(),
        &[],
        &[("HOST", "127.0.0.1"), ("PORT", &port)],
    );
    assert_eq!(ended.code, Some(1), "{ended:?}");
    is_one_sentence(&ended);
    assert!(ended.stderr.contains(&port), "{ended:?}");
}

const ANYWHERE: [(&str, &str); 2] = [("HOST", "127.0.0.1"), ("PORT", "0")];

#[tokio::test]
async fn a_media_folder_that_cannot_be_is_told_in_one_sentence() {
    let folder = folder();
    std::fs::write(folder.path().join("file"), b"").expect("write");
    let url = database_url(folder.path()).await;
    let own = [("MEDIA_ROOT", "file/media"), ("DATABASE_URL", &url)];
    let ended = run(folder.path(), &[], &[&ANYWHERE[..], &own].concat());
    is_one_sentence(&ended);
    assert!(ended.stderr.contains("MEDIA_ROOT"), "{ended:?}");
    assert!(ended.stderr.contains("file/media"), "{ended:?}");
}

#[test]
fn a_database_file_that_cannot_be_is_told_in_one_sentence() {
    let folder = folder();
    std::fs::write(folder.path().join("file"), b"").expect("write");
    std::fs::write(
        folder.path().join("text.db"),
        "no database at all\n".repeat(500),
    )
    .expect("write");
    for place in ["file/site.db", "missing/site.db", "text.db"] {
        let url = format!("sqlite:///{place}");
        let key = "k".repeat(40);
        let own = [("DATABASE_URL", url.as_str()), ("SECRET_KEY", &key)];
        let ended = run(folder.path(), &[], &[&ANYWHERE[..], &own].concat());
        is_one_sentence(&ended);
        assert!(ended.stderr.contains(place), "{ended:?}");
    }
}

#[test]
fn a_secret_that_cannot_be_kept_is_told_in_one_sentence() {
    let folder = folder();
    let own = [("DATABASE_URL", "sqlite:///missing/site.db")];
    let ended = run(folder.path(), &[], &[&ANYWHERE[..], &own].concat());
    is_one_sentence(&ended);
    assert!(ended.stderr.contains("SECRET_KEY"), "{ended:?}");
}

#[test]
fn a_postgresql_server_that_is_not_there_is_told_in_one_sentence() {
    let folder = folder();
    // Taken, and not listened on: nobody else can do so.
    let taken = tokio::net::TcpSocket::new_v4().expect("a socket");
    taken.bind(([127, 0, 0, 1], 0).into()).expect("a port");
    let port = taken.local_addr().expect("address").port();
    let url = format!("postgres://user:geheim@127.0.0.1:{port}/name");
    let own = [("DATABASE_URL", url.as_str())];
    let ended = run(folder.path(), &[], &[&ANYWHERE[..], &own].concat());
    is_one_sentence(&ended);
    assert!(ended.stderr.contains("DATABASE_URL"), "{ended:?}");
    assert!(!ended.stderr.contains("geheim"), "{ended:?}");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let folder = folder();
    let url = database_url(folder.path()).await;
    let own = [("DATABASE_URL", url.as_str())];
    assert_eq!(run(folder.path(), &["migrate"], &own).code, Some(0));
    let db = open(&url).await;
    let sql = "INSERT INTO _sqlx_migrations \
               (version, description, success, checksum, execution_time) \
               VALUES (9999, 'from the future', TRUE, $1, 1)";
    db.run(sql, (vec![0u8; 48],)).await.expect("insert");
    db.close().await;
    let ended = run(folder.path(), &[], &[&ANYWHERE[..], &own].concat());
    is_one_sentence(&ended);
    assert!(ended.stderr.contains("9999"), "{ended:?}");
}

#[tokio::test]
async fn killed_in_the_middle_of_an_upload_it_starts_again_without_half_a_file() {
    let folder = folder();
    let url = database_url(folder.path()).await;
    let settings = [("DATABASE_URL", url.as_str())];
    let site = Site::with_owner(folder.path(), &settings);
    let cookie = site.log_in(OWNER, PASSWORD);
    let film = long_film(4 << 20);
    let body = multipart(&[
        crate::house::Part::Text("title", "반쪽"),
        crate::house::Part::File("video_file", "film.mp4", &film),
    ]);
    let mut stream = connect(site.port);
    stream
        .write_all(&site.upload_head(&cookie, body.len()))
        .expect("head");
    stream
        .write_all(&body[..body.len() / 2])
        .expect("half of it");
    let incoming = folder.path().join("media/.incoming");
    until("half a file on the disk", || {
        let files = std::fs::read_dir(&incoming).expect("folder").flatten();
        files
            .filter_map(|file| file.metadata().ok())
            .any(|file| file.len() > 1 << 20)
    });
    site.kill();
    assert_eq!(names(&incoming).len(), 1);
    let site = Site::start(folder.path(), &settings);
    assert_eq!(names(&incoming), Vec::<String>::new());
    let mut left = names(&folder.path().join("media"));
    // It may have laid up its ballast already.
    left.retain(|name| name != ".ballast");
    assert_eq!(left, [".incoming"]);
    assert!(!site.get("/", &cookie).text().contains("반쪽"));
    assert_eq!(
        site.upload(&cookie, "온전한 영상", "public", &film).status,
        303
    );
}

#[tokio::test]
async fn an_upload_that_was_confirmed_survives_a_kill() {
    let folder = folder();
    let url = database_url(folder.path()).await;
    let settings = [("DATABASE_URL", url.as_str())];
    let site = Site::with_owner(folder.path(), &settings);
    let cookie = site.log_in(OWNER, PASSWORD);
    let film = fixture("short.mp4");
    let answer = site.upload(&cookie, "살아남은 영상", "private", &film);
    assert_eq!(answer.status, 303, "{}", answer.text());
    site.kill();
    let site = Site::start(folder.path(), &settings);
    // The session is in the database too.
    assert!(site.get("/", &cookie).text().contains("살아남은 영상"));
    let file = site.newest_file(&cookie);
    let answer = site.get(&file, &cookie);
    assert_eq!((answer.status, answer.body == film), (200, true));
    assert_eq!(site.get(&file, "").status, 302);
}

#[tokio::test]
async fn an_upload_in_flight_is_taken_whole_before_the_end() {
    let folder = folder();
    let url = database_url(folder.path()).await;
    let settings = [("DATABASE_URL", url.as_str())];
    let mut site = Site::with_owner(folder.path(), &settings);
    let cookie = site.log_in(OWNER, PASSWORD);
    let film = long_film(4 << 20);
    let body = multipart(&[
        crate::house::Part::Text("title", "마지막 영상"),
        crate::house::Part::Text("visibility", "public"),
        crate::house::Part::File("video_file", "film.mp4", &film),
    ]);
    let mut stream = connect(site.port);
    let (first, second) = body.split_at(body.len() / 2);
    stream
        .write_all(&site.upload_head(&cookie, body.len()))
        .expect("head");
    stream.write_all(first).expect("half of it");
    let incoming = folder.path().join("media/.incoming");
    until("half a file on the disk", || {
        let files = std::fs::read_dir(&incoming).expect("folder").flatten();
        files
            .filter_map(|file| file.metadata().ok())
            .any(|file| file.len() > 1 << 20)
    });
    site.signal("TERM");
    until("no more connections", || {
        TcpStream::connect(("127.0.0.1", site.port)).is_err()
    });
    stream.write_all(second).expect("the other half");
    assert_eq!(Reply::parse(&rest(&mut stream)).status, 303);
    assert_eq!(site.ended().code(), Some(0), "{}", site.log());
    let site = Site::start(folder.path(), &settings);
    assert!(site.get("/", "").text().contains("마지막 영상"));
}

#[test]
fn the_log_is_one_line_a_request_and_json_where_it_is_asked_for() {
    let folder = folder();
    let mut site = Site::with_owner(folder.path(), &[("LOG_FORMAT", "json")]);
    site.log_in(OWNER, PASSWORD);
    site.get("/login/?next=/geheim/", "sessionid=verborgen");
    site.signal("TERM");
    site.ended();
    until("the last line", || site.log().contains("has ended"));
    let log = site.log();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect();
    let of = |method: &str| {
        let lines = lines.iter();
        lines
            .filter(|line| line["path"] == "/login/" && line["method"] == method)
            .cloned()
            .collect::<Vec<_>>()
    };
    let (posts, gets) = (of("POST"), of("GET"));
    assert_eq!((posts.len(), gets.len()), (1, 1), "{log}");
    assert_eq!(posts[0]["status"], 303, "{log}");
    assert_eq!(gets[0]["status"], 200, "{log}");
    assert!(
        gets[0]["bytes"].as_u64().is_some_and(|bytes| bytes > 1000),
        "{log}"
    );
    assert!(
        gets[0]["ms"].is_u64() && gets[0]["request_id"].is_string(),
        "{log}"
    );
    for secret in ["geheim", "verborgen", PASSWORD] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}

#[test]
fn a_log_that_nobody_reads_any_more_stops_nobody() {
    let folder = folder();
    let settings = [
        ("HOST", "127.0.0.1"),
        ("PORT", "0"),
        ("SUPERUSER_USERNAME", OWNER),
        ("SUPERUSER_PASSWORD", PASSWORD),
    ];
    let mut site = madang(folder.path(), &[], &settings)
        .spawn()
        .expect("start");
    let log = BufReader::new(site.stderr.take().expect("piped"));
    // As `head` does: to the address and no further.
    let port = log.lines().map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once("serves http://127.0.0.1:")?;
        port.trim().parse().ok()
    });
    let asked = std::panic::catch_unwind(|| {
        let port = port.expect("an address");
        [(); 3].map(|()| ask(port, &request("GET", "/login/", "", "")).status)
    });
    site.kill().expect("an end");
    site.wait().expect("an end");
    assert_eq!(asked.ok(), Some([200; 3]));
}

#[cfg(unix)]
#[test]
fn what_it_makes_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let site = Site::with_owner(folder.path(), &[]);
    let cookie = site.log_in(OWNER, PASSWORD);
    let answer = site.upload(&cookie, "강의", "private", &fixture("short.mp4"));
    assert_eq!(answer.status, 303, "{}", answer.text());
    let mut folders = vec![folder.path().to_owned()];
    let mut seen = 0;
    while let Some(inside) = folders.pop() {
        for entry in std::fs::read_dir(inside).expect("folder").flatten() {
            let about = entry.metadata().expect("metadata");
            let mode = about.permissions().mode();
            // The log is the test's own.
            if entry.file_name() != "log" {
                assert_eq!(mode & 0o077, 0, "{} has {mode:o}", entry.path().display());
                seen += 1;
            }
            if about.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    assert!(seen >= 6, "only {seen}");
}
