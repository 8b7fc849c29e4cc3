//! Order, numbers, pages, and what a row says.

use axum::http::StatusCode;
use madang::db::Time;

use super::{Post, attach, comment, hide, ids};
use crate::{
    house::{House, Person},
    videos::all_between,
};

/// What stands in the first column, row by row.
async fn numbers(person: &Person, path: &str) -> Vec<String> {
    let text = person.get(path).await.text();
    let cells = all_between(&text, "<td class=\"post-number\">", "</td>");
    cells.into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn posts_are_numbered_down_from_how_many_there_are() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let mut added = Vec::new();
    for n in 0..45 {
        let title = format!("글 {n}");
        added.insert(0, Post::new(&writer, &title).add(&house).await);
    }
    let visitor = house.visitor();
    for (page, of) in [("", 0..20), ("?page=2", 20..40), ("?page=3", 40..45)] {
        let path = format!("/board/{page}");
        assert_eq!(ids(&visitor, &path).await, added[of.clone()], "{page}");
        let expected: Vec<_> = of.map(|n| (45 - n).to_string()).collect();
        assert_eq!(numbers(&visitor, &path).await, expected, "{page}");
    }
    let first = visitor.get("/board/").await;
    first
        .says("<a href=\"/board/?page=3\">3</a>")
        .says("글 45개");
    for (page, of) in [("99999999999999999999", 40..45), ("0", 0..20), ("x", 0..20)] {
        let path = format!("/board/?page={page}");
        assert_eq!(ids(&visitor, &path).await, added[of], "{page}");
    }
}

#[tokio::test]
async fn notices_stand_on_top_of_the_first_page_only_and_have_no_number() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let mut posts = Vec::new();
    let mut notices = Vec::new();
    for n in 0..25 {
        let mut post = Post::new(&writer, "글");
        post.is_notice = n == 3 || n == 20;
        let is_notice = post.is_notice;
        let id = post.add(&house).await;
        if is_notice { &mut notices } else { &mut posts }.insert(0, id);
    }
    let visitor = house.visitor();
    let first = [&notices[..], &posts[..20]].concat();
    assert_eq!(ids(&visitor, "/board/").await, first);
    assert_eq!(ids(&visitor, "/board/?page=2").await, posts[20..]);
    let numbers = numbers(&visitor, "/board/").await;
    assert!(numbers[..2].iter().all(|cell| cell.contains("공지")));
    assert_eq!(numbers[2], "23");
    assert_eq!(numbers[21], "4");
    visitor.get("/board/").await.says("글 23개");
}

#[tokio::test]
async fn a_row_says_what_a_post_has() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let day = 24 * 3600;
    let mut old = Post::new(&writer, "옛글");
    // In Seoul it is the next day already.
    old.created_at = Time(1_735_743_600_000_000);
    let old = old.add(&house).await;
    let mut older = Post::new(&writer, "하루 지난 글");
    older.created_at = Time::now().plus_seconds(-day);
    older.add(&house).await;
    let visitor = house.visitor();
    let page = visitor.get("/board/").await;
    page.says("datetime=\"2025-01-01T15:00:00Z\" title=\"2025년 1월 2일 00:00\">2025.01.02</time>")
        .says("<td class=\"post-writer\">지민</td>")
        .keeps_quiet_about("post-new")
        .keeps_quiet_about("post-comments")
        .keeps_quiet_about("#clip");
    comment(&house, &writer, old).await;
    comment(&house, &writer, old).await;
    attach(&house, old, "자료.pdf", "application/pdf").await;
    let sql = "UPDATE posts SET views = 12345 WHERE id = $1";
    house.app.db.run(sql, (old,)).await.expect("views");
    let mut recent = Post::new(&writer, "새 글");
    recent.created_at = Time::now().plus_seconds(-day + 3600);
    recent.add(&house).await;
    let page = visitor.get("/board/").await;
    page.says("aria-hidden=\"true\">[2]</span>")
        .says("댓글 2개")
        .says("첨부 파일 있음")
        .says("12,345");
    assert_eq!(page.text().matches("post-new").count(), 1);
    assert_eq!(page.text().matches("#clip").count(), 1);
}

#[tokio::test]
async fn what_is_hidden_is_in_no_list_and_no_count() {
    let house = House::open().await;
    let (owner, writer) = (house.staff().await, house.member("지민").await);
    let seen = Post::new(&writer, "보이는 글").add(&house).await;
    let hidden = Post::new(&writer, "숨긴 글").add(&house).await;
    let mut notice = Post::new(&writer, "숨긴 공지");
    notice.is_notice = true;
    let notice = notice.add(&house).await;
    hide(&house, hidden).await;
    hide(&house, notice).await;
    for person in [&house.visitor(), &writer, &owner] {
        assert_eq!(ids(person, "/board/").await, [seen]);
        person.get("/board/").await.says("글 1개");
        for within in ["both", "title", "writer"] {
            let query = if within == "writer" { "지민" } else { "글" };
            let path = format!("/board/?q={query}&in={within}");
            assert_eq!(ids(person, &path).await, [seen], "{within}");
        }
        let page = person.get(&format!("/board/{seen}/")).await;
        page.keeps_quiet_about("숨긴");
    }
}

#[tokio::test]
async fn an_empty_board_says_so_in_both_languages() {
    let house = House::open().await;
    let visitor = house.visitor();
    visitor.get("/board/").await.says("아직 글이 없습니다.");
    let english = [("accept-language", "en")];
    let page = visitor.get_with("/board/", &english).await;
    page.says("There are no posts yet.")
        .says("<title>Board · Madang");
    let page = visitor.get("/board/?q=%EA%B0%95%EC%9D%98").await;
    page.says("‘강의’에 맞는 글이 없습니다.");
}

#[tokio::test]
async fn the_board_is_one_step_from_every_page() {
    let house = House::open().await;
    let visitor = house.visitor();
    let link = "<a class=\"bar-link\" href=\"/board/\">게시판</a>";
    for path in ["/", "/login/", "/nothing/"] {
        visitor.get(path).await.says(link);
    }
    let here = "href=\"/board/\" aria-current=\"true\">게시판</a>";
    visitor.get("/board/?page=2").await.says(here);
    let answer = visitor.get("/board").await;
    assert!(answer.status.is_redirection());
    assert_eq!(answer.location(), "/board/");
}

#[tokio::test]
async fn a_title_is_text_and_never_markup() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let id = Post::new(&writer, "<img src=x onerror=alert(1)> & 끝")
        .add(&house)
        .await;
    let visitor = house.visitor();
    for path in [
        "/board/".to_owned(),
        "/board/?q=img".to_owned(),
        "/board/?q=%3Cimg".to_owned(),
        format!("/board/{id}/?q=alert"),
    ] {
        let page = visitor.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        page.keeps_quiet_about("<img src=x").says("&#38; 끝");
    }
}
