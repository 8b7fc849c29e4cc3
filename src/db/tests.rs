//! The database on SQLite files of their own: what a fault leaves behind.

use futures_util::FutureExt;
use tempfile::TempDir;

use super::Db;
use crate::settings::Database;

/// A database with a table `notes (body)`; the folder goes when dropped.
async fn fresh() -> (Db, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::Sqlite(folder.path().join("site.sqlite3"));
    let db = Db::open(&database).await.expect("database");
    db.run("CREATE TABLE notes (body TEXT)", ())
        .await
        .expect("table");
    (db, folder)
}

/// Writes a note in a transaction.
async fn note(db: &Db, body: String) -> super::Result<()> {
    let mut tx = db.begin().await?;
    tx.run("INSERT INTO notes VALUES ($1)", (body,)).await?;
    tx.commit().await
}

#[tokio::test]
async fn a_transaction_that_sqlite_ended_by_itself_blocks_no_later_one() {
    let (db, _folder) = fresh().await;
    let mut tx = db.begin().await.expect("first");
    tx.run("ROLLBACK", ()).await.expect("rollback");
    drop(tx);
    note(&db, "kept".to_owned()).await.expect("second");
    let kept = db.get::<i64>("SELECT COUNT(*) FROM notes", ()).await;
    assert_eq!(kept.expect("count"), 1);
}

#[tokio::test]
async fn writing_goes_on_after_the_disk_was_full() {
    let (db, _folder) = fresh().await;
    // Never below the pages in use, so nothing fits any more. Gone with the connection.
    db.run("PRAGMA max_page_count = 1", ())
        .await
        .expect("pragma");
    let full = note(&db, "x".repeat(1 << 20)).await.expect_err("full");
    let code = full.as_database_error().and_then(|error| error.code());
    assert_eq!(code.as_deref(), Some("13"), "{full}");
    note(&db, "small".repeat(4000))
        .await
        .expect("a later write");
}

#[tokio::test]
async fn a_dropped_transaction_keeps_the_connection() {
    let (db, _folder) = fresh().await;
    db.run("CREATE TEMP TABLE mark (id INTEGER)", ())
        .await
        .expect("mark");
    drop(db.begin().await.expect("transaction"));
    db.run("INSERT INTO mark VALUES (1)", ())
        .await
        .expect("the same connection");
}

/// Counts to this number, so that the answer takes a moment.
const LONG: &str = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < $1) \
                    SELECT COUNT(*) FROM n";

#[tokio::test]
async fn more_questions_than_connections_are_all_answered() {
    let (db, _folder) = fresh().await;
    let questions = (0..40).map(|_| {
        let db = db.clone();
        tokio::spawn(async move { db.get::<i64>(LONG, (1000_i64,)).await })
    });
    for question in questions.collect::<Vec<_>>() {
        assert_eq!(question.await.expect("a task").expect("an answer"), 1000);
    }
}

#[tokio::test]
async fn a_question_that_nobody_waits_for_costs_no_connection_and_spoils_no_answer() {
    let (db, _folder) = fresh().await;
    for _ in 0..20 {
        let mut question = Box::pin(db.get::<i64>(LONG, (20_000_i64,)));
        // Asked, and most often not answered yet.
        let _ = question.as_mut().now_or_never();
        drop(question);
        let answer = db.get::<i64>(LONG, (7_i64,)).await;
        assert_eq!(answer.expect("an answer"), 7);
    }
}

#[tokio::test]
async fn a_closed_database_answers_nothing_and_waits_for_those_who_ask() {
    let (db, _folder) = fresh().await;
    let asking = tokio::spawn({
        let db = db.clone();
        async move { db.get::<i64>(LONG, (100_000_i64,)).await }
    });
    tokio::task::yield_now().await;
    db.close().await;
    match asking.await.expect("a task") {
        Ok(count) => assert_eq!(count, 100_000),
        Err(error) => assert!(matches!(error, sqlx::Error::PoolClosed), "{error}"),
    }
    let late = db.get::<i64>(LONG, (7_i64,)).await;
    assert!(matches!(late, Err(sqlx::Error::PoolClosed)), "{late:?}");
}
