//! The bytes behind `/media/{key}`: who gets them, which of them, and for how long they are kept.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};

use crate::house::{Answer, House, Part, Person, fixture, upload};

const VISIBILITIES: [&str; 4] = ["public", "unlisted", "private", "draft"];

/// The thumbnail's key of a video, once it has one.
async fn with_thumbnail(house: &House, owner: &Person, id: i64, visibility: &str) -> String {
    let picture = fixture("picture.jpg");
    let parts = [
        Part::Text("title", "영상"),
        Part::Text("description", ""),
        Part::Text("visibility", visibility),
        Part::File("thumbnail", "picture.jpg", &picture),
    ];
    let path = format!("/admin/videos/video/{id}/change/");
    let answer = owner.post_parts(&path, &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let sql = "SELECT thumbnail FROM videos WHERE id = $1";
    house.app.db.get(sql, (id,)).await.expect("a thumbnail")
}

async fn head(person: &Person, path: &str, headers: &[(&str, &str)]) -> Answer {
    person.ask(Method::HEAD, path, headers, Body::empty()).await
}

#[tokio::test]
async fn who_gets_what_is_decided_alike_for_page_file_and_thumbnail() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    let visitor = house.visitor();
    for visibility in VISIBILITIES {
        let (id, key) = upload(&house, &owner, "영상", visibility, "short.mp4").await;
        let thumbnail = with_thumbnail(&house, &owner, id, visibility).await;
        let etag = format!("\"{key}\"");
        for (person, name, expected) in [
            (&visitor, "visitor", [200, 200, 302, 404]),
            (&member, "member", [200, 200, 200, 404]),
            (&owner, "staff", [200, 200, 200, 200]),
        ] {
            let place = VISIBILITIES.iter().position(|known| *known == visibility);
            let expected = expected[place.expect("known")];
            let who = format!("{name} and {visibility}");
            for path in [
                format!("/video/{id}/"),
                format!("/media/{key}"),
                format!("/media/{thumbnail}"),
            ] {
                let answer = person.get(&path).await;
                assert_eq!(answer.status, expected, "{who}: {path}");
                let answer = head(person, &path, &[]).await;
                assert_eq!(answer.status, expected, "HEAD, {who}: {path}");
                if expected == 302 {
                    assert!(answer.location().starts_with("/login/?next=%2F"), "{who}");
                    assert_eq!(answer.header("cache-control"), "private, no-store");
                }
            }
            let file = format!("/media/{key}");
            // Neither a 304 nor a 206 nor a 412 tells more than the plain answer.
            for (header, value, answered) in [
                ("if-none-match", etag.as_str(), 304),
                ("if-none-match", "*", 304),
                ("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT", 304),
                ("range", "bytes=0-9", 206),
                ("range", "bytes=99999999-", 416),
                ("if-match", "\"other\"", 412),
            ] {
                let answered = if expected == 200 { answered } else { expected };
                let answer = person.get_with(&file, &[(header, value)]).await;
                assert_eq!(answer.status, answered, "{who}: {header}: {value}");
                for name in ["etag", "last-modified", "content-range", "accept-ranges"] {
                    let told = !answer.header(name).is_empty();
                    assert!(expected == 200 || !told, "{who} learns {name}");
                }
                if header != "range" {
                    let answer = head(person, &file, &[(header, value)]).await;
                    assert_eq!(answer.status, answered, "HEAD, {who}: {header}: {value}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_part_of_a_private_video_is_for_its_viewers_only() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    let (_, key) = upload(&house, &owner, "비밀", "private", "short.mp4").await;
    let path = format!("/media/{key}");
    let film = fixture("short.mp4");
    let range = [("range", "bytes=1000-1999")];
    let answer = house.visitor().get_with(&path, &range).await;
    assert_eq!((answer.status, answer.body.len()), (StatusCode::FOUND, 0));
    let answer = member.get_with(&path, &range).await;
    assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(answer.body, film[1000..2000]);
}

#[tokio::test]
async fn every_range_of_the_rfc_is_answered_right() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (_, key) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    let path = format!("/media/{key}");
    let film = fixture("short.mp4");
    let n = film.len();
    let visitor = house.visitor();
    let past = format!("bytes={}-{}", n - 10, n + 1000);
    let beyond = format!("bytes={n}-");
    for (range, first, last) in [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=500-", 500, n - 1),
        ("bytes=-7", n - 7, n - 1),
        ("bytes=-99999999", 0, n - 1),
        (&past, n - 10, n - 1),
        ("BYTES=3-4", 3, 4),
    ] {
        let answer = visitor.get_with(&path, &[("range", range)]).await;
        assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT, "{range}");
        assert_eq!(
            answer.header("content-range"),
            format!("bytes {first}-{last}/{n}")
        );
        assert_eq!(
            answer.header("content-length"),
            (last - first + 1).to_string()
        );
        assert_eq!(answer.body, film[first..=last], "{range}");
        assert_eq!(answer.header("content-type"), "video/mp4");
    }
    for range in [&beyond, "bytes=-0", "bytes=99999999999999999999-"] {
        let answer = visitor.get_with(&path, &[("range", range)]).await;
        assert_eq!(answer.status, StatusCode::RANGE_NOT_SATISFIABLE, "{range}");
        assert_eq!(answer.header("content-range"), format!("bytes */{n}"));
    }
    for range in [
        "seconds=0-9",
        "bytes=9-0",
        "bytes=a-b",
        "bytes",
        "bytes=0-1,5-6",
        "",
        "bytes=--1",
    ] {
        let answer = visitor.get_with(&path, &[("range", range)]).await;
        assert_eq!(
            (answer.status, answer.body.len()),
            (StatusCode::OK, n),
            "{range}"
        );
        assert_eq!(answer.header("content-range"), "", "{range}");
    }
    // A HEAD has no ranges (RFC 9110 §14.2), and no body.
    let answer = head(&visitor, &path, &[("range", "bytes=0-9")]).await;
    assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, 0));
    assert_eq!(answer.header("content-length"), n.to_string());
    assert_eq!(answer.header("accept-ranges"), "bytes");
}

#[tokio::test]
async fn conditions_are_evaluated_as_the_rfc_says() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (_, key) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    let path = format!("/media/{key}");
    let visitor = house.visitor();
    let whole = visitor.get(&path).await;
    let (etag, date) = (whole.header("etag"), whole.header("last-modified"));
    assert!(
        etag.starts_with('"') && etag.ends_with('"'),
        "strong: {etag}"
    );
    assert!(!date.is_empty());
    let weak = format!("W/{etag}");
    let several = format!("\"a\", {etag}");
    let before = "Fri, 01 Jan 2010 00:00:00 GMT";
    let range = ("range", "bytes=0-9");
    for (headers, status) in [
        (vec![("if-none-match", etag)], 304),
        (vec![("if-none-match", &weak)], 304),
        (vec![("if-none-match", &several)], 304),
        (vec![("if-none-match", "\"other\"")], 200),
        (vec![("if-modified-since", date)], 304),
        (vec![("if-modified-since", before)], 200),
        (vec![("if-modified-since", "yesterday")], 200),
        // The tag decides, whatever the date says.
        (
            vec![("if-none-match", "\"other\""), ("if-modified-since", date)],
            200,
        ),
        (vec![("if-match", etag)], 200),
        (vec![("if-match", &weak)], 412),
        (vec![("if-unmodified-since", before)], 412),
        (vec![range, ("if-range", etag)], 206),
        (vec![range, ("if-range", date)], 206),
        (vec![range, ("if-range", &weak)], 200),
        (vec![range, ("if-range", "\"other\"")], 200),
        (vec![range, ("if-range", before)], 200),
        (vec![range, ("if-none-match", etag)], 304),
    ] {
        let answer = visitor.get_with(&path, &headers).await;
        assert_eq!(answer.status, status, "{headers:?}");
        if status == 304 {
            assert!(answer.body.is_empty());
            assert_eq!(answer.header("etag"), etag);
            assert_eq!(
                answer.header("cache-control"),
                whole.header("cache-control")
            );
            assert_eq!(answer.header("content-length"), "", "{headers:?}");
        }
    }
}

#[tokio::test]
async fn caches_keep_what_everybody_may_see_and_nothing_else() {
    let house = House::open().await;
    let owner = house.staff().await;
    for (visibility, cache) in [
        ("public", "public, max-age=86400, immutable"),
        ("unlisted", "private, max-age=86400, immutable"),
        ("private", "private, no-store"),
        ("draft", "private, no-store"),
    ] {
        let (id, key) = upload(&house, &owner, "영상", visibility, "short.mp4").await;
        let thumbnail = with_thumbnail(&house, &owner, id, visibility).await;
        for key in [&key, &thumbnail] {
            let path = format!("/media/{key}");
            let plain = owner.get(&path).await;
            assert_eq!(plain.header("cache-control"), cache, "{visibility}");
            // A shared cache must not keep a cookie with it.
            assert_eq!(plain.header("set-cookie"), "", "{visibility}");
            let part = owner.get_with(&path, &[("range", "bytes=0-1")]).await;
            assert_eq!(part.header("cache-control"), cache, "{visibility}");
            let beyond = owner.get_with(&path, &[("range", "bytes=99999999-")]).await;
            assert_eq!(beyond.header("cache-control"), "no-store", "{visibility}");
        }
    }
}

#[tokio::test]
async fn every_kind_of_file_is_sent_as_what_it_is_and_shut_in() {
    let house = House::open().await;
    let owner = house.staff().await;
    for (name, content_type) in [
        ("short.mp4", "video/mp4"),
        ("short.m4v", "video/mp4"),
        ("short.mov", "video/mp4"),
        ("short.webm", "video/webm"),
        ("short.ogv", "video/ogg"),
    ] {
        let (id, key) = upload(&house, &owner, "영상", "public", name).await;
        let answer = house.visitor().get(&format!("/media/{key}")).await;
        assert_eq!(answer.header("content-type"), content_type, "{name}");
        let disposition = format!("inline; filename=\"{name}\"");
        assert_eq!(answer.header("content-disposition"), disposition);
        assert_eq!(answer.body, fixture(name), "{name}");
        is_shut_in(&answer);
        for picture in ["picture.jpg", "picture.png", "picture.webp"] {
            if name != "short.mp4" {
                continue;
            }
            let bytes = fixture(picture);
            let parts = [
                Part::Text("title", "영상"),
                Part::Text("visibility", "public"),
                // Its content counts, not its name.
                Part::File("thumbnail", "page.html", &bytes),
            ];
            let path = format!("/admin/videos/video/{id}/change/");
            assert_eq!(owner.post_parts(&path, &parts).await.status, 303);
            let sql = "SELECT thumbnail FROM videos WHERE id = $1";
            let key: String = house.app.db.get(sql, (id,)).await.expect("key");
            let answer = house.visitor().get(&format!("/media/{key}")).await;
            assert_eq!(answer.header("content-type"), "image/jpeg");
            assert!(answer.header("content-disposition").starts_with("inline"));
            is_shut_in(&answer);
        }
    }
}

#[track_caller]
fn is_shut_in(answer: &Answer) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("sandbox"), "{policy}");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(!policy.contains("allow-scripts"), "{policy}");
    assert_eq!(answer.header("content-encoding"), "");
}

#[tokio::test]
async fn a_file_name_cannot_write_a_header() {
    let house = House::open().await;
    let owner = house.staff().await;
    let bytes = fixture("short.mp4");
    for (sent, told) in [
        ("강의 1.mp4", "filename*=UTF-8''%EA%B0%95%EC%9D%98%201.mp4"),
        ("../../etc/passwd", "filename=\"passwd\""),
        ("C:\\\\films\\\\a.mp4", "filename=\"a.mp4\""),
    ] {
        let parts = [
            Part::Text("title", "영상"),
            Part::Text("visibility", "public"),
            Part::File("video_file", sent, &bytes),
        ];
        let answer = owner.post_parts("/admin/videos/video/add/", &parts).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let sql = "SELECT file FROM videos ORDER BY id DESC LIMIT 1";
        let key: String = house.app.db.get(sql, ()).await.expect("key");
        let answer = house.visitor().get(&format!("/media/{key}")).await;
        let disposition = answer.header("content-disposition");
        assert!(disposition.contains(told), "{sent}: {disposition}");
    }
}

#[tokio::test]
async fn the_bytes_stop_with_the_session() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (_, key) = upload(&house, &owner, "비밀", "private", "short.mp4").await;
    let path = format!("/media/{key}");
    let etag = format!("\"{key}\"");
    let member = house.member("지민").await;
    assert_eq!(member.get(&path).await.status, StatusCode::OK);
    let stolen = house.visitor();
    stolen.set_cookie("sessionid", &member.cookie("sessionid").expect("a session"));
    assert_eq!(stolen.get(&path).await.status, StatusCode::OK);
    member.post("/logout/", &[]).await;
    for headers in [
        vec![],
        vec![("if-none-match", etag.as_str())],
        vec![("range", "bytes=0-9")],
    ] {
        let answer = stolen.get_with(&path, &headers).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{headers:?}");
    }

    let other = house.member("민수").await;
    assert_eq!(other.get(&path).await.status, StatusCode::OK);
    let sql = "UPDATE users SET is_active = FALSE WHERE id = $1";
    house
        .app
        .db
        .run(sql, (other.id,))
        .await
        .expect("deactivate");
    assert_eq!(other.get(&path).await.status, StatusCode::FOUND);
}

#[tokio::test]
async fn making_a_video_private_takes_effect_at_once() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, key) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    let path = format!("/media/{key}");
    assert_eq!(house.visitor().get(&path).await.status, StatusCode::OK);
    let parts = [
        Part::Text("title", "영상"),
        Part::Text("visibility", "private"),
    ];
    let change = format!("/admin/videos/video/{id}/change/");
    assert_eq!(owner.post_parts(&change, &parts).await.status, 303);
    let etag = format!("\"{key}\"");
    let answer = house
        .visitor()
        .get_with(&path, &[("if-none-match", &etag)])
        .await;
    assert_eq!(answer.status, StatusCode::FOUND);
}

#[tokio::test]
async fn a_deleted_video_is_gone_for_everybody() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, key) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    let thumbnail = with_thumbnail(&house, &owner, id, "public").await;
    let path = format!("/admin/videos/video/{id}/delete/");
    assert_eq!(owner.post(&path, &[("post", "yes")]).await.status, 303);
    for key in [&key, &thumbnail] {
        for person in [&owner, &house.visitor()] {
            let answer = person.get(&format!("/media/{key}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
    }
    assert_eq!(house.files(), Vec::<String>::new());
}

#[tokio::test]
async fn a_file_without_its_row_or_a_row_without_its_file_is_a_404() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (_, key) = upload(&house, &owner, "영상", "public", "short.mp4").await;
    let stray = "aaaaaaaaaaaaaaaaaaaaaaaaaa.mp4";
    let root = house.app.storage.root();
    std::fs::write(root.join(stray), b"stray").expect("write");
    let visitor = house.visitor();
    let answer = visitor.get(&format!("/media/{stray}")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    std::fs::remove_file(root.join(&key)).expect("remove");
    let answer = visitor.get(&format!("/media/{key}")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn no_key_leads_out_of_the_media_folder() {
    let house = House::open().await;
    let owner = house.staff().await;
    std::fs::write(house.folder.path().join("secret.txt"), "비밀 내용").expect("write");
    let long = "a".repeat(5000);
    for key in [
        "../secret.txt",
        "..%2fsecret.txt",
        "%2e%2e/secret.txt",
        "%2e%2e%2fsecret.txt",
        "%252e%252e%252fsecret.txt",
        "..%5csecret.txt",
        "..%c0%afsecret.txt",
        "./secret.txt",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "//etc/passwd",
        "etc/passwd",
        "file:///etc/passwd",
        "secret.txt%00.mp4",
        "%00",
        "aaaaaaaaaaaaaaaaaaaaaaaaaa.mp4%00",
        "aaaaaaaaaaaaaaaaaaaaaaaaaa.mp4/",
        "aaaaaaaaaaaaaaaaaaaaaaaaaa.mp4/../../secret.txt",
        ".incoming",
        ".incoming%2fa",
        ".",
        "..",
        "%",
        "",
        "CON",
        "%ff%fe",
        &long,
    ] {
        for person in [&owner, &house.visitor()] {
            let answer = person.get(&format!("/media/{key}")).await;
            let refused = [StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST];
            assert!(refused.contains(&answer.status), "{key}: {}", answer.status);
            answer
                .keeps_quiet_about("비밀 내용")
                .keeps_quiet_about("root:");
        }
    }
}
