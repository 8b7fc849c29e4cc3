//! Every SQL statement for `reports`, and for what they do to `posts` and `comments`.

use sqlx::AssertSqlSafe;

use super::{Kind, Reported};
use crate::db::{Db, Result, Time, Tx, id_list};

/// One person's report.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Report {
    /// Who, as a user's id.
    pub user_id: i64,
    /// Who.
    pub username: String,
    /// Why, in their words; may be empty.
    pub reason: String,
    /// When.
    pub created_at: Time,
}

impl Reported {
    /// Its table, the column of `reports` that names it, and its id.
    fn place(self) -> (&'static str, &'static str, i64) {
        match self {
            Reported::Post(id) => ("posts", "post_id", id),
            Reported::Comment(id) => ("comments", "comment_id", id),
        }
    }
}

/// Notes a report, and takes the thing out of sight once `enough` people have reported it (0: never).
/// `false` when this person has reported it before; nothing happens then.
pub async fn add(
    tx: &mut Tx,
    reported: Reported,
    by: i64,
    reason: &str,
    enough: i64,
    now: Time,
) -> Result<bool> {
    let (table, column, id) = reported.place();
    let sql = format!(
        "INSERT INTO reports ({column}, user_id, reason, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT ({column}, user_id) DO NOTHING"
    );
    let values = (id, by, reason.to_owned(), now);
    if tx.run(AssertSqlSafe(sql), values).await? == 0 {
        return Ok(false);
    }
    let sql = format!(
        "UPDATE {table} SET reports = reports + 1, \
         is_hidden = is_hidden OR ($2 > 0 AND reports + 1 >= $2) WHERE id = $1"
    );
    tx.run(AssertSqlSafe(sql), (id, enough)).await?;
    Ok(true)
}

/// A post or comment whose matter was ended.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Settled {
    /// Its id.
    pub id: i64,
    /// The title of a post, the words of a comment.
    pub name: String,
    /// Whether it was out of sight before.
    pub was_hidden: bool,
    /// How many reports there were.
    pub reports: i64,
}

/// Ends the matter for these posts or comments: their reports are forgotten, and they are in sight
/// again or stay out of it. Those that this changed.
pub async fn settle(
    tx: &mut Tx,
    kind: Kind,
    ids: &[i64],
    hide: bool,
    now: Time,
) -> Result<Vec<Settled>> {
    let (table, column, name) = match kind {
        Kind::Posts => ("posts", "post_id", "title"),
        Kind::Comments => ("comments", "comment_id", "body"),
    };
    let held = tx.dialect("", "FOR UPDATE");
    let sql = format!(
        "SELECT id, {name} AS name, is_hidden AS was_hidden, reports FROM {table} \
         WHERE id IN {} AND user_id IS NOT NULL AND (reports > 0 OR is_hidden <> $1) \
         ORDER BY id {held}",
        id_list(ids)
    );
    let settled: Vec<Settled> = tx.all(AssertSqlSafe(sql), (hide,)).await?;
    let ids: Vec<i64> = settled.iter().map(|thing| thing.id).collect();
    let ids = id_list(&ids);
    let sql = format!("DELETE FROM reports WHERE {column} IN {ids}");
    tx.run(AssertSqlSafe(sql), ()).await?;
    let sql = format!(
        "UPDATE {table} SET reports = 0, is_hidden = $1, updated_at = $2 WHERE id IN {ids}"
    );
    tx.run(AssertSqlSafe(sql), (hide, now)).await?;
    Ok(settled)
}

/// Whether there is such a post, or a comment with words.
pub async fn is_there(db: &Db, kind: Kind, id: i64) -> Result<bool> {
    let table = match kind {
        Kind::Posts => "posts",
        Kind::Comments => "comments",
    };
    let sql =
        format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE id = $1 AND user_id IS NOT NULL)");
    db.get(AssertSqlSafe(sql), (id,)).await
}

/// Takes back the reports of accounts that are about to go. What nobody else has reported is in sight
/// again: it would wait for the staff in no queue.
pub async fn withdraw(tx: &mut Tx, reporters: &[i64]) -> Result<()> {
    let reporters = id_list(reporters);
    for (table, column) in [("posts", "post_id"), ("comments", "comment_id")] {
        let theirs = format!(
            "(SELECT COUNT(*) FROM reports WHERE reports.{column} = {table}.id \
             AND reports.user_id IN {reporters})"
        );
        let sql = format!(
            "UPDATE {table} SET reports = reports - {theirs}, \
             is_hidden = is_hidden AND reports > {theirs} \
             WHERE id IN (SELECT {column} FROM reports WHERE user_id IN {reporters})"
        );
        tx.run(AssertSqlSafe(sql), ()).await?;
    }
    let sql = format!("DELETE FROM reports WHERE user_id IN {reporters}");
    tx.run(AssertSqlSafe(sql), ()).await?;
    Ok(())
}

/// A thing's reports, the newest first, at most a hundred.
pub async fn of(db: &Db, reported: Reported) -> Result<Vec<Report>> {
    let (_, column, id) = reported.place();
    let sql = format!(
        "SELECT user_id, username, reason, created_at FROM reports JOIN users ON users.id = user_id \
         WHERE {column} = $1 ORDER BY created_at DESC, reports.id DESC LIMIT 100"
    );
    db.all(AssertSqlSafe(sql), (id,)).await
}

/// How many reports a thing has.
pub async fn count(db: &Db, reported: Reported) -> Result<i64> {
    let (table, _, id) = reported.place();
    let sql = format!("SELECT reports FROM {table} WHERE id = $1");
    db.get(AssertSqlSafe(sql), (id,)).await
}

/// How many posts and comments wait for somebody of the staff.
pub async fn waiting(db: &Db) -> Result<(i64, i64)> {
    let sql = "SELECT (SELECT COUNT(*) FROM posts WHERE reports > 0), \
               (SELECT COUNT(*) FROM comments WHERE reports > 0)";
    db.one(sql, ()).await
}
