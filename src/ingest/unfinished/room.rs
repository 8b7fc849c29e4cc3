//! Whether the disk has room for a file that is about to come, beside those that are on their way.

use std::collections::HashMap;

use super::{LIFE, store};
use crate::{
    db::Time,
    ingest::keep,
    state::App,
    storage::{Promise, Token},
    web::errors::{Error, Result},
};

/// Uploads that went on within this many seconds are expected to need their whole length.
const LIVELY: i64 = 3600;

/// The same of those of which nothing has come yet.
const BEGUN: i64 = 300;

/// Promises a file that comes in one piece its room.
///
/// # Errors
/// [`Error::Full`], or [`Error::RoomTaken`] when other files on their way will need what is free.
pub async fn promise(app: &App, bytes: u64) -> Result<Promise> {
    let _alone = app.storage.asking().await;
    has(app, bytes).await?;
    Ok(app.storage.promise(bytes))
}

/// Whether a piece of so many bytes may be sent now; 0 for one whose length is not told.
pub async fn takes(app: &App, bytes: u64) -> bool {
    let room = app.storage.room().await;
    room.is_none_or(|room| room >= bytes.max(1))
}

/// Whether there is room for `more` bytes; the caller is [`asking`](crate::storage::Storage::asking).
///
/// # Errors
/// As [`promise`].
pub(super) async fn has(app: &App, more: u64) -> Result<()> {
    let Some(room) = app.storage.room().await else {
        return Ok(());
    };
    if room < more.max(1) {
        return Err(Error::Full);
    }
    let others = to_come(app).await?.saturating_add(app.storage.promised());
    if room < more.saturating_add(others) {
        return Err(Error::RoomTaken);
    }
    Ok(())
}

/// Bytes that uploads in pieces are still going to bring.
async fn to_come(app: &App) -> Result<u64> {
    let now = Time::now();
    let uploads = store::promised(&app.db, now.plus_seconds(LIFE - LIVELY)).await?;
    let there = app.storage.partials().await.map_err(keep::failed)?;
    let there: HashMap<Token, u64> = there
        .into_iter()
        .map(|file| (file.token, file.len))
        .collect();
    let to_come = uploads.into_iter().map(|(token, length, end)| {
        let length = u64::try_from(length).unwrap_or_default();
        match there.get(&token).copied().unwrap_or_default() {
            0 if end <= now.plus_seconds(LIFE - BEGUN) => 0,
            there => length.saturating_sub(there),
        }
    });
    Ok(to_come.fold(0, u64::saturating_add))
}
