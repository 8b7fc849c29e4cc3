//! Changing a video: what stays, what is new, what goes.

use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode},
};
use futures_util::stream;
use tokio::sync::mpsc;

use super::{change, count};
use crate::house::{House, Part, fixture, multipart, upload};

async fn keys(house: &House, id: i64) -> (String, Option<String>) {
    let sql = "SELECT file, thumbnail FROM videos WHERE id = $1";
    house.app.db.one(sql, (id,)).await.expect("the video")
}

#[tokio::test]
async fn a_change_of_words_keeps_the_file_the_views_and_the_date() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, key) = upload(&house, &owner, "처음 제목", "public", "short.mp4").await;
    let sql = "UPDATE videos SET views = 7, created_at = 1000, updated_at = 1000 WHERE id = $1";
    house.app.db.run(sql, (id,)).await.expect("views");
    let parts = [
        Part::Text("title", "새 제목"),
        Part::Text("description", "새 설명"),
        Part::Text("visibility", "private"),
        Part::File("video_file", "", b""),
        Part::File("thumbnail", "", b""),
    ];
    let answer = owner.post_parts(&change(id), &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(keys(&house, id).await, (key.clone(), None));
    assert_eq!(house.files(), [key]);
    let sql = "SELECT title, description, visibility, views, created_at, updated_at FROM videos";
    let row: (String, String, String, i64, i64, i64) =
        house.app.db.one(sql, ()).await.expect("the video");
    assert_eq!(
        (&*row.0, &*row.1, &*row.2),
        ("새 제목", "새 설명", "private")
    );
    assert_eq!((row.3, row.4), (7, 1000));
    assert!(row.5 > 1000);
    // What is searched has changed as well.
    owner.get("/?q=%EC%83%88").await.says("새 제목");
    owner
        .get("/?q=%EC%B2%98%EC%9D%8C")
        .await
        .says("맞는 동영상이 없습니다");
}

#[tokio::test]
async fn the_change_form_shows_what_is_there() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, key) = upload(&house, &owner, "강의 & \"실습\"", "draft", "short.mp4").await;
    owner
        .get(&change(id))
        .await
        .says("value=\"강의 &#38; &#34;실습&#34;\"")
        .says("value=\"draft\" checked")
        .says(&format!("<a href=\"/media/{key}\">short.mp4</a>"))
        .says("<dd>77 KB</dd>")
        .says("<dd>0:06</dd>")
        .says("<dd>320 × 180</dd>")
        .says("설명</textarea>");
}

#[tokio::test]
async fn a_replaced_file_keeps_the_pages_address_and_gets_a_new_key() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, old) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    let bytes = fixture("short.webm");
    let parts = [
        Part::Text("title", "강의"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "새 파일.webm", &bytes),
    ];
    let answer = owner.post_parts(&change(id), &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let (new, _) = keys(&house, id).await;
    assert_ne!(new, old);
    assert_eq!(house.files(), std::slice::from_ref(&new));
    let visitor = house.visitor();
    let page = visitor.get(&format!("/video/{id}/")).await;
    page.says(&format!(
        "<source src=\"/media/{new}\" type=\"video/webm; codecs=&#34;vp9,opus&#34;\">"
    ));
    let gone = visitor.get(&format!("/media/{old}")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(visitor.get(&format!("/media/{new}")).await.body == bytes);
    owner.get(&change(id)).await.says("새 파일.webm");
}

#[tokio::test]
async fn a_replaced_thumbnail_takes_the_old_one_away_and_nothing_else() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, file) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    let mut thumbnails = Vec::new();
    for name in ["picture.jpg", "picture.png"] {
        let bytes = fixture(name);
        let parts = [
            Part::Text("title", "강의"),
            Part::Text("visibility", "public"),
            Part::File("thumbnail", name, &bytes),
        ];
        owner.post_parts(&change(id), &parts).await;
        let (same, thumbnail) = keys(&house, id).await;
        assert_eq!(same, file);
        thumbnails.push(thumbnail.expect("a thumbnail"));
    }
    assert_eq!(house.files().len(), 2);
    let visitor = house.visitor();
    for (key, status) in thumbnails.iter().zip([404, 200]) {
        let answer = visitor.get(&format!("/media/{key}")).await;
        assert_eq!(answer.status.as_u16(), status);
    }
}

#[tokio::test]
async fn saving_what_another_tab_has_deleted_leads_to_the_list_and_leaves_no_file() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    owner
        .post(&format!("/admin/videos/video/{id}/delete/"), &[])
        .await;
    let bytes = fixture("short.webm");
    let parts = [
        Part::Text("title", "강의"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "a.webm", &bytes),
    ];
    let answer = owner.post_parts(&change(id), &parts).await;
    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!(answer.location(), "/admin/videos/video/");
    assert_eq!(house.files(), [] as [String; 0]);
}

#[tokio::test]
async fn a_video_deleted_while_its_new_file_arrives_stays_deleted() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    let (video, picture) = (fixture("short.webm"), fixture("picture.jpg"));
    let body = multipart(&[
        Part::Text("title", "강의"),
        Part::Text("visibility", "public"),
        Part::File("thumbnail", "p.jpg", &picture),
        Part::File("video_file", "a.webm", &video),
    ]);
    let (pipe, received) = mpsc::channel::<Bytes>(1);
    let (half, rest) = body.split_at(body.len() / 2);
    let saving = {
        let owner = owner.clone();
        tokio::spawn(async move {
            let headers = [("content-type", "multipart/form-data; boundary=XboundaryX")];
            let body = stream::unfold(received, async |mut received| {
                let bytes = received.recv().await?;
                Some((Ok::<_, std::io::Error>(bytes), received))
            });
            let body = Body::from_stream(body);
            owner.ask(Method::POST, &change(id), &headers, body).await
        })
    };
    // There is room for one: when the second has gone in, the first half has been taken.
    pipe.send(Bytes::copy_from_slice(half))
        .await
        .expect("taken");
    pipe.send(Bytes::new()).await.expect("taken");
    let deleted = owner
        .post(&format!("/admin/videos/video/{id}/delete/"), &[])
        .await;
    assert_eq!(deleted.status, StatusCode::SEE_OTHER);
    pipe.send(Bytes::copy_from_slice(rest))
        .await
        .expect("taken");
    drop(pipe);
    let answer = saving.await.expect("an answer");
    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!(count(&house).await, 0);
    assert_eq!(house.files(), [] as [String; 0]);
    let sql = "SELECT COUNT(*) FROM file_removals";
    let left: i64 = house.app.db.get(sql, ()).await.expect("a count");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_video_deleted_while_another_tab_replaces_its_file_leaves_no_file() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, old) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    // The other tab's transaction, as far as its commit.
    let new = madang::storage::Key::random("mp4").expect("a key");
    let path = house.app.storage.root().join(new.as_str());
    std::fs::write(path, fixture("short.mp4")).expect("a file");
    let mut tx = house.app.db.begin().await.expect("a transaction");
    let sql = "UPDATE videos SET file = $2 WHERE id = $1";
    tx.run(sql, (id, new.clone())).await.expect("the new file");
    let sql = "INSERT INTO file_removals (file, since) VALUES ($1, $2)";
    tx.run(sql, (old, madang::db::Time::now()))
        .await
        .expect("the old file");
    let deleting = {
        let owner = owner.clone();
        tokio::spawn(async move {
            let path = format!("/admin/videos/video/{id}/delete/");
            owner.post(&path, &[]).await
        })
    };
    if house.on_postgres() {
        let sql = "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND pid IN \
                   (SELECT pid FROM pg_locks WHERE relation = 'videos'::regclass)";
        while house.app.db.get::<i64>(sql, ()).await.expect("locks") == 0 {
            tokio::task::yield_now().await;
        }
    } else {
        tokio::task::yield_now().await;
    }
    tx.commit().await.expect("a commit");
    let answer = deleting.await.expect("an answer");
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(count(&house).await, 0);
    assert!(
        !house.files().contains(&new.to_string()),
        "the new file is nobody's"
    );
}
