//! A large upload while its server is killed, again and again.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
};

use madang::storage::space;

use super::disk::{begin, offset};
use crate::{
    binary::{OWNER, Site, ask, connect, request, rest, until},
    house::{PASSWORD, database_url, fixture, multipart},
};

const BLOCK: usize = 1 << 20;

/// Bytes of the film: 3 GB where there is room for it and as much again.
fn length(media: &Path) -> u64 {
    let free = space(media).map(|disk| disk.free);
    if free.is_some_and(|free| free > 8_000_000_000) {
        return 3_000_000_000;
    }
    eprintln!("no 8 GB are free here: a film of 160 MB has to do");
    160_000_000
}

/// A film of any length that no memory holds: a fixture, and behind it a box of free space whose
/// blocks begin with their own number.
struct Film {
    head: Vec<u8>,
    block: Vec<u8>,
    length: u64,
}

impl Film {
    fn new(length: u64) -> Film {
        let mut head = fixture("short.mp4");
        let free = u32::try_from(length - head.len() as u64).expect("four gigabytes at most");
        head.extend_from_slice(&free.to_be_bytes());
        head.extend_from_slice(b"free");
        let block = (0..BLOCK).map(|place| (place * 31 % 253) as u8).collect();
        head.resize(BLOCK, 9);
        Film {
            head,
            block,
            length,
        }
    }

    /// The bytes from `offset` to the end of its block; none after the end.
    fn at(&mut self, offset: u64) -> &[u8] {
        let number = offset / BLOCK as u64;
        let begin = usize::try_from(offset % BLOCK as u64).expect("small");
        let left = self.length.saturating_sub(number * BLOCK as u64);
        let end = usize::try_from(left.min(BLOCK as u64)).expect("small");
        self.block[..8].copy_from_slice(&number.to_be_bytes());
        let block = if number == 0 { &self.head } else { &self.block };
        &block[begin.min(end)..end]
    }

    /// Sends from `offset` up to `end` as one piece, which is said to go on to the film's end.
    fn send(&mut self, site: &Site, cookie: &str, path: &str, offset: u64, end: u64) -> TcpStream {
        let lines = format!(
            "cookie: {cookie}\r\ntus-resumable: 1.0.0\r\nupload-offset: {offset}\r\n\
             content-type: application/offset+octet-stream\r\ncontent-length: {}\r\n",
            self.length - offset
        );
        let mut stream = connect(site.port);
        stream
            .write_all(&request("PATCH", path, &lines, ""))
            .expect("a head");
        let mut at = offset;
        while at < end {
            let bytes = self.at(at);
            let bytes = &bytes[..bytes.len().min(usize::try_from(end - at).unwrap_or(BLOCK))];
            stream.write_all(bytes).expect("bytes");
            at += bytes.len() as u64;
        }
        stream
    }

    /// Asserts that a file has these bytes and no others.
    fn is(&mut self, path: &Path) {
        let mut file = std::fs::File::open(path).expect("the file");
        assert_eq!(file.metadata().expect("a length").len(), self.length);
        let mut found = vec![0; BLOCK];
        let mut at = 0;
        while at < self.length {
            let expected = self.at(at);
            let found = &mut found[..expected.len()];
            file.read_exact(found).expect("bytes");
            assert!(*found == *expected, "at {at}");
            at += expected.len() as u64;
        }
    }
}

#[tokio::test]
async fn killed_three_times_it_ends_byte_for_byte_within_its_memory() {
    let folder = tempfile::tempdir().expect("folder");
    let url = database_url(folder.path()).await;
    let settings = [("DATABASE_URL", &*url), ("MAX_UPLOAD_SIZE", "4G")];
    let site = Site::with_owner(folder.path(), &settings);
    let cookie = site.log_in(OWNER, PASSWORD);
    // What proving a password takes is not counted: that was another process.
    drop(site);
    let mut film = Film::new(length(&folder.path().join("media")));
    let mut site = Site::start(folder.path(), &settings);
    let path = begin(&site, &cookie, film.length);
    let media = folder.path().join("media");
    let token = path["/admin/uploads/".len()..].trim_end_matches('/');
    let partial = media.join(".uploads").join(token);
    let mut most = 0;
    for quarter in 1..=3 {
        let before = offset(&site, &cookie, &path);
        let end = film.length / 4 * quarter;
        let stream = film.send(&site, &cookie, &path, before, end);
        // In the middle of the piece, once part of what was sent is in the file.
        until("more of the file", || {
            let there = std::fs::metadata(&partial).expect("the partial file").len();
            there > before.midpoint(end)
        });
        most = most.max(site.most_memory());
        site.kill();
        drop(stream);
        let there = std::fs::metadata(&partial)
            .expect("it is still there")
            .len();
        site = Site::start(folder.path(), &settings);
        assert_eq!(offset(&site, &cookie, &path), there);
        assert!(before < there && there <= end, "{before} {there} {end}");
    }
    let before = offset(&site, &cookie, &path);
    let end = film.length;
    let mut stream = film.send(&site, &cookie, &path, before, end);
    let reply = crate::binary::Reply::parse(&rest(&mut stream));
    assert_eq!(reply.status, 204, "{} {}", reply.head, reply.text());
    assert_eq!(offset(&site, &cookie, &path), film.length);
    let form = multipart(&super::form(&path));
    let mut bytes = site.upload_head(&cookie, form.len());
    bytes.extend_from_slice(&form);
    assert_eq!(ask(site.port, &bytes).status, 303);
    most = most.max(site.most_memory());
    let file = site.newest_file(&cookie);
    film.is(&media.join(file.trim_start_matches("/media/")));
    assert!(!partial.exists());
    assert!(most <= 64 << 20, "{} MiB at most", most >> 20);
}

#[tokio::test]
async fn a_refusal_is_read_by_a_client_that_still_sends() {
    let folder = tempfile::tempdir().expect("folder");
    let url = database_url(folder.path()).await;
    let site = Site::with_owner(folder.path(), &[("DATABASE_URL", &*url)]);
    let cookie = site.log_in(OWNER, PASSWORD);
    let length = 30 << 20;
    let path = begin(&site, &cookie, length);
    let lines = format!(
        "cookie: {cookie}\r\ntus-resumable: 1.0.0\r\nupload-offset: 0\r\n\
         content-type: application/offset+octet-stream\r\ncontent-length: {length}\r\n"
    );
    let mut bytes = request("PATCH", &path, &lines, "");
    bytes.resize(bytes.len() + (30 << 20), b'a');
    let mut stream = connect(site.port);
    // All of it is taken off the wire, so that the answer is not lost with the connection.
    stream.write_all(&bytes).expect("every byte");
    let reply = crate::binary::Reply::parse(&rest(&mut stream));
    assert_eq!(reply.status, 422, "{}", reply.head);
    assert!(!folder.path().join("media/.uploads").join(&path).exists());
}
