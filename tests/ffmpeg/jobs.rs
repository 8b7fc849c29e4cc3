//! What the real ffmpeg does for videos in the background.

use std::{fs, path::Path};

use axum::http::StatusCode;
use madang::ingest::{
    jobs::worker::{Limits, Worker},
    picture,
};

use super::{
    ffmpeg,
    house::{House, Part, fixture},
    succeeded,
};

const FILM: &str = "-f lavfi -i testsrc2=size=640x360:rate=15:duration=4 \
    -f lavfi -i sine=frequency=440:sample_rate=48000:duration=4";
const H264: &str = "-c:v libx264 -threads 1 -preset veryfast -pix_fmt yuv420p";

async fn house() -> House {
    House::with(|w| w.ffmpeg = Some("ffmpeg".to_owned())).await
}

/// Uploads a film and does all there is to be done; the video's id.
async fn published(house: &House, name: &str, film: &[u8]) -> i64 {
    let owner = house.staff().await;
    let parts = [
        Part::Text("title", "강의"),
        Part::Text("description", ""),
        Part::Text("visibility", "public"),
        Part::File("video_file", name, film),
    ];
    let answer = owner.post_parts("/admin/videos/video/add/", &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let worker = Worker::new(house.app.clone(), Limits::default());
    let worker = worker.expect("random numbers").expect("an ffmpeg");
    while worker.next().await.expect("a job") {}
    let sql = "SELECT id FROM videos ORDER BY id DESC LIMIT 1";
    house.app.db.get(sql, ()).await.expect("the video")
}

/// Each kind of job with its state, fault, and what ffmpeg said.
async fn jobs(house: &House, id: i64) -> Vec<(String, String, Option<String>, Option<String>)> {
    let sql = "SELECT kind, state, fault, said FROM jobs WHERE video_id = $1 ORDER BY kind";
    house.app.db.all(sql, (id,)).await.expect("the jobs")
}

/// A hash of each stream's bytes.
fn streams(file: &Path) -> String {
    let name = file.display().to_string();
    let arguments = [
        "-v",
        "error",
        "-nostdin",
        "-i",
        &name,
        "-map",
        "0:v",
        "-map",
        "0:a?",
        "-c",
        "copy",
        "-f",
        "streamhash",
        "-",
    ];
    succeeded("ffmpeg", &arguments)
}

/// The film became an MP4 that starts fast, with the very same streams, and has a picture.
async fn becomes_an_mp4(name: &str, film: &Path) {
    let house = house().await;
    let id = published(&house, name, &fs::read(film).expect("the film")).await;
    let done = |kind: &str| (kind.to_owned(), "done".to_owned(), None, None);
    assert_eq!(
        jobs(&house, id).await,
        [done("remux"), done("thumbnail")],
        "{name}"
    );
    let sql = "SELECT file, file_name, container, starts_fast, duration FROM videos WHERE id = $1";
    let row = house.app.db.one(sql, (id,)).await;
    let (key, new_name, container, is_fast, duration): (String, String, String, bool, i64) =
        row.expect("the video");
    assert_eq!((&*container, is_fast), ("mp4", true), "{name}");
    assert!(new_name.ends_with(".mp4"), "{new_name}");
    assert!((3900..6200).contains(&duration), "{duration}");
    let new = house.app.storage.root().join(key);
    assert_eq!(streams(&new), streams(film), "{name}");
    let bytes = fs::read(&new).expect("the new film");
    let at = |kind: &[u8]| bytes.windows(4).position(|four| four == kind);
    assert!(at(b"moov") < at(b"mdat"), "{name}");
}

/// A film made by ffmpeg becomes an MP4.
async fn made(arguments: &str, name: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let film = ffmpeg(folder.path(), &format!("{FILM} {arguments}"), name);
    becomes_an_mp4(name, &film).await;
}

fn of_fixture(name: &str) -> std::path::PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/media")).join(name)
}

#[tokio::test]
async fn matroska_and_quicktime_become_mp4_with_every_byte_of_their_streams() {
    becomes_an_mp4("video.mkv", &of_fixture("video.mkv")).await;
    becomes_an_mp4("short.mov", &of_fixture("short.mov")).await;
    made(&format!("{H264} -c:a aac"), "film.mkv").await;
    made(&format!("{H264} -c:a libmp3lame"), "mp3.mkv").await;
    made(&format!("{H264} -c:a flac"), "flac.mkv").await;
    made(
        &format!("-map 0:v -map 1:a -map 1:a {H264} -c:a aac -metadata:s:a:0 language=kor"),
        "sounds.mkv",
    )
    .await;
    made(
        "-c:v libvpx-vp9 -cpu-used 8 -deadline realtime -c:a libopus",
        "vp9.mkv",
    )
    .await;
    made(&format!("{H264} -c:a aac -movflags +faststart"), "film.mov").await;
}

#[tokio::test]
async fn every_kind_of_film_gets_a_picture() {
    for name in [
        "short.mp4",
        "tail.mp4",
        "fragmented.mp4",
        "short.webm",
        "short.ogv",
        "hevc.mov",
    ] {
        let house = house().await;
        let id = published(&house, name, &fixture(name)).await;
        let done = ("thumbnail".to_owned(), "done".to_owned(), None, None);
        assert_eq!(jobs(&house, id).await, [done], "{name}");
        let sql = "SELECT thumbnail, thumbnail_width FROM videos WHERE id = $1";
        let row = house.app.db.one(sql, (id,)).await;
        let (key, width): (String, i64) = row.expect("a picture");
        assert_eq!(width, 320, "{name}");
        let path = house.app.storage.root().join(key);
        let seen = picture::scaled(&path).await.expect("a JPEG");
        assert_eq!((seen.width, seen.height), (320, 180), "{name}");
    }
}

#[tokio::test]
async fn a_telephones_film_gets_its_picture_upright() {
    let house = house().await;
    let id = published(&house, "upright.mp4", &fixture("upright.mp4")).await;
    let sql = "SELECT thumbnail_width FROM videos WHERE id = $1";
    let width: Option<i64> = house.app.db.get(sql, (id,)).await.expect("a width");
    assert_eq!(width, Some(180));
}

/// A film whose index says that its pictures are in the file beside it.
fn pointing_at(beside: &str, film: &[u8]) -> Vec<u8> {
    let mut alias = vec![0; 10];
    alias.extend([0; 1 + 27 + 12 + 1 + 63 + 16]);
    // One folder up from here, one down to there.
    alias.extend([0, 1, 0, 1]);
    alias.extend([0; 16]);
    let path = format!("/{beside}");
    alias.extend([0, 2]);
    alias.extend(u16::to_be_bytes(path.len() as u16));
    alias.extend(path.as_bytes());
    alias.resize(alias.len() + path.len() % 2, 0);
    alias.extend([0xff, 0xff, 0, 0]);
    let mut entry = u32::to_be_bytes(12 + alias.len() as u32).to_vec();
    entry.extend(b"alis\0\0\0\0");
    entry.extend(alias);

    let mut film = film.to_vec();
    let find = |film: &[u8], kind: &[u8], before: usize| {
        let found = film[..before].windows(4).rposition(|four| four == kind);
        found.unwrap_or_else(|| panic!("{kind:?}"))
    };
    let data = find(&film, b"dref", film.len());
    let end = data;
    for kind in [b"dref", b"dinf", b"minf", b"mdia", b"trak", b"moov"] {
        let at = if kind == b"dref" {
            data
        } else {
            find(&film, kind, end)
        } - 4;
        let size = u32::from_be_bytes(film[at..at + 4].try_into().expect("four"));
        let size = size - 12 + entry.len() as u32;
        film[at..at + 4].copy_from_slice(&size.to_be_bytes());
    }
    let first = data + 4 + 8;
    film.splice(first..first + 12, entry);
    film
}

#[tokio::test]
async fn a_film_that_names_another_file_gets_nothing_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = "-f lavfi -i testsrc2=size=320x180:rate=15:duration=1";
    let victim = ffmpeg(folder.path(), &format!("{made} {H264}"), "victim.mov");
    let film = fs::read(&victim).expect("a film");
    let mut hostile = pointing_at("victim.mov", &film);
    let media = hostile
        .windows(4)
        .position(|four| four == b"mdat")
        .expect("mdat")
        + 4;
    let index = hostile
        .windows(4)
        .rposition(|four| four == b"moov")
        .expect("moov")
        - 4;
    hostile[media..index].fill(0);

    let house = house().await;
    fs::copy(&victim, house.app.storage.root().join("victim.mov")).expect("a copy");
    let id = published(&house, "film.mov", &hostile).await;
    let sql = "SELECT COUNT(*) FROM videos WHERE thumbnail IS NULL AND container = 'mov'";
    assert_eq!(house.app.db.get::<i64>(sql, ()).await.expect("a count"), 1);
    let jobs = jobs(&house, id).await;
    assert!(
        jobs.len() == 2 && jobs.iter().all(|(_, state, ..)| state == "failed"),
        "{jobs:?}"
    );

    // An ffmpeg that is not told better does read it.
    let sql = "SELECT file FROM videos WHERE id = $1";
    let key: String = house.app.db.get(sql, (id,)).await.expect("its key");
    let arguments = format!(
        "-enable_drefs 1 -i {} -frames:v 1",
        house.app.storage.root().join(key).display()
    );
    let picture = ffmpeg(folder.path(), &arguments, "picture.png");
    assert!(fs::metadata(picture).expect("a picture").len() > 1000);
}
