//! Every SQL statement for `posts`, `post_texts`, `post_grams` and `attachments`.

pub mod ending;
mod feed;
mod search;
mod write;

pub use feed::{Fed, fed};
pub use search::{Search, Within, found, neighbours};
pub use write::{
    Written, add, attach, change, delete, detach, hold_writer, same, set_notice, written_at,
};

use sqlx::AssertSqlSafe;

use super::Standing;
use crate::{
    db::{Counts, Db, Result, Time, Tx, id_list},
    storage::Key,
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

/// Pinned posts, the newest first.
pub async fn notices(db: &Db) -> Result<Vec<Listed>> {
    let sql = listed_posts!(
        "WHERE is_notice = TRUE AND is_hidden = FALSE ORDER BY posts.id DESC LIMIT 100"
    );
    db.all(sql, ()).await
}

/// How many posts the list numbers: all but notices.
pub async fn count(counts: &Counts) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM posts WHERE is_notice = FALSE AND is_hidden = FALSE";
    counts.get(sql).await
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
