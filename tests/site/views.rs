//! Counting views.

use axum::{
    body::Body,
    http::{HeaderValue, Method, StatusCode, header},
};
use madang::{db::Time, videos::Visibility, web::views};

use crate::{
    house::{Answer, House, Person},
    videos::Row,
};

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

fn with_browser(mut person: Person, agent: &'static str) -> Person {
    let agent = HeaderValue::from_static(agent);
    person.headers.insert(header::USER_AGENT, agent);
    person
}

/// As the player's beacon is sent.
async fn beacon(person: &Person, id: i64) -> Answer {
    person.post(&format!("/video/{id}/view/"), &[]).await
}

async fn views(house: &House, id: i64) -> i64 {
    let sql = "SELECT views FROM videos WHERE id = $1";
    house.app.db.get(sql, (id,)).await.expect("the video")
}

async fn move_marks_back(house: &House, seconds: i64) {
    let sql = "UPDATE video_viewers SET counted_at = counted_at - $1";
    let back = seconds * 1_000_000;
    house.app.db.run(sql, (back,)).await.expect("marks");
}

#[tokio::test]
async fn a_viewer_counts_once_in_half_an_hour_and_video() {
    let house = House::open().await;
    let (one, other) = (
        Row::new("하나").add(&house).await,
        Row::new("둘").add(&house).await,
    );
    let viewer = with_browser(house.visitor(), BROWSER);
    for _ in 0..3 {
        let answer = beacon(&viewer, one).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        assert!(answer.body.is_empty());
    }
    assert_eq!(
        (views(&house, one).await, views(&house, other).await),
        (1, 0)
    );
    beacon(&viewer, other).await;
    assert_eq!(views(&house, other).await, 1);
    move_marks_back(&house, 20 * 60).await;
    beacon(&viewer, one).await;
    assert_eq!(views(&house, one).await, 1);
    move_marks_back(&house, 10 * 60).await;
    beacon(&viewer, one).await;
    beacon(&viewer, one).await;
    assert_eq!(views(&house, one).await, 2);
    viewer.get("/").await.says("조회수 2회");
}

#[tokio::test]
async fn looking_at_a_page_is_no_view() {
    let house = House::open().await;
    let id = Row::new("강의").add(&house).await;
    let viewer = with_browser(house.visitor(), BROWSER);
    for path in [format!("/video/{id}/"), format!("/video/{id}/view/")] {
        viewer.get(&path).await;
        viewer.ask(Method::HEAD, &path, &[], Body::empty()).await;
    }
    let answer = viewer.get(&format!("/video/{id}/view/")).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(views(&house, id).await, 0);
}

#[tokio::test]
async fn a_robot_is_no_viewer() {
    let house = House::open().await;
    let id = Row::new("강의").add(&house).await;
    for agent in [
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)",
        "Mozilla/5.0 (compatible; Daum/4.1; +http://cs.daum.net/faq/15/4118.html)",
        "facebookexternalhit/1.1;kakaotalk-scrap/1.0",
        "curl/8.14.1",
        "python-requests/2.32",
    ] {
        let robot = with_browser(house.visitor(), agent);
        assert_eq!(beacon(&robot, id).await.status, StatusCode::NO_CONTENT);
        assert_eq!(views(&house, id).await, 0, "{agent}");
    }
    beacon(&house.visitor(), id).await;
    assert_eq!(views(&house, id).await, 0, "no user agent at all");
}

#[tokio::test]
async fn a_browser_inside_an_app_is_a_viewer() {
    let house = House::open().await;
    let id = Row::new("강의").add(&house).await;
    let agents = [
        "Mozilla/5.0 (Linux; Android 15; SM-S921N) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141 Mobile Safari/537.36;KAKAOTALK 2511000",
        "Mozilla/5.0 (Linux; Android 15; SM-S921N) AppleWebKit/537.36 Chrome/141 Whale/1.0 Mobile Safari/537.36 NAVER(inapp; search; 1900; 12.9.4)",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 DaumApps/7.5 DaumDevice/mobile",
    ];
    for (n, agent) in agents.into_iter().enumerate() {
        beacon(&with_browser(house.visitor(), agent), id).await;
        assert_eq!(views(&house, id).await, n as i64 + 1, "{agent}");
    }
}

#[tokio::test]
async fn a_page_fetched_ahead_is_no_view() {
    let house = House::open().await;
    let id = Row::new("강의").add(&house).await;
    let viewer = with_browser(house.visitor(), BROWSER);
    let path = format!("/video/{id}/view/");
    for (name, value) in [
        ("sec-purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
    ] {
        let headers = [(name, value)];
        let answer = viewer
            .ask(Method::POST, &path, &headers, Body::empty())
            .await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(views(&house, id).await, 0);
}

#[tokio::test]
async fn a_video_that_may_not_be_seen_counts_nothing_and_seems_not_to_exist() {
    let house = House::open().await;
    let staff = with_browser(house.staff().await, BROWSER);
    let member = with_browser(house.member("지민").await, BROWSER);
    let visitor = with_browser(house.visitor(), BROWSER);
    let unknown = beacon(&visitor, 987_654).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    for (visibility, may) in [
        (Visibility::Unlisted, [true, true, true]),
        (Visibility::Private, [false, true, true]),
        (Visibility::Draft, [false, false, true]),
    ] {
        let mut row = Row::new("강의");
        row.visibility = visibility;
        let id = row.add(&house).await;
        let mut expected = 0;
        for (person, may) in [&visitor, &member, &staff].into_iter().zip(may) {
            let answer = beacon(person, id).await;
            if may {
                expected += 1;
                assert_eq!(answer.status, StatusCode::NO_CONTENT);
            } else {
                assert_eq!(answer.status, unknown.status);
                let own = (format!("%2F{id}%2F"), format!("/{id}/"));
                let text = answer.text().replace(&own.0, "%2F987654%2F");
                let text = text.replace(&own.1, "/987654/");
                if person.id == 0 {
                    assert_eq!(text, unknown.text());
                }
            }
            assert_eq!(views(&house, id).await, expected, "{visibility:?}");
        }
    }
}

#[tokio::test]
async fn two_viewers_count_two() {
    let house = House::with(|w| w.trusted_proxies = Some("127.0.0.1".to_owned())).await;
    let id = Row::new("강의").add(&house).await;
    let path = format!("/video/{id}/view/");
    let viewer = with_browser(house.visitor(), BROWSER);
    for (n, address) in [(1, "203.0.113.1"), (2, "203.0.113.2"), (2, "203.0.113.1")] {
        let headers = [("x-forwarded-for", address)];
        viewer
            .ask(Method::POST, &path, &headers, Body::empty())
            .await;
        assert_eq!(views(&house, id).await, n, "{address}");
    }
    let other = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/26.0 Safari/605.1.15";
    let other = with_browser(house.visitor(), other);
    let headers = [("x-forwarded-for", "203.0.113.1")];
    other
        .ask(Method::POST, &path, &headers, Body::empty())
        .await;
    assert_eq!(views(&house, id).await, 3);
}

#[tokio::test]
async fn an_account_counts_once_wherever_it_is() {
    let house = House::with(|w| w.trusted_proxies = Some("127.0.0.1".to_owned())).await;
    let id = Row::new("강의").add(&house).await;
    let path = format!("/video/{id}/view/");
    let member = with_browser(house.member("지민").await, BROWSER);
    for address in ["203.0.113.1", "203.0.113.2"] {
        let headers = [("x-forwarded-for", address)];
        member
            .ask(Method::POST, &path, &headers, Body::empty())
            .await;
    }
    assert_eq!(views(&house, id).await, 1);
    let other = with_browser(house.member("수아").await, BROWSER);
    other.post(&path, &[]).await;
    assert_eq!(views(&house, id).await, 2);
}

#[tokio::test]
async fn beacons_at_the_same_time_count_once_a_viewer() {
    let house = House::open().await;
    let id = Row::new("강의").add(&house).await;
    let mut people = Vec::new();
    for name in ["하나", "두리", "세찬"] {
        people.push(with_browser(house.member(name).await, BROWSER));
    }
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..30 {
        let person = people[n % 3].clone();
        tasks.spawn(async move { beacon(&person, id).await.status });
    }
    for status in tasks.join_all().await {
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
    assert_eq!(views(&house, id).await, 3);
}

#[tokio::test]
async fn marks_are_forgotten_after_half_an_hour_and_name_nobody() {
    let house = House::open().await;
    let id = Row::new("강의").add(&house).await;
    let member = with_browser(house.member("지민").await, BROWSER);
    beacon(&member, id).await;
    move_marks_back(&house, 31 * 60).await;
    let visitor = with_browser(house.visitor(), BROWSER);
    beacon(&visitor, id).await;
    let sql = "SELECT viewer FROM video_viewers";
    let marks: Vec<(String,)> = house.app.db.all(sql, ()).await.expect("marks");
    assert_eq!(marks.len(), 2);
    for (mark,) in marks {
        assert_eq!(mark.len(), 22, "{mark}");
    }
    let forgotten = madang::videos::forget_viewers(&house.app).await;
    assert_eq!(forgotten.expect("the sweep"), 1);
    let sql = "SELECT counted_at FROM video_viewers";
    let kept: Vec<(i64,)> = house.app.db.all(sql, ()).await.expect("marks");
    assert_eq!(kept.len(), 1);
    assert!(kept[0].0 > Time::now().plus_seconds(-30 * 60).0);
    assert_eq!(views(&house, id).await, 2);
}

#[tokio::test]
async fn a_beacon_from_another_site_is_refused() {
    let house = House::open().await;
    let id = Row::new("강의").add(&house).await;
    let viewer = with_browser(house.visitor(), BROWSER);
    let path = format!("/video/{id}/view/");
    for header in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.kr"),
        ("origin", "null"),
    ] {
        let answer = viewer
            .ask(Method::POST, &path, &[header], Body::empty())
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{header:?}");
    }
    assert_eq!(views(&house, id).await, 0);
}

#[tokio::test]
async fn a_view_goes_with_its_video() {
    let house = House::open().await;
    let owner = with_browser(house.staff().await, BROWSER);
    let id = Row::new("강의").add(&house).await;
    beacon(&owner, id).await;
    let path = format!("/admin/videos/video/{id}/delete/");
    owner.post(&path, &[("post", "yes")]).await;
    assert_eq!(beacon(&owner, id).await.status, StatusCode::NOT_FOUND);
    let sql = "SELECT COUNT(*) FROM video_viewers";
    let marks: i64 = house.app.db.get(sql, ()).await.expect("marks");
    assert_eq!(marks, 0);
}

#[tokio::test]
async fn a_view_of_a_video_deleted_in_this_moment_is_no_fault() {
    let house = House::open().await;
    let now = Time::now();
    let counted = views::count(&house.app.db, "video", 987_654, "somebody", now, now).await;
    assert!(!counted.expect("an answer"));
}
