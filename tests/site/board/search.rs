//! What a search finds, marks, and carries along.

use axum::http::StatusCode;
use madang::{
    board::store::{self, Written},
    db::Time,
};

use super::{Post, ids};
use crate::house::{House, Person};

/// The address of a search.
fn asked(query: &str, within: &str) -> String {
    let pairs = [("q", query), ("in", within)];
    format!(
        "/board/?{}",
        serde_html_form::to_string(pairs).expect("a query")
    )
}

async fn found(person: &Person, query: &str, within: &str) -> Vec<i64> {
    ids(person, &asked(query, within)).await
}

#[tokio::test]
async fn a_search_looks_where_it_is_told_to() {
    let house = House::open().await;
    let jimin = house.member("지민").await;
    let rusty = house.member("러스트왕").await;
    let a = Post::new(&jimin, "러스트 강의실").saying("소유권과 빌림 검사기");
    let a = a.add(&house).await;
    let b =
        Post::new(&rusty, "질문 있습니다").saying("러스트를 설치하다가\n강의 영상에서 막혔습니다");
    let b = b.add(&house).await;
    let mut c = Post::new(&jimin, "공지: 강의 일정").saying("RUST 다음 주");
    c.is_notice = true;
    let c = c.add(&house).await;
    let visitor = house.visitor();
    let cases: &[(&str, &str, &[i64])] = &[
        ("강의", "both", &[c, b, a]),
        ("강의", "", &[c, b, a]),
        ("강의", "sideways", &[c, b, a]),
        ("강의", "title", &[c, a]),
        ("강의", "body", &[b]),
        ("러스트", "title", &[a]),
        ("러스트", "body", &[b]),
        ("러스트", "writer", &[b]),
        ("지민", "writer", &[c, a]),
        ("지민", "both", &[]),
        ("러스트 소유권", "both", &[a]),
        ("러스트 소유권", "title", &[]),
        ("의", "title", &[c, a]),
        ("rust", "both", &[c]),
        ("ｒｕｓｔ", "body", &[c]),
        ("강의실", "both", &[a]),
        ("의실강", "both", &[]),
        ("\"강의 일정\"", "both", &[c]),
        ("\"설치하다가 강의\"", "body", &[b]),
        ("\"일정 강의\"", "both", &[]),
        ("강의 일정", "title", &[c]),
    ];
    for (query, within, expected) in cases {
        assert_eq!(
            found(&visitor, query, within).await,
            *expected,
            "{query} in {within}"
        );
    }
}

#[tokio::test]
async fn pairs_that_stand_apart_are_no_word() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    Post::new(&writer, "가나 나다").add(&house).await;
    let one = Post::new(&writer, "가나다").add(&house).await;
    let visitor = house.visitor();
    assert_eq!(found(&visitor, "가나다", "title").await, [one]);
    assert_eq!(found(&visitor, "나다", "title").await.len(), 2);
}

#[tokio::test]
async fn a_long_word_is_found_by_any_part_of_it() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    // Longer than the pieces that an index cuts a word into; no two letters alike.
    let letters: Vec<char> = ('가'..).step_by(7).take(200).collect();
    let word: String = letters.iter().collect();
    let id = Post::new(&writer, "긴 낱말")
        .saying(&format!("앞 {word} 뒤"))
        .add(&house)
        .await;
    for size in [1, 2, 3, 8, 9, 20, 130] {
        for start in [0, 1, 55, 56, 57, 62, 63, 64, 65, 70] {
            let part: String = letters[start..start + size].iter().collect();
            assert_eq!(found(&writer, &part, "both").await, [id], "{start} {size}");
        }
    }
    for (first, second) in [(0..5, 6..10), (10..14, 0..4), (60..70, 100..110)] {
        let letters: Vec<char> = [&letters[first], &letters[second]].concat();
        let part: String = letters.iter().collect();
        assert_eq!(found(&writer, &part, "both").await, [0; 0], "{part}");
    }
}

#[tokio::test]
async fn what_was_found_has_pages_and_the_last_is_shown_for_those_beyond() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let mut posts = Vec::new();
    for number in 0..25 {
        posts.insert(
            0,
            Post::new(&writer, &format!("강의 {number}"))
                .add(&house)
                .await,
        );
    }
    let visitor = house.visitor();
    for within in ["both", "writer"] {
        let query = ["지민", "강의"][usize::from(within == "both")];
        for (page, expected) in [
            ("0", &posts[..20]),
            ("1", &posts[..20]),
            ("2", &posts[20..]),
            ("3", &posts[20..]),
            ("9223372036854775807", &posts[20..]),
        ] {
            let address = format!("{}&page={page}", asked(query, within));
            assert_eq!(ids(&visitor, &address).await, expected, "{address}");
        }
    }
}

#[tokio::test]
async fn what_is_typed_is_never_part_of_a_question_to_the_database() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let post = Post::new(&writer, "100%_완료 c:\\강의 \"인용\" AND 'x'")
        .add(&house)
        .await;
    let other = Post::new(&writer, "다른 글").add(&house).await;
    let visitor = house.visitor();
    for (query, is_found) in [
        ("100%_완", true),
        ("1%완료", false),
        ("0%_", true),
        ("00__완", false),
        ("c:\\강의", true),
        ("AND", true),
        ("NOT", false),
        ("'x'", true),
        ("' OR 1=1 --", false),
        ("title : 다른", false),
        ("다른*", false),
        ("$1", false),
        ("\"", true),
        ("^", false),
        ("(", false),
    ] {
        let expected: &[i64] = if is_found { &[post] } else { &[] };
        assert_eq!(found(&visitor, query, "title").await, expected, "{query}");
    }
    for query in ["", " ", "\u{3000}", "\"\"", "\" \""] {
        assert_eq!(
            found(&visitor, query, "both").await,
            [other, post],
            "{query:?}"
        );
    }
    for query in [
        "가".repeat(5_000),
        "가 나 ".repeat(99),
        "\u{fdfa}".repeat(200),
    ] {
        assert_eq!(found(&visitor, &query, "both").await, [0; 0]);
        assert_eq!(found(&visitor, &query, "writer").await, [0; 0]);
    }
    let page = visitor.get("/board/?q=%00").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_was_found_is_marked_where_it_was_looked_for() {
    let house = House::open().await;
    let writer = house.member("강의왕").await;
    let before = "앞 ".repeat(60);
    let body = format!("{before}**굵은** 강의 & 글 {before}");
    let id = Post::new(&writer, "강의 후기")
        .saying(&body)
        .add(&house)
        .await;
    let visitor = house.visitor();
    let title = "<mark>강의</mark> 후기</a>";
    let excerpt = "굵은 <mark>강의</mark> &#38; 글 앞";
    let name = "<mark>강의</mark>왕</td>";
    for (within, marked) in [
        ("both", [true, true, false]),
        ("title", [true, false, false]),
        ("body", [false, true, false]),
        ("writer", [false, false, true]),
    ] {
        let page = visitor.get(&asked("강의", within)).await;
        for (words, marked) in [title, excerpt, name].into_iter().zip(marked) {
            assert_eq!(
                page.text().contains(words),
                marked,
                "{words} in {within}: {}",
                page.text()
            );
        }
    }
    visitor.get("/board/").await.keeps_quiet_about("<mark>");
    let page = visitor
        .get(&format!("/board/{id}/?q=%EA%B0%95%EC%9D%98"))
        .await;
    page.says("<h1 id=\"post-title\"><mark>강의</mark> 후기</h1>")
        .says("<strong>굵은</strong> <mark>강의</mark> &amp; 글");
    let page = visitor.get(&format!("/board/{id}/")).await;
    page.keeps_quiet_about("<mark>");
}

#[tokio::test]
async fn search_and_page_go_along_and_lead_back() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let mut last = 0;
    for n in 0..45 {
        let title = format!("강의 {n}");
        let id = Post::new(&writer, &title).add(&house).await;
        if n == 10 {
            last = id;
        }
    }
    let place = "q=%EA%B0%95%EC%9D%98&in=title&page=2";
    let shown = place.replace('&', "&#38;");
    let list = writer.get(&format!("/board/?{place}")).await;
    list.says(&format!("href=\"/board/{last}/?{shown}\""))
        .says(&format!("href=\"/board/new/?{shown}\""))
        .says("<option value=\"title\" selected>")
        .says("value=\"강의\"")
        .says("content=\"noindex\"")
        .says("‘강의’ 검색 결과 (2쪽)");
    let page = writer.get(&format!("/board/{last}/?{place}")).await;
    page.says(&format!("href=\"/board/?{shown}#p{last}\""))
        .says(&format!("href=\"/board/{last}/edit/?{shown}\""))
        .says(&format!("href=\"/board/{last}/delete/?{shown}\""))
        .says(&format!(
            "href=\"/board/{}/?{shown}\" rel=\"next\"",
            last + 1
        ))
        .says(&format!(
            "href=\"/board/{}/?{shown}\" rel=\"prev\"",
            last - 1
        ));
    let page = writer.get(&format!("/board/{last}/delete/?{place}")).await;
    page.says(&format!("action=\"/board/{last}/delete/?{shown}\""))
        .says(&format!("href=\"/board/{last}/?{shown}\""));
    let answer = writer
        .post(&format!("/board/{last}/delete/?{place}"), &[])
        .await;
    assert_eq!(answer.location(), format!("/board/?{place}"));
}

#[tokio::test]
async fn the_posts_beside_a_post_are_those_of_the_search() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let mut posts = Vec::new();
    for title in ["강의 하나", "잡담", "강의 둘", "공지", "잡담 둘", "강의 셋"] {
        let mut post = Post::new(&writer, title);
        post.is_notice = title == "공지";
        posts.push(post.add(&house).await);
    }
    let visitor = house.visitor();
    // Which post and search, the older one beside it, the newer one.
    for (post, query, older, newer) in [
        (2, "?q=%EA%B0%95%EC%9D%98", Some(0), Some(5)),
        (2, "", Some(1), Some(4)),
        (0, "", None, Some(1)),
        (5, "", Some(4), None),
        (3, "", Some(2), Some(4)),
        (5, "?q=%EA%B0%95%EC%9D%98&in=writer", None, None),
    ] {
        let text = visitor
            .get(&format!("/board/{}/{query}", posts[post]))
            .await
            .text();
        for (rel, beside) in [("prev", older), ("next", newer)] {
            let mark = format!("\" rel=\"{rel}\"><span>");
            let link =
                beside.map(|beside| format!("<a href=\"/board/{}/{}{mark}", posts[beside], query));
            assert_eq!(text.contains(&mark), link.is_some(), "{post} {query} {rel}");
            if let Some(link) = link {
                assert!(text.contains(&link), "{link} is missing in {text}");
            }
        }
    }
}

#[tokio::test]
async fn a_search_follows_what_is_changed_and_deleted() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let id = Post::new(&writer, "사과")
        .saying("배나무")
        .add(&house)
        .await;
    let post = store::find(&house.app.db, id)
        .await
        .expect("an answer")
        .expect("the post");
    let written = Written {
        title: "포도",
        body: "감나무",
        is_notice: false,
    };
    let mut tx = house.app.db.begin().await.expect("a transaction");
    let changed = store::change(&mut tx, id, &written, post.updated_at, Time::now()).await;
    assert!(changed.expect("a change"));
    tx.commit().await.expect("a commit");
    for (query, count) in [
        ("사과", 0),
        ("배나", 0),
        ("배나무", 0),
        ("포도", 1),
        ("감나무", 1),
    ] {
        assert_eq!(found(&writer, query, "both").await.len(), count, "{query}");
    }
    writer.post(&format!("/board/{id}/delete/"), &[]).await;
    assert_eq!(found(&writer, "포도", "both").await, [0; 0]);
    // PostgreSQL's index is made of the texts themselves, and gone with them.
    let rows = match house.on_postgres() {
        true => "SELECT COUNT(*) FROM post_texts",
        false => "SELECT COUNT(*) FROM post_grams WHERE post_grams MATCH '00d3ec*'",
    };
    let rows: i64 = house.app.db.get(rows, ()).await.expect("the index");
    assert_eq!(rows, 0);
}
