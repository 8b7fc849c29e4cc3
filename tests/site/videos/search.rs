//! What a search finds.

use axum::http::StatusCode;

use super::Row;
use crate::house::House;

/// How many videos of the first page a search finds.
async fn found(house: &House, query: &str) -> usize {
    let asked = serde_html_form::to_string([("q", query)]).expect("a query");
    let page = house.visitor().get(&format!("/?{asked}")).await;
    assert_eq!(page.status, StatusCode::OK, "{query}");
    page.text().matches("class=\"card\"").count()
}

async fn house_with(videos: &[(&str, &str)]) -> House {
    let house = House::open().await;
    for (title, description) in videos {
        let mut row = Row::new(title);
        row.description = description;
        row.add(&house).await;
    }
    house
}

#[tokio::test]
async fn every_word_must_be_in_title_or_description() {
    let house = house_with(&[
        ("러스트 입문", "소유권과 빌림"),
        ("파이썬 입문", "변수와 함수"),
    ])
    .await;
    for (query, count) in [
        ("입문", 2),
        ("러스트 소유권", 1),
        ("소유권 러스트", 1),
        ("러스트 함수", 0),
        ("빌림\u{3000}입문", 1),
        ("문 소", 1),
        ("입문소유권", 0),
        ("입문\n소유권", 1),
    ] {
        assert_eq!(found(&house, query).await, count, "{query}");
    }
}

#[tokio::test]
async fn even_the_last_of_many_words_must_match() {
    let house = house_with(&[("a b c d e f g h i j k l", "")]).await;
    assert_eq!(found(&house, "a b c d e f g h i j k l").await, 1);
    assert_eq!(found(&house, "a b c d e f g h i j k m").await, 0);
    let many = "a b c d e f g h i j k l ".repeat(8) + "없음";
    assert_eq!(found(&house, &many).await, 0);
}

#[tokio::test]
async fn two_letters_of_korean_are_enough() {
    let house = house_with(&[("안드로이드 개발", "")]).await;
    for query in ["안드", "드로", "개발", "발"] {
        assert_eq!(found(&house, query).await, 1, "{query}");
    }
}

#[tokio::test]
async fn case_is_passed_over_in_every_alphabet() {
    let house = house_with(&[("École de Rust ΣΊΣΥΦΟΣ Привет Straße", "ＷＥＢ")]).await;
    for query in [
        "école",
        "ÉCOLE",
        "rUST",
        "Σίσυφος",
        "σίσυφοσ",
        "привет",
        "ПРИВЕТ",
        "STRASSE",
        "web",
        "ｗｅｂ",
    ] {
        assert_eq!(found(&house, query).await, 1, "{query}");
    }
}

#[tokio::test]
async fn composed_and_decomposed_letters_find_each_other() {
    let (nfc, nfd) = (
        "한글 é",
        "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af} e\u{301}",
    );
    let house = house_with(&[(nfc, ""), (nfd, "")]).await;
    assert_eq!(found(&house, nfc).await, 2);
    assert_eq!(found(&house, nfd).await, 2);
    assert_eq!(found(&house, "\u{1112}\u{1161}\u{11ab}").await, 2);
}

#[tokio::test]
async fn the_signs_of_like_and_of_sql_are_plain_letters() {
    let house = house_with(&[
        ("100% 완성", ""),
        ("snake_case", ""),
        (r"C:\강의", ""),
        ("it's \"here\"", ""),
        ("평범한 제목", ""),
    ])
    .await;
    for (query, count) in [
        ("%", 1),
        ("_", 1),
        ("\\", 1),
        ("100%", 1),
        ("1%완", 0),
        ("e_c", 1),
        ("snake_cas_", 0),
        (r"c:\강", 1),
        (r"\%", 0),
        ("'", 1),
        ("\"here\"", 1),
        ("' OR 1=1 --", 0),
        ("');DROP TABLE videos;--", 0),
        ("$1", 0),
        ("?", 0),
        ("[a-z]", 0),
        ("*", 0),
    ] {
        assert_eq!(found(&house, query).await, count, "{query}");
    }
    assert_eq!(found(&house, "제목").await, 1);
}

#[tokio::test]
async fn a_search_of_nothing_but_spaces_shows_everything() {
    let house = house_with(&[("하나", ""), ("둘", "")]).await;
    for query in ["", " ", "\u{3000}\t\n", "\u{a0}"] {
        assert_eq!(found(&house, query).await, 2, "{query:?}");
    }
}

#[tokio::test]
async fn a_long_search_is_cut_and_still_answered() {
    let title = "가".repeat(200);
    let house = house_with(&[(&title, "")]).await;
    assert_eq!(found(&house, &title).await, 1);
    assert_eq!(found(&house, &"가".repeat(5_000)).await, 1);
    assert_eq!(found(&house, &"나".repeat(5_000)).await, 0);
    // Each of these is eighteen letters in its compatible form.
    assert_eq!(found(&house, &"\u{fdfa}".repeat(200)).await, 0);
    let page = house.visitor().get("/?q=%00").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let page = house.visitor().get("/?q=%ff").await;
    assert!(!page.status.is_server_error(), "{}", page.status);
}
