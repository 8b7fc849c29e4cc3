//! What is typed is not lost: drafts, faulty forms, two people at one post.

use crate::admin_users::enters;
use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::House;

/// Waits until this browser keeps a draft with these words.
async fn kept(page: &Chromium, words: &str) {
    let keeps =
        format!("return Object.values(localStorage).some(draft => draft.includes({words:?}))");
    page.until("the draft is kept", &keeps).await;
}

async fn offered(page: &Chromium) -> bool {
    let offer = "return document.querySelector('[data-draft-offer]').checkVisibility()";
    page.run(offer).await == true
}

#[tokio::test]
async fn a_draft_is_offered_until_it_is_saved() {
    let house = House::open().await;
    house.user("지민", false, false).await;
    let page = enters(&house, "지민").await;
    page.visit("/board/new/").await;
    assert!(!offered(&page).await);
    page.fill("title", "쓰다 만 글").await;
    page.fill("body", "첫 줄\n둘째 줄").await;
    page.give_picture("paste", "사진.png", 12).await;
    kept(&page, "/media/").await;

    page.visit("/board/new/").await;
    assert!(offered(&page).await);
    assert_eq!(page.value("title").await, "");
    page.press("[data-draft-restore]").await;
    page.until(
        "the file is there again",
        "return document.querySelector('.file-list [data-name]')?.textContent === '사진.png'",
    )
    .await;
    assert!(!offered(&page).await);
    assert_eq!(page.value("title").await, "쓰다 만 글");
    assert!(page.value("body").await.starts_with("첫 줄\n둘째 줄"));
    page.turn("[name=_save]").await;
    assert_eq!(page.path().await, "/board/1/");
    assert_eq!(page.picture(".markdown img").await, 12);

    page.visit("/board/new/").await;
    assert!(!offered(&page).await);
    assert_eq!(page.run("return localStorage.length").await, 0);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_draft_that_is_thrown_away_is_not_offered_again() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    house.posts(&[(1, "제목".into(), "내용".into())]).await;
    page.visit("/board/1/edit/").await;
    page.fill("body", "다르게 쓴 내용").await;
    kept(&page, "다르게 쓴 내용").await;
    page.visit("/board/1/edit/").await;
    assert_eq!(page.value("body").await, "내용");
    page.press("[data-draft-discard]").await;
    page.visit("/board/1/edit/").await;
    assert!(!offered(&page).await);
    assert_eq!(page.value("body").await, "내용");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_faulty_form_keeps_words_and_files() {
    let house = House::open().await;
    house.user("지민", false, false).await;
    let mut page = enters(&house, "지민").await;
    page.excuse("422");
    page.visit("/board/new/").await;
    page.fill("title", "   ").await;
    page.fill("body", "공들여 쓴 내용\n").await;
    page.give_picture("paste", "사진.png", 12).await;
    let typed = page.value("body").await;
    page.press("[name=_save]").await;
    page.see("#errors_title").await;
    assert_eq!(page.path().await, "/board/new/");
    assert_eq!(page.value("body").await, typed.trim_end());
    assert_eq!(page.words(".file-list [data-name]").await, "사진.png");
    assert_eq!(page.focused().await, "title");

    page.fill("title", "고친 제목").await;
    page.turn("[name=_save]").await;
    assert_eq!(page.words("main h1").await, "고친 제목");
    assert!(page.words(".markdown").await.contains("공들여 쓴 내용"));
    assert_eq!(page.picture(".markdown img").await, 12);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn of_two_at_one_post_the_second_is_told_and_loses_nothing() {
    let house = House::open().await;
    let id = house.user("지민", false, false).await;
    house
        .posts(&[(id, "제목".into(), "처음 내용".into())])
        .await;
    let mut writer = enters(&house, "지민").await;
    writer.excuse("409");
    writer.visit("/board/1/edit/").await;
    let staff = owner(&house, Window::Desk).await;
    staff.visit("/board/1/edit/").await;
    staff.fill("body", "관리자가 고친 내용").await;
    staff.turn("[name=_save]").await;
    assert_eq!(staff.words(".markdown").await, "관리자가 고친 내용");

    writer.fill("body", "지민이 고친 내용\n").await;
    writer.give_picture("paste", "사진.png", 12).await;
    let typed = writer.value("body").await;
    writer.press("[name=_save]").await;
    writer.see(".conflict").await;
    assert!(
        writer
            .words(".conflict")
            .await
            .contains("그 사이에 글이 바뀌었습니다")
    );
    let theirs = "return document.querySelector('.conflict textarea').value";
    assert_eq!(writer.run(theirs).await, "관리자가 고친 내용");
    assert_eq!(writer.value("body").await, typed.trim_end());
    assert_eq!(writer.words(".file-list [data-name]").await, "사진.png");
    staff.visit("/board/1/").await;
    assert_eq!(staff.words(".markdown").await, "관리자가 고친 내용");
    staff.close().await;

    writer.turn("[name=_save]").await;
    assert_eq!(writer.path().await, "/board/1/");
    assert!(writer.words(".markdown").await.contains("지민이 고친 내용"));
    assert_eq!(writer.picture(".markdown img").await, 12);
    writer.close().await;
    house.close().await;
}
