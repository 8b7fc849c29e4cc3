//! The end of posts: what goes with them, and the rows held meanwhile, so that nothing is added to a
//! post between the look at its files and its end.

use sqlx::AssertSqlSafe;

use crate::db::{Db, Result, Tx, id_list};

/// What goes with posts.
#[derive(Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Belongings {
    /// The posts themselves.
    pub posts: i64,
    /// Comments under them that have words, whoever wrote them.
    pub comments: i64,
    /// Their files.
    pub files: i64,
    /// In bytes, of all files.
    pub size: i64,
}

/// What goes with these posts.
pub async fn belongings(db: &Db, ids: &[i64]) -> Result<Belongings> {
    of(db, "id", ids).await
}

/// What goes with the posts of these writers.
pub async fn belongings_of(db: &Db, writers: &[i64]) -> Result<Belongings> {
    of(db, "user_id", writers).await
}

async fn of(db: &Db, column: &str, ids: &[i64]) -> Result<Belongings> {
    let ids = id_list(ids);
    let files =
        format!("FROM attachments WHERE post_id IN (SELECT id FROM posts WHERE {column} IN {ids})");
    let sql = format!(
        "SELECT COUNT(*) AS posts, CAST(COALESCE(SUM(comments), 0) AS BIGINT) AS comments, \
         (SELECT COUNT(*) {files}) AS files, \
         (SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) {files}) AS size \
         FROM posts WHERE {column} IN {ids}"
    );
    db.one(AssertSqlSafe(sql), ()).await
}

/// Those of these posts that are there, ids and titles.
pub async fn titles(db: &Db, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let ids = id_list(ids);
    let sql = format!("SELECT id, title FROM posts WHERE id IN {ids} ORDER BY id");
    db.all(AssertSqlSafe(sql), ()).await
}

/// The same, in a transaction. Until the transaction ends nobody else
/// changes them or adds to them.
pub async fn hold(tx: &mut Tx, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    held(tx, "id", ids).await
}

/// The same of every post of these writers, who are held by the caller.
pub async fn hold_of(tx: &mut Tx, writers: &[i64]) -> Result<Vec<(i64, String)>> {
    held(tx, "user_id", writers).await
}

async fn held(tx: &mut Tx, column: &str, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let held = tx.dialect("", "FOR UPDATE");
    let ids = id_list(ids);
    let sql = format!("SELECT id, title FROM posts WHERE {column} IN {ids} ORDER BY id {held}");
    tx.all(AssertSqlSafe(sql), ()).await
}
