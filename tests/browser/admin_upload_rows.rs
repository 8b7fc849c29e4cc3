//! The rows of the video form's uploads: none is lost, none is sent or saved twice, and what is said of
//! them is so.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::admin_desk::VIDEOS;
use crate::admin_forms::attach;
use crate::admin_uploads::{FAST, NAME, begun, choose, long, midway, open, press_in_row, state};
use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::{House, OWNER_PASSWORD, fixture};
use crate::until;

/// Lets files and folders fall upon the middle of the page.
async fn drop_here(page: &Chromium, paths: &[&Path]) {
    let data = json!({ "items": [], "files": paths, "dragOperationsMask": 1 });
    for kind in ["dragEnter", "dragOver", "drop"] {
        let event = json!({ "type": kind, "x": 600, "y": 400, "data": data });
        page.devtools("Input.dispatchDragEvent", event).await;
    }
}

async fn videos(house: &House) -> String {
    house
        .text("SELECT CAST(COUNT(*) AS TEXT) FROM videos")
        .await
}

/// Waits until every row is in this state.
async fn all(page: &Chromium, count: usize, state: &str) {
    let script = format!(
        "const rows = [...document.querySelectorAll('.upload')];
         return rows.length === {count} && rows.every((row) => row.dataset.state === '{state}')"
    );
    page.until(state, &script).await;
}

async fn holds(page: &Chromium, expression: &str) {
    let said = page.run(&format!("return {expression}")).await;
    assert_eq!(said, true, "{expression}");
}

#[tokio::test]
async fn a_kept_video_stays_when_another_is_added() {
    let house = House::open().await;
    let mut page = owner(&house, Window::Desk).await;
    page.excuse("422");
    page.fill_upload("받아 둔 것", "public", "long.mp4").await;
    state(&page, "done").await;
    page.fill("title", "   ").await;
    page.press("[name=_save]").await;
    page.see("[data-kept=upload]").await;
    page.fill("title", "받아 둔 것").await;
    page.see("[data-drop-help]").await;
    choose(&page, &[&fixture("short.webm")]).await;
    all(&page, 2, "done").await;
    assert_eq!(page.count("[data-kept=upload]").await, 0);
    page.turn("button[name=_save]").await;
    let mut names = page.names().await;
    names.sort();
    assert_eq!(names, ["short", "받아 둔 것"]);
    // Two are said in one sentence.
    assert_eq!(page.told().await, "동영상 2개를 추가했습니다.");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn one_file_in_two_tabs_is_sent_by_one() {
    let (house, folder) = (House::open().await, long());
    let mut page = begun(&house, Window::Desk, &folder).await;
    page.excuse("404");
    let here = page.window().await.expect("this window");
    let other = page.new_window(true).await.expect("another tab");
    page.switch_to_window(other.handle).await.expect("a tab");
    open(&page).await;
    holds(
        &page,
        "document.querySelector('.upload-interrupted').hidden",
    )
    .await;
    choose(&page, &[&folder.path().join(NAME)]).await;
    state(&page, "elsewhere").await;
    assert!(page.words(".upload").await.contains("다른 탭에서"));
    let count = "SELECT CAST(COUNT(*) AS TEXT) FROM unfinished_uploads";
    assert_eq!(house.text(count).await, "1");
    press_in_row(&page, "[data-cancel]").await;

    // What the first tab sends goes away at the server: it does not begin again by itself.
    page.switch_to_window(here).await.expect("the first tab");
    assert_eq!(house.text(count).await, "1");
    house.sql("DELETE FROM unfinished_uploads").await;
    page.slow_down(FAST).await;
    state(&page, "refused").await;
    let said = page.words(".upload").await;
    assert!(
        said.contains("더는 없습니다") && said.contains("처음부터"),
        "{said}"
    );
    assert_eq!(house.text(count).await, "0");
    press_in_row(&page, "[data-go]").await;
    state(&page, "done").await;
    page.turn("button[name=_save]").await;
    assert_eq!(videos(&house).await, "1");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_form_whose_answer_is_lost_is_saved_once() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    page.fill_upload("답을 잃은 것", "public", "long.mp4").await;
    state(&page, "done").await;
    page.run(
        "const { fetch } = window;
         window.fetch = async (...request) => {
           await fetch(...request);
           window.fetch = fetch;
           throw new TypeError('lost');
         }",
    )
    .await;
    page.press("[name=_save]").await;
    page.see("[data-again]").await;
    page.until(
        "the focus",
        "return document.activeElement.matches('[data-again]')",
    )
    .await;
    assert_eq!(videos(&house).await, "1");
    page.turn("[data-again]").await;
    assert_eq!(page.path().await, VIDEOS);
    assert!(page.told().await.contains("이미 추가되었습니다"));
    assert_eq!(page.names().await, ["답을 잃은 것"]);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_refused_file_leaves_nothing_behind_and_can_be_chosen_again() {
    let house = House::open().await;
    let mut page = owner(&house, Window::Desk).await;
    page.excuse("422");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("공연.mp4");
    fs::copy(fixture("audio.m4a"), &path).expect("a file");
    open(&page).await;
    choose(&page, &[&path]).await;
    state(&page, "refused").await;
    holds(
        &page,
        "document.querySelector('[name=video_file]').files.length === 0",
    )
    .await;
    holds(&page, "document.querySelector('[name=title]').value === ''").await;
    fs::copy(fixture("short.mp4"), &path).expect("a file");
    choose(&page, &[&path]).await;
    state(&page, "done").await;
    // The name of the file goes with the file.
    choose(&page, &[&fixture("short.webm")]).await;
    state(&page, "done").await;
    page.turn("[name=_save]").await;
    assert_eq!(page.names().await, ["short"]);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn what_is_dropped_goes_where_it_belongs() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(
        path("공연.ko.vtt"),
        "WEBVTT\n\n00:00.000 --> 00:01.000\n안녕\n",
    )
    .expect("captions");
    fs::write(path("메모.txt"), "메모").expect("a note");
    fs::create_dir_all(path("공연/1막")).expect("a folder");
    fs::copy(fixture("short.mp4"), path("공연/1막/첫 장면.mp4")).expect("a video");
    fs::copy(fixture("short.webm"), path("공연/둘째 장면.webm")).expect("a video");
    fs::write(path("공연/메모.txt"), "메모").expect("a note");
    open(&page).await;

    let files = [
        path("공연.ko.vtt"),
        path("메모.txt"),
        fixture("picture.png"),
    ];
    drop_here(&page, &[&files[0], &files[1], &files[2]]).await;
    page.see("[data-problem]").await;
    assert!(page.words("[data-problem]").await.contains("메모.txt"));
    assert_eq!(page.count(".upload").await, 0);
    holds(
        &page,
        "document.querySelector('#id_captions').files[0].name === '공연.ko.vtt'",
    )
    .await;
    holds(
        &page,
        "document.querySelector('#id_thumbnail').files[0].name === 'picture.png'",
    )
    .await;

    drop_here(&page, &[&path("공연")]).await;
    all(&page, 2, "done").await;
    holds(
        &page,
        "!document.querySelector('#id_captions').checkVisibility()",
    )
    .await;
    // Captions are one video's, and belong to none of several.
    page.turn("[name=_save]").await;
    let mut names = page.names().await;
    names.sort();
    assert_eq!(names, ["둘째 장면", "첫 장면"]);
    let captions = "SELECT CAST(COUNT(*) AS TEXT) FROM captions";
    assert_eq!(house.text(captions).await, "0");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn with_one_file_left_the_form_is_that_ones_again() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    open(&page).await;
    attach(&page, "captions", "captions.ko.srt").await;
    choose(&page, &[&fixture("long.mp4"), &fixture("short.mp4")]).await;
    all(&page, 2, "done").await;
    press_in_row(&page, "[data-cancel]").await;
    holds(
        &page,
        "['#id_title', '#id_thumbnail', '#id_captions', '[name=_continue]']
           .every((field) => document.querySelector(field).checkVisibility())",
    )
    .await;
    holds(
        &page,
        "document.querySelector('[name=title]').value === 'short'",
    )
    .await;
    let frames = "return document.querySelector('[data-frames]').dataset.state === 'ready'";
    page.until("the frames", frames).await;
    page.turn("[name=_continue]").await;
    assert!(page.path().await.ends_with("/change/"));
    assert_eq!(videos(&house).await, "1");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn saving_goes_on_with_what_is_paused_and_is_said_in_sight() {
    let (house, folder) = (House::open().await, long());
    let page = begun(&house, Window::Phone, &folder).await;
    press_in_row(&page, "[data-pause]").await;
    state(&page, "paused").await;
    holds(&page, "document.activeElement.matches('[data-go]')").await;
    page.press("button[name=_save]").await;
    midway(&page).await;
    state(&page, "sending").await;
    holds(&page, "document.activeElement.matches('[data-undo]')").await;
    page.run("scrollTo(0, 0)").await;
    page.until(
        "it is said in sight",
        "const { top, bottom } = document.querySelector('[data-waiting]').getBoundingClientRect();
         return top > 0 && bottom <= innerHeight",
    )
    .await;
    page.press("[data-undo]").await;
    holds(&page, "document.activeElement.matches('[name=_save]')").await;
    page.run("document.documentElement.dataset.before = 'yes'")
        .await;
    page.press("button[name=_save]").await;
    page.slow_down(FAST).await;
    page.turned("the upload's end").await;
    assert_eq!(videos(&house).await, "1");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn another_account_does_not_go_on_with_it() {
    let (house, folder) = (House::open().await, long());
    house.user("민서", true, true).await;
    let mut page = begun(&house, Window::Desk, &folder).await;
    page.excuse("401");
    page.excuse("404");
    page.press("button[name=_save]").await;
    house.sql("DELETE FROM sessions").await;
    page.slow_down(FAST).await;
    state(&page, "signedOut").await;
    assert!(
        page.words("[data-waiting]")
            .await
            .contains("새 탭에서 로그인")
    );
    let here = page.window().await.expect("this window");
    let other = page.new_window(true).await.expect("another tab");
    page.switch_to_window(other.handle).await.expect("a tab");
    page.log_in("민서", OWNER_PASSWORD).await;
    page.switch_to_window(here).await.expect("the first tab");
    page.run("document.querySelector('.upload [data-go]:not([hidden])')?.click()")
        .await;
    state(&page, "refused").await;
    assert!(page.words(".upload").await.contains("다른 계정"));
    assert_eq!(videos(&house).await, "0");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn an_interrupted_upload_can_be_put_away() {
    let (house, folder) = (House::open().await, long());
    let mut page = begun(&house, Window::DeskThatAsks, &folder).await;
    // The piece that was on its way when the page was left.
    page.excuse("423");
    page.press(".crumbs a[href='/admin/']").await;
    page.asked().await;
    page.accept_alert().await.expect("a question");
    page.until("left", "return location.pathname === '/admin/'")
        .await;
    open(&page).await;
    page.press("[data-forget]").await;
    holds(
        &page,
        "document.querySelector('.upload-interrupted').hidden",
    )
    .await;
    until("it is gone", async || {
        let count = "SELECT CAST(COUNT(*) AS TEXT) FROM unfinished_uploads";
        house.text(count).await == "0"
    })
    .await;
    holds(&page, "localStorage.length === 0").await;
    page.close().await;
    house.close().await;
}
