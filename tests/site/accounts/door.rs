//! Login, its throttle, `next`, and the first superuser.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use futures_util::FutureExt;
use madang::{
    accounts::{
        hashing::{HashError, Hasher},
        login::Doorkeeper,
        setup::{Ensured, ensure_superuser},
    },
    web::paging,
    words::Lang,
};
use tower::ServiceExt;

use super::{at, deactivate, log_in, open, see_other, sign_up, user, who, with_member};
use crate::house::PASSWORD;

/// Of the least that argon2 takes.
fn hasher() -> Hasher {
    Hasher::new(argon2::Params::new(8, 1, 1, None).expect("parameters"))
}

#[tokio::test]
async fn wrong_name_wrong_password_and_inactive_account_get_one_answer() {
    let (house, _) = with_member().await;
    sign_up(&house.visitor(), "gone", PASSWORD).await;
    deactivate(&house, "gone").await;
    let mut bodies = Vec::new();
    for (name, password) in [
        ("지민", "wrong"),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("a b", PASSWORD),
    ] {
        let answer = log_in(&house.visitor(), name, password).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        answer
            .says(Lang::Ko.words().accounts.login_refused)
            .says(name);
        bodies.push(answer.text().replace(name, ""));
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
}

/// Equal time is proved by equal work: where no place to hash is left, nobody is told anything.
#[test]
fn a_wrong_name_costs_a_hash_as_a_wrong_password_does() {
    // The one thread that would hash is held up until the end.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build();
    runtime.expect("a runtime").block_on(async {
        let (house, _) = with_member().await;
        sign_up(&house.visitor(), "gone", PASSWORD).await;
        deactivate(&house, "gone").await;
        let (end, ended) = std::sync::mpsc::channel::<()>();
        tokio::task::spawn_blocking(move || ended.recv());

        let hasher = hasher();
        let mut line = Vec::new();
        loop {
            let mut next = Box::pin(hasher.hash("somebody else's"));
            match next.as_mut().now_or_never() {
                None => line.push(next),
                Some(Err(HashError::Busy)) => break,
                Some(other) => panic!("neither waiting nor refused: {other:?}"),
            }
            // A task that asks for much in one go is made to wait by the runtime itself.
            tokio::task::yield_now().await;
        }

        let door = Doorkeeper::new(hasher.clone()).expect("doorkeeper");
        let router = madang::app::router(house.app.clone(), door);
        let log_in = async |name: &str| {
            let form = serde_html_form::to_string([("username", name), ("password", "wrong")]);
            let request = Request::post("/login/")
                .header(header::HOST, "madang.test")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(form.expect("a form")))
                .expect("a request");
            let Ok(answer) = router.clone().oneshot(request).await;
            answer.status()
        };
        let names = ["지민", "nobody", "gone", "a b"];
        for name in names {
            let status = log_in(name).await;
            assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{name}");
        }
        drop((line, end));
        for name in names {
            let status = log_in(name).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        }
    });
}

#[tokio::test]
async fn what_fails_by_our_own_fault_is_no_failed_login() {
    let (house, _) = with_member().await;
    house.app.db.close().await;
    for _ in 0..7 {
        let answer = log_in(&house.visitor(), "지민", PASSWORD).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    }
}

#[tokio::test]
async fn the_session_key_changes_at_login() {
    let (house, browser) = with_member().await;
    let planted = browser.cookie("sessionid").expect("a cookie");
    assert_eq!(log_in(&browser, "지민", PASSWORD).await.status, 303);
    assert_ne!(browser.cookie("sessionid").as_ref(), Some(&planted));
    let thief = house.visitor();
    thief.set_cookie("sessionid", &planted);
    assert_eq!(who(&thief).await, "");
    assert_eq!(who(&browser).await, "지민");
}

#[tokio::test]
async fn the_cookie_is_not_in_the_database() {
    let (house, browser) = with_member().await;
    let cookie = browser.cookie("sessionid").expect("a cookie");
    let sql = "SELECT key, data FROM sessions";
    let rows: Vec<(String, String)> = house.app.db.all(sql, ()).await.expect("query");
    assert_eq!(rows.len(), 1);
    for (id, data) in rows {
        assert!(id != cookie && !data.contains(&cookie));
    }
}

#[tokio::test]
async fn a_hash_of_djangos_is_renewed_at_login() {
    let (house, _) = with_member().await;
    // Python: hashlib.pbkdf2_hmac("sha256", "비밀 word".encode(), b"saltsalt", 1000)
    let django =
        "pbkdf2_sha256$1000$saltsalt$QJz0ykJ8fKYFSslHnMtrE821v+Yioc4x7265FYul9dc=".to_owned();
    let db = &house.app.db;
    let set = db.run("UPDATE users SET password = $1", (django,)).await;
    assert_eq!(set.expect("update"), 1);
    assert_eq!(
        log_in(&house.visitor(), "지민", "비밀 word").await.status,
        303
    );
    let stored: String = db
        .get("SELECT password FROM users", ())
        .await
        .expect("query");
    assert!(stored.starts_with("$argon2id$"), "{stored}");
    assert_eq!(
        log_in(&house.visitor(), "지민", "비밀 word").await.status,
        303
    );
    assert!(
        user(&house, "지민")
            .await
            .expect("found")
            .last_login
            .is_some()
    );
}

#[tokio::test]
async fn repeated_failures_wait_with_the_seconds_in_words() {
    let (house, _) = with_member().await;
    let browser = at(&house, "203.0.113.1");
    for _ in 0..5 {
        assert_eq!(log_in(&browser, "지민", "wrong").await.status, 422);
    }
    let answer = log_in(&browser, "지민", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds: u32 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=30).contains(&seconds));
    answer.says(&format!("{seconds}초 뒤")).says("지민");
    assert_eq!(who(&browser).await, "");
    // The owner, from elsewhere.
    let answer = log_in(&at(&house, "198.51.100.7"), "지민", PASSWORD).await;
    assert_eq!(answer.status, 303);
}

#[tokio::test]
async fn a_hundred_guesses_at_once_are_not_all_tried() {
    let (house, _) = with_member().await;
    let mut guesses = tokio::task::JoinSet::new();
    for number in 0..100 {
        let browser = house.visitor();
        guesses.spawn(async move { log_in(&browser, "지민", &number.to_string()).await.status });
    }
    let mut tried = 0;
    while let Some(status) = guesses.join_next().await {
        tried += usize::from(status.expect("task") == StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert!((1..=5).contains(&tried), "{tried} were tried");
}

#[tokio::test]
async fn next_leads_back_to_the_page_and_never_away() {
    let (house, signed_in) = with_member().await;
    for (asked, goes) in [
        ("/video/3/?t=90", "/video/3/?t=90"),
        ("", "/"),
        ("//evil.kr", "/"),
        ("/\\evil.kr", "/"),
        ("/\t/evil.kr", "/"),
        ("https://evil.kr/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
    ] {
        let form = [
            ("username", "지민"),
            ("password", PASSWORD),
            ("next", asked),
        ];
        let answer = house.visitor().post("/login/", &form).await;
        assert_eq!(
            (answer.status, answer.location()),
            see_other(goes),
            "{asked:?}"
        );
        let path = paging::address("/login/", &[("next", asked)]);
        let answer = signed_in.get(&path).await;
        assert_eq!(
            (answer.status, answer.location()),
            see_other(goes),
            "{asked:?}"
        );
    }
    let answer = house.visitor().get("/login/?next=/video/3/").await;
    answer
        .says("value=\"/video/3/\"")
        .says(Lang::Ko.words().accounts.private_video);
    let form = [
        ("username", "지민"),
        ("password", "wrong"),
        ("next", "/video/3/"),
    ];
    let answer = house.visitor().post("/login/", &form).await;
    answer.says("value=\"/video/3/\"");
}

#[tokio::test]
async fn the_admins_door_leads_to_the_admin_site() {
    let (house, member) = with_member().await;
    // A member who is not staff may sign in to another account there.
    assert_eq!(member.get("/admin/login/").await.status, StatusCode::OK);
    let made = ensure_superuser(&house.app.db, &hasher(), "owner", PASSWORD).await;
    assert_eq!(made.expect("made"), Ensured::Made);
    let form = [("username", "owner"), ("password", PASSWORD)];
    let answer = member.post("/admin/login/", &form).await;
    assert_eq!((answer.status, answer.location()), see_other("/admin/"));
    assert_eq!(who(&member).await, "owner");
    let answer = member.get("/admin/login/?next=/admin/videos/video/").await;
    assert_eq!(
        (answer.status, answer.location()),
        see_other("/admin/videos/video/")
    );
}

#[tokio::test]
async fn hostile_forms_are_no_fault_of_ours() {
    let (house, _) = with_member().await;
    let long = "a".repeat(100_000);
    for (name, password) in [
        (long.as_str(), "x"),
        ("지민", long.as_str()),
        ("' OR 1=1 --", "' OR 1=1 --"),
        ("\u{202e}", "\u{0}x"),
        ("\"><script>alert(1)</script>", "x"),
    ] {
        let answer = log_in(&house.visitor(), name, password).await;
        assert!(answer.status.is_client_error(), "{}", answer.status);
        answer.keeps_quiet_about("<script>alert");
    }
    let answer = sign_up(&house.visitor(), &long, &long).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Not UTF-8 once decoded.
    let answer = house.visitor().get("/login/?next=%ff").await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn the_set_up_link_makes_one_superuser_and_is_dead_then() {
    let house = open().await;
    let link = house.setup_link.clone().expect("no superuser yet");
    let token = link.strip_prefix("/setup/?token=").expect("a token");
    assert!(token.len() >= 43);
    let browser = house.visitor();
    for path in ["/setup/", "/setup/?token=guess"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND);
    }
    browser.get(&link).await.says(token);
    let form = |password| {
        [
            ("token", token),
            ("username", "운영자"),
            ("password1", password),
            ("password2", password),
        ]
    };
    assert_eq!(browser.post("/setup/", &form("1234")).await.status, 422);
    assert_eq!(
        browser.post("/setup/", &[("token", "guess")]).await.status,
        404
    );
    let answer = browser.post("/setup/", &form(PASSWORD)).await;
    assert_eq!((answer.status, answer.location()), see_other("/"));
    browser
        .get("/")
        .await
        .says(Lang::Ko.words().accounts.setup_done);
    assert_eq!(who(&browser).await, "운영자");
    let owner = user(&house, "운영자").await.expect("found");
    assert!(owner.is_staff && owner.is_superuser);
    let gone = house.app.db.run("DELETE FROM users", ()).await;
    assert_eq!(gone.expect("delete"), 1);
    assert_eq!(
        house.visitor().get(&link).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn two_set_ups_at_once_make_one_superuser() {
    let house = open().await;
    let link = house.setup_link.clone().expect("no superuser yet");
    let token = link.strip_prefix("/setup/?token=").expect("a token");
    let form = |name| {
        [
            ("token", token),
            ("username", name),
            ("password1", PASSWORD),
            ("password2", PASSWORD),
        ]
    };
    let (one, other) = (form("one"), form("other"));
    let (first, second) = (house.visitor(), house.visitor());
    let (one, other) = tokio::join!(first.post("/setup/", &one), second.post("/setup/", &other));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404]);
}

#[tokio::test]
async fn an_unattended_superuser_never_touches_an_account_that_exists() {
    let (house, _) = with_member().await;
    let ensure = async |name: &str| {
        let made = ensure_superuser(&house.app.db, &hasher(), name, "admin123").await;
        made.map_err(|fault| fault.to_string())
    };
    assert_eq!(ensure("지민").await, Ok(Ensured::Exists));
    let member = user(&house, "지민").await.expect("found");
    assert!(!member.is_staff && !member.is_superuser);
    assert_eq!(log_in(&house.visitor(), "지민", PASSWORD).await.status, 303);
    assert_eq!(ensure("owner").await, Ok(Ensured::Made));
    assert_eq!(ensure("OWNER").await, Ok(Ensured::Exists));
    let fault = ensure("a b").await.expect_err("no name");
    assert!(fault.contains("SUPERUSER_USERNAME"), "{fault}");
    assert_eq!(
        log_in(&house.visitor(), "owner", "admin123").await.status,
        303
    );
}
