//! Who was counted as a viewer of what, and when. Of every kind of thing that is counted, say a `post`,
//! there is a table `post_viewers` beside the column `posts.views`.

use sqlx::AssertSqlSafe;

use crate::db::{Db, Result, Time};

/// Counts a view of the thing `id` of a kind unless this viewer was counted for it since `since`, or it
/// has been deleted in this moment; whether it did.
pub async fn count(
    db: &Db,
    kind: &'static str,
    id: i64,
    viewer: &str,
    now: Time,
    since: Time,
) -> Result<bool> {
    let sql = format!(
        "SELECT EXISTS (SELECT 1 FROM {kind}_viewers \
         WHERE {kind}_id = $1 AND viewer = $2 AND counted_at > $3)"
    );
    // Mostly so, and looking needs no turn at writing.
    if db
        .get(AssertSqlSafe(sql), (id, viewer.to_owned(), since))
        .await?
    {
        return Ok(false);
    }
    let mut tx = db.begin().await?;
    let sql = format!(
        "INSERT INTO {kind}_viewers ({kind}_id, viewer, counted_at) VALUES ($1, $2, $3) \
         ON CONFLICT ({kind}_id, viewer) DO UPDATE SET counted_at = $3 \
         WHERE {kind}_viewers.counted_at <= $4"
    );
    let marked = tx
        .run(AssertSqlSafe(sql), (id, viewer.to_owned(), now, since))
        .await;
    if let Err(sqlx::Error::Database(fault)) = &marked
        && fault.is_foreign_key_violation()
    {
        return Ok(false);
    }
    let counted = marked? > 0;
    if counted {
        let sql = format!("UPDATE {kind}s SET views = views + 1 WHERE id = $1");
        tx.run(AssertSqlSafe(sql), (id,)).await?;
        tx.commit().await?;
    }
    Ok(counted)
}

/// Forgets who was counted before `before`; how many.
pub async fn forget(db: &Db, kind: &'static str, before: Time) -> Result<u64> {
    let sql = format!("DELETE FROM {kind}_viewers WHERE counted_at <= $1");
    db.run(AssertSqlSafe(sql), (before,)).await
}
