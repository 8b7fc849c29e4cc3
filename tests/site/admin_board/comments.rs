//! What is done to comments: actions on the list, the form, the end.

use axum::http::StatusCode;

use super::*;
use crate::{board::Post, videos::Row};

const LABEL: &str = "board.comment";
const COUNTED: &str = "SELECT comments FROM posts WHERE id = $1";

#[tokio::test]
async fn chosen_comments_are_hidden_and_shown_with_exact_counts() {
    let house = House::open().await;
    let owner = house.staff().await;
    let jimin = house.member("지민").await;
    let post = Post::new(&jimin, "글").add(&house).await;
    let subject = Subject::Post(post);
    let first = say(&house, &jimin, subject, None, "첫 댓글").await;
    let second = say(&house, &jimin, subject, None, "둘째 댓글").await;
    report(&house, Reported::Comment(first), &owner, "광고").await;
    let page = act(&owner, COMMENTS, "hide", &[first, second], false).await;
    page.says("댓글 2개를 가리고 신고를 처리했습니다.");
    assert_eq!(state(&house, Reported::Comment(first)).await, (true, 0));
    let seen = house.visitor().get(&format!("/board/{post}/")).await;
    seen.keeps_quiet_about("첫 댓글");
    let page = act(&owner, COMMENTS, "show", &[first], false).await;
    page.says("댓글 1개를 보이게 하고 신고를 처리했습니다.");
    let seen = house.visitor().get(&format!("/board/{post}/")).await;
    seen.says("첫 댓글").keeps_quiet_about("둘째 댓글");
    let page = act(&owner, COMMENTS, "show", &[first], false).await;
    page.says("댓글 0개");
    let fields: Vec<String> = log(&house, LABEL, first)
        .await
        .into_iter()
        .map(|(_, fields)| fields)
        .collect();
    assert_eq!(fields, ["[\"is_hidden\",\"reports\"]", "[\"is_hidden\"]"]);
}

#[tokio::test]
async fn deleted_comments_leave_the_places_of_those_with_replies() {
    let house = House::open().await;
    let owner = house.staff().await;
    let jimin = house.member("지민").await;
    let post = Post::new(&jimin, "글").add(&house).await;
    let subject = Subject::Post(post);
    let first = say(&house, &jimin, subject, None, "첫 댓글").await;
    let alone = say(&house, &jimin, subject, None, "혼자인 댓글").await;
    say(&house, &owner, subject, Some(first), "답글").await;
    assert_eq!(number(&house, COUNTED, post).await, 3);
    let page = act(&owner, COMMENTS, "delete_selected", &[first, alone], false).await;
    page.says("댓글 첫 댓글").says("댓글 혼자인 댓글");
    let page = act(&owner, COMMENTS, "delete_selected", &[first, alone], true).await;
    page.says("댓글 2개를 삭제했습니다.");
    assert_eq!(number(&house, COUNTED, post).await, 1);
    let rows = number(
        &house,
        "SELECT COUNT(*) FROM comments WHERE post_id = $1",
        post,
    )
    .await;
    assert_eq!(rows, 2);
    let seen = house.visitor().get(&format!("/board/{post}/")).await;
    seen.says("삭제된 댓글").says("답글");
    // What is only a place cannot be hidden.
    let page = act(&owner, COMMENTS, "hide", &[first], false).await;
    page.says(Lang::Ko.words().admin.none_chosen);
}

#[tokio::test]
async fn one_comment_is_deleted_after_asking() {
    let house = House::open().await;
    let owner = house.staff().await;
    let video = Row::new("강의").add(&house).await;
    let subject = Subject::Video(video);
    let first = say(&house, &owner, subject, None, "첫 댓글").await;
    let path = comment_page(first, "delete");
    owner
        .get(&path)
        .await
        .says("‘첫 댓글’을 삭제하겠습니까?")
        .keeps_quiet_about(words().doomed_keeps_place);
    let reply = say(&house, &owner, subject, Some(first), "답글").await;
    owner.get(&path).await.says(words().doomed_keeps_place);
    let answer = owner.post(&path, &[("post", "yes")]).await;
    assert_eq!(answer.location(), COMMENTS);
    let page = owner.get(COMMENTS).await;
    page.says("댓글 ‘첫 댓글’을 삭제했습니다.");
    assert_eq!(rows(&page), ["답글"]);
    owner
        .post(&comment_page(reply, "delete"), &[("post", "yes")])
        .await;
    let left = number(
        &house,
        "SELECT COUNT(*) FROM comments WHERE video_id = $1",
        video,
    )
    .await;
    assert_eq!(left, 0, "the place went with its last reply");
    // The page of the video's end counts what goes with it.
    say(&house, &owner, subject, None, "다시").await;
    let page = owner
        .get(&format!("/admin/videos/video/{video}/delete/"))
        .await;
    page.says("댓글 1개");
    let list = "/admin/videos/video/";
    let page = act(&owner, list, "delete_selected", &[video], false).await;
    page.says("댓글 1개");
}

#[tokio::test]
async fn a_comment_is_changed_hidden_and_its_reports_settled_by_its_form() {
    let house = House::open().await;
    let owner = house.staff().await;
    let jimin = house.member("지민").await;
    let video = Row::new("강의").add(&house).await;
    let said = say(&house, &jimin, Subject::Video(video), None, "나쁜 말").await;
    report(&house, Reported::Comment(said), &owner, "욕설").await;
    let path = comment_page(said, "change");
    let page = owner.get(&path).await;
    page.says("나쁜 말")
        .says("신고 1건")
        .says("욕설")
        .says(&format!("/admin/videos/video/{video}/change/"))
        .says(&format!("href=\"/comments/{said}/\""));
    let seen = version(&page);
    let empty = [("body", " "), ("version", seen.as_str())];
    let page = owner.post(&path, &empty).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says("댓글 내용을 입력해 주십시오.");
    let form = [
        ("body", "고친 말"),
        ("is_hidden", "on"),
        ("was_hidden", ""),
        ("version", seen.as_str()),
    ];
    assert_eq!(owner.post(&path, &form).await.location(), COMMENTS);
    assert_eq!(state(&house, Reported::Comment(said)).await, (true, 0));
    let entry = (
        "change".to_owned(),
        "[\"body\",\"is_hidden\",\"reports\"]".to_owned(),
    );
    assert_eq!(log(&house, LABEL, said).await, [entry]);
    // Somebody else's form is of before.
    let page = owner.post(&path, &form).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.says("내용, 가림, 신고");
    let history = owner.get(&comment_page(said, "history")).await;
    history.says("고친 말").says("내용, 가림, 신고");
    report(&house, Reported::Comment(said), &owner, "").await;
    let settle = comment_page(said, "settle");
    let answer = owner.post(&settle, &[("hide", "0")]).await;
    assert_eq!(answer.location(), COMMENTS);
    assert_eq!(state(&house, Reported::Comment(said)).await, (false, 0));
}
