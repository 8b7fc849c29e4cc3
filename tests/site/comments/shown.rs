//! How comments are shown: Markdown, times, videos, links.

use madang::videos::Visibility;

use super::{say, video};
use crate::{house::House, videos::Row};

#[tokio::test]
async fn a_comment_carries_no_markup_of_its_own() {
    let house = House::open().await;
    let path = format!("/video/{}/", video(&house).await);
    let member = house.member("지민").await;
    let body = "<script>alert(1)</script> <img src=x onerror=alert(1)>\n\n\
                [누르세요](javascript:alert(1)) ![그림](https://a.kr/a.png) **굵게**";
    say(&member, &path, body).await;
    let page = house.visitor().get(&path).await;
    page.says("&lt;script&gt;alert(1)")
        .says("<strong>굵게</strong>")
        .keeps_quiet_about("<script>alert")
        .keeps_quiet_about("<img src")
        .keeps_quiet_about("href=\"javascript");
}

#[tokio::test]
async fn a_time_is_a_link_to_its_moment_up_to_the_length_of_the_video() {
    let house = House::open().await;
    let path = format!("/video/{}/", video(&house).await);
    let member = house.member("지민").await;
    let comment = say(&member, &path, "1:05에 나옵니다. 1:31은 없습니다.").await;
    let page = house.visitor().get(&path).await;
    page.says("data-seek=\"65\"").says("href=\"?t=65\"");
    page.keeps_quiet_about("data-seek=\"91\"");
    // Where there is no player, a time is text.
    let page = member.get(&format!("/comments/{comment}/delete/")).await;
    page.says("1:05").keeps_quiet_about("data-seek");
}

#[tokio::test]
async fn a_link_to_a_video_is_a_card_for_those_who_may_see_it() {
    let house = House::open().await;
    let path = format!("/video/{}/", video(&house).await);
    let member = house.member("지민").await;
    let shown = Row::new("소개하는 강의").add(&house).await;
    let mut private = Row::new("비밀스러운 강의");
    private.visibility = Visibility::Private;
    let private = private.add(&house).await;
    let site = "http://madang.test/video";
    let body = format!("{site}/{shown}/?t=5\n\n{site}/{private}/");
    say(&member, &path, &body).await;
    let card = |id: i64, rest: &str| format!("class=\"text-card\" href=\"/video/{id}/{rest}\"");
    let page = member.get(&path).await;
    page.says(&card(shown, "?t=5")).says(&card(private, ""));
    let page = house.visitor().get(&path).await;
    page.says(&card(shown, "?t=5"))
        .says(&format!("href=\"/video/{private}/\""))
        .keeps_quiet_about(&card(private, ""))
        .keeps_quiet_about("비밀스러운 강의");
}

#[tokio::test]
async fn links_of_newcomers_are_worth_nothing_to_search_engines() {
    let house = House::open().await;
    let path = format!("/video/{}/", video(&house).await);
    let member = house.member("지민").await;
    say(&member, &path, "https://a.kr/").await;
    let visitor = house.visitor();
    let rel = |page: String| {
        let link = page.split("href=\"https://a.kr/\"").nth(1);
        let link = link.expect("a link").split('>').next();
        link.expect("its end").to_owned()
    };
    let new = rel(visitor.get(&path).await.text());
    for word in ["nofollow", "ugc", "noopener"] {
        assert!(new.contains(word), "{new}");
    }
    let sql = "UPDATE users SET date_joined = 0 WHERE id = $1";
    house
        .app
        .db
        .run(sql, (member.id,))
        .await
        .expect("an update");
    let old = rel(visitor.get(&path).await.text());
    assert!(!old.contains("nofollow") && old.contains("ugc"), "{old}");
}
