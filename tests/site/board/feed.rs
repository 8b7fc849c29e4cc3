//! The feeds: valid Atom, and nothing in them that a visitor may not have.

use axum::http::StatusCode;
use madang::{db::Time, videos::Visibility};

use super::{Post, hide};
use crate::{
    house::{House, Person},
    videos::{Row, all_between},
};

/// A feed, when every element ends where it should and nothing is unescaped.
async fn feed(person: &Person, path: &str) -> String {
    let answer = person.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    assert_eq!(
        answer.header("content-type"),
        "application/atom+xml; charset=utf-8"
    );
    let text = answer.text();
    let body = text.strip_prefix("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    let mut open = Vec::new();
    for part in body.expect("a declaration").trim_end().split('<').skip(1) {
        let (tag, words) = part.split_once('>').expect("the end of a tag");
        assert!(!words.contains('>'), "{part}");
        let bare = words.split('&').skip(1).any(|rest| !rest.starts_with('#'));
        assert!(!bare, "{part}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{part}");
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().expect("a name"));
        }
    }
    assert!(open.is_empty(), "{open:?}");
    text
}

#[tokio::test]
async fn the_posts_feed_has_what_everybody_may_read() {
    let house = House::open().await;
    let (owner, writer) = (house.staff().await, house.member("지민").await);
    let empty = feed(&owner, "/board/feed.xml").await;
    assert!(empty.contains("<updated>") && !empty.contains("<entry>"));
    let mut post = Post::new(&writer, "<b>제목</b> & \u{ffff}끝").saying("**굵은** ]]> <script>");
    post.created_at = Time(1_735_743_600_000_000);
    let id = post.add(&house).await;
    let mut notice = Post::new(&writer, "공지");
    notice.is_notice = true;
    notice.add(&house).await;
    let hidden = Post::new(&writer, "숨긴 글").add(&house).await;
    hide(&house, hidden).await;
    let xml = feed(&owner, "/board/feed.xml").await;
    assert!(!xml.contains("숨긴"), "{xml}");
    for part in [
        "<title>게시판 · 마당</title>",
        "<title>&#60;b&#62;제목&#60;/b&#62; &#38; 끝</title>",
        "<summary>굵은 ]]&#62; &#60;script&#62;</summary>",
        "<author><name>지민</name></author>",
        "<published>2025-01-01T15:00:00Z</published>",
        "<title>공지</title>",
        &format!("<id>http://madang.test/board/{id}/</id>"),
        "<link rel=\"self\" type=\"application/atom+xml\" href=\"http://madang.test/board/feed.xml\"/>",
    ] {
        assert!(xml.contains(part), "{part} is missing in {xml}");
    }
    for n in 0..30 {
        Post::new(&writer, &format!("글 {n}")).add(&house).await;
    }
    let xml = feed(&house.visitor(), "/board/feed.xml").await;
    assert_eq!(xml.matches("<entry>").count(), 30);
    assert!(!xml.contains("제목"), "the oldest makes room");
}

#[tokio::test]
async fn the_videos_feed_has_public_videos_only_whoever_asks() {
    let house = House::open().await;
    let owner = house.staff().await;
    let mut public = 0;
    for visibility in Visibility::ALL {
        let mut row = Row::new(visibility.name());
        row.description = "줄 하나\n줄 둘 & 셋";
        row.visibility = visibility;
        let id = row.add(&house).await;
        if visibility == Visibility::Public {
            public = id;
        }
    }
    for person in [&house.visitor(), &owner] {
        let xml = feed(person, "/feed.xml").await;
        let titles = all_between(&xml, "<entry>\n    <title>", "</title>");
        assert_eq!(titles, ["public"]);
        assert!(xml.contains(&format!("<id>http://madang.test/video/{public}/</id>")));
        assert!(xml.contains("<summary>줄 하나 줄 둘 &#38; 셋</summary>"));
        assert!(xml.contains("<link rel=\"enclosure\" type=\"video/mp4\" length=\"1\" href=\"http://madang.test/media/"));
    }
}

#[tokio::test]
async fn pages_name_their_feeds() {
    let house = House::open().await;
    let visitor = house.visitor();
    for (path, feed) in [("/", "/feed.xml"), ("/board/", "/board/feed.xml")] {
        let link = format!("href=\"{feed}\">");
        visitor
            .get(path)
            .await
            .says("type=\"application/atom+xml\"")
            .says(&link);
    }
}
