//! What holds for every page: a language, one heading, a quiet console, no stranger's address.

use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::House;

/// Looks at a page as it is now; its console and requests are judged when the browser closes.
pub async fn is_in_order(page: &Chromium, lang: &str) {
    let path = page.path().await;
    page.until("loaded", "return document.readyState === 'complete'")
        .await;
    let found = page
        .run(
            "return { lang: document.documentElement.lang, headings: document.querySelectorAll('h1').length,
               mains: document.querySelectorAll('main').length, titled: document.title.length > 0,
               unnamed: [...document.querySelectorAll('button, a, summary')]
                 .filter(e => !e.innerText.trim() && !e.getAttribute('aria-label') && e.checkVisibility())
                 .map(e => e.outerHTML.slice(0, 80)),
               unlabelled: [...document.querySelectorAll('input:not([type=hidden]), textarea, select')]
                 .filter(e => !e.labels.length && !e.getAttribute('aria-label') && e.checkVisibility() && !e.ariaHidden)
                 .map(e => e.outerHTML.slice(0, 80)) }",
        )
        .await;
    let expected = serde_json::json!({ "lang": lang, "headings": 1, "mains": 1, "titled": true, "unnamed": [], "unlabelled": [] });
    assert_eq!(found, expected, "{path}");
}

#[tokio::test]
async fn every_page_is_in_order_and_asks_nobody_else() {
    let house = House::open().await;
    let mut page = owner(&house, Window::Desk).await;
    page.excuse("404 (Not Found)");
    page.visit("/").await;
    is_in_order(&page, "ko").await;
    page.upload("차례", "public", "short.mp4").await;
    for path in [
        "/",
        "/?q=차례&sort=views",
        "/admin/",
        "/admin/videos/video/",
        "/admin/videos/video/add/",
        "/password_change/",
        "/nowhere/",
    ] {
        page.visit(path).await;
        is_in_order(&page, "ko").await;
    }
    page.visit("/").await;
    page.turn("main a[href^='/video/']").await;
    is_in_order(&page, "ko").await;
    page.log_out().await;
    for path in ["/", "/login/", "/signup/", "/admin/login/"] {
        page.visit(path).await;
        is_in_order(&page, "ko").await;
    }
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn the_language_switch_changes_the_words_and_stays() {
    let house = House::open().await;
    let page = Chromium::open(&house, Window::Desk).await;
    page.visit("/?sort=views").await;
    assert_eq!(page.run("return document.documentElement.lang").await, "ko");
    let korean = page.words("main").await;
    page.turn("footer button[name=language][value=en]").await;

    assert_eq!(page.path().await, "/?sort=views");
    assert_eq!(page.run("return document.documentElement.lang").await, "en");
    assert_ne!(page.words("main").await, korean);
    page.visit("/login/").await;
    assert_eq!(page.run("return document.documentElement.lang").await, "en");
    page.turn("footer button[name=language][value=ko]").await;
    assert_eq!(page.run("return document.documentElement.lang").await, "ko");
    page.close().await;
    house.close().await;
}
