//! Files that came with a form which could not be saved: kept for a day, so that nobody sends a file
//! twice because of a missing title. Every received file is kept first and then used, which is one
//! way for all: whatever happens in between, a row takes it or it goes.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{captions, keep, store};
use crate::{
    db::{Time, Tx},
    state::App,
    storage::{Incoming, Key},
    videos::store::{File, Thumbnail},
    web::errors::{Error, Result},
};

/// Seconds for which a form may still use a file. Then an hour of patience and an hourly sweep: the
/// bytes are gone within 24 hours.
const LIFE: i64 = 22 * 3600;

/// Files that came with forms, kept for one user in one field at most. Those that arrived in pieces are
/// counted where they are begun.
const MOST: i64 = 5;

/// The same of captions: all that two forms may have.
const MOST_CAPTIONS: i64 = 2 * captions::MOST as i64;

/// Longer tokens are none of ours.
const LONGEST: usize = 64;

/// A kept file.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Kept {
    /// What the form sends back: random, and good for one user only.
    #[sqlx(rename = "id")]
    pub token: String,
    /// The bytes and what is known of them.
    #[sqlx(flatten)]
    pub file: File,
    /// The same picture in small.
    pub small: Option<Key>,
    /// Until when it may be used.
    pub expires_at: Time,
}

impl Kept {
    /// Every file of it.
    fn keys(&self) -> impl Iterator<Item = &Key> {
        [Some(&self.file.key), self.small.as_ref()]
            .into_iter()
            .flatten()
    }

    /// What a video takes of it as its thumbnail.
    pub fn thumbnail(&self) -> Thumbnail {
        Thumbnail {
            large: Some(self.file.key.clone()),
            small: self.small.clone(),
            width: self.file.width,
        }
    }
}

/// Until when a form may use a file that is kept from `now` on.
pub fn end(now: Time) -> Time {
    now.plus_seconds(LIFE)
}

/// Keeps a received file for a user's form. `describe` tells what it is, once it has a key.
///
/// # Errors
/// As [`keep::place`]; then nothing is kept.
pub async fn keep(
    app: &App,
    user: i64,
    field: &'static str,
    incoming: Incoming,
    extension: &str,
    describe: impl FnOnce(Key, i64) -> File,
) -> Result<Kept> {
    keep_both(app, user, field, (incoming, None), extension, describe).await
}

/// Keeps a received picture, and the same in small, for a user's form.
///
/// # Errors
/// As [`keep`].
pub async fn keep_both(
    app: &App,
    user: i64,
    field: &'static str,
    (incoming, small): (Incoming, Option<Incoming>),
    extension: &str,
    describe: impl FnOnce(Key, i64) -> File,
) -> Result<Kept> {
    let size = i64::try_from(incoming.len()).unwrap_or(i64::MAX);
    let now = Time::now();
    let expires_at = end(now);
    let mut token = [0; 24];
    getrandom::fill(&mut token).map_err(|error| Error::Internal(anyhow::anyhow!("{error}")))?;
    let key = keep::place(app, incoming, extension, expires_at).await?;
    let mut kept = Kept {
        token: URL_SAFE_NO_PAD.encode(token),
        file: describe(key, size),
        small: None,
        expires_at,
    };
    let noted = async {
        if let Some(small) = small {
            kept.small = Some(keep::place(app, small, extension, expires_at).await?);
        }
        let mut tx = app.db.begin().await?;
        store::keep(&mut tx, user, field, &kept, now).await?;
        Ok(tx.commit().await?)
    };
    if let Err(error) = noted.await {
        let keys: Vec<Key> = kept.keys().cloned().collect();
        keep::remove(app, &keys).await;
        return Err(error);
    }
    Ok(kept)
}

/// The file a form means by `token`: this user's, of this field, not used and not too old.
pub async fn find(app: &App, user: i64, field: &str, token: &str) -> Result<Option<Kept>> {
    if token.len() > LONGEST || token.contains('\0') {
        return Ok(None);
    }
    Ok(store::kept(&app.db, user, field, token, Time::now()).await?)
}

/// A user's file of this field by its key, for the sender alone to look at.
pub async fn with_key(app: &App, user: i64, field: &str, key: &Key) -> Result<Option<Kept>> {
    Ok(store::kept_file(&app.db, user, field, key, Time::now()).await?)
}

/// Gives the file to the row that this transaction writes; `false` when it was used or thrown away
/// meanwhile, and nothing may be written.
pub async fn used(tx: &mut Tx, kept: &Kept) -> Result<bool> {
    if !store::unkeep(tx, &kept.token).await? {
        return Ok(false);
    }
    for key in kept.keys() {
        keep::spare(tx, key).await?;
    }
    Ok(true)
}

/// Notes, in the transaction that gives a user's file to a video, which one that is.
pub async fn became(tx: &mut Tx, user: i64, kept: &Kept, video: i64) -> Result<()> {
    let until = end(Time::now());
    Ok(store::became(tx, &kept.token, user, video, until).await?)
}

/// The video that took this user's file within the last day.
pub async fn video_of(app: &App, user: i64, token: &str) -> Result<Option<i64>> {
    if token.len() > LONGEST || token.contains('\0') {
        return Ok(None);
    }
    Ok(store::video_of(&app.db, user, token, Time::now()).await?)
}

/// Throws a kept file away.
pub async fn discard(app: &App, kept: &Kept) -> Result<()> {
    discard_all(app, std::slice::from_ref(kept)).await
}

/// Throws the oldest away where a user has more than five of a field, or more captions than two forms may have.
pub async fn trim(app: &App, user: i64) -> Result<()> {
    let other = (captions::FIELD, MOST_CAPTIONS);
    let old = store::too_many(&app.db, user, MOST, other).await?;
    discard_all(app, &old).await
}

async fn discard_all(app: &App, files: &[Kept]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let mut gone = Vec::new();
    let mut tx = app.db.begin().await?;
    for kept in files {
        // Used meanwhile: it has a row now.
        if store::unkeep(&mut tx, &kept.token).await? {
            for key in kept.keys() {
                keep::doom(&mut tx, key).await?;
                gone.push(key.clone());
            }
        }
    }
    tx.commit().await?;
    keep::remove(app, &gone).await;
    Ok(())
}
