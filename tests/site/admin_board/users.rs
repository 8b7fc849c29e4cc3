//! The end of accounts that have written: what goes, and what others wrote stays.

use super::*;
use crate::{
    board::{Post, attach},
    videos::Row,
};

const USERS: &str = "/admin/accounts/user/";

/// Deletes these users by the list's action.
async fn delete(owner: &Person, ids: &[i64]) -> Answer {
    act(owner, USERS, "delete_selected", ids, true).await
}

#[tokio::test]
async fn a_users_end_says_what_goes_and_leaves_no_file() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (jimin, sora) = (house.member("지민").await, house.member("소라").await);
    let own = Post::new(&jimin, "지민의 글").add(&house).await;
    Post::new(&jimin, "지민의 둘째 글").add(&house).await;
    let others = Post::new(&sora, "소라의 글").add(&house).await;
    let video = Row::new("강의").add(&house).await;
    attach(&house, own, "가.pdf", "application/pdf").await;
    let stays = attach(&house, others, "나.pdf", "application/pdf").await;
    say(&house, &sora, Subject::Post(own), None, "소라의 댓글").await;
    say(&house, &jimin, Subject::Post(own), None, "지민의 댓글").await;
    let first = say(&house, &jimin, Subject::Post(others), None, "물음").await;
    say(&house, &sora, Subject::Post(others), Some(first), "대답").await;
    say(&house, &jimin, Subject::Video(video), None, "소감").await;
    let form = owner.get(&format!("{USERS}{}/delete/", jimin.id)).await;
    let list = act(&owner, USERS, "delete_selected", &[jimin.id], false).await;
    for page in [form, list] {
        page.says("쓴 글 2개")
            .says("그 글에 달린 댓글 2개")
            .says("다른 글과 동영상에 쓴 댓글 2개.")
            .says("첨부 파일 1개");
    }
    let path = format!("{USERS}{}/delete/", jimin.id);
    let answer = owner.post(&path, &[("post", "yes")]).await;
    assert_eq!(answer.location(), USERS, "{}", answer.text());
    assert_eq!(house.files(), [stays.as_str()]);
    let posts = number(&house, "SELECT COUNT(*) FROM posts WHERE id <> $1", 0).await;
    assert_eq!(posts, 1);
    let counted = number(&house, "SELECT comments FROM posts WHERE id = $1", others).await;
    assert_eq!(counted, 1);
    let read = house.visitor().get(&format!("/board/{others}/")).await;
    read.says("삭제된 댓글")
        .says("대답")
        .keeps_quiet_about("물음");
    let left = number(&house, "SELECT COUNT(*) FROM comments WHERE id <> $1", 0).await;
    assert_eq!(left, 2);
}

#[tokio::test]
async fn a_place_goes_with_the_account_that_wrote_its_last_reply() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (jimin, sora) = (house.member("지민").await, house.member("소라").await);
    let post = Post::new(&owner, "글").add(&house).await;
    let subject = Subject::Post(post);
    let first = say(&house, &sora, subject, None, "첫 댓글").await;
    let second = say(&house, &sora, subject, Some(first), "둘째 댓글").await;
    say(&house, &jimin, subject, Some(second), "답글").await;
    for id in [second, first] {
        let path = comment_page(id, "delete");
        owner.post(&path, &[("post", "yes")]).await;
    }
    let rows = "SELECT COUNT(*) FROM comments WHERE post_id = $1";
    assert_eq!(number(&house, rows, post).await, 3);
    delete(&owner, &[jimin.id])
        .await
        .says("사용자 1개를 삭제했습니다.");
    assert_eq!(number(&house, rows, post).await, 0);
    let counted = number(&house, "SELECT comments FROM posts WHERE id = $1", post).await;
    assert_eq!(counted, 0);
}

#[tokio::test]
async fn reports_of_accounts_that_end_are_taken_back() {
    let house = House::open().await;
    let owner = house.staff().await;
    let jimin = house.member("지민").await;
    let (one, two) = (house.member("가짜1").await, house.member("가짜2").await);
    let hunted = Post::new(&jimin, "억울한 글").add(&house).await;
    let both = Post::new(&jimin, "둘 다 신고한 글").add(&house).await;
    let said = say(&house, &jimin, Subject::Post(both), None, "댓글").await;
    for by in [&one, &two] {
        report_until(&house, Reported::Post(hunted), by, "", 2).await;
        report_until(&house, Reported::Post(both), by, "", 2).await;
        report_until(&house, Reported::Comment(said), by, "", 2).await;
    }
    report_until(&house, Reported::Post(both), &owner, "", 2).await;
    assert_eq!(state(&house, Reported::Post(hunted)).await, (true, 2));
    delete(&owner, &[one.id, two.id])
        .await
        .says("사용자 2개를 삭제했습니다.");
    assert_eq!(state(&house, Reported::Post(hunted)).await, (false, 0));
    assert_eq!(state(&house, Reported::Comment(said)).await, (false, 0));
    // The owner's report still waits, and what waits stays out of sight.
    assert_eq!(state(&house, Reported::Post(both)).await, (true, 1));
}
