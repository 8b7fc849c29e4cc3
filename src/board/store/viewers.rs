//! Who was counted as a reader of which post, and when.

use crate::db::{Db, Result, Time};

/// Counts a reading unless this reader was counted for this post since `since`, or the post has been
/// deleted in this moment; whether it did.
pub async fn count_view(db: &Db, id: i64, reader: &str, now: Time, since: Time) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM post_viewers \
               WHERE post_id = $1 AND viewer = $2 AND counted_at > $3)";
    // Mostly so, and reading needs no turn at writing.
    if db.get(sql, (id, reader.to_owned(), since)).await? {
        return Ok(false);
    }
    let mut tx = db.begin().await?;
    let sql = "INSERT INTO post_viewers (post_id, viewer, counted_at) VALUES ($1, $2, $3) \
               ON CONFLICT (post_id, viewer) DO UPDATE SET counted_at = $3 \
               WHERE post_viewers.counted_at <= $4";
    let marked = tx.run(sql, (id, reader.to_owned(), now, since)).await;
    if let Err(sqlx::Error::Database(fault)) = &marked
        && fault.is_foreign_key_violation()
    {
        return Ok(false);
    }
    let counted = marked? > 0;
    if counted {
        let sql = "UPDATE posts SET views = views + 1 WHERE id = $1";
        tx.run(sql, (id,)).await?;
        tx.commit().await?;
    }
    Ok(counted)
}

/// Forgets readers counted before `before`; how many.
pub async fn forget_viewers(db: &Db, before: Time) -> Result<u64> {
    let sql = "DELETE FROM post_viewers WHERE counted_at <= $1";
    db.run(sql, (before,)).await
}
