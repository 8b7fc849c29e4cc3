//! Members report comments and posts; enough reports hide them.

use axum::http::StatusCode;
use madang::{
    db::Time,
    reports::{Kind, Reported, store},
};

use super::{post, say, video};
use crate::house::{House, Person};

async fn report(person: &Person, path: &str) -> StatusCode {
    let form = [("reason", "광고입니다")];
    person.post(&format!("{path}report/"), &form).await.status
}

#[tokio::test]
async fn enough_reports_hide_a_comment_from_all_but_its_writer_and_staff() {
    let house = House::open().await;
    let path = format!("/video/{}/", video(&house).await);
    let writer = house.member("지민").await;
    let comment = say(&writer, &path, "광고 말씀").await;
    let reported = format!("/comments/{comment}/");
    let mut others = Vec::new();
    for name in ["서연", "민준", "하은", "도윤"] {
        others.push(house.member(name).await);
    }
    let page = others[0].get(&format!("{reported}report/")).await;
    page.says("광고 말씀").says("댓글 신고");
    for (n, other) in others[..3].iter().enumerate() {
        house.visitor().get(&path).await.says("광고 말씀");
        assert_eq!(report(other, &reported).await, StatusCode::SEE_OTHER);
        if n == 0 {
            let again = report(other, &reported).await;
            assert_eq!(again, StatusCode::SEE_OTHER);
            other.get(&path).await.says("이미 신고한 글입니다.");
        }
    }
    for other in [&house.visitor(), &others[3]] {
        let page = other.get(&path).await;
        page.says("가려진 댓글입니다")
            .keeps_quiet_about("광고 말씀")
            .keeps_quiet_about("<strong>지민</strong>");
    }
    let gone = others[3].get(&format!("{reported}report/")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    writer
        .get(&path)
        .await
        .says("광고 말씀")
        .says("다른 사람에게는 보이지 않습니다");
    let staff = house.staff().await;
    staff.get(&path).await.says("광고 말씀");
    let told = store::of(&house.app.db, Reported::Comment(comment)).await;
    let told = told.expect("reports");
    assert_eq!(told.len(), 3);
    assert!(told.iter().all(|report| report.reason == "광고입니다"));
    let waiting = store::waiting(&house.app.db).await.expect("numbers");
    assert_eq!(waiting, (0, 1));
    // Somebody of the staff finds nothing wrong with it.
    let mut tx = house.app.db.begin().await.expect("a transaction");
    let now = madang::db::Time::now();
    let ids = [comment, 999];
    let settled = store::settle(&mut tx, Kind::Comments, &ids, false, now).await;
    let settled = settled.expect("what it changed");
    assert_eq!(
        settled.iter().map(|it| it.id).collect::<Vec<_>>(),
        [comment]
    );
    tx.commit().await.expect("a commit");
    house.visitor().get(&path).await.says("광고 말씀");
    assert_eq!(report(&others[0], &reported).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn nobody_reports_themselves_and_visitors_sign_in_first() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let id = post(&house, &writer, false).await;
    let path = format!("/board/{id}/");
    let comment = format!("/comments/{}/", say(&writer, &path, "말").await);
    for thing in [&path, &comment] {
        let page = writer.get(&format!("{thing}report/")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert_eq!(report(&writer, thing).await, StatusCode::FORBIDDEN);
        let visitor = house.visitor();
        for answer in [
            visitor.get(&format!("{thing}report/")).await,
            visitor.post(&format!("{thing}report/"), &[]).await,
        ] {
            let next = format!("{thing}report/").replace('/', "%2F");
            assert_eq!(answer.location(), format!("/login/?next={next}"));
        }
    }
}

#[tokio::test]
async fn a_reported_post_is_hidden_and_its_reporter_led_to_the_list() {
    let house = House::with(|settings| settings.reports_to_hide = Some("2".into())).await;
    let (writer, first) = (house.member("지민").await, house.member("서연").await);
    let second = house.member("민준").await;
    let id = post(&house, &writer, false).await;
    let address = format!("/board/{id}/report/");
    let back = format!("/board/{id}/?q=%EA%B0%95&page=2");
    first.get(&address).await.says("질문 있습니다");
    let answer = first.post(&address, &[("back", back.as_str())]).await;
    assert_eq!(answer.location(), back);
    let answer = second.post(&address, &[("back", back.as_str())]).await;
    assert_eq!(answer.location(), "/board/?q=%EA%B0%95&page=2");
    let standing = madang::board::store::standing(&house.app.db, id).await;
    assert!(standing.expect("a row").expect("the post").is_hidden);
    // What stands under it is as hidden.
    let form = [("body", "말")];
    let action = format!("/board/{id}/comments/");
    let refused = second.post(&action, &form).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    super::written(&writer.post(&action, &form).await);
}

#[tokio::test]
async fn a_notice_stays_and_so_does_all_where_the_site_says_so() {
    let house = House::with(|settings| settings.reports_to_hide = Some("1".into())).await;
    let (staff, member) = (house.staff().await, house.member("지민").await);
    let id = post(&house, &staff, true).await;
    let address = format!("/board/{id}/");
    assert_eq!(report(&member, &address).await, StatusCode::SEE_OTHER);
    let standing = madang::board::store::standing(&house.app.db, id).await;
    assert!(!standing.expect("a row").expect("the post").is_hidden);

    let house = House::with(|settings| settings.reports_to_hide = Some("0".into())).await;
    let path = format!("/video/{}/", video(&house).await);
    let writer = house.member("지민").await;
    let comment = format!("/comments/{}/", say(&writer, &path, "버틸 말").await);
    for name in ["서연", "민준", "하은", "도윤"] {
        let member = house.member(name).await;
        assert_eq!(report(&member, &comment).await, StatusCode::SEE_OTHER);
    }
    house.visitor().get(&path).await.says("버틸 말");
}

#[tokio::test]
async fn a_reason_that_is_too_long_comes_back() {
    let house = House::open().await;
    let path = format!("/video/{}/", video(&house).await);
    let (writer, other) = (house.member("지민").await, house.member("서연").await);
    let comment = say(&writer, &path, "말").await;
    let reason = "이".repeat(201);
    let address = format!("/comments/{comment}/report/");
    let page = other.post(&address, &[("reason", &reason)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says("200자까지 쓸 수 있습니다. 지금은 201자입니다.")
        .says(&reason);
    let waiting = store::waiting(&house.app.db).await.expect("numbers");
    assert_eq!(waiting, (0, 0));
}

#[tokio::test]
async fn what_is_hidden_is_not_reported_again() {
    let house = House::open().await;
    let (staff, writer) = (house.staff().await, house.member("지민").await);
    let id = post(&house, &writer, false).await;
    let path = format!("/board/{id}/");
    let comment = say(&writer, &path, "말").await;
    let reported = [path.clone(), format!("/comments/{comment}/")];
    for thing in &reported {
        let page = staff.get(&format!("{thing}report/")).await;
        assert_eq!(page.status, StatusCode::OK);
    }
    let mut tx = house.app.db.begin().await.expect("a transaction");
    for (kind, id) in [(Kind::Posts, id), (Kind::Comments, comment)] {
        let settled = store::settle(&mut tx, kind, &[id], true, Time::now()).await;
        assert_eq!(settled.expect("what it changed").len(), 1);
    }
    tx.commit().await.expect("a commit");
    for thing in &reported {
        let page = staff.get(&format!("{thing}report/")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert_eq!(report(&staff, thing).await, StatusCode::FORBIDDEN);
        staff.get(&path).await.keeps_quiet_about("/report/");
    }
    let waiting = store::waiting(&house.app.db).await.expect("numbers");
    assert_eq!(waiting, (0, 0));
}
