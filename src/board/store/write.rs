//! What changes a post, and what is asked before it.

use sqlx::AssertSqlSafe;

use crate::{
    db::{Result, Time, Tx, id_list},
    storage::Key,
    web::{search::pairs, text},
};

/// What is written of a post.
pub struct Written<'a> {
    /// The title.
    pub title: &'a str,
    /// The body.
    pub body: &'a str,
    /// Whether it is pinned.
    pub is_notice: bool,
}

/// Writes a new post; its id.
pub async fn add(tx: &mut Tx, writer: i64, written: &Written<'_>, now: Time) -> Result<i64> {
    let sql = "INSERT INTO posts (user_id, title, title_key, is_notice, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $5) RETURNING id";
    let title_key = search_key(written.title);
    let values = (
        writer,
        written.title.to_owned(),
        title_key.clone(),
        written.is_notice,
        now,
    );
    let id = tx.get(sql, values).await?;
    let sql = "INSERT INTO post_texts (post_id, title_key, body_key, body) VALUES ($1, $2, $3, $4)";
    write_text(tx, sql, id, title_key, written.body).await?;
    Ok(id)
}

/// Changes a post unless it was changed since the version `was`; whether it did. The mark of an edit
/// is set when title or body became others.
pub async fn change(
    tx: &mut Tx,
    id: i64,
    written: &Written<'_>,
    was: Time,
    now: Time,
) -> Result<bool> {
    let sql = "UPDATE posts SET edited_at = CASE WHEN title = $2 AND EXISTS (SELECT 1 FROM \
               post_texts WHERE post_id = $1 AND body = $6) THEN edited_at ELSE $5 END, \
               title = $2, title_key = $3, is_notice = $4, updated_at = $5 \
               WHERE id = $1 AND updated_at = $7";
    let title_key = search_key(written.title);
    let values = (
        id,
        written.title.to_owned(),
        title_key.clone(),
        written.is_notice,
        now,
        written.body.to_owned(),
        was,
    );
    if tx.run(sql, values).await? == 0 {
        return Ok(false);
    }
    let sql = "UPDATE post_texts SET title_key = $2, body_key = $3, body = $4 WHERE post_id = $1";
    write_text(tx, sql, id, title_key, written.body).await?;
    Ok(true)
}

/// Pins these posts or lets go of them; ids and titles of those that were not so already.
pub async fn set_notice(
    tx: &mut Tx,
    ids: &[i64],
    notice: bool,
    now: Time,
) -> Result<Vec<(i64, String)>> {
    let sql = format!(
        "UPDATE posts SET is_notice = $1, updated_at = $2 \
         WHERE id IN {} AND is_notice <> $1 RETURNING id, title",
        id_list(ids)
    );
    tx.all(AssertSqlSafe(sql), (notice, now)).await
}

/// A text for searching: a phrase is found across line ends.
fn search_key(typed: &str) -> String {
    let key = text::key(typed);
    key.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes a post's text, and what it is found by: PostgreSQL makes its index from the keys, SQLite's
/// is a table of its own.
async fn write_text(
    tx: &mut Tx,
    sql: &'static str,
    id: i64,
    title_key: String,
    body: &str,
) -> Result<()> {
    let body_key = search_key(body);
    let values = (id, title_key.clone(), body_key.clone(), body.to_owned());
    tx.run(sql, values).await?;
    if let Tx::Sqlite(_) = tx {
        tx.run("DELETE FROM post_grams WHERE rowid = $1", (id,))
            .await?;
        let sql = "INSERT INTO post_grams (rowid, title, body) VALUES ($1, $2, $3)";
        tx.run(sql, (id, pairs(&title_key), pairs(&body_key)))
            .await?;
    }
    Ok(())
}

/// Gives a post a file. The file is spared by the caller.
pub async fn attach(
    tx: &mut Tx,
    post: i64,
    key: &Key,
    file_name: &str,
    content_type: &str,
    size: i64,
) -> Result<()> {
    let sql = "INSERT INTO attachments (post_id, file, file_name, content_type, size) \
               VALUES ($1, $2, $3, $4, $5)";
    let values = (
        post,
        key.clone(),
        file_name.to_owned(),
        content_type.to_owned(),
        size,
    );
    tx.run(sql, values).await?;
    let sql = "UPDATE posts SET attachments = attachments + 1 WHERE id = $1";
    tx.run(sql, (post,)).await?;
    Ok(())
}

/// Takes a file from a post; its key, to be doomed by the caller. `None` when the post does not have
/// it any more.
pub async fn detach(tx: &mut Tx, post: i64, attachment: i64) -> Result<Option<Key>> {
    let sql = "DELETE FROM attachments WHERE id = $1 AND post_id = $2 RETURNING file";
    let gone: Option<(Key,)> = tx.opt(sql, (attachment, post)).await?;
    if gone.is_some() {
        let sql = "UPDATE posts SET attachments = attachments - 1 WHERE id = $1";
        tx.run(sql, (post,)).await?;
    }
    Ok(gone.map(|(key,)| key))
}

/// Deletes a post with its texts, comments, reports and files; the files' keys, to be doomed by the
/// caller in the same transaction. `None` when it is gone.
pub async fn delete(tx: &mut Tx, id: i64) -> Result<Option<Vec<Key>>> {
    let sql = "DELETE FROM attachments WHERE post_id = $1 RETURNING file";
    let keys: Vec<(Key,)> = tx.all(sql, (id,)).await?;
    let deleted = tx.run("DELETE FROM posts WHERE id = $1", (id,)).await?;
    Ok((deleted > 0).then(|| keys.into_iter().map(|(key,)| key).collect()))
}

/// Waits until nothing else is written for this person, and keeps others waiting until the
/// transaction ends. Whether the account may still be used.
pub async fn hold_writer(tx: &mut Tx, writer: i64) -> Result<bool> {
    let sql = tx.dialect(
        "SELECT is_active FROM users WHERE id = $1",
        "SELECT is_active FROM users WHERE id = $1 FOR NO KEY UPDATE",
    );
    let active: Option<(bool,)> = tx.opt(sql, (writer,)).await?;
    Ok(active.is_some_and(|(active,)| active))
}

/// When somebody wrote their newest post but `newer`, if that was after `since`.
pub async fn written_at(tx: &mut Tx, writer: i64, newer: i64, since: Time) -> Result<Option<Time>> {
    let sql = "SELECT created_at FROM posts WHERE user_id = $1 AND created_at > $2 \
               ORDER BY created_at DESC LIMIT 1 OFFSET $3";
    let found: Option<(Time,)> = tx.opt(sql, (writer, since, newer)).await?;
    Ok(found.map(|(at,)| at))
}

/// The post with these very words that somebody has written since `since`.
pub async fn same(
    tx: &mut Tx,
    writer: i64,
    written: &Written<'_>,
    since: Time,
) -> Result<Option<i64>> {
    let sql = "SELECT id FROM posts JOIN post_texts ON post_id = id \
               WHERE user_id = $1 AND created_at > $2 AND title = $3 AND body = $4 \
               ORDER BY id DESC LIMIT 1";
    let values = (
        writer,
        since,
        written.title.to_owned(),
        written.body.to_owned(),
    );
    let found: Option<(i64,)> = tx.opt(sql, values).await?;
    Ok(found.map(|(id,)| id))
}
