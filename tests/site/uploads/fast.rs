//! A film whose index comes last is stored with it in front.

use std::path::Path;

use axum::http::StatusCode;

use super::known;
use crate::{
    binary::{OWNER, Site, connect, until},
    house::{House, PASSWORD, Part, database_url, fixture, multipart, upload},
};

fn find(bytes: &[u8], kind: &[u8; 4]) -> usize {
    let found = bytes.windows(4).position(|four| four == kind);
    found.expect("a box") - 4
}

fn size(bytes: &[u8], at: usize) -> usize {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("a size")) as usize
}

#[tokio::test]
async fn a_film_with_its_index_at_the_end_is_stored_with_it_in_front_and_plays() {
    let house = House::open().await;
    let owner = house.staff().await;
    for (name, width) in [("tail.mp4", 320), ("upright.mp4", 180)] {
        let (id, key) = upload(&house, &owner, name, "public", name).await;
        let (sent, answer) = (
            fixture(name),
            house.visitor().get(&format!("/media/{key}")).await,
        );
        let stored = &answer.body[..];
        let (moov, mdat) = (find(stored, b"moov"), find(stored, b"mdat"));
        assert_eq!((moov, stored.len()), (size(stored, 0), sent.len()));
        // The film itself is what was sent, as far behind as the index is long.
        let length = size(stored, mdat);
        let before = find(&sent, b"mdat");
        assert!(stored[mdat..mdat + length] == sent[before..before + length]);
        let shift = (mdat - before) as u32;
        assert_eq!(shift as usize, size(stored, moov));
        let first = |bytes: &[u8]| {
            let at = find(bytes, b"stco") + 16;
            u32::from_be_bytes(bytes[at..at + 4].try_into().expect("an offset"))
        };
        assert_eq!(first(stored), first(&sent) + shift);

        let (kind, size, duration, w, _, codecs) = known(&house, id).await;
        assert_eq!((kind.as_str(), size), ("video/mp4", sent.len() as i64));
        assert_eq!((duration, w), (Some(6000), Some(width)));
        assert_eq!(codecs.as_deref(), Some("avc1.4d4015,mp4a.40.2"));
        // A player's first question answers it.
        let asked = [("range", "bytes=0-8191")];
        let answer = house
            .visitor()
            .get_with(&format!("/media/{key}"), &asked)
            .await;
        assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT);
        assert!(moov + shift as usize <= answer.body.len());
    }
    assert_eq!(house.files().len(), 2);
}

/// `tail.mp4` with `more` bytes behind its samples, and the size of its `mdat` in 64 bits.
fn stretched(more: usize) -> Vec<u8> {
    let mut film = fixture("tail.mp4");
    let (mdat, moov) = (find(&film, b"mdat"), find(&film, b"moov"));
    let length = (moov - mdat + 8 + more) as u64;
    assert_eq!(find(&film, b"free"), mdat - 8);
    film[mdat - 8..mdat].copy_from_slice(b"\0\0\0\x01mdat");
    film[mdat..mdat + 8].copy_from_slice(&length.to_be_bytes());
    let index = film.split_off(moov);
    film.resize(moov + more, 7);
    film.extend_from_slice(&index);
    film
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("folder").flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| !name.starts_with('.')).collect()
}

#[tokio::test]
async fn killed_while_a_film_is_written_again_it_leaves_no_half_of_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = database_url(folder.path()).await;
    let settings = [("DATABASE_URL", url.as_str())];
    let site = Site::with_owner(folder.path(), &settings);
    let cookie = site.log_in(OWNER, PASSWORD);
    let film = stretched(48 << 20);
    let body = multipart(&[
        Part::Text("title", "반쪽"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "film.mp4", &film),
    ]);
    let mut stream = connect(site.port);
    let head = site.upload_head(&cookie, body.len());
    std::io::Write::write_all(&mut stream, &[head, body].concat()).expect("a request");
    let media = folder.path().join("media");
    let incoming = media.join(".incoming");
    // The old one and the new one; or, on a fast machine, it is over already, which is no harm.
    until("a second file", || {
        names(&incoming).len() == 2 || !names(&media).is_empty()
    });
    site.kill();
    let site = Site::start(folder.path(), &settings);
    assert_eq!(names(&incoming), Vec::<String>::new());
    for name in names(&media) {
        let stored = std::fs::read(media.join(name)).expect("a file");
        assert_eq!(stored.len(), film.len());
        assert!(find(&stored, b"moov") < find(&stored, b"mdat"));
    }
    let answer = site.upload(&cookie, "온전한 영상", "public", &film);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let stored = site.get(&site.newest_file(&cookie), &cookie);
    assert_eq!(stored.body.len(), film.len());
    assert!(find(&stored.body, b"moov") < find(&stored.body, b"mdat"));
}
