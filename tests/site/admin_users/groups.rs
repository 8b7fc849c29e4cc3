//! Groups: names, permissions, members, deleting.

use axum::http::StatusCode;
use madang::words::fill;

use super::*;

const ADD: &str = "/admin/accounts/group/add/";

#[tokio::test]
async fn a_group_gives_its_permissions_to_its_members() {
    let house = House::open().await;
    let owner = house.staff().await;
    let clerk = house.somebody("직원", true, false).await;
    assert_eq!(clerk.get(USERS).await.status, 403);
    let form = [
        ("name", "안내부"),
        ("permissions", "accounts.view_user"),
        ("_continue", "1"),
    ];
    let answer = owner.post(ADD, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let page = owner.get(answer.location()).await;
    page.says("그룹 ‘<a href=\"")
        .says("\">안내부</a>’를 추가했습니다.")
        .says("value=\"accounts.view_user\" aria-label=\"사용자 보기\" checked")
        .says(words().members_none);
    let team = answer
        .location()
        .split('/')
        .nth(4)
        .expect("an id")
        .to_owned();
    let form = [
        ("username", "직원"),
        ("is_active", "on"),
        ("is_staff", "on"),
        ("groups", team.as_str()),
    ];
    assert_eq!(
        save(&owner, &user(clerk.id, "change"), &form).await.status,
        303
    );
    assert_eq!(clerk.get(USERS).await.status, 200);
    owner.get(answer.location()).await.says("직원");
    let form = [("name", "안내부")];
    assert_eq!(save(&owner, answer.location(), &form).await.status, 303);
    assert_eq!(clerk.get(USERS).await.status, 403);
}

#[tokio::test]
async fn a_groups_name_is_there_once_in_any_case() {
    let house = House::open().await;
    let owner = house.staff().await;
    let add = |name| {
        let owner = owner.clone();
        async move { owner.post(ADD, &[("name", name), ("_save", "1")]).await }
    };
    assert_eq!(add("Editors").await.status, 303);
    let answer = add(" ｅDITORS ").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says(words().group_name_taken);
    add("").await.says(words().group_name_missing);
    let other = group_with(&house, "others", &[], &[]).await;
    let answer = save(&owner, &group(other, "change"), &[("name", "EDITORS")]).await;
    answer.says(words().group_name_taken);
    // Its own name in another case is no other name.
    let answer = save(&owner, &group(other, "change"), &[("name", "Others")]).await;
    assert_eq!(answer.status, 303);
    let long = "가".repeat(151);
    assert_eq!(add(Box::leak(long.into_boxed_str())).await.status, 422);
}

#[tokio::test]
async fn the_second_of_two_editors_of_a_group_is_told() {
    let house = House::open().await;
    let owner = house.staff().await;
    let team = group_with(&house, "안내부", &[], &[]).await;
    let path = group(team, "change");
    let old = version(&owner.get(&path).await);
    assert_eq!(save(&owner, &path, &[("name", "안내")]).await.status, 303);
    let mine = [
        ("name", "길잡이"),
        ("permissions", "videos.add_video"),
        ("version", old.as_str()),
    ];
    let answer = owner.post(&path, &mine).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    answer
        .says(words().stale)
        .says(&format!("주인 · {}", words().group_name_field))
        .says("value=\"길잡이\"")
        .says("aria-label=\"동영상 추가\" checked")
        .says(&theirs("안내"))
        .says(&theirs("-"));
    let theirs_permissions = [("name", "안내"), ("permissions", "videos.change_video")];
    assert_eq!(save(&owner, &path, &theirs_permissions).await.status, 303);
    let answer = owner.post(&path, &mine).await;
    answer.says(&theirs("동영상 변경"));
}

#[tokio::test]
async fn deleting_groups_lists_members_and_asks_for_the_password() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    let one = group_with(&house, "하나", &[], &[member.id]).await;
    let two = group_with(&house, "둘", &[], &[member.id]).await;
    let path = group(one, "delete");
    let page = owner.get(&path).await;
    page.says(&fill(words().doomed_members, &[&1]))
        .says(&user(member.id, "change"));
    half_an_hour_later(&house, owner.id).await;
    let page = owner.post(&path, &[("post", "yes")]).await;
    page.says("name=\"_password\"");
    let form = [("post", "yes"), ("_password", crate::house::PASSWORD)];
    assert_eq!(owner.post(&path, &form).await.location(), GROUPS);
    let id = two.to_string();
    let form = [
        ("action", "delete_selected"),
        ("_selected_action", id.as_str()),
        ("post", "yes"),
    ];
    assert_eq!(owner.post(GROUPS, &form[..2]).await.status, 200);
    assert_eq!(owner.post(GROUPS, &form).await.status, 303);
    let page = owner.get(GROUPS).await;
    page.says(&fill(words().deleted_one, &[&1, &words().group]));
    assert!(exists(&house, member.id).await);
}
