//! Hostile input at every address: ids, pages, searches, texts, forms, methods and multipart bodies.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};

use crate::house::{Answer, House, Part, Person, fixture, multipart, upload};

const ADD: &str = "/admin/videos/video/add/";

#[tokio::test]
async fn an_id_that_is_none_is_a_404() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (id, _) = upload(&house, &staff, "영상", "public", "short.mp4").await;
    let long = "9".repeat(3000);
    let injected = format!("{id}%20OR%201=1");
    for wrong in [
        "0",
        "-1",
        "+1",
        "999999",
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999",
        "1.0",
        "1e3",
        "0x1",
        "abc",
        "%31%00",
        "%00",
        "%20",
        "1%27",
        "null",
        "%EF%BC%91",
        "..",
        "%2e%2e",
        &injected,
        &long,
    ] {
        let path = format!("/video/{wrong}/");
        let answer = staff.get(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        // The admin site goes back to the list, as Django's does.
        for rest in ["change", "delete"] {
            let path = format!("/admin/videos/video/{wrong}/{rest}/");
            let answer = staff.get(&path).await;
            assert!(gone(&answer), "{path}: {}", answer.status);
        }
        let path = format!("/video/{wrong}/view/");
        let answer = staff.post(&path, &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        for rest in ["change", "delete"] {
            let path = format!("/admin/videos/video/{wrong}/{rest}/");
            let answer = staff.post_parts(&path, &[Part::Text("title", "x")]).await;
            assert!(gone(&answer), "{path}: {}", answer.status);
        }
    }
    assert_eq!(
        staff.get(&format!("/video/{id}/")).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_page_that_is_none_is_a_page() {
    let house = House::open().await;
    let staff = house.staff().await;
    upload(&house, &staff, "영상", "public", "short.mp4").await;
    for page in [
        "0",
        "-1",
        "2",
        "999999999",
        "9223372036854775807",
        "-9223372036854775808",
        "99999999999999999999999",
        "1.5",
        "abc",
        "",
        "%EA%B0%80",
        "1%20OR%201",
        "%ff",
    ] {
        let answer = staff.get(&format!("/?page={page}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
        answer.says("영상");
        // The admin site goes back to the plain list, and says so.
        let answer = staff.get(&format!("/admin/videos/video/?p={page}")).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{page}");
        assert_eq!(answer.location(), "/admin/videos/video/", "{page}");
        staff.get("/admin/videos/video/").await.says("영상");
        let answer = house
            .visitor()
            .get(&format!("/?sort={page}&q=&t={page}"))
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
    }
}

/// Whether the admin site says that there is no such object: by a way back, or by a 404 for an
/// address that cannot be one of its own.
fn gone(answer: &Answer) -> bool {
    answer.status == StatusCode::NOT_FOUND
        || answer.status == StatusCode::FOUND && answer.location() == "/admin/videos/video/"
}

/// Titles that a search finds, by the links to them.
async fn found(person: &Person, path: &str, query: &str, all: &[(i64, &str)]) -> Vec<String> {
    let form = serde_html_form::to_string([("q", query)]).expect("query");
    let answer = person.get(&format!("{path}?{form}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}");
    let text = answer.text();
    let link = |id: i64| match path {
        "/" => format!("/video/{id}/"),
        _ => format!("/{id}/change/"),
    };
    all.iter()
        .filter(|(id, _)| text.contains(&link(*id)))
        .map(|(_, title)| (*title).to_owned())
        .collect()
}

#[tokio::test]
async fn a_search_takes_every_letter_as_itself() {
    let house = House::open().await;
    let staff = house.staff().await;
    let titles = [
        "100% 완료",
        "100 완료",
        "a_b",
        "axb",
        "back\\slash",
        "backslash",
        "it's",
        "its",
        "semi;colon",
        "\"quoted\"",
        "--comment",
        "[a-z]",
        "$1",
    ];
    let mut all = Vec::new();
    for title in titles {
        let (id, _) = upload(&house, &staff, title, "public", "short.mp4").await;
        all.push((id, title));
    }
    // What was just added is named once more on the next page.
    staff.get("/").await;
    for (query, expected) in [
        ("100%", vec!["100% 완료"]),
        ("%", vec!["100% 완료"]),
        ("_", vec!["a_b"]),
        ("a_b", vec!["a_b"]),
        ("\\", vec!["back\\slash"]),
        ("k\\s", vec!["back\\slash"]),
        ("'", vec!["it's"]),
        ("';", vec![]),
        ("' OR '1'='1", vec![]),
        ("'; DROP TABLE videos; --", vec![]),
        ("\"", vec!["\"quoted\""]),
        ("--", vec!["--comment"]),
        ("[", vec!["[a-z]"]),
        ("$1", vec!["$1"]),
        ("*", vec![]),
        ("완료", vec!["100% 완료", "100 완료"]),
    ] {
        for path in ["/", "/admin/videos/video/"] {
            let titles = found(&staff, path, query, &all).await;
            assert_eq!(titles, expected, "{path}?q={query}");
        }
    }
    for query in ["%00", "a%00b"] {
        let answer = staff.get(&format!("/?q={query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
    let (letters, words) = ("가".repeat(5000), "a ".repeat(5000));
    for query in ["\u{202e}", "\u{7f}\t\n", "🎬", &letters, &words] {
        found(&staff, "/", query, &all).await;
    }
    for raw in ["%ff%fe", "%", "%zz", "&&&=&=", "q[]=1", "=", "%ed%a0%80"] {
        let answer = staff.get(&format!("/?q={raw}&{raw}")).await;
        assert!(answer.status.as_u16() < 500, "{raw}");
    }
}

const SCRIPT: &str = "</title></textarea>'\"><script>alert(1)</script><img src=x onerror=alert(2)>";

#[track_caller]
fn is_harmless(answer: &Answer, path: &str) {
    let text = answer.text();
    for tag in ["<script>alert", "<img src=x", "</textarea>'"] {
        assert!(!text.contains(tag), "{path} has {tag}:\n{text}");
    }
}

#[tokio::test]
async fn a_script_in_any_text_comes_out_as_text() {
    let house = House::open().await;
    let staff = house.staff().await;
    let film = fixture("short.mp4");
    let link = "https://a.test/\"onmouseover=alert(3) javascript:alert(4) https://b.test/<script>";
    let description = format!("{SCRIPT}\n{link}");
    let name = "<script>alert(5)</script>.mp4";
    let parts = [
        Part::Text("title", SCRIPT),
        Part::Text("description", &description),
        Part::Text("visibility", "public"),
        Part::File("video_file", name, &film),
    ];
    let answer = staff.post_parts(ADD, &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let id: i64 = house
        .app
        .db
        .get("SELECT MAX(id) FROM videos", ())
        .await
        .expect("id");
    upload(&house, &staff, "다른 영상", "public", "short.mp4").await;
    let query = serde_html_form::to_string([("q", SCRIPT)]).expect("query");
    let next = serde_html_form::to_string([("next", format!("/{SCRIPT}"))]).expect("query");
    for path in [
        "/".to_owned(),
        format!("/video/{id}/"),
        format!("/video/{}/", id + 1),
        format!("/?{query}"),
        format!("/login/?{next}"),
        "/admin/videos/video/".to_owned(),
        format!("/admin/videos/video/?{query}"),
        format!("/admin/videos/video/{id}/change/"),
        format!("/admin/videos/video/{id}/delete/"),
    ] {
        for person in [&staff, &house.visitor()] {
            let answer = person.get(&path).await;
            assert!(answer.status.as_u16() < 400, "{path}");
            is_harmless(&answer, &path);
        }
    }
    // What was typed comes back in the form as text, too.
    let refused = [
        Part::Text("title", SCRIPT),
        Part::Text("description", &description),
    ];
    let answer = staff.post_parts(ADD, &refused).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    is_harmless(&answer, ADD);
    answer.says("&#60;script&#62;alert(1)");
    for path in ["/login/", "/signup/", "/admin/login/"] {
        let form = [
            ("username", SCRIPT),
            ("password", "x"),
            ("password1", SCRIPT),
            ("next", SCRIPT),
        ];
        let answer = house.visitor().post(path, &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        is_harmless(&answer, path);
    }
    let page = house.visitor().get(&format!("/video/{id}/")).await.text();
    for attribute in ["onmouseover=", "onerror="] {
        let inside = page.split('<').any(|tag| {
            let tag = tag.split('>').next().unwrap_or_default();
            // What stands between quotes is a value.
            tag.split('"')
                .step_by(2)
                .any(|names| names.contains(attribute))
        });
        assert!(!inside, "{attribute} in a tag:\n{page}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_a_405_that_says_which_are_right() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (id, key) = upload(&house, &staff, "영상", "public", "short.mp4").await;
    let of = |rest: &str| format!("/admin/videos/video/{id}/{rest}/");
    let media = format!("/media/{key}");
    for (path, allowed) in [
        ("/", "GET,HEAD"),
        (&format!("/video/{id}/"), "GET,HEAD"),
        (&format!("/video/{id}/view/"), "POST"),
        (&media, "GET,HEAD"),
        ("/login/", "GET,HEAD,POST"),
        ("/signup/", "GET,HEAD,POST"),
        ("/logout/", "POST"),
        ("/password_change/", "GET,HEAD,POST"),
        ("/language/", "POST"),
        ("/theme/", "POST"),
        ("/admin/", "GET,HEAD"),
        ("/admin/videos/video/", "GET,HEAD,POST"),
        (ADD, "GET,HEAD,POST"),
        (&of("change"), "GET,HEAD,POST"),
        (&of("delete"), "GET,HEAD,POST"),
        ("/healthz", "GET,HEAD"),
        ("/readyz", "GET,HEAD"),
    ] {
        for method in [
            "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND",
        ] {
            if allowed.contains(method) {
                continue;
            }
            let parsed = Method::from_bytes(method.as_bytes()).expect("a method");
            let answer = staff.ask(parsed, path, &[], Body::empty()).await;
            assert_eq!(
                answer.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{method} {path}"
            );
            let mut told: Vec<&str> = answer.header("allow").split(',').map(str::trim).collect();
            told.sort_unstable();
            assert_eq!(told.join(","), allowed, "{method} {path}");
        }
    }
    assert_eq!(house.files(), [key]);
}

#[tokio::test]
async fn a_form_of_another_type_is_refused() {
    let house = House::open().await;
    let staff = house.staff().await;
    let json = Body::from;
    for path in [
        "/login/",
        "/signup/",
        "/setup/",
        "/password_change/",
        "/language/",
        "/theme/",
        ADD,
    ] {
        for content_type in [
            "application/json",
            "text/plain",
            "text/plain; application/x-www-form-urlencoded",
            "application/xml",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/mixed; boundary=X",
            "x",
            "",
        ] {
            let headers = [("content-type", content_type)];
            let answer = staff
                .ask(Method::POST, path, &headers, json("{\"a\":1}"))
                .await;
            let status = answer.status.as_u16();
            assert!(
                [400, 404, 415].contains(&status),
                "{path}: {content_type}: {status}"
            );
        }
        let answer = staff.ask(Method::POST, path, &[], json("a=b")).await;
        assert!(
            [400, 404, 415].contains(&answer.status.as_u16()),
            "{path}: none"
        );
    }
    let form = [(
        "content-type",
        "Application/X-WWW-Form-URLEncoded; charset=UTF-8",
    )];
    let body = Body::from("theme=dark");
    let answer = staff.ask(Method::POST, "/theme/", &form, body).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_huge_form_is_a_413_and_a_broken_one_a_400() {
    let house = House::open().await;
    let visitor = house.visitor();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let post = async |path: &str, body: Vec<u8>| {
        visitor
            .ask(Method::POST, path, &form, Body::from(body))
            .await
            .status
    };
    for path in [
        "/login/",
        "/signup/",
        "/setup/",
        "/language/",
        "/theme/",
        "/admin/login/",
    ] {
        let huge = [b"username=".to_vec(), vec![b'a'; 2 << 20]].concat();
        assert_eq!(
            post(path, huge).await,
            StatusCode::PAYLOAD_TOO_LARGE,
            "{path}"
        );
        for broken in [
            &b"username=%00"[..],
            b"username=\0",
            b"\xff\xfe=a",
            b"username=%FF\xff",
        ] {
            assert_eq!(
                post(path, broken.to_vec()).await,
                StatusCode::BAD_REQUEST,
                "{path}"
            );
        }
        let many: String = (0..50_000).map(|n| format!("a{n}=b&")).collect();
        assert!(post(path, many.into_bytes()).await.as_u16() < 500, "{path}");
    }
    // Fields twice, and none at all.
    for body in [
        "username=a&username=b&password=c&password=d",
        "",
        "&&&",
        "=",
        "%",
    ] {
        let status = post("/signup/", body.as_bytes().to_vec()).await.as_u16();
        assert!([400, 422].contains(&status), "{body}: {status}");
    }
    let long = "가".repeat(30_000);
    let answer = visitor
        .post("/login/", &[("username", &long), ("password", &long)])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = visitor
        .post(
            "/signup/",
            &[
                ("username", &long),
                ("password1", &long),
                ("password2", &long),
            ],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn post_raw(person: &Person, body: Vec<u8>) -> Answer {
    let headers = [("content-type", "multipart/form-data; boundary=XboundaryX")];
    person
        .ask(Method::POST, ADD, &headers, Body::from(body))
        .await
}

#[tokio::test]
async fn a_multipart_body_cut_anywhere_leaves_no_file_and_no_video() {
    let house = House::open().await;
    let staff = house.staff().await;
    let film = fixture("short.mp4");
    let body = multipart(&[
        Part::Text("title", "잘린 영상"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "film.mp4", &film),
        Part::Text("description", "설명"),
    ]);
    let whole = body.len();
    let cuts = (0..whole).step_by(whole / 40).chain(whole - 120..whole - 4);
    for cut in cuts {
        let answer = post_raw(&staff, body[..cut].to_vec()).await;
        let status = answer.status.as_u16();
        assert!(
            [400, 422].contains(&status),
            "cut at {cut} of {whole}: {status}"
        );
        assert_eq!(
            house.files(),
            Vec::<String>::new(),
            "cut at {cut} of {whole}"
        );
    }
    let count: i64 = house
        .app
        .db
        .get("SELECT COUNT(*) FROM videos", ())
        .await
        .expect("count");
    assert_eq!(count, 0);
    let answer = post_raw(&staff, body).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(house.files().len(), 1);
}

#[tokio::test]
async fn a_file_field_without_a_file_is_told_beside_it() {
    let house = House::open().await;
    let staff = house.staff().await;
    let film = fixture("short.mp4");
    let as_text = String::from_utf8_lossy(&film[..100]).into_owned();
    for part in [
        Part::File("video_file", "", b""),
        Part::Text("video_file", &as_text),
        Part::File("other", "film.mp4", b"a file that nobody asked for"),
        Part::File("thumbnail", "", b""),
    ] {
        let parts = [
            Part::Text("title", "제목은 남습니다"),
            Part::Text("visibility", "public"),
            part,
        ];
        let answer = staff.post_parts(ADD, &parts).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        answer.says("제목은 남습니다");
        assert_eq!(house.files(), Vec::<String>::new());
    }
    for (name, bytes) in [
        ("film.mp4", b"".as_slice()),
        ("film.mp4", b"<html><script>alert(1)</script>"),
        ("film.mp4", b"\x00\x00\x00\x18ftypmp42"),
        ("film.mp4", &film[..film.len() / 2]),
        ("film.html", &fixture("picture.png")),
    ] {
        let parts = [
            Part::Text("title", "제목은 남습니다"),
            Part::Text("visibility", "public"),
            Part::File("video_file", name, bytes),
        ];
        let answer = staff.post_parts(ADD, &parts).await;
        assert_eq!(
            answer.status,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "{name}: {}",
            bytes.len()
        );
        answer.says("제목은 남습니다");
        assert_eq!(house.files(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_multipart_body_of_any_shape_is_answered() {
    let house = House::open().await;
    let staff = house.staff().await;
    let many: Vec<Part<'_>> = (0..10_000).map(|_| Part::Text("title", "x")).collect();
    let part = |head: &str, body: &str| {
        format!("--XboundaryX\r\n{head}\r\n\r\n{body}\r\n--XboundaryX--\r\n").into_bytes()
    };
    let disposition = "content-disposition: form-data; name=\"title\"";
    let huge = format!("{disposition}\r\nx-huge: {}", "a".repeat(3 << 20));
    let headers: String = (0..500).map(|n| format!("x-{n}: a\r\n")).collect();
    let long_name = format!(
        "content-disposition: form-data; name=\"{}\"",
        "n".repeat(100_000)
    );
    let long_text = "t".repeat(2 << 20);
    for (what, body) in [
        ("10,000 parts", multipart(&many)),
        ("a huge header", part(&huge, "x")),
        (
            "many headers",
            part(&format!("{headers}{disposition}"), "x"),
        ),
        ("a long name", part(&long_name, "x")),
        ("a long text", part(disposition, &long_text)),
        ("no disposition", part("content-type: text/plain", "x")),
        ("no name", part("content-disposition: form-data", "x")),
        ("no header", part("", "x")),
        (
            "a broken header",
            part("content-disposition form-data", "x"),
        ),
        (
            "a NUL in a name",
            part("content-disposition: form-data; name=\"ti\0tle\"", "x"),
        ),
        ("a NUL in a text", part(disposition, "a\0b")),
        ("another boundary", b"--other\r\n\r\n--other--\r\n".to_vec()),
        ("only the end", b"--XboundaryX--\r\n".to_vec()),
        ("nothing", Vec::new()),
        (
            "no UTF-8",
            [
                &part(disposition, "")[..60],
                b"\xff\xfe\r\n--XboundaryX--\r\n",
            ]
            .concat(),
        ),
    ] {
        let answer = post_raw(&staff, body).await;
        let status = answer.status.as_u16();
        assert!([400, 413, 422].contains(&status), "{what}: {status}");
        assert_eq!(house.files(), Vec::<String>::new(), "{what}");
    }
}

#[tokio::test]
async fn what_was_typed_is_kept_clean_and_within_its_limits() {
    let house = House::open().await;
    let staff = house.staff().await;
    let film = fixture("short.mp4");
    let add = async |title: &str, description: &str, visibility: &str| {
        let parts = [
            Part::Text("title", title),
            Part::Text("description", description),
            Part::Text("visibility", visibility),
            Part::File("video_file", "film.mp4", &film),
        ];
        staff.post_parts(ADD, &parts).await
    };
    let (title, description) = ("가".repeat(200), "나".repeat(20_000));
    assert_eq!(
        add(&title, &description, "public").await.status,
        StatusCode::SEE_OTHER
    );
    let longer = format!("{title}가");
    for (title, description, visibility) in [
        (longer.as_str(), "", "public"),
        ("제목", &format!("{description}나"), "public"),
        ("", "설명", "public"),
        (" \r\n\t ", "설명", "public"),
        ("\0\u{1}", "설명", "public"),
        ("제목", "설명", "everyone"),
        ("제목", "설명", "' OR 1=1"),
    ] {
        let answer = add(title, description, visibility).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{visibility}"
        );
        let sql = "SELECT COUNT(*) FROM videos";
        assert_eq!(house.app.db.get::<i64>(sql, ()).await.expect("a count"), 1);
    }
    let answer = add(" 한\0 줄\r\n제목 ", "a\0b\r\nc\u{1b}[31m", "public").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let sql = "SELECT title, description FROM videos ORDER BY id DESC LIMIT 1";
    let kept: (String, String) = house.app.db.one(sql, ()).await.expect("row");
    assert_eq!(kept, ("한 줄 제목".to_owned(), "ab\nc[31m".to_owned()));
}

#[tokio::test]
async fn cookies_and_headers_of_any_shape_are_a_visitor_s() {
    let house = House::open().await;
    let long = "a".repeat(8000);
    for cookie in [
        "sessionid=",
        "sessionid=x",
        "sessionid=AAAAAAAAAAAAAAAAAAAAAA",
        "sessionid=\"",
        "=",
        ";;;",
        "sessionid=%00",
        "sessionid=' OR 1=1 --",
        "sessionid=a; sessionid=b",
        "language=",
        "theme",
        &long,
        &format!("sessionid={long}"),
    ] {
        let answer = house.visitor().get_with("/", &[("cookie", cookie)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{cookie}");
        let answer = house
            .visitor()
            .get_with("/password_change/", &[("cookie", cookie)])
            .await;
        assert_eq!(answer.status, StatusCode::FOUND, "{cookie}");
    }
    for name in [
        "accept-language",
        "accept-encoding",
        "if-none-match",
        "range",
        "x-forwarded-for",
        "x-forwarded-proto",
        "user-agent",
        "referer",
        "content-length",
    ] {
        for value in ["", ";;;", "q=", "*;q=99999999999", "\"", &long] {
            let answer = house.visitor().get_with("/", &[(name, value)]).await;
            assert_eq!(answer.status, StatusCode::OK, "{name}: {value:.20}");
        }
    }
}
