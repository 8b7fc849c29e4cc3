//! The admin site: its door, the list, and what follows saving and deleting.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use madang::{db::Time, videos::Visibility};

use crate::{
    house::{House, Part, Person, fixture, upload},
    videos::{Row, all_between},
};

const LIST: &str = "/admin/videos/video/";
const ADD: &str = "/admin/videos/video/add/";

fn change(id: i64) -> String {
    format!("{LIST}{id}/change/")
}

fn delete(id: i64) -> String {
    format!("{LIST}{id}/delete/")
}

#[tokio::test]
async fn the_door_stands_before_every_address_and_method() {
    let house = House::open().await;
    let id = Row::new("강의").add(&house).await;
    let staff = house.staff().await;
    let member = house.member("지민").await;
    let paths = [
        "/admin".to_owned(),
        "/admin/".to_owned(),
        LIST.to_owned(),
        "/admin/videos/video".to_owned(),
        format!("{LIST}?q=a&p=1"),
        ADD.to_owned(),
        change(id),
        delete(id),
        change(987_654),
        format!("{LIST}abc/change/"),
        "/admin/nowhere/".to_owned(),
        "/admin/videos/".to_owned(),
    ];
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    for path in &paths {
        for method in methods {
            let ask = async |person: &Person| {
                let method = Method::from_bytes(method.as_bytes()).expect("a method");
                person.ask(method, path, &[], Body::empty()).await
            };
            let what = format!("{method} {path}");
            let out = ask(&house.visitor()).await;
            assert_eq!(out.status, StatusCode::FOUND, "{what}");
            let next = serde_html_form::to_string([("next", path)]).expect("a query");
            assert_eq!(out.location(), format!("/admin/login/?{next}"), "{what}");
            let denied = ask(&member).await;
            assert_eq!(denied.status, StatusCode::FORBIDDEN, "{what}");
            if method == "GET" {
                denied
                    .says("지민으로 로그인되어 있습니다")
                    .says("다른 계정으로 로그인")
                    .keeps_quiet_about("강의");
            }
            for answer in [&out, &denied] {
                assert!(
                    answer.header("cache-control").contains("no-store"),
                    "{what}"
                );
                assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow", "{what}");
            }
        }
    }
    let sql = "SELECT COUNT(*) FROM videos";
    let left: i64 = house.app.db.get(sql, ()).await.expect("a count");
    assert_eq!(left, 1, "somebody got through");
    for (path, status) in paths
        .iter()
        .zip([308, 200, 200, 308, 200, 200, 200, 200, 302, 302, 404, 404])
    {
        let answer = staff.get(path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert!(
            answer.header("cache-control").contains("no-store"),
            "{path}"
        );
        assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow", "{path}");
    }
    for path in &paths[1..] {
        let answer = staff.ask(Method::DELETE, path, &[], Body::empty()).await;
        assert!(
            answer.status.is_client_error() || answer.status.is_redirection(),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_admins_login_is_kept_by_nobody_and_found_by_nobody() {
    let house = House::open().await;
    let page = house.visitor().get("/admin/login/?next=%2Fadmin%2F").await;
    assert_eq!(page.status, StatusCode::OK);
    page.says("<meta name=\"robots\" content=\"noindex\">");
    assert!(page.header("cache-control").contains("no-store"));
    assert_eq!(page.header("x-robots-tag"), "noindex, nofollow");
    let out = house.staff().await.post("/admin/logout/", &[]).await;
    assert!(out.header("cache-control").contains("no-store"));
}

#[tokio::test]
async fn a_member_may_go_on_with_another_account() {
    let house = House::open().await;
    house.staff().await;
    let member = house.member("지민").await;
    let denied = member.get(LIST).await;
    let text = denied.text();
    let next = all_between(&text, "<input type=\"hidden\" name=\"next\" value=\"", "\"");
    let to = "/admin/login/?next=%2Fadmin%2Fvideos%2Fvideo%2F";
    assert!(next.contains(&to), "{next:?}");
    let out = member.post("/logout/", &[("next", to)]).await;
    assert_eq!(out.location(), to);
    let form = [
        ("username", "주인"),
        ("password", crate::house::PASSWORD),
        ("next", LIST),
    ];
    let answer = member.post("/admin/login/", &form).await;
    assert_eq!(answer.location(), LIST);
    assert_eq!(member.get(LIST).await.status, StatusCode::OK);
}

#[tokio::test]
async fn rights_taken_away_close_the_door_at_once() {
    let house = House::open().await;
    let staff = house.staff().await;
    assert_eq!(staff.get("/admin/").await.status, StatusCode::OK);
    let sql = "UPDATE users SET is_staff = FALSE WHERE id = $1";
    house.app.db.run(sql, (staff.id,)).await.expect("rights");
    assert_eq!(staff.get("/admin/").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_list_shows_every_visibility_newest_first_a_hundred_a_page() {
    let house = House::open().await;
    let staff = house.staff().await;
    for n in 0..130_i64 {
        let title = format!("강의 {n}");
        let mut row = Row::new(&title);
        row.visibility = Visibility::ALL[(n % 4) as usize];
        row.created_at = Time(n);
        row.add(&house).await;
    }
    let first = staff.get(LIST).await.text();
    assert_eq!(first.matches("<th scope=\"row\">").count(), 100);
    let newest = first.find("강의 129<").expect("the newest");
    assert!(newest < first.find("강의 128<").expect("the second"));
    assert!(first.contains("href=\"/admin/videos/video/?p=2\""));
    for word in ["공개", "일부 공개", "비공개", "초안"] {
        assert!(first.contains(&format!(">{word}</option>")), "{word}");
    }
    let second = staff.get(&format!("{LIST}?p=2")).await.text();
    assert_eq!(second.matches("<th scope=\"row\">").count(), 30);
}

#[tokio::test]
async fn the_lists_search_keeps_its_words_over_the_pages() {
    let house = House::open().await;
    let staff = house.staff().await;
    for n in 0..120 {
        let title = format!("100% 강의 {n}");
        Row::new(&title).add(&house).await;
    }
    Row::new("다른 것").add(&house).await;
    let page = staff.get(&format!("{LIST}?q=%EA%B0%95%EC%9D%98+%25")).await;
    page.says("검색 결과 120개 (전체 121개)")
        .keeps_quiet_about("다른 것")
        .says("?q=%EA%B0%95%EC%9D%98+%25&#38;p=2");
    let page = staff.get(&format!("{LIST}?q=%EC%97%86%EC%9D%8C")).await;
    page.says("조건에 맞는 항목이 없습니다.");
}

#[tokio::test]
async fn the_empty_list_and_the_front_page_say_so() {
    let house = House::open().await;
    let staff = house.staff().await;
    staff.get(LIST).await.says("아직 항목이 없습니다.");
    staff.get("/admin/").await.says("동영상 0개");
    upload(&house, &staff, "강의", "draft", "short.mp4").await;
    staff.get("/admin/").await.says("동영상 1개");
}

#[tokio::test]
async fn what_was_done_is_said_once_on_the_next_page() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (id, _) = upload(&house, &staff, "<b>첫 강의", "public", "short.mp4").await;
    let link = "<a href=\"/admin/videos/video/1/change/\">";
    let added = format!("동영상 ‘{link}&#60;b&#62;첫 강의</a>’를 추가했습니다.");
    staff.get(LIST).await.says(&added);
    staff.get(LIST).await.keeps_quiet_about("추가했습니다");
    let parts = [
        Part::Text("title", "둘째 판"),
        Part::Text("visibility", "public"),
    ];
    staff.post_parts(&change(id), &parts).await;
    staff
        .get(LIST)
        .await
        .says(&format!("동영상 ‘{link}둘째 판</a>’을 변경했습니다."));
    staff.post(&delete(id), &[("post", "yes")]).await;
    staff
        .get(LIST)
        .await
        .says("동영상 ‘둘째 판’을 삭제했습니다.");
    staff.get(LIST).await.keeps_quiet_about("삭제했습니다");
}

#[tokio::test]
async fn each_button_leads_where_django_leads() {
    let house = House::open().await;
    let staff = house.staff().await;
    let bytes = fixture("short.mp4");
    for (button, n) in [
        ("_save", 1),
        ("_addanother", 2),
        ("_continue", 3),
        ("nothing", 4),
    ] {
        let form = |file: bool| {
            let mut parts = vec![
                Part::Text("title", "강의"),
                Part::Text("visibility", "public"),
                Part::Text(button, "1"),
            ];
            if file {
                parts.push(Part::File("video_file", "a.mp4", &bytes));
            }
            parts
        };
        let to = match button {
            "_addanother" => ADD.to_owned(),
            "_continue" => change(n),
            _ => LIST.to_owned(),
        };
        let answer = staff.post_parts(ADD, &form(true)).await;
        assert_eq!(
            (answer.status, answer.location()),
            (StatusCode::SEE_OTHER, &*to)
        );
        let answer = staff.post_parts(&change(n), &form(false)).await;
        assert_eq!(
            (answer.status, answer.location()),
            (StatusCode::SEE_OTHER, &*to)
        );
    }
}

#[tokio::test]
async fn deleting_asks_first_and_takes_files_and_row() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (video, picture) = (fixture("short.mp4"), fixture("picture.jpg"));
    let parts = [
        Part::Text("title", "강의"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "강의.mp4", &video),
        Part::File("thumbnail", "표지.jpg", &picture),
    ];
    staff.post_parts(ADD, &parts).await;
    let sql = "SELECT id, file, thumbnail FROM videos";
    let (id, file, thumbnail): (i64, String, String) =
        house.app.db.one(sql, ()).await.expect("a video");
    staff
        .get(&delete(id))
        .await
        .says("‘강의’를 삭제하겠습니까?")
        .says("동영상 파일 강의.mp4 (77 KB)");
    assert_eq!(house.files().len(), 2, "asking deletes nothing");
    let answer = staff.post(&delete(id), &[("post", "yes")]).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, LIST)
    );
    assert_eq!(house.files(), [] as [String; 0]);
    for path in [
        format!("/media/{file}"),
        format!("/media/{thumbnail}"),
        format!("/video/{id}/"),
    ] {
        assert_eq!(
            staff.get(&path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let again = staff.post(&delete(id), &[("post", "yes")]).await;
    assert_eq!((again.status, again.location()), (StatusCode::FOUND, LIST));
    let sql = "SELECT COUNT(*) FROM file_removals";
    let left: i64 = house.app.db.get(sql, ()).await.expect("a count");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_form_from_another_site_changes_nothing() {
    let house = House::open().await;
    let staff = house.staff().await;
    let (id, _) = upload(&house, &staff, "강의", "public", "short.mp4").await;
    let headers = [("origin", "https://evil.kr")];
    for path in [delete(id), change(id), ADD.to_owned()] {
        let answer = staff
            .ask(Method::POST, &path, &headers, Body::empty())
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(
        staff.get(&format!("/video/{id}/")).await.status,
        StatusCode::OK
    );
}
