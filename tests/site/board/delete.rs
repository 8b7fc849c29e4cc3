//! Deleting a post with what belongs to it.

use axum::http::StatusCode;

use super::{Post, attach, comment};
use crate::house::House;

#[tokio::test]
async fn a_post_goes_with_its_files_and_comments_after_a_question() {
    let house = House::open().await;
    let (writer, other) = (house.member("지민").await, house.member("수아").await);
    let id = Post::new(&writer, "지울 글").add(&house).await;
    let kept = Post::new(&writer, "남을 글").add(&house).await;
    let mut left = vec![
        attach(&house, kept, "남을.pdf", "application/pdf")
            .await
            .to_string(),
    ];
    attach(&house, id, "지울.pdf", "application/pdf").await;
    attach(&house, id, "지울.png", "image/png").await;
    comment(&house, &other, id).await;
    comment(&house, &writer, kept).await;
    let path = format!("/board/{id}/delete/");
    let page = writer.get(&path).await;
    page.says("‘지울 글’을 삭제하겠습니까?")
        .says("댓글 1개")
        .says("지울.pdf")
        .says("지울.png")
        .keeps_quiet_about("남을");
    assert_eq!(house.files().len(), 3);
    let answer = writer.post(&path, &[]).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/board/")
    );
    writer
        .get("/board/")
        .await
        .says("‘지울 글’을 삭제했습니다.");
    assert_eq!(
        writer.get(&format!("/board/{id}/")).await.status,
        StatusCode::NOT_FOUND
    );
    left.sort();
    assert_eq!(house.files(), left);
    for table in ["posts", "post_texts", "comments", "attachments"] {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let rows: i64 = house
            .app
            .db
            .get(sqlx::AssertSqlSafe(sql), ())
            .await
            .expect("rows");
        assert_eq!(rows, 1, "{table}");
    }
    assert_eq!(writer.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_its_writer_and_staff_delete_a_post() {
    let house = House::open().await;
    let (owner, writer) = (house.staff().await, house.member("지민").await);
    let other = house.member("수아").await;
    let id = Post::new(&writer, "제목").add(&house).await;
    let path = format!("/board/{id}/delete/?page=2");
    let login = format!("/login/?next=%2Fboard%2F{id}%2Fdelete%2F%3Fpage%3D2");
    let visitor = house.visitor();
    for answer in [visitor.get(&path).await, visitor.post(&path, &[]).await] {
        assert_eq!(
            (answer.status, answer.location()),
            (StatusCode::FOUND, login.as_str())
        );
    }
    for answer in [other.get(&path).await, other.post(&path, &[]).await] {
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    let answer = writer.ask(
        axum::http::Method::POST,
        &path,
        &[("sec-fetch-site", "cross-site")],
        axum::body::Body::empty(),
    );
    assert_eq!(answer.await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        writer.get(&format!("/board/{id}/")).await.status,
        StatusCode::OK
    );
    let answer = owner.post(&path, &[]).await;
    assert_eq!(answer.location(), "/board/?page=2");
    assert_eq!(
        writer.get(&format!("/board/{id}/")).await.status,
        StatusCode::NOT_FOUND
    );
}
