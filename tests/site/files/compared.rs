//! `madang media`: what it finds, what it removes, and what it never touches.

use madang::{
    db::Time,
    ingest::{
        inventory::{self, Finding, Pile},
        keep,
    },
    storage::{Key, Token},
};

use super::{Place, a_key, put};
use crate::{
    binary::{OWNER, Site, run, until},
    house::{House, PASSWORD, Part, fixture, upload},
};

const OLD: u64 = 2 * 3600;

/// What is found, sorted, in short.
async fn found(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    let tally = inventory::look(&house.app, |finding| {
        found.push(match finding {
            Finding::Orphan(key, len) => format!("orphan {key} {len}"),
            Finding::Stray(token, len) => format!("stray {token} {len}"),
            Finding::Foreign(name, len) => format!("foreign {name} {len}"),
            Finding::Missing(what, row) => {
                format!("{what:?} {} {} {}", row.id, row.title, row.file)
            }
        });
    });
    let tally = tally.await.expect("a look");
    let counted = tally.orphans.files + tally.foreign.files + tally.missing;
    assert_eq!(counted, found.len() as u64);
    assert_eq!(tally.is_clean(), found.is_empty());
    found.sort();
    found
}

async fn key_of(house: &House, sql: &'static str) -> String {
    house.app.db.get(sql, ()).await.expect("a key")
}

/// A site in which every column that names files names one.
async fn full_house() -> House {
    let house = House::open().await;
    let owner = house.staff().await;
    let (film, picture) = (fixture("short.mp4"), picture());
    let video = [
        Part::Text("title", "강의"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "film.mp4", &film),
        Part::File("thumbnail", "picture.png", &picture),
        Part::File(
            "captions",
            "film.ko.vtt",
            b"WEBVTT\n\n00:01.000 --> 00:02.000\na\n",
        ),
    ];
    owner.post_parts("/admin/videos/video/add/", &video).await;
    let post = [
        Part::Text("title", "글"),
        Part::Text("body", "본문"),
        Part::File("files", "picture.png", &picture),
    ];
    owner.post_parts("/board/new/", &post).await;
    // A form without a title: its file is kept.
    let unfinished = [
        Part::Text("visibility", "public"),
        Part::File("video_file", "kept.mp4", &film),
        Part::File("thumbnail", "kept.png", &picture),
    ];
    owner
        .post_parts("/admin/videos/video/add/", &unfinished)
        .await;
    // An upload in pieces that was ended by a process which died before it had noted that.
    let (token, key) = (a_token(), a_key("mp4"));
    put(house.app.storage.root(), &key, OLD);
    let sql = "INSERT INTO unfinished_uploads (id, user_id, length, file_name, metadata, file, \
               created_at, expires_at) VALUES ($1, $2, 5, 'f', '', $3, $4, $5)";
    let (now, later) = (Time::now(), Time::now().plus_seconds(3600));
    let values = (token, owner.id, key, now, later);
    house.app.db.run(sql, values).await.expect("an upload");
    house
}

/// Large enough to be kept in two sizes.
fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(400, 225)
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("a picture");
    bytes.into_inner()
}

fn a_token() -> String {
    a_key("mp4").replace(".mp4", "")
}

#[tokio::test]
async fn a_site_with_all_kinds_of_files_is_as_it_should_be() {
    let house = full_house().await;
    for name in house.files() {
        put(house.app.storage.root(), &name, OLD);
    }
    assert_eq!(found(&house).await, [] as [String; 0]);
    for column in &inventory::COLUMNS {
        let sql = format!(
            "SELECT COUNT(*) FROM {} WHERE {} IS NOT NULL",
            column.table, column.name
        );
        let rows: i64 = house
            .app
            .db
            .get(sqlx::AssertSqlSafe(sql), ())
            .await
            .expect("a count");
        assert!(rows > 0, "nothing in {}.{}", column.table, column.name);
    }
}

#[tokio::test]
async fn every_row_whose_file_is_missing_is_named() {
    let house = full_house().await;
    for name in house.files() {
        std::fs::remove_file(house.app.storage.root().join(name)).expect("a file");
    }
    let video = key_of(&house, "SELECT file FROM videos").await;
    let thumbnail = key_of(&house, "SELECT thumbnail FROM videos").await;
    let captions = key_of(&house, "SELECT file FROM captions").await;
    let attachment = key_of(&house, "SELECT file FROM attachments").await;
    let small = key_of(&house, "SELECT thumbnail_small FROM videos").await;
    let sql = "SELECT file FROM uploads WHERE field = 'video_file'";
    let kept = key_of(&house, sql).await;
    let sql = "SELECT small FROM uploads WHERE small IS NOT NULL";
    let kept_small = key_of(&house, sql).await;
    let found = found(&house).await;
    for expected in [
        format!("Video 1 강의 {video}"),
        format!("Thumbnail 1 강의 {thumbnail}"),
        format!("Captions 1 강의 {captions}"),
        format!("Attachment 1 글 {attachment}"),
        format!("Thumbnail 1 강의 {small}"),
        format!("Kept 1 kept.mp4 {kept}"),
        format!("Kept 1 kept.png {kept_small}"),
    ] {
        assert!(found.contains(&expected), "{expected} not in {found:?}");
    }
    assert_eq!(found.len(), 8, "{found:?}");
}

#[tokio::test]
async fn of_many_rows_and_files_each_is_looked_at() {
    let house = House::open().await;
    let root = house.app.storage.root().to_owned();
    let mut expected = Vec::new();
    for number in 0..1203 {
        let key = a_key("mp4");
        let sql = "INSERT INTO videos (title, title_key, search_key, description, visibility, file, \
                   file_name, content_type, size, created_at, updated_at) \
                   VALUES ('t', 't', 't', '', 'public', $1, 'f', 'video/mp4', 1, 1, 1) RETURNING id";
        let id: i64 = house
            .app
            .db
            .get(sql, (key.clone(),))
            .await
            .expect("a video");
        if number % 3 == 0 {
            expected.push(format!("Video {id} t {key}"));
        } else {
            put(&root, &key, OLD);
        }
    }
    for _ in 0..601 {
        let key = a_key("jpg");
        put(&root, &key, OLD);
        expected.push(format!("orphan {key} 5"));
    }
    expected.sort();
    assert_eq!(found(&house).await, expected);
}

#[tokio::test]
async fn a_file_is_nobody_s_after_an_hour_without_a_row_and_only_then() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (_, named) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    let root = house.app.storage.root().to_owned();
    let (young, old, awaited) = (a_key("mp4"), a_key("mp4"), a_key("mp4"));
    put(&root, &young, 60);
    put(&root, &old, OLD);
    // Announced, by an upload that is running somewhere.
    put(&root, &awaited, OLD);
    let sql = "INSERT INTO file_removals (file, since) VALUES ($1, $2)";
    let values = (awaited.clone(), Time::now().plus_seconds(-60));
    house.app.db.run(sql, values).await.expect("announced");
    put(&root, "notes.txt", OLD);
    std::fs::create_dir(root.join("lost+found")).expect("a folder");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", root.join(a_key("mp4"))).expect("a link");

    let mut orphans = Vec::new();
    let tally = inventory::look(&house.app, |finding| {
        if let Finding::Orphan(key, len) = finding {
            orphans.push((key, len));
        }
    });
    let tally = tally.await.expect("a look");
    assert_eq!(tally.orphans, Pile { files: 1, bytes: 5 });
    assert_eq!(tally.foreign.files, if cfg!(unix) { 2 } else { 1 });
    assert_eq!((tally.known.files, tally.missing), (2, 0));
    assert_eq!(orphans[0].0.as_str(), old);
    // Named since it was found, however that may be: it stays.
    orphans.push((Key::parse(&named).expect("a key"), 5));
    let (removed, faults) = inventory::clean(&house.app, &orphans).await.expect("clean");
    assert_eq!((removed.files, faults.len()), (1, 0));
    let left = house.files();
    for name in [&named, &young, &awaited, "notes.txt"] {
        assert!(left.iter().any(|file| file == name), "{name}: {left:?}");
    }
    assert!(!left.contains(&old));
    keep::sweep(&house.app).await.expect("a sweep");
    assert!(house.files().contains(&awaited));
}

#[tokio::test]
async fn the_command_tells_what_it_finds_and_removes_what_nobody_knows() {
    let place = Place::new().await;
    let media = place.path("media");
    for arguments in [&["media"][..], &["media", "--clean"]] {
        let missing = place.run(arguments);
        assert_eq!(missing.code, Some(1), "{missing:?}");
        assert!(missing.stderr.contains("no media folder"), "{missing:?}");
        assert!(!media.exists(), "a mistyped folder is not made");
    }
    std::fs::create_dir(&media).expect("a folder");
    let fine = place.run(&["media"]);
    assert_eq!(fine.code, Some(0), "{fine:?}");
    assert!(fine.stdout.contains("none missing"), "{fine:?}");

    std::fs::write(place.path("강의.mp4"), fixture("short.mp4")).expect("a film");
    std::fs::write(place.path("lost.mp4"), fixture("short.mp4")).expect("a film");
    let made = place.run(&["upload", "강의.mp4", "lost.mp4"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    let app = place.app().await;
    let sql = "SELECT file FROM videos WHERE title = 'lost'";
    let lost: String = app.db.get(sql, ()).await.expect("a key");
    std::fs::remove_file(media.join(&lost)).expect("lost");
    let orphan = a_key("mp4");
    put(&media, &orphan, OLD);
    put(&media, "notes.txt", OLD);

    let told = place.run(&["media"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    for said in [
        format!("no row knows: {orphan} (5 B)"),
        "Not a file of Madang's: notes.txt (5 B)".to_owned(),
        format!("A video without its file: 2, “lost” ({lost})"),
        "madang media --clean removes".to_owned(),
    ] {
        assert!(told.stdout.contains(&said), "{said}: {told:?}");
    }
    assert!(told.stderr.contains("Not as it should be: 3."), "{told:?}");
    assert!(media.join(&orphan).exists());

    let cleaned = place.run(&["media", "--clean"]);
    assert_eq!(cleaned.code, Some(1), "{cleaned:?}");
    assert!(
        cleaned.stdout.contains("Removed: 1 files, 5 B"),
        "{cleaned:?}"
    );
    assert!(!media.join(&orphan).exists());
    assert!(media.join("notes.txt").exists());

    std::fs::remove_file(media.join("notes.txt")).expect("by hand");
    let sql = "DELETE FROM videos WHERE title = 'lost'";
    app.db.run(sql, ()).await.expect("by hand");
    let fine = place.run(&["media", "--clean"]);
    assert_eq!(fine.code, Some(0), "{fine:?}");
    app.db.close().await;
}

#[tokio::test]
async fn what_arrived_of_uploads_that_no_row_knows_is_told_and_removed() {
    let house = House::open().await;
    let owner = house.staff().await;
    upload(&house, &owner, "강의", "public", "short.mp4").await;
    let (stray, awaited) = (Token::random(), Token::random());
    let (stray, awaited) = (stray.expect("random"), awaited.expect("random"));
    for token in [&stray, &awaited] {
        let begun = house.app.storage.begin_partial(token).await;
        begun.expect("a file");
    }
    let sql = "INSERT INTO unfinished_uploads (id, user_id, file_name, metadata, created_at, \
               expires_at) VALUES ($1, $2, 'f', '', $3, $4)";
    let (now, later) = (Time::now(), Time::now().plus_seconds(3600));
    let values = (awaited.to_string(), owner.id, now, later);
    house.app.db.run(sql, values).await.expect("an upload");
    assert_eq!(found(&house).await, [format!("stray {stray} 0")]);
    let (removed, faults) = inventory::clean(&house.app, &[]).await.expect("clean");
    assert_eq!((removed.files, faults.len()), (1, 0));
    assert_eq!(found(&house).await, [] as [String; 0]);
    let left = house.app.storage.partials().await.expect("partials");
    let left: Vec<_> = left.into_iter().map(|file| file.token).collect();
    assert_eq!(left, [awaited]);
}

#[tokio::test]
async fn another_site_s_files_are_not_removed_for_this_one_s() {
    let place = Place::new().await;
    let media = place.path("media");
    std::fs::create_dir_all(&media).expect("a folder");
    let theirs = a_key("mp4");
    put(&media, &theirs, OLD);
    let refused = place.run(&["media", "--clean"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused.stderr.contains("knows none of the files"),
        "{refused:?}"
    );
    assert!(media.join(theirs).exists());
}

#[test]
fn no_database_is_made_to_compare_with() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for arguments in [&["media"][..], &["media", "--clean"], &["upload", "."]] {
        let refused = run(folder.path(), arguments, &[("LANGUAGE_CODE", "en")]);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.stderr.contains("no database file"), "{refused:?}");
        let made = std::fs::read_dir(folder.path()).expect("folder");
        let made: Vec<_> = made.flatten().map(|entry| entry.file_name()).collect();
        assert!(
            !made.iter().any(|name| name == "madang.sqlite3"),
            "{made:?}"
        );
    }
}

#[tokio::test]
async fn the_server_tells_its_log_and_removes_nothing() {
    let place = Place::new().await;
    let media = place.path("media");
    std::fs::create_dir_all(&media).expect("a folder");
    for _ in 0..25 {
        put(&media, &a_key("mp4"), OLD);
    }
    let site = Site::start(place.folder.path(), &place.settings());
    until("the report", || site.log().contains("`madang media` lists"));
    let log = site.log();
    assert_eq!(log.matches("no row knows the file").count(), 10, "{log}");
    assert!(log.contains("files that no row knows: 25"), "{log}");
    assert_eq!(place.files().len(), 25);
    // The command works beside it, once it sees that this is the site of the folder.
    let cookie = site.log_in(OWNER, PASSWORD);
    let film = fixture("short.mp4");
    assert_eq!(site.upload(&cookie, "강의", "public", &film).status, 303);
    let cleaned = place.run(&["media", "--clean"]);
    assert_eq!(cleaned.code, Some(0), "{cleaned:?}");
    assert_eq!(place.files().len(), 1);
    let file = site.newest_file("");
    assert_eq!(site.get(&file, "").body, film);
}
