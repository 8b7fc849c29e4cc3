//! Order, pages, cards, and what is listed for whom.

use axum::http::StatusCode;
use madang::{db::Time, videos::Visibility};

use super::{Row, all_between};
use crate::house::{House, Person, upload};

/// Ids of the cards of a page, in their order.
async fn ids(person: &Person, path: &str) -> Vec<i64> {
    let answer = person.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    let text = answer.text();
    all_between(&text, "data-video=\"", "\"")
        .iter()
        .map(|id| id.parse().expect("a number"))
        .collect()
}

/// Titles of the cards of a page, in their order, as HTML.
async fn titles(person: &Person, path: &str) -> Vec<String> {
    let text = person.get(path).await.text();
    let links = all_between(&text, "<h2><a href=\"/video/", "</a>");
    links
        .iter()
        .filter_map(|link| Some(link.split_once('>')?.1.to_owned()))
        .collect()
}

#[tokio::test]
async fn the_listing_shows_the_newest_first_twenty_four_a_page() {
    let house = House::open().await;
    let mut newest_first = Vec::new();
    for n in 0..50 {
        let mut row = Row::new("강의");
        // Added in another order than they are dated.
        row.created_at = Time((n * 7) % 50);
        newest_first.push(((n * 7) % 50, row.add(&house).await));
    }
    newest_first.sort_by(|a, b| b.cmp(a));
    let expected: Vec<i64> = newest_first.into_iter().map(|(_, id)| id).collect();
    let visitor = house.visitor();
    assert_eq!(ids(&visitor, "/").await, expected[..24]);
    assert_eq!(ids(&visitor, "/?page=2").await, expected[24..48]);
    assert_eq!(ids(&visitor, "/?page=3").await, expected[48..]);
}

#[tokio::test]
async fn videos_of_one_moment_are_neither_lost_nor_repeated_over_the_pages() {
    let house = House::open().await;
    let mut expected = Vec::new();
    for _ in 0..60 {
        let mut row = Row::new("같은 제목");
        row.created_at = Time(1_000_000);
        expected.push(row.add(&house).await);
    }
    let visitor = house.visitor();
    for sort in ["latest", "views", "title"] {
        let mut seen = Vec::new();
        for page in 1..=3 {
            seen.extend(ids(&visitor, &format!("/?sort={sort}&page={page}")).await);
        }
        seen.sort_unstable();
        assert_eq!(seen, expected, "{sort}");
    }
}

#[tokio::test]
async fn search_and_order_survive_paging() {
    let house = House::open().await;
    for _ in 0..30 {
        Row::new("러스트 강의 & 실습").add(&house).await;
    }
    let visitor = house.visitor();
    let address = "/?q=%EA%B0%95%EC%9D%98+%26&amp;sort=title&amp;page=2";
    let page = visitor.get("/?q=%EA%B0%95%EC%9D%98+%26&sort=title").await;
    let text = page.text().replace("&#38;", "&amp;");
    assert!(text.contains(&format!("<a href=\"{address}\"")), "{text}");
    assert!(
        text.contains(&format!("<link rel=\"next\" href=\"{address}\">")),
        "{text}"
    );
    page.says("<input type=\"hidden\" name=\"sort\" value=\"title\">");
    page.says("value=\"강의 &#38;\"");
    let second = ids(&visitor, "/?q=%EA%B0%95%EC%9D%98+%26&sort=title&page=2").await;
    assert_eq!(second.len(), 6);
}

#[tokio::test]
async fn a_page_that_is_no_number_is_the_first_and_one_too_far_the_last() {
    let house = House::open().await;
    for n in 0..30 {
        let mut row = Row::new("강의");
        row.created_at = Time(n);
        row.add(&house).await;
    }
    let visitor = house.visitor();
    let first = ids(&visitor, "/").await;
    let last = ids(&visitor, "/?page=2").await;
    assert_eq!((first.len(), last.len()), (24, 6));
    for page in ["0", "-1", "abc", "1e9", "", "1.5", "%F0%9F%8E%AC"] {
        assert_eq!(
            ids(&visitor, &format!("/?page={page}")).await,
            first,
            "{page}"
        );
    }
    for page in [
        "3",
        "1000000000",
        "9223372036854775807",
        "99999999999999999999",
    ] {
        assert_eq!(
            ids(&visitor, &format!("/?page={page}")).await,
            last,
            "{page}"
        );
    }
}

#[tokio::test]
async fn the_order_is_latest_views_or_title_and_an_unknown_one_is_latest() {
    let house = House::open().await;
    let mut added = Vec::new();
    for (n, title, views) in [(1, "나", 5), (2, "가", 1), (3, "다", 9)] {
        let mut row = Row::new(title);
        row.created_at = Time(n);
        let id = row.add(&house).await;
        let sql = "UPDATE videos SET views = $2 WHERE id = $1";
        house.app.db.run(sql, (id, views)).await.expect("views");
        added.push(id);
    }
    let [one, two, three] = added[..] else {
        panic!("three")
    };
    let visitor = house.visitor();
    for (sort, order) in [
        ("latest", [three, two, one]),
        ("views", [three, one, two]),
        ("title", [two, one, three]),
        ("", [three, two, one]),
        ("VIEWS", [three, two, one]),
        ("id%3B--", [three, two, one]),
    ] {
        assert_eq!(
            ids(&visitor, &format!("/?sort={sort}")).await,
            order,
            "{sort}"
        );
    }
}

#[tokio::test]
async fn titles_sort_without_case_the_same_on_both_databases() {
    let house = House::open().await;
    let sorted = [
        "2강 변수",
        "apple",
        "Banana",
        "cherry",
        "Zebra",
        "École",
        "가나다",
        "나비",
        "하늘",
    ];
    for title in [
        "나비",
        "Zebra",
        "cherry",
        "하늘",
        "École",
        "Banana",
        "2강 변수",
        "가나다",
        "apple",
    ] {
        Row::new(title).add(&house).await;
    }
    assert_eq!(titles(&house.visitor(), "/?sort=title").await, sorted);
}

#[tokio::test]
async fn everybody_is_listed_what_is_meant_for_lists_and_for_them() {
    let house = House::open().await;
    let (staff, member, visitor) = (
        house.staff().await,
        house.member("지민").await,
        house.visitor(),
    );
    let mut by_visibility = Vec::new();
    for visibility in Visibility::ALL {
        let mut row = Row::new("마당 강의");
        row.visibility = visibility;
        by_visibility.push(row.add(&house).await);
    }
    let shown = Row::new("보고 있는 것").add(&house).await;
    let [public, _, private, _] = by_visibility[..] else {
        panic!("four")
    };
    for (person, expected) in [
        (&visitor, vec![public]),
        (&member, vec![private, public]),
        (&staff, vec![private, public]),
    ] {
        let mut all = vec![shown];
        all.extend(&expected);
        assert_eq!(ids(person, "/").await, all);
        assert_eq!(ids(person, "/?q=%EB%A7%88%EB%8B%B9").await, expected);
        assert_eq!(
            ids(person, "/?q=%EB%A7%88%EB%8B%B9&sort=title").await.len(),
            expected.len()
        );
        let count = format!("동영상 {}개</p>", expected.len());
        person.get("/?q=%EB%A7%88%EB%8B%B9").await.says(&count);
        assert_eq!(ids(person, &format!("/video/{shown}/")).await, {
            // The player's page names its own video nowhere but on its stage.
            expected.clone()
        });
    }
}

#[tokio::test]
async fn an_empty_listing_says_to_each_what_to_do() {
    let house = House::open().await;
    let owner = house.staff().await;
    let member = house.member("지민").await;
    for person in [&house.visitor(), &member] {
        let page = person.get("/").await;
        page.says("아직 동영상이 없습니다.")
            .keeps_quiet_about("첫 동영상 올리기");
    }
    owner
        .get("/")
        .await
        .says("아직 동영상이 없습니다.")
        .says("첫 동영상 올리기")
        .says("href=\"/admin/videos/video/add/\"");
    let english = [("accept-language", "en")];
    let page = house.visitor().get_with("/", &english).await;
    page.says("There are no videos yet.");
    for person in [&house.visitor(), &member, &owner] {
        let page = person.get("/?q=%3Cb%3E%EC%97%86%EC%9D%8C").await;
        assert_eq!(page.status, StatusCode::OK);
        page.says("‘&#60;b&#62;없음’에 맞는 동영상이 없습니다.")
            .says("모든 동영상 보기")
            .keeps_quiet_about("첫 동영상 올리기")
            .keeps_quiet_about("<b>없음");
    }
}

#[tokio::test]
async fn a_card_tells_duration_views_age_and_their_exact_values_on_hover() {
    let house = House::open().await;
    let mut row = Row::new("강의");
    row.duration = Some(245_000);
    // 2026-11-01T20:00:00Z is the second of November in Seoul.
    row.created_at = Time(1_793_563_200_000_000);
    row.visibility = Visibility::Private;
    let id = row.add(&house).await;
    let sql = "UPDATE videos SET views = 12345 WHERE id = $1";
    house.app.db.run(sql, (id,)).await.expect("views");
    let member = house.member("지민").await;
    let page = member.get("/").await;
    page.says("</span>4:05</span>")
        .says("title=\"조회수 12,345회\">조회수 1.2만회<")
        .says("datetime=\"2026-11-01T20:00:00Z\" title=\"2026년 11월 2일 05:00\">")
        .says("<span class=\"badge private\">비공개</span>");
    let english = member.get_with("/", &[("accept-language", "en")]).await;
    english
        .says("title=\"12,345 views\">12K views<")
        .says("<span class=\"badge private\">Private</span>");
}

#[tokio::test]
async fn a_public_card_has_no_badge_and_a_thumbnail_has_its_size() {
    let house = House::open().await;
    let owner = house.staff().await;
    upload(&house, &owner, "강의", "public", "short.mp4").await;
    let page = house.visitor().get("/").await;
    page.keeps_quiet_about("class=\"badge")
        .says("</span>0:06</span>")
        .says("<b aria-hidden=\"true\">강</b>");
}

#[tokio::test]
async fn a_page_of_the_longest_titles_is_at_most_64_kib() {
    let house = House::open().await;
    for letter in ['힣', '&', '🎬'] {
        for _ in 0..24 {
            let title = letter.to_string().repeat(200);
            Row::new(&title).add(&house).await;
        }
        let page = house.visitor().get("/").await;
        assert!(page.text().matches("class=\"card\"").count() == 24);
        assert!(
            page.body.len() <= 64 * 1024,
            "{letter}: {}",
            page.body.len()
        );
    }
}

#[tokio::test]
async fn of_a_name_given_twice_the_last_value_counts() {
    let house = House::open().await;
    for title in ["강의", "공연"] {
        Row::new(title).add(&house).await;
    }
    let page = house
        .visitor()
        .get("/?q=%EA%B0%95%EC%9D%98&q=%EA%B3%B5%EC%97%B0")
        .await;
    page.says("공연").keeps_quiet_about("강의");
}
