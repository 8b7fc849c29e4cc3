//! Adding, changing and deleting users.

use axum::http::StatusCode;
use madang::words::{Lang, fill};

use super::*;
use crate::house::PASSWORD;

#[tokio::test]
async fn a_new_user_is_added_in_two_steps() {
    let house = House::open().await;
    let owner = house.staff().await;
    let path = "/admin/accounts/user/add/";
    owner.get(path).await.says("name=\"password2\"");
    let form = [
        ("username", "지민"),
        ("password1", PASSWORD),
        ("password2", PASSWORD),
    ];
    let answer = owner.post(path, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let sql = "SELECT id FROM users WHERE username = '지민'";
    let id: i64 = house.app.db.get(sql, ()).await.expect("the user");
    assert_eq!(answer.location(), user(id, "change"));
    let page = owner.get(answer.location()).await;
    let link = format!("<a href=\"{}\">지민</a>", user(id, "change"));
    page.says(&format!("사용자 ‘{link}’을 추가했습니다. 이어서"))
        .says(&format!("href=\"{}\"", user(id, "change")));
    assert_eq!(flags(&house, id).await, (true, false, false));
    house.visitor().log_in("지민", PASSWORD).await;
    let entry = "SELECT COUNT(*) FROM admin_log WHERE action = 'add' AND object_id = $1";
    assert_eq!(count(&house, entry, id).await, 1);
}

#[tokio::test]
async fn a_new_user_with_faults_is_told_all_of_them() {
    let house = House::open().await;
    let owner = house.staff().await;
    let accounts = Lang::Ko.words().accounts;
    let form = [
        ("username", "주인"),
        ("password1", "1234"),
        ("password2", "x"),
    ];
    let answer = owner.post("/admin/accounts/user/add/", &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer
        .says(accounts.username_taken)
        .says(accounts.password_numeric)
        .says(accounts.passwords_differ)
        .says("value=\"주인\"")
        .keeps_quiet_about("value=\"1234\"");
}

#[tokio::test]
async fn the_password_is_told_by_its_parameters_alone() {
    let house = House::open().await;
    let owner = house.staff().await;
    let sql = "SELECT password FROM users WHERE id = $1";
    let hash: String = house.app.db.get(sql, (owner.id,)).await.expect("hash");
    let page = owner.get(&user(owner.id, "change")).await;
    page.says("argon2id, 8 KiB, t=1, p=1")
        .says(&user(owner.id, "password"))
        .keeps_quiet_about(&hash)
        .keeps_quiet_about("$argon2id");
    let sql = "UPDATE users SET password = 'pbkdf2_sha256$1000000$salt$aGFzaA==' WHERE id = $1";
    house.app.db.run(sql, (owner.id,)).await.expect("update");
    let page = owner.get(&user(owner.id, "change")).await;
    page.says("pbkdf2_sha256, 1000000")
        .keeps_quiet_about("salt$");
}

#[tokio::test]
async fn every_field_is_saved_with_its_log_and_the_filters_survive() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    let team = group_with(&house, "편집부", &["videos.change_video"], &[]).await;
    let team = team.to_string();
    let path = format!(
        "{}?_changelist_filters=staff%3D0%26p%3D1",
        user(member.id, "change")
    );
    let form = [
        ("username", "민지"),
        ("email", "minji@example.com"),
        ("is_active", "on"),
        ("is_staff", "on"),
        ("groups", team.as_str()),
        ("user_permissions", "videos.add_video"),
        ("user_permissions", "accounts.view_user"),
    ];
    let answer = save(&owner, &path, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(answer.location(), "/admin/accounts/user/?staff=0&p=1");
    assert_eq!(flags(&house, member.id).await, (true, true, false));
    assert_eq!(
        codes(&house, member.id).await,
        ["accounts.view_user", "videos.add_video"]
    );
    let sql = "SELECT COUNT(*) FROM user_groups WHERE user_id = $1";
    assert_eq!(count(&house, sql, member.id).await, 1);
    let sql = "SELECT changes FROM admin_log WHERE object_id = $1 AND model = 'accounts.user'";
    let changes: String = house.app.db.get(sql, (member.id,)).await.expect("entry");
    assert_eq!(
        changes,
        r#"["username","email","is_staff","groups","user_permissions"]"#
    );
    let list = owner.get(USERS).await;
    let link = format!("<a href=\"{}\">민지</a>", user(member.id, "change"));
    list.says(&format!("사용자 ‘{link}’를 변경했습니다."));
    let page = owner.get(&user(member.id, "change")).await;
    page.says("value=\"minji@example.com\"")
        .says(&format!("name=\"groups\" value=\"{team}\" checked"))
        .says("value=\"videos.add_video\" aria-label=\"동영상 추가\" checked");
}

#[tokio::test]
async fn the_three_buttons_lead_where_they_say() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    let path = user(member.id, "change");
    for (button, to) in [
        ("_continue", path.as_str()),
        ("_addanother", "/admin/accounts/user/add/"),
    ] {
        let version = version(&owner.get(&path).await);
        let form = [
            ("username", "지민"),
            ("is_active", "on"),
            ("version", version.as_str()),
            (button, "1"),
        ];
        assert_eq!(owner.post(&path, &form).await.location(), to);
    }
}

#[tokio::test]
async fn a_form_with_faults_comes_back_as_typed() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    let form = [
        ("username", "주인"),
        ("email", "no address"),
        ("is_active", "on"),
        ("user_permissions", "videos.add_video"),
        ("groups", "77"),
    ];
    let answer = save(&owner, &user(member.id, "change"), &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer
        .says(Lang::Ko.words().accounts.username_taken)
        .says(words().email_wrong)
        .says(words().group_lost)
        .says("value=\"no address\"")
        .says("aria-label=\"동영상 추가\" checked");
    assert!(codes(&house, member.id).await.is_empty());
}

#[tokio::test]
async fn the_second_of_two_editors_is_told_what_changed_and_loses_nothing() {
    let house = House::open().await;
    let owner = house.staff().await;
    let other = house.somebody("다른이", true, true).await;
    let member = house.member("지민").await;
    let path = user(member.id, "change");
    let old = version(&owner.get(&path).await);
    let form = [
        ("username", "지민"),
        ("email", "one@a.kr"),
        ("is_active", "on"),
    ];
    assert_eq!(save(&other, &path, &form).await.status, 303);
    let mine = [
        ("username", "지민"),
        ("email", "two@a.kr"),
        ("is_active", "on"),
        ("is_staff", "on"),
        ("version", old.as_str()),
    ];
    let answer = owner.post(&path, &mine).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    answer
        .says(words().stale)
        .says(&format!("다른이 · {}", words().email_field))
        .says("value=\"two@a.kr\"")
        .says("name=\"is_staff\" value=\"on\" checked")
        .says(&theirs("one@a.kr"))
        .says(&theirs(words().no));
    assert_eq!(answer.text().matches(words().theirs).count(), 2);
    let new = version(&answer);
    assert_ne!(new, old);
    // A form opened after that save hears nothing of it.
    assert_eq!(version(&owner.get(&path).await), new);
    let mut again = mine;
    again[4].1 = &new;
    assert_eq!(owner.post(&path, &again).await.status, 303);
    assert_eq!(flags(&house, member.id).await, (true, true, false));
}

#[tokio::test]
async fn every_field_tells_what_is_stored_now() {
    let house = House::open().await;
    let owner = house.staff().await;
    let other = house.somebody("다른이", true, true).await;
    let member = house.member("지민").await;
    let path = user(member.id, "change");
    let old = version(&owner.get(&path).await);
    let one = group_with(&house, "가 편집부", &[], &[]).await.to_string();
    let two = group_with(&house, "나 안내부", &[], &[]).await.to_string();
    let form = [
        ("username", "민지"),
        ("is_staff", "on"),
        ("is_superuser", "on"),
        ("groups", one.as_str()),
        ("groups", two.as_str()),
        ("user_permissions", "videos.add_video"),
        ("user_permissions", "accounts.view_user"),
    ];
    assert_eq!(save(&other, &path, &form).await.status, 303);
    let mine = [
        ("username", "지민"),
        ("email", "mine@a.kr"),
        ("is_active", "on"),
        ("version", old.as_str()),
    ];
    let answer = owner.post(&path, &mine).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    for stored in [
        "민지",
        "-",
        words().no,
        words().yes,
        "가 편집부, 나 안내부",
        "동영상 추가, 사용자 보기",
    ] {
        answer.says(&theirs(stored));
    }
    assert_eq!(answer.text().matches(words().theirs).count(), 7);
    // What is the same is not told, and nothing is when nobody else has saved.
    let mut wrong = mine.to_vec();
    let new = version(&answer);
    wrong[3].1 = &new;
    wrong[0].1 = "";
    let answer = owner.post(&path, &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.keeps_quiet_about(words().theirs);
}

#[tokio::test]
async fn deleting_tells_what_goes_with_the_user() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    group_with(&house, "편집부", &[], &[member.id]).await;
    let path = user(member.id, "delete");
    let page = owner.get(&path).await;
    page.says(&fill(words().doomed_sessions, &[&1]))
        .says(&fill(words().doomed_memberships, &[&1]));
    let answer = owner.post(&path, &[("post", "yes")]).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, USERS)
    );
    assert!(!exists(&house, member.id).await);
    let list = owner.get(USERS).await;
    list.says(&fill(words().was_deleted, &[&words().user, &"지민"]));
    member.get("/").await.keeps_quiet_about("지민");
}

#[tokio::test]
async fn an_action_asks_first_and_tells_exact_counts() {
    let house = House::open().await;
    let owner = house.staff().await;
    let one = house.member("하나").await;
    let two = house.member("둘").await;
    let ids = [one.id.to_string(), two.id.to_string()];
    let chosen = |action| {
        vec![
            ("action", action),
            ("_selected_action", ids[0].as_str()),
            ("_selected_action", ids[1].as_str()),
        ]
    };
    assert_eq!(owner.post(USERS, &chosen("deactivate")).await.status, 303);
    let page = owner.get(USERS).await;
    page.says(&fill(words().deactivated_many, &[&2]));
    assert_eq!(sessions_of(&house, one.id).await, 0);
    owner.post(USERS, &chosen("deactivate")).await;
    let page = owner.get(USERS).await;
    page.says(&fill(words().deactivated_many, &[&0]));
    owner.post(USERS, &chosen("activate")).await;
    assert_eq!(flags(&house, two.id).await, (true, false, false));
    let mut form = chosen("delete_selected");
    let page = owner.post(USERS, &form).await;
    page.says(&fill(words().doomed_user, &[&"하나"]));
    assert!(exists(&house, one.id).await);
    form.push(("post", "yes"));
    assert_eq!(owner.post(USERS, &form).await.status, 303);
    assert!(!exists(&house, one.id).await && !exists(&house, two.id).await);
    let page = owner.get(USERS).await;
    page.says(&fill(words().deleted_many, &[&2, &words().users]));
}

#[tokio::test]
async fn who_deletes_themselves_among_others_is_out_and_logged() {
    let house = House::open().await;
    let owner = house.staff().await;
    let other = house.somebody("가나다", true, true).await;
    let third = house.member("하하하").await;
    let ids = [other.id.to_string(), third.id.to_string()];
    let form = [
        ("action", "delete_selected"),
        ("_selected_action", ids[0].as_str()),
        ("_selected_action", ids[1].as_str()),
        ("post", "yes"),
    ];
    assert_eq!(other.post(USERS, &form).await.status, 303);
    assert!(!is_in(&other).await && is_in(&owner).await);
    let sql = "SELECT COUNT(*) FROM admin_log WHERE action = 'delete' AND username = '가나다'";
    let entries: i64 = house.app.db.get(sql, ()).await.expect("entries");
    assert_eq!(entries, 2);
}

#[tokio::test]
async fn a_nul_costs_nothing_that_was_typed() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    // In a name, which has a fault besides: the form comes back with the rest.
    let form = [("username", "지\0민"), ("email", "no\0 address")];
    let answer = save(&owner, &user(member.id, "change"), &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer
        .says("name=\"username\" type=\"text\" value=\"지민\"")
        .says("value=\"no address\"")
        .says(words().email_wrong);
    let form = [("username", "민\0지"), ("is_active", "on")];
    assert_eq!(
        save(&owner, &user(member.id, "change"), &form).await.status,
        303
    );
    let sql = "SELECT COUNT(*) FROM users WHERE username = '민지' AND id = $1";
    assert_eq!(count(&house, sql, member.id).await, 1);
    let add = "/admin/accounts/group/add/";
    let form = [("name", "편집\0부"), ("per\0missions", "x")];
    assert_eq!(owner.post(add, &form).await.status, 303);
    let sql = "SELECT COUNT(*) FROM groups WHERE name = '편집부' AND id > $1";
    assert_eq!(count(&house, sql, 0).await, 1);
    // A password with one is told beside its field, and the name stays.
    let add = "/admin/accounts/user/add/";
    let form = [
        ("username", "새사람"),
        ("password1", "마당 깊은\0 집 1988"),
        ("password2", "마당 깊은\0 집 1988"),
    ];
    let answer = owner.post(add, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer
        .says("value=\"새사람\"")
        .says("id=\"errors_password1\"");
    let path = user(member.id, "password");
    let answer = owner.post(&path, &form[1..]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("id=\"errors_password1\"");
    let form = [("action", "no\0ne"), ("_selected_action", "1\0")];
    assert_eq!(owner.post(USERS, &form).await.location(), USERS);
    house.visitor().log_in("민지", PASSWORD).await;
}
