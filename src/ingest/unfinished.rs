//! Uploads that arrive in pieces: begun, gone on with whenever the sender comes back, and in the end
//! files that wait for their form as those do which came with one: see [`kept`](super::kept).
//!
//! | file | what |
//! |---|---|
//! | `begin` | beginning; limits |
//! | this one | opening, going on, throwing away; the sweep |
//! | [`piece`] | one piece, from the network to the disk |
//! | [`finish`] | whole → looked at → in place |
//! | [`room`] | whether the disk has room for what is about to come |
//! | `store` | the SQL |
//!
//! How far an upload has come is the length of its file, made sure of by a sync before anybody is
//! told. Whoever writes on a file, or ends it, holds it: see [`Partial`].

mod begin;
pub mod finish;
pub mod piece;
pub mod room;
mod store;

pub use begin::{MOST_OF_ONE, begin};

use std::{
    collections::HashSet,
    io,
    time::{Duration, SystemTime},
};

use super::{keep, kept};
use crate::{
    db::Time,
    state::App,
    storage::{Key, Partial, PartialFile, Token},
    web::errors::{Error, Result},
};

/// Seconds after which an upload that does not go on is thrown away.
pub const LIFE: i64 = 24 * 3600;

/// How long to wait for somebody else who writes on the same upload to stop.
const PATIENCE: Duration = Duration::from_secs(20);

/// An upload that has not arrived whole.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Unfinished {
    /// Its name: in its address, and of its file.
    #[sqlx(rename = "id")]
    pub token: Token,
    /// Who sends it.
    pub user_id: i64,
    /// In bytes; `None` until the sender knows it.
    pub length: Option<i64>,
    /// What the sender calls the file; empty when not said.
    pub file_name: String,
    /// As the sender wrote it.
    pub metadata: String,
    /// Where a piece begins that was not proved to be right before the process died.
    pub unproved_from: Option<i64>,
    /// The key it was about to get when the process died.
    pub file: Option<Key>,
    /// When it is thrown away.
    pub expires_at: Time,
}

impl Unfinished {
    /// In bytes; `None` until the sender knows it.
    pub fn length(&self) -> Option<u64> {
        self.length.and_then(|length| u64::try_from(length).ok())
    }
}

/// An upload that is all there and waits for its form.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Finished {
    /// As many bytes as were sent.
    #[sqlx(rename = "sent_length")]
    pub length: i64,
    /// As the sender wrote it.
    pub metadata: String,
    /// When it is thrown away.
    pub expires_at: Time,
}

/// An unfinished upload and its file, held: nobody else writes on it meanwhile.
pub struct Held {
    /// What is known of it.
    pub upload: Unfinished,
    /// Its bytes.
    pub partial: Partial,
}

impl Held {
    /// Whether every byte is there.
    pub fn is_whole(&self) -> bool {
        self.upload.length() == Some(self.partial.len())
    }

    /// How many bytes may still come.
    pub fn room(&self, app: &App) -> u64 {
        let most = self.upload.length().unwrap_or(app.settings.max_upload_size);
        most.saturating_sub(self.partial.len())
    }
}

/// What is behind an upload's address.
pub enum State {
    /// On its way.
    Open(Box<Held>),
    /// All there.
    Finished(Finished),
    /// Somebody else is writing on it.
    Busy,
    /// It was not gone on with in time.
    Expired,
    /// Its bytes are not there: another folder, or a disk that was wiped. It is forgotten in time, not at
    /// once, since the folder may come back.
    Lost(Box<Unfinished>),
    /// Nothing, or something of somebody else's.
    Nothing,
}

/// Opens a user's upload to go on with it. With `insist`, somebody else who is writing on it is asked
/// to stop: who asks how far it has come has lost the connection on which it was sent.
pub async fn open(app: &App, user: i64, token: &Token, insist: bool) -> Result<State> {
    // Asked first: nobody stops a writer by knowing a token.
    if store::find(&app.db, user, token).await?.is_none() {
        return finished(app, user, token).await;
    }
    let partial = if insist {
        app.storage.take_partial(token, PATIENCE).await
    } else {
        app.storage.partial(token).await
    };
    let partial = match partial {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(State::Busy),
        other => other.map_err(keep::failed)?,
    };
    // And again: whoever held the file may have ended the upload.
    let Some(mut upload) = store::find(&app.db, user, token).await? else {
        return finished(app, user, token).await;
    };
    let Some(mut partial) = partial else {
        return match finish::again(app, &upload).await? {
            Some(finished) => Ok(State::Finished(finished)),
            None => Ok(State::Lost(Box::new(upload))),
        };
    };
    // What was made of it may be in place already.
    if let Some(finished) = finish::again(app, &upload).await? {
        partial.remove().await.map_err(keep::failed)?;
        return Ok(State::Finished(finished));
    }
    if upload.expires_at <= Time::now() {
        discard(app, Held { upload, partial }).await?;
        return Ok(State::Expired);
    }
    if let Some(from) = upload.unproved_from.take() {
        let from = u64::try_from(from).unwrap_or_default();
        partial.cut(from).await.map_err(keep::failed)?;
        let noted = store::went_on(&app.db, token, upload.expires_at).await;
        match noted.map_err(Error::from) {
            // It stays noted, and is cut there once more; meanwhile it can be thrown away.
            Err(Error::Full) => upload.unproved_from = Some(from as i64),
            other => {
                other?;
            }
        }
    }
    partial.sync().await.map_err(keep::failed)?;
    Ok(State::Open(Box::new(Held { upload, partial })))
}

async fn finished(app: &App, user: i64, token: &Token) -> Result<State> {
    let found = store::finished(&app.db, user, token, Time::now()).await?;
    Ok(found.map_or(State::Nothing, State::Finished))
}

/// Notes the length that was deferred.
pub async fn set_length(app: &App, held: &mut Held, length: u64) -> Result<()> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    store::set_length(&app.db, &held.upload.token, length).await?;
    held.upload.length = Some(length);
    Ok(())
}

/// Notes that it has gone on; `false` when it is gone meanwhile, with its sender.
pub async fn went_on(app: &App, held: &mut Held) -> Result<bool> {
    held.upload.expires_at = Time::now().plus_seconds(LIFE);
    Ok(store::went_on(&app.db, &held.upload.token, held.upload.expires_at).await?)
}

/// Throws an upload away: its bytes first, since on a full disk nothing else can be written down before
/// some are free; then the row, since a file without one is nobody's.
pub async fn discard(app: &App, mut held: Held) -> Result<()> {
    held.partial.cut(0).await.map_err(keep::failed)?;
    match forget(app, &held.upload).await {
        Err(error) if keep::may_again(app, &error).await => forget(app, &held.upload).await?,
        forgotten => forgotten?,
    }
    held.partial.remove().await.map_err(keep::failed)
}

async fn forget(app: &App, upload: &Unfinished) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let removed = store::remove(&mut tx, &upload.token).await?;
    if let Some(key) = upload.file.as_ref().filter(|_| removed) {
        keep::doom(&mut tx, key).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Throws away what a user has under this token, on its way or all there; `false` when it is nothing.
pub async fn end(app: &App, user: i64, token: &Token) -> Result<Option<bool>> {
    match open(app, user, token, true).await? {
        State::Open(held) => discard(app, *held).await?,
        State::Finished(_) => {
            let kept = kept::find(app, user, "video_file", token.as_str()).await?;
            let Some(kept) = kept else {
                return Ok(Some(false));
            };
            kept::discard(app, &kept).await?;
        }
        State::Busy => return Ok(None),
        State::Expired => {}
        State::Lost(upload) => forget(app, &upload).await?,
        State::Nothing => return Ok(Some(false)),
    }
    Ok(Some(true))
}

/// Throws away what nobody can go on with, and files that no row knows once they are so old that their
/// own row, in another database, would be over as well; called at start and once an hour. What somebody
/// is writing on stays.
pub async fn sweep(app: &App) -> Result<()> {
    for upload in store::over(&app.db, Time::now()).await? {
        match app.storage.partial(&upload.token).await {
            Ok(Some(partial)) => discard(app, Held { upload, partial }).await?,
            Ok(None) => forget(app, &upload).await?,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(keep::failed(error)),
        }
    }
    let mut old = strays(app).await?;
    old.retain(|file| {
        let age = SystemTime::now().duration_since(file.modified);
        age.is_ok_and(|age| age.as_secs() > LIFE.unsigned_abs())
    });
    let removed = remove_strays(app, &old).await?;
    if removed > 0 {
        tracing::info!("unfinished uploads that no row knows, and removed after a day: {removed}");
    }
    Ok(())
}

/// Removes such files; how many.
///
/// # Errors
/// What the disk says.
pub async fn remove_strays(app: &App, strays: &[PartialFile]) -> Result<usize> {
    let mut removed = 0;
    for file in strays {
        if let Ok(Some(partial)) = app.storage.partial(&file.token).await {
            partial.remove().await.map_err(keep::failed)?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Files of uploads that no row knows.
pub async fn strays(app: &App) -> Result<Vec<PartialFile>> {
    // Files first: each had its row before it was there.
    let mut files = app.storage.partials().await.map_err(keep::failed)?;
    let known = store::tokens(&app.db).await?;
    let known: HashSet<Token> = known.into_iter().map(|(token,)| token).collect();
    files.retain(|file| !known.contains(&file.token));
    Ok(files)
}
