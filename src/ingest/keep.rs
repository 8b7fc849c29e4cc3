//! Files and rows kept together, whenever the process is killed: a file is announced before it is
//! put in place, spared in the transaction that names it, doomed in the one that lets go of it, and
//! removed only after that has committed. A form's files are kept a while before that: see `kept`.

use super::store;
use crate::{
    db::{Time, Tx},
    state::App,
    storage::{Incoming, Key, is_full},
    web::errors::{Error, Result},
};

/// Seconds after which a file without a row is nobody's any more.
const PATIENCE: i64 = 3600;

/// Puts a received file in place under a new key. No video names it yet: see [`spare`]. Until then
/// it counts as nobody's from `since` on, which may be ahead: an hour after that it goes.
///
/// # Errors
/// [`Error::Full`] when the disk is; then, as after any other error, no file stays.
pub async fn place(app: &App, incoming: Incoming, extension: &str, since: Time) -> Result<Key> {
    let key = Key::random(extension).map_err(failed)?;
    store::announce(&app.db, &key, since).await?;
    match incoming.finish(key.clone()).await {
        Ok(()) => Ok(key),
        Err(error) => {
            remove(app, &[key]).await;
            Err(failed(error))
        }
    }
}

/// Says, in the transaction that writes the row, that the file has one now.
pub async fn spare(tx: &mut Tx, key: &Key) -> Result<()> {
    if store::spare(tx, key).await? {
        Ok(())
    } else {
        Err(Error::Timeout)
    }
}

/// Says, in the transaction that takes the row away, that the file has none any more. It is gone
/// after [`remove`], or within an hour or two when the process dies before that.
pub async fn doom(tx: &mut Tx, key: &Key) -> Result<()> {
    Ok(store::doom(tx, key, Time::now()).await?)
}

/// Removes doomed files, after the commit. What fails is tried again by [`sweep`].
pub async fn remove(app: &App, keys: &[Key]) {
    for key in keys {
        let removed = app.storage.remove(key).await;
        let noted = match removed {
            Ok(()) => store::gone(&app.db, key).await.map_err(anyhow::Error::from),
            Err(error) => Err(error.into()),
        };
        if let Err(error) = noted {
            tracing::warn!("the file {key} could not be removed, tried again later: {error:#}");
        }
    }
}

/// Removes what has been without a row for an hour, and forms' files that were kept long enough;
/// called at start and once an hour.
pub async fn sweep(app: &App) -> crate::db::Result<()> {
    store::forget_kept(&app.db, Time::now()).await?;
    let before = Time::now().plus_seconds(-PATIENCE);
    let due = store::due(&app.db, before).await?;
    let keys: Vec<Key> = due.into_iter().map(|(key,)| key).collect();
    remove(app, &keys).await;
    Ok(())
}

/// Whether a deletion that failed is worth a second attempt at once: the disk was too full even to write
/// down that something goes, and the ballast has been let go of.
pub async fn may_again(app: &App, error: &Error) -> bool {
    matches!(error, Error::Full) && app.storage.drop_ballast().await
}

/// What a disk says, in our words.
pub fn failed(error: std::io::Error) -> Error {
    if is_full(&error) {
        Error::Full
    } else {
        Error::Internal(error.into())
    }
}
