//! Every SQL statement for `videos`.

pub mod captions;
mod feed;
mod files;
mod write;

use sqlx::AssertSqlSafe;

pub use feed::{Fed, fed};
pub use files::{Facts, File, Thumbnail};
pub use write::{
    Held, Written, add, change, delete, replace_file, replace_thumbnail, set_visibility,
};

use super::{Visibility, listed_sql, pages::Sort};
use crate::{
    db::{Db, Result, Time, Tx, id_list, like_escaped},
    state::App,
    storage::Key,
    web::viewer::Viewer,
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
pub async fn count_listed(app: &App, viewer: &Viewer, words: &[String]) -> Result<i64> {
    let (conditions, patterns) = word_conditions(words);
    let sql = format!(
        "SELECT COUNT(*) FROM videos WHERE {}{conditions}",
        listed_sql(viewer)
    );
    if words.is_empty() {
        return app.counts().get(&sql).await;
    }
    app.db.get(AssertSqlSafe(sql), patterns).await
}

/// The newest videos first.
const NEWEST: &str = "created_at DESC, id DESC";

/// Before [`listed_sql`] where nothing else is asked: the order is an index's, which has the visibility,
/// too, and is read no further than the page. SQLite would rather sort all that it finds by visibility;
/// the sign forbids that.
fn in_order(db: &Db) -> &'static str {
    db.dialect("+", "")
}

/// A list's statement, but for its limit.
fn list(sign: &str, viewer: &Viewer, conditions: &str, order: &str) -> String {
    let listed = listed_sql(viewer);
    let rows = listed!("");
    format!("{rows}WHERE {sign}{listed}{conditions} ORDER BY {order}")
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
        Sort::Latest => NEWEST,
        Sort::Views => "views DESC, id DESC",
        Sort::Title => "title_key, id",
    };
    // Few rows may have the words: those are all looked at in any case.
    let sign = if words.is_empty() { in_order(db) } else { "" };
    let sql = list(sign, viewer, &conditions, order);
    // `limit` and `offset` are numbers of ours, everything typed is a parameter.
    let sql = format!("{sql} LIMIT {limit} OFFSET {offset}");
    db.all(AssertSqlSafe(sql), patterns).await
}

/// What to watch next: the newest in the viewer's list but this one.
pub async fn up_next(db: &Db, viewer: &Viewer, than: i64, limit: i64) -> Result<Vec<Listed>> {
    let sql = list(in_order(db), viewer, " AND id <> $1", NEWEST);
    let sql = format!("{sql} LIMIT {limit}");
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
#[derive(Clone, Debug, sqlx::FromRow)]
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
               SELECT visibility, $2, captions.file_name \
               FROM captions JOIN videos ON videos.id = captions.video_id WHERE captions.file = $1";
    db.opt(sql, (key.clone(), captions::CONTENT_TYPE)).await
}

/// Bytes of all videos' files.
pub async fn total_size(db: &Db) -> Result<i64> {
    let sql = "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM videos";
    db.get(sql, ()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Database;

    #[tokio::test]
    async fn sqlite_sorts_no_list_whatever_it_believes_of_the_videos() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::Sqlite(folder.path().join("site.db"));
        let db = Db::open(&database).await.expect("database");
        db.migrate(&database).await.expect("migrations");
        let mut tx = db.begin().await.expect("transaction");
        for number in 0..100 {
            let sql = "INSERT INTO videos (title, title_key, search_key, description, visibility, \
                       file, file_name, content_type, size, created_at, updated_at) \
                       VALUES ('', $1, '', '', $2, $1, '', 'video/mp4', 1, 0, 0)";
            let visibility = Visibility::ALL[number % 4].name();
            tx.run(sql, (number.to_string(), visibility))
                .await
                .expect("a row");
        }
        tx.run("ANALYZE", ()).await.expect("statistics");
        for believed in ["100000 100000", "100000 25000", "100000 1"] {
            let sql = "UPDATE sqlite_stat1 SET stat = $1 WHERE idx = 'videos_visibility'";
            tx.run(sql, (believed,)).await.expect("statistics");
            tx.run("ANALYZE sqlite_schema", ())
                .await
                .expect("read again");
            for order in [NEWEST, "views DESC, id DESC", "title_key, id"] {
                let list = list(in_order(&db), &Viewer::visitor(), "", order);
                let sql = format!("EXPLAIN QUERY PLAN {list} LIMIT 24");
                let steps = tx.all::<(i64, i64, i64, String)>(AssertSqlSafe(sql), ());
                for (.., step) in steps.await.expect("a plan") {
                    assert!(!step.contains("TEMP B-TREE"), "{believed}, {order}: {step}");
                }
            }
        }
    }
}
