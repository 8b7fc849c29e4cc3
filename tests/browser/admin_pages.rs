//! Every page of the admin site as a whole: quiet, in both languages, in light and dark, in a hand.

use serde_json::json;

use crate::admin_desk::{GROUPS, LOG, SESSIONS, USERS, VIDEOS};
use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::House;
use crate::pages::is_in_order;
use crate::phone::fits;
use crate::until;

/// A believable site: videos with long and short names, people, a group, and a log of changes.
pub async fn furnished(house: &House) {
    house
        .video(
            "파이썬으로 시작하는 웹 개발 — 1강 환경 만들기와 첫 페이지",
            "public",
            1_204,
            "2025-03-03",
        )
        .await;
    house
        .video("2강 모델과 데이터베이스", "public", 873, "2025-03-10")
        .await;
    house.video("아주긴제목이줄바꿈없이이어지면화면밖으로나가는지를보는강의aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "unlisted", 12, "2025-04-02").await;
    house
        .video("종강 모임 기록", "private", 41, "2025-06-20")
        .await;
    house
        .video("편집 중인 예고편", "draft", 0, "2025-06-28")
        .await;
    for name in [
        "지민",
        "서연",
        "하준",
        "very.long.username+for.the.narrow.screen@example.com",
    ] {
        house.user(name, name == "서연", false).await;
    }
    let group = house.group("편집하는 사람들").await;
    house.sql(&format!("INSERT INTO user_groups (user_id, group_id) SELECT id, {group} FROM users WHERE username = '서연'")).await;
    house.sql(&format!("INSERT INTO group_permissions (group_id, permission) VALUES ({group}, 'videos.view_video'), ({group}, 'videos.change_video')")).await;
}

/// Every page of the admin site, after one change that the log shows.
pub async fn every_page(house: &House, page: &Chromium) -> Vec<String> {
    let id = |table: &str| format!("SELECT CAST(MAX(id) AS TEXT) FROM {table}");
    let video = house.id(&id("videos")).await;
    page.visit(&format!("{VIDEOS}{video}/change/")).await;
    page.fill("title", "편집을 마친 예고편").await;
    page.turn("[name=_save]").await;
    let user = house.id(&id("users")).await;
    let group = house.id(&id("groups")).await;
    let session = house.id(&id("sessions")).await;
    let log = house.id(&id("admin_log")).await;
    let mut pages = vec!["/admin/".to_owned()];
    for list in [VIDEOS, USERS, GROUPS, SESSIONS, LOG] {
        pages.push(list.to_owned());
    }
    pages.push(format!("{VIDEOS}?q=%EA%B0%95&visibility=public&o=2.-6"));
    pages.push(format!("{VIDEOS}?q=zzz"));
    for list in [VIDEOS, USERS, GROUPS] {
        pages.push(format!("{list}add/"));
    }
    for (list, id) in [
        (VIDEOS, video),
        (USERS, user),
        (GROUPS, group),
        (SESSIONS, session),
    ] {
        pages.push(format!("{list}{id}/change/"));
        pages.push(format!("{list}{id}/delete/"));
    }
    for (list, id) in [(VIDEOS, video), (USERS, user), (GROUPS, group)] {
        pages.push(format!("{list}{id}/history/"));
    }
    pages.push(format!("{USERS}{user}/password/"));
    pages.push(format!("{LOG}{log}/change/"));
    pages
}

#[tokio::test]
async fn every_admin_page_is_in_order_in_korean_and_english_dark_and_light() {
    let house = House::open().await;
    furnished(&house).await;
    let page = owner(&house, Window::Desk).await;
    let pages = every_page(&house, &page).await;
    let mut titles = Vec::new();
    for (lang, theme) in [("ko", "dark"), ("en", "light")] {
        page.visit("/admin/").await;
        page.turn(&format!("footer button[name=language][value={lang}]"))
            .await;
        page.press(&format!("footer button[name=theme][value={theme}]"))
            .await;
        // The page changes at once, and tells the site beside it.
        until("the site knows the theme", async || {
            page.visit("/admin/").await;
            page.run("return document.documentElement.dataset.theme")
                .await
                == theme
        })
        .await;
        for path in &pages {
            page.visit(path).await;
            assert_eq!(&page.path().await, path);
            is_in_order(&page, lang).await;
            titles.push(page.run("return document.title").await);
            let light = page
                .run("return getComputedStyle(document.documentElement).backgroundColor.match(/[0-9]+/g).slice(0, 3).every(c => c > 200)")
                .await;
            assert_eq!(light, theme == "light", "{path}");
            assert_eq!(page.run(UNTRANSLATED).await, json!([]), "{lang} {path}");
        }
    }
    // Every page has a title of its own in its own language.
    let (korean, english) = titles.split_at(pages.len());
    for (path, (korean, english)) in pages.iter().zip(korean.iter().zip(english)) {
        assert_ne!(korean, english, "{path}");
    }
    page.close().await;
    house.close().await;
}

/// In English, Korean words that are no data of ours: labels, buttons, headings of tables.
const UNTRANSLATED: &str = "
    if (document.documentElement.lang !== 'en') return [];
    const labels = 'button, legend, dt, thead th, .help, .submit-row a, .admin-head a, .filters h2, .user-tools a, .optional';
    return [...document.querySelectorAll(labels)].filter(e => e.lang !== 'ko' && !e.closest('.view-as'))
      .map(e => e.innerText).filter(text => /[가-힣]/.test(text))";

#[tokio::test]
async fn on_a_phone_no_admin_page_scrolls_sideways() {
    let house = House::open().await;
    furnished(&house).await;
    let page = owner(&house, Window::Phone).await;
    for path in every_page(&house, &page).await {
        page.visit(&path).await;
        fits(&page).await;
    }
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn on_a_phone_rows_are_cards_and_actions_stand_at_the_bottom() {
    let house = House::open().await;
    furnished(&house).await;
    let page = owner(&house, Window::Phone).await;
    page.visit(VIDEOS).await;
    let cards = page
        .run("return [...document.querySelectorAll('tbody tr')].every(row => { const box = row.getBoundingClientRect();
                 return box.height > 80 && box.left >= 0 && box.right <= innerWidth })")
        .await;
    assert_eq!(cards, true);
    let bar = "return document.querySelector('.actions-bar').checkVisibility()";
    assert_eq!(page.run(bar).await, false);
    page.tick(1).await;
    assert_eq!(page.run(bar).await, true);
    let bottom = page
        .run("const box = document.querySelector('.actions-bar').getBoundingClientRect(); return Math.abs(box.bottom - innerHeight) < 2 && box.left === 0 && box.right === innerWidth")
        .await;
    assert_eq!(bottom, true);
    fits(&page).await;
    page.choose("tbody tr:nth-child(2) [data-edit]", "public")
        .await;
    let apart = page
        .run("const [save, act] = ['.save-bar', '.actions-bar'].map(s => document.querySelector(s).getBoundingClientRect());
              return save.bottom <= act.top + 1 && save.height > 30")
        .await;
    assert_eq!(
        apart, true,
        "the bar to save and the bar of actions lie upon each other"
    );
    page.turn("[data-save]").await;
    page.tick(2).await;
    page.act("set_draft").await;
    assert!(page.told().await.contains("1개를 ‘초안’으로"));
    page.press(".filters summary").await;
    page.turn(".filters [href*='visibility=draft']").await;
    assert!(page.names().await.len() < 5);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn on_a_phone_the_bar_of_buttons_never_covers_what_has_the_focus() {
    let house = House::open().await;
    let id = house.video("강의", "public", 1, "2025-03-04").await;
    let page = owner(&house, Window::Phone).await;
    page.visit(&format!("{VIDEOS}{id}/change/")).await;
    page.press("[name=title]").await;
    for _ in 0..8 {
        page.keys("\u{e004}").await;
        let uncovered = "const box = document.activeElement.getBoundingClientRect();
             const bar = document.querySelector('.submit-row');
             return bar.contains(document.activeElement) || box.bottom <= bar.getBoundingClientRect().top";
        let name = page.focused().await;
        page.until(&format!("{name} is not covered"), uncovered)
            .await;
        if page.focused().await == "_save" {
            break;
        }
    }
    page.close().await;
    house.close().await;
}
