//! The wrong visitors of every page, and addresses of nothing.

use axum::http::StatusCode;

use super::*;

#[tokio::test]
async fn an_unknown_user_is_a_message_and_the_list() {
    let house = House::open().await;
    let owner = house.staff().await;
    for path in [
        user(4711, "change"),
        user(4711, "delete"),
        user(4711, "password"),
        "/admin/accounts/user/x/change/".to_owned(),
        format!("/admin/accounts/user/{}/change/", "9".repeat(40)),
        group(4711, "change"),
        group(4711, "delete"),
        "/admin/accounts/session/4711/change/".to_owned(),
        "/admin/accounts/session/4711/delete/".to_owned(),
        "/admin/admin/logentry/4711/change/".to_owned(),
    ] {
        let answer = owner.get(&path).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{path}");
        let list = path.rsplitn(4, '/').last().expect("a list");
        assert_eq!(answer.location(), format!("{list}/"));
        owner
            .get(answer.location())
            .await
            .says("삭제되었을 수 있습니다");
        if !path.contains("logentry") && !path.contains("session/4711/change") {
            let answer = owner.post(&path, &[("post", "yes")]).await;
            assert_eq!(answer.status, StatusCode::FOUND, "{path}");
        }
    }
}

#[tokio::test]
async fn nobody_without_the_permission_gets_anywhere() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    let team = group_with(&house, "편집부", &[], &[]).await;
    let bare = staff_with(&house, "빈손", &[]).await;
    let viewer = staff_with(
        &house,
        "구경꾼",
        &[
            "accounts.view_user",
            "accounts.view_group",
            "accounts.view_session",
        ],
    )
    .await;
    let session = "SELECT MIN(id) FROM sessions WHERE user_id = $1";
    let session = count(&house, session, owner.id).await;
    let may_view = [
        USERS.to_owned(),
        GROUPS.to_owned(),
        user(owner.id, "change"),
        group(team, "change"),
        format!("/admin/accounts/session/{session}/change/"),
    ];
    let may_not = [
        format!("{USERS}add/"),
        user(member.id, "delete"),
        user(member.id, "password"),
        format!("{GROUPS}add/"),
        group(team, "delete"),
        format!("/admin/accounts/session/{session}/delete/"),
    ];
    for path in may_view.iter().chain(&may_not) {
        let login = house.visitor().get(path).await;
        assert_eq!(login.status, StatusCode::FOUND);
        assert!(login.location().starts_with("/admin/login/?next="));
        assert_eq!(member.get(path).await.status, 403, "{path}");
        assert_eq!(bare.get(path).await.status, 403, "{path}");
        assert_eq!(
            bare.post(path, &[("post", "yes")]).await.status,
            if path.contains("session") && path.ends_with("change/") {
                405
            } else {
                403
            },
            "{path}"
        );
    }
    for path in &may_view {
        assert_eq!(viewer.get(path).await.status, 200, "{path}");
    }
    for path in &may_not {
        assert_eq!(viewer.get(path).await.status, 403, "{path}");
        assert_eq!(
            viewer.post(path, &[("post", "yes")]).await.status,
            403,
            "{path}"
        );
    }
}

#[tokio::test]
async fn who_may_only_look_sees_a_form_that_cannot_be_sent() {
    let house = House::open().await;
    let member = house.member("지민").await;
    let team = group_with(&house, "편집부", &[], &[]).await;
    let viewer = staff_with(
        &house,
        "구경꾼",
        &["accounts.view_user", "accounts.view_group"],
    )
    .await;
    for path in [user(member.id, "change"), group(team, "change")] {
        let page = viewer.get(&path).await;
        page.says(words().read_only)
            .says("<fieldset class=\"fieldset\" disabled>")
            .keeps_quiet_about("name=\"_save\"")
            .keeps_quiet_about("/delete/")
            .keeps_quiet_about("/password/\"")
            .keeps_quiet_about("name=\"version\"");
        let form = [("username", "x"), ("name", "x"), ("version", "0")];
        assert_eq!(viewer.post(&path, &form).await.status, 403);
    }
    let list = viewer.get(USERS).await;
    list.keeps_quiet_about("/user/add/")
        .keeps_quiet_about("delete_selected")
        .keeps_quiet_about("/admin/videos/video/")
        .keeps_quiet_about("/admin/accounts/session/");
    let id = member.id.to_string();
    for action in ["delete_selected", "activate", "deactivate"] {
        let form = [
            ("action", action),
            ("_selected_action", id.as_str()),
            ("post", "yes"),
        ];
        assert_eq!(viewer.post(USERS, &form).await.status, 403, "{action}");
    }
    assert_eq!(flags(&house, member.id).await, (true, false, false));
}
