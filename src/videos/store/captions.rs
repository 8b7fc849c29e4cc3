//! A video's captions: one a language, at most one of them shown unasked.

use crate::{
    db::{Db, Result, Time, Tx},
    storage::Key,
};

/// The type they are served as.
pub const CONTENT_TYPE: &str = "text/vtt; charset=utf-8";

/// Captions of a video.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Caption {
    /// `captions.id`.
    pub id: i64,
    /// The language's tag (BCP 47).
    pub language: String,
    /// Whether they are shown unasked.
    pub is_default: bool,
    /// Where their WebVTT is.
    #[sqlx(rename = "file")]
    pub key: Key,
    /// The name they were uploaded under.
    pub file_name: String,
    /// In bytes.
    pub size: i64,
}

const OF_VIDEO: &str = "SELECT id, language, is_default, file, file_name, size FROM captions \
                        WHERE video_id = $1 ORDER BY id";

/// A video's captions, the oldest first.
pub async fn of_video(db: &Db, video: i64) -> Result<Vec<Caption>> {
    db.all(OF_VIDEO, (video,)).await
}

/// The same inside a transaction that is about to change them.
pub async fn of_video_in(tx: &mut Tx, video: i64) -> Result<Vec<Caption>> {
    tx.all(OF_VIDEO, (video,)).await
}

/// New captions of a video.
pub struct New<'a> {
    /// The language's tag.
    pub language: &'a str,
    /// Whether they are shown unasked.
    pub is_default: bool,
    /// Where their WebVTT is.
    pub key: &'a Key,
    /// The name they were uploaded under.
    pub file_name: &'a str,
    /// In bytes.
    pub size: i64,
}

/// Gives a video captions in a language it has none in.
pub async fn add(tx: &mut Tx, video: i64, new: &New<'_>, now: Time) -> Result<()> {
    let sql = "INSERT INTO captions (video_id, language, is_default, file, file_name, size, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = (
        video,
        new.language.to_owned(),
        new.is_default,
        new.key.clone(),
        new.file_name.to_owned(),
        new.size,
        now,
    );
    tx.run(sql, values).await.map(|_| ())
}

/// Takes captions away; their file is the caller's to remove after the commit.
pub async fn delete(tx: &mut Tx, id: i64) -> Result<()> {
    let sql = "DELETE FROM captions WHERE id = $1";
    tx.run(sql, (id,)).await.map(|_| ())
}

/// Takes all captions of a video away; their files, likewise.
pub async fn delete_all(tx: &mut Tx, video: i64) -> Result<Vec<Key>> {
    let sql = "DELETE FROM captions WHERE video_id = $1 RETURNING file";
    let keys: Vec<(Key,)> = tx.all(sql, (video,)).await?;
    Ok(keys.into_iter().map(|(key,)| key).collect())
}

/// Makes room for other languages and another default: no captions of the video are the default, and none has a
/// language that others may want.
pub async fn loosen(tx: &mut Tx, video: i64) -> Result<()> {
    let sql =
        "UPDATE captions SET is_default = FALSE, language = CAST(id AS TEXT) WHERE video_id = $1";
    tx.run(sql, (video,)).await.map(|_| ())
}

/// Says of captions what they are, after [`loosen`].
pub async fn set(tx: &mut Tx, id: i64, language: &str, is_default: bool) -> Result<()> {
    let sql = "UPDATE captions SET language = $2, is_default = $3 WHERE id = $1";
    tx.run(sql, (id, language.to_owned(), is_default))
        .await
        .map(|_| ())
}
