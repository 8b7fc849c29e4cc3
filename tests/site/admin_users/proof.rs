//! The password asked again before power changes hands, and sessions that end with a password.

use axum::http::StatusCode;
use madang::words::Lang;

use super::*;
use crate::house::PASSWORD;

const NEW: &str = "새 열쇠 2026 마당";

#[tokio::test]
async fn changing_rights_asks_for_the_password_and_carries_what_was_typed() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    half_an_hour_later(&house, owner.id).await;
    let path = user(member.id, "change");
    let form = [
        ("username", "지민"),
        ("email", "jimin@a.kr"),
        ("is_active", "on"),
        ("user_permissions", "videos.add_video"),
        ("user_permissions", "videos.view_video"),
    ];
    let page = save(&owner, &path, &form).await;
    assert_eq!(page.status, StatusCode::OK);
    page.says("name=\"_password\"")
        .says(&format!("action=\"{path}\""))
        .says("name=\"email\" value=\"jimin@a.kr\"")
        .says("value=\"videos.add_video\"")
        .says("value=\"videos.view_video\"")
        .says("name=\"version\"");
    assert!(codes(&house, member.id).await.is_empty());
    let version = version(&owner.get(&path).await);
    let mut carried = form.to_vec();
    carried.extend([("version", version.as_str()), ("_password", "wrong")]);
    let page = owner.post(&path, &carried).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says(words().wrong_password)
        .keeps_quiet_about("value=\"wrong\"")
        .says("value=\"jimin@a.kr\"");
    assert!(codes(&house, member.id).await.is_empty());
    let last = carried.len() - 1;
    carried[last].1 = PASSWORD;
    assert_eq!(owner.post(&path, &carried).await.status, 303);
    assert_eq!(codes(&house, member.id).await.len(), 2);
    // Once in half an hour.
    let form = [
        ("username", "지민"),
        ("is_active", "on"),
        ("is_staff", "on"),
    ];
    assert_eq!(save(&owner, &path, &form).await.status, 303);
}

#[tokio::test]
async fn each_kind_of_power_asks_and_a_name_does_not() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    let team = group_with(&house, "편집부", &[], &[]).await.to_string();
    half_an_hour_later(&house, owner.id).await;
    let path = user(member.id, "change");
    for power in [
        ("is_staff", "on"),
        ("is_superuser", "on"),
        ("groups", team.as_str()),
        ("user_permissions", "videos.add_video"),
    ] {
        let form = [("username", "지민"), ("is_active", "on"), power];
        let page = save(&owner, &path, &form).await;
        assert_eq!(page.status, StatusCode::OK, "{power:?}");
        page.says("name=\"_password\"");
    }
    let form = [("name", "새 부서"), ("permissions", "videos.add_video")];
    let page = owner.post("/admin/accounts/group/add/", &form).await;
    page.says("name=\"_password\"");
    assert_eq!(flags(&house, member.id).await, (true, false, false));
    let form = [("username", "민지"), ("is_active", "on")];
    assert_eq!(save(&owner, &path, &form).await.status, 303);
}

#[tokio::test]
async fn deleting_users_asks_for_the_password() {
    let house = House::open().await;
    let owner = house.staff().await;
    let one = house.member("하나").await;
    let two = house.member("둘").await;
    half_an_hour_later(&house, owner.id).await;
    let path = user(one.id, "delete");
    let page = owner.post(&path, &[("post", "yes")]).await;
    assert_eq!(page.status, StatusCode::OK);
    page.says("name=\"_password\"");
    let id = two.id.to_string();
    let mut form = vec![
        ("action", "delete_selected"),
        ("_selected_action", id.as_str()),
        ("post", "yes"),
    ];
    let page = owner.post(USERS, &form).await;
    page.says("name=\"_password\"")
        .says(&format!("name=\"_selected_action\" value=\"{id}\""));
    assert!(exists(&house, one.id).await && exists(&house, two.id).await);
    form.push(("_password", PASSWORD));
    assert_eq!(owner.post(USERS, &form).await.status, 303);
    assert!(!exists(&house, two.id).await);
    assert_eq!(owner.post(&path, &[("post", "yes")]).await.status, 303);
    assert!(!exists(&house, one.id).await);
}

#[tokio::test]
async fn too_many_wrong_passwords_make_one_wait_and_lose_nothing() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    half_an_hour_later(&house, owner.id).await;
    let path = user(member.id, "change");
    let version = version(&owner.get(&path).await);
    let form = [
        ("username", "지민"),
        ("email", "jimin@a.kr"),
        ("is_staff", "on"),
        ("version", version.as_str()),
        ("_password", "wrong"),
    ];
    let mut answer = owner.post(&path, &form).await;
    for _ in 0..10 {
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        answer = owner.post(&path, &form).await;
    }
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!answer.header("retry-after").is_empty());
    answer.says("value=\"jimin@a.kr\"");
}

#[tokio::test]
async fn setting_a_password_asks_for_ones_own_in_the_same_form() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    let path = user(member.id, "password");
    owner
        .get(&path)
        .await
        .keeps_quiet_about("name=\"_password\"");
    half_an_hour_later(&house, owner.id).await;
    owner.get(&path).await.says("name=\"_password\"");
    let mut form = vec![("password1", NEW), ("password2", NEW)];
    let page = owner.post(&path, &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says(Lang::Ko.words().accounts.password_missing)
        .keeps_quiet_about(NEW);
    form.push(("_password", "wrong"));
    let page = owner.post(&path, &form).await;
    page.says(words().wrong_password).keeps_quiet_about(NEW);
    house.visitor().log_in("지민", PASSWORD).await;
    form[2].1 = PASSWORD;
    let answer = owner.post(&path, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(answer.location(), user(member.id, "change"));
    house.visitor().log_in("지민", NEW).await;
}

#[tokio::test]
async fn a_weak_or_mistyped_new_password_is_refused() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("jimin2026").await;
    let form = [("password1", "jimin2026"), ("password2", "other")];
    let page = owner.post(&user(member.id, "password"), &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let accounts = Lang::Ko.words().accounts;
    page.says(accounts.password_like_username)
        .says(accounts.passwords_differ);
    assert_eq!(sessions_of(&house, member.id).await, 1);
}

#[tokio::test]
async fn a_set_password_ends_every_session_of_the_other_and_keeps_ones_own() {
    let house = House::open().await;
    let owner = house.staff().await;
    let mut elsewhere = house.visitor();
    elsewhere.log_in("주인", PASSWORD).await;
    let clerk = house.somebody("직원", true, false).await;
    let form = [("password1", NEW), ("password2", NEW)];
    let answer = owner.post(&user(clerk.id, "password"), &form).await;
    assert_eq!(answer.status, 303);
    assert_eq!(sessions_of(&house, clerk.id).await, 0);
    assert!(!is_in(&clerk).await && is_in(&owner).await && is_in(&elsewhere).await);
    let answer = owner.post(&user(owner.id, "password"), &form).await;
    assert_eq!(answer.status, 303);
    assert!(is_in(&owner).await && !is_in(&elsewhere).await);
    let sql = "SELECT COUNT(*) FROM admin_log WHERE changes = '[\"password\"]' AND user_id = $1";
    assert_eq!(count(&house, sql, owner.id).await, 2);
}

#[tokio::test]
async fn a_deactivated_account_is_out_at_once() {
    let house = House::open().await;
    let owner = house.staff().await;
    let clerk = house.somebody("직원", true, false).await;
    let form = [("username", "직원"), ("is_staff", "on")];
    let answer = save(&owner, &user(clerk.id, "change"), &form).await;
    assert_eq!(answer.status, 303);
    assert_eq!(sessions_of(&house, clerk.id).await, 0);
    assert!(!is_in(&clerk).await);
    // Activated again, the old session does not come back.
    let form = [
        ("username", "직원"),
        ("is_staff", "on"),
        ("is_active", "on"),
    ];
    save(&owner, &user(clerk.id, "change"), &form).await;
    assert!(!is_in(&clerk).await);
}
