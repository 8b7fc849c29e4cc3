//! Comments under videos and posts: written, answered, changed, deleted.

mod access;
mod many;
mod reports;
mod shown;

use axum::http::StatusCode;
use madang::{
    board::{self, store::Written},
    db::Time,
};

use crate::{
    house::{Answer, House, Person},
    videos::Row,
};

/// A public video of a minute and a half; its id.
async fn video(house: &House) -> i64 {
    let mut row = Row::new("러스트 강의");
    row.duration = Some(90_000);
    row.add(house).await
}

/// A post of `writer`; its id.
async fn post(house: &House, writer: &Person, is_notice: bool) -> i64 {
    let written = Written {
        title: "질문 있습니다",
        body: "본문",
        is_notice,
    };
    let mut tx = house.app.db.begin().await.expect("a transaction");
    let id = board::store::add(&mut tx, writer.id, &written, Time::now()).await;
    tx.commit().await.expect("a commit");
    id.expect("a post")
}

/// Sends a comment from the page at `path`.
async fn send(person: &Person, path: &str, body: &str) -> Answer {
    person
        .post(&format!("{path}comments/"), &[("body", body)])
        .await
}

/// Writes a comment, and must succeed; its id.
async fn say(person: &Person, path: &str, body: &str) -> i64 {
    written(&send(person, path, body).await)
}

/// Answers a comment, and must succeed; the answer's id.
async fn answer(person: &Person, path: &str, to: i64, body: &str) -> i64 {
    let form = [("body", body), ("reply_to", &to.to_string())];
    written(&person.post(&format!("{path}comments/"), &form).await)
}

/// The id of the comment that an answer leads to.
#[track_caller]
fn written(answer: &Answer) -> i64 {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let id = answer.location().rsplit_once("#c").map(|(_, id)| id);
    let id = id.and_then(|id| id.parse().ok());
    id.unwrap_or_else(|| panic!("no comment in {}", answer.location()))
}

/// How many comments there are, their places included.
async fn comments(house: &House) -> i64 {
    let sql = "SELECT COUNT(*) FROM comments";
    house.app.db.get(sql, ()).await.expect("a count")
}

/// What the post counts.
async fn counted(house: &House, post: i64) -> i64 {
    let sql = "SELECT comments FROM posts WHERE id = $1";
    house.app.db.get(sql, (post,)).await.expect("a post")
}

#[tokio::test]
async fn a_comment_is_written_and_stands_under_the_video() {
    let house = House::open().await;
    let path = format!("/video/{}/", video(&house).await);
    let visitor = house.visitor();
    let page = visitor.get(&path).await;
    page.says("아직 댓글이 없습니다.")
        .says("로그인하면 댓글을 쓸 수 있습니다.")
        .says(&format!(
            "/login/?next=%2Fvideo%2F{}%2F%23comments",
            &path[7..path.len() - 1]
        ))
        .keeps_quiet_about("<textarea");
    let member = house.member("지민").await;
    let answer = send(&member, &path, "  잘 들었습니다.\r\n고맙습니다.  ").await;
    let id = written(&answer);
    assert_eq!(answer.location(), format!("{path}#c{id}"));
    for person in [&visitor, &member] {
        let page = person.get(&path).await;
        page.says("댓글 1개")
            .says(&format!("id=\"c{id}\""))
            .says("<strong>지민</strong>")
            .says("잘 들었습니다.")
            .says("고맙습니다.</p>");
    }
    member
        .get(&path)
        .await
        .says(&format!("action=\"{path}comments/\""));
    visitor.get(&path).await.keeps_quiet_about("/edit/");
    let english = visitor.get_with(&path, &[("accept-language", "en")]).await;
    english.says("1 comment<");
}

#[tokio::test]
async fn what_shows_nothing_and_what_is_too_long_comes_back_with_everything_typed() {
    let house = House::open().await;
    let path = format!("/video/{}/", video(&house).await);
    let member = house.member("지민").await;
    for nothing in [
        "",
        " \r\n\t\u{3000}",
        "\u{3164}\u{200b}",
        "[가]: https://a.kr/",
    ] {
        let page = send(&member, &path, nothing).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{nothing:?}");
        page.says("댓글 내용을 입력해 주십시오.");
    }
    let long = "가".repeat(2_001);
    let page = send(&member, &path, &long).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says("2,000자까지 쓸 수 있습니다. 지금은 2,001자입니다.")
        .says(&long)
        .says("aria-invalid=\"true\"");
    assert_eq!(comments(&house).await, 0);
    // Line ends count once, however a browser sends them.
    let body = format!("{}\r\n{}", "가".repeat(1_000), "나".repeat(999));
    say(&member, &path, &body).await;
    // The same page is there when it is asked for again, as after a change of language.
    let page = member.get(&format!("{path}comments/")).await;
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn a_visitor_who_writes_is_sent_to_login_and_nothing_is_written() {
    let house = House::open().await;
    let path = format!("/video/{}/", video(&house).await);
    let answer = send(&house.visitor(), &path, "안녕하십니까").await;
    assert_eq!(answer.status, StatusCode::FOUND);
    let next = path.replace('/', "%2F");
    assert_eq!(answer.location(), format!("/login/?next={next}%23comments"));
    assert_eq!(comments(&house).await, 0);
}

#[tokio::test]
async fn an_answer_names_whom_it_answers_and_leads_there() {
    let house = House::open().await;
    let (one, other) = (video(&house).await, video(&house).await);
    let path = format!("/video/{one}/");
    let (first, second) = (house.member("지민").await, house.member("서연").await);
    let id = say(&first, &path, "질문입니다").await;
    answer(&second, &path, id, "답입니다").await;
    let page = second.get(&path).await;
    page.says(&format!("<a href=\"#c{id}\">@지민</a>"));
    // A faulty answer shows what it answers.
    let form = [("body", " "), ("reply_to", &id.to_string())];
    let page = second.post(&format!("{path}comments/"), &form).await;
    page.says("질문입니다")
        .says(&format!("name=\"reply_to\" value=\"{id}\""));
    // What stands under another video, or is nothing, is not answered.
    let elsewhere = format!("/video/{other}/");
    for reply_to in [id.to_string(), "999".to_owned(), "x".to_owned()] {
        let form = [("body", "엉뚱한 답"), ("reply_to", &reply_to)];
        written(&second.post(&format!("{elsewhere}comments/"), &form).await);
    }
    let page = second.get(&elsewhere).await;
    page.says("댓글 3개").keeps_quiet_about("@지민");
}

#[tokio::test]
async fn its_writer_and_staff_change_a_comment_and_nobody_else() {
    let house = House::open().await;
    let path = format!("/video/{}/", video(&house).await);
    let (writer, other) = (house.member("지민").await, house.member("서연").await);
    let staff = house.staff().await;
    let id = say(&writer, &path, "처음 쓴 말").await;
    let edit = format!("/comments/{id}/edit/");
    writer.get(&edit).await.says("처음 쓴 말</textarea>");
    assert_eq!(other.get(&edit).await.status, StatusCode::FORBIDDEN);
    let form = [("body", "남이 고친 말"), ("version", "0")];
    assert_eq!(other.post(&edit, &form).await.status, StatusCode::FORBIDDEN);
    let visitor = house.visitor();
    let next = edit.replace('/', "%2F");
    for answer in [visitor.get(&edit).await, visitor.post(&edit, &form).await] {
        assert_eq!(answer.location(), format!("/login/?next={next}"));
    }
    // Saved as it was, it is not edited.
    change(&writer, id, "처음 쓴 말").await;
    writer.get(&path).await.keeps_quiet_about("수정됨");
    change(&writer, id, "고쳐 쓴 말").await;
    let page = visitor.get(&path).await;
    page.says("고쳐 쓴 말")
        .says("수정됨")
        .keeps_quiet_about("처음 쓴 말");
    change(&staff, id, "운영자가 고친 말").await;
    visitor.get(&path).await.says("운영자가 고친 말");
    let empty = [("body", " "), ("version", "0")];
    let page = writer.post(&edit, &empty).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says("댓글 내용을 입력해 주십시오.");
}

/// Changes a comment by its form.
async fn change(person: &Person, id: i64, body: &str) {
    let edit = format!("/comments/{id}/edit/");
    let form = [("body", body), ("version", &version(person, &edit).await)];
    assert_eq!(written(&person.post(&edit, &form).await), id);
}

/// The version that a form carries.
async fn version(person: &Person, edit: &str) -> String {
    let page = person.get(edit).await.text();
    version_in(&page)
}

fn version_in(page: &str) -> String {
    let rest = page.split_once("name=\"version\" value=\"");
    let value = rest.and_then(|(_, rest)| rest.split_once('"'));
    value.expect("a version").0.to_owned()
}

#[tokio::test]
async fn of_two_who_change_a_comment_the_second_is_told_and_loses_nothing() {
    let house = House::open().await;
    let path = format!("/video/{}/", video(&house).await);
    let (writer, staff) = (house.member("지민").await, house.staff().await);
    let id = say(&writer, &path, "처음").await;
    let edit = format!("/comments/{id}/edit/");
    let old = version(&staff, &edit).await;
    change(&writer, id, "글쓴이의 말").await;
    let form = [("body", "운영자의 말"), ("version", &old)];
    let page = staff.post(&edit, &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says("다른 곳에서 바뀌었습니다")
        .says("글쓴이의 말")
        .says("운영자의 말</textarea>");
    staff.get(&path).await.says("글쓴이의 말");
    let form = [
        ("body", "운영자의 말"),
        ("version", &version_in(&page.text())),
    ];
    assert_eq!(written(&staff.post(&edit, &form).await), id);
    staff.get(&path).await.says("운영자의 말");
}

#[tokio::test]
async fn a_deleted_comment_goes_or_leaves_its_place_to_its_answers() {
    let house = House::open().await;
    let path = format!("/video/{}/", video(&house).await);
    let (writer, other) = (house.member("지민").await, house.member("서연").await);
    let first = say(&writer, &path, "지울 말").await;
    let second = answer(&other, &path, first, "남을 답").await;
    let delete = format!("/comments/{first}/delete/");
    assert_eq!(other.get(&delete).await.status, StatusCode::FORBIDDEN);
    assert_eq!(other.post(&delete, &[]).await.status, StatusCode::FORBIDDEN);
    let page = writer.get(&delete).await;
    page.says("지울 말").says("‘삭제된 댓글’이 남습니다");
    let answer = writer.post(&delete, &[]).await;
    assert_eq!(answer.location(), format!("{path}#comments"));
    let page = writer.get(&path).await;
    page.says("댓글을 삭제했습니다.")
        .says("댓글 1개")
        .says("삭제된 댓글</p>")
        .says("@삭제된 댓글")
        .says("남을 답")
        .keeps_quiet_about("지울 말");
    for what in ["edit/", "delete/", "report/"] {
        let gone = writer.get(&format!("/comments/{first}/{what}")).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{what}");
    }
    // With the last answer the place goes too.
    let delete = format!("/comments/{second}/delete/");
    let page = other.get(&delete).await;
    page.keeps_quiet_about("‘삭제된 댓글’이 남습니다");
    other.post(&delete, &[]).await;
    assert_eq!(comments(&house).await, 0);
    other.get(&path).await.says("아직 댓글이 없습니다.");
    assert_eq!(other.post(&delete, &[]).await.status, StatusCode::NOT_FOUND);
}
