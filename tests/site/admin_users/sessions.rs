//! Who is signed in where, and the log.

use axum::http::{HeaderValue, StatusCode, header};
use madang::words::fill;

use super::*;
use crate::house::PASSWORD;

const SESSIONS: &str = "/admin/accounts/session/";
const LOG: &str = "/admin/admin/logentry/";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like \
                      Gecko) Chrome/130.0.0.0 Safari/537.36";

async fn session_of(house: &House, id: i64) -> i64 {
    count(house, "SELECT MAX(id) FROM sessions WHERE user_id = $1", id).await
}

fn page_of(session: i64, page: &str) -> String {
    format!("{SESSIONS}{session}/{page}/")
}

#[tokio::test]
async fn a_session_is_told_by_its_browser_and_can_be_ended() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    let mut laptop = house.visitor();
    laptop
        .headers
        .insert(header::USER_AGENT, HeaderValue::from_static(CHROME));
    laptop.log_in("지민", PASSWORD).await;
    let list = owner.get(SESSIONS).await;
    list.says(&format!("title=\"{CHROME}\">Chrome · Windows</td>"));
    let session = session_of(&house, member.id).await;
    let page = owner.get(&page_of(session, "change")).await;
    page.says("Chrome · Windows")
        .says(CHROME)
        .says(&page_of(session, "delete"));
    assert_eq!(
        owner.post(&page_of(session, "change"), &[]).await.status,
        405
    );
    owner
        .get(&page_of(session, "delete"))
        .await
        .says(words().session_what);
    let answer = owner
        .post(&page_of(session, "delete"), &[("post", "yes")])
        .await;
    assert_eq!(answer.location(), SESSIONS);
    owner
        .get(SESSIONS)
        .await
        .says(&fill(words().session_ended, &[&"지민"]));
    laptop.get("/").await.keeps_quiet_about("지민");
    member.get("/").await.says("지민");
}

#[tokio::test]
async fn chosen_sessions_are_ended_together() {
    let house = House::open().await;
    let owner = house.staff().await;
    let one = house.member("하나").await;
    let two = house.member("둘").await;
    let ids = [
        session_of(&house, one.id).await.to_string(),
        session_of(&house, two.id).await.to_string(),
    ];
    let form = [
        ("action", "delete_selected"),
        ("_selected_action", ids[0].as_str()),
        ("_selected_action", ids[1].as_str()),
        ("post", "yes"),
    ];
    owner.post(SESSIONS, &form[..3]).await.says("하나");
    assert_eq!(owner.post(SESSIONS, &form).await.status, 303);
    let list = owner.get(SESSIONS).await;
    list.says(&fill(words().sessions_ended_many, &[&2]));
    assert_eq!(sessions_of(&house, one.id).await, 0);
    assert_eq!(sessions_of(&house, two.id).await, 0);
}

#[tokio::test]
async fn ending_ones_own_session_signs_out() {
    let house = House::open().await;
    let owner = house.staff().await;
    let session = session_of(&house, owner.id).await;
    let path = page_of(session, "delete");
    owner.get(&path).await.says(words().session_own);
    let answer = owner.post(&path, &[("post", "yes")]).await;
    assert_eq!(answer.location(), "/admin/login/");
    assert_eq!(owner.cookie("sessionid"), None);
    assert!(!is_in(&owner).await);
    let mut owner = house.visitor();
    owner.log_in("주인", PASSWORD).await;
    let id = count(&house, "SELECT MAX(id) FROM sessions WHERE id > $1", 0).await;
    let id = id.to_string();
    let form = [
        ("action", "delete_selected"),
        ("_selected_action", id.as_str()),
        ("post", "yes"),
    ];
    assert_eq!(owner.post(SESSIONS, &form).await.status, 303);
    assert!(!is_in(&owner).await);
}

#[tokio::test]
async fn staff_end_no_superusers_session() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    let codes = ["accounts.view_session", "accounts.delete_session"];
    let clerk = staff_with(&house, "직원", &codes).await;
    let session = session_of(&house, owner.id).await;
    let page = clerk.get(&page_of(session, "change")).await;
    page.keeps_quiet_about(&page_of(session, "delete"));
    let path = page_of(session, "delete");
    assert_eq!(clerk.get(&path).await.status, 403);
    assert_eq!(clerk.post(&path, &[("post", "yes")]).await.status, 403);
    let id = session.to_string();
    for post in ["", "yes"] {
        let form = [
            ("action", "delete_selected"),
            ("_selected_action", id.as_str()),
            ("post", post),
        ];
        assert_eq!(clerk.post(SESSIONS, &form).await.status, 403);
    }
    assert!(is_in(&owner).await);
    let path = page_of(session_of(&house, member.id).await, "delete");
    assert_eq!(clerk.post(&path, &[("post", "yes")]).await.status, 303);
    assert_eq!(sessions_of(&house, member.id).await, 0);
}

#[tokio::test]
async fn staff_end_no_session_of_somebody_with_more_rights() {
    let house = House::open().await;
    let codes = ["accounts.view_session", "accounts.delete_session"];
    let clerk = staff_with(&house, "직원", &codes).await;
    let editor = staff_with(&house, "편집자", &["videos.change_video"]).await;
    let leader = house.somebody("팀장", true, false).await;
    group_with(&house, "편집부", &["videos.delete_video"], &[leader.id]).await;
    let equal = staff_with(&house, "동료", &["accounts.view_session"]).await;
    for target in [&editor, &leader] {
        let session = session_of(&house, target.id).await;
        let page = clerk.get(&page_of(session, "change")).await;
        page.keeps_quiet_about(&page_of(session, "delete"));
        let path = page_of(session, "delete");
        assert_eq!(clerk.get(&path).await.status, 403);
        assert_eq!(clerk.post(&path, &[("post", "yes")]).await.status, 403);
        let chosen = [session, session_of(&house, equal.id).await].map(|id| id.to_string());
        for post in ["", "yes"] {
            let form = [
                ("action", "delete_selected"),
                ("_selected_action", chosen[0].as_str()),
                ("_selected_action", chosen[1].as_str()),
                ("post", post),
            ];
            assert_eq!(clerk.post(SESSIONS, &form).await.status, 403);
        }
        assert!(is_in(target).await && is_in(&equal).await);
    }
    // Nobody has more rights than they have themselves, nor does their equal.
    for id in [equal.id, clerk.id] {
        let path = page_of(session_of(&house, id).await, "delete");
        assert_eq!(clerk.get(&path).await.status, 200);
        assert_eq!(clerk.post(&path, &[("post", "yes")]).await.status, 303);
        assert_eq!(sessions_of(&house, id).await, 0);
    }
}

#[tokio::test]
async fn the_log_is_told_in_words_with_links_to_what_is_still_there() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    let other = house.member("하나").await;
    let form = [
        ("username", "지민"),
        ("email", "a@b.kr"),
        ("is_active", "on"),
        ("is_staff", "on"),
    ];
    save(&owner, &user(member.id, "change"), &form).await;
    owner
        .post(&user(other.id, "delete"), &[("post", "yes")])
        .await;
    let list = owner.get(LOG).await;
    list.says(words().did_verb_change)
        .says(words().did_verb_delete)
        .says(&format!("{}, {}", words().email_field, words().staff_field))
        .says(&format!("href=\"{}\">지민</a>", user(member.id, "change")))
        .keeps_quiet_about(&user(other.id, "change"));
    let deleted = owner.get(&format!("{LOG}?action=delete")).await;
    deleted
        .says("하나")
        .keeps_quiet_about(&user(member.id, "change"));
    let none = owner.get(&format!("{LOG}?model=accounts.group")).await;
    none.says(words().nothing_found);
    let sql = "SELECT id FROM admin_log WHERE object_id = $1 AND action = 'change'";
    let entry = count(&house, sql, member.id).await;
    let path = format!("{LOG}{entry}/change/");
    let page = owner.get(&path).await;
    page.says(words().did_verb_change)
        .says(words().user)
        .says(&user(member.id, "change"));
    assert_eq!(
        owner.post(&path, &[]).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    let reader = staff_with(&house, "읽는이", &["admin.view_logentry"]).await;
    let page = reader.get(&path).await;
    page.says("지민")
        .keeps_quiet_about(&user(member.id, "change"));
    reader
        .get(LOG)
        .await
        .keeps_quiet_about(&user(member.id, "change"));
}
