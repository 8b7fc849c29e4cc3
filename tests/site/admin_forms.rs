//! A video's forms: what they keep, what two people do to each other, who may do what, and how the
//! page looks to others.

use axum::http::StatusCode;
use madang::{db::Time, ingest::keep, videos::Visibility};

use crate::{
    house::{Answer, House, Part, Person, fixture, upload},
    videos::{Row, all_between},
};

const LIST: &str = "/admin/videos/video/";
const ADD: &str = "/admin/videos/video/add/";

fn of(id: i64, page: &str) -> String {
    format!("{LIST}{id}/{page}/")
}

/// A member of staff with these permissions only.
async fn staff_with(house: &House, name: &str, permissions: &[&str]) -> Person {
    let person = house.somebody(name, true, false).await;
    for permission in permissions {
        let sql = "INSERT INTO user_permissions (user_id, permission) VALUES ($1, $2)";
        let values = (person.id, format!("videos.{permission}_video"));
        house.app.db.run(sql, values).await.expect("a permission");
    }
    person
}

async fn count(house: &House, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM {table}");
    let sql = sqlx::AssertSqlSafe(sql);
    house.app.db.get(sql, ()).await.expect("a count")
}

/// The value of a hidden field; empty when there is none.
fn hidden(answer: &Answer, name: &str) -> String {
    let text = answer.text();
    let start = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
    let values = all_between(&text, &start, "\"");
    values
        .first()
        .map(|value| (*value).to_owned())
        .unwrap_or_default()
}

async fn title(house: &House, id: i64) -> String {
    let sql = "SELECT title FROM videos WHERE id = $1";
    house.app.db.get(sql, (id,)).await.expect("a title")
}

async fn logged(house: &House) -> Vec<(String, String, String)> {
    let sql = "SELECT action, object_text, changes FROM admin_log ORDER BY id";
    house.app.db.all(sql, ()).await.expect("the log")
}

/// A form whose title is missing, with a file; the answer's token.
async fn kept(person: &Person, name: &str) -> (Answer, String) {
    let bytes = fixture(name);
    let parts = [
        Part::Text("title", ""),
        Part::Text("description", "공들인 설명"),
        Part::Text("visibility", "private"),
        Part::File("video_file", name, &bytes),
    ];
    let answer = person.post_parts(ADD, &parts).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let token = hidden(&answer, "upload");
    (answer, token)
}

fn with_token<'a>(title: &'a str, token: &'a str) -> [Part<'a>; 3] {
    [
        Part::Text("title", title),
        Part::Text("visibility", "private"),
        Part::Text("upload", token),
    ]
}

#[tokio::test]
async fn a_file_sent_with_a_faulty_form_is_not_sent_again() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (answer, token) = kept(&owner, "short.mp4").await;
    answer
        .says("파일 short.mp4 (77 KB)를 받아 두었습니다")
        .says("공들인 설명</textarea>")
        .says("id=\"id_title\" name=\"title\" type=\"text\" value=\"\" required maxlength=\"200\" autocomplete=\"off\" aria-invalid=\"true\" aria-describedby=\"errors_title help_title\" autofocus>");
    assert_eq!(house.files().len(), 1);
    let nobody = house
        .visitor()
        .get(&format!("/media/{}", house.files()[0]))
        .await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND, "it has no page yet");
    // Faulty once more: the same file is still there. A title that nobody sees is none.
    for blank in [" ", "\u{200b}", "\u{3164}\u{2060} "] {
        let again = owner.post_parts(ADD, &with_token(blank, &token)).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{blank:?}");
        assert_eq!(hidden(&again, "upload"), token);
    }
    let saved = owner.post_parts(ADD, &with_token("강의", &token)).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert_eq!((count(&house, "videos").await, house.files().len()), (1, 1));
    assert_eq!(count(&house, "uploads").await, 0);
    assert_eq!(count(&house, "file_removals").await, 0);
    let sql = "SELECT codecs FROM videos";
    let codecs: String = house.app.db.get(sql, ()).await.expect("codecs");
    assert!(codecs.starts_with("avc1"), "{codecs}");
    // Used once.
    let used = owner.post_parts(ADD, &with_token("또", &token)).await;
    assert_eq!(used.status, StatusCode::SEE_OTHER);
    assert!(used.location().contains("/change/"), "{}", used.location());
    assert_eq!(count(&house, "videos").await, 1);
}

#[tokio::test]
async fn a_kept_file_is_its_senders_alone_and_for_its_field_alone() {
    let house = House::open().await;
    let owner = house.staff().await;
    let other = house.somebody("다른이", true, true).await;
    let (_, token) = kept(&owner, "short.mp4").await;
    let garbage = "a".repeat(500);
    for foreign in [token.as_str(), "' OR 1=1 --", "../../etc/passwd", &garbage] {
        let answer = other.post_parts(ADD, &with_token("강의", foreign)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{foreign}");
        answer.says("받아 둔 파일이 더는 없습니다");
    }
    let parts = [
        Part::Text("title", "강의"),
        Part::Text("visibility", "public"),
        Part::Text("thumbnail_upload", &token),
    ];
    let answer = owner.post_parts(ADD, &parts).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(count(&house, "videos").await, 0);
    let saved = owner.post_parts(ADD, &with_token("강의", &token)).await;
    assert_eq!(
        saved.status,
        StatusCode::SEE_OTHER,
        "it is still the owner's"
    );
}

#[tokio::test]
async fn a_kept_file_goes_within_a_day() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (_, token) = kept(&owner, "short.mp4").await;
    keep::sweep(&house.app).await.expect("a sweep");
    assert_eq!(house.files().len(), 1, "not at once");
    let hours = |hours: i64| hours * 3600 * 1_000_000;
    let age = async |by: i64| {
        let sql = "UPDATE uploads SET expires_at = expires_at - $1";
        house.app.db.run(sql, (by,)).await.expect("aged");
        let sql = "UPDATE file_removals SET since = since - $1";
        house.app.db.run(sql, (by,)).await.expect("aged");
    };
    age(hours(22)).await;
    let late = owner.post_parts(ADD, &with_token("강의", &token)).await;
    late.says("받아 둔 파일이 더는 없습니다");
    age(hours(1)).await;
    keep::sweep(&house.app).await.expect("a sweep");
    assert_eq!(house.files(), [] as [String; 0]);
    assert_eq!(count(&house, "uploads").await, 0);
    assert_eq!(count(&house, "file_removals").await, 0);
}

#[tokio::test]
async fn five_files_are_kept_for_one_person() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (_, first) = kept(&owner, "short.mp4").await;
    let mut last = String::new();
    for _ in 0..5 {
        (_, last) = kept(&owner, "short.mp4").await;
    }
    assert_eq!(
        (house.files().len(), count(&house, "uploads").await),
        (5, 5)
    );
    let answer = owner.post_parts(ADD, &with_token("강의", &first)).await;
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the oldest went"
    );
    let answer = owner.post_parts(ADD, &with_token("강의", &last)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_new_file_or_a_tick_takes_the_kept_ones_place() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (_, token) = kept(&owner, "short.mp4").await;
    let bytes = fixture("short.webm");
    let parts = [
        Part::Text("title", ""),
        Part::Text("visibility", "public"),
        Part::Text("upload", &token),
        Part::File("video_file", "둘째.webm", &bytes),
    ];
    let answer = owner.post_parts(ADD, &parts).await;
    answer.says("파일 둘째.webm");
    assert_eq!(house.files().len(), 1, "the first one's bytes went");
    let second = hidden(&answer, "upload");
    assert_ne!(second, token);
    let parts = [
        Part::Text("title", "강의"),
        Part::Text("visibility", "public"),
        Part::Text("upload", &second),
        Part::Text("upload-clear", "1"),
    ];
    let answer = owner.post_parts(ADD, &parts).await;
    answer
        .says("동영상 파일을 고르십시오")
        .keeps_quiet_about("받아 두었습니다");
    assert_eq!(house.files(), [] as [String; 0]);
}

#[tokio::test]
async fn a_thumbnail_is_kept_too_and_can_be_removed() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    let picture = fixture("picture.jpg");
    let parts = [
        Part::Text("title", ""),
        Part::Text("visibility", "public"),
        Part::File("thumbnail", "표지.jpg", &picture),
    ];
    let answer = owner.post_parts(&of(id, "change"), &parts).await;
    answer.says("파일 표지.jpg");
    let token = hidden(&answer, "thumbnail_upload");
    let parts = [
        Part::Text("title", "강의"),
        Part::Text("description", "설명"),
        Part::Text("visibility", "public"),
        Part::Text("thumbnail_upload", &token),
    ];
    let saved = owner.post_parts(&of(id, "change"), &parts).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert_eq!(house.files().len(), 2);
    owner
        .get(&of(id, "change"))
        .await
        .says("name=\"thumbnail-clear\"");
    let parts = [
        Part::Text("title", "강의"),
        Part::Text("description", "설명"),
        Part::Text("visibility", "public"),
        Part::Text("thumbnail-clear", "1"),
    ];
    owner.post_parts(&of(id, "change"), &parts).await;
    assert_eq!(house.files().len(), 1);
    let changes: Vec<String> = logged(&house)
        .await
        .into_iter()
        .map(|line| line.2)
        .collect();
    assert_eq!(changes, ["[]", "[\"thumbnail\"]", "[\"thumbnail\"]"]);
}

#[tokio::test]
async fn only_what_changed_is_logged_and_nothing_is_not() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    let form = |title: &'static str, visibility: &'static str| {
        [
            Part::Text("title", title),
            Part::Text("description", "설명"),
            Part::Text("visibility", visibility),
        ]
    };
    let same = form("강의", "public");
    let answer = owner.post_parts(&of(id, "change"), &same).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    owner
        .get(LIST)
        .await
        .says("바뀐 것이 없어 그대로 두었습니다");
    let other = form("새 강의", "private");
    owner.post_parts(&of(id, "change"), &other).await;
    let page = owner.get(LIST).await;
    page.says("동영상 ‘<a href=\"/admin/videos/video/1/change/\">새 강의</a>’를 변경했습니다.");
    owner.post(&of(id, "delete"), &[("post", "yes")]).await;
    let line = |action: &str, text: &str, changes: &str| {
        (action.to_owned(), text.to_owned(), changes.to_owned())
    };
    assert_eq!(
        logged(&house).await,
        [
            line("add", "강의", "[]"),
            line("change", "새 강의", "[\"title\",\"visibility\"]"),
            line("delete", "새 강의", "[]"),
        ]
    );
}

#[tokio::test]
async fn the_second_of_two_saves_is_told_of_the_first_and_loses_nothing() {
    let house = House::open().await;
    let owner = house.staff().await;
    let other = house.somebody("다른이", true, true).await;
    let (id, _) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    let version = hidden(&owner.get(&of(id, "change")).await, "version");
    let first = [
        Part::Text("title", "먼저 바꾼 제목"),
        Part::Text("description", "설명"),
        Part::Text("visibility", "public"),
        Part::Text("version", &version),
    ];
    let answer = other.post_parts(&of(id, "change"), &first).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let bytes = fixture("short.webm");
    let second = [
        Part::Text("title", "나중 제목"),
        Part::Text("description", "새로 쓴 설명"),
        Part::Text("visibility", "public"),
        Part::Text("version", &version),
        Part::File("video_file", "새.webm", &bytes),
    ];
    let answer = owner.post_parts(&of(id, "change"), &second).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    answer
        .says("편집하는 동안 이 동영상이 바뀌었습니다")
        .says("다른이 · 제목</li>")
        .says("value=\"나중 제목\"")
        .says("<span>먼저 바꾼 제목</span>")
        .says("새로 쓴 설명</textarea>")
        .says("파일 새.webm");
    assert_eq!(answer.text().matches("다른이 · ").count(), 1);
    assert_eq!(title(&house, id).await, "먼저 바꾼 제목");
    let (token, version) = (hidden(&answer, "upload"), hidden(&answer, "version"));
    let again = [
        Part::Text("title", "나중 제목"),
        Part::Text("description", "새로 쓴 설명"),
        Part::Text("visibility", "public"),
        Part::Text("version", &version),
        Part::Text("upload", &token),
    ];
    let answer = owner.post_parts(&of(id, "change"), &again).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(title(&house, id).await, "나중 제목");
    assert_eq!(house.files().len(), 1);
    // The same again, as by a second click: there is nothing to lose.
    let twice = owner.post_parts(&of(id, "change"), &again[..4]).await;
    assert_eq!(twice.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_faulty_form_still_knows_the_version_it_was_made_from() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    let version = hidden(&owner.get(&of(id, "change")).await, "version");
    let sql = "UPDATE videos SET title = '다른 제목', updated_at = updated_at + 1";
    house.app.db.run(sql, ()).await.expect("changed");
    let form = [
        Part::Text("title", ""),
        Part::Text("visibility", "public"),
        Part::Text("version", &version),
    ];
    let answer = owner.post_parts(&of(id, "change"), &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(hidden(&answer, "version"), version);
    for stale in [version.as_str(), "abc", "", "99999999999999999999"] {
        let form = [
            Part::Text("title", "내 제목"),
            Part::Text("visibility", "public"),
            Part::Text("version", stale),
        ];
        let answer = owner.post_parts(&of(id, "change"), &form).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{stale:?}");
    }
    assert_eq!(title(&house, id).await, "다른 제목");
}

#[tokio::test]
async fn the_lists_filters_survive_the_way_in_and_out() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    let carried = "?_changelist_filters=q%3D%25EA%25B0%2595%25EC%259D%2598%26o%3D2";
    let list = format!("{LIST}?q=%EA%B0%95%EC%9D%98&o=2");
    let escaped = list.replace('&', "&#38;");
    owner
        .get(&list)
        .await
        .says(&format!("{}{carried}", of(id, "change")));
    for page in ["change", "delete", "history"] {
        let shown = owner.get(&format!("{}{carried}", of(id, page))).await;
        shown.says(&format!("href=\"{escaped}\""));
        shown.says(&format!(
            "{}{carried}",
            of(id, if page == "change" { "delete" } else { "change" })
        ));
    }
    let form = |button| {
        [
            Part::Text("title", "강의 2"),
            Part::Text("visibility", "public"),
            Part::Text(button, "1"),
        ]
    };
    for (button, to) in [
        ("_save", list.clone()),
        ("_continue", format!("{}{carried}", of(id, "change"))),
        ("_addanother", format!("{ADD}{carried}")),
    ] {
        let path = format!("{}{carried}", of(id, "change"));
        let answer = owner.post_parts(&path, &form(button)).await;
        assert_eq!(answer.location(), to);
    }
    let gone = owner.get(&format!("{}{carried}", of(999, "change"))).await;
    assert_eq!(gone.location(), list);
    for evil in [
        "%2F%2Fevil.kr",
        "https%3A%2F%2Fevil.kr",
        "%5C%5Cevil.kr",
        "%0d%0aa%3Ab",
    ] {
        let path = format!("{}?_changelist_filters={evil}", of(id, "delete"));
        let answer = owner.get(&path).await;
        answer
            .keeps_quiet_about("href=\"//")
            .keeps_quiet_about("href=\"https:");
    }
    let answer = owner
        .post(&format!("{}{carried}", of(id, "delete")), &[])
        .await;
    assert_eq!(answer.location(), list);
}

#[tokio::test]
async fn the_longest_search_survives_the_way_in_and_out() {
    let house = House::open().await;
    let owner = house.staff().await;
    for letter in ["가", "𠀋"] {
        let search = letter.repeat(200);
        let id = Row::new(&search).add(&house).await;
        let query = |q: &str| {
            let all = [("q", q), ("visibility", "public"), ("o", "2.-7")];
            serde_html_form::to_string(all).expect("a query")
        };
        let list = format!("{LIST}?{}", query(&search));
        let carried = [("_changelist_filters", query(&search))];
        let carried = serde_html_form::to_string(carried).expect("a query");
        let form = format!("{}?{carried}", of(id, "change"));
        // What is longer is cut, in its links too.
        for typed in [search.clone(), search.repeat(3)] {
            let page = owner.get(&format!("{LIST}?{}", query(&typed))).await;
            page.says(&format!("href=\"{form}\""));
        }
        let escaped = list.replace('&', "&#38;");
        owner.get(&form).await.says(&format!("href=\"{escaped}\""));
        let parts = [
            Part::Text("title", &search),
            Part::Text("visibility", "public"),
        ];
        let answer = owner.post_parts(&form, &parts).await;
        assert_eq!(answer.location(), list);
        // By way of the login, too.
        let late = house.visitor();
        let login = late.get(&form).await;
        assert_eq!(login.status, StatusCode::FOUND);
        let page = late.get(login.location()).await;
        page.says(&format!("name=\"next\" value=\"{form}\""));
        let fields = [
            ("username", "주인"),
            ("password", crate::house::PASSWORD),
            ("next", form.as_str()),
        ];
        let answer = late.post("/admin/login/", &fields).await;
        assert_eq!(answer.location(), form);
    }
}

#[tokio::test]
async fn an_unknown_video_is_a_message_and_the_list() {
    let house = House::open().await;
    let owner = house.staff().await;
    for id in [
        "987654",
        "abc",
        "0",
        "-1",
        "99999999999999999999999",
        "%00",
        "1%20OR%201",
    ] {
        for page in [
            "change",
            "delete",
            "history",
            "view-as/visitor",
            "view-as/member",
        ] {
            let answer = owner.get(&format!("{LIST}{id}/{page}/")).await;
            assert_eq!(answer.status, StatusCode::FOUND, "{id} {page}");
            assert_eq!(answer.location(), LIST, "{id} {page}");
            owner.get(LIST).await.says("삭제되었을 수 있습니다");
        }
    }
}

#[tokio::test]
async fn each_permission_opens_its_own_pages_and_no_others() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    let paths = [
        ADD.to_owned(),
        of(id, "change"),
        of(id, "delete"),
        of(id, "history"),
        of(id, "view-as/visitor"),
    ];
    for (name, permissions, gets) in [
        ("none", &[][..], [403, 403, 403, 403, 403]),
        ("viewer", &["view"][..], [403, 200, 403, 200, 200]),
        ("adder", &["add"][..], [200, 403, 403, 403, 403]),
        ("changer", &["change"][..], [403, 200, 403, 200, 200]),
        ("deleter", &["delete"][..], [403, 403, 200, 403, 403]),
    ] {
        let person = staff_with(&house, name, permissions).await;
        for (path, status) in paths.iter().zip(gets) {
            assert_eq!(
                person.get(path).await.status.as_u16(),
                status,
                "{name} {path}"
            );
        }
        let form = [
            Part::Text("title", "강의"),
            Part::Text("description", "설명"),
            Part::Text("visibility", "public"),
        ];
        let posts = [
            (ADD.to_owned(), name == "adder", 422),
            (of(id, "change"), name == "changer", 303),
        ];
        for (path, may, done) in posts {
            let answer = person.post_parts(&path, &form).await;
            let status = if may { done } else { 403 };
            assert_eq!(answer.status.as_u16(), status, "{name} {path}");
        }
        if name != "deleter" {
            let answer = person.post(&of(id, "delete"), &[("post", "yes")]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
        }
    }
    assert_eq!(count(&house, "videos").await, 1);
}

#[tokio::test]
async fn whoever_may_only_look_gets_a_form_to_read() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    let viewer = staff_with(&house, "viewer", &["view"]).await;
    let page = viewer.get(&of(id, "change")).await;
    page.says("동영상 보기")
        .says("보기만 할 수 있습니다.")
        .says("readonly")
        .says("short.mp4")
        .says(&of(id, "history"))
        .keeps_quiet_about("name=\"_save\"")
        .keeps_quiet_about("type=\"file\"")
        .keeps_quiet_about(&of(id, "delete"))
        .keeps_quiet_about(ADD);
}

#[tokio::test]
async fn the_page_is_shown_as_others_get_it() {
    let house = House::open().await;
    let owner = house.staff().await;
    for (visibility, visitor, member) in [
        (Visibility::Public, 200, 200),
        (Visibility::Unlisted, 200, 200),
        (Visibility::Private, 200, 200),
        (Visibility::Draft, 404, 404),
    ] {
        let title = format!("강의 {}", visibility.name());
        let mut row = Row::new(&title);
        row.visibility = visibility;
        let id = row.add(&house).await;
        let what = visibility.name();
        for (whom, status) in [("visitor", visitor), ("member", member)] {
            let page = owner.get(&of(id, &format!("view-as/{whom}"))).await;
            assert_eq!(page.status.as_u16(), status, "{what} {whom}");
            assert!(page.header("cache-control").contains("no-store"), "{what}");
            page.keeps_quiet_about("href=\"/admin/");
            let signed_in = page.text().contains("action=\"/logout/\"");
            assert_eq!(signed_in, whom == "member", "{what} {whom}");
            let shown = page.text().contains("<video ");
            let login = visibility == Visibility::Private && whom == "visitor";
            assert_eq!(shown, status == 200 && !login, "{what} {whom}");
            if login {
                page.says("action=\"/login/\"")
                    .says(&format!("name=\"next\" value=\"/video/{id}/\""));
            }
        }
        // What the visitor really gets is the same page.
        let real = house.visitor().get(&format!("/video/{id}/")).await;
        let shown = owner.get(&of(id, "view-as/visitor")).await;
        if real.status == StatusCode::OK || real.status == StatusCode::NOT_FOUND {
            assert_eq!(real.text(), shown.text(), "{what}");
        }
    }
    let nobody = owner.get(&of(1, "view-as/superuser")).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn codecs_that_will_not_play_are_told_in_words() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (fine, _) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    owner.get(LIST).await.keeps_quiet_about("재생되지 않습니다");
    owner
        .get(&of(fine, "change"))
        .await
        .keeps_quiet_about("codec-warning");
    let (theora, _) = upload(&house, &owner, "옛 강의", "public", "short.ogv").await;
    owner.get(LIST).await.says("Theora");
    owner
        .get(&of(theora, "change"))
        .await
        .says("화면 형식이 Theora입니다. 대부분의 브라우저에서 재생되지 않습니다");
}

#[tokio::test]
async fn a_history_tells_who_did_what_and_outlives_its_object() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, _) = upload(&house, &owner, "<b>강의", "public", "short.mp4").await;
    let form = [
        Part::Text("title", "새 제목"),
        Part::Text("description", "설명"),
        Part::Text("visibility", "private"),
    ];
    owner.post_parts(&of(id, "change"), &form).await;
    let page = owner.get(&of(id, "history")).await;
    page.says("‘새 제목’의 변경 기록")
        .says("<td>주인</td>")
        .says("변경: 제목, 공개 범위");
    owner.set_cookie("language", "en");
    owner
        .get(&of(id, "history"))
        .await
        .says("Changed: Title, Visibility");
    owner.set_cookie("language", "ko");
    owner.post(&of(id, "delete"), &[("post", "yes")]).await;
    owner
        .get(&of(id, "history"))
        .await
        .says("지워진 대상입니다")
        .says("<td>삭제</td>");
    let adder = staff_with(&house, "adder", &["add"]).await;
    assert_eq!(
        adder.get(&of(id, "history")).await.status,
        StatusCode::FORBIDDEN
    );
    // One from before the log has an empty history, not none.
    let mut row = Row::new("옛것");
    row.created_at = Time(1);
    let old = row.add(&house).await;
    owner.get(&of(old, "history")).await.says("기록이 없습니다");
}

#[tokio::test]
async fn the_delete_page_lists_what_goes_with_sizes() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (video, picture) = (fixture("short.mp4"), fixture("picture.jpg"));
    let parts = [
        Part::Text("title", "강의"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "강의.mp4", &video),
        Part::File("thumbnail", "표지.jpg", &picture),
    ];
    owner.post_parts(ADD, &parts).await;
    owner
        .get(&of(1, "delete"))
        .await
        .says("동영상 파일 강의.mp4 (77 KB)")
        .says("미리보기 그림 (")
        .says("조회수 0회")
        .says("아니요, 돌아갑니다");
}
