//! Signing up, logging in and out, and coming back to where one wanted to go.

use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::{House, OWNER, OWNER_PASSWORD};

#[tokio::test]
async fn a_visitor_signs_up_logs_out_and_logs_in_again() {
    let house = House::open().await;
    let visitor = Chromium::open(&house, Window::Desk).await;
    visitor.visit("/").await;
    visitor.turn("a[href^='/signup/']").await;
    visitor.fill("username", "지민").await;
    visitor.fill("password1", "spring-river-93").await;
    visitor.fill("password2", "spring-river-93").await;
    visitor.send().await;

    assert_eq!(visitor.path().await, "/");
    visitor.press("details.menu summary").await;
    visitor.see(".menu-panel").await;
    assert!(visitor.words(".menu-panel").await.contains("지민"));
    visitor.press("details.menu summary").await;

    visitor.log_out().await;
    visitor.see("a[href^='/login/']").await;
    visitor.log_in("지민", "spring-river-93").await;
    visitor.see("details.menu summary").await;
    visitor.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_wrong_password_is_told_and_the_name_is_kept() {
    let house = House::open().await;
    let mut visitor = Chromium::open(&house, Window::Desk).await;
    visitor.excuse("Failed to load resource");
    visitor.visit("/login/").await;
    visitor.fill("username", OWNER).await;
    visitor.fill("password", "not-the-password-77").await;
    visitor.send().await;

    visitor.see("main [role=alert]").await;
    assert_eq!(
        visitor
            .run("return document.querySelector('main [name=username]').value")
            .await,
        OWNER
    );
    assert_eq!(
        visitor
            .run("return document.querySelector('main [name=password]').value")
            .await,
        ""
    );
    visitor.close().await;
    house.close().await;
}

/// Asks the page's scripts whether they let its form go, without sending it.
const SENDS: &str = "const form = document.querySelector('main form[method=post]'); \
    const sends = () => form.dispatchEvent(new Event('submit', { cancelable: true })); ";

#[tokio::test]
async fn a_form_is_sent_once_and_again_after_it_was_stopped() {
    let house = House::open().await;
    let visitor = Chromium::open(&house, Window::Desk).await;
    visitor.visit("/login/").await;
    let asked = async |steps: &str| visitor.run(&format!("{SENDS} return {steps}")).await;
    assert_eq!(asked("'' + [sends(), sends()]").await, "true,false");
    let back = "'' + [dispatchEvent(new Event('focus')), sends(), sends()]";
    assert_eq!(asked(back).await, "true,true,false");
    let stopped = crate::settles(async || (asked("'' + sends()").await == "true").then_some(()));
    assert!(stopped.await.is_some(), "the form is dead");
    visitor.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_private_link_leads_through_login_back_to_the_video() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    page.upload("둘만의 이야기", "private", "short.mp4").await;
    page.visit("/").await;
    page.see("a[href^='/video/'] ").await;
    let video = page
        .run("return new URL(document.querySelector(\"a[href^='/video/']\").href).pathname")
        .await;
    let video = video.as_str().expect("a path").to_owned();
    page.log_out().await;

    page.visit("/").await;
    assert!(!page.words("main").await.contains("둘만의 이야기"));
    page.visit(&format!("{video}?t=2")).await;
    assert!(
        page.path().await.starts_with("/login/?next="),
        "{}",
        page.path().await
    );
    page.fill("username", OWNER).await;
    page.fill("password", OWNER_PASSWORD).await;
    page.send().await;

    assert_eq!(page.path().await, format!("{video}?t=2"));
    page.run("document.querySelector('video').play()").await;
    page.until_video("video.currentTime > 2.2 && !video.error")
        .await;
    page.close().await;
    house.close().await;
}
