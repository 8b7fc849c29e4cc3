//! Who was counted as a viewer of which video, and when.

use crate::db::{Db, Result, Time};

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
