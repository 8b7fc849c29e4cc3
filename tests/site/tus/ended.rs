//! Uploads that nobody goes on with, and senders who may not any more.

use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode},
};
use futures_util::{StreamExt, stream};
use madang::{
    db::Time,
    ingest::{keep, unfinished},
    words::Lang,
};

use super::{begin, form, head, is_at, partials, rows, send, tus};
use crate::{
    files::put,
    house::{Answer, House, PASSWORD, Person, fixture},
    uploads::ADD,
};

async fn expire(house: &House) {
    for sql in [
        "UPDATE unfinished_uploads SET expires_at = $1",
        "UPDATE uploads SET expires_at = $1",
    ] {
        let past = Time::now().plus_seconds(-1);
        house.app.db.run(sql, (past,)).await.expect("a time");
    }
}

/// What stands in the folder of uploads has not been written on for a day.
fn a_day_passes(house: &House) {
    let folder = house.app.storage.root().join(".uploads");
    for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
        put(&folder, &entry.file_name().to_string_lossy(), 25 * 3600);
    }
}

#[tokio::test]
async fn another_database_takes_nothing_that_its_own_may_know() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let path = begin(&owner, film.len()).await;
    send(&owner, &path, 0, film[..9000].to_vec()).await;
    let media = house.app.storage.root().display().to_string();
    let other = House::with(|written| written.media_root = Some(media)).await;
    unfinished::sweep(&other.app).await.expect("a sweep");
    is_at(&head(&owner, &path).await, 9000);
}

#[tokio::test]
async fn bytes_that_are_away_for_a_while_are_not_forgotten() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let path = begin(&owner, film.len()).await;
    send(&owner, &path, 0, film[..9000].to_vec()).await;
    let folder = house.app.storage.root().join(".uploads");
    let away = house.folder.path().join("away");
    std::fs::rename(&folder, &away).expect("a rename");
    assert_eq!(head(&owner, &path).await.status, StatusCode::NOT_FOUND);
    let rest = film[9000..].to_vec();
    let answer = send(&owner, &path, 9000, rest.clone()).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    unfinished::sweep(&house.app).await.expect("a sweep");
    std::fs::rename(&away, &folder).expect("a rename");
    unfinished::sweep(&house.app).await.expect("a sweep");
    is_at(&head(&owner, &path).await, 9000);
    let answer = send(&owner, &path, 9000, rest).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    // What is lost for good can be cancelled, and is over in its time.
    let cancelled = begin(&owner, film.len()).await;
    begin(&owner, film.len()).await;
    std::fs::remove_dir_all(&folder).expect("a removal");
    let answer = tus(&owner, Method::DELETE, &cancelled, &[], "").await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(rows(&house).await.0, 1);
    expire(&house).await;
    unfinished::sweep(&house.app).await.expect("a sweep");
    assert_eq!(rows(&house).await.0, 0);
}

#[tokio::test]
async fn an_upload_that_did_not_go_on_for_a_day_is_gone() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let path = begin(&owner, film.len()).await;
    send(&owner, &path, 0, film[..9000].to_vec()).await;
    expire(&house).await;
    let answer = send(&owner, &path, 9000, film[9000..].to_vec()).await;
    assert_eq!(answer.status, StatusCode::GONE);
    answer.says(Lang::Ko.words().uploads.expired);
    assert_eq!((rows(&house).await, partials(&house)), ((0, 0), 0));
    assert_eq!(head(&owner, &path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_sweep_takes_what_is_over_and_leaves_what_is_not() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    for _ in 0..3 {
        begin(&owner, film.len()).await;
    }
    expire(&house).await;
    let path = begin(&owner, film.len()).await;
    send(&owner, &path, 0, film[..9000].to_vec()).await;
    // A file that no row knows, as one of an account that was deleted.
    let folder = house.app.storage.root().join(".uploads");
    put(&folder, &"a".repeat(26), 25 * 3600);
    // And one that another database may still know.
    put(&folder, &"b".repeat(26), 23 * 3600);
    assert_eq!(partials(&house), 6);
    for _ in 0..2 {
        unfinished::sweep(&house.app).await.expect("a sweep");
        assert_eq!((rows(&house).await, partials(&house)), ((1, 0), 2));
    }
    std::fs::remove_file(folder.join("b".repeat(26))).expect("a removal");
    is_at(&head(&owner, &path).await, 9000);
    // One that is whole and unused goes as other kept files do.
    send(&owner, &path, 9000, film[9000..].to_vec()).await;
    assert_eq!(house.files().len(), 1);
    expire(&house).await;
    let past = Time::now().plus_seconds(-7200);
    let sql = "UPDATE file_removals SET since = $1";
    house.app.db.run(sql, (past,)).await.expect("a time");
    unfinished::sweep(&house.app).await.expect("a sweep");
    keep::sweep(&house.app).await.expect("a sweep");
    assert_eq!(house.files(), [] as [String; 0]);
}

#[tokio::test]
async fn every_piece_gives_another_day() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let path = begin(&owner, film.len()).await;
    let soon = Time::now().plus_seconds(60);
    let sql = "UPDATE unfinished_uploads SET expires_at = $1";
    house.app.db.run(sql, (soon,)).await.expect("a time");
    send(&owner, &path, 0, film[..9000].to_vec()).await;
    let sql = "SELECT expires_at FROM unfinished_uploads";
    let end: Time = house.app.db.get(sql, ()).await.expect("its end");
    assert!(end > Time::now().plus_seconds(23 * 3600));
}

#[tokio::test]
async fn nothing_stays_of_who_is_deleted_or_leaves_the_staff() {
    for sql in [
        "DELETE FROM users",
        "UPDATE users SET is_staff = FALSE",
        "UPDATE users SET is_active = FALSE",
    ] {
        let house = House::open().await;
        let owner = house.staff().await;
        let film = fixture("short.mp4");
        let path = begin(&owner, film.len()).await;
        send(&owner, &path, 0, film[..9000].to_vec()).await;
        assert!(house.app.db.run(sql, ()).await.expect("statement") > 0);
        a_day_passes(&house);
        unfinished::sweep(&house.app).await.expect("a sweep");
        assert_eq!((rows(&house).await, partials(&house)), ((0, 0), 0), "{sql}");
    }
}

#[tokio::test]
async fn who_has_lost_the_right_loses_the_bytes_when_they_come_back() {
    let house = House::open().await;
    let owner = house.staff().await;
    let path = begin(&owner, 1000).await;
    let sql = "UPDATE users SET is_superuser = FALSE";
    house.app.db.run(sql, ()).await.expect("statement");
    assert_eq!(head(&owner, &path).await.status, StatusCode::FORBIDDEN);
    assert_eq!((rows(&house).await, partials(&house)), ((0, 0), 0));
}

/// Sends the whole file; after its first half the database is told this.
async fn interrupted(house: &House, person: &Person, path: &str, sql: &'static str) -> Answer {
    let film = fixture("short.mp4");
    let rest = Bytes::copy_from_slice(&film[film.len() / 2..]);
    let half = Bytes::copy_from_slice(&film[..film.len() / 2]);
    let db = house.app.db.clone();
    let then = async move {
        assert!(db.run(sql, ()).await.expect("statement") > 0);
        Ok::<_, std::io::Error>(rest)
    };
    let body = stream::once(async { Ok(half) }).chain(stream::once(then));
    send(person, path, 0, Body::from_stream(Box::pin(body))).await
}

#[tokio::test]
async fn who_loses_the_right_while_sending_leaves_nothing() {
    for (sql, status) in [
        ("UPDATE users SET is_superuser = FALSE", 403),
        ("UPDATE users SET is_staff = FALSE", 403),
        ("DELETE FROM users", 401),
    ] {
        let house = House::open().await;
        let owner = house.staff().await;
        let path = begin(&owner, fixture("short.mp4").len()).await;
        let answer = interrupted(&house, &owner, &path, sql).await;
        assert_eq!(answer.status.as_u16(), status, "{sql}");
        assert_eq!((rows(&house).await, partials(&house)), ((0, 0), 0), "{sql}");
        assert_eq!(house.files(), [] as [String; 0], "{sql}");
    }
}

#[tokio::test]
async fn who_is_signed_out_while_sending_goes_on_after_the_next_login() {
    let house = House::open().await;
    let mut owner = house.staff().await;
    let film = fixture("short.mp4");
    let path = begin(&owner, film.len()).await;
    let answer = interrupted(&house, &owner, &path, "DELETE FROM sessions").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    owner.log_in("주인", PASSWORD).await;
    is_at(&head(&owner, &path).await, film.len());
    assert_eq!(owner.post_parts(ADD, &form(&path)).await.status, 303);
}
