//! The watch page.

use axum::http::StatusCode;
use madang::videos::Visibility;

use super::Row;
use crate::house::{House, Part, fixture, upload};

#[tokio::test]
async fn a_title_and_description_cannot_carry_markup() {
    let house = House::open().await;
    let mut row = Row::new("</title><script>alert('제목')</script>\"x=\"");
    row.description = "<img src=x onerror=alert(1)>\n둘째 줄\njavascript:alert(1) \
                       https://a.kr/\"onmouseover=\"alert(1) https://b.kr/?x=1&y=<i>\n\
                       data:text/html,<script>alert(2)</script>";
    let id = row.add(&house).await;
    let visitor = house.visitor();
    let page = visitor.get(&format!("/video/{id}/")).await;
    for bad in [
        "<script>alert",
        "<img src=x",
        "href=\"javascript",
        "href=\"data",
        "\"onmouseover=\"",
        "<i>",
        "\"x=\"",
    ] {
        page.keeps_quiet_about(bad);
    }
    page.says("<br>\n둘째 줄<br>\njavascript:alert(1) ")
        .says("href=\"https://a.kr/\"")
        .says("href=\"https://b.kr/?x=1&#38;y=\"")
        .says("rel=\"nofollow noopener noreferrer\"");
    visitor.get("/").await.keeps_quiet_about("<script>alert");
    let owner = house.staff().await;
    for path in ["change", "delete"] {
        let page = owner
            .get(&format!("/admin/videos/video/{id}/{path}/"))
            .await;
        page.keeps_quiet_about("<script>alert")
            .keeps_quiet_about("<img src=x");
    }
}

#[tokio::test]
async fn every_kind_of_file_is_offered_as_a_type_browsers_take() {
    let house = House::open().await;
    let owner = house.staff().await;
    let h264 = "avc1.4d4015,mp4a.40.2";
    for (name, kind, codecs, extension) in [
        ("short.mp4", "video/mp4", h264, "mp4"),
        ("tail.mp4", "video/mp4", h264, "mp4"),
        ("fragmented.mp4", "video/mp4", h264, "mp4"),
        ("short.m4v", "video/mp4", h264, "m4v"),
        ("short.mov", "video/mp4", h264, "mov"),
        ("short.webm", "video/webm", "vp9,opus", "webm"),
        ("video.mkv", "video/x-matroska", h264, "mkv"),
        ("short.ogv", "video/ogg", "theora,vorbis", "ogv"),
    ] {
        let (id, key) = upload(&house, &owner, name, "public", name).await;
        assert!(key.ends_with(&format!(".{extension}")), "{key}");
        let source =
            format!("<source src=\"/media/{key}\" type=\"{kind}; codecs=&#34;{codecs}&#34;\">");
        let visitor = house.visitor();
        visitor.get(&format!("/video/{id}/")).await.says(&source);
        let bytes = visitor.get(&format!("/media/{key}")).await;
        assert_eq!(bytes.header("content-type"), kind);
        // One has its index put in front, which makes it no longer.
        let is_as_sent = bytes.body == fixture(name);
        assert_eq!(is_as_sent, name != "tail.mp4", "{name}");
        assert_eq!(bytes.body.len(), fixture(name).len(), "{name}");
    }
}

#[tokio::test]
async fn what_not_every_browser_plays_has_a_way_out() {
    let house = House::open().await;
    let owner = house.staff().await;
    let may_not = "일부 브라우저에서 재생되지 않는 형식입니다";
    let (fine, _) = upload(&house, &owner, "강의", "public", "short.mp4").await;
    house
        .visitor()
        .get(&format!("/video/{fine}/"))
        .await
        .keeps_quiet_about(may_not)
        .keeps_quiet_about("data-silent");
    // Whoever has no ear for Dolby sees the picture all the same.
    let (dolby, key) = upload(&house, &owner, "돌비", "public", "dolby.mp4").await;
    let page = house.visitor().get(&format!("/video/{dolby}/")).await;
    let source = |codecs| {
        format!("<source src=\"/media/{key}\" type=\"video/mp4; codecs=&#34;{codecs}&#34;\">")
    };
    page.says(&source("avc1.4d4015,ac-3"))
        .says(&source("avc1.4d4015"))
        .says("data-silent=\"video/mp4; codecs=&#34;ac-3&#34;\"")
        .says("소리(Dolby Digital (AC-3))")
        .says(may_not);
    let (hevc, _) = upload(&house, &owner, "전화기", "public", "hevc.mov").await;
    let page = house.visitor().get(&format!("/video/{hevc}/")).await;
    page.says("codecs=&#34;hvc1.")
        .says(may_not)
        .keeps_quiet_about("data-silent");
    // Nothing but the type is told of a file from before codecs were read.
    let row = Row::new("옛 강의").add(&house).await;
    let page = house.visitor().get(&format!("/video/{row}/")).await;
    page.says("type=\"video/mp4\">").keeps_quiet_about(may_not);
}

#[tokio::test]
async fn the_player_has_its_poster_and_its_size() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (video, picture) = (fixture("upright.mp4"), fixture("picture.webp"));
    let parts = [
        Part::Text("title", "강의"),
        Part::Text("visibility", "public"),
        Part::File("video_file", "세로.mp4", &video),
        Part::File("thumbnail", "표지.webp", &picture),
    ];
    owner.post_parts("/admin/videos/video/add/", &parts).await;
    let sql = "SELECT id, thumbnail FROM videos";
    let (id, key): (i64, String) = house.app.db.one(sql, ()).await.expect("a video");
    let visitor = house.visitor();
    let page = visitor.get(&format!("/video/{id}/")).await;
    page.says(&format!(
        "width=\"180\" height=\"320\" poster=\"/media/{key}\""
    ))
    .says(&format!(
        "<meta property=\"og:image\" content=\"http://madang.test/media/{key}\">"
    ));
    let bytes = visitor.get(&format!("/media/{key}")).await;
    assert_eq!(bytes.header("content-type"), "image/jpeg");
    visitor
        .get("/")
        .await
        .says(&format!("<img src=\"/media/{key}\" width="));
}

#[tokio::test]
async fn t_starts_the_video_there() {
    let house = House::open().await;
    let id = Row::new("강의").add(&house).await;
    let visitor = house.visitor();
    for (t, start) in [("90", 90), ("1m30s", 90), ("0", 0), ("abc", 0), ("-3", 0)] {
        let page = visitor.get(&format!("/video/{id}/?t={t}")).await;
        page.says(&format!("data-start=\"{start}\""));
        assert_eq!(
            page.text().contains(&format!("#t={start}\"")),
            start > 0,
            "{t}"
        );
    }
    let short = visitor.get(&format!("/video/{id}?t=90")).await;
    assert!(short.status.is_redirection());
    assert_eq!(short.location(), format!("/video/{id}/?t=90"));
}

#[tokio::test]
async fn only_a_public_video_is_announced_to_other_sites() {
    let house = House::open().await;
    let owner = house.staff().await;
    for visibility in Visibility::ALL {
        let mut row = Row::new("강의");
        row.visibility = visibility;
        row.description = "첫 줄\n둘째 줄";
        row.duration = Some(245_000);
        let id = row.add(&house).await;
        let page = owner.get(&format!("/video/{id}/")).await;
        assert_eq!(page.status, StatusCode::OK);
        if visibility == Visibility::Public {
            page.says("<meta property=\"og:title\" content=\"강의\">")
                .says("<meta property=\"og:description\" content=\"첫 줄 둘째 줄\">")
                .says(&format!("content=\"http://madang.test/video/{id}/\""))
                .says("https://schema.org/VideoObject")
                .says("itemprop=\"duration\" content=\"PT4M5S\"")
                .keeps_quiet_about("noindex");
        } else {
            page.keeps_quiet_about("og:")
                .keeps_quiet_about("schema.org")
                .keeps_quiet_about("itemprop")
                .keeps_quiet_about("rel=\"canonical\"")
                .says("<meta name=\"robots\" content=\"noindex\">");
        }
    }
}

#[tokio::test]
async fn a_video_without_a_description_announces_none() {
    let house = House::open().await;
    let id = Row::new("강의").add(&house).await;
    let page = house.visitor().get(&format!("/video/{id}/")).await;
    page.says("og:title")
        .keeps_quiet_about("og:description")
        .keeps_quiet_about("content=\"\"")
        .keeps_quiet_about("aria-label=\"설명\"");
}

#[tokio::test]
async fn the_page_of_a_video_that_is_not_for_everybody_is_stored_nowhere() {
    let house = House::open().await;
    let owner = house.staff().await;
    for (visibility, stored) in Visibility::ALL.into_iter().zip([true, true, false, false]) {
        let mut row = Row::new("강의");
        row.visibility = visibility;
        let id = row.add(&house).await;
        let page = owner.get(&format!("/video/{id}/")).await;
        let cache = page.header("cache-control");
        assert_eq!(
            !cache.contains("no-store"),
            stored,
            "{visibility:?}: {cache}"
        );
        assert!(cache.contains("private"), "{cache}");
    }
}

#[tokio::test]
async fn up_next_leaves_out_this_video_and_what_is_not_listed_for_the_viewer() {
    let house = House::open().await;
    let visitor = house.visitor();
    let alone = Row::new("홀로").add(&house).await;
    let page = visitor.get(&format!("/video/{alone}/")).await;
    page.keeps_quiet_about("class=\"up-next\"");
    for (title, visibility) in [
        ("모두의 것", Visibility::Public),
        ("링크만", Visibility::Unlisted),
        ("회원만", Visibility::Private),
        ("초안만", Visibility::Draft),
    ] {
        let mut row = Row::new(title);
        row.visibility = visibility;
        row.add(&house).await;
    }
    let page = visitor.get(&format!("/video/{alone}/")).await;
    page.says("모두의 것")
        .keeps_quiet_about("링크만")
        .keeps_quiet_about("회원만")
        .keeps_quiet_about("초안만")
        .keeps_quiet_about(&format!("<a href=\"/video/{alone}/\">"));
    let member = house.member("지민").await;
    let page = member.get(&format!("/video/{alone}/")).await;
    page.says("모두의 것")
        .says("회원만")
        .keeps_quiet_about("링크만")
        .keeps_quiet_about("초안만");
}

#[tokio::test]
async fn a_draft_is_no_video_but_for_staff() {
    let house = House::open().await;
    let mut row = Row::new("쓰는 중");
    row.visibility = Visibility::Draft;
    let id = row.add(&house).await;
    let path = format!("/video/{id}/");
    let staff = house.staff().await;
    staff.get(&path).await.says("쓰는 중").says("초안");
    let member = house.member("지민").await;
    for person in [&house.visitor(), &member] {
        let draft = person.get(&path).await;
        let unknown = person.get("/video/987654/").await;
        assert_eq!(draft.status, StatusCode::NOT_FOUND);
        assert_eq!(
            draft
                .text()
                .replace(&format!("video%2F{id}%2F"), "N")
                .replace(&path, "N"),
            unknown
                .text()
                .replace("video%2F987654%2F", "N")
                .replace("/video/987654/", "N"),
            "a draft's page tells that it is one"
        );
    }
}

#[tokio::test]
async fn an_unlisted_video_is_for_everybody_with_the_link() {
    let house = House::open().await;
    let mut row = Row::new("링크만");
    row.visibility = Visibility::Unlisted;
    let id = row.add(&house).await;
    let page = house.visitor().get(&format!("/video/{id}/")).await;
    page.says("링크만").says("<span class=\"badge unlisted\"");
}

#[tokio::test]
async fn an_id_that_is_none_is_not_found() {
    let house = House::open().await;
    Row::new("강의").add(&house).await;
    let visitor = house.visitor();
    for id in [
        "999",
        "0",
        "-1",
        "+1",
        "1.0",
        "abc",
        "9223372036854775808",
        "99999999999999999999999999",
        "%201",
        "1%00",
        "%ff",
        "１",
        "1%2F..",
    ] {
        let id = id.replace('１', "%EF%BC%91");
        let page = visitor.get(&format!("/video/{id}/")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{id}");
        page.says("<h1>페이지를 찾을 수 없습니다</h1>");
    }
}

#[tokio::test]
async fn only_staff_is_offered_to_edit() {
    let house = House::open().await;
    let id = Row::new("강의").add(&house).await;
    let edit = format!("/admin/videos/video/{id}/change/");
    let path = format!("/video/{id}/");
    let staff = house.staff().await;
    staff.get(&path).await.says(&edit);
    let member = house.member("지민").await;
    member.get(&path).await.keeps_quiet_about("/admin/");
    house
        .visitor()
        .get(&path)
        .await
        .keeps_quiet_about("/admin/");
}
