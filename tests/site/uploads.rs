//! What comes in through the admin's form, and what stays of it.

mod captions;
mod crashes;
mod ended;
mod fast;
mod pictures;
mod refused;
mod replaced;

use axum::http::StatusCode;

use crate::house::{House, Part, Person, fixture, multipart, upload};

pub const ADD: &str = "/admin/videos/video/add/";

pub fn change(id: i64) -> String {
    format!("/admin/videos/video/{id}/change/")
}

/// What the database knows of a file: type, size, duration, width, height, codecs.
type Known = (
    String,
    i64,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
);

async fn known(house: &House, id: i64) -> Known {
    let sql =
        "SELECT content_type, size, duration, width, height, codecs FROM videos WHERE id = $1";
    house.app.db.one(sql, (id,)).await.expect("the video")
}

/// How many videos there are.
pub async fn count(house: &House) -> i64 {
    let sql = "SELECT COUNT(*) FROM videos";
    house.app.db.get(sql, ()).await.expect("a count")
}

/// Whatever visibility the house's one video has, these files of it are for the same people; to others
/// nothing says `secret`.
pub async fn are_as_private_as_their_video(
    house: &House,
    owner: &Person,
    keys: &[String],
    secret: &[u8],
) {
    let member = house.member("지민").await;
    let visitor = house.visitor();
    for (visibility, expected, cache) in [
        (
            "public",
            [200, 200, 200],
            "public, max-age=86400, immutable",
        ),
        (
            "unlisted",
            [200, 200, 200],
            "private, max-age=86400, immutable",
        ),
        ("private", [302, 200, 200], "private, no-store"),
        ("draft", [404, 404, 200], "private, no-store"),
    ] {
        let sql = "UPDATE videos SET visibility = $1";
        let set = house.app.db.run(sql, (visibility,)).await;
        assert_eq!(set.expect("another visibility"), 1);
        for key in keys {
            for (person, expected) in [&visitor, &member, owner].into_iter().zip(expected) {
                let answer = person.get(&format!("/media/{key}")).await;
                assert_eq!(answer.status.as_u16(), expected, "{visibility}");
                let mut body = answer.body.windows(secret.len());
                assert_eq!(body.any(|part| part == secret), expected == 200);
                if expected == 200 {
                    assert_eq!(answer.header("cache-control"), cache, "{visibility}");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_kind_of_video_is_taken_whatever_it_is_called() {
    let house = House::open().await;
    let owner = house.staff().await;
    for (name, kind, width, height) in [
        ("short.mp4", "video/mp4", 320, 180),
        ("long.mp4", "video/mp4", 320, 180),
        ("tail.mp4", "video/mp4", 320, 180),
        ("fragmented.mp4", "video/mp4", 320, 180),
        ("upright.mp4", "video/mp4", 180, 320),
        ("short.m4v", "video/mp4", 320, 180),
        ("short.mov", "video/mp4", 320, 180),
        ("short.webm", "video/webm", 320, 180),
        ("video.mkv", "video/x-matroska", 320, 180),
        ("short.ogv", "video/ogg", 320, 180),
    ] {
        let (id, key) = upload(&house, &owner, name, "public", name).await;
        let (content_type, size, duration, w, h, codecs) = known(&house, id).await;
        let bytes = fixture(name);
        assert_eq!(content_type, kind, "{name}");
        assert_eq!(size, bytes.len() as i64, "{name}");
        assert_eq!((w, h), (Some(width), Some(height)), "{name}");
        let seconds = if name == "long.mp4" { 36_000 } else { 6_000 };
        let duration = duration.unwrap_or_else(|| panic!("{name} has no duration"));
        assert!(
            (seconds - 100..seconds + 100).contains(&duration),
            "{name}: {duration}"
        );
        assert!(codecs.is_some_and(|codecs| !codecs.is_empty()), "{name}");
        let stored = std::fs::read(house.app.storage.root().join(&key)).expect("the file");
        // These have their index at the end: see `fast`.
        let is_slow = ["tail.mp4", "upright.mp4"].contains(&name);
        assert_eq!(stored != bytes, is_slow, "{name} is not what was sent");
    }
    // Its name is never asked.
    let bytes = fixture("short.webm");
    let parts = [
        Part::Text("title", "이름이 다른 것"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "사진.jpg", &bytes),
    ];
    let answer = owner.post_parts(ADD, &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let (content_type, ..) = known(&house, 11).await;
    assert_eq!(content_type, "video/webm");
    assert_eq!(house.files().len(), 11);
}

/// Container, rotation, frame rate, languages of the sounds, whether it starts fast.
type Facts = (
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<bool>,
);

#[tokio::test]
async fn what_a_file_says_of_itself_is_kept_with_it() {
    let house = House::open().await;
    let owner = house.staff().await;
    let facts = async |id: i64| -> Facts {
        let sql = "SELECT container, rotation, frame_rate, audio_languages, starts_fast \
                   FROM videos WHERE id = $1";
        house.app.db.one(sql, (id,)).await.expect("the facts")
    };
    let some = |text: &str| Some(text.to_owned());
    let (id, _) = upload(&house, &owner, "세로", "public", "upright.mp4").await;
    let expected = (
        some("mp4"),
        Some(270),
        Some(15_000),
        some("und"),
        Some(true),
    );
    assert_eq!(facts(id).await, expected);
    let page = owner.get(&change(id)).await;
    page.says("MP4")
        .says("시계 방향 270°")
        .says("초당 15프레임")
        .says("바로 시작합니다")
        .keeps_quiet_about("codec-warning");
    // One from before indexes were put in front.
    let sql = "UPDATE videos SET starts_fast = FALSE WHERE id = $1";
    house.app.db.run(sql, (id,)).await.expect("an update");
    let page = owner.get(&change(id)).await;
    page.says("느린 인터넷에서는 늦게 시작합니다");
    // Another file brings its own.
    let bytes = fixture("dolby.mp4");
    let parts = [
        Part::Text("title", "세로"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "a.mp4", &bytes),
    ];
    let answer = owner.post_parts(&change(id), &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let expected = (
        some("mp4"),
        Some(0),
        Some(15_000),
        some("kor,eng"),
        Some(true),
    );
    assert_eq!(facts(id).await, expected);
    let page = owner.get(&change(id)).await;
    page.says("2개 (한국어, 영어)")
        .says("소리 형식이 Dolby Digital (AC-3)입니다")
        .says("ffmpeg -i input.mp4 -c:v copy -c:a aac -b:a 192k -movflags +faststart output.mp4");
    // A row from before any of this was read.
    let sql = "UPDATE videos SET container = NULL, rotation = NULL, frame_rate = NULL, \
               audio_languages = NULL, starts_fast = NULL, codecs = NULL, duration = NULL";
    house.app.db.run(sql, ()).await.expect("an old row");
    let page = owner.get(&change(id)).await;
    page.says("알 수 없음").keeps_quiet_about("codec-warning");
}

#[tokio::test]
async fn a_kept_file_says_what_it_is_before_it_is_saved() {
    let house = House::open().await;
    let owner = house.staff().await;
    let bytes = fixture("video.mkv");
    let parts = [
        Part::Text("title", ""),
        Part::Text("visibility", "public"),
        Part::File("video_file", "강의.mkv", &bytes),
    ];
    let answer = owner.post_parts(ADD, &parts).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer
        .says("Matroska (MKV)")
        .says("파일 형식이 MKV입니다")
        .says("ffmpeg -i input.mkv -c:v copy -c:a copy -movflags +faststart output.mp4");
}

#[tokio::test]
async fn every_kind_of_picture_is_taken_as_a_thumbnail() {
    let house = House::open().await;
    let owner = house.staff().await;
    let video = fixture("short.mp4");
    for name in ["picture.jpg", "picture.png", "picture.webp"] {
        let bytes = fixture(name);
        let parts = [
            Part::Text("title", name),
            Part::Text("visibility", "public"),
            Part::File("video_file", "a.mp4", &video),
            Part::File("thumbnail", "이름이 다른 것.gif", &bytes),
        ];
        let answer = owner.post_parts(ADD, &parts).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let sql = "SELECT thumbnail FROM videos WHERE title = $1";
        let key: String = house.app.db.get(sql, (name,)).await.expect("a thumbnail");
        let answer = house.visitor().get(&format!("/media/{key}")).await;
        assert_eq!(answer.header("content-type"), "image/jpeg");
        let read = image::load_from_memory(&answer.body).expect("a picture");
        assert_eq!((read.width(), read.height()), (320, 180));
    }
}

#[tokio::test]
async fn the_order_of_the_fields_does_not_matter() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (video, picture) = (fixture("short.mp4"), fixture("picture.png"));
    let parts = [
        Part::Text("_continue", "1"),
        Part::File("thumbnail", "p.png", &picture),
        Part::File("video_file", "a.mp4", &video),
        Part::Text("visibility", "unlisted"),
        Part::Text("unknown", "x"),
        Part::Text("description", "설명"),
        Part::Text("title", "뒤에 온 제목"),
    ];
    let answer = owner.post_parts(ADD, &parts).await;
    assert_eq!(answer.location(), change(1));
    let sql = "SELECT title, description, visibility FROM videos";
    let row: (String, String, String) = house.app.db.one(sql, ()).await.expect("a video");
    assert_eq!(
        row,
        (
            "뒤에 온 제목".to_owned(),
            "설명".to_owned(),
            "unlisted".to_owned()
        )
    );
}

#[tokio::test]
async fn of_a_field_sent_twice_the_last_counts_and_no_file_is_left_over() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (first, second) = (fixture("short.webm"), fixture("short.mp4"));
    let (jpg, png) = (fixture("picture.jpg"), fixture("picture.png"));
    let parts = [
        Part::Text("title", "첫째"),
        Part::Text("title", "둘째"),
        Part::Text("visibility", "draft"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "a.webm", &first),
        Part::File("video_file", "b.mp4", &second),
        Part::File("thumbnail", "a.jpg", &jpg),
        Part::File("thumbnail", "b.png", &png),
    ];
    let answer = owner.post_parts(ADD, &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let sql = "SELECT title, visibility, file_name FROM videos";
    let row: (String, String, String) = house.app.db.one(sql, ()).await.expect("a video");
    assert_eq!(
        row,
        ("둘째".to_owned(), "public".to_owned(), "b.mp4".to_owned())
    );
    assert_eq!(house.files().len(), 2);
}

#[tokio::test]
async fn texts_are_stored_in_one_line_tidy_and_composed() {
    let house = House::open().await;
    let owner = house.staff().await;
    let video = fixture("short.mp4");
    let parts = [
        Part::Text(
            "title",
            "  \u{1112}\u{1161}\u{11ab}글\r\n둘째\u{7}\u{0} 줄\t끝 ",
        ),
        Part::Text("description", "\r\n첫 줄\r둘째 줄\r\n\u{1b}[31m셋째\n"),
        Part::Text("visibility", "public"),
        Part::File(
            "video_file",
            "C:\\강의\\../\u{1112}\u{1161}\u{11ab}글.mp4",
            &video,
        ),
    ];
    let answer = owner.post_parts(ADD, &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let sql = "SELECT title, description, file_name FROM videos";
    let (title, description, name): (String, String, String) =
        house.app.db.one(sql, ()).await.expect("a video");
    assert_eq!(title, "한글 둘째 줄 끝");
    assert_eq!(description, "첫 줄\n둘째 줄\n[31m셋째");
    assert_eq!(name, "한글.mp4");
    house
        .visitor()
        .get("/")
        .await
        .says("<b aria-hidden=\"true\">한</b>");
}

#[tokio::test]
async fn a_file_without_a_usable_name_gets_one() {
    let house = House::open().await;
    let owner = house.staff().await;
    let video = fixture("short.mp4");
    let long = format!("{}.mp4", "가".repeat(300));
    for (name, stored) in [("강의/", "1.mp4"), (&long, &*"가".repeat(255))] {
        let parts = [
            Part::Text("title", "강의"),
            Part::Text("visibility", "public"),
            Part::File("video_file", name, &video),
        ];
        let answer = owner.post_parts(ADD, &parts).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}");
        let sql = "SELECT file_name FROM videos ORDER BY id DESC LIMIT 1";
        let found: String = house.app.db.get(sql, ()).await.expect("a name");
        if name == "강의/" {
            assert!(found.ends_with(".mp4") && found.len() > 4, "{found}");
        } else {
            assert!(
                found.chars().count() <= 255 && found.ends_with(".mp4"),
                "{found} {stored}"
            );
        }
    }
}

#[tokio::test]
async fn a_title_of_two_hundred_letters_is_taken() {
    let house = House::open().await;
    let owner = house.staff().await;
    let title = "🎬".repeat(200);
    let (id, _) = upload(&house, &owner, &title, "public", "short.mp4").await;
    house
        .visitor()
        .get(&format!("/video/{id}/"))
        .await
        .says(&title);
    // The same in pieces is still two hundred letters.
    let title = "\u{1112}\u{1161}\u{11ab}".repeat(200);
    upload(&house, &owner, &title, "public", "short.mp4").await;
    assert_eq!(count(&house).await, 2);
}

#[tokio::test]
async fn a_body_that_is_no_form_leaves_nothing() {
    let house = House::open().await;
    let owner = house.staff().await;
    let video = fixture("short.mp4");
    let whole = multipart(&[
        Part::Text("title", "강의"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "a.mp4", &video),
    ]);
    let multi = "multipart/form-data; boundary=XboundaryX";
    let cut = whole[..whole.len() / 2].to_vec();
    let without_end = whole[..whole.len() - 18].to_vec();
    for (kind, body, status) in [
        (multi, cut, 400),
        (multi, without_end, 400),
        (multi, Vec::new(), 400),
        (multi, b"nonsense".to_vec(), 400),
        ("multipart/form-data", whole.clone(), 415),
        (
            "application/x-www-form-urlencoded",
            b"title=a".to_vec(),
            415,
        ),
        ("application/json", b"{}".to_vec(), 415),
    ] {
        let headers = [("content-type", kind)];
        let answer = owner
            .ask(axum::http::Method::POST, ADD, &headers, body.into())
            .await;
        assert_eq!(answer.status.as_u16(), status, "{kind}");
        assert_eq!(house.files(), [] as [String; 0]);
    }
    assert_eq!(count(&house).await, 0);
}
