//! What is done to posts: actions on the list, the form, the end.

use axum::http::StatusCode;

use super::*;
use crate::board::{Post, attach, comment};

const LABEL: &str = "board.post";

#[tokio::test]
async fn actions_tell_exactly_how_many_they_changed() {
    let house = House::open().await;
    let owner = house.staff().await;
    let jimin = house.member("지민").await;
    let mut ids = Vec::new();
    for title in ["하나", "둘", "셋"] {
        ids.push(Post::new(&jimin, title).add(&house).await);
    }
    report_until(&house, Reported::Post(ids[0]), &owner, "광고", 1).await;
    report(&house, Reported::Post(ids[1]), &owner, "").await;
    assert_eq!(state(&house, Reported::Post(ids[0])).await, (true, 1));
    let page = act(&owner, POSTS, "make_notice", &ids[..2], false).await;
    page.says("글 2개를 공지로 올렸습니다.");
    let page = act(&owner, POSTS, "make_notice", &ids, false).await;
    page.says("글 1개를 공지로 올렸습니다.");
    let page = act(&owner, POSTS, "no_notice", &ids[1..], false).await;
    page.says("글 2개를 공지에서 내렸습니다.");
    let page = act(&owner, POSTS, "show", &ids, false).await;
    page.says("글 2개를 보이게 하고 신고를 처리했습니다.");
    for id in &ids {
        assert_eq!(state(&house, Reported::Post(*id)).await, (false, 0));
    }
    let page = act(&owner, POSTS, "hide", &ids[2..], false).await;
    page.says("글 1개를 가리고 신고를 처리했습니다.");
    assert_eq!(state(&house, Reported::Post(ids[2])).await, (true, 0));
    let entries = log(&house, LABEL, ids[0]).await;
    let fields: Vec<&str> = entries.iter().map(|(_, fields)| fields.as_str()).collect();
    assert_eq!(fields, ["[\"is_notice\"]", "[\"is_hidden\",\"reports\"]"]);
    let entries = log(&house, LABEL, ids[1]).await;
    assert_eq!(entries.last().expect("an entry").1, "[\"reports\"]");
    // The writer of a hidden post still reads it; others do not.
    let path = format!("/board/{}/", ids[2]);
    assert_eq!(jimin.get(&path).await.status, 200);
    assert_eq!(house.visitor().get(&path).await.status, 404);
}

#[tokio::test]
async fn deleting_chosen_posts_says_what_goes_and_leaves_no_file() {
    let house = House::open().await;
    let owner = house.staff().await;
    let jimin = house.member("지민").await;
    let first = Post::new(&jimin, "첫 글").add(&house).await;
    let second = Post::new(&jimin, "둘째 글").add(&house).await;
    let kept = Post::new(&jimin, "남는 글").add(&house).await;
    comment(&house, &jimin, first).await;
    comment(&house, &owner, second).await;
    attach(&house, first, "가.pdf", "application/pdf").await;
    attach(&house, second, "나.pdf", "application/pdf").await;
    let stays = attach(&house, kept, "다.pdf", "application/pdf").await;
    let page = act(&owner, POSTS, "delete_selected", &[first, second], false).await;
    page.says("글 첫 글")
        .says("글 둘째 글")
        .says("댓글 2개")
        .says("첨부 파일 2개")
        .keeps_quiet_about("남는 글");
    assert_eq!(house.files().len(), 3);
    let page = act(&owner, POSTS, "delete_selected", &[first, second], true).await;
    page.says("글 2개를 삭제했습니다.");
    assert_eq!(rows(&page), ["남는 글"]);
    assert_eq!(house.files(), [stays.as_str()]);
    let left = number(&house, "SELECT COUNT(*) FROM comments WHERE id <> $1", 0).await;
    assert_eq!(left, 0);
    assert_eq!(log(&house, LABEL, second).await[0].0, "delete");
    // Somebody else had deleted it already.
    let page = act(&owner, POSTS, "delete_selected", &[first], true).await;
    page.says(Lang::Ko.words().admin.none_chosen);
}

#[tokio::test]
async fn one_post_is_deleted_with_its_files_after_asking() {
    let house = House::open().await;
    let owner = house.staff().await;
    let jimin = house.member("지민").await;
    let post = Post::new(&jimin, "지울 글").add(&house).await;
    comment(&house, &jimin, post).await;
    attach(&house, post, "표.pdf", "application/pdf").await;
    let path = post_page(post, "delete");
    owner
        .get(&path)
        .await
        .says("‘지울 글’을 삭제하겠습니까?")
        .says("댓글 1개")
        .says("첨부 파일 표.pdf (5");
    assert_eq!(house.files().len(), 1);
    let answer = owner.post(&path, &[("post", "yes")]).await;
    assert_eq!(answer.location(), POSTS);
    owner.get(POSTS).await.says("글 ‘지울 글’을 삭제했습니다.");
    assert!(house.files().is_empty());
    let again = owner.post(&path, &[("post", "yes")]).await;
    assert_eq!(again.status, StatusCode::FOUND);
    let history = owner.get(&post_page(post, "history")).await;
    history
        .says("지울 글")
        .says(Lang::Ko.words().admin.history_of_gone);
}

#[tokio::test]
async fn a_post_is_changed_and_the_log_names_the_fields() {
    let house = House::open().await;
    let owner = house.staff().await;
    let jimin = house.member("지민").await;
    let post = Post::new(&jimin, "재목").saying("본문").add(&house).await;
    attach(&house, post, "표.pdf", "application/pdf").await;
    let path = post_page(post, "change");
    let page = owner.get(&path).await;
    page.says("value=\"재목\"")
        .says("표.pdf")
        .says(&format!("/admin/accounts/user/{}/change/", jimin.id))
        .says(&format!("href=\"/board/{post}/\""))
        .keeps_quiet_about("_addanother");
    let version = version(&page);
    let form = [
        ("title", " 제목\r\n"),
        ("body", "본문"),
        ("is_notice", "on"),
        ("was_hidden", ""),
        ("version", version.as_str()),
    ];
    let answer = owner.post(&path, &form).await;
    assert_eq!(answer.location(), POSTS, "{}", answer.text());
    let said = format!("글 ‘<a href=\"{path}\">제목</a>’을 변경했습니다.");
    owner.get(POSTS).await.says(&said);
    assert_eq!(
        log(&house, LABEL, post).await,
        [("change".to_owned(), "[\"title\",\"is_notice\"]".to_owned())]
    );
    let seen = house.visitor().get(&format!("/board/{post}/")).await;
    seen.says("제목").says("수정됨");
    // Found by its new title, and by none of the old one.
    let found = owner.get("/board/?q=%EC%A0%9C%EB%AA%A9").await;
    found.says(&format!("/board/{post}/"));
    let history = owner.get(&post_page(post, "history")).await;
    history.says("제목, 공지");
    // Saved as it is, nothing is logged.
    let page = owner.get(&path).await;
    let version = super::version(&page);
    let form = [
        ("title", "제목"),
        ("body", "본문"),
        ("is_notice", "on"),
        ("version", version.as_str()),
        ("_continue", "1"),
    ];
    assert_eq!(owner.post(&path, &form).await.location(), path);
    assert_eq!(log(&house, LABEL, post).await.len(), 1);
}

#[tokio::test]
async fn what_is_empty_or_too_long_comes_back_as_typed() {
    let house = House::open().await;
    let owner = house.staff().await;
    let post = Post::new(&owner, "글").add(&house).await;
    let path = post_page(post, "change");
    let version = version(&owner.get(&path).await);
    let long = "가".repeat(201);
    for (title, body, said) in [
        ("\u{3164} ", "본문", Lang::Ko.words().admin.title_missing),
        (
            long.as_str(),
            "본문",
            "200자까지 쓸 수 있습니다. 지금은 201자입니다.",
        ),
        ("제목", " \n", words().body_missing),
    ] {
        let form = [
            ("title", title),
            ("body", body),
            ("version", version.as_str()),
        ];
        let page = owner.post(&path, &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        page.says(said).says("aria-invalid=\"true\"");
    }
    assert!(log(&house, LABEL, post).await.is_empty());
}

#[tokio::test]
async fn of_two_editors_the_second_is_told_and_loses_nothing() {
    let house = House::open().await;
    let owner = house.staff().await;
    let jimin = house.member("지민").await;
    let post = Post::new(&jimin, "제목").saying("본문").add(&house).await;
    let path = post_page(post, "change");
    let seen = version(&owner.get(&path).await);
    let other = clerk(&house, "편집자", &["board.change_post"]).await;
    let theirs = [
        ("title", "그들의 제목"),
        ("body", "본문"),
        ("version", seen.as_str()),
    ];
    assert_eq!(other.post(&path, &theirs).await.location(), POSTS);
    let mine = |version: String| {
        [
            ("title", "제목".to_owned()),
            ("body", "내 본문".to_owned()),
            ("version", version),
        ]
    };
    let sent = mine(seen);
    let sent: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let page = owner.post(&path, &sent).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.says("내 본문")
        .says("그들의 제목")
        .says("편집자 · 제목");
    let title = house.visitor().get(&format!("/board/{post}/")).await;
    title.says("그들의 제목");
    let sent = mine(version(&page));
    let sent: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert_eq!(owner.post(&path, &sent).await.location(), POSTS);
    let read = house.visitor().get(&format!("/board/{post}/")).await;
    read.says("내 본문").keeps_quiet_about("그들의 제목");
    // A form that tells no version is one of long ago.
    let old = [("title", "제목"), ("body", "몰래")];
    assert_eq!(owner.post(&path, &old).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn reports_are_read_and_settled_from_the_form() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (jimin, sora) = (house.member("지민").await, house.member("소라").await);
    let post = Post::new(&jimin, "글").add(&house).await;
    report(&house, Reported::Post(post), &sora, "<b>광고</b>입니다").await;
    report(&house, Reported::Post(post), &owner, "").await;
    let page = format!(
        "{}?_changelist_filters=reported%3D1",
        post_page(post, "change")
    );
    let page = owner.get(&page).await;
    page.says("신고 2건")
        .says("소라")
        .says("&#60;b&#62;광고&#60;/b&#62;입니다")
        .says(words().no_reason)
        .says("/settle/?_changelist_filters=reported%3D1");
    let settle = format!(
        "{}?_changelist_filters=reported%3D1",
        post_page(post, "settle")
    );
    let answer = owner.post(&settle, &[("hide", "1")]).await;
    assert_eq!(answer.location(), format!("{POSTS}?reported=1"));
    let queue = owner.get(answer.location()).await;
    queue.says("글 1개를 가리고 신고를 처리했습니다.");
    assert_eq!(state(&house, Reported::Post(post)).await, (true, 0));
    let page = owner.get(&post_page(post, "change")).await;
    page.keeps_quiet_about("/settle/");
    // The second of two who settle at once is told; what the first decided stays.
    let answer = owner.post(&settle, &[("hide", "1")]).await;
    let page = owner.get(answer.location()).await;
    page.says(words().settled_before);
}

#[tokio::test]
async fn a_form_does_not_bring_back_what_reports_have_hidden_meanwhile() {
    let house = House::open().await;
    let owner = house.staff().await;
    let jimin = house.member("지민").await;
    let post = Post::new(&jimin, "글").saying("본문").add(&house).await;
    let path = post_page(post, "change");
    let seen = version(&owner.get(&path).await);
    report_until(&house, Reported::Post(post), &owner, "", 1).await;
    let form = [
        ("title", "고친 글"),
        ("body", "본문"),
        ("was_hidden", ""),
        ("version", seen.as_str()),
    ];
    assert_eq!(owner.post(&path, &form).await.location(), POSTS);
    assert_eq!(state(&house, Reported::Post(post)).await, (true, 1));
    let page = owner.get(&path).await;
    page.says("name=\"was_hidden\" value=\"on\"");
    let seen = version(&page);
    let form = [
        ("title", "고친 글"),
        ("body", "본문"),
        ("was_hidden", "on"),
        ("version", seen.as_str()),
    ];
    assert_eq!(owner.post(&path, &form).await.location(), POSTS);
    assert_eq!(state(&house, Reported::Post(post)).await, (false, 0));
    let entries = log(&house, LABEL, post).await;
    assert_eq!(entries[1].1, "[\"is_hidden\",\"reports\"]");
}

#[tokio::test]
async fn reports_of_what_is_gone_are_not_said_to_be_settled() {
    let house = House::open().await;
    let owner = house.staff().await;
    let writer = house.member("지민").await;
    let post = Post::new(&writer, "글").add(&house).await;
    let first = say(&house, &writer, Subject::Post(post), None, "물음").await;
    say(&house, &owner, Subject::Post(post), Some(first), "대답").await;
    let hide = [("hide", "1")];
    let place = comment_page(first, "settle");
    let deleted = owner.post(&comment_page(first, "delete"), &[]).await;
    assert_eq!(deleted.status, 303, "{}", deleted.text());
    for (path, list) in [(post_page(999, "settle"), POSTS), (place, COMMENTS)] {
        let answer = owner.post(&path, &hide).await;
        assert_eq!(answer.location(), list, "{}", answer.text());
        let list = owner.get(list).await;
        list.keeps_quiet_about(words().settled_before)
            .says("번호가");
    }
}

#[tokio::test]
async fn what_another_tab_is_about_to_tell_is_not_lost() {
    let house = House::open().await;
    let owner = house.staff().await;
    let writer = house.member("지민").await;
    let post = Post::new(&writer, "글").add(&house).await;
    let ids = post.to_string();
    let chosen = [("action", "make_notice"), ("_selected_action", &ids)];
    assert_eq!(owner.post(POSTS, &chosen).await.status, 303);
    let unknown = owner.post(POSTS, &[("action", "")]).await;
    assert_eq!(unknown.status, 303);
    let settled = owner
        .post(&post_page(post, "settle"), &[("hide", "1")])
        .await;
    assert_eq!(settled.status, 303);
    let deleted = owner.post(&post_page(post, "delete"), &[]).await;
    assert_eq!(deleted.status, 303);
    let all = Lang::Ko.words().admin;
    owner
        .get(POSTS)
        .await
        .says("글 1개를 공지로 올렸습니다.")
        .says(all.no_action)
        .says("글 1개를 가리고")
        .says("삭제했습니다");
}
