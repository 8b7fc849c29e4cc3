//! Whoever began an upload may have been signed out, or have lost their rights, when it is all sent.

use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode},
};
use futures_util::{StreamExt, stream};
use madang::words::Lang;

use super::{ADD, change, count};
use crate::house::{Answer, House, PASSWORD, Part, Person, fixture, multipart, upload};

/// Sends a whole video; after its first half the database is told this.
async fn interrupted(house: &House, person: &Person, path: &str, sql: &'static str) -> Answer {
    let body = multipart(&[
        Part::Text("title", "긴 강의"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "a.mp4", &fixture("short.mp4")),
    ]);
    let rest = Bytes::copy_from_slice(&body[body.len() / 2..]);
    let half = Bytes::copy_from_slice(&body[..body.len() / 2]);
    let db = house.app.db.clone();
    let then = async move {
        assert!(db.run(sql, ()).await.expect("statement") > 0);
        Ok::<_, std::io::Error>(rest)
    };
    let body = stream::once(async { Ok(half) }).chain(stream::once(then));
    let headers = [("content-type", "multipart/form-data; boundary=XboundaryX")];
    let body = Body::from_stream(Box::pin(body));
    person.ask(Method::POST, path, &headers, body).await
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_gives_no_cookie() {
    let house = House::open().await;
    let owner = house.staff().await;
    let db = &house.app.db;
    // Not seen for long: every answer to it writes it, and brings its cookie.
    let sql = "SELECT id, data FROM sessions";
    let (id, data): (i64, String) = db.one(sql, ()).await.expect("a session");
    let mut data: serde_json::Value = serde_json::from_str(&data).expect("JSON");
    data["seen"] = 0.into();
    let sql = "UPDATE sessions SET data = $2 WHERE id = $1";
    db.run(sql, (id, data.to_string())).await.expect("update");
    let answer = interrupted(&house, &owner, ADD, "DELETE FROM sessions").await;
    assert_eq!(answer.header("set-cookie"), "");
    let sql = "SELECT COUNT(*) FROM sessions";
    assert_eq!(db.get::<i64>(sql, ()).await.expect("a count"), 0);
}

#[tokio::test]
async fn an_upload_whose_session_ended_saves_nothing_and_is_not_sent_again() {
    let house = House::open().await;
    let mut owner = house.staff().await;
    let answer = interrupted(&house, &owner, ADD, "DELETE FROM sessions").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    answer
        .says(Lang::Ko.words().admin.ended_meanwhile)
        .says("긴 강의");
    assert_eq!((count(&house).await, house.files().len()), (0, 1));
    let sql = "SELECT id FROM uploads";
    let (token,): (String,) = house.app.db.one(sql, ()).await.expect("an upload");
    answer.says(&token);
    owner.log_in("주인", PASSWORD).await;
    let again = [
        Part::Text("title", "긴 강의"),
        Part::Text("visibility", "public"),
        Part::Text("upload", &token),
    ];
    assert_eq!(owner.post_parts(ADD, &again).await.status, 303);
    assert_eq!(count(&house).await, 1);
}

#[tokio::test]
async fn an_upload_of_somebody_deactivated_or_demoted_leaves_nothing() {
    let t = Lang::Ko.words();
    for (sql, sentence) in [
        (
            "UPDATE users SET is_active = FALSE",
            t.admin.ended_meanwhile,
        ),
        ("UPDATE users SET is_superuser = FALSE", t.errors.forbidden),
        ("UPDATE users SET is_staff = FALSE", t.errors.forbidden),
        ("DELETE FROM users", t.errors.forbidden),
    ] {
        let house = House::open().await;
        let owner = house.staff().await;
        let answer = interrupted(&house, &owner, ADD, sql).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{sql}");
        answer.says(sentence);
        assert_eq!(count(&house).await, 0, "{sql}");
        if !sql.starts_with("DELETE") {
            assert_eq!(house.files(), [] as [String; 0], "{sql}");
        }
    }
}

#[tokio::test]
async fn a_change_by_somebody_signed_out_or_demoted_changes_nothing() {
    let house = House::open().await;
    for sql in [
        "DELETE FROM sessions",
        "UPDATE users SET is_superuser = FALSE",
    ] {
        let name = if sql.starts_with("DELETE") {
            "주인"
        } else {
            "다른주인"
        };
        let owner = house.somebody(name, true, true).await;
        let (id, key) = upload(&house, &owner, "강의", "private", "short.webm").await;
        let answer = interrupted(&house, &owner, &change(id), sql).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{sql}");
        let stored = "SELECT title, file FROM videos WHERE id = $1";
        let stored: (String, String) = house.app.db.one(stored, (id,)).await.expect("it");
        assert_eq!(stored, ("강의".to_owned(), key), "{sql}");
    }
}
