//! How often a post was read.

use axum::{
    body::Body,
    http::{HeaderValue, Method, StatusCode, header},
};

use super::Post;
use crate::house::{House, Person};

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

fn with_browser(mut person: Person, agent: &'static str) -> Person {
    let agent = HeaderValue::from_static(agent);
    person.headers.insert(header::USER_AGENT, agent);
    person
}

async fn views(house: &House, id: i64) -> i64 {
    let sql = "SELECT views FROM posts WHERE id = $1";
    house.app.db.get(sql, (id,)).await.expect("the post")
}

#[tokio::test]
async fn a_reader_counts_once_a_day_and_post() {
    let house = House::open().await;
    let writer = with_browser(house.member("지민").await, BROWSER);
    let one = Post::new(&writer, "하나").add(&house).await;
    let other = Post::new(&writer, "둘").add(&house).await;
    let reader = with_browser(house.visitor(), BROWSER);
    for _ in 0..3 {
        let page = reader.get(&format!("/board/{one}/?page=2")).await;
        page.says("조회수 1회");
    }
    assert_eq!(
        (views(&house, one).await, views(&house, other).await),
        (1, 0)
    );
    reader
        .get(&format!("/board/{other}/"))
        .await
        .says("조회수 1회");
    writer
        .get(&format!("/board/{one}/"))
        .await
        .says("조회수 2회");
    let sql = "UPDATE post_viewers SET counted_at = counted_at - $1";
    let hours = |hours: i64| (hours * 3600 * 1_000_000,);
    house.app.db.run(sql, hours(23)).await.expect("marks");
    reader
        .get(&format!("/board/{one}/"))
        .await
        .says("조회수 2회");
    house.app.db.run(sql, hours(1)).await.expect("marks");
    reader
        .get(&format!("/board/{one}/"))
        .await
        .says("조회수 3회");
    let forgotten = madang::board::views::forget(&house.app).await;
    assert_eq!(forgotten.expect("the sweep"), 2);
}

#[tokio::test]
async fn programs_and_pages_fetched_ahead_are_no_readers() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let id = Post::new(&writer, "하나").add(&house).await;
    let path = format!("/board/{id}/");
    house.visitor().get(&path).await.says("조회수 0회");
    let robot = with_browser(
        house.visitor(),
        "Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)",
    );
    robot.get(&path).await.says("조회수 0회");
    let reader = with_browser(house.visitor(), BROWSER);
    reader.get_with(&path, &[("sec-purpose", "prefetch")]).await;
    reader.ask(Method::HEAD, &path, &[], Body::empty()).await;
    assert_eq!(views(&house, id).await, 0);
    super::hide(&house, id).await;
    let answer = reader.get(&path).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(views(&house, id).await, 0);
}

#[tokio::test]
async fn readers_at_the_same_time_count_once_each() {
    let house = House::open().await;
    let mut people = Vec::new();
    for name in ["하나", "두리", "세찬"] {
        people.push(with_browser(house.member(name).await, BROWSER));
    }
    let id = Post::new(&people[0], "글").add(&house).await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..30 {
        let person = people[n % 3].clone();
        tasks.spawn(async move { person.get(&format!("/board/{id}/")).await.status });
    }
    for status in tasks.join_all().await {
        assert_eq!(status, StatusCode::OK);
    }
    assert_eq!(views(&house, id).await, 3);
}
