//! The database on SQLite files of their own: what a fault leaves behind.

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
