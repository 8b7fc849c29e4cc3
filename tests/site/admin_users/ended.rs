//! Forms that come when their sender's session has ended: nothing is done, and nothing typed is lost.

use axum::http::{Method, StatusCode};
use madang::{videos::Visibility, web::held};

use super::*;
use crate::{
    board::Post,
    house::{PASSWORD, Part},
    videos::Row,
};

const VIDEOS: &str = "/admin/videos/video/";
const SECRET: &str = "아무도 모를 열쇠 2026";

/// Ends every session of somebody behind their back.
async fn end(house: &House, person: &Person) {
    let sql = "DELETE FROM sessions WHERE user_id = $1";
    let done = house.app.db.run(sql, (person.id,)).await;
    done.expect("the end of a session");
}

/// What stands in a hidden field, unescaped.
fn hidden(page: &Answer, name: &str) -> String {
    let text = page.text();
    let sign = format!("name=\"{name}\" value=\"");
    let start = text.find(&sign).expect("the field") + sign.len();
    let end = text[start..].find('"').expect("its end");
    text[start..start + end].replace("&#38;", "&")
}

/// Asserts that this is the login which carries a form on to `path`; logs in there.
async fn log_in_again(person: &Person, page: &Answer, path: &str, name: &str) -> Answer {
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.text());
    assert!(page.header("cache-control").contains("no-store"));
    let accounts = Lang::Ko.words().accounts;
    page.says(accounts.ended)
        .says("action=\"/admin/login/\"")
        .keeps_quiet_about(SECRET);
    assert_eq!(hidden(page, "next"), path);
    let held = hidden(page, "held");
    let send = async |name, password| {
        let form = [
            ("username", name),
            ("password", password),
            ("next", path),
            ("held", held.as_str()),
        ];
        person.post("/admin/login/", &form).await
    };
    let wrong = send(name, "wrong").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(hidden(&wrong, "held"), held);
    let answer = send(name, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(answer.location(), path);
    answer
}

#[tokio::test]
async fn a_users_form_is_shown_again_after_the_login_and_saved_by_hand() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    let path = format!("{}?_changelist_filters=q%3Da", user(member.id, "change"));
    let version = version(&owner.get(&path).await);
    end(&house, &owner).await;
    let form = [
        ("username", "민지"),
        ("email", "minji@a.kr"),
        ("is_active", "on"),
        ("is_staff", "on"),
        ("user_permissions", "videos.add_video"),
        ("version", version.as_str()),
        ("_password", SECRET),
        ("_save", "1"),
    ];
    let page = owner.post(&path, &form).await;
    log_in_again(&owner, &page, &path, "주인").await;
    let shown = owner.get(&path).await;
    assert_eq!(shown.status, StatusCode::OK);
    shown
        .says(words().held_again)
        .says("value=\"민지\"")
        .says("value=\"minji@a.kr\"")
        .says("name=\"is_staff\" value=\"on\" checked")
        .says("aria-label=\"동영상 추가\" checked")
        .keeps_quiet_about(words().theirs);
    assert_eq!(hidden(&shown, "version"), version);
    assert_eq!(flags(&house, member.id).await, (true, false, false));
    let answer = owner.post(&path, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(flags(&house, member.id).await, (true, true, false));
    // It is shown once.
    let later = owner.get(&path).await;
    later.keeps_quiet_about(words().held_again);
}

#[tokio::test]
async fn a_held_form_waits_for_its_own_page_and_tells_what_others_saved() {
    let house = House::open().await;
    let owner = house.staff().await;
    let other = house.somebody("다른이", true, true).await;
    let [one, two] = [house.member("하나").await, house.member("둘").await];
    let path = user(one.id, "change");
    let version = version(&owner.get(&path).await);
    end(&house, &owner).await;
    let form = [
        ("username", "하나"),
        ("is_active", "on"),
        ("email", "b@a.kr"),
        ("version", &version),
    ];
    let page = owner.post(&path, &form).await;
    let theirs_first = [
        ("username", "하나"),
        ("is_active", "on"),
        ("email", "a@a.kr"),
    ];
    assert_eq!(save(&other, &path, &theirs_first).await.status, 303);
    log_in_again(&owner, &page, &path, "주인").await;
    let elsewhere = owner.get(&user(two.id, "change")).await;
    elsewhere
        .keeps_quiet_about(words().held_again)
        .keeps_quiet_about("b@a.kr");
    let shown = owner.get(&path).await;
    shown
        .says(words().held_again)
        .says("value=\"b@a.kr\"")
        .says(words().stale)
        .says(&theirs("a@a.kr"));
    let new = hidden(&shown, "version");
    assert_ne!(new, version);
}

#[tokio::test]
async fn new_users_and_passwords_are_asked_again_for_what_is_secret_only() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    let path = format!("{USERS}add/");
    end(&house, &owner).await;
    let form = [
        ("username", "새사람"),
        ("password1", SECRET),
        ("password2", SECRET),
        ("_save", "1"),
    ];
    let page = owner.post(&path, &form).await;
    page.keeps_quiet_about("password1");
    log_in_again(&owner, &page, &path, "주인").await;
    let shown = owner.get(&path).await;
    shown
        .says(words().held_again)
        .says("value=\"새사람\"")
        .keeps_quiet_about(SECRET);
    let path = user(member.id, "password");
    end(&house, &owner).await;
    let page = owner.post(&path, &form[1..]).await;
    log_in_again(&owner, &page, &path, "주인").await;
    let shown = owner.get(&path).await;
    shown.says(words().held_again).keeps_quiet_about(SECRET);
    let sql = "SELECT COUNT(*) FROM users WHERE username = '새사람' AND id > $1";
    assert_eq!(count(&house, sql, 0).await, 0);
    house.visitor().log_in("지민", PASSWORD).await;
}

#[tokio::test]
async fn a_groups_forms_are_shown_again_too() {
    let house = House::open().await;
    let owner = house.staff().await;
    let team = group_with(&house, "편집부", &["videos.view_video"], &[]).await;
    let add = format!("{GROUPS}add/");
    for path in [group(team, "change"), add] {
        let version = if path.contains("add") {
            "0".to_owned()
        } else {
            version(&owner.get(&path).await)
        };
        end(&house, &owner).await;
        let form = [
            ("name", "안내부"),
            ("permissions", "videos.add_video"),
            ("version", version.as_str()),
            ("_save", "1"),
        ];
        let page = owner.post(&path, &form).await;
        log_in_again(&owner, &page, &path, "주인").await;
        let shown = owner.get(&path).await;
        shown
            .says(words().held_again)
            .says("value=\"안내부\"")
            .says("aria-label=\"동영상 추가\" checked")
            .keeps_quiet_about("aria-label=\"동영상 보기\" checked")
            .keeps_quiet_about(words().theirs);
        let sql = "SELECT COUNT(*) FROM groups WHERE name = '안내부' AND id > $1";
        assert_eq!(count(&house, sql, 0).await, 0);
    }
}

#[tokio::test]
async fn whoever_logs_in_gets_no_more_than_their_own_rights() {
    let house = House::open().await;
    let owner = house.staff().await;
    let codes = ["accounts.change_user", "videos.add_video"];
    staff_with(&house, "직원", &codes).await;
    staff_with(&house, "구경꾼", &["accounts.view_user"]).await;
    let member = house.member("지민").await;
    let strong = group_with(&house, "편집부", &["videos.delete_video"], &[]).await;
    let path = user(member.id, "change");
    let version = version(&owner.get(&path).await);
    let strong = strong.to_string();
    let form = [
        ("username", "지민"),
        ("email", "jimin@a.kr"),
        ("is_active", "on"),
        ("is_superuser", "on"),
        ("groups", strong.as_str()),
        ("groups", "none"),
        ("user_permissions", "videos.add_video"),
        ("user_permissions", "videos.delete_video"),
        ("user_permissions", "no.code"),
        ("version", version.as_str()),
    ];
    end(&house, &owner).await;
    let page = owner.post(&path, &form).await;
    log_in_again(&owner, &page, &path, "직원").await;
    let shown = owner.get(&path).await;
    assert_eq!(shown.status, StatusCode::OK);
    shown
        .says("value=\"jimin@a.kr\"")
        .says("aria-label=\"동영상 추가\" checked")
        .keeps_quiet_about("aria-label=\"동영상 삭제\" checked")
        .keeps_quiet_about("name=\"is_superuser\" value=\"on\" checked")
        .keeps_quiet_about(&format!("name=\"groups\" value=\"{strong}\" checked"));
    // What they may not send is refused as ever.
    assert_eq!(owner.post(&path, &form).await.status, 403);
    let visitor = house.visitor();
    let page = visitor.post(&path, &form).await;
    log_in_again(&visitor, &page, &path, "구경꾼").await;
    let shown = visitor.get(&path).await;
    shown
        .says(words().read_only)
        .keeps_quiet_about("jimin@a.kr");
    assert_eq!(flags(&house, member.id).await, (true, false, false));
    assert!(self::codes(&house, member.id).await.is_empty());
}

#[tokio::test]
async fn an_account_without_the_right_to_enter_does_not_lose_the_form() {
    let house = House::open().await;
    let owner = house.staff().await;
    house.member("지민").await;
    end(&house, &owner).await;
    let path = format!("{GROUPS}add/");
    let page = owner.post(&path, &[("name", "편집부")]).await;
    let held = hidden(&page, "held");
    let form = [
        ("username", "지민"),
        ("password", PASSWORD),
        ("next", path.as_str()),
        ("held", held.as_str()),
    ];
    let refused = owner.post("/admin/login/", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says(Lang::Ko.words().accounts.ended_not_staff);
    assert_eq!(hidden(&refused, "held"), held);
    assert_eq!(owner.get("/").await.text().matches("지민").count(), 0);
    log_in_again(&owner, &page, &path, "주인").await;
    owner.get(&path).await.says("value=\"편집부\"");
}

#[tokio::test]
async fn another_site_can_neither_hold_a_form_nor_log_in_with_one() {
    let house = House::open().await;
    house.staff().await;
    let visitor = house.visitor();
    let path = format!("{GROUPS}add/");
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "cross-site"),
    ];
    let post = async |path: &str, form: &[(&str, &str)]| {
        let body = serde_html_form::to_string(form).expect("a form");
        let body = axum::body::Body::from(body);
        visitor.ask(Method::POST, path, &headers, body).await
    };
    let page = post(&path, &[("name", "몰래")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.keeps_quiet_about("name=\"held\"");
    let form = [
        ("username", "주인"),
        ("password", PASSWORD),
        ("next", path.as_str()),
        ("held", "name=%EB%AA%B0%EB%9E%98"),
    ];
    assert_eq!(post("/admin/login/", &form).await.status, 403);
    assert!(!is_in(&visitor).await);
}

#[tokio::test]
async fn a_form_that_is_too_long_or_empty_leads_to_the_plain_login() {
    let house = House::open().await;
    let visitor = house.visitor();
    let path = format!("{GROUPS}add/");
    let long = "a".repeat(held::LIMIT);
    for form in [
        vec![("name", long.as_str())],
        vec![],
        vec![("password1", SECRET)],
    ] {
        let answer = visitor.post(&path, &form).await;
        assert_eq!(answer.status, StatusCode::FOUND);
        assert!(answer.location().starts_with("/admin/login/?next="));
    }
    // Nor does the login keep what the door would not have sent.
    let owner = house.staff().await;
    end(&house, &owner).await;
    let form = [
        ("username", "주인"),
        ("password", PASSWORD),
        ("next", path.as_str()),
        ("held", &format!("name={long}")),
    ];
    assert_eq!(owner.post("/admin/login/", &form).await.status, 303);
    let shown = owner.get(&path).await;
    shown.keeps_quiet_about(words().held_again);
}

#[tokio::test]
async fn nothing_is_deleted_and_no_action_runs_by_logging_in() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    let video = Row::new("강의").add(&house).await;
    for path in [
        user(member.id, "delete"),
        format!("{VIDEOS}{video}/delete/"),
    ] {
        end(&house, &owner).await;
        let page = owner.post(&path, &[("post", "yes")]).await;
        log_in_again(&owner, &page, &path, "주인").await;
        owner.get(&path).await.says("name=\"post\" value=\"yes\"");
    }
    assert!(exists(&house, member.id).await);
    end(&house, &owner).await;
    let id = video.to_string();
    let field = format!("visibility-{video}");
    let form = [
        ("action", "set_draft"),
        ("_selected_action", id.as_str()),
        (field.as_str(), "private"),
    ];
    let path = format!("{VIDEOS}?o=2");
    let page = owner.post(&path, &form).await;
    log_in_again(&owner, &page, &path, "주인").await;
    let list = owner.get(&path).await;
    list.says(words().held_again)
        .says("<option value=\"set_draft\" selected>")
        .says("aria-label=\"강의\" checked")
        .says("<option value=\"private\" selected>")
        .says(&format!("name=\"shown-{field}\" value=\"public\""));
    let sql = "SELECT COUNT(*) FROM videos WHERE visibility = 'public' AND id = $1";
    assert_eq!(count(&house, sql, video).await, 1);
}

#[tokio::test]
async fn a_videos_texts_are_shown_again_and_a_script_is_sent_to_the_login() {
    let house = House::open().await;
    let owner = house.staff().await;
    let mut row = Row::new("강의");
    row.visibility = Visibility::Private;
    let video = row.add(&house).await;
    let change = format!("{VIDEOS}{video}/change/");
    let old = version(&owner.get(&change).await);
    for path in [change, format!("{VIDEOS}add/")] {
        end(&house, &owner).await;
        let parts = [
            Part::Text("version", &old),
            Part::Text("title", "새 제목 & <b>"),
            Part::Text("description", "첫 줄\r\n둘째 줄"),
            Part::Text("visibility", "unlisted"),
            Part::File("video_file", "강의.mp4", &[0; 200_000]),
            Part::Text("_save", "1"),
        ];
        let page = owner.post_parts(&path, &parts).await;
        log_in_again(&owner, &page, &path, "주인").await;
        let shown = owner.get(&path).await;
        shown
            .says(words().held_again)
            .says("value=\"새 제목 &#38; &#60;b&#62;\"")
            .says("첫 줄\r\n둘째 줄</textarea>")
            .says("name=\"visibility\" value=\"unlisted\" checked");
        assert_eq!(hidden(&shown, "version"), old);
    }
    assert!(house.files().is_empty());
    // A form without a file is no other.
    end(&house, &owner).await;
    let path = format!("{VIDEOS}add/");
    let parts = [
        Part::Text("title", "제목뿐"),
        Part::File("video_file", "", b""),
    ];
    let page = owner.post_parts(&path, &parts).await;
    log_in_again(&owner, &page, &path, "주인").await;
    owner.get(&path).await.says("value=\"제목뿐\"");
    // The script of this form keeps everything itself, and knows the login by its address.
    end(&house, &owner).await;
    let headers = [
        ("content-type", "multipart/form-data; boundary=XboundaryX"),
        ("x-requested-with", "XMLHttpRequest"),
    ];
    let body = axum::body::Body::from(crate::house::multipart(&parts));
    let answer = owner.ask(Method::POST, &path, &headers, body).await;
    assert_eq!(answer.status, StatusCode::FOUND);
    assert!(answer.location().starts_with("/admin/login/?next="));
}

#[tokio::test]
async fn who_settles_reports_after_the_session_ended_is_led_to_the_form() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    let post = Post::new(&member, "글").add(&house).await;
    for path in [
        format!("/admin/board/post/{post}/settle/"),
        format!("/admin/board/post/{post}/settle/?_changelist_filters=reported%3D1"),
    ] {
        end(&house, &owner).await;
        let page = owner.post(&path, &[("hide", "1")]).await;
        log_in_again(&owner, &page, &path, "주인").await;
        let led = owner.get(&path).await;
        assert_eq!(led.status, StatusCode::FOUND, "{}", led.text());
        assert_eq!(led.location(), path.replace("settle", "change"));
        assert_eq!(owner.get(led.location()).await.status, StatusCode::OK);
    }
    let comment = "/admin/board/comment/1/";
    let led = owner.get(&format!("{comment}settle/")).await;
    assert_eq!(led.location(), format!("{comment}change/"));
}
