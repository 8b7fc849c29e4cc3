//! The video form's uploads in pieces: they survive the line, the page and the login, and saving waits
//! for them. A slow line keeps an upload on its way until the test has seen what it waits for.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use crate::admin_desk::VIDEOS;
use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::{House, OWNER, OWNER_PASSWORD, fixture};
use crate::until;

pub const ADD: &str = "/admin/videos/video/add/";
pub const NAME: &str = "긴 강의.mp4";
/// At this speed, in bytes a second, [`long`] would take longer than any test waits.
pub const SLOW: u32 = 64 << 10;
pub const FAST: u32 = 500 << 20;

/// A video of three pieces: a short one, and room that players pass over.
pub fn long() -> TempDir {
    const ROOM: u32 = 20 << 20;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut file = File::create(folder.path().join(NAME)).expect("a file");
    let mut video = File::open(fixture("short.mp4")).expect("a video");
    io::copy(&mut video, &mut file).expect("a copy");
    file.write_all(&ROOM.to_be_bytes()).expect("a length");
    file.write_all(b"free").expect("a name");
    io::copy(&mut io::repeat(0).take(u64::from(ROOM) - 8), &mut file).expect("the room");
    folder
}

/// Goes to the form and waits until its script listens.
pub async fn open(page: &Chromium) {
    page.visit(ADD).await;
    page.see("[data-drop-help]").await;
}

pub async fn choose(page: &Chromium, paths: &[&Path]) {
    let paths: Vec<_> = paths.iter().filter_map(|path| path.to_str()).collect();
    let input = page.see("[name=video_file]").await;
    let sent = input.send_keys(&paths.join("\n")).await;
    sent.expect("a file input");
}

/// Waits until the first upload is in a state.
pub async fn state(page: &Chromium, state: &str) {
    let script = format!("return document.querySelector('.upload')?.dataset.state === '{state}'");
    page.until(state, &script).await;
}

/// An owner who has begun a long upload over a slow line: some of it has left, and most has not.
pub async fn begun(house: &House, window: Window, folder: &TempDir) -> Chromium {
    let page = owner(house, window).await;
    open(&page).await;
    page.slow_down(SLOW).await;
    choose(&page, &[&folder.path().join(NAME)]).await;
    midway(&page).await;
    page
}

pub async fn midway(page: &Chromium) {
    let script = "const bar = document.querySelector('.upload progress');
         return !!bar && bar.value > 2 && bar.value < bar.max && bar.checkVisibility()";
    page.until("the upload is on its way", script).await;
}

/// On a telephone the form's own buttons lie upon the lower edge.
pub async fn press_in_row(page: &Chromium, button: &str) {
    page.run(&format!(
        "document.querySelector('.upload {button}').scrollIntoView({{ block: 'center' }})"
    ))
    .await;
    page.press(&format!(".upload {button}")).await;
}

/// Waits for the end of it, and sees that the last line's work was not begun anew.
async fn goes_on(page: &Chromium) {
    page.slow_down(FAST).await;
    state(page, "done").await;
    let offsets = page.offsets().await;
    let anew = offsets.iter().filter(|offset| **offset == 0).count();
    assert_eq!(anew, 1, "{offsets:?}");
    assert!(offsets.len() >= 3, "{offsets:?}");
}

async fn saved(house: &House, page: &Chromium) {
    page.turn("button[name=_save]").await;
    assert_eq!(page.path().await, VIDEOS);
    let size = house.text("SELECT CAST(size AS TEXT) FROM videos").await;
    let sent = std::fs::metadata(fixture("short.mp4"))
        .expect("a video")
        .len();
    assert_eq!(size, (sent + (20 << 20)).to_string());
    assert_eq!(house.text("SELECT file_name FROM videos").await, NAME);
}

#[tokio::test]
async fn a_dropped_file_goes_up_while_the_form_is_filled() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    open(&page).await;
    let data = json!({ "items": [], "files": [fixture("colours.mp4")], "dragOperationsMask": 1 });
    for kind in ["dragEnter", "dragOver", "drop"] {
        let event = json!({ "type": kind, "x": 600, "y": 400, "data": data });
        page.devtools("Input.dispatchDragEvent", event).await;
        if kind == "dragOver" {
            page.see("form.over").await;
        }
    }
    state(&page, "done").await;
    assert_eq!(page.count("form.over").await, 0);
    // Its frames are offered as those of a file that was chosen.
    let frames = "return document.querySelector('[data-frames]').dataset.state === 'ready'";
    page.until("the frames", frames).await;
    assert_eq!(page.sent("POST", ADD).await.len(), 0);
    page.turn("button[name=_save]").await;
    assert_eq!(page.names().await, ["colours"]);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn the_line_is_lost_and_the_upload_goes_on_by_itself() {
    let (house, folder) = (House::open().await, long());
    let mut page = begun(&house, Window::Desk, &folder).await;
    page.excuse("ERR_INTERNET_DISCONNECTED");
    page.cut_off().await;
    state(&page, "lost").await;
    assert!(page.words(".upload").await.contains("저절로 이어서"));
    goes_on(&page).await;
    saved(&house, &page).await;
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn after_a_reload_the_same_file_goes_on_where_it_stopped() {
    let (house, folder) = (House::open().await, long());
    let page = begun(&house, Window::DeskThatAsks, &folder).await;
    page.press(".crumbs a[href='/admin/']").await;
    page.asked().await;
    page.accept_alert().await.expect("a question");
    page.until("left", "return location.pathname === '/admin/'")
        .await;
    open(&page).await;
    let said = page.words(".upload-interrupted").await;
    assert!(
        said.contains("같은 파일을 다시 고르면") && said.contains(NAME),
        "{said}"
    );
    choose(&page, &[&folder.path().join(NAME)]).await;
    goes_on(&page).await;
    saved(&house, &page).await;
    open(&page).await;
    let seen = "return document.querySelector('.upload-interrupted').checkVisibility()";
    assert_eq!(page.run(seen).await, false);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn an_upload_is_paused_goes_on_and_is_cancelled() {
    let (house, folder) = (House::open().await, long());
    let page = begun(&house, Window::Phone, &folder).await;
    press_in_row(&page, "[data-pause]").await;
    state(&page, "paused").await;
    press_in_row(&page, "[data-go]").await;
    midway(&page).await;
    let count = "SELECT CAST(COUNT(*) AS TEXT) FROM unfinished_uploads";
    assert_eq!(house.text(count).await, "1");
    until("it goes on where it was", async || {
        page.offsets().await.last() > Some(&0)
    })
    .await;
    press_in_row(&page, "[data-cancel]").await;
    until("the upload is gone", async || {
        house.text(count).await == "0"
    })
    .await;
    let left =
        "return document.querySelector('[name=video_file]').files.length + localStorage.length";
    assert_eq!(page.run(left).await, 0);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn saving_waits_for_the_file_and_can_be_undone() {
    let (house, folder) = (House::open().await, long());
    let page = begun(&house, Window::Desk, &folder).await;
    page.press("button[name=_save]").await;
    let said = page.words("[data-waiting]").await;
    assert!(said.contains("다 올라가면 저장합니다"), "{said}");
    page.press("[data-undo]").await;
    page.fill("title", "기다린 강의").await;
    assert_eq!(page.sent("POST", ADD).await.len(), 0);
    page.run("document.documentElement.dataset.before = 'yes'")
        .await;
    page.press("button[name=_save]").await;
    page.slow_down(FAST).await;
    page.turned("the upload's end").await;
    assert_eq!(page.names().await, ["기다린 강의"]);
    assert_eq!(page.sent("POST", ADD).await, ["Fetch"]);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn who_is_logged_out_meanwhile_logs_in_elsewhere_and_goes_on() {
    let (house, folder) = (House::open().await, long());
    let mut page = begun(&house, Window::Desk, &folder).await;
    page.excuse("401");
    house.sql("DELETE FROM sessions").await;
    page.slow_down(FAST).await;
    state(&page, "signedOut").await;
    page.see("[data-login]").await;
    let here = page.window().await.expect("this window");
    let other = page.new_window(true).await.expect("another tab");
    page.switch_to_window(other.handle).await.expect("a tab");
    page.log_in(OWNER, OWNER_PASSWORD).await;
    page.switch_to_window(here).await.expect("the first tab");
    // A tab that is come back to may have gone on unasked.
    page.run("document.querySelector('.upload [data-go]:not([hidden])')?.click()")
        .await;
    goes_on(&page).await;
    saved(&house, &page).await;
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn of_several_files_each_becomes_a_video_and_a_fault_stays_with_its_own() {
    let (house, folder) = (House::open().await, long());
    let mut page = owner(&house, Window::Desk).await;
    page.excuse("422");
    open(&page).await;
    page.slow_down(SLOW).await;
    let long = folder.path().join(NAME);
    let files = [fixture("audio.m4a"), long, fixture("short.webm")];
    choose(&page, &[&files[0], &files[1], &files[2]]).await;
    let states = "return [...document.querySelectorAll('.upload')].map((row) => row.dataset.state)";
    assert_eq!(page.count(".upload").await, 3);
    page.press("label:has([name=visibility][value=unlisted])")
        .await;
    page.press("button[name=_save]").await;
    page.slow_down(FAST).await;
    until("two are saved", async || {
        page.run(states).await == json!(["refused", "saved", "saved"])
    })
    .await;
    let said = page.words(".upload .field-errors").await;
    assert!(said.contains("동영상 파일이 아닙니다"), "{said}");
    page.run("document.documentElement.dataset.before = 'yes'")
        .await;
    page.press(".upload [data-cancel]").await;
    page.turned("the end of the list").await;
    let mut names = page.names().await;
    names.sort();
    assert_eq!(names, ["short", "긴 강의"]);
    let count = "SELECT CAST(COUNT(*) AS TEXT) FROM videos WHERE visibility = 'unlisted'";
    assert_eq!(house.text(count).await, "2");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_title_that_is_missing_is_mended_in_its_row() {
    let house = House::open().await;
    let mut page = owner(&house, Window::Phone).await;
    page.excuse("422");
    open(&page).await;
    choose(&page, &[&fixture("short.mp4"), &fixture("short.webm")]).await;
    let title = "const title = document.querySelector('.upload input'); title.value = ";
    page.run(&format!("{title}'   '")).await;
    page.press("button[name=_save]").await;
    page.until(
        "the fault",
        "return document.querySelector('.upload .field-errors').checkVisibility()",
    )
    .await;
    let said = page.words(".upload .field-errors").await;
    assert!(said.contains("제목을 입력"), "{said}");
    page.until(
        "the other is saved and the form waits",
        "return document.querySelectorAll('.upload')[1].dataset.state === 'saved'
           && !document.querySelector('[name=_save]').disabled",
    )
    .await;
    page.run(&format!("{title}'고친 제목'")).await;
    page.turn("button[name=_save]").await;
    let mut names = page.names().await;
    names.sort();
    assert_eq!(names, ["short", "고친 제목"]);
    page.close().await;
    house.close().await;
}
