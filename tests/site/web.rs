//! What every page and every answer has: language, light, headers, compression, errors in words,
//! and the refusal of other origins.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};

use crate::house::{Answer, House, PASSWORD, Person, fixture, upload};

/// Every page that a GET shows, with somebody who may see it.
async fn pages(house: &House) -> Vec<(Person, String)> {
    let setup = house.setup_link.clone().expect("nobody was here before");
    let visitor = house.visitor();
    let mut pages = vec![(visitor.clone(), setup)];
    // The set-up page ends with the first superuser.
    let (person, path) = &pages[0];
    assert_eq!(person.get(path).await.status, StatusCode::OK);
    let member = house.member("지민").await;
    for path in [
        "/",
        "/?q=%EC%97%86%EB%8A%94+%EA%B2%83&sort=views",
        "/login/",
        "/login/?next=/video/1/",
        "/signup/",
        "/admin/login/",
    ] {
        pages.push((visitor.clone(), path.to_owned()));
    }
    pages.push((member.clone(), "/password_change/".to_owned()));
    pages
}

/// Those that need somebody of the staff, and a video.
async fn staff_pages(house: &House) -> Vec<(Person, String)> {
    let staff = house.staff().await;
    let (id, _) = upload(house, &staff, "영상", "public", "short.mp4").await;
    let of_video = |rest: &str| format!("/admin/videos/video/{rest}");
    [
        format!("/video/{id}/"),
        "/".to_owned(),
        "/admin/".to_owned(),
        of_video(""),
        of_video("?q=x"),
        of_video("add/"),
        of_video(&format!("{id}/change/")),
        of_video(&format!("{id}/delete/")),
    ]
    .into_iter()
    .map(|path| (staff.clone(), path))
    .collect()
}

/// `{0}` and its like, which `fill` should have replaced; the player fills those in `data-`.
fn placeholder(text: &str) -> Option<String> {
    let mut shown = text.split(" data-");
    let first = shown.next().unwrap_or_default().to_owned();
    let rest = shown.map(|part| part.splitn(3, '"').nth(2).unwrap_or(part));
    let shown = first + &rest.collect::<String>();
    let mut marks = (0..10).map(|n| format!("{{{n}}}"));
    marks.find(|mark| shown.contains(mark))
}

#[track_caller]
fn is_a_page(answer: &Answer, lang: &str, path: &str) {
    let text = answer.text();
    assert_eq!(
        answer.header("content-type"),
        "text/html; charset=utf-8",
        "{path}"
    );
    assert!(
        text.contains(&format!("<html lang=\"{lang}\"")),
        "{path}: {text}"
    );
    assert_eq!(placeholder(&text), None, "{path}");
    assert_eq!(text.matches("<h1").count(), 1, "{path}: {text}");
    assert_eq!(text.matches("<main").count(), 1, "{path}");
    assert!(text.contains("class=\"skip\""), "{path}");
    // Nothing inline, nothing from elsewhere.
    for inline in [
        "<script>",
        "<style",
        " style=\"",
        " onclick=",
        "javascript:",
        "src=\"http",
    ] {
        assert!(!text.contains(inline), "{path} has {inline}");
    }
}

#[tokio::test]
async fn every_page_speaks_both_languages_whole() {
    for lang in ["ko", "en"] {
        let house = House::open().await;
        let mut all = pages(&house).await;
        let first = all.remove(0);
        for (person, path) in &all {
            let answer = person.get_with(path, &[("accept-language", lang)]).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            is_a_page(&answer, lang, path);
        }
        let answer = first
            .0
            .get_with(&first.1, &[("accept-language", lang)])
            .await;
        is_a_page(&answer, lang, &first.1);
        for (person, path) in staff_pages(&house).await {
            let answer = person.get_with(&path, &[("accept-language", lang)]).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            is_a_page(&answer, lang, &path);
        }
        let member = house.somebody("민수", false, false).await;
        let denied = member
            .get_with("/admin/", &[("accept-language", lang)])
            .await;
        assert_eq!(denied.status, StatusCode::FORBIDDEN);
        is_a_page(&denied, lang, "/admin/ denied");
    }
}

#[tokio::test]
async fn every_asset_that_a_page_names_is_there() {
    let house = House::open().await;
    let mut all = pages(&house).await;
    all.remove(0);
    all.extend(staff_pages(&house).await);
    let mut seen = std::collections::BTreeSet::new();
    for (person, path) in all {
        let text = person.get(&path).await.text();
        for link in text.split("=\"/static/").skip(1) {
            let name = link.split(['"', '#']).next().expect("a name");
            seen.insert(name.to_owned());
        }
    }
    assert!(seen.len() > 5, "{seen:?}");
    for name in seen {
        let answer = house.visitor().get(&format!("/static/{name}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}");
        assert_eq!(name.split('.').count(), 3, "{name} has a hash");
        let cache = answer.header("cache-control");
        assert_eq!(cache, "public, max-age=31536000, immutable", "{name}");
    }
}

#[tokio::test]
async fn the_language_is_the_switch_then_the_browser_then_the_site() {
    let english = House::with(|written| written.language_code = Some("en".to_owned())).await;
    let korean = House::open().await;
    let lang = async |person: &Person, asked: &str| {
        let text = person
            .get_with("/", &[("accept-language", asked)])
            .await
            .text();
        let at = text.find("<html lang=\"").expect("lang") + 12;
        text[at..at + 2].to_owned()
    };
    for (asked, on_korean, on_english) in [
        ("", "ko", "en"),
        ("fr,de", "ko", "en"),
        ("en-US,en;q=0.9,ko;q=0.8", "en", "en"),
        ("ko-KR", "ko", "ko"),
        ("en;q=0.1, ko;q=0.9", "ko", "ko"),
        ("en;q=0, fr", "ko", "en"),
        (";;;,,q=x", "ko", "en"),
    ] {
        assert_eq!(lang(&korean.visitor(), asked).await, on_korean, "{asked}");
        assert_eq!(lang(&english.visitor(), asked).await, on_english, "{asked}");
    }
    let visitor = korean.visitor();
    let form = [("language", "en"), ("next", "/login/?next=%2Fvideo%2F1%2F")];
    let answer = visitor.post("/language/", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/login/?next=%2Fvideo%2F1%2F");
    assert_eq!(lang(&visitor, "ko-KR").await, "en");
    // What the site does not speak changes nothing, and nobody is sent elsewhere.
    let form = [("language", "fr"), ("next", "//evil.test/")];
    let answer = visitor.post("/language/", &form).await;
    assert_eq!((answer.location(), answer.header("set-cookie")), ("/", ""));
    assert_eq!(lang(&visitor, "ko").await, "en");
    // A cache must know what a page depends on.
    let vary = visitor.get("/").await.header("vary").to_ascii_lowercase();
    assert!(
        vary.contains("cookie") && vary.contains("accept-language"),
        "{vary}"
    );
}

#[tokio::test]
async fn the_light_is_remembered() {
    let house = House::open().await;
    let visitor = house.visitor();
    visitor.get("/").await.says("data-theme=\"auto\"");
    for theme in ["light", "dark", "auto"] {
        let answer = visitor
            .post("/theme/", &[("theme", theme), ("next", "/")])
            .await;
        let cookie = answer.header("set-cookie").to_ascii_lowercase();
        for part in ["max-age=31536000", "path=/", "samesite=lax", "httponly"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        visitor
            .get("/")
            .await
            .says(&format!("data-theme=\"{theme}\""));
        visitor
            .get("/nothing/")
            .await
            .says(&format!("data-theme=\"{theme}\""));
    }
    visitor.set_cookie("theme", "\"><script>alert(1)</script>");
    visitor
        .get("/")
        .await
        .says("data-theme=\"auto\"")
        .keeps_quiet_about("alert(1)");
}

#[tokio::test]
async fn every_answer_has_the_headers_that_keep_it_to_itself() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (id, key) = upload(&house, &staff, "영상", "private", "short.mp4").await;
    let visitor = house.visitor();
    let home = visitor.get("/").await.text();
    let at = home.find("/static/").expect("an asset");
    let asset = home[at..].split('"').next().expect("name").to_owned();
    let cross = [("sec-fetch-site", "cross-site")];
    for answer in [
        visitor.get("/").await,
        visitor.get("/nothing/").await,
        visitor.get("/login").await,
        visitor.get(&format!("/video/{id}/")).await,
        visitor.get(&format!("/media/{key}")).await,
        staff.get(&format!("/media/{key}")).await,
        staff
            .get_with(&format!("/media/{key}"), &[("range", "bytes=0-1")])
            .await,
        staff
            .get_with(&format!("/media/{key}"), &[("range", "bytes=99999999-")])
            .await,
        staff.get("/admin/").await,
        visitor.get("/admin/").await,
        visitor.get(&asset).await,
        visitor.get("/static/nothing.js").await,
        visitor.get("/healthz").await,
        visitor.get("/%ff").await,
        visitor.post("/logout/", &[]).await,
        visitor
            .ask(Method::POST, "/logout/", &cross, Body::empty())
            .await,
        visitor.ask(Method::DELETE, "/", &[], Body::empty()).await,
    ] {
        let status = answer.status;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{status}: {policy}");
        for unsafe_word in ["unsafe-inline", "unsafe-eval", "*", "http:", "data:"] {
            assert!(!policy.contains(unsafe_word), "{status}: {policy}");
        }
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{status}: {name}");
            assert_eq!(
                answer.headers.get_all(name).iter().count(),
                1,
                "{name} twice"
            );
        }
        assert!(answer.header("permissions-policy").contains("camera=()"));
        assert_eq!(answer.header("x-request-id").len(), 16, "{status}");
        assert_eq!(answer.header("strict-transport-security"), "", "over http");
        assert_eq!(answer.header("server"), "");
    }
    let policy = visitor.get("/").await;
    let policy = policy.header("content-security-policy");
    for part in [
        "script-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
}

#[tokio::test]
async fn assets_are_hashed_compressed_and_kept_for_a_year() {
    let house = House::open().await;
    let visitor = house.visitor();
    let home = visitor.get("/").await.text();
    let at = home.find("/static/base.").expect("a style");
    let path = home[at..].split('"').next().expect("name").to_owned();
    let plain = visitor.get(&path).await;
    assert_eq!(plain.header("content-type"), "text/css; charset=utf-8");
    let on_disk = format!("{}/static/base.css", env!("CARGO_MANIFEST_DIR"));
    assert_eq!(plain.body, std::fs::read(on_disk).expect("base.css"));
    let mut tags = vec![plain.header("etag").to_owned()];
    for (accepts, encoding) in [
        ("gzip, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", ""),
    ] {
        let headers = [("accept-encoding", accepts)];
        let answer = visitor.get_with(&path, &headers).await;
        assert_eq!(answer.header("content-encoding"), encoding, "{accepts}");
        assert!(
            encoding.is_empty() || answer.body.len() < plain.body.len() / 2,
            "{accepts}"
        );
        assert_eq!(answer.header("vary"), "Accept-Encoding", "{accepts}");
        let tag = answer.header("etag").to_owned();
        let headers = [headers[0], ("if-none-match", &tag)];
        let again = visitor.get_with(&path, &headers).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{accepts}");
        assert!(again.body.is_empty());
        assert_eq!(again.header("etag"), tag);
        tags.push(tag);
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3, "one tag for each encoding: {tags:?}");
    for unknown in [
        "/static/base.0000000000000000.css",
        "/static/nothing.css",
        "/static/../Cargo.toml",
        "/static/..%2fCargo.toml",
        "/static/",
    ] {
        let answer = visitor.get(unknown).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{unknown}");
        assert_eq!(answer.header("cache-control"), "no-store", "{unknown}");
    }
}

#[tokio::test]
async fn pages_are_compressed_and_media_never() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (_, key) = upload(&house, &staff, "영상", "public", "short.mp4").await;
    let visitor = house.visitor();
    let plain = visitor.get("/").await;
    assert_eq!(plain.header("content-encoding"), "");
    for encoding in ["br", "gzip"] {
        let headers = [("accept-encoding", encoding)];
        let page = visitor.get_with("/", &headers).await;
        assert_eq!(page.header("content-encoding"), encoding);
        assert!(page.body.len() < plain.body.len() / 2);
        let vary: Vec<_> = page.headers.get_all("vary").iter().collect();
        assert!(
            format!("{vary:?}")
                .to_ascii_lowercase()
                .contains("accept-encoding")
        );
        let error = visitor.get_with("/nothing/", &headers).await;
        assert_eq!(error.header("content-encoding"), encoding);
        let film = visitor.get_with(&format!("/media/{key}"), &headers).await;
        assert_eq!(film.header("content-encoding"), "");
        assert_eq!(film.body, fixture("short.mp4"));
    }
}

#[track_caller]
fn is_an_error_page(answer: &Answer, status: u16, lang: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    is_a_page(answer, lang, &status.to_string());
    assert!(answer.header("cache-control").contains("no-"), "{status}");
    assert!(
        answer
            .header("content-security-policy")
            .contains("script-src 'self'")
    );
    answer.says(if lang == "ko" { "마당" } else { "Madang" });
    let text = answer.text();
    for leak in [
        "SELECT",
        "INSERT",
        "sqlx",
        "no such table",
        "src/",
        ".rs",
        "panicked",
        "/tmp/",
        "axum",
        "Failed to",
    ] {
        assert!(!text.contains(leak), "{status} tells {leak}: {text}");
    }
}

#[tokio::test]
async fn every_error_has_its_status_and_a_page_in_words() {
    let house = House::open().await;
    let staff = house.staff().await;
    let member = house.member("지민").await;
    let visitor = house.visitor();
    let form = ("content-type", "application/x-www-form-urlencoded");
    for lang in ["ko", "en"] {
        let l = ("accept-language", lang);
        let post = async |path: &str, headers: &[(&str, &str)], body: Vec<u8>| {
            let headers = [&[l], headers].concat();
            visitor
                .ask(Method::POST, path, &headers, Body::from(body))
                .await
        };
        is_an_error_page(&visitor.get_with("/?q=%00", &[l]).await, 400, lang);
        is_an_error_page(&visitor.get_with("/static/%ff", &[l]).await, 400, lang);
        is_an_error_page(&post("/login/", &[form], vec![0xff]).await, 400, lang);
        is_an_error_page(&member.get_with("/admin/", &[l]).await, 403, lang);
        is_an_error_page(
            &post("/login/", &[("origin", "https://evil.test")], vec![]).await,
            403,
            lang,
        );
        is_an_error_page(&visitor.get_with("/nothing/", &[l]).await, 404, lang);
        is_an_error_page(&visitor.get_with("/video/999/", &[l]).await, 404, lang);
        is_an_error_page(&visitor.get_with("/media/x", &[l]).await, 404, lang);
        is_an_error_page(&staff.get_with("/admin/nothing/", &[l]).await, 404, lang);
        let wrong = visitor
            .ask(Method::DELETE, "/login/", &[l], Body::empty())
            .await;
        is_an_error_page(&wrong, 405, lang);
        let allow = wrong.header("allow");
        assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
        let wrong = visitor.get_with("/logout/", &[l]).await;
        is_an_error_page(&wrong, 405, lang);
        assert_eq!(wrong.header("allow"), "POST");
        is_an_error_page(
            &post("/login/", &[form], vec![b'a'; 2 << 20]).await,
            413,
            lang,
        );
        is_an_error_page(
            &post("/login/", &[("content-type", "text/plain")], vec![]).await,
            415,
            lang,
        );
        is_an_error_page(&post("/login/", &[], vec![]).await, 415, lang);
        is_an_error_page(
            &post("/login/", &[form], b"username=a&password=b".to_vec()).await,
            422,
            lang,
        );
    }
    for _ in 0..8 {
        visitor
            .post("/login/", &[("username", "지민"), ("password", "x")])
            .await;
    }
    let refused = visitor
        .post("/login/", &[("username", "지민"), ("password", "x")])
        .await;
    is_an_error_page(&refused, 429, "ko");
    let wait = refused.header("retry-after");
    assert!(wait.parse::<u32>().is_ok_and(|wait| wait > 0), "{wait}");
    refused.says(wait);
}

#[tokio::test]
async fn a_fault_of_ours_tells_its_number_and_nothing_else() {
    let house = House::open().await;
    let staff = house.staff().await;
    let hidden = "ALTER TABLE videos RENAME TO elsewhere";
    house.app.db.run(hidden, ()).await.expect("a table less");
    for (person, path) in [
        (house.visitor(), "/"),
        (house.visitor(), "/video/1/"),
        (house.visitor(), "/media/aaaaaaaaaaaaaaaaaaaaaaaaaa.mp4"),
        (staff, "/admin/videos/video/"),
    ] {
        for lang in ["ko", "en"] {
            let answer = person.get_with(path, &[("accept-language", lang)]).await;
            is_an_error_page(&answer, 500, lang);
            answer.says(answer.header("x-request-id"));
        }
    }
    // Whoever is signed in stays so.
    house
        .app
        .db
        .run("DROP TABLE sessions", ())
        .await
        .expect("drop");
    let visitor = house.visitor();
    visitor.set_cookie("sessionid", "AAAAAAAAAAAAAAAAAAAAAA");
    let answer = visitor.get("/login/").await;
    is_an_error_page(&answer, 500, "ko");
    assert_eq!(answer.header("set-cookie"), "");
    let answer = house
        .visitor()
        .post("/login/", &[("username", "주인"), ("password", PASSWORD)])
        .await;
    is_an_error_page(&answer, 500, "ko");
}

#[tokio::test]
async fn a_head_request_is_answered_as_its_get() {
    let house = House::open().await;
    let mut all = pages(&house).await;
    all.extend(staff_pages(&house).await);
    for path in [
        "/login",
        "/nothing/",
        "/healthz",
        "/readyz",
        "/logout/",
        "/favicon.ico",
    ] {
        all.push((house.visitor(), path.to_owned()));
    }
    for (person, path) in all {
        let get = person.get(&path).await;
        let head = person.ask(Method::HEAD, &path, &[], Body::empty()).await;
        assert_eq!(head.status, get.status, "{path}");
        for name in ["content-type", "cache-control", "location", "allow"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
}

#[tokio::test]
async fn an_address_without_its_last_slash_leads_to_the_one_with_it() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (id, _) = upload(&house, &staff, "영상", "public", "short.mp4").await;
    for (from, to) in [
        ("/login", "/login/"),
        (
            "/login?next=/video/1/&x=%20",
            "/login/?next=/video/1/&x=%20",
        ),
        ("/signup", "/signup/"),
        ("/password_change", "/password_change/"),
        ("/admin/login", "/admin/login/"),
        (&format!("/video/{id}?t=90"), &format!("/video/{id}/?t=90")),
    ] {
        let answer = house.visitor().get(from).await;
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{from}");
        assert_eq!(answer.location(), to, "{from}");
    }
    for (from, to) in [
        ("/admin", "/admin/"),
        ("/admin/videos/video/add", "/admin/videos/video/add/"),
    ] {
        assert_eq!(staff.get(from).await.location(), to, "{from}");
    }
    for elsewhere in ["//evil.test", "//evil.test/login", "/login//", "//login"] {
        let answer = house.visitor().get(elsewhere).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{elsewhere}");
    }
}

#[tokio::test]
async fn another_host_is_refused_and_named() {
    let house = House::with(|written| {
        written.allowed_hosts = Some("madang.test,.school.test".to_owned());
    })
    .await;
    let visitor = |host: &str| {
        let mut visitor = house.visitor();
        visitor.headers.clear();
        (visitor, host.to_owned())
    };
    for (host, status) in [
        ("madang.test", 200),
        ("madang.test:8000", 200),
        ("MADANG.test", 200),
        ("a.school.test", 200),
        ("school.test", 200),
        ("evil.test", 400),
        ("evilschool.test", 400),
        ("madang.test.evil.test", 400),
        ("madang.test@evil.test", 400),
    ] {
        // A request line with its own authority counts before the Host header (RFC 9112 §3.2.2).
        let (visitor, host) = visitor(host);
        let answer = visitor.get(&format!("http://{host}/login/")).await;
        assert_eq!(answer.status, status, "{host}");
        if status == 400 {
            is_an_error_page(&answer, 400, "ko");
            // What is no host name at all is not offered to be added.
            assert_eq!(
                answer.text().contains("ALLOWED_HOSTS"),
                !host.contains('@'),
                "{host}"
            );
        }
    }
    let answer = house.visitor().get("http://evil.test/healthz").await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn https_is_believed_from_a_trusted_proxy_only() {
    let trusting = |written: &mut madang::settings::Written| {
        written.trusted_proxies = Some("private".to_owned());
        written.hsts_for_a_year();
    };
    let house = House::with(trusting).await;
    house.member("지민").await;
    let secure = ("x-forwarded-proto", "https");
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = || {
        Body::from(
            serde_html_form::to_string([("username", "지민"), ("password", PASSWORD)])
                .expect("form"),
        )
    };
    let answer = house.visitor().get_with("/", &[secure]).await;
    assert_eq!(
        answer.header("strict-transport-security"),
        "max-age=31536000"
    );
    let login = |headers: Vec<(&'static str, &'static str)>| {
        let visitor = house.visitor();
        async move { visitor.ask(Method::POST, "/login/", &headers, body()).await }
    };
    let cookie = login(vec![form[0], secure]).await;
    let cookie = cookie.header("set-cookie");
    assert!(cookie.starts_with("sessionid="), "{cookie}");
    for part in ["; Secure", "HttpOnly", "SameSite=Lax", "Max-Age=1209600"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let cookie = login(vec![form[0]]).await;
    assert!(!cookie.header("set-cookie").contains("Secure"));
    for value in ["http", "http, https", "", "httpss"] {
        let answer = house
            .visitor()
            .get_with("/", &[("x-forwarded-proto", value)])
            .await;
        assert_eq!(answer.header("strict-transport-security"), "", "{value}");
    }

    // Nobody is trusted unless it is said.
    let alone = House::with(|written| written.hsts_for_a_year()).await;
    let answer = alone.visitor().get_with("/", &[secure]).await;
    assert_eq!(answer.header("strict-transport-security"), "");
}

trait ForAYear {
    fn hsts_for_a_year(&mut self);
}

impl ForAYear for madang::settings::Written {
    fn hsts_for_a_year(&mut self) {
        self.secure_hsts_seconds = Some("31536000".to_owned());
    }
}

#[tokio::test]
async fn http_is_sent_on_to_https_with_its_path() {
    let house = House::with(|written| {
        written.secure_ssl_redirect = Some("on".to_owned());
        written.trusted_proxies = Some("127.0.0.1".to_owned());
    })
    .await;
    let visitor = house.visitor();
    let answer = visitor.get("/video/1/?t=90&x=%EA%B0%80").await;
    assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(
        answer.location(),
        "https://madang.test/video/1/?t=90&x=%EA%B0%80"
    );
    let answer = visitor
        .get_with("/login/", &[("x-forwarded-proto", "https")])
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(visitor.get("/healthz").await.status, StatusCode::OK);
    let answer = visitor
        .post("/login/", &[("username", "a"), ("password", "b")])
        .await;
    assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
}

#[tokio::test]
async fn a_client_behind_a_trusted_proxy_is_told_from_its_neighbour() {
    for (proxies, told_apart) in [(Some("127.0.0.1"), true), (None, false)] {
        let house = House::with(|written| {
            written.trusted_proxies = proxies.map(str::to_owned);
        })
        .await;
        house.member("지민").await;
        let tries = async |address: &str| {
            let headers = [
                ("content-type", "application/x-www-form-urlencoded"),
                ("x-forwarded-for", address),
            ];
            let body = Body::from("username=%EC%A7%80%EB%AF%BC&password=wrong");
            house
                .visitor()
                .ask(Method::POST, "/login/", &headers, body)
                .await
                .status
        };
        for _ in 0..12 {
            tries("203.0.113.1").await;
        }
        assert_eq!(tries("203.0.113.1").await, StatusCode::TOO_MANY_REQUESTS);
        let neighbour = tries("203.0.113.2").await;
        let expected = if told_apart { 422 } else { 429 };
        assert_eq!(neighbour, expected, "{proxies:?}");
        // What a client writes in front of the proxy's own word is not believed.
        let made_up = tries("198.51.100.7, 203.0.113.1").await;
        assert_eq!(made_up, StatusCode::TOO_MANY_REQUESTS, "{proxies:?}");
    }
}

/// Every address that a POST changes something at.
fn posts(id: i64) -> Vec<String> {
    let video = "/admin/videos/video/";
    vec![
        "/login/".to_owned(),
        "/signup/".to_owned(),
        "/logout/".to_owned(),
        "/password_change/".to_owned(),
        "/setup/".to_owned(),
        "/language/".to_owned(),
        "/theme/".to_owned(),
        format!("/video/{id}/view/"),
        "/admin/login/".to_owned(),
        "/admin/logout/".to_owned(),
        format!("{video}add/"),
        format!("{video}{id}/change/"),
        format!("{video}{id}/delete/"),
        "/admin/nothing/".to_owned(),
        "/nothing/".to_owned(),
    ]
}

#[tokio::test]
async fn no_other_origin_can_make_anybody_do_anything() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (id, _) = upload(&house, &staff, "영상", "public", "short.mp4").await;
    for path in posts(id) {
        for headers in [
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site")],
            vec![("sec-fetch-site", "Same-Origin")],
            vec![("sec-fetch-site", "what")],
            vec![
                ("sec-fetch-site", "cross-site"),
                ("origin", "http://madang.test"),
            ],
            vec![("origin", "http://evil.test")],
            vec![("origin", "http://madang.test.evil.test")],
            vec![("origin", "http://sub.madang.test")],
            vec![("origin", "http://madang.test:8000")],
            vec![("origin", "null")],
            vec![("origin", "madang.test")],
        ] {
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                let answer = staff.ask(method, &path, &headers, Body::empty()).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}: {headers:?}");
            }
        }
        if ["/logout/", "/admin/logout/"].contains(&path.as_str()) || path.contains("delete") {
            continue;
        }
        for headers in [
            vec![("sec-fetch-site", "same-origin")],
            vec![("sec-fetch-site", "none")],
            vec![("origin", "http://madang.test")],
            vec![("origin", "https://madang.test")],
            // Neither: no browser, such as curl.
            vec![("origin", "")],
        ] {
            let answer = staff
                .ask(Method::POST, &path, &headers, Body::empty())
                .await;
            assert_ne!(answer.status, StatusCode::FORBIDDEN, "{path}: {headers:?}");
        }
    }
    // Nothing of it happened.
    assert_eq!(staff.get("/admin/").await.status, StatusCode::OK);
    let count: i64 = house
        .app
        .db
        .get("SELECT COUNT(*) FROM videos", ())
        .await
        .expect("count");
    assert_eq!(count, 1);
    // A link from elsewhere is no harm.
    let link = [("sec-fetch-site", "cross-site")];
    let answer = staff.get_with(&format!("/video/{id}/"), &link).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn alive_needs_nothing_and_ready_needs_database_and_folder() {
    let house = House::open().await;
    let visitor = house.visitor();
    for path in ["/healthz", "/readyz"] {
        assert_eq!(visitor.get(path).await.status, StatusCode::OK, "{path}");
    }
    let root = house.app.storage.root().to_owned();
    std::fs::rename(&root, root.with_extension("away")).expect("rename");
    assert_eq!(
        visitor.get("/readyz").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(visitor.get("/healthz").await.status, StatusCode::OK);
    std::fs::rename(root.with_extension("away"), &root).expect("rename");
    assert_eq!(visitor.get("/readyz").await.status, StatusCode::OK);
    house.app.db.close().await;
    assert_eq!(
        visitor.get("/readyz").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(visitor.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn while_developing_assets_are_read_from_the_disk() {
    let house = House::with(|written| written.debug = Some("on".to_owned())).await;
    let visitor = house.visitor();
    visitor.get("/").await.says("\"/static/base.css\"");
    let answer = visitor.get("/static/base.css").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "no-cache");
    for path in [
        "/static/..%2fCargo.toml",
        "/static/%2e%2e%2fCargo.toml",
        "/static/nothing.css",
    ] {
        assert_eq!(
            visitor.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let hidden = "ALTER TABLE videos RENAME TO elsewhere";
    house.app.db.run(hidden, ()).await.expect("a table less");
    // No more is told than elsewhere.
    is_an_error_page(&visitor.get("/").await, 500, "ko");
}
