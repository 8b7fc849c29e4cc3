//! Jobs that come to nothing, that nobody wants any more, and that others have left.

use std::time::Duration;

use axum::http::StatusCode;
use madang::{db::Time, ingest::jobs::worker::Limits};

use super::{
    Program, change, job, jobs,
    program::{GOOD, SLOW},
    replace, with_limits, worker,
};
use crate::house::{House, fixture, upload};

/// In a hurry to hear that its job is gone.
const HURRY: Duration = Duration::from_millis(50);

async fn begun(program: &Program) {
    while !program.has_begun() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn what_fails_is_told_with_ffmpegs_last_line_and_tried_again_only_when_asked() {
    let program =
        Program::new("echo 'one <b>bold</b> reason' >&2; cp \"$media/short.mp4\" \"$out\"; exit 3");
    let house = House::with(|w| w.ffmpeg = program.setting()).await;
    let owner = house.staff().await;
    let (id, key) = upload(&house, &owner, "강의", "public", "video.mkv").await;
    let worker = worker(&house);
    assert!(worker.next().await.expect("the picture"));
    assert!(worker.next().await.expect("the film"));
    assert!(!worker.next().await.expect("nothing more"));
    assert_eq!(
        jobs(&house, id).await,
        [
            job("remux", "failed", Some("program")),
            job("thumbnail", "failed", Some("program"))
        ]
    );
    assert_eq!(house.files(), std::slice::from_ref(&key));
    let page = owner.get(&change(id)).await;
    page.says("실패")
        .says("ffmpeg가 이 파일을 처리하지 못했습니다.");
    page.says("bold").keeps_quiet_about("<b>bold</b>");

    program.write(GOOD);
    let path = format!("/admin/videos/video/{id}/jobs/");
    let answer = owner.post(&path, &[("kind", "remux")]).await;
    assert_eq!(answer.location(), change(id));
    assert_eq!(jobs(&house, id).await[0], job("remux", "waiting", None));
    // Asked twice, it is done once.
    owner.post(&path, &[("kind", "remux")]).await;
    assert!(worker.next().await.expect("the film"));
    assert!(!worker.next().await.expect("nothing more"));
    assert_eq!(jobs(&house, id).await[0], job("remux", "done", None));
    assert_ne!(house.files(), [key]);
}

#[tokio::test]
async fn what_comes_out_as_another_film_or_none_is_thrown_away() {
    for script in [
        "cp \"$media/long.mp4\" \"$out\"",
        "cp \"$media/video.mkv\" \"$out\"",
        "head -c 20000 \"$media/short.mp4\" >\"$out\"",
        "rm \"$out\"; exit 0",
        ":",
    ] {
        let program = Program::new(script);
        let house = House::with(|w| w.ffmpeg = program.setting()).await;
        let owner = house.staff().await;
        let (id, key) = upload(&house, &owner, "강의", "public", "video.mkv").await;
        let worker = worker(&house);
        while worker.next().await.expect("a try") {}
        for (kind, state, fault) in jobs(&house, id).await {
            assert_eq!(state, "failed", "{kind} of {script}");
            let fault = fault.expect("a reason");
            assert!(
                ["different", "site"].contains(&&*fault),
                "{kind} of {script}: {fault}"
            );
        }
        assert_eq!(house.files(), [key], "{script}");
    }
}

#[tokio::test]
async fn an_endless_run_is_ended_with_all_that_it_started() {
    let program = Program::new(SLOW);
    let house = House::with(|w| w.ffmpeg = program.setting()).await;
    let owner = house.staff().await;
    let (id, key) = upload(&house, &owner, "강의", "public", "video.mkv").await;
    let sql = "DELETE FROM jobs WHERE kind = 'thumbnail'";
    house.app.db.run(sql, ()).await.expect("one job");
    let limits = Limits {
        time: Duration::from_secs(2),
        ..Limits::default()
    };
    assert!(with_limits(&house, limits).next().await.expect("a try"));
    assert_eq!(
        jobs(&house, id).await,
        [job("remux", "failed", Some("time"))]
    );
    // On a slow machine it may not even have begun by then.
    if program.has_begun() {
        program.is_gone();
    }
    assert_eq!(house.files(), [key]);
}

#[tokio::test]
async fn a_video_that_is_deleted_or_gets_another_file_ends_its_run() {
    for is_deleted in [true, false] {
        let program = Program::new(SLOW);
        let house = House::with(|w| w.ffmpeg = program.setting()).await;
        let owner = house.staff().await;
        let (id, _) = upload(&house, &owner, "강의", "public", "video.mkv").await;
        let limits = Limits {
            beat: HURRY,
            ..Limits::default()
        };
        let worker = with_limits(&house, limits);
        let run =
            tokio::spawn(async move { worker.next().await.map_err(|error| error.to_string()) });
        begun(&program).await;
        if is_deleted {
            let answer = owner
                .post(&format!("/admin/videos/video/{id}/delete/"), &[])
                .await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER);
        } else {
            assert_eq!(
                replace(&owner, id, "short.mp4").await,
                StatusCode::SEE_OTHER
            );
        }
        assert_eq!(run.await.expect("no panic"), Ok(true));
        program.is_gone();
        if is_deleted {
            assert_eq!(house.files(), [] as [String; 0]);
        } else {
            assert_eq!(jobs(&house, id).await, [job("thumbnail", "waiting", None)]);
            assert_eq!(house.files().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_film_that_is_ready_too_late_is_thrown_away() {
    let program = Program::new(&format!("{SLOW}{GOOD}"));
    let house = House::with(|w| w.ffmpeg = program.setting()).await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "강의", "public", "video.mkv").await;
    let sql = "DELETE FROM jobs WHERE kind = 'thumbnail'";
    house.app.db.run(sql, ()).await.expect("one job");
    let limits = Limits {
        beat: Duration::from_secs(3600),
        ..Limits::default()
    };
    let worker = with_limits(&house, limits);
    let run = tokio::spawn(async move { worker.next().await.map_err(|error| error.to_string()) });
    begun(&program).await;
    assert_eq!(replace(&owner, id, "long.mp4").await, StatusCode::SEE_OTHER);
    program.go();
    assert_eq!(run.await.expect("no panic"), Ok(true));
    let sql = "SELECT file, file_name FROM videos WHERE id = $1";
    let (key, name): (String, String) = house.app.db.one(sql, (id,)).await.expect("the video");
    assert_eq!(name, "long.mp4");
    assert_eq!(house.files(), std::slice::from_ref(&key));
    let got = owner.get(&format!("/media/{key}")).await;
    assert_eq!(got.body, fixture("long.mp4"));
    assert_eq!(jobs(&house, id).await, [job("thumbnail", "waiting", None)]);
}

#[tokio::test]
async fn each_job_is_taken_by_one_worker_and_from_one_that_fell_silent() {
    let program = Program::new(GOOD);
    let house = House::with(|w| w.ffmpeg = program.setting()).await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "강의", "public", "video.mkv").await;
    let set =
        "UPDATE jobs SET state = 'running', worker = 'somebody else', alive_at = $1, tries = $2";
    let db = &house.app.db;
    db.run(set, (Time::now(), 1_i64)).await.expect("another's");
    let (one, two) = (worker(&house), worker(&house));
    assert!(!one.next().await.expect("nothing to take"));

    let long_ago = Time::now().plus_seconds(-600);
    db.run(set, (long_ago, 1_i64)).await.expect("a dead one's");
    let (first, second) = tokio::join!(one.next(), two.next());
    assert!(first.expect("a job") && second.expect("a job"));
    assert!(!one.next().await.expect("nothing more"));
    assert_eq!(
        jobs(&house, id).await,
        [job("remux", "done", None), job("thumbnail", "done", None)]
    );

    db.run(set, (long_ago, 3_i64)).await.expect("a dead one's");
    assert!(!two.next().await.expect("nothing to take"));
    let given_up = Some("interrupted");
    assert_eq!(
        jobs(&house, id).await,
        [
            job("remux", "failed", given_up),
            job("thumbnail", "failed", given_up)
        ]
    );
}
