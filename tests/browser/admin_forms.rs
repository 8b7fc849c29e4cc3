//! A video's form: its buttons, what it keeps when something is wrong, two people at once, leaving.

use serde_json::json;

use crate::admin_desk::VIDEOS;
use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::{House, OWNER_PASSWORD, fixture};

/// Puts a file of the tests into a file field.
pub async fn attach(page: &Chromium, name: &str, file: &str) {
    let path = fixture(file);
    let input = page.see(&format!("[name={name}]")).await;
    let path = path.to_str().expect("a path in UTF-8");
    input.send_keys(path).await.expect("a file input");
}

fn change(id: i64) -> String {
    format!("{VIDEOS}{id}/change/")
}

#[tokio::test]
async fn three_buttons_lead_where_they_say() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    page.fill_upload("첫째", "public", "short.mp4").await;
    page.turn("[name=_addanother]").await;
    assert_eq!(page.path().await, "/admin/videos/video/add/");
    assert!(page.told().await.contains("‘첫째’를 추가했습니다"));
    assert_eq!(page.focused().await, "title");

    page.fill_upload("둘째", "draft", "short.webm").await;
    page.turn("[name=_continue]").await;
    assert!(page.path().await.ends_with("/change/"));
    assert!(page.told().await.contains("‘둘째’를 추가했습니다"));
    page.fill("title", "둘째 강의").await;
    page.turn("[name=_save]").await;
    assert_eq!(page.path().await, VIDEOS);
    // The message names the video and links it.
    page.turn(".messages a").await;
    assert_eq!(page.words(".object-name").await, "둘째 강의");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn what_was_typed_and_uploaded_is_kept_when_something_is_wrong() {
    let house = House::open().await;
    let mut page = owner(&house, Window::Desk).await;
    page.excuse("422");
    page.fill_upload("제목", "private", "long.mp4").await;
    page.fill("title", "   ").await;
    page.fill("description", "줄 하나\n줄 둘").await;
    page.press("[name=_save]").await;
    page.see("[data-kept=upload]").await;
    assert!(page.words("[data-kept=upload]").await.contains("long.mp4"));
    assert_eq!(page.focused().await, "title");
    page.see(".summary").await;
    page.see("#errors_title").await;
    let typed = page
        .run("return [document.querySelector('[name=description]').value, document.querySelector('[name=visibility]:checked').value]")
        .await;
    assert_eq!(typed, json!(["줄 하나\n줄 둘", "private"]));

    page.fill("title", "이번에는 제목").await;
    page.turn("[name=_save]").await;
    assert_eq!(page.path().await, VIDEOS);
    assert_eq!(page.names().await, ["이번에는 제목"]);
    assert_eq!(house.text("SELECT file_name FROM videos").await, "long.mp4");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn without_scripts_the_uploaded_file_is_kept_too() {
    let house = House::open().await;
    let mut page = owner(&house, Window::DeskWithoutScripts).await;
    page.excuse("422");
    page.fill_upload("   ", "unlisted", "long.mp4").await;
    page.turn("[name=_save]").await;
    assert!(page.words("[data-kept=upload]").await.contains("long.mp4"));
    assert_eq!(page.focused().await, "title");
    page.fill("title", "이번에는 제목").await;
    page.turn("[name=_save]").await;
    assert_eq!(page.path().await, VIDEOS);
    assert_eq!(house.text("SELECT file_name FROM videos").await, "long.mp4");
    assert_eq!(
        house.text("SELECT visibility FROM videos").await,
        "unlisted"
    );
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_file_that_is_no_video_is_told_at_its_field() {
    let house = House::open().await;
    let mut page = owner(&house, Window::Desk).await;
    page.excuse("415");
    page.excuse("422");
    page.fill_upload("소리만", "public", "audio.m4a").await;
    page.press("[name=_save]").await;
    page.see("#errors_video_file").await;
    assert_eq!(page.focused().await, "video_file");
    assert_eq!(
        page.run("return document.querySelector('[name=title]').value")
            .await,
        "소리만"
    );
    attach(&page, "video_file", "short.mp4").await;
    page.turn("[name=_save]").await;
    assert_eq!(page.names().await, ["소리만"]);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn leaving_with_unsaved_changes_asks_and_saving_does_not() {
    let house = House::open().await;
    let id = house.video("강의", "public", 1, "2025-03-04").await;
    let page = owner(&house, Window::DeskThatAsks).await;
    page.visit(&change(id)).await;
    page.turn(".crumbs a[href='/admin/']").await;
    page.visit(&change(id)).await;
    page.fill("title", "고친 강의").await;
    page.press(".crumbs a[href='/admin/']").await;
    page.asked().await;
    page.dismiss_alert().await.expect("a question");
    assert_eq!(page.path().await, change(id));
    assert_eq!(
        page.run("return document.querySelector('[name=title]').value")
            .await,
        "고친 강의"
    );
    page.turn("[name=_save]").await;
    assert_eq!(page.names().await, ["고친 강의"]);

    page.visit(&change(id)).await;
    page.fill("title", "버릴 것").await;
    page.press(".crumbs a[href='/admin/']").await;
    page.asked().await;
    page.accept_alert().await.expect("a question");
    page.until("left", "return location.pathname === '/admin/'")
        .await;
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn of_two_who_edit_the_second_is_told_and_decides() {
    let house = House::open().await;
    let id = house.video("처음 제목", "public", 1, "2025-03-04").await;
    house.user("민서", true, true).await;
    let mut first = owner(&house, Window::Desk).await;
    first.excuse("409");
    first.visit(&change(id)).await;
    first.fill("title", "내가 쓴 제목").await;

    let second = Chromium::open(&house, Window::Desk).await;
    second.log_in("민서", OWNER_PASSWORD).await;
    second.visit(&change(id)).await;
    second.fill("title", "민서가 쓴 제목").await;
    second.fill("description", "민서의 설명").await;
    second.turn("[name=_save]").await;
    second.close().await;

    first.turn("[name=_save]").await;
    assert_eq!(first.path().await, change(id));
    let told = first.words(".conflict").await;
    assert!(
        told.contains("민서") && told.contains("제목") && told.contains("설명"),
        "{told}"
    );
    assert!(first.words("main form").await.contains("민서가 쓴 제목"));
    assert_eq!(
        first
            .run("return document.querySelector('[name=title]').value")
            .await,
        "내가 쓴 제목"
    );
    first.turn("[name=_save]").await;
    assert_eq!(first.names().await, ["내가 쓴 제목"]);
    assert_eq!(house.text("SELECT title FROM videos").await, "내가 쓴 제목");
    first.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_chosen_thumbnail_is_shown_before_it_is_sent_and_after() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    page.fill_upload("그림 있는 것", "public", "short.mp4")
        .await;
    assert_eq!(
        page.run("return document.querySelector('[data-preview]').checkVisibility()")
            .await,
        false
    );
    attach(&page, "thumbnail", "picture.webp").await;
    let drawn = "const image = document.querySelector('[data-preview] img'); return image.checkVisibility() && image.naturalWidth > 0";
    page.until("the preview", drawn).await;
    page.turn("[name=_continue]").await;
    page.until(
        "the stored picture",
        "return document.querySelector('.current-thumbnail img').naturalWidth > 0",
    )
    .await;
    let current = page.words(".current").await;
    assert!(
        current.contains("short.mp4") && current.contains("avc1"),
        "{current}"
    );
    page.visit(VIDEOS).await;
    page.until(
        "the picture in the list",
        "return document.querySelector('tbody .cover img').naturalWidth > 0",
    )
    .await;
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_replaced_file_keeps_the_address_of_the_page() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    page.upload("바꿀 것", "public", "short.mp4").await;
    page.turn("tbody th a").await;
    let address = page.path().await;
    attach(&page, "video_file", "long.mp4").await;
    page.turn("[name=_continue]").await;
    assert_eq!(page.path().await, address);
    let current = page.words(".current").await;
    assert!(
        current.contains("long.mp4") && current.contains("0:36"),
        "{current}"
    );
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn the_site_is_viewed_as_oneself_a_visitor_and_a_member() {
    let house = House::open().await;
    let id = house.video("회원만", "private", 1, "2025-03-04").await;
    let mut page = owner(&house, Window::Desk).await;
    page.excuse("404");
    page.visit(&change(id)).await;
    page.turn(".object-tools a[href^='/video/']").await;
    assert_eq!(page.words("main h1").await, "회원만");
    page.visit(&change(id)).await;
    let ways = page.words(".view-as").await;
    assert!(
        ways.contains("로그인 화면으로") && ways.contains("동영상이 보입니다"),
        "{ways}"
    );
    page.visit(&format!("{VIDEOS}{id}/view-as/visitor/")).await;
    page.see("[name=password]").await;
    page.visit(&format!("{VIDEOS}{id}/view-as/member/")).await;
    assert_eq!(page.words("main h1").await, "회원만");
    assert_eq!(page.count("a[href='/admin/']").await, 0);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn the_history_tells_who_changed_which_fields() {
    let house = House::open().await;
    let id = house.video("강의", "public", 1, "2025-03-04").await;
    let page = owner(&house, Window::Desk).await;
    page.visit(&change(id)).await;
    page.fill("title", "강의 개정판").await;
    page.press("label:has([name=visibility][value=draft])")
        .await;
    page.turn("[name=_continue]").await;
    page.turn(".object-tools a[href$='/history/'], .object-tools a[href*='/history/']")
        .await;
    let line = page.words(".history tbody").await;
    assert!(
        line.contains("owner") && line.contains("변경: 제목, 공개 범위"),
        "{line}"
    );
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn deleting_asks_and_an_unknown_number_leads_back() {
    let house = House::open().await;
    let id = house.video("남을 것", "public", 1, "2025-03-04").await;
    let page = owner(&house, Window::Desk).await;
    page.visit(&change(id)).await;
    page.turn("main a.delete").await;
    assert!(page.words(".goes").await.contains("강의 녹화.mp4"));
    page.turn("main .submit-row a").await;
    assert_eq!(page.path().await, change(id));
    page.turn("main a.delete").await;
    page.turn("main button.danger").await;
    assert!(page.told().await.contains("‘남을 것’을 삭제했습니다"));

    for gone in [change(id), change(987_654), format!("{VIDEOS}abc/change/")] {
        page.visit(&gone).await;
        assert_eq!(page.path().await, VIDEOS);
        assert!(page.told().await.contains("동영상이 없습니다"), "{gone}");
    }
    page.close().await;
    house.close().await;
}
