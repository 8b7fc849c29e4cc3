//! Captions from a file on the owner's disk to the words under the picture.

use serde_json::{Value, json};

use crate::admin_forms::attach;
use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::House;
use crate::until;

/// The language shown, and its words.
async fn shown(page: &Chromium) -> Value {
    page.run(
        "const track = [...document.querySelector('video').textTracks].find((track) => track.mode === 'showing'); \
         return track ? [track.language, track.activeCues?.[0]?.getCueAsHTML().textContent ?? null] : null",
    )
    .await
}

/// Waits for these words at the video's second second.
async fn says(page: &Chromium, language: &str, words: &str) {
    page.until_video("video.readyState >= 1").await;
    page.run("document.querySelector('video').currentTime = 2")
        .await;
    let script = format!(
        "const track = [...document.querySelector('video').textTracks].find((track) => track.mode === 'showing'); \
         return track?.language === {language:?} && track.activeCues?.[0]?.getCueAsHTML().textContent === {words:?}"
    );
    page.until(words, &script).await;
}

/// What the rows of chosen files say: name, language, whether it is the default.
async fn rows(page: &Chromium) -> Value {
    page.run(
        "return [...document.querySelectorAll('.caption')].map((row) => [row.querySelector('.caption-name').innerText.trim(), \
         row.querySelector('select').value, row.querySelector('[type=radio]').checked])",
    )
    .await
}

const KOREAN: &str = "똠방각하의 첫 자막";
const ENGLISH: &str = "The first words";

#[tokio::test]
async fn two_files_are_uploaded_at_once_shown_and_the_choice_is_remembered() {
    for window in [Window::Desk, Window::Phone] {
        let house = House::open().await;
        let page = owner(&house, window).await;
        page.fill_upload("자막 영상", "public", "long.mp4").await;
        attach(&page, "captions", "captions.ko.srt").await;
        attach(&page, "captions", "captions.en.srt").await;
        assert_eq!(
            rows(&page).await,
            json!([
                ["captions.ko.srt", "ko", false],
                ["captions.en.srt", "en", false]
            ])
        );
        // What the video brings into the form moves what stands below it, and on a telephone the
        // form's buttons lie upon the lower edge: a press may miss.
        until("the default is chosen", async || {
            page.run("document.querySelector('.captions').scrollIntoView({ block: 'center' })")
                .await;
            page.press(".caption:nth-child(1) .choice").await;
            rows(&page).await[0] == json!(["captions.ko.srt", "ko", true])
        })
        .await;
        page.turn("[name=_save]").await;
        assert_eq!(page.path().await, "/admin/videos/video/");

        let watch = "/video/1/";
        page.visit(watch).await;
        says(&page, "ko", KOREAN).await;
        // By key: off, and on again; then the other language, as the player's own menu chooses it.
        page.keys("c").await;
        page.until("no captions", "return ![...document.querySelector('video').textTracks].some((track) => track.mode === 'showing')").await;
        page.visit(watch).await;
        page.until_video("video.readyState >= 1").await;
        assert_eq!(shown(&page).await, Value::Null);
        page.keys("c").await;
        says(&page, "ko", KOREAN).await;
        page.run(
            "const [korean, english] = document.querySelector('video').textTracks; \
             korean.mode = 'disabled'; english.mode = 'showing'",
        )
        .await;
        says(&page, "en", ENGLISH).await;
        page.until(
            "what is remembered",
            "return localStorage.getItem('madang.captions') === '\"en\"'",
        )
        .await;
        page.visit(watch).await;
        says(&page, "en", ENGLISH).await;
        page.close().await;
        house.close().await;
    }
}

#[tokio::test]
async fn a_form_with_something_wrong_sends_the_captions_once() {
    let house = House::open().await;
    let mut page = owner(&house, Window::Desk).await;
    page.excuse("422");
    page.fill_upload(" ", "public", "short.mp4").await;
    page.run("document.querySelector('form.change-form').noValidate = true")
        .await;
    page.run("document.querySelector('[name=title]').value = ' '")
        .await;
    attach(&page, "captions", "captions.ko.srt").await;
    page.press("[name=_save]").await;
    page.until(
        "the answer",
        "return !!document.querySelector('.caption-kept')",
    )
    .await;
    assert_eq!(
        rows(&page).await,
        json!([["captions.ko.srt (72 B) 받아 둔 파일", "ko", false]])
    );
    page.fill("title", "제목").await;
    page.turn("[name=_save]").await;
    assert_eq!(page.path().await, "/admin/videos/video/");
    let count = house
        .text("SELECT CAST(COUNT(*) AS TEXT) FROM captions")
        .await;
    assert_eq!(count, "1");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_faulty_file_has_the_focus_and_stays_in_sight() {
    let house = House::open().await;
    let mut page = owner(&house, Window::Desk).await;
    page.excuse("415");
    page.fill_upload("제목", "public", "short.mp4").await;
    attach(&page, "captions", "picture.png").await;
    page.press("[name=_save]").await;
    page.see("#errors_captions").await;
    assert_eq!(page.focused().await, "captions");
    // It is still chosen, so it is still listed.
    assert_eq!(rows(&page).await, json!([["picture.png", "", false]]));
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn without_scripts_captions_are_uploaded_and_shown_all_the_same() {
    let house = House::open().await;
    let page = owner(&house, Window::DeskWithoutScripts).await;
    page.fill_upload("스크립트 없이", "public", "long.mp4")
        .await;
    attach(&page, "captions", "captions.ko.srt").await;
    page.turn("[name=_continue]").await;
    page.press("label:has([name=caption_default]):not(.caption-none)")
        .await;
    page.turn("[name=_save]").await;
    page.visit("/video/1/").await;
    says(&page, "ko", KOREAN).await;
    page.close().await;
    house.close().await;
}
