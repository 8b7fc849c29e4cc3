//! What changes a video's row.

use super::{File, Thumbnail, captions};
use crate::{
    db::{Result, Then, Time, Tx},
    storage::Key,
    videos::Visibility,
    web::text,
};

/// What somebody wrote of a video.
pub struct Written<'a> {
    /// The title.
    pub title: &'a str,
    /// The description.
    pub description: &'a str,
    /// Who may see it.
    pub visibility: Visibility,
}

/// Adds a video; its id.
pub async fn add(
    tx: &mut Tx,
    written: &Written<'_>,
    file: &File,
    thumbnail: &Thumbnail,
    now: Time,
) -> Result<i64> {
    let sql = "INSERT INTO videos (file, file_name, content_type, size, duration, width, height, \
               codecs, container, rotation, frame_rate, audio_languages, starts_fast, title, \
               title_key, search_key, description, visibility, thumbnail, thumbnail_small, \
               thumbnail_width, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
               $18, $19, $20, $21, $22, $22) RETURNING id";
    let thumbnail = thumbnail.clone();
    let values = (
        written.title.to_owned(),
        text::key(written.title),
        text::search_key(written.title, written.description),
        written.description.to_owned(),
        written.visibility.name(),
        thumbnail.large,
        thumbnail.small,
        thumbnail.width,
        now,
    );
    tx.get(sql, Then(file.values(), values)).await
}

/// Changes what was written of a video, unless it was changed since the version `was`; whether it
/// did.
pub async fn change(
    tx: &mut Tx,
    id: i64,
    written: &Written<'_>,
    was: Time,
    now: Time,
) -> Result<bool> {
    let sql = "UPDATE videos SET title = $2, title_key = $3, search_key = $4, description = $5, \
               visibility = $6, updated_at = $7 WHERE id = $1 AND updated_at = $8";
    let values = (
        id,
        written.title.to_owned(),
        text::key(written.title),
        text::search_key(written.title, written.description),
        written.description.to_owned(),
        written.visibility.name(),
        now,
        was,
    );
    Ok(tx.run(sql, values).await? > 0)
}

/// Gives a video other bytes. The page's address stays.
pub async fn replace_file(tx: &mut Tx, id: i64, file: &File) -> Result<()> {
    let sql = "UPDATE videos SET file = $1, file_name = $2, content_type = $3, size = $4, \
               duration = $5, width = $6, height = $7, codecs = $8, container = $9, \
               rotation = $10, frame_rate = $11, audio_languages = $12, starts_fast = $13 \
               WHERE id = $14";
    tx.run(sql, Then(file.values(), (id,))).await.map(|_| ())
}

/// Gives a video another thumbnail, or none.
pub async fn replace_thumbnail(tx: &mut Tx, id: i64, thumbnail: &Thumbnail) -> Result<()> {
    let sql = "UPDATE videos SET thumbnail = $2, thumbnail_small = $3, thumbnail_width = $4 \
               WHERE id = $1";
    let Thumbnail {
        large,
        small,
        width,
    } = thumbnail.clone();
    tx.run(sql, (id, large, small, width)).await.map(|_| ())
}

/// Deletes a video's row, unless it is gone; the keys of its files, which are the caller's to
/// remove after the commit. Told by the deletion itself: read before it, they could be others that
/// were replaced in between.
pub async fn delete(tx: &mut Tx, id: i64) -> Result<Option<Held>> {
    // Whoever gives it captions changes this row first; from here on they wait.
    let lock = "UPDATE videos SET updated_at = updated_at WHERE id = $1";
    tx.run(lock, (id,)).await?;
    let captions = captions::delete_all(tx, id).await?;
    let sql = "DELETE FROM videos WHERE id = $1 \
               RETURNING title, file, thumbnail, thumbnail_small, thumbnail_width";
    let held: Option<Held> = tx.opt(sql, (id,)).await?;
    Ok(held.map(|held| Held { captions, ..held }))
}

/// What a video had when its row was deleted.
#[derive(sqlx::FromRow)]
pub struct Held {
    /// The title.
    pub title: String,
    file: Key,
    #[sqlx(flatten)]
    thumbnail: Thumbnail,
    #[sqlx(skip)]
    captions: Vec<Key>,
}

impl Held {
    /// All its files.
    pub fn keys(&self) -> Vec<Key> {
        let keys = [&self.file].into_iter().chain(self.thumbnail.keys());
        keys.chain(&self.captions).cloned().collect()
    }
}

/// Gives a video a visibility; its title, or `None` when it has it already or is gone.
pub async fn set_visibility(
    tx: &mut Tx,
    id: i64,
    visibility: Visibility,
    now: Time,
) -> Result<Option<String>> {
    let sql = "UPDATE videos SET visibility = $2, updated_at = $3 \
               WHERE id = $1 AND visibility <> $2 RETURNING title";
    let title: Option<(String,)> = tx.opt(sql, (id, visibility.name(), now)).await?;
    Ok(title.map(|(title,)| title))
}
