//! Captions: taken, shown with their video, as private as it is, changed and gone.

use axum::http::StatusCode;
use madang::ingest::captions;

use super::{ADD, are_as_private_as_their_video, change};
use crate::house::{Answer, House, Part, Person, fixture, upload};

const KOREAN: &[u8] = "1\r\n00:00:01,000 --> 00:00:02,000\r\n안녕하세요\r\n".as_bytes();
const ENGLISH: &[u8] = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n";

/// Sends the change form with these parts beside what it needs.
async fn send(owner: &Person, id: i64, parts: Vec<Part<'_>>) -> Answer {
    let mut all = vec![
        Part::Text("title", "영상"),
        Part::Text("description", "설명"),
        Part::Text("visibility", "public"),
    ];
    all.extend(parts);
    owner.post_parts(&change(id), &all).await
}

/// Gives a video captions in both languages.
async fn with_both(owner: &Person, id: i64) {
    let parts = vec![
        Part::File("captions", "film.srt", KOREAN),
        Part::File("captions", "film.en.vtt", ENGLISH),
    ];
    let answer = send(owner, id, parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

/// Language, default, file of each, in the order they came.
async fn stored(house: &House) -> Vec<(i64, String, bool, String)> {
    let sql = "SELECT id, language, is_default, file FROM captions ORDER BY id";
    house.app.db.all(sql, ()).await.expect("captions")
}

async fn languages(house: &House) -> Vec<(String, bool)> {
    let all = stored(house).await;
    all.into_iter()
        .map(|(_, tag, first, _)| (tag, first))
        .collect()
}

fn pairs(all: &[(&str, bool)]) -> Vec<(String, bool)> {
    all.iter()
        .map(|(tag, first)| ((*tag).to_owned(), *first))
        .collect()
}

async fn removals(house: &House) -> i64 {
    let sql = "SELECT COUNT(*) FROM file_removals";
    house.app.db.get(sql, ()).await.expect("a count")
}

#[tokio::test]
async fn captions_come_with_a_new_video_and_stand_on_its_page() {
    let house = House::open().await;
    let owner = house.staff().await;
    let video = fixture("short.mp4");
    let parts = [
        Part::Text("title", "영상"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "film.mp4", &video),
        Part::Text("caption_default", "n1"),
        Part::Text("caption-language-n2", "fr"),
        Part::File("captions", "film.srt", KOREAN),
        Part::File("captions", "film.en.srt", ENGLISH),
        Part::File("captions", "film.txt", ENGLISH),
    ];
    let answer = owner.post_parts(ADD, &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(
        languages(&house).await,
        pairs(&[("ko", false), ("en", true), ("fr", false)])
    );
    let all = stored(&house).await;
    let page = house.visitor().get("/video/1/").await;
    page.says(&format!(
        "<track kind=\"captions\" src=\"/media/{}\" srclang=\"ko\" label=\"한국어\">",
        all[0].3
    ))
    .says(&format!(
        "<track kind=\"captions\" src=\"/media/{}\" srclang=\"en\" label=\"영어\" default>",
        all[1].3
    ));
    let answer = house.visitor().get(&format!("/media/{}", all[0].3)).await;
    assert_eq!(answer.header("content-type"), "text/vtt; charset=utf-8");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(
        answer
            .header("content-disposition")
            .contains("\"film.vtt\"")
    );
    assert_eq!(
        answer.text(),
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n안녕하세요\n"
    );
    let form = owner.get(&change(1)).await;
    form.says(">film.srt</a>")
        .says(">film.en.srt</a>")
        .says("<option value=\"fr\" selected>프랑스어</option>");
    assert_eq!(removals(&house).await, 0);
    let sql = "SELECT COUNT(*) FROM uploads";
    let kept: i64 = house.app.db.get(sql, ()).await.expect("a count");
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn captions_are_as_private_as_their_video() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    with_both(&owner, id).await;
    let keys: Vec<String> = stored(&house).await.into_iter().map(|all| all.3).collect();
    are_as_private_as_their_video(&house, &owner, &keys, b"WEBVTT").await;
}

#[tokio::test]
async fn a_language_the_default_and_the_captions_themselves_change_in_the_form() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    with_both(&owner, id).await;
    let all = stored(&house).await;
    let marks: Vec<String> = all.iter().map(|(id, ..)| format!("s{id}")).collect();
    // A form that says nothing of them leaves them alone.
    let answer = send(&owner, id, vec![]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(
        languages(&house).await,
        pairs(&[("ko", false), ("en", false)])
    );
    // Two change places, and one becomes the default.
    let [first, second] = [0, 1].map(|n| format!("caption-language-{}", marks[n]));
    let parts = vec![
        Part::Text(&first, "en"),
        Part::Text(&second, "ko"),
        Part::Text("caption_default", &marks[0]),
    ];
    send(&owner, id, parts).await;
    assert_eq!(
        languages(&house).await,
        pairs(&[("en", true), ("ko", false)])
    );
    // The default moves; then there is none.
    send(&owner, id, vec![Part::Text("caption_default", &marks[1])]).await;
    assert_eq!(
        languages(&house).await,
        pairs(&[("en", false), ("ko", true)])
    );
    // A new file in the same language takes the place, and stays the default.
    let parts = vec![
        Part::Text("caption_default", &marks[1]),
        Part::File("captions", "better.ko.srt", KOREAN),
    ];
    send(&owner, id, parts).await;
    assert_eq!(
        languages(&house).await,
        pairs(&[("en", false), ("ko", true)])
    );
    let now = stored(&house).await;
    assert_ne!(now[1].3, all[1].3);
    assert!(!house.files().contains(&all[1].3));
    let gone = house.visitor().get(&format!("/media/{}", all[1].3)).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    send(&owner, id, vec![Part::Text("caption_default", "")]).await;
    assert_eq!(
        languages(&house).await,
        pairs(&[("en", false), ("ko", false)])
    );
    // One goes, with its file.
    let delete = format!("caption-delete-{}", marks[0]);
    send(&owner, id, vec![Part::Text(&delete, "1")]).await;
    assert_eq!(languages(&house).await, pairs(&[("ko", false)]));
    assert!(!house.files().contains(&all[0].3));
    assert_eq!(house.files().len(), 2);
    assert_eq!(removals(&house).await, 0);
    let history = owner
        .get(&format!("/admin/videos/video/{id}/history/"))
        .await;
    history.says("자막");
}

#[tokio::test]
async fn captions_go_with_their_video() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (one, _) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    with_both(&owner, one).await;
    let (other, _) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    with_both(&owner, other).await;
    let delete = format!("/admin/videos/video/{one}/delete/");
    owner.get(&delete).await.says("자막 2개");
    let answer = owner.post(&delete, &[("post", "yes")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(house.files().len(), 3);
    let id = other.to_string();
    let form = [
        ("action", "delete_selected"),
        ("_selected_action", &*id),
        ("post", "yes"),
    ];
    let answer = owner.post("/admin/videos/video/", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(house.files(), Vec::<String>::new());
    assert_eq!(removals(&house).await, 0);
    assert!(stored(&house).await.is_empty());
}

/// The token of the kept file, and its fields.
fn token(page: &Answer) -> String {
    let text = page.text();
    let (_, rest) = text
        .split_once("name=\"caption_upload\" value=\"")
        .unwrap_or_else(|| panic!("nothing is kept: {text}"));
    rest.split('"').next().expect("a value").to_owned()
}

#[tokio::test]
async fn a_form_with_something_wrong_keeps_the_files_and_what_was_chosen() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    // Nothing tells the language: it is asked for.
    let parts = vec![
        Part::Text("caption_default", "n0"),
        Part::File("captions", "film.vtt", ENGLISH),
    ];
    let answer = send(&owner, id, parts).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer
        .says("‘film.vtt’ 자막의 언어를 고르십시오.")
        .says("<option value=\"\">언어를 고르십시오</option>")
        .says("\" aria-invalid=\"true\" aria-describedby=\"errors_captions\" autofocus>")
        .says("name=\"captions-1\" type=\"file\"");
    let token = token(&answer);
    let mark = format!("k{token}");
    answer.says(&format!("value=\"{mark}\" checked"));
    // Without a title, with the language: both stay.
    let language = format!("caption-language-{mark}");
    let parts = [
        Part::Text("visibility", "public"),
        Part::Text("caption_upload", &token),
        Part::Text(&language, "en"),
        Part::Text("caption_default", &mark),
    ];
    let answer = owner.post_parts(&change(id), &parts).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer
        .says("<option value=\"en\" selected>")
        .says(&format!("value=\"{mark}\" checked"));
    // Somebody else cannot use it.
    let other = house.somebody("다른사람", true, true).await;
    let again = || {
        vec![
            Part::Text("caption_upload", &token),
            Part::Text(&language, "en"),
            Part::Text("caption_default", &mark),
        ]
    };
    let answer = send(&other, id, again()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stored(&house).await.is_empty());
    let answer = send(&owner, id, again()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(languages(&house).await, pairs(&[("en", true)]));
    // A second time it is used up.
    let answer = send(&owner, id, again()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.files().len(), 2);
}

#[tokio::test]
async fn a_kept_file_is_thrown_away_when_asked() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    let parts = vec![Part::File("captions", "film.vtt", ENGLISH)];
    let token = token(&send(&owner, id, parts).await);
    assert_eq!(house.files().len(), 2);
    let delete = format!("caption-delete-k{token}");
    let parts = vec![
        Part::Text("caption_upload", &token),
        Part::Text(&delete, "1"),
    ];
    let answer = send(&owner, id, parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(house.files().len(), 1);
    assert!(stored(&house).await.is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_said_by_its_name_and_line() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    let large = vec![b'a'; captions::LIMIT as usize + 1];
    let backwards = b"1\n00:00:03,000 --> 00:00:02,000\nx\n";
    let picture = fixture("picture.png");
    for (bytes, status, sentence) in [
        (
            &backwards[..],
            415,
            "‘film.srt’: 2번째 줄의 자막은 시작하기 전에 끝납니다.",
        ),
        (&picture, 415, "‘film.srt’: 글자를 읽을 수 없는 파일입니다."),
        (b"", 415, "‘film.srt’: 파일이 비어 있습니다."),
        (&large, 413, "‘film.srt’: 자막 파일은 2 MB까지"),
    ] {
        let parts = vec![
            Part::File("captions", "film.srt", bytes),
            Part::File("captions", "film.ko.srt", KOREAN),
        ];
        let answer = send(&owner, id, parts).await;
        assert_eq!(answer.status.as_u16(), status, "{sentence}");
        answer.says(sentence).says("film.ko.srt");
        assert!(stored(&house).await.is_empty());
    }
}

#[tokio::test]
async fn a_video_has_one_file_a_language_and_twenty_at_most() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    let parts = vec![
        Part::File("captions", "a.ko.srt", KOREAN),
        Part::File("captions", "b.ko.srt", KOREAN),
    ];
    let answer = send(&owner, id, parts).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("한국어 자막이 둘 이상입니다.");
    let names = captions::LANGUAGES.map(|tag| format!("film.{tag}.srt"));
    let file = |name| Part::File("captions", name, ENGLISH);
    let all: Vec<Part> = names.iter().take(21).map(|name| file(name)).collect();
    let answer = send(&owner, id, all).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("자막은 동영상 하나에 20개까지입니다.");
    assert!(stored(&house).await.is_empty());
    let all: Vec<Part> = names.iter().take(20).map(|name| file(name)).collect();
    let answer = send(&owner, id, all).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(stored(&house).await.len(), 20);
    let answer = send(&owner, id, vec![file(&names[20])]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(stored(&house).await.len(), 20);
    // In a language that is there it takes a place and needs none.
    let answer = send(&owner, id, vec![file(&names[3])]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(stored(&house).await.len(), 20);
}

#[tokio::test]
async fn the_second_of_two_tabs_is_told_what_the_first_changed() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    let sql = "SELECT updated_at FROM videos";
    let version: i64 = house.app.db.get(sql, ()).await.expect("a version");
    let version = version.to_string();
    with_both(&owner, id).await;
    let parts = vec![
        Part::Text("version", &version),
        Part::File("captions", "other.ko.srt", KOREAN),
    ];
    let answer = send(&owner, id, parts).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    answer.says("자막").says("other.ko.srt");
    let kept = token(&answer);
    assert_eq!(
        languages(&house).await,
        pairs(&[("ko", false), ("en", false)])
    );
    // Sent once more, knowing of it, it is saved.
    let before = stored(&house).await;
    let language = format!("caption-language-k{kept}");
    let parts = vec![
        Part::Text("caption_upload", &kept),
        Part::Text(&language, "ko"),
    ];
    let answer = send(&owner, id, parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert!(!house.files().contains(&before[0].3));
    assert_eq!(
        languages(&house).await,
        pairs(&[("en", false), ("ko", false)])
    );
}

#[tokio::test]
async fn who_may_not_change_a_video_gives_it_no_captions() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    let files = house.files();
    for person in [
        house.visitor(),
        house.member("지민").await,
        house.somebody("구경꾼", true, false).await,
    ] {
        let parts = vec![Part::File("captions", "film.ko.srt", KOREAN)];
        let answer = send(&person, id, parts).await;
        assert!(stored(&house).await.is_empty(), "{}", answer.status);
    }
    assert_eq!(house.files(), files);
}
