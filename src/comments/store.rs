//! Every SQL statement for `comments`.

use sqlx::AssertSqlSafe;

use super::{Standing, Subject};
use crate::{
    db::{Db, Result, Time, Tx, id_list},
    web::text,
};

/// A comment.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Comment {
    /// `comments.id`.
    pub id: i64,
    /// The post it stands under, or else a video.
    pub post_id: Option<i64>,
    /// The video it stands under, or else a post.
    pub video_id: Option<i64>,
    /// What decides who may do what with it.
    #[sqlx(flatten)]
    pub standing: Standing,
    /// Its writer's name; `None` as in [`Standing::writer`].
    pub username: Option<String>,
    /// When its writer joined.
    pub date_joined: Option<Time>,
    /// The comment it answers.
    pub reply_to: Option<i64>,
    /// Who wrote that one, when its words are still there.
    pub answered: Option<String>,
    /// The words, in Markdown as typed; empty when it was deleted.
    pub body: String,
    /// When it was written.
    pub created_at: Time,
    /// When it was last changed.
    pub edited_at: Option<Time>,
    /// The version a form is made from.
    pub updated_at: Time,
}

impl Comment {
    /// What it stands under.
    pub fn subject(&self) -> Subject {
        match (self.post_id, self.video_id) {
            (Some(post), _) => Subject::Post(post),
            (None, video) => Subject::Video(video.unwrap_or(0)),
        }
    }
}

macro_rules! comments {
    ($rest:literal) => {
        concat!(
            "SELECT comments.id, comments.post_id, comments.video_id, comments.user_id, \
             comments.is_hidden, writers.username, writers.date_joined, comments.reply_to, \
             answered.username AS answered, comments.body, comments.created_at, \
             comments.edited_at, comments.updated_at FROM comments \
             LEFT JOIN users AS writers ON writers.id = comments.user_id \
             LEFT JOIN comments AS first ON first.id = comments.reply_to \
             LEFT JOIN users AS answered ON answered.id = first.user_id ",
            $rest
        )
    };
}

impl Subject {
    /// The column that holds the id, and the id.
    fn column(self) -> (&'static str, i64) {
        match self {
            Subject::Post(id) => ("post_id", id),
            Subject::Video(id) => ("video_id", id),
        }
    }
}

/// How many comments stand under a subject, with those of which only the place is left: what the
/// pages are counted by; and how many of them have words.
pub async fn places(db: &Db, subject: Subject) -> Result<(i64, i64)> {
    let (column, id) = subject.column();
    let sql = format!("SELECT COUNT(*), COUNT(user_id) FROM comments WHERE {column} = $1");
    db.one(AssertSqlSafe(sql), (id,)).await
}

/// How many comments somebody may count under a subject: all that have words.
pub async fn count(db: &Db, subject: Subject) -> Result<i64> {
    let (column, id) = subject.column();
    let sql = format!("SELECT COUNT(*) FROM comments WHERE {column} = $1 AND user_id IS NOT NULL");
    db.get(AssertSqlSafe(sql), (id,)).await
}

/// How many comments with words stand under these videos.
pub async fn count_under_videos(db: &Db, videos: &[i64]) -> Result<i64> {
    let sql = format!(
        "SELECT COUNT(*) FROM comments WHERE video_id IN {} AND user_id IS NOT NULL",
        id_list(videos)
    );
    db.get(AssertSqlSafe(sql), ()).await
}

/// How many comments these accounts wrote under videos and under posts of others.
pub async fn count_elsewhere(db: &Db, writers: &[i64]) -> Result<i64> {
    let writers = id_list(writers);
    let sql = format!(
        "SELECT COUNT(*) FROM comments WHERE user_id IN {writers} AND (post_id IS NULL OR \
         post_id NOT IN (SELECT id FROM posts WHERE user_id IN {writers}))"
    );
    db.get(AssertSqlSafe(sql), ()).await
}

/// How many comments stand before this one: what page it is on.
pub async fn before(db: &Db, subject: Subject, comment: i64) -> Result<i64> {
    let (column, id) = subject.column();
    let sql = format!("SELECT COUNT(*) FROM comments WHERE {column} = $1 AND id < $2");
    db.get(AssertSqlSafe(sql), (id, comment)).await
}

/// A page of a subject's comments, the oldest first. Whether the subject may be read, and each
/// comment's words, is the caller's to ask.
pub async fn page(db: &Db, subject: Subject, limit: i64, offset: i64) -> Result<Vec<Comment>> {
    let (id, sql) = match subject {
        Subject::Post(id) => (
            id,
            comments!("WHERE comments.post_id = $1 ORDER BY comments.id LIMIT $2 OFFSET $3"),
        ),
        Subject::Video(id) => (
            id,
            comments!("WHERE comments.video_id = $1 ORDER BY comments.id LIMIT $2 OFFSET $3"),
        ),
    };
    db.all(sql, (id, limit, offset)).await
}

/// The comment with this id. Whether somebody may read it is the caller's to ask.
pub async fn find(db: &Db, id: i64) -> Result<Option<Comment>> {
    db.opt(comments!("WHERE comments.id = $1"), (id,)).await
}

/// The same, inside a transaction.
pub async fn find_in(tx: &mut Tx, id: i64) -> Result<Option<Comment>> {
    tx.opt(comments!("WHERE comments.id = $1"), (id,)).await
}

/// Writes a new comment; its id. An answered comment that stands elsewhere, or is gone, is passed
/// over. A subject that is gone is a foreign key violation.
pub async fn add(
    tx: &mut Tx,
    subject: Subject,
    writer: i64,
    reply_to: Option<i64>,
    body: &str,
    now: Time,
) -> Result<i64> {
    let (column, id) = subject.column();
    // Who ends an account has that first, its posts and comments then.
    let held = tx.dialect("", "FOR KEY SHARE");
    let sql = format!("SELECT id FROM users WHERE id = $1 {held}");
    tx.opt::<(i64,)>(AssertSqlSafe(sql), (writer,)).await?;
    hold(tx, subject).await?;
    // An answered comment that somebody deletes in this moment is waited for, not stumbled over.
    let held = tx.dialect("", "FOR KEY SHARE");
    let sql = format!(
        "INSERT INTO comments ({column}, user_id, reply_to, body, search_key, created_at, updated_at) \
         VALUES ($1, $2, (SELECT id FROM comments WHERE id = $3 AND {column} = $1 {held}), \
         $4, $5, $6, $6) \
         RETURNING id"
    );
    let values = (id, writer, reply_to, body.to_owned(), text::key(body), now);
    let comment = tx.get(AssertSqlSafe(sql), values).await?;
    recount(tx, subject, 1).await?;
    Ok(comment)
}

/// Changes a comment's words unless they were changed since the version `was`; whether it did.
pub async fn change(tx: &mut Tx, id: i64, body: &str, was: Time, now: Time) -> Result<bool> {
    let sql = "UPDATE comments SET body = $2, search_key = $3, edited_at = $4, updated_at = $4 \
               WHERE id = $1 AND updated_at = $5 AND user_id IS NOT NULL";
    let values = (id, body.to_owned(), text::key(body), now, was);
    Ok(tx.run(sql, values).await? > 0)
}

/// Waits for others who write or delete under a post. Who deletes the post has that first and its
/// comments then, and so has whoever adds and deletes comments: the other way round, each would wait
/// for the other.
async fn hold(tx: &mut Tx, subject: Subject) -> Result<()> {
    if let Subject::Post(post) = subject {
        let held = tx.dialect("", "FOR NO KEY UPDATE");
        let sql = format!("SELECT id FROM posts WHERE id = $1 {held}");
        tx.opt::<(i64,)>(AssertSqlSafe(sql), (post,)).await?;
    }
    Ok(())
}

/// Deletes a comment; its place is kept while replies stand under it, and goes with the last of them.
/// Whether it was there.
pub async fn delete(tx: &mut Tx, id: i64, now: Time) -> Result<bool> {
    let Some(comment) = find_in(tx, id).await? else {
        return Ok(false);
    };
    hold(tx, comment.subject()).await?;
    let sql = "UPDATE comments SET user_id = NULL, body = '', search_key = '', is_hidden = FALSE, \
               reports = 0, edited_at = NULL, updated_at = $2 WHERE id = $1 AND user_id IS NOT NULL \
               AND EXISTS (SELECT 1 FROM comments AS replies WHERE replies.reply_to = $1)";
    if tx.run(sql, (id, now)).await? > 0 {
        tx.run("DELETE FROM reports WHERE comment_id = $1", (id,))
            .await?;
        recount(tx, comment.subject(), -1).await?;
        return Ok(true);
    }
    // Of two who delete it at once, the second finds nothing here.
    let sql = "DELETE FROM comments WHERE id = $1 AND user_id IS NOT NULL";
    if tx.run(sql, (id,)).await? == 0 {
        return Ok(false);
    }
    recount(tx, comment.subject(), -1).await?;
    let mut above = comment.reply_to;
    while let Some(place) = above {
        let sql = "DELETE FROM comments WHERE id = $1 AND user_id IS NULL AND NOT EXISTS \
                   (SELECT 1 FROM comments AS replies WHERE replies.reply_to = $1) \
                   RETURNING reply_to";
        let gone: Option<(Option<i64>,)> = tx.opt(sql, (place,)).await?;
        above = gone.and_then(|(above,)| above);
    }
    Ok(true)
}

/// Deletes the comments of accounts that are about to go, keeping the places of those that others
/// answered; a place whose last replies these were goes too.
pub async fn delete_of(tx: &mut Tx, writers: &[i64], now: Time) -> Result<()> {
    let writers = id_list(writers);
    let sql = format!(
        "UPDATE posts SET comments = comments - (SELECT COUNT(*) FROM comments AS theirs \
         WHERE theirs.post_id = posts.id AND theirs.user_id IN {writers}) \
         WHERE id IN (SELECT post_id FROM comments AS theirs WHERE theirs.user_id IN {writers})"
    );
    tx.run(AssertSqlSafe(sql), ()).await?;
    let sql = format!(
        "DELETE FROM reports WHERE comment_id IN \
         (SELECT id FROM comments WHERE user_id IN {writers})"
    );
    tx.run(AssertSqlSafe(sql), ()).await?;
    let sql = format!(
        "UPDATE comments SET user_id = NULL, body = '', search_key = '', is_hidden = FALSE, \
         reports = 0, edited_at = NULL, updated_at = $1 WHERE user_id IN {writers} \
         AND EXISTS (SELECT 1 FROM comments AS replies WHERE replies.reply_to = comments.id \
         AND (replies.user_id IS NULL OR replies.user_id NOT IN {writers}))"
    );
    tx.run(AssertSqlSafe(sql), (now,)).await?;
    let sql = format!("DELETE FROM comments WHERE user_id IN {writers} RETURNING reply_to");
    let mut answered: Vec<(Option<i64>,)> = tx.all(AssertSqlSafe(sql), ()).await?;
    while !answered.is_empty() {
        let places: Vec<i64> = answered.iter().filter_map(|(place,)| *place).collect();
        answered = Vec::new();
        // Ids of many comments would be a statement longer than SQLite reads.
        for places in places.chunks(1_000) {
            answered.extend(delete_empty(tx, places).await?);
        }
    }
    Ok(())
}

/// Deletes those of these places that have no replies; what they answered themselves.
async fn delete_empty(tx: &mut Tx, places: &[i64]) -> Result<Vec<(Option<i64>,)>> {
    let sql = format!(
        "DELETE FROM comments WHERE id IN {} AND user_id IS NULL AND NOT EXISTS \
         (SELECT 1 FROM comments AS replies WHERE replies.reply_to = comments.id) \
         RETURNING reply_to",
        id_list(places)
    );
    tx.all(AssertSqlSafe(sql), ()).await
}

async fn recount(tx: &mut Tx, subject: Subject, by: i64) -> Result<()> {
    if let Subject::Post(post) = subject {
        let sql = "UPDATE posts SET comments = comments + $2 WHERE id = $1";
        tx.run(sql, (post, by)).await?;
    }
    Ok(())
}

/// When somebody wrote the comment before their newest `than`; `None` when they have not so many.
pub async fn earlier(tx: &mut Tx, writer: i64, than: i64) -> Result<Option<Time>> {
    let sql = "SELECT created_at FROM comments WHERE user_id = $1 \
               ORDER BY created_at DESC LIMIT 1 OFFSET $2";
    let row: Option<(Time,)> = tx.opt(sql, (writer, than)).await?;
    Ok(row.map(|(at,)| at))
}

/// Whether a comment has replies.
pub async fn has_replies(db: &Db, id: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM comments WHERE reply_to = $1)";
    db.get(sql, (id,)).await
}
