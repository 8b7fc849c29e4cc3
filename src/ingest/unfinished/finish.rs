//! The end of an upload: whole → looked at → its index in front → in place, waiting for its form.
//!
//! The key is noted before the file is renamed to it, so that a process which dies anywhere leaves
//! either the upload at its full length, or a file that the upload names and [`again`] finds.

use super::{Finished, Held, Unfinished, discard, store};
use crate::{
    db::Time,
    ingest::{
        self, Probe, ProbeError, VideoKind, faststart, keep,
        kept::{self, Kept},
        receive::named,
    },
    state::App,
    storage::Key,
    web::errors::{Error, Result},
};

/// What became of a whole upload.
pub enum Outcome {
    /// It waits for its form.
    Finished(Finished),
    /// It is no video that can be shown; it is gone.
    Refused(ProbeError),
    /// It went meanwhile, with its sender.
    Gone,
}

/// Ends an upload that has arrived whole.
///
/// # Errors
/// Of the disk or the database; the upload is then as it was, and may be ended again.
pub async fn finish(app: &App, held: Held) -> Result<Outcome> {
    let (kind, mut probe) = match ingest::examine_video(held.partial.path()).await {
        Ok(found) => found,
        Err(ProbeError::Io(error)) => return Err(Error::Internal(error.into())),
        Err(fault) => {
            discard(app, held).await?;
            return Ok(Outcome::Refused(fault));
        }
    };
    let Held {
        upload,
        mut partial,
    } = held;
    let fast = faststart::rewritten(&app.storage, partial.path())
        .await
        .map_err(keep::failed)?;
    let Some(key) = announced(app, &upload, kind).await? else {
        partial.remove().await.map_err(keep::failed)?;
        return Ok(Outcome::Gone);
    };
    match fast {
        Some(fast) => {
            probe.starts_fast = Some(true);
            fast.finish(key.clone()).await
        }
        None => partial.place(&key).await,
    }
    .map_err(keep::failed)?;
    let outcome = noted(app, &upload, key, (kind, probe)).await;
    // A file that was made anew has left the one that was sent behind.
    partial.remove().await.map_err(keep::failed)?;
    outcome
}

/// The key it is about to get, noted as nobody's and as this upload's; `None` when that is gone.
async fn announced(app: &App, upload: &Unfinished, kind: VideoKind) -> Result<Option<Key>> {
    if let Some(key) = &upload.file {
        return Ok(Some(key.clone()));
    }
    let key = Key::random(kind.extension()).map_err(keep::failed)?;
    let mut tx = app.db.begin().await?;
    if !store::set_file(&mut tx, &upload.token, &key).await? {
        return Ok(None);
    }
    ingest::store::doom(&mut tx, &key, kept::end(Time::now())).await?;
    tx.commit().await?;
    Ok(Some(key))
}

/// The upload ends and its file waits for a form, at once.
async fn noted(
    app: &App,
    upload: &Unfinished,
    key: Key,
    (kind, probe): (VideoKind, Probe),
) -> Result<Outcome> {
    let stored = app.storage.file(&key).await.map_err(keep::failed)?;
    let Some(stored) = stored else {
        return Err(Error::Internal(anyhow::anyhow!("{key} is not in place")));
    };
    let now = Time::now();
    let kept = Kept {
        token: upload.token.as_str().to_owned(),
        file: probe.described(
            kind,
            key.clone(),
            named(&upload.file_name, "video", kind.extension()),
            i64::try_from(stored.len).unwrap_or(i64::MAX),
        ),
        small: None,
        expires_at: kept::end(now),
    };
    let mut tx = app.db.begin().await?;
    if store::remove(&mut tx, &upload.token).await? {
        store::keep(&mut tx, upload, &kept, now).await?;
        ingest::store::doom(&mut tx, &key, kept.expires_at).await?;
        tx.commit().await?;
    }
    let found = store::finished(&app.db, upload.user_id, &upload.token, now).await?;
    Ok(match found {
        Some(finished) => Outcome::Finished(finished),
        // Its sender's account was deleted, or a form was quicker and has it: if it is nobody's, it is
        // noted as such and goes with the rest.
        None => Outcome::Gone,
    })
}

/// Ends an upload whose file was put in place by a process that died before it had noted that; `None`
/// when there is no such file.
pub async fn again(app: &App, upload: &Unfinished) -> Result<Option<Finished>> {
    let Some(key) = &upload.file else {
        return Ok(None);
    };
    let Some(path) = app.storage.path_of(key).await.map_err(keep::failed)? else {
        return Ok(None);
    };
    let found = match ingest::examine_video(&path).await {
        Ok(found) => found,
        Err(ProbeError::Io(error)) => return Err(Error::Internal(error.into())),
        Err(_) => return Ok(None),
    };
    match noted(app, upload, key.clone(), found).await? {
        Outcome::Finished(finished) => Ok(Some(finished)),
        Outcome::Refused(_) | Outcome::Gone => Ok(None),
    }
}
