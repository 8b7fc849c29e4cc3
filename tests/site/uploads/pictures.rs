//! A thumbnail's two sizes: made, shown where they belong, private with their video, gone with it.

use std::io::Cursor;

use axum::http::StatusCode;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use madang::ingest::keep;

use super::{ADD, are_as_private_as_their_video, change};
use crate::house::{House, Part, Person, fixture, upload};

/// A picture of one colour.
fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_pixel(width, height, Rgb([200, 40, 40]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture)
        .write_to(&mut bytes, format)
        .expect("a picture");
    bytes.into_inner()
}

/// Gives a video a thumbnail of 1600 × 900; its large key and its small one.
async fn with_thumbnail(house: &House, owner: &Person, id: i64, visibility: &str) -> [String; 2] {
    let picture = picture(1600, 900, ImageFormat::Png);
    let parts = [
        Part::Text("title", "영상"),
        Part::Text("visibility", visibility),
        Part::File("thumbnail", "표지.png", &picture),
    ];
    let answer = owner.post_parts(&change(id), &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let sql = "SELECT thumbnail, thumbnail_small FROM videos WHERE id = $1";
    let keys: (String, String) = house.app.db.one(sql, (id,)).await.expect("two sizes");
    keys.into()
}

async fn count(house: &House, table: &'static str) -> i64 {
    let sql = match table {
        "uploads" => "SELECT COUNT(*) FROM uploads",
        _ => "SELECT COUNT(*) FROM file_removals",
    };
    house.app.db.get(sql, ()).await.expect("a count")
}

#[tokio::test]
async fn a_thumbnail_has_two_sizes_and_each_page_takes_its_own() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    let (other, _) = upload(&house, &owner, "다음", "public", "short.webm").await;
    let [large, small] = with_thumbnail(&house, &owner, id, "public").await;
    let visitor = house.visitor();
    for (key, size) in [(&large, (1280, 720)), (&small, (320, 180))] {
        let answer = visitor.get(&format!("/media/{key}")).await;
        assert_eq!(answer.header("content-type"), "image/jpeg");
        let read = image::load_from_memory(&answer.body).expect("a picture");
        assert_eq!((read.width(), read.height()), size);
    }
    let srcset = format!(
        "src=\"/media/{small}\" srcset=\"/media/{small} 320w, /media/{large} 1280w\" sizes=\"auto, "
    );
    visitor.get("/").await.says(&srcset);
    visitor
        .get(&format!("/video/{id}/"))
        .await
        .says(&format!("poster=\"/media/{large}\""))
        .says(&format!(
            "<meta property=\"og:image\" content=\"http://madang.test/media/{large}\">"
        ))
        .says("<meta name=\"twitter:card\" content=\"summary_large_image\">");
    let small_only = format!("<img src=\"/media/{small}\" width=");
    visitor
        .get(&format!("/video/{other}/"))
        .await
        .says(&small_only);
    owner.get("/admin/videos/video/").await.says(&small_only);
    visitor.get("/feed.xml").await.says(&format!(
        "<media:thumbnail url=\"http://madang.test/media/{large}\"/>"
    ));
}

#[tokio::test]
async fn a_thumbnail_from_before_there_were_sizes_is_shown_as_it_is() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    let [large, _] = with_thumbnail(&house, &owner, id, "public").await;
    let sql = "UPDATE videos SET thumbnail_small = NULL, thumbnail_width = NULL";
    house.app.db.run(sql, ()).await.expect("an old one");
    let visitor = house.visitor();
    let page = visitor.get("/").await;
    page.says(&format!("<img src=\"/media/{large}\" width="))
        .keeps_quiet_about("srcset");
    let page = visitor.get(&format!("/video/{id}/")).await;
    page.says(&format!("poster=\"/media/{large}\""));
}

#[tokio::test]
async fn both_sizes_are_as_private_as_their_video() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    let keys = with_thumbnail(&house, &owner, id, "public").await;
    are_as_private_as_their_video(&house, &owner, &keys, b"\xff\xd8").await;
}

#[tokio::test]
async fn both_sizes_go_when_another_takes_their_place_and_when_none_does() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, file) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    let first = with_thumbnail(&house, &owner, id, "public").await;
    let second = with_thumbnail(&house, &owner, id, "public").await;
    let mut here = vec![file.clone()];
    here.extend(second.clone());
    here.sort();
    assert_eq!(house.files(), here);
    for key in first {
        let answer = house.visitor().get(&format!("/media/{key}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    let parts = [
        Part::Text("title", "영상"),
        Part::Text("visibility", "public"),
        Part::Text("thumbnail-clear", "1"),
    ];
    owner.post_parts(&change(id), &parts).await;
    assert_eq!(house.files(), [file]);
    assert_eq!(count(&house, "file_removals").await, 0);
}

#[tokio::test]
async fn both_sizes_go_with_their_video() {
    let house = House::open().await;
    let owner = house.staff().await;
    for at_once in [false, true] {
        let (id, _) = upload(&house, &owner, "영상", "public", "short.mp4").await;
        with_thumbnail(&house, &owner, id, "public").await;
        assert_eq!(house.files().len(), 3);
        let id = id.to_string();
        let answer = if at_once {
            let form = [
                ("action", "delete_selected"),
                ("_selected_action", &*id),
                ("post", "yes"),
            ];
            owner.post("/admin/videos/video/", &form).await
        } else {
            let path = format!("/admin/videos/video/{id}/delete/");
            owner.post(&path, &[("post", "yes")]).await
        };
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert_eq!(house.files(), [] as [String; 0]);
        assert_eq!(count(&house, "file_removals").await, 0);
    }
}

#[tokio::test]
async fn a_kept_picture_is_two_files_that_are_used_or_go() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (video, picture) = (fixture("short.mp4"), picture(1600, 900, ImageFormat::Jpeg));
    let untitled = [
        Part::Text("title", ""),
        Part::Text("visibility", "public"),
        Part::File("video_file", "a.mp4", &video),
        Part::File("thumbnail", "표지.jpg", &picture),
    ];
    let answer = owner.post_parts(ADD, &untitled).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("파일 표지.jpg (");
    assert_eq!(house.files().len(), 3);
    let token = async |field: &str| {
        let sql = "SELECT id FROM uploads WHERE field = $1";
        let token = house.app.db.get::<String>(sql, (field.to_owned(),)).await;
        token.expect("a token")
    };
    let (upload, thumbnail) = (token("video_file").await, token("thumbnail").await);
    let titled = [
        Part::Text("title", "제목"),
        Part::Text("visibility", "public"),
        Part::Text("upload", &upload),
        Part::Text("thumbnail_upload", &thumbnail),
    ];
    let answer = owner.post_parts(ADD, &titled).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    keep::sweep(&house.app).await.expect("a sweep");
    let sql = "SELECT thumbnail, thumbnail_small, thumbnail_width FROM videos";
    let (large, small, width): (String, String, i64) =
        house.app.db.one(sql, ()).await.expect("two sizes");
    assert_eq!(width, 1280);
    let files = house.files();
    assert!(files.contains(&large) && files.contains(&small) && files.len() == 3);

    // Another form's are thrown away, and a third's run out.
    owner.post_parts(ADD, &untitled).await;
    let thumbnail = token("thumbnail").await;
    let without = [
        Part::Text("title", ""),
        Part::Text("visibility", "public"),
        Part::Text("thumbnail_upload", &thumbnail),
        Part::Text("thumbnail_upload-clear", "1"),
    ];
    owner.post_parts(ADD, &without).await;
    assert_eq!(house.files().len(), 4, "the video that is kept as well");
    owner.post_parts(ADD, &untitled).await;
    for sql in [
        "UPDATE uploads SET expires_at = expires_at - $1",
        "UPDATE file_removals SET since = since - $1",
    ] {
        let day: i64 = 24 * 3600 * 1_000_000;
        house.app.db.run(sql, (day,)).await.expect("aged");
    }
    keep::sweep(&house.app).await.expect("a sweep");
    assert_eq!(house.files(), files);
    assert_eq!(count(&house, "uploads").await, 0);
    assert_eq!(count(&house, "file_removals").await, 0);
}

#[tokio::test]
async fn a_picture_that_cannot_be_read_is_refused_in_words_and_leaves_nothing() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, file) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    let whole = picture(1600, 900, ImageFormat::Jpeg);
    let mut bomb = picture(8, 8, ImageFormat::Jpeg);
    let frame = bomb.windows(2).position(|pair| pair == [0xff, 0xc0]);
    let frame = frame.expect("a frame header");
    bomb[frame + 5..frame + 9].fill(0xff);
    for (bytes, sentence) in [
        (
            &bomb[..],
            "그림이 너무 큽니다. 가로 65,535, 세로 65,535 픽셀입니다.",
        ),
        (&whole[..whole.len() / 2], "그림 파일이 깨졌거나"),
    ] {
        let parts = [
            Part::Text("title", "영상"),
            Part::Text("visibility", "public"),
            Part::File("thumbnail", "그림.jpg", bytes),
        ];
        let answer = owner.post_parts(&change(id), &parts).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        answer.says(sentence);
        assert_eq!(house.files(), std::slice::from_ref(&file));
        assert_eq!(count(&house, "uploads").await, 0);
    }
}
