//! Every SQL statement for `videos` and `video_viewers`.

pub mod captions;
mod feed;

use sqlx::AssertSqlSafe;

pub use feed::{Fed, fed};

use super::{Visibility, listed_sql, pages::Sort};
use crate::{
    db::{Db, Result, Time, Tx, id_list, like_escaped},
    storage::Key,
    web::{text, viewer::Viewer},
};

/// A video as lists show it.
#[derive(sqlx::FromRow)]
pub struct Listed {
    /// `videos.id`.
    pub id: i64,
    /// The title.
    pub title: String,
    /// Who may see it.
    #[sqlx(try_from = "String")]
    pub visibility: Visibility,
    /// The picture shown before it plays.
    #[sqlx(flatten)]
    pub thumbnail: Thumbnail,
    /// Milliseconds, when known.
    pub duration: Option<i64>,
    /// Bytes of the file.
    pub size: i64,
    /// How often it was watched.
    pub views: i64,
    /// When it was added.
    pub created_at: Time,
}

macro_rules! listed {
    ($rest:literal) => {
        concat!(
            "SELECT id, title, visibility, thumbnail, thumbnail_small, thumbnail_width, duration, size, views, created_at FROM videos ",
            $rest
        )
    };
}

/// A video, whole.
#[derive(sqlx::FromRow)]
pub struct Video {
    /// `videos.id`.
    pub id: i64,
    /// The title.
    pub title: String,
    /// The description, as typed.
    pub description: String,
    /// Who may see it.
    #[sqlx(try_from = "String")]
    pub visibility: Visibility,
    /// Where its bytes are.
    #[sqlx(flatten)]
    pub file: File,
    /// The picture shown before it plays.
    #[sqlx(flatten)]
    pub thumbnail: Thumbnail,
    /// How often it was watched.
    pub views: i64,
    /// When it was added.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// A video's thumbnail. One from before there were two sizes is the large one alone, as it was sent.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct Thumbnail {
    /// At most 1280 pixels across; `None` when the video has no thumbnail.
    #[sqlx(rename = "thumbnail")]
    pub large: Option<Key>,
    /// 320 pixels across; `None` when the large one is not larger.
    #[sqlx(rename = "thumbnail_small")]
    pub small: Option<Key>,
    /// Pixels across the large one, when known.
    #[sqlx(rename = "thumbnail_width")]
    pub width: Option<i64>,
}

impl Thumbnail {
    /// Its files.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        [&self.large, &self.small].into_iter().flatten()
    }
}

/// A video's bytes and what is known of them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct File {
    /// Where they are.
    #[sqlx(rename = "file")]
    pub key: Key,
    /// The name it was uploaded under.
    pub file_name: String,
    /// The type it is served as.
    pub content_type: String,
    /// In bytes.
    pub size: i64,
    /// Milliseconds, when known.
    pub duration: Option<i64>,
    /// Pixels, when known.
    pub width: Option<i64>,
    /// Pixels, when known.
    pub height: Option<i64>,
    /// RFC 6381, when known.
    pub codecs: Option<String>,
    /// What else is known.
    #[sqlx(flatten)]
    pub facts: Facts,
}

/// What a video file says of itself beside its length and size; nothing of files that came before it
/// was read. `ingest` finds it out.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Facts {
    /// `mp4`, `m4v`, `mov`, `webm`, `mkv` or `ogg`.
    pub container: Option<String>,
    /// Degrees by which the picture is turned clockwise to be shown: 0, 90, 180 or 270.
    pub rotation: Option<i64>,
    /// Pictures in 1000 seconds.
    pub frame_rate: Option<i64>,
    /// A language's tag for each sound track, `und` where it does not say: `kor,und`; empty without
    /// any sound.
    pub audio_languages: Option<String>,
    /// Whether what a browser needs to begin and to jump about stands in front of the media.
    pub starts_fast: Option<bool>,
}

impl File {
    /// A file of which nothing else is to be known: no length, no dimensions.
    pub fn plain(key: Key, file_name: String, content_type: &str, size: i64) -> File {
        File {
            key,
            file_name,
            content_type: content_type.to_owned(),
            size,
            duration: None,
            width: None,
            height: None,
            codecs: None,
            facts: Facts::default(),
        }
    }

    /// Bits a second of the whole file, sound and all, when its length is known.
    pub fn bit_rate(&self) -> Option<i64> {
        let duration = self.duration.filter(|&duration| duration > 0)?;
        i64::try_from(i128::from(self.size) * 8000 / i128::from(duration)).ok()
    }
}

/// The conditions of a search, from `$1` on: every word somewhere in title or description.
fn word_conditions(words: &[String]) -> (String, Vec<String>) {
    let conditions = (1..=words.len())
        .map(|n| format!(" AND search_key LIKE ${n} ESCAPE '\\'"))
        .collect();
    (
        conditions,
        words
            .iter()
            .map(|word| format!("%{}%", like_escaped(word)))
            .collect(),
    )
}

/// The videos with these ids, of any visibility: who may see them is the caller's to ask.
pub async fn with_ids(db: &Db, ids: &[i64]) -> Result<Vec<Listed>> {
    let sql = format!("{}WHERE id IN {}", listed!(""), id_list(ids));
    db.all(AssertSqlSafe(sql), ()).await
}

/// How many videos a list has for this viewer.
pub async fn count_listed(db: &Db, viewer: &Viewer, words: &[String]) -> Result<i64> {
    let (conditions, patterns) = word_conditions(words);
    let sql = format!(
        "SELECT COUNT(*) FROM videos WHERE {}{conditions}",
        listed_sql(viewer)
    );
    db.get(AssertSqlSafe(sql), patterns).await
}

/// A page of a list for this viewer.
pub async fn listed(
    db: &Db,
    viewer: &Viewer,
    words: &[String],
    sort: Sort,
    limit: i64,
    offset: i64,
) -> Result<Vec<Listed>> {
    let (conditions, patterns) = word_conditions(words);
    let order = match sort {
        Sort::Latest => "created_at DESC, id DESC",
        Sort::Views => "views DESC, id DESC",
        Sort::Title => "title_key, id",
    };
    // `limit` and `offset` are numbers of ours, everything typed is a parameter.
    let sql = format!(
        "{} WHERE {}{conditions} ORDER BY {order} LIMIT {limit} OFFSET {offset}",
        listed!(""),
        listed_sql(viewer)
    );
    db.all(AssertSqlSafe(sql), patterns).await
}

/// What to watch next: the newest in the viewer's list but this one.
pub async fn up_next(db: &Db, viewer: &Viewer, than: i64, limit: i64) -> Result<Vec<Listed>> {
    let sql = format!(
        "{} WHERE {} AND id <> $1 ORDER BY created_at DESC, id DESC LIMIT {limit}",
        listed!(""),
        listed_sql(viewer)
    );
    db.all(AssertSqlSafe(sql), (than,)).await
}

macro_rules! whole {
    ($rest:literal) => {
        concat!(
            "SELECT id, title, description, visibility, file, file_name, content_type, size, duration, \
             width, height, codecs, container, rotation, frame_rate, audio_languages, starts_fast, \
             thumbnail, thumbnail_small, thumbnail_width, views, created_at, updated_at \
             FROM videos WHERE id = $1",
            $rest
        )
    };
}

/// One video, whoever asks: the caller asks [`Visibility::access`].
pub async fn find(db: &Db, id: i64) -> Result<Option<Video>> {
    db.opt(whole!(""), (id,)).await
}

/// The same inside a transaction that is about to change it: nobody else does until that has ended.
pub async fn find_in(tx: &mut Tx, id: i64) -> Result<Option<Video>> {
    let sql = tx.dialect(whole!(""), whole!(" FOR NO KEY UPDATE"));
    tx.opt(sql, (id,)).await
}

/// What a list that is edited shows of a video.
#[derive(sqlx::FromRow)]
pub struct ListedAs {
    /// The title.
    pub title: String,
    /// Who may see it.
    #[sqlx(try_from = "String")]
    pub visibility: Visibility,
}

/// What a list would show of a video, in the transaction that is about to change it.
pub async fn listed_as(tx: &mut Tx, id: i64) -> Result<Option<ListedAs>> {
    let sql = "SELECT title, visibility FROM videos WHERE id = $1";
    tx.opt(sql, (id,)).await
}

/// A video whose file has this name, one of these lengths in bytes, and this duration, width and
/// height, or had this name and length before it was put into another container; the newest of several.
pub async fn same_file(
    db: &Db,
    file_name: &str,
    [one, other]: [i64; 2],
    (duration, width, height): (Option<i64>, Option<i64>, Option<i64>),
) -> Result<Option<i64>> {
    let sql = "SELECT id FROM videos WHERE file_name = $1 AND size IN ($2, $3) \
               AND COALESCE(duration, -1) = $4 AND COALESCE(width, -1) = $5 \
               AND COALESCE(height, -1) = $6 \
               UNION SELECT video_id FROM jobs WHERE sent_name = $1 AND sent_size IN ($2, $3) \
               ORDER BY id DESC LIMIT 1";
    let [duration, width, height] = [duration, width, height].map(|known| known.unwrap_or(-1));
    let values = (file_name.to_owned(), one, other, duration, width, height);
    let found: Option<(i64,)> = db.opt(sql, values).await?;
    Ok(found.map(|(id,)| id))
}

/// What the bytes behind a key are.
#[derive(sqlx::FromRow)]
pub struct Bytes {
    /// The visibility of the video they belong to.
    #[sqlx(try_from = "String")]
    pub visibility: Visibility,
    /// The type they are served as; `None` for a thumbnail, whose key tells it.
    pub content_type: Option<String>,
    /// The name they were uploaded under.
    pub file_name: Option<String>,
}

/// The video a key belongs to, as its file, its thumbnail or its captions.
pub async fn behind_key(db: &Db, key: &Key) -> Result<Option<Bytes>> {
    let sql = "SELECT visibility, content_type, file_name FROM videos WHERE file = $1 \
               UNION ALL \
               SELECT visibility, NULL, NULL FROM videos WHERE thumbnail = $1 \
               UNION ALL \
               SELECT visibility, NULL, NULL FROM videos WHERE thumbnail_small = $1 \
               UNION ALL \
               SELECT visibility, 'text/vtt; charset=utf-8', captions.file_name \
               FROM captions JOIN videos ON videos.id = captions.video_id WHERE captions.file = $1";
    db.opt(sql, (key.clone(),)).await
}

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
    let sql = "INSERT INTO videos (title, title_key, search_key, description, visibility, thumbnail, \
               thumbnail_small, thumbnail_width, file, file_name, content_type, size, duration, \
               width, height, codecs, container, rotation, frame_rate, audio_languages, starts_fast, \
               created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
               $18, $19, $20, $21, $22, $22) RETURNING id";
    let (file, thumbnail) = (file.clone(), thumbnail.clone());
    tx.get(
        sql,
        (
            written.title.to_owned(),
            text::key(written.title),
            text::search_key(written.title, written.description),
            written.description.to_owned(),
            written.visibility.name(),
            thumbnail.large,
            thumbnail.small,
            thumbnail.width,
            file.key,
            file.file_name,
            file.content_type,
            file.size,
            file.duration,
            file.width,
            file.height,
            file.codecs,
            file.facts.container,
            file.facts.rotation,
            file.facts.frame_rate,
            file.facts.audio_languages,
            file.facts.starts_fast,
            now,
        ),
    )
    .await
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
    let sql = "UPDATE videos SET file = $2, file_name = $3, content_type = $4, size = $5, \
               duration = $6, width = $7, height = $8, codecs = $9, container = $10, \
               rotation = $11, frame_rate = $12, audio_languages = $13, starts_fast = $14 \
               WHERE id = $1";
    let file = file.clone();
    let values = (
        id,
        file.key,
        file.file_name,
        file.content_type,
        file.size,
        file.duration,
        file.width,
        file.height,
        file.codecs,
        file.facts.container,
        file.facts.rotation,
        file.facts.frame_rate,
        file.facts.audio_languages,
        file.facts.starts_fast,
    );
    tx.run(sql, values).await.map(|_| ())
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

/// Counts a view unless this viewer was counted for this video since `since`, or the video has been
/// deleted in this moment; whether it did.
pub async fn count_view(db: &Db, id: i64, viewer: &str, now: Time, since: Time) -> Result<bool> {
    let mut tx = db.begin().await?;
    let sql = "INSERT INTO video_viewers (video_id, viewer, counted_at) VALUES ($1, $2, $3) \
               ON CONFLICT (video_id, viewer) DO UPDATE SET counted_at = $3 \
               WHERE video_viewers.counted_at <= $4";
    let marked = tx.run(sql, (id, viewer.to_owned(), now, since)).await;
    if let Err(sqlx::Error::Database(fault)) = &marked
        && fault.is_foreign_key_violation()
    {
        return Ok(false);
    }
    let counted = marked? > 0;
    if counted {
        tx.run("UPDATE videos SET views = views + 1 WHERE id = $1", (id,))
            .await?;
        tx.commit().await?;
    }
    Ok(counted)
}

/// Forgets viewers counted before `before`; how many.
pub async fn forget_viewers(db: &Db, before: Time) -> Result<u64> {
    db.run(
        "DELETE FROM video_viewers WHERE counted_at <= $1",
        (before,),
    )
    .await
}

/// Bytes of all videos' files.
pub async fn total_size(db: &Db) -> Result<i64> {
    let sql = "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM videos";
    db.get(sql, ()).await
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
