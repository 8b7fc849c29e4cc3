//! Every SQL statement for `file_removals`, the files that no row names, and for `uploads`, those of
//! them that a form which is not finished still wants, and for `used_uploads`, what became of those.

use super::kept::Kept;
use crate::{
    db::{Db, Result, Then, Time, Tx},
    storage::Key,
};

const DOOM: &str = "INSERT INTO file_removals (file, since) VALUES ($1, $2) \
                    ON CONFLICT (file) DO UPDATE SET since = $2";
const SPARE: &str = "DELETE FROM file_removals WHERE file = $1";

macro_rules! kept {
    ($rows:literal) => {
        concat!(
            "SELECT id, file, file_name, content_type, size, duration, width, height, codecs, \
             container, rotation, frame_rate, audio_languages, starts_fast, small, expires_at FROM ",
            $rows
        )
    };
}

/// Notes that a file is about to appear which no row names yet.
pub async fn announce(db: &Db, key: &Key, now: Time) -> Result<()> {
    db.run(DOOM, (key.clone(), now)).await.map(|_| ())
}

/// Notes that a file has lost its row.
pub async fn doom(tx: &mut Tx, key: &Key, now: Time) -> Result<()> {
    tx.run(DOOM, (key.clone(), now)).await.map(|_| ())
}

/// Notes that a row names the file now; `false` when its hour ran out before that and the file may
/// be gone.
pub async fn spare(tx: &mut Tx, key: &Key) -> Result<bool> {
    Ok(tx.run(SPARE, (key.clone(),)).await? > 0)
}

/// Notes that the file is gone.
pub async fn gone(db: &Db, key: &Key) -> Result<()> {
    db.run(SPARE, (key.clone(),)).await.map(|_| ())
}

/// Files doomed before `before`, the oldest first, at most a hundred.
pub async fn due(db: &Db, before: Time) -> Result<Vec<(Key,)>> {
    let sql = "SELECT file FROM file_removals WHERE since <= $1 ORDER BY since LIMIT 100";
    db.all(sql, (before,)).await
}

/// Notes a file for a user's form.
pub async fn keep(tx: &mut Tx, user: i64, field: &str, kept: &Kept, now: Time) -> Result<()> {
    let sql = "INSERT INTO uploads (file, file_name, content_type, size, duration, width, height, \
               codecs, container, rotation, frame_rate, audio_languages, starts_fast, id, user_id, \
               field, small, created_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
               $18, $19)";
    let values = (
        kept.token.clone(),
        user,
        field.to_owned(),
        kept.small.clone(),
        now,
        kept.expires_at,
    );
    let values = Then(kept.file.values(), values);
    tx.run(sql, values).await.map(|_| ())
}

/// A user's file that is kept for this field and has time left.
pub async fn kept(db: &Db, user: i64, field: &str, token: &str, now: Time) -> Result<Option<Kept>> {
    let sql = kept!("uploads WHERE id = $1 AND user_id = $2 AND field = $3 AND expires_at > $4");
    db.opt(sql, (token.to_owned(), user, field.to_owned(), now))
        .await
}

/// The same by the file's key, for its sender to look at.
pub async fn kept_file(
    db: &Db,
    user: i64,
    field: &str,
    key: &Key,
    now: Time,
) -> Result<Option<Kept>> {
    let sql = kept!("uploads WHERE file = $1 AND user_id = $2 AND field = $3 AND expires_at > $4");
    db.opt(sql, (key.clone(), user, field.to_owned(), now))
        .await
}

/// Ends the keeping; `false` when somebody else did.
pub async fn unkeep(tx: &mut Tx, token: &str) -> Result<bool> {
    let sql = "DELETE FROM uploads WHERE id = $1";
    Ok(tx.run(sql, (token.to_owned(),)).await? > 0)
}

/// A user's kept files that came with forms but the newest `most` of each field, and of one field another number.
pub async fn too_many(
    db: &Db,
    user: i64,
    most: i64,
    (field, of_field): (&str, i64),
) -> Result<Vec<Kept>> {
    let sql = kept!(
        "(SELECT uploads.*, ROW_NUMBER() OVER \
         (PARTITION BY field ORDER BY created_at DESC, id) AS place \
         FROM uploads WHERE user_id = $1 AND sent_length IS NULL) AS kept \
         WHERE place > CASE WHEN field = $3 THEN $4 ELSE $2 END"
    );
    db.all(sql, (user, most, field.to_owned(), of_field)).await
}

/// Notes which video a user's kept file has become.
pub async fn became(tx: &mut Tx, token: &str, user: i64, video: i64, until: Time) -> Result<()> {
    let sql =
        "INSERT INTO used_uploads (id, user_id, video_id, expires_at) VALUES ($1, $2, $3, $4)";
    let values = (token.to_owned(), user, video, until);
    tx.run(sql, values).await.map(|_| ())
}

/// The video that a user's kept file has become.
pub async fn video_of(db: &Db, user: i64, token: &str, now: Time) -> Result<Option<i64>> {
    let sql = "SELECT video_id FROM used_uploads \
               WHERE id = $1 AND user_id = $2 AND expires_at > $3";
    let found: Option<(i64,)> = db.opt(sql, (token.to_owned(), user, now)).await?;
    Ok(found.map(|(video,)| video))
}

/// Forgets what was kept until now, and what it became; the files themselves are in `file_removals`.
pub async fn forget_kept(db: &Db, now: Time) -> Result<u64> {
    db.run("DELETE FROM used_uploads WHERE expires_at <= $1", (now,))
        .await?;
    db.run("DELETE FROM uploads WHERE expires_at <= $1", (now,))
        .await
}

/// How many files should have gone before `before` and are still there.
pub async fn overdue(db: &Db, before: Time) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM file_removals WHERE since <= $1";
    db.get(sql, (before,)).await
}
