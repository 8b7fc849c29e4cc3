//! The change list's engine, through the videos' and users' lists.

mod saving;

use axum::http::StatusCode;
use madang::{db::Time, videos::Visibility};

use crate::{
    house::{Answer, House, Person},
    videos::Row,
};

const LIST: &str = "/admin/videos/video/";

/// The titles of a list, top to bottom.
fn titles(answer: &Answer) -> Vec<String> {
    let text = answer.text();
    let rows = text.split("<th scope=\"row\"><a href=\"").skip(1);
    rows.filter_map(|row| Some(row.split_once('>')?.1.split_once('<')?.0.to_owned()))
        .collect()
}

trait Facets {
    /// Asserts that a filter's choice stands there with this count.
    fn offers(&self, word: &str, count: u32) -> &Self;
}

impl Facets for Answer {
    #[track_caller]
    fn offers(&self, word: &str, count: u32) -> &Answer {
        let text = self.text();
        let links = text
            .split("<a ")
            .filter(|link| link.contains("class=\"facet\""));
        let mut told = links.map(|link| {
            let inside = link.split("</a>").next().unwrap_or_default();
            let bare: String = inside
                .split('<')
                .filter_map(|tag| tag.split_once('>'))
                .map(|(_, text)| text)
                .collect();
            bare.replace(['(', ')'], "")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        });
        let wanted = format!("{word} {count}");
        assert!(
            told.any(|told| told == wanted),
            "“{wanted}” is missing in:\n{text}"
        );
        self
    }
}

/// A house with these videos, one microsecond apart, and its owner.
async fn with(titles: &[(&str, Visibility)]) -> (House, Person, Vec<i64>) {
    let house = House::open().await;
    let staff = house.staff().await;
    let mut ids = Vec::new();
    let noon = Time::now();
    for (n, (title, visibility)) in titles.iter().enumerate() {
        let mut row = Row::new(title);
        row.visibility = *visibility;
        row.created_at = Time(noon.0 + n as i64);
        ids.push(row.add(&house).await);
    }
    (house, staff, ids)
}

use Visibility::{Draft, Private, Public, Unlisted};

#[tokio::test]
async fn a_hundred_rows_stand_on_a_page_and_two_hundred_on_all() {
    let house = House::open().await;
    let staff = house.staff().await;
    for n in 0..150 {
        Row::new(&format!("강의 {n}")).add(&house).await;
    }
    let page = staff.get(LIST).await;
    assert_eq!(titles(&page).len(), 100);
    page.says("동영상 150개").says("?all=");
    assert_eq!(titles(&staff.get(&format!("{LIST}?p=2")).await).len(), 50);
    let all = staff.get(&format!("{LIST}?all=")).await;
    assert_eq!(titles(&all).len(), 150);
    all.keeps_quiet_about("?p=2");
    for n in 150..201 {
        Row::new(&format!("강의 {n}")).add(&house).await;
    }
    staff.get(LIST).await.keeps_quiet_about("?all=");
    assert_eq!(
        staff.get(&format!("{LIST}?all=")).await.status,
        StatusCode::FOUND
    );
}

#[tokio::test]
async fn an_address_that_means_nothing_leads_to_the_plain_list_with_a_message() {
    let (_house, staff, _) = with(&[("강의", Public)]).await;
    for query in [
        "p=0",
        "p=-1",
        "p=abc",
        "p=2",
        "p=99999999999999999999",
        "o=99",
        "o=1",
        "o=x",
        "o=2.2",
        "o=--2",
        "o=",
        "visibility=secret",
        "visibility=public&visibility=draft",
        "created=never",
        "year=abc",
        "month=3",
        "year=2026&month=13",
        "year=99999",
        "year=2026&day=3",
        "nothing=1",
        "visibility=public'%20OR%20'1'='1",
        "q=%00",
        "o=2;drop",
        "year=-1",
        "created=today'--",
    ] {
        let answer = staff.get(&format!("{LIST}?{query}")).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{query}");
        assert_eq!(answer.location(), LIST, "{query}");
        let page = staff.get(LIST).await;
        page.says("알 수 없는 값이 있어");
        assert_eq!(titles(&page), ["강의"], "{query}");
    }
}

#[tokio::test]
async fn every_word_and_every_phrase_must_be_found() {
    let (_house, staff, _) = with(&[
        ("첫 강의 러스트", Public),
        ("강의 첫 러스트", Draft),
        ("100% _밑줄_ \"따옴표\"", Private),
    ])
    .await;
    let found = async |q: &str| {
        let query = serde_html_form::to_string([("q", q)]).expect("a query");
        titles(&staff.get(&format!("{LIST}?{query}")).await)
    };
    assert_eq!(found("러스트 강의").await.len(), 2);
    assert_eq!(found("\"첫 강의\"").await, ["첫 강의 러스트"]);
    assert_eq!(found("\"첫 강의\" 러스").await, ["첫 강의 러스트"]);
    assert_eq!(found("0% _밑").await.len(), 1);
    assert_eq!(found("%").await.len(), 1);
    assert_eq!(found("러_트").await.len(), 0);
    assert_eq!(found("' OR 1=1 --").await.len(), 0);
    let page = staff.get(&format!("{LIST}?q=%EA%B0%95%EC%9D%98")).await;
    page.says("검색 결과 2개 (전체 3개)");
}

#[tokio::test]
async fn headings_sort_by_several_columns_and_flip_and_leave() {
    let (_house, staff, _) = with(&[
        ("나", Public),
        ("가", Private),
        ("다", Public),
        ("가", Public),
    ])
    .await;
    let by = async |o: &str| titles(&staff.get(&format!("{LIST}?o={o}")).await);
    assert_eq!(by("2").await, ["가", "가", "나", "다"]);
    assert_eq!(by("-2").await, ["다", "나", "가", "가"]);
    assert_eq!(by("3.-2").await, ["가", "다", "나", "가"]);
    let page = staff
        .get(&format!("{LIST}?o=3.-2&q=&visibility=public"))
        .await;
    // The second of the order flips where it stands, a new column comes in front, each can leave.
    page.says("?visibility=public&#38;o=3.2\"")
        .says("?visibility=public&#38;o=6.3.-2\"")
        .says("?visibility=public&#38;o=3\"")
        .says("?visibility=public&#38;o=-2\"");
    staff.get(LIST).await.says("?o=7\"").says("?o=2.-7\"");
}

#[tokio::test]
async fn equal_rows_are_on_one_page_only() {
    let house = House::open().await;
    let staff = house.staff().await;
    let now = Time::now();
    for n in 0..150 {
        let title = format!("{n}");
        let mut row = Row::new(&title);
        row.created_at = now;
        row.add(&house).await;
    }
    for order in ["3", "-3", "6", "-7", "5.-3"] {
        let mut all = titles(&staff.get(&format!("{LIST}?o={order}&p=1")).await);
        all.extend(titles(&staff.get(&format!("{LIST}?o={order}&p=2")).await));
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 150, "{order}");
    }
}

#[tokio::test]
async fn filters_count_what_they_would_leave_beside_the_others() {
    let (house, staff, ids) = with(&[
        ("하나", Public),
        ("둘", Public),
        ("셋", Private),
        ("넷", Draft),
        ("다섯", Unlisted),
    ])
    .await;
    let old = Time::now().plus_seconds(-800 * 86_400);
    let sql = "UPDATE videos SET created_at = $2 WHERE id = $1";
    house
        .app
        .db
        .run(sql, (ids[0], old))
        .await
        .expect("an old video");
    let page = staff.get(LIST).await;
    page.offers("공개", 2)
        .offers("비공개", 1)
        .offers("지난 7일", 4)
        .keeps_quiet_about("필터 모두 지우기");
    let page = staff.get(&format!("{LIST}?visibility=public")).await;
    assert_eq!(titles(&page), ["둘", "하나"]);
    page.offers("지난 7일", 1)
        .offers("비공개", 1)
        .says("필터 모두 지우기")
        .says("검색 결과 2개 (전체 5개)");
    let page = staff
        .get(&format!("{LIST}?visibility=public&created=past_7_days&o=2"))
        .await;
    assert_eq!(titles(&page), ["둘"]);
    page.says("href=\"/admin/videos/video/?o=2\"");
}

#[tokio::test]
async fn the_drill_down_starts_where_there_is_a_choice() {
    let (house, staff, ids) = with(&[("하나", Public), ("둘", Public), ("셋", Public)]).await;
    staff.get(LIST).await.keeps_quiet_about("class=\"drill\"");
    let at = |text: &str| {
        Time(
            text.parse::<jiff::Timestamp>()
                .expect("a time")
                .as_microsecond(),
        )
    };
    let move_to = async |id: i64, time: &str| {
        let sql = "UPDATE videos SET created_at = $2 WHERE id = $1";
        house.app.db.run(sql, (id, at(time))).await.expect("a move");
    };
    move_to(ids[0], "2024-03-05T00:00:00Z").await;
    move_to(ids[1], "2024-03-09T00:00:00Z").await;
    move_to(ids[2], "2024-03-31T15:30:00Z").await;
    // Seoul's April has begun: two months, and so months are the choice.
    staff
        .get(LIST)
        .await
        .says("?year=2024&#38;month=3\"")
        .says("?year=2024&#38;month=4\"")
        .keeps_quiet_about("month=5")
        .keeps_quiet_about("day=");
    let march = staff.get(&format!("{LIST}?year=2024&month=3")).await;
    assert_eq!(titles(&march), ["둘", "하나"]);
    march
        .says("day=5\"")
        .says("day=9\"")
        .keeps_quiet_about("day=6")
        .says("?year=2024\"");
    let day = staff.get(&format!("{LIST}?year=2024&month=4&day=1")).await;
    assert_eq!(titles(&day), ["셋"]);
    move_to(ids[0], "2021-03-05T00:00:00Z").await;
    let years = staff.get(LIST).await;
    years
        .says("?year=2021\"")
        .says("?year=2024\"")
        .keeps_quiet_about("?year=2022\"");
    let filtered = staff.get(&format!("{LIST}?q=%ED%95%98%EB%82%98")).await;
    filtered.keeps_quiet_about("year=2024");
}

#[tokio::test]
async fn an_action_without_rows_or_without_a_name_only_says_so() {
    let (_house, staff, ids) = with(&[("강의", Public)]).await;
    let id = ids[0].to_string();
    let answer = staff.post(LIST, &[("action", "delete_selected")]).await;
    assert_eq!(answer.location(), LIST);
    staff
        .get(LIST)
        .await
        .says("선택한 항목이 없어")
        .says("강의");
    for action in ["", "destroy"] {
        staff
            .post(LIST, &[("action", action), ("_selected_action", &id)])
            .await;
        staff
            .get(LIST)
            .await
            .says("할 작업을 고르십시오")
            .says("강의");
    }
    let answer = staff
        .post(LIST, &[("action", "set_draft"), ("_selected_action", "x")])
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_action_tells_how_many_rows_it_changed() {
    let (house, staff, ids) = with(&[("하나", Public), ("둘", Private), ("셋", Public)]).await;
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    let here = format!("{LIST}?o=2");
    let form = [
        ("action", "set_private"),
        ("_selected_action", &ids[0]),
        ("_selected_action", &ids[1]),
        ("_selected_action", &ids[1]),
        ("_selected_action", "424242"),
    ];
    let answer = staff.post(&here, &form).await;
    assert_eq!(answer.location(), here);
    staff.get(LIST).await.says("1개를 ‘비공개’로 바꾸었습니다.");
    let sql = "SELECT COUNT(*) FROM admin_log WHERE action = 'change'";
    assert_eq!(house.app.db.get::<i64>(sql, ()).await.expect("a count"), 1);
    let form = [("action", "set_draft"), ("select_across", "1")];
    staff
        .post(&format!("{LIST}?visibility=private"), &form)
        .await;
    staff.get(LIST).await.says("2개를 ‘초안’으로 바꾸었습니다.");
    let sql = "SELECT COUNT(*) FROM videos WHERE visibility = 'draft'";
    assert_eq!(house.app.db.get::<i64>(sql, ()).await.expect("a count"), 2);
}

#[tokio::test]
async fn deleting_asks_first_and_takes_the_files_along() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (first, _) = crate::house::upload(&house, &staff, "하나", "public", "short.mp4").await;
    let (second, key) = crate::house::upload(&house, &staff, "둘", "public", "short.webm").await;
    crate::house::upload(&house, &staff, "셋", "public", "tail.mp4").await;
    let (first, second) = (first.to_string(), second.to_string());
    let form = [
        ("action", "delete_selected"),
        ("_selected_action", &first),
        ("_selected_action", &second),
    ];
    staff.get(LIST).await.says("추가했습니다");
    let question = staff.post(LIST, &form).await;
    assert_eq!(question.status, StatusCode::OK);
    question
        .says("하나")
        .says("short.webm")
        .says("name=\"post\" value=\"yes\"")
        .keeps_quiet_about("셋");
    assert_eq!(
        house.files().len(),
        3,
        "nothing is deleted before the answer"
    );
    let answer = staff
        .post(LIST, &[form.as_slice(), &[("post", "yes")]].concat())
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = staff.get(LIST).await;
    page.says("동영상 2개를 삭제했습니다.");
    assert_eq!(titles(&page), ["셋"]);
    assert_eq!(house.files().len(), 1);
    assert_eq!(
        staff.get(&format!("/media/{key}")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn staff_without_a_permission_see_and_do_nothing_of_it() {
    let (house, _, ids) = with(&[("강의", Public)]).await;
    let id = ids[0].to_string();
    let clerk = house.somebody("직원", true, false).await;
    let grant = async |code: &str| {
        let sql = "INSERT INTO user_permissions (user_id, permission) VALUES ($1, $2)";
        house
            .app
            .db
            .run(sql, (clerk.id, code))
            .await
            .expect("a grant");
    };
    assert_eq!(clerk.get(LIST).await.status, StatusCode::FORBIDDEN);
    grant("videos.view_video").await;
    let page = clerk.get(LIST).await;
    assert_eq!(titles(&page), ["강의"]);
    page.keeps_quiet_about("name=\"action\"")
        .keeps_quiet_about("name=\"_save\"")
        .keeps_quiet_about("name=\"visibility-")
        .keeps_quiet_about("/add/");
    for form in [
        vec![
            ("action", "delete_selected"),
            ("_selected_action", &id),
            ("post", "yes"),
        ],
        vec![("action", "set_draft"), ("_selected_action", &id)],
        vec![("_save", "1"), ("visibility-1", "draft")],
    ] {
        assert_eq!(
            clerk.post(LIST, &form).await.status,
            StatusCode::FORBIDDEN,
            "{form:?}"
        );
    }
    grant("videos.change_video").await;
    let page = clerk.get(LIST).await;
    page.says("set_draft").keeps_quiet_about("delete_selected");
    let form = [("action", "set_draft"), ("_selected_action", &*id)];
    assert_eq!(clerk.post(LIST, &form).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn users_are_filtered_by_flags_and_groups() {
    let house = House::open().await;
    let staff = house.staff().await;
    let member = house.member("지민").await;
    house.member("서연").await;
    let db = &house.app.db;
    let sql =
        "INSERT INTO groups (name, name_key, updated_at) VALUES ('편집', '편집', 0) RETURNING id";
    let group: i64 = db.get(sql, ()).await.expect("a group");
    let sql = "INSERT INTO user_groups (user_id, group_id) VALUES ($1, $2)";
    db.run(sql, (member.id, group)).await.expect("a membership");
    let list = "/admin/accounts/user/";
    let found = async |query: &str| titles(&staff.get(&format!("{list}?{query}")).await);
    assert_eq!(found("staff=1").await, ["주인"]);
    assert_eq!(found("staff=0&o=-1").await, ["지민", "서연"]);
    assert_eq!(found(&format!("group={group}")).await, ["지민"]);
    assert_eq!(found("active=0").await, Vec::<String>::new());
    assert_eq!(found("q=%EC%A7%80%EB%AF%BC").await, ["지민"]);
    staff.get(list).await.offers("편집", 1);
    assert_eq!(
        staff.get(&format!("{list}?group=x")).await.status,
        StatusCode::FOUND
    );
}

#[tokio::test]
async fn groups_and_flags_are_counted_beside_each_other_and_the_search() {
    let house = House::open().await;
    let staff = house.staff().await;
    let db = &house.app.db;
    let sql = "INSERT INTO groups (name, name_key, updated_at) VALUES ($1, $1, 0) RETURNING id";
    let mut groups = Vec::new();
    for name in ["편집", "자막"] {
        groups.push(db.get::<i64>(sql, (name,)).await.expect("a group"));
    }
    for (name, active, member_of) in [
        ("지민", true, &groups[..]),
        ("지수", false, &groups[..1]),
        ("지우", true, &groups[1..]),
        ("서연", true, &groups[..1]),
    ] {
        let member = house.member(name).await;
        let sql = "UPDATE users SET is_active = $2, date_joined = $3 WHERE id = $1";
        let joined = Time::now().plus_seconds(if active { 0 } else { -800 * 86_400 });
        let changed = db.run(sql, (member.id, active, joined)).await;
        changed.expect("a change");
        let sql = "INSERT INTO user_groups (user_id, group_id) VALUES ($1, $2)";
        for group in member_of {
            let added = db.run(sql, (member.id, *group)).await;
            added.expect("a membership");
        }
    }
    let list = format!("/admin/accounts/user/?q=%EC%A7%80&group={}", groups[0]);
    let page = staff.get(&list).await;
    assert_eq!(titles(&page), ["지민", "지수"]);
    page.says("검색 결과 2개 (전체 5개)")
        .offers("편집", 2)
        .offers("자막", 2)
        .offers("지난 7일", 1)
        .offers("예", 0)
        .offers("예", 1)
        .offers("아니요", 2)
        .offers("아니요", 1);
    let page = staff.get(&format!("{list}&active=1&joined=today")).await;
    assert_eq!(titles(&page), ["지민"]);
    page.says("검색 결과 1개 (전체 5개)")
        .offers("편집", 1)
        .offers("자막", 2)
        .offers("아니요", 0);
}

#[tokio::test]
async fn a_search_is_sorted_and_paged_like_any_list() {
    let house = House::open().await;
    let staff = house.staff().await;
    for n in 0..240 {
        let title = format!("{} {n:03}", if n % 2 == 0 { "Étude" } else { "강의" });
        Row::new(&title).add(&house).await;
    }
    let query = "q=%C3%A9TUDE+tude&visibility=public&o=-2";
    let first = staff.get(&format!("{LIST}?{query}")).await;
    first
        .says("검색 결과 120개 (전체 240개)")
        .offers("공개", 120);
    let mut all = titles(&first);
    assert_eq!(all.len(), 100);
    all.extend(titles(&staff.get(&format!("{LIST}?{query}&p=2")).await));
    let wanted: Vec<String> = (0..120)
        .rev()
        .map(|n| format!("Étude {:03}", 2 * n))
        .collect();
    assert_eq!(all, wanted);
}

#[tokio::test]
async fn what_is_deleted_is_what_the_question_listed() {
    let (house, staff, _) = with(&[("새 강의 1", Public), ("새 강의 2", Public)]).await;
    let list = format!("{LIST}?q=%EC%83%88");
    let form = [("action", "delete_selected"), ("select_across", "1")];
    let question = staff.post(&list, &form).await.text();
    Row::new("새 강의 3").add(&house).await;
    let ids = question.split("name=\"_selected_action\" value=\"").skip(1);
    let mut answer: Vec<(&str, &str)> = ids
        .filter_map(|rest| Some(("_selected_action", rest.split('"').next()?)))
        .collect();
    assert_eq!(answer.len(), 2);
    assert!(!question.contains("select_across"));
    answer.extend([("action", "delete_selected"), ("post", "yes")]);
    staff.post(&list, &answer).await;
    let left = staff.get(LIST).await;
    left.says("동영상 2개를 삭제했습니다.");
    assert_eq!(titles(&left), ["새 강의 3"]);
}

#[tokio::test]
async fn a_question_counts_only_what_is_there() {
    let (_house, staff, ids) = with(&[("강의", Public)]).await;
    let id = ids[0].to_string();
    let form = [
        ("action", "delete_selected"),
        ("_selected_action", &*id),
        ("_selected_action", "9999"),
    ];
    staff
        .post(LIST, &form)
        .await
        .says("1개에 대해")
        .keeps_quiet_about("9999");
    let form = [("action", "delete_selected"), ("_selected_action", "9999")];
    assert_eq!(staff.post(LIST, &form).await.location(), LIST);
    staff.get(LIST).await.says("선택한 항목이 없어");
}

#[tokio::test]
async fn an_emptied_last_page_tells_what_was_done_and_keeps_the_search() {
    let house = House::open().await;
    let staff = house.staff().await;
    let mut last = String::new();
    for n in 0..101 {
        let mut row = Row::new("강의");
        row.created_at = Time(1000 - n);
        last = row.add(&house).await.to_string();
    }
    let here = format!("{LIST}?q=%EA%B0%95%EC%9D%98&p=2");
    let form = [
        ("action", "delete_selected"),
        ("post", "yes"),
        ("_selected_action", &*last),
    ];
    assert_eq!(staff.post(&here, &form).await.location(), here);
    let answer = staff.get(&here).await;
    assert_eq!(
        answer.location(),
        "/admin/videos/video/?q=%EA%B0%95%EC%9D%98"
    );
    staff
        .get(answer.location())
        .await
        .says("동영상 1개를 삭제했습니다.");
}

#[tokio::test]
async fn a_link_that_may_not_be_used_is_not_shown() {
    let (house, _, ids) = with(&[("강의", Public)]).await;
    let clerk = house.somebody("직원", true, false).await;
    for code in [
        "videos.delete_video",
        "accounts.delete_user",
        "accounts.add_group",
    ] {
        let sql = "INSERT INTO user_permissions (user_id, permission) VALUES ($1, $2)";
        let grant = house.app.db.run(sql, (clerk.id, code)).await;
        grant.expect("a grant");
    }
    let member = house.member("지민").await;
    for path in [
        "/admin/".to_owned(),
        format!("{LIST}{}/delete/", ids[0]),
        format!("/admin/accounts/user/{}/delete/", member.id),
    ] {
        let page = clerk.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        page.keeps_quiet_about("/change/\"");
        for list in [LIST, "/admin/accounts/user/", "/admin/accounts/group/"] {
            page.keeps_quiet_about(&format!("href=\"{list}\""));
        }
    }
    let answer = clerk
        .post("/admin/accounts/group/add/", &[("name", "편집")])
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = clerk.get(answer.location()).await;
    page.says("‘편집’을 추가했습니다.")
        .keeps_quiet_about("/change/");
}
