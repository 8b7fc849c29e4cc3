//! Every verb and status as the protocol has them.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use madang::words::Lang;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{PIECE, UPLOADS, begin, head, is_at, partials, rows, send, send_with, tus};
use crate::{
    binary::long_film,
    house::{Answer, House, Part, fixture, multipart},
};

#[track_caller]
fn is_plain(answer: &Answer) {
    assert_eq!(answer.header("tus-resumable"), "1.0.0");
    assert_eq!(answer.header("cache-control"), "no-store");
    if answer.status.is_client_error() {
        let kind = answer.header("content-type");
        assert_eq!(kind, "text/plain; charset=utf-8", "{}", answer.status);
        assert!(!answer.text().contains('<'), "{}", answer.text());
    }
}

#[tokio::test]
async fn options_tells_what_is_offered_in_any_version() {
    let house = House::open().await;
    let owner = house.staff().await;
    let path = begin(&owner, 10).await;
    for path in [UPLOADS, &path] {
        for version in ["1.0.0", "0.2.2", ""] {
            let headers = [("tus-resumable", version)];
            let answer = owner
                .ask(Method::OPTIONS, path, &headers, Body::empty())
                .await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT);
            assert_eq!(answer.header("tus-version"), "1.0.0");
            assert_eq!(answer.header("tus-max-size"), (2u64 << 30).to_string());
            assert_eq!(answer.header("tus-checksum-algorithm"), "sha1,sha256");
            let offered = "creation,creation-with-upload,creation-defer-length,expiration,\
                           checksum,termination";
            assert_eq!(answer.header("tus-extension"), offered);
            is_plain(&answer);
        }
    }
}

#[tokio::test]
async fn an_upload_is_created_and_asked_for() {
    let house = House::open().await;
    let owner = house.staff().await;
    let metadata = "filename 6rCV7J2YLm1wNA==,is_private,kind dmlkZW8=";
    let headers = [("upload-length", "1000"), ("upload-metadata", metadata)];
    let answer = tus(&owner, Method::POST, UPLOADS, &headers, "").await;
    assert_eq!(answer.status, StatusCode::CREATED);
    is_plain(&answer);
    assert_eq!(answer.header("upload-offset"), "");
    let expires = answer.header("upload-expires");
    let expires = httpdate::parse_http_date(expires).expect("a date");
    let left = expires.duration_since(std::time::SystemTime::now());
    let hours = left.expect("in the future").as_secs() / 3600;
    assert!((23..=24).contains(&hours), "{hours}");
    let path = answer.location();
    assert!(path.starts_with(UPLOADS) && path.ends_with('/'), "{path}");
    let answer = head(&owner, path).await;
    assert_eq!(answer.status, StatusCode::OK);
    is_plain(&answer);
    is_at(&answer, 0);
    assert_eq!(answer.header("upload-length"), "1000");
    assert_eq!(answer.header("upload-metadata"), metadata);
    assert_eq!(answer.header("upload-defer-length"), "");
    assert!(!answer.header("upload-expires").is_empty());
}

#[tokio::test]
async fn another_version_is_told_and_nothing_is_done() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let path = begin(&owner, film.len()).await;
    for (method, path) in [
        (Method::POST, UPLOADS),
        (Method::HEAD, &path),
        (Method::PATCH, &path),
        (Method::DELETE, &path),
    ] {
        for version in [Some("0.2.2"), Some("1.0.1"), None] {
            let mut headers = vec![
                ("upload-length", "10"),
                ("upload-offset", "0"),
                ("content-type", PIECE),
            ];
            headers.extend(version.map(|version| ("tus-resumable", version)));
            let body = Body::from(film.clone());
            let answer = owner.ask(method.clone(), path, &headers, body).await;
            assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED, "{method}");
            assert_eq!(answer.header("tus-version"), "1.0.0");
            is_plain(&answer);
        }
    }
    is_at(&head(&owner, &path).await, 0);
    assert_eq!(rows(&house).await, (1, 0));
}

#[tokio::test]
async fn what_cannot_be_created_is_refused_and_nothing_is_left() {
    let house = House::with(|written| written.max_upload_size = Some("1M".to_owned())).await;
    let owner = house.staff().await;
    let too_large = ((1 << 20) + 1).to_string();
    let length = ("upload-length", "10");
    for (headers, status) in [
        (vec![], 400),
        (vec![("upload-length", "-1")], 400),
        (vec![("upload-length", "+1")], 400),
        (vec![("upload-length", "ten")], 400),
        (vec![("upload-length", "")], 400),
        (vec![("upload-length", "99999999999999999999")], 400),
        (vec![length, ("upload-length", "11")], 400),
        (vec![("upload-defer-length", "0")], 400),
        (vec![("upload-defer-length", "yes")], 400),
        (vec![length, ("upload-defer-length", "1")], 400),
        (vec![length, ("upload-metadata", "name !!")], 400),
        (
            vec![length, ("upload-metadata", "name YQ==,name Yg==")],
            400,
        ),
        (
            vec![length, ("upload-metadata", "name YQ==,,kind Yg==")],
            400,
        ),
        (vec![length, ("upload-concat", "partial")], 400),
        (vec![("upload-concat", "final;/a /b")], 400),
        (vec![("upload-length", &*too_large)], 413),
        (vec![("upload-length", "0")], 422),
    ] {
        let answer = tus(&owner, Method::POST, UPLOADS, &headers, "").await;
        assert_eq!(answer.status.as_u16(), status, "{headers:?}");
        assert_eq!(answer.location(), "");
        is_plain(&answer);
    }
    let headers = [
        length,
        ("content-type", "video/mp4"),
        ("content-length", "3"),
    ];
    let answer = tus(&owner, Method::POST, UPLOADS, &headers, "abc").await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    is_plain(&answer);
    assert_eq!((rows(&house).await, partials(&house)), ((0, 0), 0));
}

#[tokio::test]
async fn a_piece_is_taken_where_it_belongs_and_nowhere_else() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let path = begin(&owner, film.len()).await;
    let answer = send(&owner, &path, 0, film[..1000].to_vec()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    is_plain(&answer);
    is_at(&answer, 1000);
    assert!(!answer.header("upload-expires").is_empty());
    for wrong in [0, 999, 1001, film.len()] {
        let answer = send(&owner, &path, wrong, film[1000..].to_vec()).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{wrong}");
        is_plain(&answer);
    }
    for (headers, status) in [
        (vec![("upload-offset", "1000")], 415),
        (
            vec![("upload-offset", "1000"), ("content-type", "video/mp4")],
            415,
        ),
        (vec![("content-type", PIECE)], 400),
        (vec![("content-type", PIECE), ("upload-offset", "-1")], 400),
        (vec![("content-type", PIECE), ("upload-offset", "x")], 400),
        (
            vec![
                ("content-type", PIECE),
                ("upload-offset", "1000"),
                ("upload-length", "1001"),
            ],
            400,
        ),
    ] {
        let answer = tus(&owner, Method::PATCH, &path, &headers, "abc").await;
        assert_eq!(answer.status.as_u16(), status, "{headers:?}");
        is_plain(&answer);
    }
    is_at(&head(&owner, &path).await, 1000);
    // An empty piece changes nothing.
    let answer = send(&owner, &path, 1000, "").await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    is_at(&answer, 1000);
    let answer = send(&owner, &path, 1000, film[1000..].to_vec()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    is_at(&answer, film.len());
}

#[tokio::test]
async fn a_piece_beyond_the_end_is_not_taken() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let path = begin(&owner, film.len()).await;
    send(&owner, &path, 0, film[..5000].to_vec()).await;
    let mut more = film[5000..].to_vec();
    more.extend_from_slice(b"and more");
    let said = more.len().to_string();
    let length = [("content-length", &*said)];
    let answer = send_with(&owner, &path, 5000, &length, more.clone()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    is_plain(&answer);
    // Without a length it shows only when it comes.
    let pieces = more
        .chunks(7000)
        .map(|piece| Ok::<_, std::io::Error>(piece.to_vec()));
    let pieces: Vec<_> = pieces.collect();
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    let answer = send(&owner, &path, 5000, body).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    is_at(&head(&owner, &path).await, 5000);
    let answer = send(&owner, &path, 5000, film[5000..].to_vec()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn an_address_of_nothing_is_not_found() {
    let house = House::open().await;
    let owner = house.staff().await;
    for name in ["aaaaaaaaaaaaaaaaaaaaaaaaaa", "x", "..%2f..%2fetc"] {
        let path = format!("{UPLOADS}{name}/");
        for method in [Method::HEAD, Method::PATCH, Method::DELETE] {
            let headers = [("upload-offset", "0"), ("content-type", PIECE)];
            let answer = tus(&owner, method, &path, &headers, "abc").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name}");
            assert_eq!(answer.header("upload-offset"), "");
            is_plain(&answer);
        }
    }
}

#[tokio::test]
async fn a_length_may_come_later_and_stays() {
    let house = House::with(|written| written.max_upload_size = Some("1M".to_owned())).await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let headers = [("upload-defer-length", "1")];
    let answer = tus(&owner, Method::POST, UPLOADS, &headers, "").await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let path = answer.location().to_owned();
    assert_eq!(
        send(&owner, &path, 0, film[..9000].to_vec()).await.status,
        204
    );
    let answer = head(&owner, &path).await;
    assert_eq!(answer.header("upload-defer-length"), "1");
    assert_eq!(answer.header("upload-length"), "");
    is_at(&answer, 9000);
    for (length, status) in [("8999", 400), ("x", 400), ("1048577", 413)] {
        let length = [("upload-length", length)];
        let answer = send_with(&owner, &path, 9000, &length, "").await;
        assert_eq!(answer.status.as_u16(), status, "{length:?}");
    }
    assert_eq!(head(&owner, &path).await.header("upload-defer-length"), "1");
    let length = film.len().to_string();
    let length = [("upload-length", &*length)];
    let answer = send_with(&owner, &path, 9000, &length, film[9000..20_000].to_vec()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let answer = head(&owner, &path).await;
    assert_eq!(answer.header("upload-length"), length[0].1);
    assert_eq!(answer.header("upload-defer-length"), "");
    let other = [("upload-length", "90000")];
    let answer = send_with(&owner, &path, 20_000, &other, film[20_000..].to_vec()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer = send_with(&owner, &path, 20_000, &length, film[20_000..].to_vec()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    is_at(&answer, film.len());
}

#[tokio::test]
async fn an_upload_of_unknown_length_ends_at_the_largest() {
    let house = House::with(|written| written.max_upload_size = Some("100K".to_owned())).await;
    let owner = house.staff().await;
    let headers = [("upload-defer-length", "1")];
    let answer = tus(&owner, Method::POST, UPLOADS, &headers, "").await;
    let path = answer.location().to_owned();
    let film = long_film(200 << 10);
    let pieces = film.chunks(10_000).map(axum::body::Bytes::copy_from_slice);
    let pieces: Vec<_> = pieces.map(Ok::<_, std::io::Error>).collect();
    let untold = axum::body::Body::from_stream(futures_util::stream::iter(pieces));
    for body in [axum::body::Body::from(film), untold] {
        let answer = send(&owner, &path, 0, body).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        answer.says("100 KB").says("이번에 보낸 부분은 버렸습니다");
    }
    is_at(&head(&owner, &path).await, 0);
}

#[tokio::test]
async fn a_piece_is_proved_by_its_checksum() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let path = begin(&owner, film.len()).await;
    let sha1 = |bytes: &[u8]| format!("sha1 {}", STANDARD.encode(Sha1::digest(bytes)));
    let sha256 = |bytes: &[u8]| format!("sha256 {}", STANDARD.encode(Sha256::digest(bytes)));
    let first = film[..30_000].to_vec();
    for wrong in [sha1(&film), sha256(&film), "sha256 AAAA".to_owned()] {
        let sum = [("upload-checksum", &*wrong)];
        let answer = send_with(&owner, &path, 0, &sum, first.clone()).await;
        assert_eq!(answer.status.as_u16(), 460, "{wrong}");
        is_plain(&answer);
        is_at(&head(&owner, &path).await, 0);
    }
    for (malformed, words) in [
        ("md5 AAAA", Some("sha1,sha256")),
        ("SHA1 AAAA", Some("sha1,sha256")),
        ("sha1", None),
        ("sha1 ?", None),
    ] {
        let sum = [("upload-checksum", malformed)];
        let answer = send_with(&owner, &path, 0, &sum, first.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{malformed}");
        answer.says(words.unwrap_or_default());
        is_at(&head(&owner, &path).await, 0);
    }
    let sum = sha1(&first);
    let answer = send_with(&owner, &path, 0, &[("upload-checksum", &*sum)], first).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    is_at(&answer, 30_000);
    let sum = sha256(&film[30_000..]);
    let sum = [("upload-checksum", &*sum)];
    let answer = send_with(&owner, &path, 30_000, &sum, film[30_000..].to_vec()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    is_at(&head(&owner, &path).await, film.len());
}

#[tokio::test]
async fn creation_may_bring_the_first_bytes_or_all() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let length = film.len().to_string();
    let headers = [("upload-length", &*length), ("content-type", PIECE)];
    let body = film[..12_345].to_vec();
    let answer = tus(&owner, Method::POST, UPLOADS, &headers, body).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    is_at(&answer, 12_345);
    let path = answer.location().to_owned();
    is_at(&head(&owner, &path).await, 12_345);
    let answer = tus(&owner, Method::POST, UPLOADS, &headers, film.clone()).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    is_at(&answer, film.len());
    assert_eq!(rows(&house).await, (1, 1));
    // Neither what is no video nor what came broken leaves anything that nobody can name.
    let text = tus(
        &owner,
        Method::POST,
        UPLOADS,
        &headers,
        vec![b'a'; film.len()],
    )
    .await;
    assert_eq!(text.status, StatusCode::UNPROCESSABLE_ENTITY);
    let sum = [headers[0], headers[1], ("upload-checksum", "sha1 AAAA")];
    let broken = tus(&owner, Method::POST, UPLOADS, &sum, film.clone()).await;
    assert_eq!(broken.status.as_u16(), 460);
    assert_eq!((rows(&house).await, partials(&house)), ((1, 1), 1));
}

#[tokio::test]
async fn an_upload_is_terminated_before_and_after_its_end() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    for sent in [5000, film.len()] {
        let path = begin(&owner, film.len()).await;
        let answer = send(&owner, &path, 0, film[..sent].to_vec()).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        let answer = tus(&owner, Method::DELETE, &path, &[], "").await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        is_plain(&answer);
        assert_eq!(head(&owner, &path).await.status, StatusCode::NOT_FOUND);
        let answer = send(&owner, &path, sent, film[sent..].to_vec()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let answer = tus(&owner, Method::DELETE, &path, &[], "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_eq!(rows(&house).await, (0, 0));
        assert_eq!(house.files(), [] as [String; 0]);
    }
}

#[tokio::test]
async fn a_method_may_be_named_in_a_header() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let over = |method| ("x-http-method-override", method);
    let headers = [over("POST"), ("upload-length", "79333")];
    let answer = tus(&owner, Method::POST, UPLOADS, &headers, "").await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let path = answer.location().to_owned();
    // A GET is not looked at by the refusal of other origins, and stays a GET.
    for harmless in [Method::GET, Method::HEAD] {
        let foreign = [over("DELETE"), ("sec-fetch-site", "cross-site")];
        tus(&owner, harmless, &path, &foreign, "").await;
        is_at(&head(&owner, &path).await, 0);
    }
    let foreign = [over("DELETE"), ("sec-fetch-site", "cross-site")];
    let answer = tus(&owner, Method::POST, &path, &foreign, "").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    is_plain(&answer);
    assert_eq!(answer.header("tus-resumable"), "1.0.0");
    let headers = [
        over("PATCH"),
        ("content-type", PIECE),
        ("upload-offset", "0"),
    ];
    let answer = tus(&owner, Method::POST, &path, &headers, film.clone()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let answer = tus(&owner, Method::POST, &path, &[over("HEAD")], "").await;
    is_at(&answer, film.len());
    let answer = tus(&owner, Method::POST, &path, &[over("OPTIONS")], "").await;
    assert_eq!(answer.header("tus-version"), "1.0.0");
    let answer = tus(&owner, Method::POST, &path, &[over("delete")], "").await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(head(&owner, &path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn other_methods_are_told_which_there_are() {
    let house = House::open().await;
    let owner = house.staff().await;
    let path = begin(&owner, 10).await;
    for (path, methods, allowed) in [
        (
            UPLOADS,
            &[Method::GET, Method::HEAD, Method::PATCH, Method::DELETE][..],
            "OPTIONS, POST",
        ),
        (
            &path,
            &[Method::GET, Method::POST, Method::PUT],
            "OPTIONS, HEAD, PATCH, DELETE",
        ),
    ] {
        for method in methods {
            let answer = tus(&owner, method.clone(), path, &[], "").await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
            assert_eq!(answer.header("allow"), allowed);
            is_plain(&answer);
        }
    }
}

#[tokio::test]
async fn who_may_not_upload_is_told_so_and_never_led_to_a_login() {
    let house = House::open().await;
    let owner = house.staff().await;
    let other = house.somebody("다른주인", true, true).await;
    let member = house.member("지민").await;
    let clerk = house.somebody("사무원", true, false).await;
    let path = begin(&owner, 1000).await;
    let visitor = house.visitor();
    let t = Lang::Ko.words();
    for (method, path) in [
        (Method::POST, UPLOADS),
        (Method::HEAD, &path),
        (Method::PATCH, &path),
        (Method::DELETE, &path),
    ] {
        for (who, status, words) in [
            (&visitor, 401, t.errors.signed_out),
            (&member, 403, t.errors.forbidden),
            (&clerk, 403, t.errors.forbidden),
            (&other, 404, t.uploads.nothing),
        ] {
            if path == UPLOADS && status == 404 {
                continue;
            }
            let headers = [
                ("upload-length", "10"),
                ("upload-offset", "0"),
                ("content-type", PIECE),
            ];
            let answer = tus(who, method.clone(), path, &headers, "abc").await;
            assert_eq!(answer.status.as_u16(), status, "{method}");
            assert_eq!(answer.location(), "");
            assert_eq!(status == 401, !answer.header("www-authenticate").is_empty());
            is_plain(&answer);
            if method != Method::HEAD {
                answer.says(words);
            }
        }
    }
    is_at(&head(&owner, &path).await, 0);
    assert_eq!(rows(&house).await, (1, 0));
    // In the sender's language.
    let headers = [("accept-language", "en"), ("upload-length", "10")];
    let answer = tus(&visitor, Method::POST, UPLOADS, &headers, "").await;
    answer.says(Lang::En.words().errors.signed_out);
    // Another site's page is refused before any of this.
    let headers = [("sec-fetch-site", "cross-site"), ("upload-length", "10")];
    let answer = tus(&owner, Method::POST, UPLOADS, &headers, "").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn who_may_only_change_videos_may_upload() {
    let house = House::open().await;
    let clerk = house.somebody("사무원", true, false).await;
    let grant = "INSERT INTO user_permissions (user_id, permission) VALUES ($1, $2)";
    let permission = "videos.change_video".to_owned();
    let granted = house.app.db.run(grant, (clerk.id, permission)).await;
    granted.expect("a grant");
    let film = fixture("short.mp4");
    let path = begin(&clerk, film.len()).await;
    assert_eq!(send(&clerk, &path, 0, film).await.status, 204);
    // And the plain form is still there beside it.
    let owner = house.staff().await;
    let body = multipart(&[Part::Text("title", "")]);
    let headers = [("content-type", "multipart/form-data; boundary=XboundaryX")];
    let add = "/admin/videos/video/add/";
    let answer = owner.ask(Method::POST, add, &headers, body.into()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}
