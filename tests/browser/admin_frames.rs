//! A thumbnail chosen from the frames of the video itself.

use serde_json::{Value, json};

use crate::admin_desk::VIDEOS;
use crate::admin_forms::attach;
use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::{House, fixture};

const ADD: &str = "/admin/videos/video/add/";

/// What `tests/media/colours.mp4` shows in its second `n`, counted from 0.
const COLOURS: [[i64; 3]; 10] = [
    [200, 30, 30],
    [30, 160, 30],
    [30, 30, 200],
    [200, 200, 30],
    [200, 30, 200],
    [30, 200, 200],
    [230, 120, 30],
    [120, 50, 180],
    [64, 64, 64],
    [210, 210, 210],
];

/// Waits until the frames are there to choose from.
async fn ready(page: &Chromium) {
    let script = "return document.querySelector('[data-frames]').dataset.state === 'ready'";
    page.until("the frames", script).await;
}

/// The owner before a form with a video of this title, whose frames are there to choose from.
async fn offered(window: Window, title: &str) -> (House, Chromium) {
    let house = House::open().await;
    let page = owner(&house, window).await;
    page.fill_upload(title, "public", "colours.mp4").await;
    ready(&page).await;
    (house, page)
}

/// The colour of the first picture that matches.
async fn colour(page: &Chromium, selector: &str) -> [i64; 3] {
    let there = format!(
        "const image = document.querySelector({selector:?}); return Boolean(image?.complete && image.naturalWidth)"
    );
    page.until("the picture", &there).await;
    let script = format!(
        "const canvas = document.createElement('canvas'); canvas.width = canvas.height = 1; \
         const ink = canvas.getContext('2d'); \
         ink.drawImage(document.querySelector({selector:?}), 0, 0, 1, 1); \
         return [...ink.getImageData(0, 0, 1, 1).data].slice(0, 3)"
    );
    let Value::Array(colour) = page.run(&script).await else {
        panic!("no colour of {selector}");
    };
    let colour: Vec<i64> = colour.iter().filter_map(Value::as_i64).collect();
    colour.try_into().expect("three numbers")
}

#[track_caller]
fn alike(found: [i64; 3], second: usize) {
    let far = found.iter().zip(COLOURS[second]);
    let far = far.map(|(a, b)| (a - b).abs()).max();
    assert!(far < Some(25), "{found:?} is not second {second}");
}

/// Presses the `n`th choice, counted from 1. On a telephone the form's buttons lie upon the lower edge.
async fn pick(page: &Chromium, n: usize) {
    let selector = format!(".frame:nth-child({n})");
    page.run(&format!(
        "document.querySelector({selector:?}).scrollIntoView({{ block: 'center' }})"
    ))
    .await;
    page.press(&selector).await;
}

/// What stands in the field for a picture, and which of the choices is marked.
async fn chosen(page: &Chromium) -> Value {
    page.run(
        "const form = document.querySelector('form.change-form'); \
         const marked = form.querySelector('[name=frame]:checked').closest('label'); \
         return [form.elements.thumbnail.files[0]?.name ?? null, marked.innerText.trim()]",
    )
    .await
}

#[tokio::test]
async fn the_fourth_frame_becomes_the_thumbnail() {
    for window in [Window::Desk, Window::Phone] {
        let (house, page) = offered(window, "열 가지 색").await;
        let frames = page
            .number("document.querySelectorAll('.frame img').length")
            .await;
        assert_eq!(frames, 10.0);
        for (index, second) in [(2, 0), (5, 3), (11, 9)] {
            let selector = format!(".frame:nth-child({index}) img");
            alike(colour(&page, &selector).await, second);
        }
        assert_eq!(chosen(&page).await, json!([null, "장면을 쓰지 않음"]));
        pick(&page, 5).await;
        assert_eq!(chosen(&page).await, json!(["colours-3s.jpg", "0:03 장면"]));
        alike(colour(&page, "[data-preview] img").await, 3);
        page.turn("[name=_save]").await;
        alike(colour(&page, "tbody .cover img").await, 3);
        page.visit("/").await;
        alike(colour(&page, ".grid .cover img").await, 3);
        let sizes = page
            .run("return document.querySelector('.grid .cover img').srcset.match(/(?<= )\\d+w/g)")
            .await;
        assert_eq!(sizes, json!(["320w", "640w"]));
        page.close().await;
        house.close().await;
    }
}

#[tokio::test]
async fn a_frame_is_found_by_hand_left_again_and_gives_way_to_a_file() {
    let (house, page) = offered(Window::Desk, "열 가지 색").await;
    page.press("[data-player] summary").await;
    page.run("document.querySelector('[data-player] video').currentTime = 8.5")
        .await;
    page.until(
        "the place",
        "const video = document.querySelector('[data-player] video'); return !video.seeking && video.currentTime === 8.5",
    )
    .await;
    page.press("[data-this]").await;
    page.until(
        "the frame",
        "return document.querySelectorAll('.frame img').length === 11",
    )
    .await;
    assert_eq!(
        chosen(&page).await,
        json!(["colours-8s.jpg", "직접 찾은 장면 0:08"])
    );
    alike(colour(&page, "[data-preview] img").await, 8);
    pick(&page, 1).await;
    assert_eq!(chosen(&page).await, json!([null, "장면을 쓰지 않음"]));
    pick(&page, 2).await;
    attach(&page, "thumbnail", "picture.png").await;
    assert_eq!(
        chosen(&page).await,
        json!(["picture.png", "장면을 쓰지 않음"])
    );
    // A film of which this browser shows nothing, and with the other the frame chosen from it goes.
    pick(&page, 2).await;
    attach(&page, "video_file", "short.ogv").await;
    page.until(
        "the end of trying",
        "return document.querySelector('[data-frames]').dataset.state === 'failed'",
    )
    .await;
    let said = page.words("[data-frames] [role=status]").await;
    assert!(said.contains("장면을 뽑지 못했습니다"), "{said}");
    assert_eq!(page.run("return document.querySelector('[data-choice]').checkVisibility() || document.querySelector('[name=thumbnail]').files.length > 0").await, false);
    attach(&page, "video_file", "colours.mp4").await;
    ready(&page).await;
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn what_is_chosen_stays_when_something_else_is_wrong() {
    let (house, mut page) = offered(Window::Desk, "제목").await;
    page.excuse("422");
    pick(&page, 3).await;
    page.fill("title", "   ").await;
    page.press("[name=_save]").await;
    page.see("[data-kept=thumbnail_upload]").await;
    // Another one all the same, from the frames that are still there.
    pick(&page, 8).await;
    page.fill("title", "열 가지 색").await;
    page.turn("[name=_save]").await;
    alike(colour(&page, "tbody .cover img").await, 6);
    page.close().await;
    house.close().await;
}

/// Whether the picture that was received before is marked as not to be used, and whether that is sent.
async fn given_up(page: &Chromium) -> Value {
    page.run(
        "const kept = document.querySelector('[name=thumbnail_upload-clear]'); \
         return [kept.checked, !kept.disabled]",
    )
    .await
}

#[tokio::test]
async fn no_frame_is_no_picture_also_when_one_was_received() {
    let (house, mut page) = offered(Window::Desk, "제목").await;
    page.excuse("422");
    pick(&page, 3).await;
    page.fill("title", "   ").await;
    page.press("[name=_save]").await;
    page.see("[data-kept=thumbnail_upload]").await;
    assert_eq!(given_up(&page).await, json!([false, true]));
    pick(&page, 8).await;
    assert_eq!(given_up(&page).await, json!([true, false]));
    pick(&page, 1).await;
    assert_eq!(given_up(&page).await, json!([true, true]));
    assert_eq!(chosen(&page).await, json!([null, "장면을 쓰지 않음"]));
    page.fill("title", "열 가지 색").await;
    page.turn("[name=_save]").await;
    assert_eq!(page.path().await, VIDEOS);
    let pictures = house.text("SELECT CAST(COUNT(thumbnail) AS TEXT) FROM videos");
    assert_eq!(pictures.await, "0");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_picture_that_cannot_be_shown_is_told_at_once_and_leaves_the_received_one() {
    let house = House::open().await;
    let mut page = owner(&house, Window::Desk).await;
    page.excuse("422");
    page.fill_upload(" ", "public", "short.mp4").await;
    attach(&page, "thumbnail", "picture.png").await;
    page.see("[data-preview]").await;
    page.run("document.querySelector('[name=title]').value = ' '")
        .await;
    page.press("[name=_save]").await;
    page.see("[data-kept=thumbnail_upload]").await;
    attach(&page, "thumbnail", "captions.ko.srt").await;
    page.see("[data-preview-fault]").await;
    assert_eq!(page.count("[data-preview]:not([hidden])").await, 0);
    assert_eq!(given_up(&page).await, json!([false, true]));
    attach(&page, "thumbnail", "picture.jpg").await;
    page.see("[data-preview]").await;
    assert_eq!(page.count("[data-preview-fault]:not([hidden])").await, 0);
    assert_eq!(given_up(&page).await, json!([true, false]));
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn files_that_were_chosen_before_the_scripts_came_are_shown() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    // As on a slow line: the page is there, and its modules run next.
    let bytes = |name| json!(std::fs::read(fixture(name)).expect("a fixture"));
    let script = format!(
        "document.addEventListener('readystatechange', () => {{ \
           if (document.readyState !== 'interactive' || !document.querySelector('form[data-upload]')) return; \
           const choose = (field, name, bytes) => {{ \
             const chosen = new DataTransfer(); \
             chosen.items.add(new File([new Uint8Array(bytes)], name)); \
             document.querySelector(`[name=${{field}}]`).files = chosen.files; \
           }}; \
           choose('video_file', 'colours.mp4', {}); \
           choose('thumbnail', 'picture.jpg', {}); \
           choose('captions', 'captions.ko.srt', {}); \
         }})",
        bytes("colours.mp4"),
        bytes("picture.jpg"),
        bytes("captions.ko.srt"),
    );
    let early = json!({ "source": script });
    page.devtools("Page.addScriptToEvaluateOnNewDocument", early)
        .await;
    page.visit(ADD).await;
    ready(&page).await;
    page.see("[data-preview]").await;
    assert_eq!(page.words(".caption-name").await, "captions.ko.srt");
    assert_eq!(
        page.run("return document.querySelector('.caption select').value")
            .await,
        "ko"
    );
    page.turn("[name=_save]").await;
    assert_eq!(page.path().await, VIDEOS);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn the_stored_video_gives_its_frames_to_the_keyboard() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    page.upload("열 가지 색", "private", "colours.mp4").await;
    page.turn("tbody th a").await;
    page.press("[data-from-stored]").await;
    ready(&page).await;
    page.run("document.querySelector('[name=frame]:checked').focus()")
        .await;
    page.keys("\u{e015}\u{e015}\u{e015}").await;
    assert_eq!(chosen(&page).await, json!(["colours-2s.jpg", "0:02 장면"]));
    page.turn("[name=_save]").await;
    assert_eq!(page.path().await, VIDEOS);
    alike(colour(&page, "tbody .cover img").await, 2);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn without_scripts_there_is_the_plain_field() {
    let house = House::open().await;
    let page = owner(&house, Window::DeskWithoutScripts).await;
    page.visit(ADD).await;
    page.see("[name=thumbnail]").await;
    let hidden = page.find(fantoccini::Locator::Css("[data-frames]")).await;
    let hidden = hidden.expect("in the page").is_displayed().await;
    assert!(!hidden.expect("an answer"));
    page.close().await;
    house.close().await;
}
