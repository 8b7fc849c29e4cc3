//! Comments are as private as what they stand under.

use axum::http::StatusCode;
use madang::videos::{Visibility, store};

use super::{comments, post, say, send, video};
use crate::house::House;

async fn set(house: &House, video: i64, visibility: Visibility) {
    let mut tx = house.app.db.begin().await.expect("a transaction");
    let now = madang::db::Time::now();
    let set = store::set_visibility(&mut tx, video, visibility, now).await;
    assert!(set.expect("an answer").is_some());
    tx.commit().await.expect("a commit");
}

#[tokio::test]
async fn comments_of_a_private_video_are_for_members() {
    let house = House::open().await;
    let id = video(&house).await;
    let path = format!("/video/{id}/");
    let member = house.member("지민").await;
    let comment = say(&member, &path, "우리끼리 하는 말").await;
    set(&house, id, Visibility::Private).await;
    let visitor = house.visitor();
    let find = format!("/comments/{comment}/");
    for path in [path.clone(), find.clone(), format!("{path}comments/")] {
        let answer = visitor.get(&path).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{path}");
        assert!(answer.location().starts_with("/login/?next="), "{path}");
        answer.keeps_quiet_about("우리끼리");
    }
    assert_eq!(visitor.get("/").await.status, StatusCode::OK);
    let page = member.get(&path).await;
    page.says("우리끼리 하는 말");
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert_eq!(
        member.get(&find).await.location(),
        format!("{path}#c{comment}")
    );
}

#[tokio::test]
async fn comments_of_a_draft_are_for_staff_even_those_of_ones_own() {
    let house = House::open().await;
    let id = video(&house).await;
    let path = format!("/video/{id}/");
    let (member, staff) = (house.member("지민").await, house.staff().await);
    let comment = say(&member, &path, "초안이 되기 전의 말").await;
    set(&house, id, Visibility::Draft).await;
    let version = [("body", "고친 말"), ("version", "0")];
    for what in ["", "edit/", "delete/", "report/"] {
        let address = format!("/comments/{comment}/{what}");
        let answer = member.get(&address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
        answer.keeps_quiet_about("초안이 되기");
        if !what.is_empty() {
            let answer = member.post(&address, &version).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
        }
    }
    let answer = send(&member, &path, "새 말").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(comments(&house).await, 1);
    staff.get(&path).await.says("초안이 되기 전의 말");
    say(&staff, &path, "운영자의 말").await;
}

#[tokio::test]
async fn what_is_not_there_has_no_comments() {
    let house = House::open().await;
    let member = house.member("지민").await;
    for path in ["/video/9/", "/board/9/", "/video/x/", "/board/-1/"] {
        let answer = send(&member, path, "말").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        let page = member.get(&format!("{path}comments/")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/comments/9/", "/comments/9/edit/", "/comments/9/delete/"] {
        assert_eq!(
            member.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let report = member.post("/board/9/report/", &[]).await;
    assert_eq!(report.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_way_back_keeps_the_search_and_leads_nowhere_else() {
    let house = House::open().await;
    let member = house.member("지민").await;
    let id = post(&house, &member, false).await;
    let action = format!("/board/{id}/comments/");
    let searched = format!("/board/{id}/?q=%EA%B0%95&page=2");
    let comment = say(&member, &format!("/board/{id}/"), "첫 말").await;
    let page = member.get(&searched).await;
    let coded = searched.replace('%', "%25").replace('/', "%2F");
    let coded = coded
        .replace('?', "%3F")
        .replace('=', "%3D")
        .replace('&', "%26");
    page.says("첫 말")
        .says(&format!(
            "name=\"back\" value=\"{}\"",
            searched.replace('&', "&#38;")
        ))
        .says(&format!("/comments/{comment}/edit/?back={coded}\""));
    let form = member
        .get(&format!("/comments/{comment}/edit/?back={coded}"))
        .await;
    form.says(&searched.replace('&', "&#38;"));
    for (back, to) in [
        (searched.as_str(), searched.as_str()),
        ("https://evil.kr/", &format!("/board/{id}/")),
        ("//evil.kr/", &format!("/board/{id}/")),
        ("/logout/", &format!("/board/{id}/")),
    ] {
        let form = [("body", "말"), ("back", back)];
        let answer = member.post(&action, &form).await;
        let comment = super::written(&answer);
        assert_eq!(answer.location(), format!("{to}#c{comment}"));
        let form = [("back", back)];
        let answer = member
            .post(&format!("/comments/{comment}/delete/"), &form)
            .await;
        assert_eq!(answer.location(), format!("{to}#comments"));
    }
}
