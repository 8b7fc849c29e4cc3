//! Every SQL statement for `posts`, `post_texts`, `post_grams`, `post_viewers` and `attachments`.

pub mod ending;
mod feed;
mod search;
mod viewers;

pub use feed::{Fed, fed};
pub use search::{Search, Within, found, neighbours};
pub use viewers::{count_view, forget_viewers};

use sqlx::AssertSqlSafe;

use super::Standing;
use crate::{
    db::{Db, Result, Time, Tx, id_list},
    storage::Key,
    web::{search::pairs, text},
};

/// A post as lists show it.
#[derive(Debug, sqlx::FromRow)]
pub struct Listed {
    /// `posts.id`.
    pub id: i64,
    /// The title.
    pub title: String,
    /// Its writer's name.
    pub username: String,
    /// Whether it is pinned.
    pub is_notice: bool,
    /// How often it was read.
    pub views: i64,
    /// How many comments it has.
    pub comments: i64,
    /// How many files it has.
    pub attachments: i64,
    /// When it was written.
    pub created_at: Time,
}

macro_rules! listed_posts {
    ($rest:expr) => {
        concat!(
            "SELECT posts.id, title, username, is_notice, views, comments, attachments, created_at \
             FROM posts JOIN users ON users.id = posts.user_id ",
            $rest
        )
    };
}

/// A post, whole.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Post {
    /// `posts.id`.
    pub id: i64,
    /// What decides who may do what with it.
    #[sqlx(flatten)]
    pub standing: Standing,
    /// Its writer's name.
    pub username: String,
    /// When its writer joined, for what links of new members are worth.
    pub date_joined: Time,
    /// The title.
    pub title: String,
    /// The body, in Markdown as typed.
    pub body: String,
    /// Whether it is pinned.
    pub is_notice: bool,
    /// How often it was read.
    pub views: i64,
    /// How many comments it has.
    pub comments: i64,
    /// When it was written.
    pub created_at: Time,
    /// When its words were last changed.
    pub edited_at: Option<Time>,
    /// The version a form is made from.
    pub updated_at: Time,
}

/// A file of a post.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Attachment {
    /// `attachments.id`.
    pub id: i64,
    /// Where its bytes are.
    #[sqlx(rename = "file")]
    pub key: Key,
    /// The name it was uploaded under.
    pub file_name: String,
    /// The type it is served as.
    pub content_type: String,
    /// In bytes.
    pub size: i64,
}

impl Attachment {
    /// Whether it is a picture that browsers show; everything else is downloaded.
    pub fn is_picture(&self) -> bool {
        self.content_type.starts_with("image/")
    }
}

/// What is written of a post.
pub struct Written<'a> {
    /// The title.
    pub title: &'a str,
    /// The body.
    pub body: &'a str,
    /// Whether it is pinned.
    pub is_notice: bool,
}

/// Pinned posts, the newest first.
pub async fn notices(db: &Db) -> Result<Vec<Listed>> {
    let sql = listed_posts!(
        "WHERE is_notice = TRUE AND is_hidden = FALSE ORDER BY posts.id DESC LIMIT 100"
    );
    db.all(sql, ()).await
}

/// How many posts the list numbers: all but notices.
pub async fn count(db: &Db) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM posts WHERE is_notice = FALSE AND is_hidden = FALSE";
    db.get(sql, ()).await
}

/// A page of the list without notices, the newest first.
pub async fn listed(db: &Db, limit: i64, offset: i64) -> Result<Vec<Listed>> {
    // The ids come from the index alone, however deep the page is.
    let sql = listed_posts!(
        "WHERE posts.id IN (SELECT id FROM posts WHERE is_notice = FALSE AND is_hidden = FALSE \
         ORDER BY id DESC LIMIT $1 OFFSET $2) ORDER BY posts.id DESC"
    );
    db.all(sql, (limit, offset)).await
}

/// These posts as lists show them, the newest first. Whether somebody may see them is the caller's to
/// ask.
pub async fn listed_of(db: &Db, ids: &[i64]) -> Result<Vec<Listed>> {
    let sql = format!(
        "{} WHERE posts.id IN {} ORDER BY posts.id DESC",
        listed_posts!(""),
        id_list(ids)
    );
    db.all(AssertSqlSafe(sql), ()).await
}

/// The bodies of these posts, with their ids. Whether somebody may read them is the caller's to ask.
pub async fn bodies(db: &Db, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let ids = id_list(ids);
    let sql = format!("SELECT post_id, body FROM post_texts WHERE post_id IN {ids}");
    db.all(AssertSqlSafe(sql), ()).await
}

const POST: &str = "SELECT posts.id, user_id, is_hidden, username, date_joined, title, body, \
                    is_notice, views, comments, created_at, edited_at, posts.updated_at \
                    FROM posts JOIN users ON users.id = posts.user_id \
                    JOIN post_texts ON post_texts.post_id = posts.id WHERE posts.id = $1";

/// The post with this id. Whether somebody may read it is the caller's to ask.
pub async fn find(db: &Db, id: i64) -> Result<Option<Post>> {
    db.opt(POST, (id,)).await
}

/// The same, inside a transaction.
pub async fn find_in(tx: &mut Tx, id: i64) -> Result<Option<Post>> {
    tx.opt(POST, (id,)).await
}

/// What decides who may do what with a post.
pub async fn standing(db: &Db, id: i64) -> Result<Option<Standing>> {
    let sql = "SELECT user_id, is_hidden FROM posts WHERE id = $1";
    db.opt(sql, (id,)).await
}

const ATTACHMENTS: &str = "SELECT id, file, file_name, content_type, size FROM attachments \
                           WHERE post_id = $1 ORDER BY id";

/// A post's files, in the order they were added.
pub async fn attachments(db: &Db, post: i64) -> Result<Vec<Attachment>> {
    db.all(ATTACHMENTS, (post,)).await
}

/// The same, inside a transaction.
pub async fn attachments_in(tx: &mut Tx, post: i64) -> Result<Vec<Attachment>> {
    tx.all(ATTACHMENTS, (post,)).await
}

/// The file behind a key, and its post's standing.
pub async fn behind_key(db: &Db, key: &Key) -> Result<Option<(Attachment, Standing)>> {
    #[derive(sqlx::FromRow)]
    struct Both {
        #[sqlx(flatten)]
        attachment: Attachment,
        #[sqlx(flatten)]
        standing: Standing,
    }
    let sql = "SELECT attachments.id, file, file_name, content_type, size, user_id, is_hidden \
               FROM attachments JOIN posts ON posts.id = post_id WHERE file = $1";
    let both: Option<Both> = db.opt(sql, (key.clone(),)).await?;
    Ok(both.map(|both| (both.attachment, both.standing)))
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
