//! The beginning of an upload, and what limits how many there are.

use super::{LIFE, Unfinished, forget, room, store};
use crate::{
    db::Time,
    ingest::keep,
    state::App,
    storage::Token,
    web::errors::{Error, Result},
};

/// Uploads of one user at most, those that wait for their form among them, and of everybody.
pub const MOST_OF_ONE: i64 = 50;
const MOST: i64 = 500;

/// As many of the largest uploads may one user, and everybody, have going on.
const LARGEST_OF_ONE: i64 = 20;
const LARGEST: i64 = 60;

/// The advisory lock under which uploads are counted and begun.
const BEGINNING: i64 = 0x7573_0007;

/// Begins an upload of `length` bytes, or of a length that is not known yet.
///
/// # Errors
/// [`Error::UploadTooLarge`]; [`Error::TooManyUploads`] for one user, [`Error::Busy`] for everybody;
/// [`Error::Full`] or [`Error::RoomTaken`] when the disk has no room for it.
pub async fn begin(
    app: &App,
    user: i64,
    length: Option<u64>,
    file_name: String,
    metadata: String,
) -> Result<Unfinished> {
    let largest = app.settings.max_upload_size;
    if length.is_some_and(|length| length > largest) {
        return Err(Error::UploadTooLarge(largest));
    }
    let _alone = app.storage.asking().await;
    room::has(app, length.unwrap_or_default()).await?;
    let now = Time::now();
    let upload = Unfinished {
        token: Token::random().map_err(keep::failed)?,
        user_id: user,
        length: length.map(|length| i64::try_from(length).unwrap_or(i64::MAX)),
        file_name,
        metadata,
        unproved_from: None,
        file: None,
        expires_at: now.plus_seconds(LIFE),
    };
    let largest = i64::try_from(largest).unwrap_or(i64::MAX);
    let bytes = upload.length.unwrap_or(largest);
    let mut tx = app.db.begin().await?;
    tx.alone(BEGINNING).await?;
    let (theirs, all) = store::counts(&mut tx, user, largest).await?;
    let fits = |count: store::Count, most: i64, of_largest: i64| {
        let sum = count.bytes.saturating_add(bytes);
        count.uploads < most && sum <= largest.saturating_mul(of_largest)
    };
    if !fits(theirs, MOST_OF_ONE, LARGEST_OF_ONE) {
        return Err(Error::TooManyUploads);
    }
    if !fits(all, MOST, LARGEST) {
        return Err(Error::Busy(600));
    }
    store::add(&mut tx, &upload, now).await?;
    // Before the file: what has a file and no row is nobody's.
    tx.commit().await?;
    if let Err(error) = app.storage.begin_partial(&upload.token).await {
        forget(app, &upload).await?;
        return Err(keep::failed(error));
    }
    Ok(upload)
}
