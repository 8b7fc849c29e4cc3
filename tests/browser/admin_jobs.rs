//! The state of background work in a video's form, and the button that asks for it again.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::House;
use crate::phone::fits;
use crate::until;

/// A program in ffmpeg's place that can do nothing. Written by another process: one that this process has open for
/// writing cannot be run.
fn clumsy(folder: &Path) -> String {
    let path = folder.join("ffmpeg");
    let mut shell = Command::new("sh")
        .args(["-c", "cat >\"$0\" && chmod 700 \"$0\""])
        .arg(&path)
        .stdin(Stdio::piped())
        .spawn()
        .expect("sh");
    let script =
        "#!/bin/sh\n[ \"$1\" != -version ] || exit 0\necho 'no <b>reason</b>' >&2\nexit 1\n";
    let mut pipe = shell.stdin.take().expect("piped");
    pipe.write_all(script.as_bytes()).expect("a script");
    drop(pipe);
    assert!(shell.wait().expect("its end").success());
    path.display().to_string()
}

/// What each job says: its name, its state, and its button.
async fn jobs(page: &Chromium) -> Value {
    page.run(
        "return [...document.querySelectorAll('.job')].map((job) => [job.querySelector('.job-name').innerText, \
         job.querySelector('.job-state').innerText, job.querySelector('button')?.innerText ?? null])",
    )
    .await
}

async fn until_both_failed(page: &Chromium) {
    until("both jobs have failed", async || {
        page.visit("/admin/videos/video/1/change/").await;
        let failed = page
            .run("return document.querySelectorAll('.job-failed').length")
            .await;
        failed == 2
    })
    .await;
}

#[tokio::test]
async fn what_failed_is_told_and_asked_for_again_without_touching_the_form() {
    for window in [Window::Desk, Window::Phone] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = clumsy(folder.path());
        let house = House::with(&[("FFMPEG", &program), ("PATH", "/usr/bin:/bin")]).await;
        let page = owner(&house, window).await;
        page.upload("강의", "public", "video.mkv").await;
        until_both_failed(&page).await;
        assert_eq!(
            jobs(&page).await,
            json!([
                ["MP4로 바꾸기", "실패", "다시 시도"],
                ["미리보기 그림 만들기", "실패", "다시 시도"]
            ])
        );
        assert!(page.words(".jobs").await.contains("no <b>reason</b>"));
        if matches!(window, Window::Phone) {
            fits(&page).await;
        }
        page.turn(".job-failed button[value=remux]").await;
        assert!(
            page.words(".message")
                .await
                .contains("백그라운드 변환을 시작합니다")
        );
        assert_eq!(page.path().await, "/admin/videos/video/1/change/");
        until_both_failed(&page).await;

        for (state, word) in [
            ("waiting", "대기 중"),
            ("running", "진행 중"),
            ("done", "끝남"),
        ] {
            house
                .sql(&format!(
                    "UPDATE jobs SET state = '{state}', fault = NULL, said = NULL"
                ))
                .await;
            page.visit("/admin/videos/video/1/change/").await;
            let said = jobs(&page).await;
            assert_eq!((&said[0][1], &said[1][1]), (&json!(word), &json!(word)));
            if matches!(window, Window::Phone) {
                fits(&page).await;
            }
        }
        page.close().await;
        house.close().await;
    }
}
