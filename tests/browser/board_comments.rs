//! What is said under a video: sent while it plays on, with times that lead into it.

use crate::admin_users::enters;
use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::House;

/// Uploads a video of 36 seconds; its id.
async fn uploaded(house: &House, page: &Chromium, title: &str, visibility: &str) -> i64 {
    page.upload(title, visibility, "long.mp4").await;
    house.id("SELECT CAST(MAX(id) AS TEXT) FROM videos").await
}

#[tokio::test]
async fn a_comment_is_sent_while_the_video_goes_on_and_its_time_leads_there() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    let id = uploaded(&house, &page, "첫 강의", "public").await;
    let path = format!("/video/{id}/");
    page.visit(&path).await;
    page.run("document.querySelector('video').play()").await;
    page.until_video("video.currentTime > 0.2 && !video.paused")
        .await;
    // The very player, not one of another page that was sent there.
    page.run("document.querySelector('video').mark = 'this one'")
        .await;
    page.comment("0:05 여기가 좋아요. 1:30은 없네요.").await;
    assert_eq!(page.path().await, path);
    assert_eq!(
        page.sent("POST", &format!("{path}comments/")).await,
        ["Fetch"]
    );
    let then = page.number("video.currentTime").await;
    page.until_video(&format!(
        "video.mark === 'this one' && video.currentTime > {then} && !video.paused"
    ))
    .await;

    assert_eq!(page.words(".comment a[data-seek]").await, "0:05");
    assert_eq!(page.count(".comment a[data-seek]").await, 1);
    page.run("document.querySelector('video').pause()").await;
    page.run("document.querySelector('video').currentTime = 20")
        .await;
    page.until_video("video.currentTime > 19 && !video.seeking")
        .await;
    page.press(".comment a[data-seek]").await;
    page.until_video("video.currentTime >= 5 && video.currentTime < 19 && !video.seeking")
        .await;
    page.until_video("video.mark === 'this one' && !video.paused")
        .await;
    assert_eq!(page.path().await, path);

    page.answer("저도요").await;
    assert_eq!(
        page.run("return document.querySelector('video').mark")
            .await,
        "this one"
    );
    page.visit(&path).await;
    assert!(page.words("#comments-title").await.contains("2개"));
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_deleted_comment_with_a_reply_leaves_its_place() {
    let house = House::open().await;
    let member = house.user("지민", false, false).await;
    let video = house.video("강의", "public", 0, "2026-01-01").await;
    house
        .comments("video_id", video, &[(member, "지울 말".into())])
        .await;
    let mut page = owner(&house, Window::Desk).await;
    // The video has no file.
    page.excuse("404 (Not Found)");
    let path = format!("/video/{video}/");
    page.visit(&path).await;
    page.answer("남을 말").await;
    page.press(".comment:first-child details.menu summary")
        .await;
    page.turn(".comment:first-child a[href*='/delete/']").await;
    assert!(page.words("main").await.contains("지울 말"));
    page.turn("main button.danger").await;
    assert_eq!(page.path().await, path);
    assert_eq!(page.words(".comment:first-child").await, "삭제된 댓글");
    assert_eq!(page.words(".comment:last-child .markdown").await, "남을 말");
    assert_eq!(
        page.words(".comment:last-child .comment-answers").await,
        "@삭제된 댓글"
    );
    assert!(!page.words("body").await.contains("지울 말"));
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn what_is_said_under_a_private_video_is_not_there_for_a_visitor() {
    let house = House::open().await;
    let video = house.video("우리끼리", "private", 0, "2026-01-01").await;
    house
        .comments("video_id", video, &[(1, "비밀스러운 말".into())])
        .await;
    let comment = house.id("SELECT CAST(MAX(id) AS TEXT) FROM comments").await;
    let paths = [
        format!("/video/{video}/"),
        format!("/video/{video}/?comments=1"),
        format!("/video/{video}/comments/"),
        format!("/comments/{comment}/"),
        format!("/comments/{comment}/edit/"),
        format!("/comments/{comment}/delete/"),
        format!("/comments/{comment}/report/"),
        "/board/?q=비밀스러운".to_owned(),
        "/?q=비밀스러운".to_owned(),
        "/board/feed.xml".to_owned(),
        "/feed.xml".to_owned(),
    ];
    let mut visitor = Chromium::open(&house, Window::Desk).await;
    visitor.excuse("404 (Not Found)");
    for path in &paths {
        visitor.visit(path).await;
        let shown = visitor
            .run("return document.documentElement.textContent")
            .await;
        let shown = shown.as_str().expect("a page");
        assert!(!shown.contains("비밀스러운 말"), "{path}: {shown}");
    }
    visitor.close().await;

    house.user("지민", false, false).await;
    let mut member = enters(&house, "지민").await;
    member.excuse("404 (Not Found)");
    for path in &paths[..2] {
        member.visit(path).await;
        assert_eq!(member.words(".comment .markdown").await, "비밀스러운 말");
    }
    member.close().await;
    house.close().await;
}
