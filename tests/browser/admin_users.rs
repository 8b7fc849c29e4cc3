//! Users, groups and permissions: who may what, and who sees what.

use crate::admin_desk::{GROUPS, USERS, VIDEOS};
use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::{House, OWNER_PASSWORD};

/// Somebody with the owner's password, logged in.
pub async fn enters(house: &House, name: &str) -> Chromium {
    let page = Chromium::open(house, Window::Desk).await;
    page.log_in(name, OWNER_PASSWORD).await;
    page
}

/// The form of an object of a list.
pub fn change(list: &str, id: i64) -> String {
    format!("{list}{id}/change/")
}

#[tokio::test]
async fn a_user_is_added_in_two_steps_and_given_permissions() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    page.visit(USERS).await;
    page.turn("a.add").await;
    assert_eq!(page.focused().await, "username");
    page.fill("username", "지민").await;
    page.fill("password1", "spring-river-93").await;
    page.fill("password2", "spring-river-93").await;
    page.turn("[name=_save]").await;
    assert!(
        page.path().await.ends_with("/change/"),
        "{}",
        page.words("main").await
    );
    assert!(page.told().await.contains("이어서 나머지를"));
    assert!(page.words(".current").await.contains("argon2"));

    page.fill("email", "jimin@example.com").await;
    page.press("label:has([name=is_staff])").await;
    page.press(".matrix [value='videos.change_video']").await;
    page.press(".matrix [value='videos.view_video']").await;
    page.turn("[name=_continue]").await;
    let kept =
        "return [...document.querySelectorAll('.matrix :checked')].map(e => e.value).sort().join()";
    assert_eq!(
        page.run(kept).await,
        "videos.change_video,videos.view_video"
    );
    page.close().await;

    let staff = Chromium::open(&house, Window::Desk).await;
    staff.log_in("지민", "spring-river-93").await;
    staff.visit("/admin/").await;
    assert!(staff.words("main").await.contains("동영상"));
    assert_eq!(staff.count(&format!("a[href^='{USERS}']")).await, 0);
    staff.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_group_gives_its_permissions_to_its_members() {
    let house = House::open().await;
    let id = house.user("서연", true, false).await;
    let page = owner(&house, Window::Desk).await;
    page.visit(&format!("{GROUPS}add/")).await;
    page.fill("name", "편집").await;
    page.press(".matrix [value='videos.view_video']").await;
    page.turn("[name=_save]").await;
    assert_eq!(page.names().await, ["편집"]);
    page.visit(&change(USERS, id)).await;
    page.press("label:has([name=groups])").await;
    page.turn("[name=_save]").await;
    page.visit(GROUPS).await;
    page.turn("tbody th a").await;
    assert!(page.words("main").await.contains("서연"));
    page.close().await;

    let member = enters(&house, "서연").await;
    member.visit(VIDEOS).await;
    assert_eq!(member.path().await, VIDEOS);
    assert_eq!(member.count("a.add, [name=action], [data-edit]").await, 0);
    member.close().await;
    house.close().await;
}

#[tokio::test]
async fn the_last_superuser_stays_by_form_list_and_deletion() {
    let house = House::open().await;
    let mut page = owner(&house, Window::Desk).await;
    page.excuse("422");
    page.excuse("409");
    let id = house.id("SELECT CAST(id AS TEXT) FROM users").await;
    page.visit(&change(USERS, id)).await;
    page.press("label:has([name=is_superuser])").await;
    page.turn("[name=_save]").await;
    assert!(
        page.words(".summary")
            .await
            .contains("마지막 활성 최고 관리자")
    );

    page.visit(&format!("{USERS}{id}/delete/")).await;
    assert!(page.words("main").await.contains("마지막 활성 최고 관리자"));
    assert_eq!(page.count("main button.danger").await, 0);
    for action in ["deactivate", "delete_selected"] {
        page.visit(USERS).await;
        page.tick(1).await;
        page.act(action).await;
        if page.count("main button.danger").await == 1 {
            page.turn("main button.danger").await;
        }
        assert!(
            page.words("main").await.contains("마지막 활성 최고 관리자"),
            "{action}"
        );
    }
    assert_eq!(
        house
            .text("SELECT CAST(COUNT(*) AS TEXT) FROM users WHERE is_superuser AND is_active")
            .await,
        "1"
    );
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn staff_see_only_what_they_may_and_are_refused_the_rest() {
    let house = House::open().await;
    let video = house.video("강의", "public", 1, "2025-03-04").await;
    let id = house.user("서연", true, false).await;
    let mut page = enters(&house, "서연").await;
    page.excuse("403");
    page.visit("/admin/").await;
    assert_eq!(
        page.count("main a[href^='/admin/']").await,
        0,
        "{}",
        page.words("main").await
    );
    page.visit(VIDEOS).await;
    assert_eq!(page.count(".table").await, 0);

    house.permit(id, "videos.view_video").await;
    page.visit(VIDEOS).await;
    assert_eq!(page.names().await, ["강의"]);
    assert_eq!(
        page.count("a.add, [data-tick], [data-edit], [data-save]")
            .await,
        0
    );
    page.turn("tbody th a").await;
    assert_eq!(page.path().await, change(VIDEOS, video));
    assert_eq!(page.count("main form button, main a.delete").await, 0);
    assert_eq!(
        page.run("return document.querySelector('[name=title]').readOnly")
            .await,
        true
    );
    page.visit(&format!("{VIDEOS}add/")).await;
    assert_eq!(page.count("[name=title]").await, 0);
    page.close().await;

    house.user("지민", false, false).await;
    let mut member = enters(&house, "지민").await;
    member.excuse("403");
    member.visit("/admin/").await;
    assert!(member.words("main").await.contains("지민"));
    assert!(member.words("main").await.contains("다른 계정으로 로그인"));
    member.close().await;
    house.close().await;
}

#[tokio::test]
async fn of_two_who_change_a_user_the_second_is_told() {
    let house = House::open().await;
    let id = house.user("지민", false, false).await;
    let mut page = owner(&house, Window::Desk).await;
    page.excuse("409");
    page.visit(&change(USERS, id)).await;
    let before = page.window().await.expect("a tab");
    let tab = page.new_window(true).await.expect("another tab");
    page.switch_to_window(tab.handle)
        .await
        .expect("the other tab");
    page.visit(&change(USERS, id)).await;
    page.fill("email", "other@example.com").await;
    page.turn("[name=_save]").await;
    page.close_window().await.expect("a tab closes");
    page.switch_to_window(before).await.expect("the first tab");

    page.fill("email", "mine@example.com").await;
    page.turn("[name=_save]").await;
    let told = page.words(".stale").await;
    assert!(told.contains("owner") && told.contains("이메일"), "{told}");
    assert_eq!(
        page.run("return document.querySelector('[name=email]').value")
            .await,
        "mine@example.com"
    );
    page.turn("[name=_save]").await;
    assert_eq!(
        house
            .text(&format!("SELECT email FROM users WHERE id = {id}"))
            .await,
        "mine@example.com"
    );
    page.close().await;
    house.close().await;
}
