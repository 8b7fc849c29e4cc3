//! The player's keys: by their place on the keyboard, and never while somebody types.

use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::House;

async fn watching(house: &House) -> Chromium {
    let page = owner(house, Window::Desk).await;
    page.upload("글쇠", "public", "long.mp4").await;
    page.visit("/").await;
    page.turn("main a[href^='/video/']").await;
    page.until_video("video.readyState >= 2").await;
    page
}

#[tokio::test]
async fn the_player_follows_youtubes_keys() {
    let house = House::open().await;
    let page = watching(&house).await;

    page.keys("k").await;
    page.until_video("!video.paused && video.currentTime > 0.1")
        .await;
    page.keys("k").await;
    page.until_video("video.paused").await;

    page.keys("5").await;
    page.until_video("Math.abs(video.currentTime - 18) < 0.5")
        .await;
    page.keys("l").await;
    page.until_video("Math.abs(video.currentTime - 28) < 0.5")
        .await;
    page.keys("jj").await;
    page.until_video("Math.abs(video.currentTime - 8) < 0.5")
        .await;
    page.keys("0").await;
    page.until_video("video.currentTime < 0.5").await;

    page.keys("m").await;
    page.until_video("video.muted").await;
    page.keys("m").await;
    page.until_video("!video.muted").await;
    page.keys_with_shift(">").await;
    page.until_video("video.playbackRate > 1").await;
    page.keys_with_shift("<").await;
    page.until_video("video.playbackRate === 1").await;

    page.keys_with_shift("?").await;
    page.see("dialog[open]").await;
    page.keys("\u{e00c}").await;
    page.until(
        "the list closes",
        "return !document.querySelector('dialog[open]')",
    )
    .await;
    page.keys("f").await;
    page.until("the whole screen", "return !!document.fullscreenElement")
        .await;
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn the_keys_work_with_hangul_input_on() {
    let house = House::open().await;
    let page = watching(&house).await;

    page.key_of_input_method("KeyK", "ㅏ").await;
    page.until_video("!video.paused").await;
    page.key_of_input_method("KeyK", "Process").await;
    page.until_video("video.paused").await;
    page.key_of_input_method("Digit5", "5").await;
    page.until_video("Math.abs(video.currentTime - 18) < 0.5")
        .await;
    page.key_of_input_method("KeyL", "ㅣ").await;
    page.until_video("Math.abs(video.currentTime - 28) < 0.5")
        .await;
    page.key_of_input_method("KeyJ", "ㅓ").await;
    page.until_video("Math.abs(video.currentTime - 18) < 0.5")
        .await;
    page.key_of_input_method("KeyM", "ㅡ").await;
    page.until_video("video.muted").await;
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn typing_in_the_search_box_does_not_move_the_player() {
    let house = House::open().await;
    let page = watching(&house).await;

    page.keys("/").await;
    page.until(
        "the search box has the focus",
        "return document.activeElement.name === 'q'",
    )
    .await;
    page.keys("jklm 5f").await;
    assert_eq!(
        page.run("return document.activeElement.value").await,
        "jklm 5f"
    );
    assert_eq!(page.run("const video = document.querySelector('video'); return [video.paused, video.muted, video.currentTime, document.fullscreenElement]").await,
        serde_json::json!([true, false, 0, null]));
    page.close().await;
    house.close().await;
}
