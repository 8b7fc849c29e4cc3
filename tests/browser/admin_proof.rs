//! Passwords and sessions: what is asked again, and whom it signs out.

use crate::admin_desk::{SESSIONS, USERS};
use crate::admin_users::{change, enters};
use crate::chromium::Window;
use crate::hands::owner;
use crate::house::{House, OWNER, OWNER_PASSWORD};

#[tokio::test]
async fn a_password_is_set_on_its_own_page_and_ends_the_users_sessions() {
    let house = House::open().await;
    let id = house.user("지민", false, false).await;
    let other = enters(&house, "지민").await;
    let page = owner(&house, Window::Desk).await;
    page.visit(&change(USERS, id)).await;
    page.turn("main .help a[href$='/password/']").await;
    page.fill("password1", "12345678").await;
    page.fill("password2", "12345678").await;
    let mut page = page;
    page.excuse("422");
    page.turn("[name=_save]").await;
    page.see("#errors_password1").await;
    page.fill("password1", "autumn-bridge-58").await;
    page.fill("password2", "autumn-bridge-58").await;
    page.turn("[name=_save]").await;
    assert!(page.told().await.contains("비밀번호를 바꿨습니다"));

    other.visit("/").await;
    other.see("a[href^='/login/']").await;
    other.log_in("지민", "autumn-bridge-58").await;
    other.close().await;
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn ones_own_password_keeps_this_browser_signed_in() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    let id = house.id("SELECT CAST(id AS TEXT) FROM users").await;
    page.visit(&format!("{USERS}{id}/password/")).await;
    page.fill("password1", "autumn-bridge-58").await;
    page.fill("password2", "autumn-bridge-58").await;
    page.turn("[name=_save]").await;
    page.visit("/admin/").await;
    assert_eq!(page.path().await, "/admin/");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_password_no_longer_fresh_is_asked_and_the_form_goes_through_it() {
    let house = House::open().await;
    let id = house.user("지민", false, false).await;
    let mut page = owner(&house, Window::Desk).await;
    page.excuse("422");
    page.visit(&change(USERS, id)).await;
    house.half_an_hour_goes_by().await;
    page.fill("email", "jimin@example.com").await;
    page.press("label:has([name=is_staff])").await;
    page.press(".matrix [value='videos.view_video']").await;
    page.turn("[name=_save]").await;
    assert!(page.words("h1").await.contains("비밀번호 다시 확인"));
    assert_eq!(page.focused().await, "_password");
    page.fill("_password", "wrong-password-1").await;
    page.send().await;
    assert!(page.words("main form").await.contains("올바르지 않습니다"));
    page.fill("_password", OWNER_PASSWORD).await;
    page.send().await;
    assert_eq!(page.path().await, USERS);
    assert_eq!(
        house
            .text(&format!(
                "SELECT email FROM users WHERE id = {id} AND is_staff"
            ))
            .await,
        "jimin@example.com"
    );
    assert_eq!(
        house
            .text(&format!(
                "SELECT permission FROM user_permissions WHERE user_id = {id}"
            ))
            .await,
        "videos.view_video"
    );

    // And before an action of the list; what was ticked is carried through both questions.
    house.half_an_hour_goes_by().await;
    page.visit(&format!("{USERS}?q=%EC%A7%80%EB%AF%BC")).await;
    page.tick(1).await;
    page.act("delete_selected").await;
    page.turn("main button.danger").await;
    page.fill("_password", OWNER_PASSWORD).await;
    page.send().await;
    assert!(
        page.told().await.contains("삭제했습니다"),
        "{}",
        page.words("main").await
    );
    assert_eq!(house.text("SELECT username FROM users").await, "owner");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_session_ended_in_the_admin_is_out_in_its_browser() {
    let house = House::open().await;
    house.user("지민", false, false).await;
    let other = enters(&house, "지민").await;
    other.visit("/password_change/").await;
    assert_eq!(other.path().await, "/password_change/");
    let page = owner(&house, Window::Desk).await;
    page.visit(&format!("{SESSIONS}?q=%EC%A7%80%EB%AF%BC"))
        .await;
    assert_eq!(page.names().await, ["지민"]);
    page.turn("tbody th a").await;
    assert!(page.words("main").await.contains("127.0.0.1"));
    page.turn("main a.delete").await;
    page.turn("main button.danger").await;
    assert!(page.told().await.contains("‘지민’의 세션을 끝냈습니다"));

    other.visit("/password_change/").await;
    assert!(other.path().await.starts_with("/login/"));
    other.log_in("지민", OWNER_PASSWORD).await;
    page.visit(SESSIONS).await;
    page.tick(1).await;
    page.act("delete_selected").await;
    page.turn("main button.danger").await;
    other.visit("/").await;
    other.see("a[href^='/login/']").await;
    page.visit("/admin/").await;
    assert_eq!(
        page.path().await,
        "/admin/",
        "the newest session was not the other's"
    );
    other.close().await;
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_form_sent_after_the_session_ended_comes_back_through_the_login() {
    let house = House::open().await;
    let id = house.user("지민", false, false).await;
    let mut page = owner(&house, Window::Desk).await;
    page.excuse("403");
    page.visit(&change(USERS, id)).await;
    page.fill("email", "jimin@example.com").await;
    page.press("label:has([name=is_staff])").await;
    house.sql("DELETE FROM sessions").await;
    page.turn("[name=_save]").await;
    page.see("form[action='/admin/login/'] button.primary")
        .await;
    page.fill("username", OWNER).await;
    page.fill("password", OWNER_PASSWORD).await;
    page.send().await;
    assert_eq!(page.path().await, change(USERS, id));
    let email = "return document.querySelector('[name=email]').value";
    assert_eq!(page.run(email).await, "jimin@example.com");
    page.see("[name=is_staff]:checked").await;
    let staff = "SELECT CAST(COUNT(*) AS TEXT) FROM users WHERE username = '지민' AND is_staff";
    assert_eq!(house.text(staff).await, "0");
    page.turn("[name=_save]").await;
    assert_eq!(house.text(staff).await, "1");
    page.close().await;
    house.close().await;
}
