//! The first superuser: by a link that only the log knows, or unattended by two variables.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;
use tokio::sync::{Mutex, MutexGuard};

use super::{
    hashing::{HashError, Hasher},
    names::{NameFault, Username},
    passwords,
    store::{self, NewUser},
};
use crate::db::{Db, Time};

/// The one-time way to the first superuser. Its token is of this process alone and dead for good
/// once a superuser was seen.
#[derive(Clone)]
pub struct Setup(Arc<Mutex<Option<String>>>);

/// The right to make the first superuser, one at a time.
pub struct Turn<'a>(MutexGuard<'a, Option<String>>);

impl Setup {
    /// With a new random token of 256 bits.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn new() -> Result<Setup, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        let token = URL_SAFE_NO_PAD.encode(bytes);
        Ok(Setup(Arc::new(Mutex::new(Some(token)))))
    }

    /// The path and query of the link for the log; `None` when there is a superuser.
    ///
    /// # Errors
    /// The database.
    pub async fn link(&self, db: &Db) -> crate::db::Result<Option<String>> {
        let open = self.open(db).await?;
        Ok(open.and_then(|turn| Some(format!("/setup/?token={}", turn.0.as_deref()?))))
    }

    /// The turn of whoever shows the token; `None` for another token or when there is a superuser.
    ///
    /// # Errors
    /// The database.
    pub async fn turn(&self, db: &Db, token: &str) -> crate::db::Result<Option<Turn<'_>>> {
        let turn = self.open(db).await?;
        Ok(turn.filter(|turn| {
            let right = turn.0.as_deref().unwrap_or_default().as_bytes();
            right.ct_eq(token.as_bytes()).into()
        }))
    }

    async fn open(&self, db: &Db) -> crate::db::Result<Option<Turn<'_>>> {
        let mut token = self.0.lock().await;
        if token.is_some() && store::has_superuser(db).await? {
            *token = None;
        }
        Ok(token.is_some().then_some(Turn(token)))
    }
}

impl Turn<'_> {
    /// The link is used up.
    pub fn used(mut self) {
        *self.0 = None;
    }
}

/// What [`ensure_superuser`] found or did.
#[derive(Debug, PartialEq, Eq)]
pub enum Ensured {
    /// The account was made.
    Made,
    /// There is an account of that name; it was not touched.
    Exists,
}

/// Why a superuser could not be made unattended.
#[derive(Debug, thiserror::Error)]
pub enum EnsureFault {
    /// The name is no username.
    #[error("SUPERUSER_USERNAME is no username; use up to 150 letters, digits and @.+-_")]
    Name(NameFault),
    /// The password is longer than any that is taken.
    #[error("SUPERUSER_PASSWORD is too long; use at most 4096 bytes")]
    Password,
    /// The password could not be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Makes a superuser unless the name exists; an account that exists is never touched. As Django's
/// `createsuperuser --noinput`, this does not refuse a weak password, but warns of it in the log.
///
/// # Errors
/// [`EnsureFault`].
pub async fn ensure_superuser(
    db: &Db,
    hasher: &Hasher,
    name: &str,
    password: &str,
) -> Result<Ensured, EnsureFault> {
    let username = Username::read(name).map_err(EnsureFault::Name)?;
    if password.len() > passwords::MAX_BYTES {
        return Err(EnsureFault::Password);
    }
    if store::by_name(db, &username).await?.is_some() {
        return Ok(Ensured::Exists);
    }
    let faults = passwords::faults(password, username.as_str(), "");
    if !faults.is_empty() {
        tracing::warn!(
            ?faults,
            "SUPERUSER_PASSWORD is weak; change it after the first login"
        );
    }
    let new = NewUser {
        username: &username,
        password: hasher.hash(password).await?,
        superuser: true,
    };
    Ok(match store::create(db, new, Time::now()).await? {
        Some(_) => Ensured::Made,
        // Another instance was faster.
        None => Ensured::Exists,
    })
}
