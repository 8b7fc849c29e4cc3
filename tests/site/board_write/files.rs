//! A post's files: what is taken, who may have them, and when they go.

use axum::http::StatusCode;
use madang::ingest::keep;
use serde_json::Value;

use super::{NEW, count, edit, id_of, value, write};
use crate::house::{Answer, House, Part, Person, fixture};

const FILES: &str = "/board/files/";

fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|_| panic!("{}", answer.text()))
}

/// Uploads one file at once; its token and its address.
async fn upload(person: &Person, name: &str, bytes: &[u8]) -> (String, String) {
    let answer = person
        .post_parts(FILES, &[Part::File("file", name, bytes)])
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let said = json(&answer);
    let text = |name: &str| said[name].as_str().expect("a text").to_owned();
    (text("token"), text("url"))
}

async fn hours_pass(house: &House, hours: i64) {
    for sql in [
        "UPDATE uploads SET expires_at = expires_at - $1",
        "UPDATE file_removals SET since = since - $1",
    ] {
        let by = hours * 3_600_000_000;
        house.app.db.run(sql, (by,)).await.expect("aged");
    }
}

#[tokio::test]
async fn a_picture_is_shown_and_everything_else_is_saved() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let (png, video) = (fixture("picture.png"), fixture("short.mp4"));
    let files: [(&str, &[u8], &str, &str); 5] = [
        ("사진.PNG", &png, "image/png", "inline"),
        (
            "움직임.gif",
            b"GIF89a\x01\0\x01\0\0\0\0;",
            "image/gif",
            "inline",
        ),
        ("영상.mp4", &video, "application/octet-stream", "attachment"),
        (
            "쪽.html",
            b"<script>alert(1)</script>",
            "application/octet-stream",
            "attachment",
        ),
        (
            "그림.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "application/octet-stream",
            "attachment",
        ),
    ];
    let mut parts = vec![Part::Text("title", "제목"), Part::Text("body", "내용")];
    parts.extend(
        files
            .iter()
            .map(|(name, bytes, ..)| Part::File("files", name, bytes)),
    );
    let answer = writer.post_parts(NEW, &parts).await;
    let id = id_of(answer.location());
    let sql = "SELECT file, file_name FROM attachments WHERE post_id = $1 ORDER BY id";
    let stored: Vec<(String, String)> = house.app.db.all(sql, (id,)).await.expect("files");
    assert_eq!(stored.len(), 5);
    let counted: i64 = house
        .app
        .db
        .get("SELECT attachments FROM posts", ())
        .await
        .expect("a post");
    assert_eq!(counted, 5);
    for ((key, stored_name), (name, bytes, content_type, disposition)) in stored.iter().zip(files) {
        assert_eq!(stored_name, name);
        let file = house.visitor().get(&format!("/media/{key}")).await;
        assert_eq!(file.status, StatusCode::OK, "{name}");
        assert!(file.body == bytes, "{name}");
        assert_eq!(file.header("content-type"), content_type, "{name}");
        assert!(
            file.header("content-disposition").starts_with(disposition),
            "{name}"
        );
        assert!(
            file.header("content-security-policy")
                .starts_with("sandbox"),
            "{name}"
        );
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert_eq!(
            file.header("cache-control"),
            "private, max-age=86400, immutable"
        );
    }
    assert_eq!(
        (
            count(&house, "uploads").await,
            count(&house, "file_removals").await
        ),
        (0, 0)
    );
}

#[tokio::test]
async fn a_file_is_looked_at_before_it_is_taken() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let large = vec![b'a'; (20 << 20) + 1];
    let cases: [(&str, &[u8], u16, &str); 4] = [
        (
            "사진.png",
            b"<script>alert(1)</script>",
            415,
            "이름과 달리 사진이 아니어서",
        ),
        ("사진.JPEG", b"GIF8", 415, "이름과 달리 사진이 아니어서"),
        ("빈 파일.txt", b"", 415, "비어 있어서"),
        ("큰 파일.zip", &large, 413, "20 MB보다 커서"),
    ];
    for (name, bytes, status, says) in cases {
        let parts = [
            Part::File("files", name, bytes),
            Part::Text("title", "공들인 제목"),
            Part::Text("body", "공들인 내용"),
        ];
        let answer = writer.post_parts(NEW, &parts).await;
        assert_eq!(answer.status.as_u16(), status, "{name}");
        answer
            .says(says)
            .says(name)
            .says("value=\"공들인 제목\"")
            .says("공들인 내용</textarea>");
        let answer = writer
            .post_parts(FILES, &[Part::File("file", name, bytes)])
            .await;
        assert_eq!(answer.status.as_u16(), status, "{name}");
        assert!(
            json(&answer)["error"]
                .as_str()
                .expect("a sentence")
                .contains(says),
            "{name}"
        );
    }
    let none = writer.post_parts(FILES, &[Part::Text("file", "a")]).await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
    let none = writer.post(FILES, &[("file", "a")]).await;
    assert_eq!(none.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!((count(&house, "posts").await, house.files().len()), (0, 0));
}

#[tokio::test]
async fn a_file_of_the_limit_is_taken() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let bytes = vec![b'a'; 20 << 20];
    let (_, url) = upload(&writer, "자료.bin", &bytes).await;
    assert!(writer.get(&url).await.body == bytes);
}

#[tokio::test]
async fn files_of_a_faulty_form_are_not_sent_again() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let png = fixture("picture.png");
    let faulty = [
        Part::Text("title", ""),
        Part::Text("body", "내용"),
        Part::File("files", "a[1].png", &png),
    ];
    let answer = writer.post_parts(NEW, &faulty).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("a[1].png");
    let token = value(&answer, "kept");
    // The preview keeps it too.
    let form = [
        ("title", ""),
        ("body", "내용"),
        ("kept", token.as_str()),
        ("_preview", "1"),
    ];
    assert_eq!(value(&writer.post(NEW, &form).await, "kept"), token);
    let form = [
        ("title", "제목"),
        ("body", "내용"),
        ("kept", token.as_str()),
    ];
    // It is nobody else's.
    let other = house.member("하늘").await;
    let answer = other.post(NEW, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("받아 둔 파일 1개가 더는 없습니다");
    let answer = writer.post(NEW, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(count(&house, "attachments").await, 1);
    // Used once.
    let again = [
        ("title", "다른 제목"),
        ("body", "내용"),
        ("kept", token.as_str()),
    ];
    let answer = writer.post(NEW, &again).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer
        .says("받아 둔 파일 1개가 더는 없습니다")
        .says("value=\"다른 제목\"");
    assert_eq!(house.files().len(), 1);
}

#[tokio::test]
async fn a_kept_file_that_is_ticked_is_thrown_away() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let (token, _) = upload(&writer, "a.txt", b"a").await;
    let form = [
        ("title", "제목"),
        ("body", "내용"),
        ("kept", &token),
        ("kept-clear", &token),
    ];
    let answer = writer.post(NEW, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(
        (count(&house, "attachments").await, house.files().len()),
        (0, 0)
    );
}

#[tokio::test]
async fn a_post_has_five_files_and_nothing_beyond_them_stays() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let mut parts = vec![Part::Text("title", "제목"), Part::Text("body", "내용")];
    let names: Vec<String> = (1..=7).map(|number| format!("{number}.txt")).collect();
    parts.extend(names.iter().map(|name| Part::File("files", name, b"a")));
    let answer = writer.post_parts(NEW, &parts).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer
        .says("다음 파일은 올리지 않았습니다: 6.txt, 7.txt")
        .says("5.txt</a>");
    assert_eq!((count(&house, "posts").await, house.files().len()), (0, 5));
    let text = answer.text();
    let tokens: Vec<&str> = text
        .split("name=\"kept\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|token| !token.is_empty())
        .collect();
    assert_eq!(tokens.len(), 5);
    let mut form = vec![("title", "제목"), ("body", "내용")];
    form.extend(tokens.iter().map(|token| ("kept", *token)));
    let answer = writer.post(NEW, &form).await;
    let id = id_of(answer.location());
    // One more only when one goes.
    let (sixth, _) = upload(&writer, "6.txt", b"a").await;
    let mut form = vec![
        ("title", "제목"),
        ("body", "내용"),
        ("kept", sixth.as_str()),
    ];
    let answer = writer.post(&edit(id), &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("파일은 5개까지 올릴 수 있습니다. 1개를 줄여 주십시오.");
    let sql = "SELECT id FROM attachments WHERE file_name = '2.txt'";
    let second: i64 = house.app.db.get(sql, ()).await.expect("a file");
    let second = second.to_string();
    form.push(("remove", &second));
    let answer = writer.post(&edit(id), &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let sql = "SELECT file_name FROM attachments ORDER BY id";
    let names: Vec<(String,)> = house.app.db.all(sql, ()).await.expect("files");
    let names: Vec<&str> = names.iter().map(|(name,)| name.as_str()).collect();
    assert_eq!(names, ["1.txt", "3.txt", "4.txt", "5.txt", "6.txt"]);
    assert_eq!(
        (house.files().len(), count(&house, "file_removals").await),
        (5, 0)
    );
}

#[tokio::test]
async fn a_file_of_another_post_cannot_be_removed() {
    let house = House::open().await;
    let (writer, other) = (house.member("지민").await, house.member("하늘").await);
    let (token, _) = upload(&writer, "a.txt", b"a").await;
    let form = [
        ("title", "제목"),
        ("body", "내용"),
        ("kept", token.as_str()),
    ];
    writer.post(NEW, &form).await;
    let id = write(&other, "제목", "내용").await;
    let sql = "SELECT id FROM attachments";
    let file: i64 = house.app.db.get(sql, ()).await.expect("a file");
    let form = [
        ("title", "다른"),
        ("body", "내용"),
        ("remove", &file.to_string()),
    ];
    let answer = other.post(&edit(id), &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(
        (count(&house, "attachments").await, house.files().len()),
        (1, 1)
    );
}

#[tokio::test]
async fn a_pasted_picture_is_its_senders_until_the_post_is_saved() {
    let house = House::open().await;
    let (writer, other) = (house.member("지민").await, house.member("하늘").await);
    let staff = house.staff().await;
    let png = fixture("picture.png");
    let (token, url) = upload(&writer, "image.png", &png).await;
    let own = writer.get(&url).await;
    assert!(own.body == png);
    assert_eq!(own.header("content-type"), "image/png");
    assert_eq!(own.header("cache-control"), "private, no-store");
    for person in [&other, &staff, &house.visitor()] {
        assert_eq!(person.get(&url).await.status, StatusCode::NOT_FOUND);
    }
    // Nobody else throws it away.
    let thrown = other
        .post("/board/files/delete/", &[("token", &token)])
        .await;
    assert_eq!(thrown.status, StatusCode::NO_CONTENT);
    assert_eq!(house.files().len(), 1);
    let body = format!("![image.png]({url})");
    let preview = writer.post("/board/preview/", &[("body", &body)]).await;
    preview.says(&format!("src=\"{url}\""));
    let form = [("title", "제목"), ("body", &body), ("kept", &token)];
    let answer = writer.post(NEW, &form).await;
    let id = id_of(answer.location());
    assert_eq!(house.visitor().get(&url).await.status, StatusCode::OK);
    // As hidden as its post.
    let hide = "UPDATE posts SET is_hidden = TRUE WHERE id = $1";
    house.app.db.run(hide, (id,)).await.expect("hidden");
    for person in [&other, &house.visitor()] {
        assert_eq!(person.get(&url).await.status, StatusCode::NOT_FOUND);
    }
    for person in [&writer, &staff] {
        let file = person.get(&url).await;
        assert_eq!(file.status, StatusCode::OK);
        assert_eq!(file.header("cache-control"), "private, no-store");
    }
}

#[tokio::test]
async fn an_unsaved_file_goes_when_it_is_thrown_away_or_within_a_day() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let (token, url) = upload(&writer, "a.txt", b"a").await;
    writer
        .post("/board/files/delete/", &[("token", &token)])
        .await;
    assert_eq!(writer.get(&url).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        (house.files().len(), count(&house, "file_removals").await),
        (0, 0)
    );
    let (token, url) = upload(&writer, "b.txt", b"b").await;
    keep::sweep(&house.app).await.expect("a sweep");
    assert_eq!(writer.get(&url).await.status, StatusCode::OK);
    hours_pass(&house, 22).await;
    assert_eq!(writer.get(&url).await.status, StatusCode::NOT_FOUND);
    let form = [
        ("title", "제목"),
        ("body", "내용"),
        ("kept", token.as_str()),
    ];
    writer
        .post(NEW, &form)
        .await
        .says("받아 둔 파일 1개가 더는 없습니다");
    hours_pass(&house, 1).await;
    keep::sweep(&house.app).await.expect("a sweep");
    assert_eq!(
        (house.files().len(), count(&house, "uploads").await),
        (0, 0)
    );
}

#[tokio::test]
async fn five_files_are_kept_for_each_field_of_a_person() {
    let house = House::open().await;
    let staff = house.staff().await;
    let png = fixture("picture.png");
    let parts = [
        Part::Text("title", ""),
        Part::Text("visibility", "public"),
        Part::File("thumbnail", "p.png", &png),
    ];
    staff.post_parts("/admin/videos/video/add/", &parts).await;
    let mut urls = Vec::new();
    for number in 0..6 {
        urls.push(upload(&staff, &format!("{number}.txt"), b"a").await.1);
    }
    assert_eq!(
        count(&house, "uploads").await,
        6,
        "five of a post, and the thumbnail"
    );
    assert_eq!(
        staff.get(&urls[0]).await.status,
        StatusCode::NOT_FOUND,
        "the oldest went"
    );
    for url in &urls[1..] {
        assert_eq!(staff.get(url).await.status, StatusCode::OK);
    }
    // The thumbnail is no file of a post.
    let sql = "SELECT file FROM uploads WHERE field = 'thumbnail'";
    let key: String = house.app.db.get(sql, ()).await.expect("a thumbnail");
    let answer = staff.get(&format!("/media/{key}")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn files_go_with_their_writers_account() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let (token, url) = upload(&writer, "a.txt", b"a").await;
    let form = [
        ("title", "제목"),
        ("body", "내용"),
        ("kept", token.as_str()),
    ];
    writer.post(NEW, &form).await;
    let sql = "DELETE FROM users WHERE id = $1";
    house.app.db.run(sql, (writer.id,)).await.expect("deleted");
    assert_eq!(
        house.visitor().get(&url).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(count(&house, "file_removals").await, 1);
    keep::sweep(&house.app).await.expect("a sweep");
    assert_eq!(house.files().len(), 1, "not at once");
    hours_pass(&house, 1).await;
    keep::sweep(&house.app).await.expect("a sweep");
    assert_eq!(
        (house.files().len(), count(&house, "file_removals").await),
        (0, 0)
    );
}

#[tokio::test]
async fn uploads_have_a_pace() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    for _ in 0..60 {
        let answer = writer
            .post_parts(FILES, &[Part::File("file", "a.png", b"a")])
            .await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let answer = writer
        .post_parts(FILES, &[Part::File("file", "a.txt", b"a")])
        .await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!answer.header("retry-after").is_empty());
    assert!(
        json(&answer)["error"]
            .as_str()
            .expect("a sentence")
            .contains("너무 많이")
    );
}

#[tokio::test]
async fn a_form_cut_on_its_way_leaves_no_file() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let whole = crate::house::multipart(&[
        Part::Text("title", "제목"),
        Part::Text("body", "내용"),
        Part::File("files", "a.txt", &vec![b'a'; 100_000]),
    ]);
    let headers = [("content-type", "multipart/form-data; boundary=XboundaryX")];
    for path in [NEW, FILES] {
        let cut = whole[..whole.len() / 2].to_vec();
        let answer = writer
            .ask(axum::http::Method::POST, path, &headers, cut.into())
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(house.files(), [] as [String; 0]);
    }
    assert_eq!(count(&house, "posts").await, 0);
}

#[tokio::test]
async fn a_name_cannot_hide_what_kind_of_file_it_is() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let (token, _) = upload(&writer, "사진\u{202e}gpj\u{200b}.exe", b"MZ").await;
    let form = [("title", "제목"), ("body", "내용"), ("kept", &token)];
    let saved = writer.post(NEW, &form).await;
    let page = writer.get(saved.location()).await;
    page.says("<span>사진gpj.exe</span>");
}

#[tokio::test]
async fn a_form_has_no_endless_row_of_files() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let mut parts = vec![Part::Text("title", "제목"), Part::Text("body", "내용")];
    parts.extend((0..300).map(|_| Part::File("files", "빈 파일.txt", b"")));
    let answer = writer.post_parts(NEW, &parts).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    parts.truncate(22);
    let answer = writer.post_parts(NEW, &parts).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    answer.says("value=\"제목\"");
}
