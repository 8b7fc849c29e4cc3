//! Every SQL statement for `posts`, `post_texts`, `post_grams`, `post_viewers` and `attachments`.

pub mod ending;
mod search;

pub use search::{Search, Within, count_found, found, neighbours};

use sqlx::AssertSqlSafe;

use super::Standing;
use crate::{
    db::{Db, Result, Time, Tx, id_list},
    storage::Key,
    web::{search::grams, text},
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
use listed_posts;

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

/// The bodies of these posts, with their ids. Whether somebody may read them is the caller's to ask.
pub async fn bodies(db: &Db, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let ids = id_list(ids);
    let sql = format!("SELECT post_id, body FROM post_texts WHERE post_id IN {ids}");
    db.all(AssertSqlSafe(sql), ()).await
}

/// A post as the feed has it.
#[derive(Debug, sqlx::FromRow)]
pub struct Fed {
    /// `posts.id`.
    pub id: i64,
    /// The title.
    pub title: String,
    /// The body, in Markdown as typed.
    pub body: String,
    /// Its writer's name.
    pub username: String,
    /// When it was written.
    pub created_at: Time,
    /// When its words were last changed.
    pub edited_at: Option<Time>,
}

/// The newest posts that everybody may read.
pub async fn fed(db: &Db, limit: i64) -> Result<Vec<Fed>> {
    let sql = "SELECT posts.id, title, body, username, created_at, edited_at FROM posts \
               JOIN users ON users.id = posts.user_id \
               JOIN post_texts ON post_texts.post_id = posts.id \
               WHERE is_hidden = FALSE ORDER BY posts.id DESC LIMIT $1";
    db.all(sql, (limit,)).await
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

/// A post's files, in the order they were added.
pub async fn attachments(db: &Db, post: i64) -> Result<Vec<Attachment>> {
    let sql = "SELECT id, file, file_name, content_type, size FROM attachments \
               WHERE post_id = $1 ORDER BY id";
    db.all(sql, (post,)).await
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
    let title_key = text::key(written.title);
    let values = (
        writer,
        written.title.to_owned(),
        title_key.clone(),
        written.is_notice,
        now,
    );
    let id = tx.get(sql, values).await?;
    let body_key = body_key(written.body);
    let sql = "INSERT INTO post_texts (post_id, body, body_key) VALUES ($1, $2, $3)";
    tx.run(sql, (id, written.body.to_owned(), body_key.clone()))
        .await?;
    index(tx, id, &title_key, &body_key).await?;
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
    let title_key = text::key(written.title);
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
    let body_key = body_key(written.body);
    let sql = "UPDATE post_texts SET body = $2, body_key = $3 WHERE post_id = $1";
    tx.run(sql, (id, written.body.to_owned(), body_key.clone()))
        .await?;
    let sql = tx.dialect(
        "DELETE FROM post_grams WHERE rowid = $1",
        "DELETE FROM post_grams WHERE post_id = $1",
    );
    tx.run(sql, (id,)).await?;
    index(tx, id, &title_key, &body_key).await?;
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

/// The body for searching: a phrase is found across line ends.
fn body_key(body: &str) -> String {
    let key = text::key(body);
    key.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn index(tx: &mut Tx, id: i64, title_key: &str, body_key: &str) -> Result<()> {
    let sql = tx.dialect(
        "INSERT INTO post_grams (rowid, title, body) VALUES ($1, $2, $3)",
        "INSERT INTO post_grams (post_id, title, body) \
         VALUES ($1, string_to_array($2, ' '), string_to_array($3, ' '))",
    );
    tx.run(sql, (id, grams(title_key), grams(body_key))).await?;
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

/// How many posts somebody has written since `since`.
pub async fn written_since(tx: &mut Tx, writer: i64, since: Time) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM posts WHERE user_id = $1 AND created_at > $2";
    tx.get(sql, (writer, since)).await
}

/// Counts a reading unless this reader was counted for this post since `since`, or the post has been
/// deleted in this moment; whether it did.
pub async fn count_view(db: &Db, id: i64, reader: &str, now: Time, since: Time) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM post_viewers \
               WHERE post_id = $1 AND viewer = $2 AND counted_at > $3)";
    // Mostly so, and reading needs no turn at writing.
    if db.get(sql, (id, reader.to_owned(), since)).await? {
        return Ok(false);
    }
    let mut tx = db.begin().await?;
    let sql = "INSERT INTO post_viewers (post_id, viewer, counted_at) VALUES ($1, $2, $3) \
               ON CONFLICT (post_id, viewer) DO UPDATE SET counted_at = $3 \
               WHERE post_viewers.counted_at <= $4";
    let marked = tx.run(sql, (id, reader.to_owned(), now, since)).await;
    if let Err(sqlx::Error::Database(fault)) = &marked
        && fault.is_foreign_key_violation()
    {
        return Ok(false);
    }
    let counted = marked? > 0;
    if counted {
        let sql = "UPDATE posts SET views = views + 1 WHERE id = $1";
        tx.run(sql, (id,)).await?;
        tx.commit().await?;
    }
    Ok(counted)
}

/// Forgets readers counted before `before`; how many.
pub async fn forget_viewers(db: &Db, before: Time) -> Result<u64> {
    let sql = "DELETE FROM post_viewers WHERE counted_at <= $1";
    db.run(sql, (before,)).await
}
