//! Writing and changing posts: the form, who may, what is refused, and two at once.

mod files;
mod together;

use axum::http::{Method, StatusCode};
use madang::db::Time;

use crate::house::{Answer, House, Part, Person};

pub const NEW: &str = "/board/new/";

pub fn edit(id: i64) -> String {
    format!("/board/{id}/edit/")
}

pub async fn count(house: &House, table: &str) -> i64 {
    let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
    house.app.db.get(sql, ()).await.expect("a count")
}

/// A post's title, body and notice mark.
pub async fn stored(house: &House, id: i64) -> (String, String, bool) {
    let sql = "SELECT title, body, is_notice FROM posts JOIN post_texts ON post_id = id \
               WHERE id = $1";
    house.app.db.one(sql, (id,)).await.expect("a post")
}

/// Writes a post; its id.
pub async fn write(person: &Person, title: &str, body: &str) -> i64 {
    let answer = person.post(NEW, &[("title", title), ("body", body)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    id_of(answer.location())
}

/// The id in `/board/{id}/…`.
pub fn id_of(address: &str) -> i64 {
    let rest = address.strip_prefix("/board/").expect("a post's address");
    let id = rest.split('/').next().unwrap_or_default();
    id.parse().expect("an id")
}

/// The value of the form's field with this name, `""` when there is none.
pub fn value(answer: &Answer, name: &str) -> String {
    let text = answer.text();
    let start = format!("name=\"{name}\" value=\"");
    let found = text.split(&start).nth(1).unwrap_or_default();
    found.split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_visitor_is_led_to_the_login_and_back() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let id = write(&writer, "제목", "내용").await;
    let visitor = house.visitor();
    for path in [NEW, &edit(id), &edit(99), "/board/new/?q=a&page=2"] {
        let to = visitor.get(path).await;
        assert_eq!(to.status, StatusCode::FOUND, "{path}");
        assert!(
            to.location().starts_with("/login/?next=%2Fboard%2F"),
            "{path}"
        );
        let to = visitor.post(path, &[("title", "a"), ("body", "b")]).await;
        assert_eq!(to.status, StatusCode::FOUND, "{path}");
    }
    let form = [("body", "**a**"), ("token", "a")];
    for path in ["/board/preview/", "/board/files/delete/"] {
        let answer = visitor.post(path, &form).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let answer = visitor
        .post_parts("/board/files/", &[Part::File("file", "a.txt", b"a")])
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(count(&house, "posts").await, 1);
    assert_eq!(house.files(), [] as [String; 0]);
}

#[tokio::test]
async fn a_member_writes_a_post_and_changes_it() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    writer
        .get(NEW)
        .await
        .says("글쓰기")
        .keeps_quiet_about("name=\"is_notice\"");
    let body = "\r\n첫 줄\r\n\r\n**둘째**\u{7} 줄  ";
    let id = write(&writer, " 여름\t강의\r\n안내 ", body).await;
    let expected = (
        "여름 강의 안내".to_owned(),
        "첫 줄\n\n**둘째** 줄".to_owned(),
        false,
    );
    assert_eq!(stored(&house, id).await, expected);
    let form = writer.get(&edit(id)).await;
    form.says("value=\"여름 강의 안내\"")
        .says("첫 줄\n\n**둘째** 줄</textarea>");
    let version = value(&form, "version");
    let changed = [
        ("title", "가을 강의"),
        ("body", "셋째"),
        ("version", &version),
    ];
    let answer = writer.post(&edit(id), &changed).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(answer.location(), format!("/board/{id}/"));
    let (title, body, _) = stored(&house, id).await;
    assert_eq!((title.as_str(), body.as_str()), ("가을 강의", "셋째"));
    let sql = "SELECT edited_at FROM posts WHERE id = $1";
    let edited: Option<Time> = house.app.db.get(sql, (id,)).await.expect("the post");
    assert!(edited.is_some(), "the mark of an edit");
    // What is searched is what is there now.
    use madang::{
        board::store::{self, Search, Within},
        web::search::terms,
    };
    for (query, found) in [("여름", 0), ("가을", 1), ("둘째", 0), ("셋째", 1)] {
        let search = Search {
            terms: terms(query),
            within: Within::Both,
        };
        let (count, _) = store::found(&house.app.db, &search, 20, 0)
            .await
            .expect("a search");
        assert_eq!(count, found, "{query}");
    }
}

#[tokio::test]
async fn a_form_that_changes_nothing_leaves_no_mark() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let id = write(&writer, "제목", "내용").await;
    let form = writer.get(&edit(id)).await;
    let version = value(&form, "version");
    let same = [("title", "제목"), ("body", "내용"), ("version", &version)];
    let answer = writer.post(&edit(id), &same).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let again = writer.get(&edit(id)).await;
    assert_eq!(value(&again, "version"), version);
}

#[tokio::test]
async fn a_script_is_told_where_the_post_is() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let ask = async |body: &'static str| {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "application/json, text/html"),
        ];
        writer.ask(Method::POST, NEW, &headers, body.into()).await
    };
    let answer = ask("title=a&body=b").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/json");
    answer.says("{\"url\":\"/board/1/\"}");
    let faulty = ask("title=&body=b").await;
    assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);
    faulty
        .says("<form class=\"write-form\"")
        .says("제목을 입력하십시오.");
}

#[tokio::test]
async fn the_place_in_the_list_is_carried_along() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let id = write(&writer, "제목", "내용").await;
    let query = "?q=%EA%B0%95%EC%9D%98&in=title&page=2";
    let escaped = query.replace('&', "&#38;");
    writer
        .get(&format!("{NEW}{query}"))
        .await
        .says(&format!("href=\"/board/{escaped}\""))
        .says(&format!("action=\"/board/new/{escaped}\""));
    let path = format!("/board/{id}/edit/{query}");
    writer
        .get(&path)
        .await
        .says(&format!("href=\"/board/{id}/{escaped}\""));
    let answer = writer
        .post(&path, &[("title", "다른 제목"), ("body", "내용")])
        .await;
    assert_eq!(answer.location(), format!("/board/{id}/{query}"));
}

#[tokio::test]
async fn what_is_empty_or_too_long_comes_back_with_everything_typed() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let (long_title, long_body) = ("가".repeat(201), "나".repeat(50_001));
    for (title, body, says) in [
        ("", "공들인 내용", "제목을 입력하십시오."),
        (" \t ", "공들인 내용", "제목을 입력하십시오."),
        ("\u{3164}\u{200b}", "공들인 내용", "제목을 입력하십시오."),
        ("공들인 제목", "", "내용을 입력하십시오."),
        ("공들인 제목", "\u{3164}\n\u{3000}", "내용을 입력하십시오."),
        (
            &long_title,
            "공들인 내용",
            "200자까지 쓸 수 있습니다. 지금은 201자입니다.",
        ),
        (
            "공들인 제목",
            &long_body,
            "50,000자까지 쓸 수 있습니다. 지금은 50,001자입니다.",
        ),
    ] {
        let answer = writer.post(NEW, &[("title", title), ("body", body)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
        answer.says(says);
        if title.starts_with('공') {
            answer
                .says("value=\"공들인 제목\"")
                .says("id=\"id_body\" name=\"body\" rows=\"16\" required aria-invalid=\"true\"");
        } else {
            answer.says("공들인 내용</textarea>");
        }
    }
    assert_eq!(count(&house, "posts").await, 0);
    // Letters are counted, not bytes or the pieces that a Mac types.
    let (title, body) = ("\u{1112}\u{1161}\u{11ab}".repeat(200), "🎬".repeat(50_000));
    let id = write(&writer, &title, &body).await;
    assert_eq!(stored(&house, id).await.0, "한".repeat(200));
    let english = [
        ("accept-language", "en"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let answer = writer
        .ask(Method::POST, NEW, &english, "title=a&body=".into())
        .await;
    answer.says("Write something.");
}

#[tokio::test]
async fn only_its_writer_and_staff_change_a_post() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let other = house.member("하늘").await;
    let staff = house.somebody("조교", true, false).await;
    let id = write(&writer, "제목", "내용").await;
    let form = [("title", "바꾼 제목"), ("body", "내용")];
    for answer in [
        other.get(&edit(id)).await,
        other.post(&edit(id), &form).await,
    ] {
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    for answer in [
        writer.get(&edit(99)).await,
        writer.post(&edit(99), &form).await,
    ] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    let hide = "UPDATE posts SET is_hidden = TRUE WHERE id = $1";
    house.app.db.run(hide, (id,)).await.expect("hidden");
    for answer in [
        other.get(&edit(id)).await,
        other.post(&edit(id), &form).await,
    ] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(stored(&house, id).await.0, "제목");
    assert_eq!(writer.get(&edit(id)).await.status, StatusCode::OK);
    let answer = staff.post(&edit(id), &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(stored(&house, id).await.0, "바꾼 제목");
}

#[tokio::test]
async fn notices_are_made_by_staff() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let staff = house.somebody("조교", true, false).await;
    let form = [("title", "몰래 공지"), ("body", "내용"), ("is_notice", "1")];
    let answer = writer.post(NEW, &form).await;
    let id = id_of(answer.location());
    assert!(!stored(&house, id).await.2);
    staff.get(NEW).await.says("name=\"is_notice\"");
    let answer = staff.post(&edit(id), &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(stored(&house, id).await.2);
    staff
        .get(&edit(id))
        .await
        .says("name=\"is_notice\" value=\"1\" checked");
    // A writer who is no staff changes the words of a notice, not that it is one.
    let words = [("title", "고친 공지"), ("body", "내용")];
    writer.post(&edit(id), &words).await;
    assert_eq!(
        stored(&house, id).await,
        ("고친 공지".to_owned(), "내용".to_owned(), true)
    );
    staff
        .post(&edit(id), &[("title", "내린 공지"), ("body", "내용")])
        .await;
    assert!(!stored(&house, id).await.2);
}

#[tokio::test]
async fn a_member_writes_five_posts_in_ten_minutes() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    for number in 0..5 {
        write(&writer, &format!("글 {number}"), "내용").await;
    }
    let form = [("title", "여섯째"), ("body", "공들인 내용")];
    let answer = writer.post(NEW, &form).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: i64 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=600).contains(&wait), "{wait}");
    answer
        .says("공들인 내용</textarea>")
        .says("짧은 시간에 글을 여러 번 올렸습니다.");
    // Others, changes, and staff are not concerned.
    write(&house.member("하늘").await, "제목", "내용").await;
    let answer = writer
        .post(&edit(1), &[("title", "고침"), ("body", "내용")])
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let staff = house.somebody("조교", true, false).await;
    for number in 0..7 {
        write(&staff, &format!("공지 {number}"), "내용").await;
    }
    let sql = "UPDATE posts SET created_at = created_at - 600000000 WHERE id = 1";
    house.app.db.run(sql, ()).await.expect("aged");
    let answer = writer.post(NEW, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_preview_is_what_the_post_will_be() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let body = "# 제목\n\n**굵게** <script>alert(1)</script> [x](javascript:alert(1))";
    let answer = writer.post("/board/preview/", &[("body", body)]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(answer.header("cache-control").contains("no-store"));
    answer
        .says("<h2>제목</h2>")
        .says("<strong>굵게</strong>")
        .keeps_quiet_about("<script")
        .keeps_quiet_about("javascript:alert(1)\"")
        .keeps_quiet_about("<html");
    let long = "가".repeat(50_001);
    let answer = writer.post("/board/preview/", &[("body", &long)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let answer = writer.get("/board/preview/").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    // Without JavaScript a button shows it, and nothing is written.
    let form = [("title", ""), ("body", body), ("_preview", "1")];
    let answer = writer.post(NEW, &form).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer
        .says("<strong>굵게</strong>")
        .says("**굵게** &#60;script&#62;");
    assert_eq!(count(&house, "posts").await, 0);
}

#[tokio::test]
async fn previews_have_a_pace_for_each_person() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let other = house.member("하늘").await;
    let mut refused = None;
    // A slow machine may need more than one minute, and so more than one window.
    for _ in 0..1_000 {
        let answer = writer.post("/board/preview/", &[("body", "가")]).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status, StatusCode::OK);
    }
    let wait = refused.expect("a refusal").header("retry-after").to_owned();
    assert!((1..=61).contains(&wait.parse().expect("seconds")), "{wait}");
    let answer = other.post("/board/preview/", &[("body", "가")]).await;
    assert_eq!(answer.status, StatusCode::OK);
}
