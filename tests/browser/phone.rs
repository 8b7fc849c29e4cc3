//! The site in a hand: 390 CSS pixels wide, with a finger.

use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::House;

/// No sideways scroll, and nothing to press that a finger misses.
pub async fn fits(page: &Chromium) {
    let path = page.path().await;
    // Both: what overflows is either scrolled to, or makes the browser lay out a wider page.
    let widths = page
        .run("return [document.documentElement.scrollWidth, innerWidth]")
        .await;
    assert_eq!(widths, serde_json::json!([390, 390]), "{path} is too wide");
    let small = page
        .run(
            "return [...document.querySelectorAll('button, summary, input:not([type=hidden]), nav a, .bar a')]
               .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest('.visually-hidden'))
               .filter(e => { const box = (e.closest('label') ?? e).getBoundingClientRect();
                              return box.width > 1 && box.height < 32 })
               .map(e => e.outerHTML.slice(0, 80))",
        )
        .await;
    assert_eq!(
        small,
        serde_json::json!([]),
        "{path} has what a finger misses"
    );
}

#[tokio::test]
async fn on_a_phone_no_page_scrolls_sideways_and_the_menu_opens() {
    let house = House::open().await;
    let page = owner(&house, Window::Phone).await;
    page.upload("아주긴제목이줄바꿈없이이어지면화면밖으로나가는지를보는강의aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "public", "upright.mp4").await;
    for path in [
        "/",
        "/?q=없는말",
        "/admin/",
        "/admin/videos/video/",
        "/admin/videos/video/add/",
        "/password_change/",
    ] {
        page.visit(path).await;
        fits(&page).await;
    }
    page.visit("/").await;
    page.turn("main a[href^='/video/']").await;
    fits(&page).await;

    page.press("details.menu summary").await;
    page.see(".menu-panel").await;
    let inside = page
        .run("const box = document.querySelector('.menu-panel').getBoundingClientRect(); return box.left >= 0 && box.right <= innerWidth")
        .await;
    assert_eq!(inside, true, "the menu leaves the screen");
    fits(&page).await;
    page.turn("form[action='/logout/'] button").await;
    for path in ["/login/", "/signup/"] {
        page.visit(path).await;
        fits(&page).await;
    }
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn on_a_phone_the_search_opens_and_finds() {
    let house = House::open().await;
    let page = owner(&house, Window::Phone).await;
    page.upload("파이썬 강의", "public", "short.mp4").await;
    page.visit("/").await;
    page.press(".search-open").await;
    page.see("[name=q]")
        .await
        .send_keys("강의\u{e007}")
        .await
        .expect("an editable field");
    page.until("the results", "return new URL(location).searchParams.get('q') === '강의' && document.readyState === 'complete'").await;
    assert!(page.words("main").await.contains("파이썬 강의"));
    fits(&page).await;
    page.close().await;
    house.close().await;
}
