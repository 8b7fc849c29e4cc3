//! Nobody gives, takes or takes over more than they have.

use super::*;
use crate::house::PASSWORD;

/// Everything that can be done to users and groups, and nothing else.
const ALL: [&str; 8] = [
    "accounts.add_user",
    "accounts.change_user",
    "accounts.delete_user",
    "accounts.view_user",
    "accounts.add_group",
    "accounts.change_group",
    "accounts.delete_group",
    "accounts.view_group",
];

const SET: [(&str, &str); 3] = [
    ("password1", "새 열쇠 2026 마당"),
    ("password2", "새 열쇠 2026 마당"),
    ("_password", PASSWORD),
];

#[tokio::test]
async fn staff_make_nobody_a_superuser() {
    let house = House::open().await;
    let clerk = staff_with(&house, "직원", &ALL).await;
    let member = house.member("지민").await;
    for id in [member.id, clerk.id] {
        let path = user(id, "change");
        let page = clerk.get(&path).await;
        page.says("name=\"is_superuser\" value=\"on\" disabled");
        let form = [
            ("username", if id == clerk.id { "직원" } else { "지민" }),
            ("is_active", "on"),
            ("is_superuser", "on"),
        ];
        assert_eq!(save(&clerk, &path, &form).await.status, 403);
        assert!(!flags(&house, id).await.2);
    }
}

/// Tries everything on a user that must not be touched.
async fn cannot_touch(house: &House, clerk: &Person, id: i64, name: &str) {
    let before = flags(house, id).await;
    let path = user(id, "change");
    let page = clerk.get(&path).await;
    page.says(words().out_of_reach)
        .keeps_quiet_about("name=\"_save\"")
        .keeps_quiet_about(&user(id, "delete"))
        .keeps_quiet_about(&user(id, "password"));
    let form = [("username", name), ("version", "0"), ("_save", "1")];
    assert_eq!(clerk.post(&path, &form).await.status, 403);
    for page in ["password", "delete"] {
        assert_eq!(clerk.get(&user(id, page)).await.status, 403, "{page}");
        assert_eq!(
            clerk.post(&user(id, page), &SET).await.status,
            403,
            "{page}"
        );
    }
    let number = id.to_string();
    for action in ["delete_selected", "deactivate", "activate"] {
        for post in ["", "yes"] {
            let form = [
                ("action", action),
                ("_selected_action", number.as_str()),
                ("post", post),
            ];
            assert_eq!(clerk.post(USERS, &form).await.status, 403, "{action}");
        }
    }
    assert_eq!(flags(house, id).await, before);
    assert_eq!(sessions_of(house, id).await, 1);
    house.visitor().log_in(name, PASSWORD).await;
}

#[tokio::test]
async fn staff_cannot_touch_a_superuser() {
    let house = House::open().await;
    let owner = house.staff().await;
    let clerk = staff_with(&house, "직원", &ALL).await;
    cannot_touch(&house, &clerk, owner.id, "주인").await;
}

#[tokio::test]
async fn staff_cannot_touch_who_has_more_themselves_or_by_a_group() {
    let house = House::open().await;
    let clerk = staff_with(&house, "직원", &ALL).await;
    let editor = staff_with(&house, "편집자", &["videos.delete_video"]).await;
    cannot_touch(&house, &clerk, editor.id, "편집자").await;
    let member = house.member("지민").await;
    group_with(&house, "영상부", &["videos.add_video"], &[member.id]).await;
    cannot_touch(&house, &clerk, member.id, "지민").await;
}

#[tokio::test]
async fn one_user_out_of_reach_stops_the_whole_action() {
    let house = House::open().await;
    let owner = house.staff().await;
    let clerk = staff_with(&house, "직원", &ALL).await;
    let member = house.member("지민").await;
    let (one, two) = (member.id.to_string(), owner.id.to_string());
    for action in ["delete_selected", "deactivate"] {
        let form = [
            ("action", action),
            ("_selected_action", one.as_str()),
            ("_selected_action", two.as_str()),
            ("post", "yes"),
        ];
        assert_eq!(clerk.post(USERS, &form).await.status, 403);
    }
    assert_eq!(flags(&house, member.id).await, (true, false, false));
}

#[tokio::test]
async fn staff_grant_only_what_they_have() {
    let house = House::open().await;
    let clerk = staff_with(&house, "직원", &ALL).await;
    let member = house.member("지민").await;
    let path = user(member.id, "change");
    let page = clerk.get(&path).await;
    page.says("value=\"videos.add_video\" aria-label=\"동영상 추가\" disabled")
        .says("value=\"accounts.view_user\" aria-label=\"사용자 보기\">");
    let form = |code| {
        [
            ("username", "지민"),
            ("is_active", "on"),
            ("user_permissions", code),
        ]
    };
    assert_eq!(
        save(&clerk, &path, &form("videos.add_video")).await.status,
        403
    );
    assert_eq!(
        save(&clerk, &path, &form("admin.add_logentry"))
            .await
            .status,
        400
    );
    assert_eq!(
        save(&clerk, &path, &form("accounts.view_user"))
            .await
            .status,
        303
    );
    assert_eq!(codes(&house, member.id).await, ["accounts.view_user"]);
    // Nor to themselves.
    let own = [
        ("username", "직원"),
        ("is_active", "on"),
        ("is_staff", "on"),
        ("user_permissions", "videos.delete_video"),
    ];
    assert_eq!(
        save(&clerk, &user(clerk.id, "change"), &own).await.status,
        403
    );
}

#[tokio::test]
async fn staff_put_nobody_in_a_group_that_carries_more() {
    let house = House::open().await;
    let clerk = staff_with(&house, "직원", &ALL).await;
    let member = house.member("지민").await;
    let strong = group_with(&house, "영상부", &["videos.add_video"], &[]).await;
    let weak = group_with(&house, "안내부", &["accounts.view_user"], &[]).await;
    let (strong, weak) = (strong.to_string(), weak.to_string());
    for (id, name) in [(member.id, "지민"), (clerk.id, "직원")] {
        let path = user(id, "change");
        let page = clerk.get(&path).await;
        page.says(&format!("name=\"groups\" value=\"{strong}\" disabled"));
        let form = [
            ("username", name),
            ("is_active", "on"),
            ("groups", strong.as_str()),
        ];
        assert_eq!(save(&clerk, &path, &form).await.status, 403);
    }
    let form = [
        ("username", "지민"),
        ("is_active", "on"),
        ("groups", weak.as_str()),
    ];
    let answer = save(&clerk, &user(member.id, "change"), &form).await;
    assert_eq!(answer.status, 303);
}

#[tokio::test]
async fn staff_make_no_group_stronger_than_themselves_and_touch_none_that_is() {
    let house = House::open().await;
    let clerk = staff_with(&house, "직원", &ALL).await;
    let add = "/admin/accounts/group/add/";
    let form = |code| [("name", "새 부서"), ("permissions", code), ("_save", "1")];
    assert_eq!(clerk.post(add, &form("videos.add_video")).await.status, 403);
    assert_eq!(
        clerk.post(add, &form("accounts.view_user")).await.status,
        303
    );
    let weak = group_with(&house, "안내부", &["accounts.view_user"], &[clerk.id]).await;
    let path = group(weak, "change");
    let form = [("name", "안내부"), ("permissions", "videos.add_video")];
    assert_eq!(save(&clerk, &path, &form).await.status, 403);
    let strong = group_with(&house, "영상부", &["videos.add_video"], &[]).await;
    let page = clerk.get(&group(strong, "change")).await;
    page.says(words().out_of_reach)
        .keeps_quiet_about("name=\"_save\"");
    let form = [("name", "이름만"), ("version", "0"), ("post", "yes")];
    assert_eq!(
        clerk.post(&group(strong, "change"), &form).await.status,
        403
    );
    assert_eq!(
        clerk.post(&group(strong, "delete"), &form).await.status,
        403
    );
    assert_eq!(clerk.get(&group(strong, "delete")).await.status, 403);
    let id = strong.to_string();
    let form = [
        ("action", "delete_selected"),
        ("_selected_action", id.as_str()),
        ("post", "yes"),
    ];
    assert_eq!(clerk.post(GROUPS, &form).await.status, 403);
    assert_eq!(clerk.get(&group(strong, "change")).await.status, 200);
}

#[tokio::test]
async fn a_code_that_no_box_shows_stays_as_it_was() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    grant(&house, member.id, "polls.add_choice").await;
    let form = [
        ("username", "지민"),
        ("is_active", "on"),
        ("user_permissions", "videos.add_video"),
    ];
    let answer = save(&owner, &user(member.id, "change"), &form).await;
    assert_eq!(answer.status, 303);
    assert_eq!(
        codes(&house, member.id).await,
        ["polls.add_choice", "videos.add_video"]
    );
}
