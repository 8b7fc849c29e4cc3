//! How much one user, and everybody, may have going on.

use axum::http::{Method, StatusCode};
use madang::{
    ingest::unfinished::{MOST_OF_ONE, room},
    web::errors::Error,
    words::Lang,
};

use super::{UPLOADS, begin, form, head, is_at, newest, partials, rows, send, tus};
use crate::{
    binary::long_film,
    house::{House, fixture},
    uploads::{ADD, count},
};

#[tokio::test]
async fn twenty_uploads_at_once_all_arrive() {
    let house = House::open().await;
    let owner = house.staff().await;
    let uploads = (0..20u32).map(|number| {
        let owner = owner.clone();
        async move {
            let film = long_film((300 << 10) + number);
            let path = begin(&owner, film.len()).await;
            for (place, piece) in film.chunks(100_000).enumerate() {
                let answer = send(&owner, &path, place * 100_000, piece.to_vec()).await;
                assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
            }
            (path, film)
        }
    });
    let uploads = futures_util::future::join_all(uploads).await;
    assert_eq!((rows(&house).await, partials(&house)), ((0, 20), 0));
    for (path, film) in &uploads {
        // A form that comes back throws none of the others away.
        let [_, visibility, upload] = form(path);
        let answer = owner.post_parts(ADD, &[visibility, upload]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let answer = owner.post_parts(ADD, &form(path)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert!(newest(&house).await == *film);
    }
    assert_eq!(count(&house).await, 20);
}

#[tokio::test]
async fn one_user_has_so_many_uploads_and_another_is_not_kept_out() {
    let house = House::open().await;
    let owner = house.staff().await;
    let other = house.somebody("다른주인", true, true).await;
    let film = fixture("short.mp4");
    // One that waits for its form counts as well.
    let path = begin(&owner, film.len()).await;
    send(&owner, &path, 0, film).await;
    for _ in 1..MOST_OF_ONE {
        begin(&owner, 1000).await;
    }
    let headers = [("upload-length", "1000")];
    let answer = tus(&owner, Method::POST, UPLOADS, &headers, "").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    answer.says(Lang::Ko.words().errors.too_many_uploads);
    begin(&other, 1000).await;
    let answer = tus(&owner, Method::DELETE, &path, &[], "").await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    begin(&owner, 1000).await;
}

#[tokio::test]
async fn one_user_has_so_many_bytes_coming() {
    let house = House::with(|written| written.max_upload_size = Some("1M".to_owned())).await;
    let owner = house.staff().await;
    for _ in 0..19 {
        begin(&owner, 1 << 20).await;
    }
    // One of unknown length counts as the largest.
    let headers = [("upload-defer-length", "1")];
    let answer = tus(&owner, Method::POST, UPLOADS, &headers, "").await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let headers = [("upload-length", "1")];
    let answer = tus(&owner, Method::POST, UPLOADS, &headers, "").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn everybody_together_has_an_end_too() {
    let house = House::open().await;
    let owner = house.staff().await;
    let other = house.somebody("다른주인", true, true).await;
    let sql = "INSERT INTO unfinished_uploads \
               (id, user_id, length, file_name, metadata, created_at, expires_at) \
               SELECT 'made-up-' || file_name || '-' || length, $1, 10, '', '', 0, $2 \
               FROM (SELECT 1 AS length, 'x' AS file_name) AS one";
    let later = madang::db::Time::now().plus_seconds(3600);
    let db = &house.app.db;
    assert_eq!(db.run(sql, (other.id, later)).await.expect("a row"), 1);
    let sql = "INSERT INTO unfinished_uploads \
               (id, user_id, length, file_name, metadata, created_at, expires_at) \
               SELECT id || '-' || CAST($1 AS TEXT), user_id, length, '', '', 0, expires_at \
               FROM unfinished_uploads";
    for step in 0..9i64 {
        db.run(sql, (step.to_string(),))
            .await
            .expect("twice as many");
    }
    let headers = [("upload-length", "1")];
    let answer = tus(&owner, Method::POST, UPLOADS, &headers, "").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!answer.header("retry-after").is_empty());
    db.run("DELETE FROM unfinished_uploads", ())
        .await
        .expect("none");
    let path = begin(&owner, 1).await;
    is_at(&head(&owner, &path).await, 0);
}

#[tokio::test]
async fn what_the_disk_has_no_room_for_is_not_begun() {
    let house = House::with(|written| written.max_upload_size = Some("1000000G".to_owned())).await;
    let owner = house.staff().await;
    let length = (900_000u64 << 30).to_string();
    let headers = [("upload-length", &*length)];
    let answer = tus(&owner, Method::POST, UPLOADS, &headers, "").await;
    assert_eq!(answer.status, StatusCode::INSUFFICIENT_STORAGE);
    answer.says(Lang::Ko.words().errors.full);
    assert_eq!((rows(&house).await, partials(&house)), ((0, 0), 0));
}

#[tokio::test]
async fn room_is_promised_once_and_not_for_ever() {
    let house = House::with(|written| written.max_upload_size = Some("1000000G".to_owned())).await;
    let owner = house.staff().await;
    let Some(room) = house.app.storage.room().await else {
        return;
    };
    let length = (room / 2).to_string();
    let ask = async || {
        let headers = [("upload-length", &*length)];
        tus(&owner, Method::POST, UPLOADS, &headers, "").await
    };
    let taken = async || {
        let answer = ask().await;
        assert_eq!(answer.status, StatusCode::INSUFFICIENT_STORAGE);
        answer.says(Lang::Ko.words().errors.room_taken);
    };
    let promise = room::promise(&house.app, room / 4 * 3).await;
    let promise = promise.expect("a promise");
    taken().await;
    // What has arrived is on the disk, and the disk is asked.
    promise.kept(room / 2);
    assert_eq!(ask().await.status, StatusCode::CREATED);
    assert_eq!(house.app.storage.promised(), room / 4 * 3 - room / 2);
    drop(promise);
    assert_eq!(house.app.storage.promised(), 0);
    // Nothing of it has come, but it was begun a moment ago.
    let more = room::promise(&house.app, room / 4 * 3).await;
    assert!(matches!(more, Err(Error::RoomTaken)), "{more:?}");
    let sql = "UPDATE unfinished_uploads SET expires_at = expires_at - 301000000";
    house.app.db.run(sql, ()).await.expect("a time");
    assert_eq!(ask().await.status, StatusCode::CREATED);
}
