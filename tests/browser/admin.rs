//! The admin's first page, its sidebar, and working without a mouse.

use crate::admin_desk::{GROUPS, VIDEOS};
use crate::admin_pages::furnished;
use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::{House, OWNER, OWNER_PASSWORD};

#[tokio::test]
async fn the_first_page_counts_warns_and_recalls_what_i_did() {
    let house = House::open().await;
    furnished(&house).await;
    let page = owner(&house, Window::Desk).await;
    page.visit("/admin/").await;
    let videos = page.words(".module-row").await;
    assert!(
        videos.contains("동영상") && videos.contains('5'),
        "{videos}"
    );
    assert!(
        page.words("#module-recent + ul")
            .await
            .contains("아직 한 작업이 없습니다")
    );
    assert!(page.count(".notices li").await > 0);
    page.see("[data-warning=https]").await;
    let health = page.words(".health").await;
    assert!(health.contains(env!("CARGO_PKG_VERSION")), "{health}");

    page.turn(".module-links a[href$='/video/add/']").await;
    page.visit("/admin/").await;
    page.turn(&format!(".module-name[href='{VIDEOS}']")).await;
    page.turn("tbody th a").await;
    page.fill("title", "새 이름").await;
    page.turn("[name=_save]").await;
    page.turn(".crumbs a[href='/admin/']").await;
    let deeds = page.words(".deeds").await;
    assert!(
        deeds.contains("새 이름") && deeds.contains("제목") && deeds.contains(" 전"),
        "{deeds}"
    );
    page.turn(".deeds a").await;
    assert_eq!(page.words(".object-name").await, "새 이름");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn the_sidebar_is_filtered_by_typing_and_enter_goes_there() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    page.visit(VIDEOS).await;
    let shown = async |count: usize| {
        let so = format!(
            "return [...document.querySelectorAll('.sidebar li')].filter(e => e.checkVisibility()).length === {count}"
        );
        page.until(&format!("{count} are left"), &so).await;
    };
    shown(7).await;
    page.press("[data-sidebar-filter]").await;
    page.keys("그룹").await;
    shown(1).await;
    page.keys("\u{e00c}").await;
    shown(7).await;
    page.keys("그").await;
    page.run("document.documentElement.dataset.before = 'yes'")
        .await;
    page.keys("\u{e007}").await;
    page.turned("Enter").await;
    assert_eq!(page.path().await, GROUPS);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_row_is_reached_opened_and_saved_with_the_keyboard_alone() {
    let house = House::open().await;
    house.video("강의", "public", 1, "2025-03-04").await;
    let page = owner(&house, Window::Desk).await;
    page.visit(VIDEOS).await;
    page.tab_to("tbody th a").await;
    page.run("document.documentElement.dataset.before = 'yes'")
        .await;
    page.keys("\u{e007}").await;
    page.turned("Enter").await;
    page.tab_to("[name=title]").await;
    let ringed = page
        .run("const style = getComputedStyle(document.activeElement); return style.outlineStyle !== 'none' || style.boxShadow !== 'none'")
        .await;
    assert_eq!(ringed, true, "the focus is not seen");
    page.keys("\u{e010} 둘").await;
    page.tab_to("[name=_save]").await;
    page.run("document.documentElement.dataset.before = 'yes'")
        .await;
    page.keys(" ").await;
    page.turned("the space bar").await;
    assert_eq!(page.names().await, ["강의 둘"]);
    page.keys("/").await;
    assert_eq!(page.focused().await, "q");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn the_header_leads_to_site_and_password_and_logs_out() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    page.visit("/admin/").await;
    assert!(page.words(".user-tools").await.contains(OWNER));
    page.turn(".user-tools a[href='/password_change/']").await;
    page.visit("/admin/").await;
    page.turn(".user-tools a[href='/']").await;
    assert_eq!(page.path().await, "/");
    page.visit("/admin/").await;
    page.turn(".user-tools button").await;
    page.visit(VIDEOS).await;
    assert!(page.path().await.starts_with("/admin/login/?next="));
    page.fill("username", OWNER).await;
    page.fill("password", OWNER_PASSWORD).await;
    page.send().await;
    assert_eq!(page.path().await, VIDEOS);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn nobody_else_gets_past_the_admins_door() {
    let house = House::open().await;
    let page = Chromium::open(&house, Window::Desk).await;
    page.visit("/admin/").await;
    assert_eq!(page.path().await, "/admin/login/?next=%2Fadmin%2F");
    page.close().await;
    house.close().await;
}
