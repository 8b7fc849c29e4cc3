//! Every SQL statement for `unfinished_uploads`, and for what `uploads` knows of files that arrived in
//! pieces.

use super::{Finished, Unfinished};
use crate::{
    db::{Db, Result, Time, Tx},
    ingest::{self, kept::Kept},
    storage::{Key, Token},
};

/// One of a user's, however old.
pub async fn find(db: &Db, user: i64, token: &Token) -> Result<Option<Unfinished>> {
    let sql = "SELECT id, user_id, length, file_name, metadata, unproved_from, file, expires_at \
               FROM unfinished_uploads WHERE id = $1 AND user_id = $2";
    db.opt(sql, (token.clone(), user)).await
}

/// How many there are, and how many bytes they will have: of one user, those which wait for their form
/// among them, and of everybody. One of unknown length counts as `unknown` bytes.
pub async fn counts(tx: &mut Tx, user: i64, unknown: i64) -> Result<(Count, Count)> {
    let sql = "SELECT COUNT(*) AS uploads, CAST(COALESCE(SUM(size), 0) AS BIGINT) AS bytes FROM ( \
                   SELECT COALESCE(length, $2) AS size FROM unfinished_uploads WHERE user_id = $1 \
                   UNION ALL \
                   SELECT size FROM uploads WHERE user_id = $1 AND sent_length IS NOT NULL \
               ) AS theirs";
    let theirs = tx.one(sql, (user, unknown)).await?;
    let sql = "SELECT COUNT(*) AS uploads, \
               CAST(COALESCE(SUM(COALESCE(length, $1)), 0) AS BIGINT) AS bytes \
               FROM unfinished_uploads";
    Ok((theirs, tx.one(sql, (unknown,)).await?))
}

/// Uploads, and their bytes in all.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Count {
    /// How many.
    pub uploads: i64,
    /// Bytes.
    pub bytes: i64,
}

/// Notes that an upload begins.
pub async fn add(tx: &mut Tx, upload: &Unfinished, now: Time) -> Result<()> {
    let sql = "INSERT INTO unfinished_uploads \
               (id, user_id, length, file_name, metadata, created_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = (
        upload.token.clone(),
        upload.user_id,
        upload.length,
        upload.file_name.clone(),
        upload.metadata.clone(),
        now,
        upload.expires_at,
    );
    tx.run(sql, values).await.map(|_| ())
}

/// Notes the length that was deferred; a length that is known stays.
pub async fn set_length(db: &Db, token: &Token, length: i64) -> Result<()> {
    let sql = "UPDATE unfinished_uploads SET length = $2 WHERE id = $1 AND length IS NULL";
    db.run(sql, (token.clone(), length)).await.map(|_| ())
}

/// Notes, before its first byte is written, where a piece begins that is to be proved.
pub async fn unproved(db: &Db, token: &Token, from: i64) -> Result<()> {
    let sql = "UPDATE unfinished_uploads SET unproved_from = $2 WHERE id = $1";
    db.run(sql, (token.clone(), from)).await.map(|_| ())
}

/// Notes that everything on the disk is right, and a new end; `false` when the upload is gone.
pub async fn went_on(db: &Db, token: &Token, expires: Time) -> Result<bool> {
    let sql = "UPDATE unfinished_uploads SET unproved_from = NULL, expires_at = $2 WHERE id = $1";
    Ok(db.run(sql, (token.clone(), expires)).await? > 0)
}

/// Notes the key that the file is about to get; `false` when the upload is gone.
pub async fn set_file(tx: &mut Tx, token: &Token, key: &Key) -> Result<bool> {
    let sql = "UPDATE unfinished_uploads SET file = $2 WHERE id = $1";
    Ok(tx.run(sql, (token.clone(), key.clone())).await? > 0)
}

/// Ends an upload; `false` when somebody else did.
pub async fn remove(tx: &mut Tx, token: &Token) -> Result<bool> {
    let sql = "DELETE FROM unfinished_uploads WHERE id = $1";
    Ok(tx.run(sql, (token.clone(),)).await? > 0)
}

/// Turns an upload that has just been ended into a file that waits for its form.
pub async fn keep(tx: &mut Tx, upload: &Unfinished, kept: &Kept, now: Time) -> Result<()> {
    ingest::store::keep(tx, upload.user_id, "video_file", kept, now).await?;
    let sql = "UPDATE uploads SET sent_length = $1, metadata = $2 WHERE id = $3";
    let values = (upload.length, upload.metadata.clone(), kept.token.clone());
    tx.run(sql, values).await.map(|_| ())
}

/// One of a user's that is all there and waits for its form.
pub async fn finished(db: &Db, user: i64, token: &Token, now: Time) -> Result<Option<Finished>> {
    let sql = "SELECT sent_length, COALESCE(metadata, '') AS metadata, expires_at FROM uploads \
               WHERE id = $1 AND user_id = $2 AND sent_length IS NOT NULL AND expires_at > $3";
    db.opt(sql, (token.clone(), user, now)).await
}

/// The lengths, unknown ones as 0, and ends of those that went on since their end was set to `since`.
pub async fn promised(db: &Db, since: Time) -> Result<Vec<(Token, i64, Time)>> {
    let sql =
        "SELECT id, COALESCE(length, 0), expires_at FROM unfinished_uploads WHERE expires_at > $1";
    db.all(sql, (since,)).await
}

/// Those nobody can go on with: too old, or their sender is not of the staff any more. A hundred at
/// most.
pub async fn over(db: &Db, now: Time) -> Result<Vec<Unfinished>> {
    let sql = "SELECT unfinished_uploads.id AS id, user_id, length, file_name, metadata, \
               unproved_from, file, expires_at \
               FROM unfinished_uploads JOIN users ON users.id = user_id \
               WHERE expires_at <= $1 OR NOT is_active OR NOT is_staff LIMIT 100";
    db.all(sql, (now,)).await
}

/// The tokens of all.
pub async fn tokens(db: &Db) -> Result<Vec<(Token,)>> {
    db.all("SELECT id FROM unfinished_uploads", ()).await
}
