//! The lists and the queue: what stands in them, what is found, who may see the way there.

use super::*;
use crate::{
    board::{Post, attach, comment, hide},
    videos::Row,
};
use madang::videos::Visibility;

#[tokio::test]
async fn the_list_of_posts_shows_what_is_reported_first_and_then_the_newest() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (jimin, sora) = (house.member("지민").await, house.member("소라").await);
    let old = Post::new(&jimin, "오래된 글").add(&house).await;
    let twice = Post::new(&jimin, "두 번 신고된 글").add(&house).await;
    Post::new(&sora, "새 글").add(&house).await;
    report(&house, Reported::Post(old), &sora, "광고").await;
    report(&house, Reported::Post(twice), &sora, "욕설").await;
    report(&house, Reported::Post(twice), &owner, "").await;
    comment(&house, &sora, old).await;
    attach(&house, old, "표.pdf", "application/pdf").await;
    let page = owner.get(POSTS).await;
    assert_eq!(rows(&page), ["두 번 신고된 글", "오래된 글", "새 글"]);
    page.says("지민")
        .keeps_quiet_about("/admin/board/post/add/");
    let queue = owner.get(&format!("{POSTS}?reported=1")).await;
    assert_eq!(rows(&queue), ["두 번 신고된 글", "오래된 글"]);
}

#[tokio::test]
async fn posts_are_found_by_title_and_writer_and_narrowed_by_filters() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (jimin, sora) = (house.member("지민").await, house.member("소라").await);
    let mut notice = Post::new(&jimin, "수업 안내");
    notice.is_notice = true;
    notice.add(&house).await;
    let hidden = Post::new(&sora, "가려진 질문").add(&house).await;
    hide(&house, hidden).await;
    let mut old = Post::new(&sora, "예전 100% 질문");
    old.created_at = Time::now().plus_seconds(-40 * 86_400);
    old.add(&house).await;
    for (query, found) in [
        (
            "?q=%EC%A7%88%EB%AC%B8&o=8",
            vec!["예전 100% 질문", "가려진 질문"],
        ),
        ("?q=%EC%A7%80%EB%AF%BC", vec!["수업 안내"]),
        // One word in the title, the other one in the writer's name.
        ("?q=100%25+%EC%86%8C%EB%9D%BC", vec!["예전 100% 질문"]),
        ("?q=%EC%A7%80%EB%AF%BC+%EC%A7%88%EB%AC%B8", vec![]),
        ("?notice=1", vec!["수업 안내"]),
        ("?hidden=1", vec!["가려진 질문"]),
        ("?hidden=0&notice=0", vec!["예전 100% 질문"]),
        ("?reported=1", vec![]),
        ("?written=past_7_days&o=1", vec!["가려진 질문", "수업 안내"]),
    ] {
        let page = owner.get(&format!("{POSTS}{query}")).await;
        assert_eq!(rows(&page), found, "{query}");
    }
}

#[tokio::test]
async fn the_list_of_comments_knows_what_they_stand_under_and_passes_over_empty_places() {
    let house = House::open().await;
    let owner = house.staff().await;
    let jimin = house.member("지민").await;
    let post = Post::new(&jimin, "질문 있습니다").add(&house).await;
    let mut draft = Row::new("아직 비밀인 강의");
    draft.visibility = Visibility::Draft;
    let video = draft.add(&house).await;
    let first = say(&house, &jimin, Subject::Post(post), None, "**첫** 댓글").await;
    say(&house, &jimin, Subject::Post(post), Some(first), "답글").await;
    let under = say(&house, &owner, Subject::Video(video), None, "초안 댓글").await;
    report(&house, Reported::Comment(under), &jimin, "").await;
    let page = owner.get(COMMENTS).await;
    assert_eq!(rows(&page), ["초안 댓글", "답글", "첫 댓글"]);
    page.says("동영상 ‘아직 비밀인 강의’")
        .says("글 ‘질문 있습니다’")
        .says(&format!("href=\"/comments/{under}/\""))
        .says("댓글 3개");
    let place = owner.get(&format!("/comments/{under}/")).await;
    assert_eq!(place.location(), format!("/video/{video}/#c{under}"));
    jimin.post(&format!("/comments/{first}/delete/"), &[]).await;
    let page = owner.get(COMMENTS).await;
    assert_eq!(rows(&page), ["초안 댓글", "답글"]);
    page.says("댓글 2개");
    for page in ["change", "delete"] {
        let answer = owner.get(&comment_page(first, page)).await;
        assert_eq!(answer.location(), COMMENTS, "{page}");
    }
    for (query, found) in [
        ("?q=%EB%8B%B5%EA%B8%80", vec!["답글"]),
        ("?q=%EC%A7%80%EB%AF%BC", vec!["답글"]),
        ("?reported=1", vec!["초안 댓글"]),
        ("?reported=0&hidden=0", vec!["답글"]),
    ] {
        let page = owner.get(&format!("{COMMENTS}{query}")).await;
        assert_eq!(rows(&page), found, "{query}");
    }
}

#[tokio::test]
async fn the_index_leads_to_the_queue_whoever_may_settle_it() {
    let house = House::open().await;
    let owner = house.staff().await;
    let jimin = house.member("지민").await;
    let post = Post::new(&jimin, "글").add(&house).await;
    let said = say(&house, &jimin, Subject::Post(post), None, "댓글").await;
    owner.get("/admin/").await.keeps_quiet_about("reported=1");
    report(&house, Reported::Post(post), &owner, "").await;
    report(&house, Reported::Comment(said), &owner, "").await;
    let posts = "<a href=\"/admin/board/post/?reported=1\">신고된 글 1건</a>";
    let comments = "<a href=\"/admin/board/comment/?reported=1\">신고된 댓글 1건</a>";
    owner.get("/admin/").await.says(posts).says(comments);
    let viewer = clerk(&house, "구경꾼", &["board.view_post", "board.view_comment"]).await;
    viewer.get("/admin/").await.keeps_quiet_about("reported=1");
    let half = clerk(&house, "댓글지기", &["board.change_comment"]).await;
    let page = half.get("/admin/").await;
    page.says(comments).keeps_quiet_about(posts);
    let page = half.get_with("/admin/", &[("accept-language", "en")]).await;
    page.says("Reported comments: 1");
}

#[tokio::test]
async fn who_may_only_look_is_offered_nothing_else() {
    let house = House::open().await;
    let jimin = house.member("지민").await;
    let post = Post::new(&jimin, "글").add(&house).await;
    let said = say(&house, &jimin, Subject::Post(post), None, "댓글").await;
    report(&house, Reported::Post(post), &jimin, "이유").await;
    report(&house, Reported::Comment(said), &jimin, "이유").await;
    let viewer = clerk(&house, "구경꾼", &["board.view_post", "board.view_comment"]).await;
    for (list, page) in [
        (POSTS, post_page(post, "change")),
        (COMMENTS, comment_page(said, "change")),
    ] {
        viewer
            .get(&page)
            .await
            .says(Lang::Ko.words().admin.read_only)
            .says("이유")
            .keeps_quiet_about("/settle/")
            .keeps_quiet_about("/delete/\"")
            .keeps_quiet_about("name=\"_save\"")
            .keeps_quiet_about("/admin/accounts/user/");
        viewer.get(list).await.keeps_quiet_about("name=\"action\"");
        let settle = page.replace("change", "settle");
        assert_eq!(viewer.post(&settle, &[("hide", "1")]).await.status, 403);
    }
    assert_eq!(state(&house, Reported::Post(post)).await, (false, 1));
    assert_eq!(state(&house, Reported::Comment(said)).await, (false, 1));
}
