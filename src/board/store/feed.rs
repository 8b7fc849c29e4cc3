//! The newest posts for the feed.

use crate::db::{Db, Result, Time};

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
