//! A disk that fills up in the middle.

use std::{io::Write, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use madang::words::Lang;
use sha2::{Digest, Sha256};

use crate::{
    binary::{OWNER, Reply, Site, ask, long_film, request, until},
    house::{House, PASSWORD, fixture},
    server::{on_a_disk, on_a_small_disk},
};

/// A request of the protocol to the real binary.
pub fn tus(site: &Site, cookie: &str, method: &str, path: &str, lines: &str, body: &[u8]) -> Reply {
    let lines = format!("cookie: {cookie}\r\ntus-resumable: 1.0.0\r\n{lines}");
    let mut bytes = request(method, path, &lines, "");
    bytes.extend_from_slice(body);
    ask(site.port, &bytes)
}

/// Begins an upload; its address.
pub fn begin(site: &Site, cookie: &str, length: u64) -> String {
    let lines = format!("upload-length: {length}\r\ncontent-length: 0\r\n");
    let reply = tus(site, cookie, "POST", "/admin/uploads/", &lines, b"");
    assert_eq!(reply.status, 201, "{} {}", reply.head, reply.text());
    reply.header("location").to_owned()
}

/// How far an upload has come.
pub fn offset(site: &Site, cookie: &str, path: &str) -> u64 {
    let reply = tus(site, cookie, "HEAD", path, "", b"");
    assert_eq!(reply.status, 200, "{}", reply.head);
    reply.header("upload-offset").parse().expect("an offset")
}

/// A piece whose length is not told before, so that only the disk itself can refuse it.
fn chunked(site: &Site, cookie: &str, path: &str, offset: u64, piece: &[u8]) -> Reply {
    let lines = format!(
        "content-type: application/offset+octet-stream\r\nupload-offset: {offset}\r\n\
         transfer-encoding: chunked\r\n"
    );
    let mut body = Vec::new();
    for chunk in piece.chunks(1 << 20) {
        body.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        body.extend_from_slice(chunk);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    tus(site, cookie, "PATCH", path, &lines, &body)
}

#[test]
fn a_disk_that_fills_up_in_the_middle_leaves_the_upload_to_be_gone_on_with() {
    let folder = tempfile::tempdir().expect("folder");
    let Some(site) = on_a_small_disk(folder.path(), 64) else {
        eprintln!("no mount namespace here: a full disk cannot be made");
        return;
    };
    let cookie = site.log_in(OWNER, PASSWORD);
    let film = long_film(40 << 20);
    let path = begin(&site, &cookie, film.len() as u64);
    // A form that would take the room that is promised is not taken, whether it tells its length or not.
    let reply = site.upload(&cookie, "나중에 온 영상", "public", &long_film(30 << 20));
    assert_eq!(reply.status, 507, "{}", reply.text());
    assert!(reply.text().contains("나중에 온 영상"));
    assert!(reply.text().contains(Lang::Ko.words().errors.room_taken));
    // Meanwhile somebody else takes it.
    let theirs = site.inside(&folder.path().join("media/theirs"));
    std::fs::write(&theirs, vec![1; 30 << 20]).expect("a file");
    let reply = chunked(&site, &cookie, &path, 0, &film);
    assert_eq!(reply.status, 507, "{} {}", reply.head, reply.text());
    let there = offset(&site, &cookie, &path);
    assert!((20 << 20..36 << 20).contains(&there), "{there}");
    // The site serves, and takes nothing more.
    assert_eq!(site.get("/", &cookie).status, 200);
    assert_eq!(site.get("/admin/videos/video/", &cookie).status, 200);
    let lines = "upload-length: 1000\r\ncontent-length: 0\r\n";
    let reply = tus(&site, &cookie, "POST", "/admin/uploads/", lines, b"");
    assert_eq!(reply.status, 507, "{}", reply.text());
    let lines = format!(
        "content-type: application/offset+octet-stream\r\nupload-offset: {there}\r\n\
         content-length: 5\r\n"
    );
    let reply = tus(&site, &cookie, "PATCH", &path, &lines, b"12345");
    assert_eq!(reply.status, 507, "{}", reply.text());
    // The owner frees some, and the upload goes on.
    std::fs::remove_file(theirs).expect("a removal");
    let rest = usize::try_from(there).expect("a size");
    let reply = chunked(&site, &cookie, &path, there, &film[rest..]);
    assert_eq!(reply.status, 204, "{} {}", reply.head, reply.text());
    let form = crate::house::multipart(&super::form(&path));
    let mut bytes = site.upload_head(&cookie, form.len());
    bytes.extend_from_slice(&form);
    assert_eq!(ask(site.port, &bytes).status, 303);
    let file = site.newest_file(&cookie);
    assert!(site.get(&file, &cookie).body == film);
    // And what cannot be gone on with is cleanly gone.
    let path = begin(&site, &cookie, 1 << 20);
    assert_eq!(tus(&site, &cookie, "DELETE", &path, "", b"").status, 204);
    assert_eq!(tus(&site, &cookie, "HEAD", &path, "", b"").status, 404);
}

/// Begins an upload that does not tell its length; its address.
fn begin_unknown(site: &Site, cookie: &str) -> String {
    let lines = "upload-defer-length: 1\r\ncontent-length: 0\r\n";
    let reply = tus(site, cookie, "POST", "/admin/uploads/", lines, b"");
    assert_eq!(reply.status, 201, "{} {}", reply.head, reply.text());
    reply.header("location").to_owned()
}

/// Writes on a file until nothing fits on its disk any more.
fn fill(path: &Path) {
    let mut file = std::fs::File::create(path).expect("a file");
    for size in [1 << 20, 4096, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
}

#[test]
fn uploads_leave_room_for_the_site_and_a_disk_that_others_fill_can_be_freed() {
    let folder = tempfile::tempdir().expect("folder");
    let settings = [
        ("DATABASE_URL", "sqlite:///media/site.sqlite3"),
        ("MEDIA_ROOT", "media/files"),
    ];
    let Some(site) = on_a_disk(folder.path(), 64, "", &settings) else {
        eprintln!("no mount namespace here: a full disk cannot be made");
        return;
    };
    let files = site.inside(&folder.path().join("media/files"));
    until("the ballast", || {
        let ballast = std::fs::metadata(files.join(".ballast/ballast"));
        ballast.is_ok_and(|file| file.len() >= 2 << 20)
    });
    let cookie = site.log_in(OWNER, PASSWORD);
    let reply = site.upload(&cookie, "지울 영상", "public", &long_film(1 << 20));
    assert_eq!(reply.status, 303, "{}", reply.text());
    let film = long_film(80 << 20);
    let paths = [(); 3].map(|()| begin_unknown(&site, &cookie));
    for (number, path) in paths.iter().enumerate() {
        let piece = if number == 0 { &film } else { &film[..8 << 20] };
        let reply = chunked(&site, &cookie, path, 0, piece);
        assert_eq!(reply.status, 507, "{} {}", reply.head, reply.text());
        let there = offset(&site, &cookie, path);
        let expected = if number == 0 {
            48 << 20..60 << 20
        } else {
            0..1 << 20
        };
        assert!(expected.contains(&there), "{number}: {there}");
    }
    // There is room for everything but files.
    site.log_in(OWNER, PASSWORD);
    let sign_up = [
        ("username", "지민"),
        ("password1", PASSWORD),
        ("password2", PASSWORD),
    ];
    assert_eq!(site.post("/signup/", "", &sign_up).status, 303);
    // Somebody else takes the very last byte: an upload can be cancelled, and a video deleted.
    let theirs = site.inside(&folder.path().join("media/theirs"));
    fill(&theirs);
    let reply = site.post("/admin/videos/video/1/delete/", &cookie, &[]);
    assert_eq!(reply.status, 303, "{}", reply.text());
    fill(&theirs);
    for path in &paths {
        assert_eq!(tus(&site, &cookie, "DELETE", path, "", b"").status, 204);
    }
    site.log_in(OWNER, PASSWORD);
}

#[tokio::test]
async fn what_is_said_of_a_piece_on_a_full_database_is_true() {
    let house = House::open().await;
    if !house.on_postgres() {
        return;
    }
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let db = &house.app.db;
    let sql = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS \
               $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$";
    db.run(sql, ()).await.expect("a function");
    let words = Lang::Ko.words().uploads;
    let sum = format!("sha256 {}", STANDARD.encode(Sha256::digest(&film)));
    let sum = [("upload-checksum", &*sum)];
    for (headers, said, kept) in [
        (&[][..], words.full, film.len()),
        (&sum[..], words.full_dropped, 0),
    ] {
        let path = super::begin(&owner, film.len()).await;
        let sql = "CREATE TRIGGER full_disk BEFORE UPDATE ON unfinished_uploads \
                   FOR EACH ROW EXECUTE FUNCTION full_disk()";
        db.run(sql, ()).await.expect("a trigger");
        let answer = super::send_with(&owner, &path, 0, headers, film.clone()).await;
        assert_eq!(answer.status.as_u16(), 507);
        answer.says(said);
        let sql = "DROP TRIGGER full_disk ON unfinished_uploads";
        db.run(sql, ()).await.expect("its end");
        super::is_at(&super::head(&owner, &path).await, kept);
    }
}

#[test]
fn the_site_starts_on_a_full_disk_and_says_so() {
    let folder = tempfile::tempdir().expect("folder");
    let before = "{ cat /dev/zero > media/theirs 2> /dev/null || true; } &&";
    let Some(site) = on_a_disk(folder.path(), 16, before, &[]) else {
        eprintln!("no mount namespace here: a full disk cannot be made");
        return;
    };
    assert!(
        site.log().contains("남은 공간이 없습니다"),
        "{}",
        site.log()
    );
    let cookie = site.log_in(OWNER, PASSWORD);
    let reply = site.upload(&cookie, "안 들어가는 영상", "public", &long_film(1 << 20));
    assert_eq!(reply.status, 507, "{}", reply.text());
    std::fs::remove_file(site.inside(&folder.path().join("media/theirs"))).expect("a removal");
    let reply = site.upload(&cookie, "들어가는 영상", "public", &long_film(1 << 20));
    assert_eq!(reply.status, 303, "{}", reply.text());
}
