//! What visitors are shown is remembered, and never for a moment too long: whoever changes something,
//! by whatever way, sees it in the very next answer; and nobody is shown what was made for another.

mod alone;

use axum::http::StatusCode;
use madang::{db::Db, settings::Database};

use crate::{
    binary,
    house::{Answer, House, Person, fixture, upload},
};

/// Looks twice, so that the second answer may be a remembered one.
async fn seen(visitor: &Person, path: &str) -> Answer {
    let first = visitor.get(path).await;
    let second = visitor.get(path).await;
    let cards = |answer: &Answer| answer.text().matches("href=\"/video/").count();
    assert_eq!(first.status, second.status, "{path}");
    assert_eq!(cards(&first), cards(&second), "{path}");
    second
}

/// The site's database, as another process would open it.
async fn elsewhere(house: &House) -> Db {
    let database = &house.app.settings.database;
    Db::open(database).await.expect("the same database")
}

#[tokio::test]
async fn what_another_connection_changed_of_a_video_shows_in_the_very_next_answer() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (id, _) = upload(&house, &staff, "마당의 봄", "public", "short.mp4").await;
    let (other, _) = upload(&house, &staff, "다른 영상", "public", "short.webm").await;
    let own = house.app.db.clone();
    let visitor = house.visitor();
    let watch = format!("/video/{id}/");
    // Where it stands among what comes next.
    let beside = format!("/video/{other}/");
    for db in [elsewhere(&house).await, own] {
        for round in 0..5 {
            let change = async |sql: &'static str| {
                let changed = db.run(sql, (id,)).await.expect("a change");
                assert_eq!(changed, 1);
            };
            seen(&visitor, "/").await.says("마당의 봄");
            seen(&visitor, &watch).await.says("마당의 봄");
            seen(&visitor, &beside).await.says("마당의 봄");
            change("UPDATE videos SET visibility = 'private' WHERE id = $1").await;
            seen(&visitor, "/").await.keeps_quiet_about("마당의 봄");
            assert_eq!(seen(&visitor, &watch).await.status, StatusCode::FOUND);
            seen(&visitor, &beside).await.keeps_quiet_about("마당의 봄");
            change("UPDATE videos SET visibility = 'draft' WHERE id = $1").await;
            assert_eq!(seen(&visitor, &watch).await.status, StatusCode::NOT_FOUND);
            change("UPDATE videos SET visibility = 'public' WHERE id = $1").await;
            seen(&visitor, &watch).await.says("마당의 봄");
            change("UPDATE videos SET title = '마당의 가을' WHERE id = $1").await;
            for path in ["/", &watch, &beside] {
                let page = seen(&visitor, path).await;
                page.says("마당의 가을").keeps_quiet_about("마당의 봄");
            }
            change("UPDATE videos SET title = '마당의 봄' WHERE id = $1").await;
            if round > 2 && !house.on_postgres() {
                // What was committed goes to the file itself, and the log begins anew.
                let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
                db.run(sql, ()).await.expect("a checkpoint");
            }
        }
    }
    seen(&visitor, "/").await.says("마당의 봄");
    let deleted = staff
        .post(
            &format!("/admin/videos/video/{id}/delete/"),
            &[("post", "yes")],
        )
        .await;
    assert_eq!(deleted.status, StatusCode::SEE_OTHER);
    assert_eq!(seen(&visitor, &watch).await.status, StatusCode::NOT_FOUND);
    seen(&visitor, "/").await.keeps_quiet_about("마당의 봄");
    seen(&visitor, &beside).await.keeps_quiet_about("마당의 봄");
}

#[tokio::test]
async fn what_another_process_did_shows_in_the_very_next_answer() {
    let house = House::open().await;
    let staff = house.staff().await;
    upload(&house, &staff, "첫 영상", "public", "short.mp4").await;
    let visitor = house.visitor();
    seen(&visitor, "/").await.says("첫 영상");
    let settings = &house.app.settings;
    let database = match &settings.database {
        Database::Sqlite(path) => format!("sqlite:///{}", path.display()),
        Database::Postgres(url) => url.clone(),
    };
    let media = settings.media_root.display().to_string();
    let written = [
        ("DATABASE_URL", database.as_str()),
        ("MEDIA_ROOT", media.as_str()),
        ("FFMPEG", "off"),
    ];
    let folder = house.folder.path();
    for name in ["둘째", "셋째"] {
        let file = format!("{name}.mp4");
        std::fs::write(folder.join(&file), fixture("short.mp4")).expect("a file");
        let arguments = ["upload", "--visibility", "public", &file];
        let ended = binary::run(folder, &arguments, &written);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        seen(&visitor, "/").await.says(name);
    }
}

#[tokio::test]
async fn what_members_write_shows_in_the_very_next_answer() {
    let house = House::open().await;
    let staff = house.staff().await;
    let member = house.member("지민").await;
    let (id, _) = upload(&house, &staff, "영상", "public", "short.mp4").await;
    let visitor = house.visitor();
    let watch = format!("/video/{id}/");
    seen(&visitor, &watch).await.keeps_quiet_about("첫 댓글");
    let path = format!("{watch}comments/");
    let said = member.post(&path, &[("body", "첫 댓글")]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text());
    seen(&visitor, &watch).await.says("첫 댓글");
    let db = elsewhere(&house).await;
    let run = async |sql: &'static str| db.run(sql, ()).await.expect("a change");
    run("UPDATE comments SET is_hidden = TRUE").await;
    seen(&visitor, &watch).await.keeps_quiet_about("첫 댓글");

    seen(&visitor, "/board/")
        .await
        .keeps_quiet_about("봄 소풍 사진");
    let form = [("title", "봄 소풍 사진"), ("body", "본문")];
    let written = member.post("/board/new/", &form).await;
    assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.text());
    seen(&visitor, "/board/").await.says("봄 소풍 사진");
    run("UPDATE posts SET is_hidden = TRUE").await;
    seen(&visitor, "/board/")
        .await
        .keeps_quiet_about("봄 소풍 사진");
    run("UPDATE posts SET is_hidden = FALSE").await;
    seen(&visitor, "/board/").await.says("봄 소풍 사진");
    run("DELETE FROM posts").await;
    seen(&visitor, "/board/")
        .await
        .keeps_quiet_about("봄 소풍 사진");
}

#[tokio::test]
async fn nobody_is_shown_what_was_made_for_another() {
    let house = House::open().await;
    let staff = house.staff().await;
    let member = house.member("지민").await;
    upload(&house, &staff, "누구나", "public", "short.mp4").await;
    upload(&house, &staff, "우리만", "private", "short.webm").await;
    let visitor = house.visitor();
    for _ in 0..3 {
        for path in ["/", "/board/"] {
            let page = visitor.get(path).await;
            page.keeps_quiet_about("우리만").says("/login/");
            assert_eq!(page.header("set-cookie"), "");
            let page = member.get(path).await;
            page.says("지민").keeps_quiet_about("/login/");
            staff.get(path).await.says("주인").says("/admin/");
        }
        member.get("/").await.says("우리만");
    }
    // Cookies that mean a session in whatever way they are written.
    let session = member.cookie("sessionid").expect("signed in");
    for cookie in [
        format!("theme=dark; sessionid={session}"),
        format!("sessionid={session}"),
        format!("a=b;sessionid={session};c=d"),
    ] {
        visitor.get("/").await.keeps_quiet_about("우리만");
        let page = visitor.get_with("/", &[("cookie", &cookie)]).await;
        page.says("우리만").says("지민");
    }
    // One that has ended is a visitor's again.
    let sql = "DELETE FROM sessions WHERE user_id = $1";
    house.app.db.run(sql, (member.id,)).await.expect("ended");
    let page = member.get("/").await;
    page.keeps_quiet_about("우리만").says("/login/");
    visitor.get("/").await.keeps_quiet_about("우리만");
}

#[tokio::test]
async fn a_changed_right_shows_in_the_very_next_answer() {
    let house = House::open().await;
    let staff = house.staff().await;
    let member = house.member("지민").await;
    upload(&house, &staff, "우리만", "private", "short.mp4").await;
    let db = elsewhere(&house).await;
    for _ in 0..3 {
        member
            .get("/")
            .await
            .says("우리만")
            .keeps_quiet_about("/admin/");
        let rights = async |sql: &'static str| db.run(sql, (member.id,)).await.expect("rights");
        rights("UPDATE users SET is_staff = TRUE WHERE id = $1").await;
        member.get("/").await.says("/admin/");
        rights("UPDATE users SET is_staff = FALSE WHERE id = $1").await;
    }
    let sql = "UPDATE users SET is_active = FALSE WHERE id = $1";
    db.run(sql, (member.id,)).await.expect("rights");
    member.get("/").await.keeps_quiet_about("우리만");
}

#[tokio::test]
async fn languages_lights_origins_and_compressions_do_not_mix() {
    let house = House::with(|written| {
        written.trusted_proxies = Some("127.0.0.1".to_owned());
        written.secure_hsts_seconds = Some("60".to_owned());
    })
    .await;
    let staff = house.staff().await;
    let (id, _) = upload(&house, &staff, "영상", "public", "short.mp4").await;
    let visitor = house.visitor();
    let watch = format!("/video/{id}/");
    let told = [
        ("accept-language", "ko", "<html lang=\"ko\""),
        ("accept-language", "en", "<html lang=\"en\""),
        ("cookie", "language=en", "<html lang=\"en\""),
        ("cookie", "theme=light", "data-theme=\"light\""),
        ("cookie", "theme=dark; language=ko", "data-theme=\"dark\""),
        ("x-nothing", "", "data-theme=\"auto\""),
    ];
    for _ in 0..3 {
        for path in ["/", &watch, "/board/"] {
            for (name, value, words) in told {
                visitor.get_with(path, &[(name, value)]).await.says(words);
            }
            for (accepted, encoding) in [
                ("br", "br"),
                ("gzip", "gzip"),
                ("identity", ""),
                ("gzip;q=0, br;q=0", ""),
                ("gzip, deflate, br", "br"),
                ("gzip, br;q=0", "gzip"),
            ] {
                let headers = [("accept-encoding", accepted)];
                let page = visitor.get_with(path, &headers).await;
                assert_eq!(page.header("content-encoding"), encoding, "{accepted}");
                let is_plain = page.body.starts_with(b"<!doctype html>");
                assert_eq!(is_plain, encoding.is_empty(), "{accepted}");
                assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
                assert_eq!(page.header("cache-control"), "private, no-cache");
                assert!(page.headers.contains_key("content-security-policy"));
            }
        }
        // Other addresses are other pages.
        visitor.get("/?q=x").await.says("value=\"x\"");
        visitor.get("/?q=y").await.says("value=\"y\"");
        for (proto, origin) in [
            ("https", "https://madang.test"),
            ("http", "http://madang.test"),
        ] {
            let page = visitor
                .get_with(&watch, &[("x-forwarded-proto", proto)])
                .await;
            page.says(&format!("{origin}{watch}"));
            let is_strict = page.headers.contains_key("strict-transport-security");
            assert_eq!(is_strict, proto == "https");
        }
    }
    let numbers = [visitor.get("/").await, visitor.get("/").await];
    let [one, other] = numbers.map(|page| page.header("x-request-id").to_owned());
    assert!(!one.is_empty() && one != other);
}
