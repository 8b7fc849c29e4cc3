//! A post's life as its writer meets it: written, read, found, changed, deleted.

use crate::admin_users::enters;
use crate::chromium::{Chromium, Window};
use crate::house::{House, OWNER_PASSWORD};

/// A member at a window of their own, and a board of 45 of their posts.
async fn a_full_board() -> (House, Chromium) {
    let house = House::open().await;
    let id = house.user("지민", false, false).await;
    let posts: Vec<_> = (1..=45)
        .map(|n| {
            (
                id,
                format!("봄 소식 {n:02}"),
                format!("{n}번째 소식입니다."),
            )
        })
        .collect();
    house.posts(&posts).await;
    let page = enters(&house, "지민").await;
    (house, page)
}

#[tokio::test]
async fn a_post_with_pictures_and_a_table_is_written_read_and_changed() {
    let house = House::open().await;
    house.user("지민", false, false).await;
    let page = enters(&house, "지민").await;
    page.visit("/board/").await;
    page.turn(".board-head a.primary").await;
    page.fill("title", "소풍 사진").await;
    page.fill(
        "body",
        "**함께** 갔던 곳\n\n| 곳 | 날 |\n|---|---|\n| 강 | 금 |\n",
    )
    .await;
    page.give_picture("paste", "붙인 것.png", 12).await;
    page.give_picture("drop", "끌어온 것.png", 34).await;
    page.until(
        "the preview shows the table",
        "return document.querySelector('.preview td')?.textContent === '강'",
    )
    .await;
    assert_eq!(page.picture(".preview img[alt='붙인 것.png']").await, 12);
    assert_eq!(page.picture(".preview img[alt='끌어온 것.png']").await, 34);
    let preview = page
        .run("return document.querySelector('.preview strong').textContent")
        .await;
    assert_eq!(preview, "함께");
    assert!(
        page.sent("POST", "/board/preview/")
            .await
            .contains(&"Fetch".to_owned())
    );
    page.turn("[name=_save]").await;

    assert_eq!(page.path().await, "/board/1/");
    assert_eq!(page.words("main h1").await, "소풍 사진");
    assert_eq!(page.words(".markdown td").await, "강");
    assert_eq!(page.picture(".markdown img[alt='붙인 것.png']").await, 12);
    assert_eq!(page.picture(".markdown img[alt='끌어온 것.png']").await, 34);
    // The text shows both, so they are not shown once more below it.
    assert_eq!(page.count(".post-pictures").await, 0);
    assert_eq!(page.count(".post-files li").await, 2);

    page.turn("main a[href$='/edit/']").await;
    page.fill("title", "강가 소풍 사진").await;
    page.turn("[name=_save]").await;
    assert_eq!(page.path().await, "/board/1/");
    assert_eq!(page.words("main h1").await, "강가 소풍 사진");
    page.see(".post-edited").await;
    assert_eq!(page.picture(".markdown img[alt='붙인 것.png']").await, 12);
    assert_eq!(page.words(".markdown td").await, "강");

    page.comment("저도 *가고* 싶어요").await;
    assert_eq!(page.words(".comment .markdown em").await, "가고");
    page.answer("다음에 함께 가요").await;
    assert_eq!(page.path().await, "/board/1/");
    assert_eq!(
        page.words(".comment:last-child .comment-answers").await,
        "@지민"
    );
    assert!(page.words("#comments-title").await.contains("2개"));
    page.visit("/board/").await;
    assert_eq!(page.words(".post-comments").await, "[2]");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn from_the_second_page_of_a_search_one_comes_back_to_it() {
    let (house, page) = a_full_board().await;
    page.visit("/board/").await;
    page.press(".board-search [name=in]").await;
    page.press("option[value=title]").await;
    page.fill("q", "소식").await;
    page.turn(".board-search button").await;
    assert_eq!(page.words(".post-number").await, "45");
    page.turn(".paging a[rel=next]").await;
    let second = page.path().await;
    assert!(second.ends_with("&in=title&page=2"), "{second}");
    assert_eq!(page.count(".posts tbody tr").await, 20);
    assert_eq!(page.words(".post-title mark").await, "소식");

    page.turn(".posts tbody tr:nth-child(3) a").await;
    assert_eq!(page.words("main h1").await, "봄 소식 23");
    assert_eq!(page.words("main h1 mark").await, "소식");
    page.turn("main a[href*='/edit/']").await;
    page.fill("title", "봄 소식 23 고침").await;
    page.turn("[name=_save]").await;
    let (_, query) = second.split_once('?').expect("a query");
    assert_eq!(page.path().await, format!("/board/23/?{query}"));
    assert_eq!(page.words("main h1").await, "봄 소식 23 고침");
    page.turn(".post-back a").await;
    assert_eq!(page.path().await, second);
    let row = "tr:target .post-title a";
    assert_eq!(page.words(row).await, "봄 소식 23 고침");

    page.turn(row).await;
    page.turn("main a[href*='/delete/']").await;
    assert!(page.words("main h1").await.contains("봄 소식 23 고침"));
    page.turn("main button.danger").await;
    assert_eq!(page.path().await, second);
    let titles = page.words(".posts").await;
    assert!(!titles.contains("소식 23"), "{titles}");
    assert_eq!(page.words(".post-number").await, "24");
    page.turn(".posts tbody tr:nth-child(2) a").await;
    assert_eq!(page.words("main h1").await, "봄 소식 24");
    page.turn(".beside a[rel=prev]").await;
    assert_eq!(page.words("main h1").await, "봄 소식 22");
    assert_eq!(page.path().await, format!("/board/22/?{query}"));
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn without_scripts_one_writes_comments_and_deletes_all_the_same() {
    let house = House::open().await;
    house.user("지민", false, false).await;
    let page = Chromium::open(&house, Window::DeskWithoutScripts).await;
    page.log_in("지민", OWNER_PASSWORD).await;
    page.visit("/board/new/").await;
    page.fill("title", "스크립트 없이").await;
    page.fill("body", "**굵게** 쓴 글").await;
    page.turn("[name=_preview]").await;
    assert_eq!(page.words(".preview strong").await, "굵게");
    assert_eq!(page.value("title").await, "스크립트 없이");
    page.turn("[name=_save]").await;
    assert_eq!(page.path().await, "/board/1/");
    assert_eq!(page.words(".markdown strong").await, "굵게");

    page.fill("body", "첫 댓글").await;
    page.turn(".comments > form button").await;
    assert_eq!(page.path().await, "/board/1/");
    assert_eq!(page.words(".comment .markdown").await, "첫 댓글");
    assert_eq!(page.sent("POST", "/board/1/comments/").await, ["Document"]);
    page.press(".comment details.menu summary").await;
    page.turn(".comment a[href*='/delete/']").await;
    page.turn("main button.danger").await;
    assert_eq!(page.path().await, "/board/1/");
    assert_eq!(page.count(".comment").await, 0);

    // From its top: down here the bar lies over the button.
    page.visit("/board/1/").await;
    page.turn("main a[href$='/delete/']").await;
    page.turn("main button.danger").await;
    assert_eq!(page.path().await, "/board/");
    assert_eq!(page.count(".posts").await, 0);
    page.close().await;
    house.close().await;
}
