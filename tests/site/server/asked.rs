//! Who is asking is asked anew at every request, however many come on one connection.

use std::{
    io::{BufReader, Write},
    net::TcpStream,
};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use madang::web::viewer::Viewer;
use sqlx::AssertSqlSafe;
use tower::ServiceExt;

use super::{Listening, sending::next};
use crate::{
    binary::{Reply, connect},
    house::{Answer, House, PASSWORD, Part, fixture, upload},
};

/// One connection of a person's browser.
struct Wire {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
}

impl Wire {
    fn of(listening: &Listening) -> Wire {
        let stream = connect(listening.port);
        let reader = BufReader::new(stream.try_clone().expect("a second handle"));
        Wire { stream, reader }
    }

    /// What the next range of `path` is answered to this `Cookie`.
    fn range(&mut self, path: &str, cookie: &str) -> Reply {
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: madang.test\r\ncookie: {cookie}\r\nrange: bytes=1000-1999\r\n\r\n"
        );
        self.stream
            .write_all(request.as_bytes())
            .expect("a request");
        next(&mut self.reader)
    }
}

async fn run(house: &House, sql: String) {
    let changed = house.app.db.run(AssertSqlSafe(sql), ()).await;
    assert_eq!(changed.expect("a change"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_range_is_judged_by_what_holds_when_it_is_asked_for() {
    let house = House::open().await;
    let staff = house.staff().await;
    let mut member = house.member("지민").await;
    let (id, key) = upload(&house, &staff, "비밀", "private", "short.mp4").await;
    let path = format!("/media/{key}");
    let film = fixture("short.mp4");
    let listening = Listening::at(&house, |_| ()).await;
    let mut wire = Wire::of(&listening);
    let visibility = |to: &str| format!("UPDATE videos SET visibility = '{to}' WHERE id = {id}");
    let own = member.id;
    let account = |what: &str| format!("UPDATE users SET {what} WHERE id = {own}");
    let session = |what: &str| format!("UPDATE sessions SET {what} WHERE user_id = {own}");
    let steps = [
        (visibility("draft"), 404),
        (visibility("private"), 206),
        (session("expires_at = expires_at - 4000000000000"), 302),
        (session("expires_at = expires_at + 4000000000000"), 206),
        (visibility("public"), 206),
        (visibility("draft"), 404),
        (account("is_staff = TRUE"), 206),
        (account("is_staff = FALSE"), 404),
        (visibility("private"), 206),
    ];
    // With each of them the session ends.
    let ends = [
        account("is_active = FALSE"),
        account("password_version = password_version + 1"),
        format!("DELETE FROM sessions WHERE user_id = {own}"),
    ];
    let cookie = member.cookies();
    let answer = wire.range(&path, &cookie);
    assert!(answer.status == 206 && answer.body == film[1000..2000]);
    for (change, expected) in steps {
        run(&house, change.clone()).await;
        let answer = wire.range(&path, &cookie);
        assert_eq!(answer.status, expected, "{change}: {}", answer.head);
        if expected == 206 {
            assert!(answer.body == film[1000..2000], "{change}");
        }
        // Whoever else comes by the same connection, as through a proxy, gets nothing of it.
        let open_to_all = change == visibility("public");
        assert_eq!(wire.range(&path, "").status == 206, open_to_all, "{change}");
    }
    for end in ends {
        run(&house, end.clone()).await;
        let answer = wire.range(&path, &member.cookies());
        assert_eq!(answer.status, 302, "{end}: {}", answer.head);
        assert!(answer.header("set-cookie").contains("Max-Age=0"), "{end}");
        let back = account("is_active = TRUE");
        run(&house, back).await;
        assert_eq!(wire.range(&path, &member.cookies()).status, 302, "{end}");
        member.log_in("지민", PASSWORD).await;
        assert_eq!(wire.range(&path, &member.cookies()).status, 206, "{end}");
    }
}

#[tokio::test]
async fn whatever_the_cookies_are_film_and_page_agree() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (id, key) = upload(&house, &staff, "비밀", "private", "short.mp4").await;
    // Takes the message that waits, and with it the only reason for a page to write the session.
    staff.get("/").await;
    let own = staff.cookie("sessionid").expect("a session");
    let other = "AAAAAAAAAAAAAAAAAAAAAA";
    for cookie in [
        format!("sessionid={own}"),
        format!("language=en; sessionid={own}; theme=dark"),
        format!(" sessionid = {own} "),
        format!("sessionid={other}; sessionid={own}"),
        format!("sessionid={own}; sessionid={other}"),
        format!("sessionid={other}; session%69d={own}"),
        format!("sessionid={own}; session%69d={other}"),
        format!("sessionid={other}"),
        format!("sessionid=\"{own}\""),
        format!("sessionid={own}A"),
        format!("sessionid={}", &own[1..]),
        format!("Sessionid={own}"),
        format!("xsessionid={own}"),
        own.clone(),
        "sessionid=".to_owned(),
        String::new(),
    ] {
        let headers = [("cookie", cookie.as_str())];
        let visitor = house.visitor();
        let page = visitor.get_with(&format!("/video/{id}/"), &headers).await;
        let file = visitor.get_with(&format!("/media/{key}"), &headers).await;
        assert_eq!(page.status, file.status, "{cookie}");
        // But for the second in which it was answered.
        let ended = |answer: &Answer| {
            let line = answer.header("set-cookie");
            line.split("; Expires").next().map(str::to_owned)
        };
        assert_eq!(ended(&page), ended(&file), "{cookie}");
    }
    assert_eq!(
        staff.get(&format!("/media/{key}")).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_session_in_use_for_films_alone_is_kept_alive() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (_, key) = upload(&house, &staff, "비밀", "private", "short.mp4").await;
    let path = format!("/media/{key}");
    assert_eq!(staff.get(&path).await.header("set-cookie"), "");
    let data = "SELECT data FROM sessions";
    let notes: String = house.app.db.get(data, ()).await.expect("a session");
    let mut notes: serde_json::Value = serde_json::from_str(&notes).expect("notes");
    let seen = notes["seen"].as_i64().expect("a time");
    notes["seen"] = (seen - 25 * 3600 * 1_000_000).into();
    let sql = "UPDATE sessions SET data = $1, expires_at = expires_at - 1000000";
    let written = house.app.db.run(sql, (notes.to_string(),)).await;
    assert_eq!(written.expect("a change"), 1);
    let answer = staff.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.header("set-cookie").starts_with("sessionid="));
    let notes: String = house.app.db.get(data, ()).await.expect("a session");
    let notes: serde_json::Value = serde_json::from_str(&notes).expect("notes");
    assert!(notes["seen"].as_i64() >= Some(seen), "{notes}");
    assert_eq!(staff.get(&path).await.header("set-cookie"), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_film_is_answered_by_its_one_question() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (id, key) = upload(&house, &staff, "비밀", "private", "short.mp4").await;
    let listening = Listening::at(&house, |_| ()).await;
    let mut wire = Wire::of(&listening);
    let film = format!("/media/{key}");
    assert_eq!(wire.range(&film, &staff.cookies()).status, 206);
    // More than that question looks at, and nothing that a page could read.
    let sql = "UPDATE sessions SET data = REPLACE(data, '{\"', '{\"no number\":1e999,\"')";
    assert_eq!(house.app.db.run(sql, ()).await.expect("a change"), 1);
    let page = staff.get(&format!("/video/{id}/")).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(wire.range(&film, &staff.cookies()).status, 206);
}

#[tokio::test]
async fn a_session_whose_row_and_notes_name_two_people_is_what_its_notes_say() {
    let house = House::open().await;
    let staff = house.staff().await;
    let member = house.member("지민").await;
    let (id, key) = upload(&house, &staff, "초안", "draft", "short.mp4").await;
    let sql = "UPDATE sessions SET user_id = $1 WHERE user_id = $2";
    let moved = house.app.db.run(sql, (staff.id, member.id)).await;
    assert_eq!(moved.expect("a change"), 1);
    for path in [format!("/media/{key}"), format!("/video/{id}/")] {
        assert_eq!(member.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(staff.get(&path).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_file_of_an_unfinished_post_is_its_senders_alone() {
    let house = House::open().await;
    let [sender, other] = [house.member("지민").await, house.member("하늘").await];
    let staff = house.staff().await;
    let png = fixture("picture.png");
    let faulty = [
        Part::Text("title", ""),
        Part::Text("body", "내용"),
        Part::File("files", "그림.png", &png),
    ];
    let answer = sender.post_parts("/board/new/", &faulty).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let key = house.app.db.get::<String>("SELECT file FROM uploads", ());
    let path = format!("/media/{}", key.await.expect("a kept file"));
    let answer = sender.get(&path).await;
    assert!(answer.status == StatusCode::OK && answer.body == png);
    for person in [&other, &staff, &house.visitor()] {
        assert_eq!(person.get(&path).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn an_answer_names_its_viewer_for_the_log() {
    let house = House::open().await;
    let staff = house.staff().await;
    let member = house.member("지민").await;
    let (_, key) = upload(&house, &staff, "비밀", "private", "short.mp4").await;
    for (person, range, status) in [
        (&member, "bytes=0-9", 206),
        (&staff, "bytes=99999999-", 416),
        (&house.visitor(), "bytes=0-9", 302),
    ] {
        let request = Request::get(format!("/media/{key}"))
            .header(header::HOST, "madang.test")
            .header(header::COOKIE, person.cookies())
            .header(header::RANGE, range);
        let request = request.body(Body::empty()).expect("a request");
        let Ok(response) = house.router().oneshot(request).await;
        assert_eq!(response.status(), status);
        let viewer = response.extensions().get::<Viewer>().and_then(Viewer::id);
        assert_eq!(viewer.unwrap_or_default(), person.id);
    }
}
