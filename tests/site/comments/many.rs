//! Many comments: their pages, how fast they may be written, and what is counted.

use axum::http::StatusCode;
use madang::{
    comments::{Subject, store},
    db::Time,
};

use super::{answer, comments, counted, post, say, send, video};
use crate::house::{House, Person};

/// Comments written long ago, straight into the database.
async fn fill(house: &House, writer: &Person, subject: Subject, number: usize) -> Vec<i64> {
    let mut tx = house.app.db.begin().await.expect("a transaction");
    let mut ids = Vec::new();
    for n in 0..number {
        let body = format!("말 {n}");
        let id = store::add(&mut tx, subject, writer.id, None, &body, Time(1_000_000)).await;
        ids.push(id.expect("a comment"));
    }
    tx.commit().await.expect("a commit");
    ids
}

#[tokio::test]
async fn fifty_stand_on_a_page_and_each_is_found_on_its_own() {
    let house = House::open().await;
    let id = video(&house).await;
    let path = format!("/video/{id}/");
    let member = house.member("지민").await;
    let ids = fill(&house, &member, Subject::Video(id), 50).await;
    let last = say(&member, &path, "쉰한 번째").await;
    let visitor = house.visitor();
    let first_page = visitor.get(&path).await;
    first_page
        .says("댓글 51개")
        .says(&format!("href=\"{path}?comments=2#comments\""))
        .says("<p>말 49</p>")
        .keeps_quiet_about("쉰한 번째");
    let second = visitor.get(&format!("{path}?comments=2")).await;
    second.says("쉰한 번째").keeps_quiet_about("<p>말 49</p>");
    let find = visitor.get(&format!("/comments/{last}/")).await;
    assert_eq!(find.location(), format!("{path}?comments=2#c{last}"));
    let find = visitor.get(&format!("/comments/{}/", ids[49])).await;
    assert_eq!(find.location(), format!("{path}#c{}", ids[49]));
    // An answer to what stands on another page leads there.
    let reply = answer(&member, &path, ids[0], "늦은 답").await;
    let page = visitor.get(&format!("{path}?comments=2")).await;
    page.says(&format!("id=\"c{reply}\""))
        .says(&format!("<a href=\"/comments/{}/\">@지민</a>", ids[0]));
    for odd in ["0", "-3", "x", "99999999999999999999"] {
        let page = visitor.get(&format!("{path}?comments={odd}")).await;
        assert_eq!(page.status, StatusCode::OK, "{odd}");
    }
}

#[tokio::test]
async fn who_writes_too_fast_waits_and_loses_nothing() {
    let house = House::open().await;
    let path = format!("/video/{}/", video(&house).await);
    let (member, staff) = (house.member("지민").await, house.staff().await);
    for n in 0..6 {
        say(&member, &path, &format!("말 {n}")).await;
    }
    let page = send(&member, &path, "일곱 번째").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: i64 = page.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    page.says("짧은 시간에 댓글을 많이 썼습니다.")
        .says("일곱 번째</textarea>");
    assert_eq!(comments(&house).await, 6);
    for n in 0..8 {
        say(&staff, &path, &format!("운영자의 말 {n}")).await;
    }
    let later = "UPDATE comments SET created_at = created_at - 61000000 WHERE user_id = $1";
    house
        .app
        .db
        .run(later, (member.id,))
        .await
        .expect("a minute");
    say(&member, &path, "일곱 번째").await;
}

#[tokio::test]
async fn a_hundred_in_an_hour_are_enough() {
    let house = House::open().await;
    let id = video(&house).await;
    let path = format!("/video/{id}/");
    let member = house.member("지민").await;
    fill(&house, &member, Subject::Video(id), 100).await;
    let ago = "UPDATE comments SET created_at = $1";
    let then = Time::now().plus_seconds(-1800);
    house.app.db.run(ago, (then,)).await.expect("half an hour");
    let page = send(&member, &path, "백한 번째").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: i64 = page.header("retry-after").parse().expect("seconds");
    assert!((1..=1800).contains(&wait), "{wait}");
}

#[tokio::test]
async fn of_many_sent_at_once_only_as_many_as_allowed_are_written() {
    let house = House::open().await;
    let id = video(&house).await;
    let path = format!("/video/{id}/");
    let member = house.member("지민").await;
    let all = (0..12).map(|n| {
        let (member, path) = (member.clone(), path.clone());
        async move { send(&member, &path, &format!("말 {n}")).await.status }
    });
    let all = futures_util::future::join_all(all).await;
    let written = all
        .iter()
        .filter(|status| **status == StatusCode::SEE_OTHER);
    assert_eq!(written.count(), 6, "{all:?}");
    assert_eq!(comments(&house).await, 6);
}

#[tokio::test]
async fn a_post_counts_its_comments_however_they_come_and_go() {
    let house = House::open().await;
    let (member, other) = (house.member("지민").await, house.member("서연").await);
    let id = post(&house, &member, false).await;
    let path = format!("/board/{id}/");
    let first = say(&member, &path, "하나").await;
    answer(&other, &path, first, "둘").await;
    let last = say(&other, &path, "셋").await;
    assert_eq!(counted(&house, id).await, 3);
    // Deleted five times at once, they are counted out once.
    for comment in [first, last] {
        let all = (0..5).map(|_| {
            let house = &house;
            async move {
                let mut tx = house.app.db.begin().await.expect("a transaction");
                let deleted = store::delete(&mut tx, comment, Time::now()).await;
                tx.commit().await.expect("a commit");
                deleted.expect("an answer")
            }
        });
        let all = futures_util::future::join_all(all).await;
        assert_eq!(all.iter().filter(|deleted| **deleted).count(), 1, "{all:?}");
    }
    assert_eq!(counted(&house, id).await, 1);
    assert_eq!(comments(&house).await, 2);
}

#[tokio::test]
async fn answers_and_deletions_at_the_same_time_do_not_stop_each_other() {
    let house = House::open().await;
    let staff = house.staff().await;
    let path = format!("/board/{}/", post(&house, &staff, false).await);
    let place = format!("{path}comments/");
    for _ in 0..10 {
        let first = say(&staff, &path, "곧 지울 말").await;
        let deletion = format!("/comments/{first}/delete/");
        let first = first.to_string();
        let form = [("body", "답"), ("reply_to", first.as_str())];
        let answers = tokio::join!(
            staff.post(&place, &form),
            staff.post(&place, &form),
            staff.post(&deletion, &[("back", "")]),
            staff.post(&place, &form),
            staff.post(&place, &form),
        );
        for answer in [answers.0, answers.1, answers.2, answers.3, answers.4] {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        }
    }
}

#[tokio::test]
async fn an_answer_to_what_is_deleted_in_this_moment_is_written() {
    let house = House::open().await;
    let (member, other) = (house.member("지민").await, house.member("서연").await);
    let path = format!("/board/{}/", post(&house, &member, false).await);
    for _ in 0..5 {
        let first = say(&member, &path, "곧 지울 말").await;
        let mut tx = house.app.db.begin().await.expect("a transaction");
        let deleted = store::delete(&mut tx, first, Time::now()).await;
        assert!(deleted.expect("an answer"));
        let both = async {
            // The answer gets as far as it can before the other one ends.
            for _ in 0..1_000 {
                tokio::task::yield_now().await;
            }
            tx.commit().await.expect("a commit");
        };
        let ago = "UPDATE comments SET created_at = 0";
        let (written, ()) = tokio::join!(answer(&other, &path, first, "답"), both);
        house.app.db.run(ago, ()).await.expect("an update");
        let written = store::find(&house.app.db, written).await.expect("a row");
        assert_eq!(written.expect("the answer").reply_to, None);
    }
}

#[tokio::test]
async fn with_an_account_its_comments_go_and_leave_places_to_their_answers() {
    let house = House::open().await;
    let (member, other) = (house.member("지민").await, house.member("서연").await);
    let id = post(&house, &other, false).await;
    let path = format!("/board/{id}/");
    let answered = say(&member, &path, "남의 답이 달린 말").await;
    answer(&other, &path, answered, "남의 답").await;
    let own = say(&member, &path, "혼잣말").await;
    answer(&member, &path, own, "혼잣말에 단 답").await;
    let mut tx = house.app.db.begin().await.expect("a transaction");
    let writers = [member.id];
    store::delete_of(&mut tx, &writers, Time::now())
        .await
        .expect("gone");
    tx.commit().await.expect("a commit");
    assert_eq!(comments(&house).await, 2);
    assert_eq!(counted(&house, id).await, 1);
    let place = store::find(&house.app.db, answered).await.expect("a row");
    let place = place.expect("its place");
    assert_eq!((place.standing.writer, place.body.as_str()), (None, ""));
}
