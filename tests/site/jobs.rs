//! What is done for videos in the background, with programs in ffmpeg's place: the real one has a suite of its own.

mod ended;
mod killed;
mod program;

use axum::http::StatusCode;
use madang::{
    ingest::jobs::worker::{Limits, Worker},
    storage::Key,
    videos::store::same_file,
};

use crate::house::{House, Part, Person, fixture, upload};
use program::{GOOD, Program};

fn change(id: i64) -> String {
    format!("/admin/videos/video/{id}/change/")
}

/// The site's worker; no test waits for its poll.
fn worker(house: &House) -> Worker {
    with_limits(house, Limits::default())
}

fn with_limits(house: &House, limits: Limits) -> Worker {
    let worker = Worker::new(house.app.clone(), limits).expect("random numbers");
    worker.expect("an ffmpeg")
}

/// Kind, state and fault of each of a video's jobs.
async fn jobs(house: &House, id: i64) -> Vec<(String, String, Option<String>)> {
    let sql = "SELECT kind, state, fault FROM jobs WHERE video_id = $1 ORDER BY kind";
    house.app.db.all(sql, (id,)).await.expect("the jobs")
}

fn job(kind: &str, state: &str, fault: Option<&str>) -> (String, String, Option<String>) {
    (kind.to_owned(), state.to_owned(), fault.map(str::to_owned))
}

/// Gives a video another file, and no picture.
async fn replace(owner: &Person, id: i64, name: &str) -> StatusCode {
    let bytes = fixture(name);
    let parts = [
        Part::Text("title", "새 파일"),
        Part::Text("description", ""),
        Part::Text("visibility", "public"),
        Part::File("video_file", name, &bytes),
    ];
    owner.post_parts(&change(id), &parts).await.status
}

#[tokio::test]
async fn an_mkv_becomes_an_mp4_with_a_picture_and_stays_private() {
    let program = Program::new(GOOD);
    let house = House::with(|w| w.ffmpeg = program.setting()).await;
    let owner = house.staff().await;
    let (id, old) = upload(&house, &owner, "강의", "private", "video.mkv").await;
    let waiting = owner.get(&change(id)).await;
    waiting
        .says("MP4로 바꾸기")
        .says("대기 중")
        .says("미리보기 그림 만들기");
    // Said with the news that it was saved, in place of what to do by hand.
    waiting
        .says("백그라운드에서 MP4로 바꿉니다.")
        .keeps_quiet_about("ffmpeg -i");
    let size = fixture("video.mkv").len() as i64;

    let worker = worker(&house);
    assert!(worker.next().await.expect("a picture"));
    assert_eq!(
        jobs(&house, id).await,
        [
            job("remux", "waiting", None),
            job("thumbnail", "done", None)
        ]
    );
    assert!(worker.next().await.expect("a film"));
    assert!(!worker.next().await.expect("nothing more"));

    let sql = "SELECT file, file_name, content_type, container, starts_fast FROM videos";
    let (file, name, kind, container, fast): (Key, String, String, String, bool) =
        house.app.db.one(sql, ()).await.expect("the video");
    assert_eq!(
        (&*name, &*kind, &*container, fast),
        ("video.mp4", "video/mp4", "mp4", true)
    );
    let sql = "SELECT thumbnail, thumbnail_width FROM videos WHERE thumbnail_small IS NULL";
    let (picture, width): (String, i64) = house.app.db.one(sql, ()).await.expect("its picture");
    assert_eq!(width, 320);
    let mut files = vec![file.to_string(), picture.clone()];
    files.sort();
    assert_eq!(house.files(), files, "and not {old}");
    let left: i64 = house
        .app
        .db
        .get("SELECT COUNT(*) FROM file_removals", ())
        .await
        .expect("a count");
    assert_eq!(left, 0);

    let member = house.member("지민").await;
    for key in [file.as_str(), &picture] {
        let address = format!("/media/{key}");
        assert_eq!(
            house.visitor().get(&address).await.status,
            StatusCode::FOUND
        );
        assert_eq!(member.get(&address).await.status, StatusCode::OK);
    }
    let got = member.get(&format!("/media/{file}")).await;
    assert_eq!(got.body, fixture("short.mp4"));
    owner
        .get(&change(id))
        .await
        .says("끝남")
        .keeps_quiet_about("대기 중");

    // The same file once more from a folder is still known by what it was.
    let found = same_file(&house.app.db, "video.mkv", [size, 1], (None, None, None)).await;
    assert_eq!(found.expect("a look"), Some(id));
    let other = same_file(
        &house.app.db,
        "video.mkv",
        [size + 1, 1],
        (None, None, None),
    )
    .await;
    assert_eq!(other.expect("a look"), None);
}

#[tokio::test]
async fn without_ffmpeg_nothing_is_to_be_done() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, key) = upload(&house, &owner, "강의", "public", "video.mkv").await;
    assert_eq!(jobs(&house, id).await, []);
    assert_eq!(house.files(), [key]);
    owner
        .get(&change(id))
        .await
        .keeps_quiet_about("백그라운드 변환");
    let none = Worker::new(house.app.clone(), Limits::default()).expect("random numbers");
    assert!(none.is_none());
    let path = format!("/admin/videos/video/{id}/jobs/");
    let answer = owner.post(&path, &[("kind", "remux")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(jobs(&house, id).await, []);
}

#[tokio::test]
async fn what_plays_already_and_has_a_picture_is_left_alone() {
    let program = Program::new(GOOD);
    let house = House::with(|w| w.ffmpeg = program.setting()).await;
    let owner = house.staff().await;
    let (film, picture) = (fixture("short.mp4"), fixture("picture.jpg"));
    let parts = [
        Part::Text("title", "강의"),
        Part::Text("description", ""),
        Part::Text("visibility", "public"),
        Part::File("video_file", "short.mp4", &film),
        Part::File("thumbnail", "picture.jpg", &picture),
    ];
    let answer = owner.post_parts("/admin/videos/video/add/", &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(!worker(&house).next().await.expect("nothing"));
}

#[tokio::test]
async fn a_picture_that_somebody_chose_meanwhile_is_kept() {
    let program = Program::new(GOOD);
    let house = House::with(|w| w.ffmpeg = program.setting()).await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    let picture = fixture("picture.png");
    let parts = [
        Part::Text("title", "강의"),
        Part::Text("description", "설명"),
        Part::Text("visibility", "public"),
        Part::File("thumbnail", "picture.png", &picture),
    ];
    let answer = owner.post_parts(&change(id), &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(jobs(&house, id).await, []);
    assert!(!worker(&house).next().await.expect("nothing"));

    // Taken away, it is not made again unless somebody asks for it.
    let parts = [
        Part::Text("title", "강의"),
        Part::Text("description", "설명"),
        Part::Text("visibility", "public"),
        Part::Text("thumbnail-clear", "1"),
    ];
    let answer = owner.post_parts(&change(id), &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(!worker(&house).next().await.expect("nothing"));
    let form = owner.get(&change(id)).await;
    form.says("지금 하기").keeps_quiet_about("MP4로 바꾸기");
    let path = format!("/admin/videos/video/{id}/jobs/");
    owner.post(&path, &[("kind", "thumbnail")]).await;
    assert!(worker(&house).next().await.expect("the picture"));
    assert_eq!(jobs(&house, id).await, [job("thumbnail", "done", None)]);
}

#[tokio::test]
async fn who_may_not_change_a_video_cannot_ask_for_work() {
    let program = Program::new("exit 1");
    let house = House::with(|w| w.ffmpeg = program.setting()).await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    assert!(worker(&house).next().await.expect("a try"));
    let path = format!("/admin/videos/video/{id}/jobs/");
    let form = [("kind", "thumbnail")];
    let clerk = house.somebody("직원", true, false).await;
    assert_eq!(clerk.post(&path, &form).await.status, StatusCode::FORBIDDEN);
    let sql = "INSERT INTO user_permissions (user_id, permission) VALUES ($1, 'videos.view_video')";
    house.app.db.run(sql, (clerk.id,)).await.expect("a grant");
    assert_eq!(clerk.post(&path, &form).await.status, StatusCode::FORBIDDEN);
    let page = clerk.get(&change(id)).await;
    page.says("실패").keeps_quiet_about("다시 시도");
    assert_eq!(
        jobs(&house, id).await,
        [job("thumbnail", "failed", Some("program"))]
    );
    let unknown = owner.post(&path, &[("kind", "dance")]).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    let gone = owner.post("/admin/videos/video/999/jobs/", &form).await;
    assert_eq!(gone.location(), "/admin/videos/video/");
}
