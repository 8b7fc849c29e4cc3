//! Files and rows after a transaction that failed and a process that died.

use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode},
};
use futures_util::stream;
use madang::{db::Time, ingest::keep, storage::Key};

use super::{ADD, change, count};
use crate::house::{House, Part, fixture, multipart, upload};

/// A file in the media folder, and since when no row names it.
async fn leftover(house: &House, since: Time) -> Key {
    let key = Key::random("mp4").expect("a key");
    let path = house.app.storage.root().join(key.as_str());
    std::fs::write(path, b"bytes").expect("a file");
    let sql = "INSERT INTO file_removals (file, since) VALUES ($1, $2)";
    let noted = house.app.db.run(sql, (key.clone(), since)).await;
    noted.expect("a removal");
    key
}

#[tokio::test]
async fn what_nobody_names_for_an_hour_is_swept_and_nothing_else() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (_, named) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    let now = Time::now();
    leftover(&house, now.plus_seconds(-3601)).await;
    leftover(&house, now.plus_seconds(-100_000)).await;
    let newer = leftover(&house, now.plus_seconds(-1800)).await;
    // Noted, and gone already when the process died.
    let gone = leftover(&house, now.plus_seconds(-4000)).await;
    std::fs::remove_file(house.app.storage.root().join(gone.as_str())).expect("gone");
    for _ in 0..2 {
        keep::sweep(&house.app).await.expect("a sweep");
        let mut kept = vec![named.clone(), newer.to_string()];
        kept.sort();
        assert_eq!(house.files(), kept);
    }
    let sql = "SELECT file FROM file_removals";
    let left: Vec<(String,)> = house.app.db.all(sql, ()).await.expect("removals");
    assert_eq!(left, [(newer.to_string(),)]);
}

#[tokio::test]
async fn more_than_a_hundred_leftovers_go_with_the_next_sweeps() {
    let house = House::open().await;
    let long_ago = Time::now().plus_seconds(-10_000);
    for _ in 0..130 {
        leftover(&house, long_ago).await;
    }
    keep::sweep(&house.app).await.expect("a sweep");
    keep::sweep(&house.app).await.expect("a sweep");
    assert_eq!(house.files(), [] as [String; 0]);
}

#[tokio::test]
async fn a_file_with_a_row_is_never_up_for_removal() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, first) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    let bytes = fixture("picture.jpg");
    let parts = [
        Part::Text("title", "강의"),
        Part::Text("visibility", "public"),
        Part::File("thumbnail", "p.jpg", &bytes),
    ];
    owner.post_parts(&change(id), &parts).await;
    let sql = "SELECT COUNT(*) FROM file_removals";
    let left: i64 = house.app.db.get(sql, ()).await.expect("a count");
    assert_eq!(left, 0);
    keep::sweep(&house.app).await.expect("a sweep");
    assert_eq!(house.files().len(), 2);
    assert!(house.files().contains(&first));
}

/// Makes the database refuse this title from now on.
async fn refuse_title(house: &House) {
    for (sqlite, postgres) in [
        (
            "CREATE TRIGGER no_insert BEFORE INSERT ON videos WHEN NEW.title = '부서진 제목' \
             BEGIN SELECT RAISE(ABORT, 'broken'); END",
            "ALTER TABLE videos ADD CONSTRAINT no_title CHECK (title <> '부서진 제목')",
        ),
        (
            "CREATE TRIGGER no_update BEFORE UPDATE ON videos WHEN NEW.title = '부서진 제목' \
             BEGIN SELECT RAISE(ABORT, 'broken'); END",
            "SELECT 1",
        ),
    ] {
        let sql = house.app.db.dialect(sqlite, postgres);
        house.app.db.run(sql, ()).await.expect("a rule");
    }
}

#[tokio::test]
async fn a_transaction_that_fails_leaves_no_file_and_loses_none() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, key) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    refuse_title(&house).await;
    let (video, picture) = (fixture("short.webm"), fixture("picture.jpg"));
    let parts = [
        Part::Text("title", "부서진 제목"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "a.webm", &video),
        Part::File("thumbnail", "p.jpg", &picture),
    ];
    for path in [ADD.to_owned(), change(id)] {
        let answer = owner.post_parts(&path, &parts).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        answer
            .keeps_quiet_about("broken")
            .keeps_quiet_about("no_title");
        assert_eq!(house.files(), std::slice::from_ref(&key), "{path}");
    }
    let answer = house.visitor().get(&format!("/media/{key}")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(count(&house).await, 1);
}

#[tokio::test]
async fn a_deletion_that_fails_keeps_the_file() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, key) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    let sql = "CREATE TABLE holds (video BIGINT NOT NULL REFERENCES videos)";
    house.app.db.run(sql, ()).await.expect("a table");
    let sql = "INSERT INTO holds (video) VALUES ($1)";
    house.app.db.run(sql, (id,)).await.expect("a hold");
    let path = format!("/admin/videos/video/{id}/delete/");
    let answer = owner.post(&path, &[]).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(house.files(), std::slice::from_ref(&key));
    let sql = "SELECT COUNT(*) FROM file_removals";
    let left: i64 = house.app.db.get(sql, ()).await.expect("a count");
    assert_eq!(left, 0);
    house
        .app
        .db
        .run("DELETE FROM holds", ())
        .await
        .expect("no hold");
    assert_eq!(owner.post(&path, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.files(), [] as [String; 0]);
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let house = House::open().await;
    let owner = house.staff().await;
    let video = fixture("long.mp4");
    let whole = multipart(&[
        Part::Text("title", "강의"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "a.mp4", &video),
    ]);
    let half = Bytes::copy_from_slice(&whole[..whole.len() / 2]);
    let broken = stream::iter([
        Ok(half),
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
    ]);
    let headers = [("content-type", "multipart/form-data; boundary=XboundaryX")];
    let answer = owner
        .ask(Method::POST, ADD, &headers, Body::from_stream(broken))
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(house.files(), [] as [String; 0]);
    assert_eq!(count(&house).await, 0);
}

#[tokio::test]
async fn an_upload_whose_sender_goes_away_leaves_nothing() {
    let house = House::open().await;
    let owner = house.staff().await;
    let head = multipart(&[Part::File("video_file", "a.mp4", &fixture("short.mp4"))]);
    let head = Bytes::from(head[..head.len() - 20].to_vec());
    let waits = futures_util::StreamExt::chain(
        stream::iter([Ok::<_, std::io::Error>(head)]),
        stream::pending(),
    );
    let sending = tokio::spawn(async move {
        let headers = [("content-type", "multipart/form-data; boundary=XboundaryX")];
        let body = Body::from_stream(waits);
        owner.ask(Method::POST, ADD, &headers, body).await
    });
    while house.files().is_empty() {
        tokio::task::yield_now().await;
    }
    sending.abort();
    assert!(sending.await.is_err_and(|end| end.is_cancelled()));
    assert_eq!(house.files(), [] as [String; 0]);
}
