//! Ticks, actions and changes in the list: what they do, what they ask, what is not lost.

use serde_json::json;

use crate::admin_desk::{SESSIONS, USERS, VIDEOS};
use crate::admin_list::four;
use crate::chromium::Window;
use crate::hands::owner;
use crate::house::House;

#[tokio::test]
async fn ticks_take_the_page_a_range_or_all_that_were_found() {
    let house = House::open().await;
    house.lectures(130).await;
    let page = owner(&house, Window::Desk).await;
    page.visit("/admin/videos/video/?o=2").await;
    assert_eq!(page.names().await.len(), 100);
    let all = "[data-all]";
    let state =
        "const all = document.querySelector('[data-all]'); return [all.checked, all.indeterminate]";

    page.tick(2).await;
    page.tick_with_shift(5).await;
    assert_eq!(
        page.ticked().await,
        ["강의 002", "강의 003", "강의 004", "강의 005"]
    );
    assert_eq!(page.run(state).await, json!([false, true]));
    assert!(page.words("[data-chosen]").await.contains("100개 중 4개"));
    assert_eq!(
        page.run("return document.querySelector('.across').checkVisibility()")
            .await,
        false
    );

    page.press(all).await;
    assert_eq!(page.ticked().await.len(), 100);
    assert_eq!(page.run(state).await, json!([true, false]));
    page.press("[data-across]").await;
    page.act("set_private").await;
    assert!(page.told().await.contains("130개"), "{}", page.told().await);
    assert_eq!(
        house
            .text("SELECT CAST(COUNT(*) AS TEXT) FROM videos WHERE visibility = 'private'")
            .await,
        "130"
    );
    page.press(all).await;
    page.press(all).await;
    assert_eq!(page.ticked().await.len(), 0);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn an_action_tells_what_it_did_and_needs_something_chosen() {
    let (house, page) = four(Window::Desk).await;
    page.act("set_private").await;
    assert!(page.told().await.contains("선택한 항목이 없어"));
    page.tick(1).await;
    page.turn("[data-go]").await;
    assert!(page.told().await.contains("할 작업을 고르십시오"));
    page.tick(1).await;
    page.tick(2).await;
    page.act("set_unlisted").await;
    assert!(page.told().await.contains("2개를 ‘일부 공개’로"));
    assert_eq!(
        house
            .text("SELECT CAST(COUNT(*) AS TEXT) FROM videos WHERE visibility = 'unlisted'")
            .await,
        "2"
    );
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn deleting_the_ticked_asks_first_and_can_be_left() {
    let (house, page) = four(Window::Desk).await;
    page.tick(1).await;
    page.tick(4).await;
    page.act("delete_selected").await;
    let goes = page.words(".goes").await;
    assert!(
        goes.contains("라 소풍") && goes.contains("가 첫 강의") && goes.contains("강의 녹화.mp4"),
        "{goes}"
    );
    page.turn("main .submit-row a").await;
    assert_eq!(page.names().await.len(), 4);

    page.tick(1).await;
    page.tick(4).await;
    page.act("delete_selected").await;
    page.turn("main button.danger").await;
    assert!(page.told().await.contains("2개를 삭제했습니다"));
    assert_eq!(page.names().await, ["다 첫 모임", "나 둘째 강의"]);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn visibility_is_changed_in_the_list_and_saved_together() {
    let (house, page) = four(Window::Desk).await;
    let shown = "return document.querySelector('.save-bar').checkVisibility()";
    let first = "tbody tr:nth-child(1) [data-edit]";
    assert_eq!(page.run(shown).await, false);
    page.choose(first, "public").await;
    page.choose("tbody tr:nth-child(2) [data-edit]", "private")
        .await;
    assert!(
        page.words("[data-changed]")
            .await
            .contains("변경한 항목 2개")
    );
    page.press(".save-bar [type=reset]").await;
    page.until(
        "undone",
        "return !document.querySelector('.save-bar').checkVisibility()",
    )
    .await;

    page.choose(first, "public").await;
    page.choose("tbody tr:nth-child(2) [data-edit]", "private")
        .await;
    page.turn("[data-save]").await;
    assert!(page.told().await.contains("2개를 변경했습니다"));
    assert_eq!(
        page.run(&format!("return document.querySelector('{first}').value"))
            .await,
        "public"
    );

    // Enter in a field of the list saves it too.
    page.choose(first, "draft").await;
    page.run(&format!(
        "document.documentElement.dataset.before = 'yes'; document.querySelector('{first}').focus()"
    ))
    .await;
    page.keys("\u{e007}").await;
    page.turned("Enter").await;
    assert!(page.told().await.contains("1개를 변경했습니다"));
    assert_eq!(
        house
            .text("SELECT visibility FROM videos WHERE title = '라 소풍'")
            .await,
        "draft"
    );
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_list_that_comes_back_unsaved_keeps_every_choice_and_saves_them() {
    let (house, mut page) = four(Window::Desk).await;
    page.excuse("409");
    let value = |row: u32| {
        format!("return document.querySelector('tbody tr:nth-child({row}) [data-edit]').value")
    };
    page.choose("tbody tr:nth-child(1) [data-edit]", "public")
        .await;
    page.choose("tbody tr:nth-child(2) [data-edit]", "private")
        .await;
    house
        .sql("UPDATE videos SET visibility = 'unlisted' WHERE title = '라 소풍'")
        .await;
    page.turn("[data-save]").await;
    assert!(page.told().await.contains("다른 사람이 바꾸어서"));
    page.see("tbody tr .row-mark").await;
    assert_eq!(page.run(&value(1)).await, "public");
    assert_eq!(page.run(&value(2)).await, "private");
    assert!(
        page.words("[data-changed]")
            .await
            .contains("변경한 항목 2개")
    );
    page.turn("[data-save]").await;
    assert!(page.told().await.contains("2개를 변경했습니다"));
    assert_eq!(
        house
            .text("SELECT visibility FROM videos WHERE title = '라 소풍'")
            .await,
        "public"
    );
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn changes_in_the_list_are_not_lost_unasked() {
    let (house, page) = four(Window::DeskThatAsks).await;
    page.choose("tbody tr:nth-child(1) [data-edit]", "public")
        .await;
    page.press("tbody tr:nth-child(2) th a").await;
    page.asked().await;
    page.dismiss_alert().await.expect("a question");
    assert_eq!(page.path().await, VIDEOS);

    page.tick(3).await;
    page.choose("[name=action]", "set_draft").await;
    page.press("[data-go]").await;
    assert!(page.asked().await.contains("저장하지 않은 변경"));
    page.dismiss_alert().await.expect("a question");
    assert_eq!(page.ticked().await.len(), 1);
    assert!(
        page.words("[data-changed]")
            .await
            .contains("변경한 항목 1개")
    );
    page.turn("[data-save]").await;
    assert!(page.told().await.contains("1개를 변경했습니다"));
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn users_are_deactivated_from_the_list_and_sessions_say_who_is_where() {
    let house = House::open().await;
    house.user("지민", false, false).await;
    house.user("서연", false, false).await;
    let page = owner(&house, Window::Desk).await;
    page.visit(USERS).await;
    page.turn(".filters [href*='staff=0']").await;
    assert_eq!(page.names().await, ["서연", "지민"]);
    page.tick(2).await;
    page.act("deactivate").await;
    assert!(page.told().await.contains("1명을 비활성화"));
    page.visit(&format!("{USERS}?active=0")).await;
    assert_eq!(page.names().await, ["지민"]);
    page.visit(SESSIONS).await;
    assert_eq!(page.names().await, ["owner"]);
    assert!(page.words(".table tbody").await.contains("Chrom"));
    page.close().await;
    house.close().await;
}
