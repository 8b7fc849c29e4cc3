//! What is not taken, what is said of it, and that nothing typed is lost by it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode},
};
use futures_util::stream;

use super::{ADD, change, count};
use crate::binary::long_film;
use crate::house::{Answer, House, Part, Person, fixture, upload};

/// Asserts that a form came back with everything typed and a message at this field.
#[track_caller]
fn comes_back(answer: &Answer, status: u16, field: &str, message: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    let text = answer.text();
    let list = format!("id=\"errors_{field}\">");
    let errors = text
        .split_once(&list)
        .and_then(|(_, rest)| rest.split_once("</ul>"))
        .unwrap_or_else(|| panic!("no message at {field}:\n{text}"));
    assert!(errors.0.contains(message), "at {field}: {}", errors.0);
    answer.says("role=\"alert\"");
}

const TYPED: [Part<'static>; 3] = [
    Part::Text("title", "공들인 \"제목\""),
    Part::Text("description", "공들인 설명\n둘째 줄"),
    Part::Text("visibility", "draft"),
];

/// Asserts that [`TYPED`] stands in the form.
#[track_caller]
fn keeps_what_was_typed(answer: &Answer) {
    answer
        .says("value=\"공들인 &#34;제목&#34;\"")
        .says("공들인 설명\n둘째 줄</textarea>")
        .says("value=\"draft\" checked");
}

fn typed_with<'a>(files: impl IntoIterator<Item = Part<'a>>) -> Vec<Part<'a>> {
    TYPED.into_iter().chain(files).collect()
}

#[tokio::test]
async fn a_file_several_times_too_large_gives_the_form_back_with_everything_typed() {
    let house = House::with(|written| written.max_upload_size = Some("1M".to_owned())).await;
    let owner = house.staff().await;
    let film = long_film(5 << 20);
    let parts = typed_with([Part::File("video_file", "film.mp4", &film)]);
    let answer = owner.post_parts(ADD, &parts).await;
    comes_back(&answer, 413, "video_file", "1 MB");
    keeps_what_was_typed(&answer);
    assert_eq!(house.files(), Vec::<String>::new());
}

#[tokio::test]
async fn a_file_that_is_no_video_is_refused_in_words_and_nothing_typed_is_lost() {
    let house = House::open().await;
    let owner = house.staff().await;
    let mp4 = fixture("short.mp4");
    let mut headless = mp4.clone();
    headless[4..8].copy_from_slice(b"xxxx");
    for (name, bytes, message) in [
        (
            "강의.mp4",
            b"just a text, named as a video".to_vec(),
            "동영상 파일이 아닙니다",
        ),
        ("audio.m4a", fixture("audio.m4a"), "동영상"),
        ("audio.ogg", fixture("audio.ogg"), "동영상"),
        (
            "page.mp4",
            b"<!doctype html><script>alert(1)</script>".to_vec(),
            "동영상 파일이 아닙니다",
        ),
        (
            "picture.mp4",
            fixture("picture.jpg"),
            "동영상 파일이 아닙니다",
        ),
        ("empty.mp4", Vec::new(), "빈 파일입니다"),
        (
            "cut.mp4",
            mp4[..mp4.len() / 2].to_vec(),
            "중간에 끊겨 있습니다",
        ),
        ("headless.mp4", headless, "동영상 파일이 아닙니다"),
    ] {
        let parts = typed_with([Part::File("video_file", name, &bytes)]);
        let answer = owner.post_parts(ADD, &parts).await;
        comes_back(&answer, 415, "video_file", message);
        keeps_what_was_typed(&answer);
        assert_eq!(house.files(), [] as [String; 0], "{name}");
    }
    assert_eq!(count(&house).await, 0);
}

#[tokio::test]
async fn a_thumbnail_that_is_no_picture_is_refused_in_words() {
    let house = House::open().await;
    let owner = house.staff().await;
    let video = fixture("short.mp4");
    for (name, bytes) in [
        ("a.gif", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec()),
        (
            "a.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".to_vec(),
        ),
        ("a.jpg", b"not a picture at all".to_vec()),
        ("a.png", video.clone()),
    ] {
        let parts = typed_with([
            Part::File("video_file", "a.mp4", &video),
            Part::File("thumbnail", name, &bytes),
        ]);
        let answer = owner.post_parts(ADD, &parts).await;
        comes_back(&answer, 415, "thumbnail", "그림 파일이 아닙니다");
        keeps_what_was_typed(&answer);
        answer.says("파일 a.mp4 (77 KB)를 받아 두었습니다");
        keeps_one(&house).await;
    }
    let parts = typed_with([
        Part::File("video_file", "a.mp4", &video),
        Part::File("thumbnail", "a.png", b""),
    ]);
    let answer = owner.post_parts(ADD, &parts).await;
    comes_back(&answer, 415, "thumbnail", "빈 파일입니다");
    assert_eq!(count(&house).await, 0);
}

#[tokio::test]
async fn an_upload_too_large_by_its_header_is_refused_before_its_body() {
    let house = House::with(|w| w.max_upload_size = Some("100K".to_owned())).await;
    let owner = house.staff().await;
    let looked = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&looked);
    let body = stream::once(async move {
        seen.store(true, Ordering::SeqCst);
        Ok::<_, std::io::Error>(Bytes::from_static(b"x"))
    });
    let headers = [
        ("content-type", "multipart/form-data; boundary=XboundaryX"),
        ("content-length", "5000000000"),
    ];
    let answer = owner
        .ask(
            Method::POST,
            ADD,
            &headers,
            Body::from_stream(Box::pin(body)),
        )
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    answer.says("최대 100 KB까지");
    assert!(!looked.load(Ordering::SeqCst), "the body was read");
    assert_eq!(house.files(), [] as [String; 0]);
}

#[tokio::test]
async fn an_upload_that_turns_out_too_large_loses_nothing_typed() {
    let house = House::with(|w| w.max_upload_size = Some("70K".to_owned())).await;
    let owner = house.staff().await;
    let video = fixture("short.mp4");
    let answer = owner
        .post_parts(
            ADD,
            &typed_with([Part::File("video_file", "a.mp4", &video)]),
        )
        .await;
    comes_back(&answer, 413, "video_file", "최대 70 KB까지");
    keeps_what_was_typed(&answer);
    // Texts after the file are read as well.
    let mut parts = vec![Part::File("video_file", "a.mp4", &video)];
    parts.extend(TYPED);
    let answer = owner.post_parts(ADD, &parts).await;
    comes_back(&answer, 413, "video_file", "최대 70 KB까지");
    keeps_what_was_typed(&answer);
    assert_eq!(house.files(), [] as [String; 0]);
    let exact = fixture("short.webm");
    assert!(exact.len() < 70 * 1024, "the fixture has grown");
    let answer = owner
        .post_parts(
            ADD,
            &typed_with([Part::File("video_file", "a.webm", &exact)]),
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_upload_of_exactly_the_limit_is_taken_and_one_byte_more_is_not() {
    let video = fixture("short.mp4");
    for (limit, status) in [(video.len(), 303), (video.len() - 1, 413)] {
        let house = House::with(|w| w.max_upload_size = Some(limit.to_string())).await;
        let owner = house.staff().await;
        let parts = typed_with([Part::File("video_file", "a.mp4", &video)]);
        let answer = owner.post_parts(ADD, &parts).await;
        assert_eq!(answer.status.as_u16(), status);
    }
}

/// Sends `head`, then letters without end.
async fn endless(owner: &Person, head: &[u8]) -> Answer {
    let head = Bytes::copy_from_slice(head);
    let body = stream::unfold(head, async |piece| {
        let next = Bytes::from_static(&[b'x'; 16 * 1024]);
        Some((Ok::<_, std::io::Error>(piece), next))
    });
    let headers = [("content-type", "multipart/form-data; boundary=XboundaryX")];
    let sent = owner.ask(Method::POST, ADD, &headers, Body::from_stream(body));
    tokio::time::timeout(crate::binary::PATIENCE, sent)
        .await
        .expect("an answer")
}

#[tokio::test]
async fn a_body_without_end_is_refused_wherever_it_does_not_end() {
    let house = House::with(|w| w.max_upload_size = Some("1M".to_owned())).await;
    let owner = house.staff().await;
    for head in [
        "--XboundaryX\r\ncontent-disposition: form-data; name=\"video_file\"; filename=\"a.mp4\"\r\n\r\n",
        "--XboundaryX\r\ncontent-disposition: form-data; name=\"title\"\r\n\r\n",
        "--XboundaryX\r\ncontent-disposition: form-data; name=\"unknown\"\r\n\r\n",
        "--XboundaryX\r\ncontent-disposition: form-data; name=\"",
        "--XboundaryX",
        "no boundary ",
        "",
    ] {
        let answer = endless(&owner, head.as_bytes()).await;
        assert!(
            matches!(answer.status.as_u16(), 400 | 413),
            "{head:?}: {}",
            answer.status
        );
        assert_eq!(house.files(), [] as [String; 0]);
    }
}

#[tokio::test]
async fn a_huge_thumbnail_is_refused_whatever_a_video_may_have() {
    let house = House::open().await;
    let owner = house.staff().await;
    let video = fixture("short.mp4");
    let mut picture = fixture("picture.jpg");
    picture.resize(10 * 1024 * 1024 + 1, 0);
    let parts = typed_with([
        Part::File("video_file", "a.mp4", &video),
        Part::File("thumbnail", "a.jpg", &picture),
    ]);
    let answer = owner.post_parts(ADD, &parts).await;
    comes_back(&answer, 413, "thumbnail", "최대 10 MB까지");
    keeps_what_was_typed(&answer);
    owner
        .get(ADD)
        .await
        .says("JPEG, PNG, WebP · 10 MB, 5000만 화소까지");
    keeps_one(&house).await;
}

#[tokio::test]
async fn what_is_missing_is_said_at_its_field() {
    let house = House::open().await;
    let owner = house.staff().await;
    let video = fixture("short.mp4");
    let answer = owner.post_parts(ADD, &TYPED).await;
    comes_back(&answer, 422, "video_file", "동영상 파일을 고르십시오");
    keeps_what_was_typed(&answer);
    // As a browser sends a field without a file.
    let parts = typed_with([Part::File("video_file", "", b"")]);
    let answer = owner.post_parts(ADD, &parts).await;
    comes_back(&answer, 422, "video_file", "동영상 파일을 고르십시오");
    for title in [
        "",
        "   ",
        "\u{3000}\u{a0}\t",
        "\r\n\r\n",
        "\u{7}\u{1b}\u{0}",
    ] {
        let parts = [
            Part::Text("title", title),
            Part::Text("description", "공들인 설명"),
            Part::Text("visibility", "private"),
            Part::File("video_file", "a.mp4", &video),
        ];
        let answer = owner.post_parts(ADD, &parts).await;
        comes_back(&answer, 422, "title", "제목을 입력하십시오");
        answer
            .says("공들인 설명</textarea>")
            .says("value=\"private\" checked")
            .says("를 받아 두었습니다");
        keeps_one(&house).await;
    }
    let answer = owner.post_parts(ADD, &[]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    comes_back(&answer, 422, "title", "제목을 입력하십시오");
    comes_back(&answer, 422, "visibility", "공개 범위를 고르십시오");
    comes_back(&answer, 422, "video_file", "동영상 파일을 고르십시오");
    assert_eq!(count(&house).await, 0);
    assert_eq!(house.files(), [] as [String; 0]);
}

#[tokio::test]
async fn texts_too_long_come_back_whole() {
    let house = House::open().await;
    let owner = house.staff().await;
    let video = fixture("short.mp4");
    let (title, description) = ("가".repeat(201), "나".repeat(20_001));
    let parts = [
        Part::Text("title", &title),
        Part::Text("description", &description),
        Part::Text("visibility", "public"),
        Part::File("video_file", "a.mp4", &video),
    ];
    let answer = owner.post_parts(ADD, &parts).await;
    comes_back(
        &answer,
        422,
        "title",
        "200자까지 쓸 수 있습니다. 지금은 201자입니다.",
    );
    comes_back(&answer, 422, "description", "20,000자까지");
    answer.says(&title).says(&description);
    keeps_one(&house).await;
}

#[tokio::test]
async fn a_visibility_nobody_knows_makes_nothing_public() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "비밀", "private", "short.mp4").await;
    let path = change(id);
    for visibility in ["everybody", "PUBLIC", "", "public "] {
        let parts = [
            Part::Text("title", "비밀"),
            Part::Text("visibility", visibility),
        ];
        let answer = owner.post_parts(&path, &parts).await;
        comes_back(&answer, 422, "visibility", "공개 범위를 고르십시오");
        answer.says("value=\"private\" checked");
    }
    let answer = owner
        .post_parts(&path, &[Part::Text("title", "비밀")])
        .await;
    comes_back(&answer, 422, "visibility", "공개 범위를 고르십시오");
    answer.says("value=\"private\" checked");
    let sql = "SELECT visibility FROM videos";
    let stored: String = house.app.db.get(sql, ()).await.expect("the video");
    assert_eq!(stored, "private");
}

#[tokio::test]
async fn the_worst_of_several_faults_is_the_status_and_all_are_said() {
    let house = House::open().await;
    let owner = house.staff().await;
    let parts = [
        Part::Text("title", ""),
        Part::Text("visibility", "public"),
        Part::File("video_file", "a.mp4", b"text"),
        Part::File("thumbnail", "a.gif", b"GIF89a"),
    ];
    let answer = owner.post_parts(ADD, &parts).await;
    comes_back(&answer, 415, "title", "제목을 입력하십시오");
    comes_back(&answer, 415, "video_file", "동영상 파일이 아닙니다");
    comes_back(&answer, 415, "thumbnail", "그림 파일이 아닙니다");
}

#[tokio::test]
async fn a_refused_change_leaves_the_video_as_it_was() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, key) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    let parts = typed_with([Part::File("video_file", "a.mp4", b"text")]);
    let answer = owner.post_parts(&change(id), &parts).await;
    comes_back(&answer, 415, "video_file", "동영상 파일이 아닙니다");
    keeps_what_was_typed(&answer);
    assert_eq!(house.files(), std::slice::from_ref(&key));
    let sql = "SELECT title, file FROM videos";
    let row: (String, String) = house.app.db.one(sql, ()).await.expect("the video");
    assert_eq!(row, ("강의".to_owned(), key));
}

/// The one file that is here is kept for the form, which then is forgotten.
async fn keeps_one(house: &House) {
    let sql = "DELETE FROM uploads RETURNING file";
    let kept: Vec<(String,)> = house.app.db.all(sql, ()).await.expect("kept files");
    let kept: Vec<String> = kept.into_iter().map(|(file,)| file).collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(house.files(), kept);
    for file in kept {
        std::fs::remove_file(house.app.storage.root().join(file)).expect("removed");
    }
}
