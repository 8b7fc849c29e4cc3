//! How much is remembered, and for how long.

use axum::http::Extensions;

use super::*;
use crate::{db::Db, settings::Database};

fn question(number: usize) -> Question {
    Question {
        preferences: Preferences::of(&Extensions::new()),
        encodings: Some(number.to_string().into_bytes().into()),
    }
}

fn page(stamp: &Stamp, made: Instant, bytes: usize) -> Page {
    Page {
        stamp: stamp.clone(),
        made,
        headers: HeaderMap::new(),
        body: Bytes::from(vec![b' '; bytes]),
    }
}

/// Two stamps that differ.
async fn stamps() -> [Stamp; 2] {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::Sqlite(folder.path().join("site.sqlite3"));
    let db = Db::open(&database).await.expect("database");
    let stamps = Stamps::new(db.clone());
    let first = stamps.now().await.expect("a stamp");
    db.run("CREATE TABLE notes (body TEXT)", ())
        .await
        .expect("table");
    [first, stamps.now().await.expect("a stamp")]
}

#[tokio::test]
async fn memory_is_bounded_in_pages_and_in_bytes() {
    let [stamp, _] = stamps().await;
    for bytes in [0, 5_000, 100_000, MOST_BYTES / 4, MOST_BYTES] {
        let mut pages = Pages::default();
        for number in 0..2 * MOST {
            pages.keep(question(number), page(&stamp, Instant::now(), bytes));
            assert!(pages.by_question.len() <= MOST, "{bytes}");
            let kept = pages.by_question.iter();
            let real: usize = kept.map(|(question, page)| size(question, page)).sum();
            assert_eq!(pages.bytes, real, "{bytes}");
            assert!(real <= MOST_BYTES, "{bytes}: {real}");
        }
        let last = pages.find(&question(2 * MOST - 1), &stamp);
        assert_eq!(last.is_some(), bytes < MOST_BYTES / 4, "{bytes}");
        assert!(pages.find(&question(0), &stamp).is_none());
    }
}

#[tokio::test]
async fn a_page_made_anew_takes_the_place_of_the_one_before() {
    let [before, after] = stamps().await;
    let mut pages = Pages::default();
    for stamp in [&before, &after, &after] {
        pages.keep(question(1), page(stamp, Instant::now(), 10));
    }
    assert_eq!(pages.by_question.len(), 1);
    assert!(pages.find(&question(1), &before).is_none());
    assert!(pages.find(&question(1), &after).is_some());
}

#[tokio::test]
async fn what_is_not_true_any_more_makes_room_first() {
    let [before, after] = stamps().await;
    let mut pages = Pages::default();
    let now = Instant::now();
    pages.keep(question(0), page(&after, now, 10));
    for number in 1..MOST {
        pages.keep(question(number), page(&before, now, 10));
    }
    pages.keep(question(MOST), page(&after, now, 10));
    assert!(pages.find(&question(0), &after).is_some());
    assert_eq!(pages.by_question.len(), 2);
}

#[tokio::test]
async fn a_page_is_true_for_a_few_seconds_only() {
    let [stamp, other] = stamps().await;
    let made = Instant::now();
    let page = page(&stamp, made, 10);
    let later = |seconds| made + Duration::from_secs(seconds);
    assert!(page.is_true(&stamp, made) && page.is_true(&stamp, later(4)));
    assert!(!page.is_true(&stamp, later(5)));
    assert!(!page.is_true(&other, made));
}
