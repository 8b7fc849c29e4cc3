//! Sign-up, password change, logout, and when a session ends.

mod door;

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use madang::{
    accounts::{User, hashing::Hasher, names::Username, store},
    db::Time,
    words::Lang,
};

use crate::house::{Answer, House, PASSWORD, Person};

/// A site behind a proxy, so that tests can come from several addresses.
async fn open() -> House {
    House::with(|written| written.trusted_proxies = Some("127.0.0.1".into())).await
}

fn at(house: &House, address: &'static str) -> Person {
    let mut person = house.visitor();
    let address = address.parse().expect("a header");
    person.headers.insert("x-forwarded-for", address);
    person
}

async fn sign_up(person: &Person, name: &str, password: &str) -> Answer {
    let form = [
        ("username", name),
        ("password1", password),
        ("password2", password),
    ];
    person.post("/signup/", &form).await
}

async fn log_in(person: &Person, name: &str, password: &str) -> Answer {
    let form = [("username", name), ("password", password)];
    person.post("/login/", &form).await
}

/// The name that the site knows this person by; empty for a visitor.
async fn who(person: &Person) -> String {
    let page = person.get("/password_change/").await.text();
    let field = page
        .split("<input")
        .find(|field| field.contains("readonly"));
    let value = field.and_then(|field| field.split("value=\"").nth(1));
    let value = value.and_then(|value| value.split('"').next());
    value.unwrap_or_default().to_owned()
}

async fn sessions(house: &House) -> i64 {
    let sql = "SELECT COUNT(*) FROM sessions";
    house.app.db.get(sql, ()).await.expect("query")
}

fn see_other(path: &str) -> (StatusCode, &str) {
    (StatusCode::SEE_OTHER, path)
}

/// A site with the member 지민, and a browser signed in to it.
async fn with_member() -> (House, Person) {
    let house = open().await;
    let browser = house.visitor();
    let answer = sign_up(&browser, "지민", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    (house, browser)
}

async fn user(house: &House, name: &str) -> Option<User> {
    let name = Username::read(name).expect("a name");
    store::by_name(&house.app.db, &name).await.expect("query")
}

async fn deactivate(house: &House, name: &str) {
    let id = user(house, name).await.expect("found").id;
    let sql = "UPDATE users SET is_active = FALSE WHERE id = $1";
    assert_eq!(house.app.db.run(sql, (id,)).await.expect("update"), 1);
}

#[tokio::test]
async fn whoever_signs_up_is_signed_in_and_goes_on() {
    let house = open().await;
    let browser = house.visitor();
    let form = [
        ("username", "ｊｉｍｉｎ"),
        ("password1", PASSWORD),
        ("password2", PASSWORD),
        ("next", "/video/3/?t=90"),
    ];
    let answer = browser.post("/signup/", &form).await;
    assert_eq!(
        (answer.status, answer.location()),
        see_other("/video/3/?t=90")
    );
    assert_eq!(who(&browser).await, "jimin");
    let cookie = answer.header("set-cookie");
    for part in [
        "sessionid=",
        "HttpOnly",
        "SameSite=Lax",
        "Max-Age=1209600",
        "Path=/",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[tokio::test]
async fn all_faults_of_a_sign_up_are_told_at_once_and_typed_text_stays() {
    let (house, _) = with_member().await;
    let browser = house.visitor();
    let words = Lang::Ko.words().accounts;
    let form = [
        ("username", "<지민>"),
        ("password1", "12345"),
        ("password2", "67890"),
    ];
    let answer = browser.post("/signup/", &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer
        .says(words.username_letters)
        .says(words.password_common)
        .says(words.password_numeric)
        .says(words.passwords_differ)
        .says("&#60;지민&#62;")
        .keeps_quiet_about("12345")
        .keeps_quiet_about("67890");
    let answer = sign_up(&browser, "지민", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says(words.username_taken);
    let answer = browser.post("/signup/", &[]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer
        .says(words.username_missing)
        .says(words.password_missing);
}

#[tokio::test]
async fn names_are_taken_in_every_case() {
    let house = open().await;
    assert_eq!(sign_up(&house.visitor(), "Ada", PASSWORD).await.status, 303);
    assert_eq!(sign_up(&house.visitor(), "aDA", PASSWORD).await.status, 422);
    let browser = house.visitor();
    assert_eq!(log_in(&browser, "ADA", PASSWORD).await.status, 303);
    assert_eq!(who(&browser).await, "Ada");
}

#[tokio::test]
async fn two_sign_ups_of_one_name_at_once_make_one_account() {
    let house = open().await;
    let (one, other) = (house.visitor(), house.visitor());
    let (first, second) = tokio::join!(
        sign_up(&one, "ada", PASSWORD),
        sign_up(&other, "Ada", PASSWORD)
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
}

#[tokio::test]
async fn a_closed_sign_up_is_hidden_and_refused() {
    let house = House::with(|written| written.signup = Some("closed".into())).await;
    let browser = house.visitor();
    let words = Lang::Ko.words().errors;
    let answer = browser.get("/signup/").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    answer.says(words.signup_closed);
    let answer = sign_up(&browser, "ada", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(user(&house, "ada").await, None);
    for path in ["/", "/login/"] {
        browser.get(path).await.keeps_quiet_about("/signup/");
    }
}

#[tokio::test]
async fn one_address_does_not_make_accounts_without_end() {
    let house = open().await;
    for number in 0..60 {
        let answer = sign_up(&house.visitor(), &format!("ada{number}"), PASSWORD).await;
        assert_eq!(answer.status, 303);
    }
    let answer = sign_up(&house.visitor(), "ada60", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.header("retry-after").parse::<u32>().is_ok());
    answer.says("value=\"ada60\"");
    let answer = sign_up(&at(&house, "198.51.100.7"), "ada60", PASSWORD).await;
    assert_eq!(answer.status, 303);
}

#[tokio::test]
async fn a_changed_password_ends_every_other_session_at_once() {
    let (house, here) = with_member().await;
    let there = house.visitor();
    assert_eq!(log_in(&there, "지민", PASSWORD).await.status, 303);
    let before = here.cookies();
    let form = [
        ("old_password", PASSWORD),
        ("new_password1", "another courtyard"),
        ("new_password2", "another courtyard"),
    ];
    assert_eq!(here.post("/password_change/", &form).await.status, 303);
    assert_eq!(sessions(&house).await, 1);
    here.get("/")
        .await
        .says(Lang::Ko.words().accounts.password_changed);
    assert_eq!(who(&here).await, "지민");
    assert_ne!(here.cookies(), before);
    assert_eq!(who(&there).await, "");
    assert_eq!(log_in(&there, "지민", PASSWORD).await.status, 422);
    assert_eq!(
        log_in(&there, "지민", "another courtyard").await.status,
        303
    );
}

#[tokio::test]
async fn a_session_made_with_the_old_password_meanwhile_has_ended() {
    let (house, browser) = with_member().await;
    let id = user(&house, "지민").await.expect("found").id;
    let hash = Hasher::default()
        .hash("another courtyard")
        .await
        .expect("hash");
    let changed = store::set_password(&house.app.db, id, hash).await;
    changed.expect("update");
    assert_eq!(sessions(&house).await, 1);
    assert_eq!(who(&browser).await, "");
    assert_eq!(sessions(&house).await, 0);
}

#[tokio::test]
async fn of_two_password_changes_at_once_one_is_told_that_it_took() {
    let (house, here) = with_member().await;
    let there = house.visitor();
    assert_eq!(log_in(&there, "지민", PASSWORD).await.status, 303);
    let form = |new| {
        [
            ("old_password", PASSWORD),
            ("new_password1", new),
            ("new_password2", new),
        ]
    };
    let (one, other) = (form("another courtyard"), form("a third courtyard"));
    let (first, second) = tokio::join!(
        here.post("/password_change/", &one),
        there.post("/password_change/", &other)
    );
    assert_ne!(first.status == 303, second.status == 303);
    let (new, old) = if first.status == 303 {
        (one[1].1, other[1].1)
    } else {
        (other[1].1, one[1].1)
    };
    assert_eq!(log_in(&house.visitor(), "지민", old).await.status, 422);
    assert_eq!(log_in(&house.visitor(), "지민", new).await.status, 303);
}

#[tokio::test]
async fn a_clock_set_back_after_a_password_change_keeps_nobody_out() {
    let (house, browser) = with_member().await;
    let form = [
        ("old_password", PASSWORD),
        ("new_password1", "another courtyard"),
        ("new_password2", "another courtyard"),
    ];
    assert_eq!(browser.post("/password_change/", &form).await.status, 303);
    // As a session looks that began when the clock had been set back by an hour.
    let sql = "SELECT id, data FROM sessions";
    let (id, data): (i64, String) = house.app.db.one(sql, ()).await.expect("a session");
    let mut data: serde_json::Value = serde_json::from_str(&data).expect("JSON");
    data["signed_in"] = Time::now().plus_seconds(-3600).0.into();
    let sql = "UPDATE sessions SET data = $2 WHERE id = $1";
    let set = house.app.db.run(sql, (id, data.to_string())).await;
    set.expect("update");
    assert_eq!(who(&browser).await, "지민");
}

#[tokio::test]
async fn a_password_change_asks_for_the_old_one_and_counts_guesses() {
    let (house, browser) = with_member().await;
    let words = Lang::Ko.words().accounts;
    let form = [
        ("old_password", "guess"),
        ("new_password1", "지민"),
        ("new_password2", "x"),
    ];
    let answer = browser.post("/password_change/", &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer
        .says(words.old_password_wrong)
        .says(words.password_like_username)
        .says(words.passwords_differ);
    for _ in 0..4 {
        assert_eq!(browser.post("/password_change/", &form).await.status, 422);
    }
    assert_eq!(browser.post("/password_change/", &form).await.status, 429);
    assert_eq!(log_in(&house.visitor(), "지민", PASSWORD).await.status, 429);
}

#[tokio::test]
async fn a_visitor_who_wants_to_change_a_password_logs_in_first() {
    let house = open().await;
    let visitor = house.visitor();
    for answer in [
        visitor.get("/password_change/").await,
        visitor.post("/password_change/", &[]).await,
    ] {
        assert_eq!(answer.status, StatusCode::FOUND);
        assert_eq!(answer.location(), "/login/?next=%2Fpassword_change%2F");
    }
}

#[tokio::test]
async fn a_deactivated_or_deleted_account_is_a_visitor_at_once() {
    let (house, browser) = with_member().await;
    deactivate(&house, "지민").await;
    assert_eq!(who(&browser).await, "");
    assert_eq!(sessions(&house).await, 0);
    let browser = house.visitor();
    assert_eq!(sign_up(&browser, "ada", PASSWORD).await.status, 303);
    let sql = "DELETE FROM users WHERE username = 'ada'";
    assert_eq!(house.app.db.run(sql, ()).await.expect("delete"), 1);
    assert_eq!(sessions(&house).await, 0);
    assert_eq!(who(&browser).await, "");
}

#[tokio::test]
async fn logout_is_a_post_and_leaves_nothing() {
    let (house, browser) = with_member().await;
    let answer = browser.get("/logout/").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(who(&browser).await, "지민");
    let before = browser.cookie("sessionid").expect("a cookie");
    let answer = browser.post("/logout/", &[]).await;
    assert_eq!((answer.status, answer.location()), see_other("/"));
    assert_eq!(
        (browser.cookie("sessionid"), sessions(&house).await),
        (None, 0)
    );
    browser.set_cookie("sessionid", &before);
    assert_eq!(who(&browser).await, "");
    let answer = browser.post("/logout/", &[("next", "/admin/login/")]).await;
    assert_eq!(
        (answer.status, answer.location()),
        see_other("/admin/login/")
    );
    let answer = browser
        .ask(Method::POST, "/logout/", &[], Body::empty())
        .await;
    assert_eq!((answer.status, answer.location()), see_other("/"));
}

#[tokio::test]
async fn a_visitor_gets_no_session() {
    let house = open().await;
    let browser = house.visitor();
    for path in ["/", "/login/", "/signup/"] {
        assert_eq!(browser.get(path).await.header("set-cookie"), "", "{path}");
    }
    let answer = log_in(&browser, "nobody", "x").await;
    assert_eq!(answer.header("set-cookie"), "");
    assert_eq!(sessions(&house).await, 0);
}
