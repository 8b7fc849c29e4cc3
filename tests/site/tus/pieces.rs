//! Pieces that break off, and two who send at once.

use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode},
};
use futures_util::{StreamExt, stream};
use madang::words::Lang;
use tokio::task::JoinHandle;

use super::{begin, form, head, is_at, newest, send, send_with, tus};
use crate::{
    binary::long_film,
    house::{Answer, House, Person, fixture},
    uploads::ADD,
};

/// These bytes, and then the connection breaks.
fn broken(bytes: &[u8]) -> Body {
    let bytes = Bytes::copy_from_slice(bytes);
    let end = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Body::from_stream(stream::iter([Ok(bytes), Err(end)]))
}

/// Waits until a piece that is being sent has come so far that a part of it is in the file: nobody may
/// ask the server meanwhile, since who asks holds the upload.
async fn until_some_is_there(house: &House, path: &str) {
    let token = path["/admin/uploads/".len()..].trim_end_matches('/');
    let file = house.app.storage.root().join(".uploads").join(token);
    while std::fs::metadata(&file).expect("the file").len() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

/// These bytes, and then nothing for ever.
fn waiting(bytes: &[u8]) -> Body {
    let bytes = Bytes::copy_from_slice(bytes);
    let first = stream::iter([Ok::<_, std::io::Error>(bytes)]);
    Body::from_stream(first.chain(stream::pending()))
}

/// A first piece that is being sent beside the test, a part of it in the file.
async fn sending(house: &House, owner: &Person, path: &str, body: Body) -> JoinHandle<Answer> {
    let (owner, to) = (owner.clone(), path.to_owned());
    let sending = tokio::spawn(async move { send(&owner, &to, 0, body).await });
    until_some_is_there(house, path).await;
    sending
}

#[tokio::test]
async fn what_came_before_the_connection_broke_is_kept() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = long_film(1 << 20);
    let path = begin(&owner, film.len()).await;
    let mut there = 0;
    for end in [10, 300_001, 900_000] {
        let answer = send(&owner, &path, there, broken(&film[there..end])).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        answer.says(Lang::Ko.words().uploads.broken);
        is_at(&head(&owner, &path).await, end);
        there = end;
    }
    assert_eq!(
        send(&owner, &path, there, film[there..].to_vec())
            .await
            .status,
        204
    );
    assert_eq!(owner.post_parts(ADD, &form(&path)).await.status, 303);
    assert_eq!(newest(&house).await, film);
}

#[tokio::test]
async fn a_piece_with_a_checksum_is_kept_whole_or_not_at_all() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let path = begin(&owner, film.len()).await;
    send(&owner, &path, 0, film[..20_000].to_vec()).await;
    let sum = [("upload-checksum", "sha256 AAAA")];
    let body = broken(&film[20_000..50_000]);
    let answer = send_with(&owner, &path, 20_000, &sum, body).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    is_at(&head(&owner, &path).await, 20_000);
}

#[tokio::test]
async fn half_a_piece_with_a_checksum_does_not_survive_its_process() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let path = begin(&owner, film.len()).await;
    send(&owner, &path, 0, film[..20_000].to_vec()).await;
    // As a process leaves it that is killed in the middle of the next piece.
    let token = path["/admin/uploads/".len()..].trim_end_matches('/');
    let file = house.app.storage.root().join(".uploads").join(token);
    let mut bytes = film[..20_000].to_vec();
    bytes.extend_from_slice(&[0; 30_000]);
    std::fs::write(file, bytes).expect("half a piece");
    let sql = "UPDATE unfinished_uploads SET unproved_from = 20000";
    assert_eq!(house.app.db.run(sql, ()).await.expect("a note"), 1);
    // Whoever comes first, and once only.
    let answer = send(&owner, &path, 50_000, film[50_000..].to_vec()).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    is_at(&head(&owner, &path).await, 20_000);
    let answer = send(&owner, &path, 20_000, film[20_000..60_000].to_vec()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    is_at(&head(&owner, &path).await, 60_000);
    assert_eq!(
        send(&owner, &path, 60_000, film[60_000..].to_vec())
            .await
            .status,
        204
    );
    assert_eq!(owner.post_parts(ADD, &form(&path)).await.status, 303);
    assert_eq!(newest(&house).await, film);
}

#[tokio::test]
async fn the_second_of_two_who_send_is_told_and_who_asks_takes_over() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = long_film(600 << 10);
    let path = begin(&owner, film.len()).await;
    let first = sending(&house, &owner, &path, waiting(&film[..500_000])).await;
    let second = send(&owner, &path, 0, film.clone()).await;
    assert_eq!(second.status, StatusCode::LOCKED);
    second.says(Lang::Ko.words().uploads.busy);
    let early = owner.post_parts(ADD, &form(&path)).await;
    early.says(Lang::Ko.words().uploads.not_finished);
    // A HEAD comes from who has lost the connection of the first: that one ends, and what it brought
    // is there.
    let answer = head(&owner, &path).await;
    assert_eq!(answer.status, StatusCode::OK);
    let there: usize = answer.header("upload-offset").parse().expect("a number");
    assert!(there <= 500_000);
    let first = first.await.expect("an answer");
    assert_eq!(first.status, StatusCode::LOCKED);
    first.says(Lang::Ko.words().uploads.stopped);
    assert_eq!(
        send(&owner, &path, there, film[there..].to_vec())
            .await
            .status,
        204
    );
    assert_eq!(owner.post_parts(ADD, &form(&path)).await.status, 303);
    assert_eq!(newest(&house).await, film);
}

#[tokio::test]
async fn an_upload_is_terminated_while_it_is_sent() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = long_film(600 << 10);
    let path = begin(&owner, film.len()).await;
    let first = sending(&house, &owner, &path, waiting(&film[..500_000])).await;
    let answer = tus(&owner, Method::DELETE, &path, &[], "").await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(first.await.expect("an answer").status, StatusCode::LOCKED);
    assert_eq!(head(&owner, &path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.files(), [] as [String; 0]);
}

#[tokio::test]
async fn another_process_that_writes_keeps_this_one_out() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let path = begin(&owner, film.len()).await;
    let token = path["/admin/uploads/".len()..].trim_end_matches('/');
    let file = house.app.storage.root().join(".uploads").join(token);
    let file = std::fs::File::open(file).expect("the file");
    // What another process would hold.
    file.lock().expect("a lock");
    for method in [Method::HEAD, Method::PATCH, Method::DELETE] {
        let headers = [("content-type", super::PIECE), ("upload-offset", "0")];
        let answer = tus(&owner, method, &path, &headers, film.clone()).await;
        assert_eq!(answer.status, StatusCode::LOCKED);
    }
    drop(file);
    assert_eq!(send(&owner, &path, 0, film).await.status, 204);
}

#[tokio::test]
async fn a_piece_whose_sender_goes_away_is_written_to_its_end() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = long_film(600 << 10);
    let path = begin(&owner, film.len()).await;
    let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
    let rest = Bytes::copy_from_slice(&film[400_000..500_000]);
    let then = async move {
        let _ = receiver.await;
        Ok::<_, std::io::Error>(rest)
    };
    let half = Bytes::copy_from_slice(&film[..400_000]);
    let body = stream::once(async { Ok(half) }).chain(stream::once(then));
    let body = Body::from_stream(Box::pin(body));
    let sending = sending(&house, &owner, &path, body).await;
    sending.abort();
    assert!(sending.await.is_err_and(|end| end.is_cancelled()));
    sender.send(()).expect("still read");
    while send(&owner, &path, 1, "x").await.status == StatusCode::LOCKED {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    is_at(&head(&owner, &path).await, 500_000);
}
