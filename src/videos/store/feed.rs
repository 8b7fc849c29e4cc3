//! The newest videos for the feed.

use sqlx::AssertSqlSafe;

use crate::{
    db::{Db, Result, Time},
    storage::Key,
    videos::{
        listed_sql,
        store::{NEWEST, Thumbnail, in_order},
    },
    web::viewer::Viewer,
};

/// A video as the feed has it.
#[derive(sqlx::FromRow)]
pub struct Fed {
    /// `videos.id`.
    pub id: i64,
    /// The title.
    pub title: String,
    /// The description, as typed.
    pub description: String,
    /// Where its bytes are.
    #[sqlx(rename = "file")]
    pub key: Key,
    /// The type they are served as.
    pub content_type: String,
    /// In bytes.
    pub size: i64,
    /// The picture shown before it plays.
    #[sqlx(flatten)]
    pub thumbnail: Thumbnail,
    /// When it was added.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// The newest videos that everybody's list has.
pub async fn fed(db: &Db, limit: i64) -> Result<Vec<Fed>> {
    let sql = format!(
        "SELECT id, title, description, file, content_type, size, thumbnail, \
         thumbnail_small, thumbnail_width, created_at, updated_at FROM videos WHERE {}{} \
         ORDER BY {NEWEST} LIMIT $1",
        in_order(db),
        listed_sql(&Viewer::visitor())
    );
    db.all(AssertSqlSafe(sql), (limit,)).await
}
