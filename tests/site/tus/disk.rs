//! A disk that fills up in the middle.

use crate::{
    binary::{OWNER, Reply, Site, ask, long_film, request},
    house::PASSWORD,
    server::on_a_small_disk,
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
    // Meanwhile another film takes the room.
    let reply = site.upload(&cookie, "먼저 온 영상", "public", &long_film(30 << 20));
    assert_eq!(reply.status, 303, "{}", reply.text());
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
    let reply = site.post("/admin/videos/video/1/delete/", &cookie, &[]);
    assert_eq!(reply.status, 303, "{}", reply.text());
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
