//! A post's page, and who may read it.

use axum::http::StatusCode;
use madang::{
    board::store::{self, Written},
    db::Time,
    videos::Visibility,
};

use super::{Post, attach, comment, hide};
use crate::{house::House, videos::Row};

#[tokio::test]
async fn a_post_is_shown_with_its_writer_and_dates() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let mut post =
        Post::new(&writer, "제목").saying("# 머리\n\n**굵게** <script>alert(1)</script>");
    post.created_at = Time(1_735_743_600_000_000);
    let id = post.add(&house).await;
    comment(&house, &writer, id).await;
    let page = house.visitor().get(&format!("/board/{id}/")).await;
    page.says("<title>제목 · 마당</title>")
        .says("<h1 id=\"post-title\">제목</h1>")
        .says("<h2>머리</h2>")
        .says("<strong>굵게</strong>")
        .says("title=\"2025년 1월 2일 00:00\"")
        .says("조회수 0회")
        .says("댓글 1개")
        .says("href=\"/board/?q=%EC%A7%80%EB%AF%BC&#38;in=writer\"")
        .says("<link rel=\"canonical\" href=\"http://madang.test/board/")
        .keeps_quiet_about("<script>alert")
        .keeps_quiet_about("수정됨")
        .keeps_quiet_about("noindex")
        .keeps_quiet_about("/edit/");
    assert_eq!(page.header("cache-control"), "private, no-cache");
}

#[tokio::test]
async fn a_changed_post_says_so_but_not_for_a_notice_made_of_it() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let id = Post::new(&writer, "제목").add(&house).await;
    for (n, (title, is_notice, is_marked)) in [("제목", true, false), ("새 제목", true, true)]
        .into_iter()
        .enumerate()
    {
        let post = store::find(&house.app.db, id).await.expect("an answer");
        let was = post.expect("the post").updated_at;
        let written = Written {
            title,
            body: "내용",
            is_notice,
        };
        let mut tx = house.app.db.begin().await.expect("a transaction");
        let now = was.plus_seconds(60 * (n as i64 + 1));
        assert!(
            store::change(&mut tx, id, &written, was, now)
                .await
                .expect("a change")
        );
        tx.commit().await.expect("a commit");
        let page = house.visitor().get(&format!("/board/{id}/")).await;
        assert_eq!(page.text().contains("post-edited"), is_marked, "{title}");
        page.says("공지");
    }
}

#[tokio::test]
async fn who_may_read_and_change_what() {
    let house = House::open().await;
    let (owner, writer) = (house.staff().await, house.member("지민").await);
    let other = house.member("수아").await;
    let visitor = house.visitor();
    let id = Post::new(&writer, "제목").add(&house).await;
    let path = format!("/board/{id}/");
    for (person, may_change) in [
        (&visitor, false),
        (&other, false),
        (&writer, true),
        (&owner, true),
    ] {
        let page = person.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.text().contains("/edit/"), may_change);
        assert_eq!(page.text().contains("/delete/"), may_change);
    }
    hide(&house, id).await;
    for person in [&visitor, &other] {
        for path in [path.clone(), format!("{path}delete/")] {
            let page = person.get(&path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            page.keeps_quiet_about("제목");
        }
    }
    for person in [&writer, &owner] {
        let page = person.get(&path).await;
        page.says("제목")
            .says("신고가 접수되어")
            .says("content=\"noindex\"");
        page.keeps_quiet_about("og:title");
        assert_eq!(page.header("cache-control"), "private, no-store");
    }
}

#[tokio::test]
async fn an_address_without_a_post_is_not_found() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let id = Post::new(&writer, "제목").add(&house).await;
    for path in [
        "/board/987654/".to_owned(),
        "/board/abc/".to_owned(),
        "/board/-1/".to_owned(),
        "/board/99999999999999999999/".to_owned(),
        format!("/board/+{id}/"),
        "/board/987654/delete/".to_owned(),
    ] {
        let page = writer.get(&path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
    let answer = writer.get(&format!("/board/{id}?q=a")).await;
    assert_eq!(answer.location(), format!("/board/{id}/?q=a"));
}

#[tokio::test]
async fn a_link_to_a_video_is_a_card_for_those_who_may_see_it() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let seen = Row::new("공개 강의").add(&house).await;
    let mut private = Row::new("비밀 강의");
    private.visibility = Visibility::Private;
    let private = private.add(&house).await;
    let body = format!("0:30 앞\n\n/video/{seen}/\n\n1:30 노래\n\n/video/{private}/\n\n2:00 끝");
    let id = Post::new(&writer, "제목").saying(&body).add(&house).await;
    let path = format!("/board/{id}/");
    let card = |video| format!("<a class=\"text-card\" href=\"/video/{video}/\">");
    let page = house.visitor().get(&path).await;
    page.says(&card(seen))
        .says("공개 강의")
        .keeps_quiet_about("비밀");
    page.keeps_quiet_about(&card(private))
        .says(&format!("href=\"/video/{private}/\""));
    page.says(&format!("<a href=\"/video/{seen}/?t=90\""));
    page.says(&format!("<a href=\"/video/{private}/?t=120\""));
    page.keeps_quiet_about("t=30");
    let page = house
        .visitor()
        .get(&format!("{path}?q=%EA%B0%95%EC%9D%98"))
        .await;
    page.says("<strong>공개 강의</strong>");
    let page = writer.get(&path).await;
    page.says(&card(private)).says("비밀 강의");
}

#[tokio::test]
async fn a_link_of_a_new_member_is_not_to_be_followed() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let id = Post::new(&writer, "제목")
        .saying("<https://a.kr/>")
        .add(&house)
        .await;
    let path = format!("/board/{id}/");
    house
        .visitor()
        .get(&path)
        .await
        .says("rel=\"nofollow ugc noopener\"");
    let sql = "UPDATE users SET date_joined = $2 WHERE id = $1";
    let long_ago = Time::now().plus_seconds(-31 * 24 * 3600);
    house
        .app
        .db
        .run(sql, (writer.id, long_ago))
        .await
        .expect("an update");
    house
        .visitor()
        .get(&path)
        .await
        .says("rel=\"ugc noopener\"");
}

#[tokio::test]
async fn files_are_listed_and_pictures_shown_once() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let id = Post::new(&writer, "제목").add(&house).await;
    let pdf = attach(&house, id, "자료 & 표.pdf", "application/pdf").await;
    let unseen = attach(&house, id, "사진.png", "image/png").await;
    let seen = attach(&house, id, "그림.png", "image/png").await;
    let sql = "UPDATE post_texts SET body = $2 WHERE post_id = $1";
    let body = format!("![그림](/media/{seen})");
    house.app.db.run(sql, (id, body)).await.expect("a body");
    let page = house.visitor().get(&format!("/board/{id}/")).await;
    for key in [&pdf, &unseen, &seen] {
        page.says(&format!("<a href=\"/media/{key}\" download="));
    }
    page.says("자료 &#38; 표.pdf").says("5 B");
    let shown = |key| {
        page.text()
            .matches(&format!("<img src=\"/media/{key}\""))
            .count()
    };
    assert_eq!([shown(&pdf), shown(&unseen), shown(&seen)], [0, 1, 1]);
}
