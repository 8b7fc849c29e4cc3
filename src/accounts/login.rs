//! Checking a password and signing in: what the pages of this room and the admin's door share.

use std::{net::IpAddr, time::Instant};

use axum::{
    Extension,
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use tower_sessions::Session;

use super::{
    User,
    hashing::{HashError, Hasher, Verdict},
    identify,
    names::Username,
    passwords,
    setup::Setup,
    store,
    throttle::Throttle,
};
use crate::{
    db::Time,
    state::App,
    web::{
        client::Client,
        errors::{Error, Result},
        sessions,
    },
};

/// Seconds after which a login that found the hasher busy is worth trying again.
const BUSY: u64 = 10;

/// What signing in needs beside the database: one for the server, put by `app` into every request's
/// extensions; clones share it.
#[derive(Clone)]
pub struct Doorkeeper {
    /// Hashes passwords, two at a time.
    pub hasher: Hasher,
    /// Counts failures.
    pub throttle: Throttle,
    /// The way to the first superuser.
    pub setup: Setup,
}

impl Doorkeeper {
    /// A new one for this process, with a new set-up token.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn new(hasher: Hasher) -> std::result::Result<Doorkeeper, getrandom::Error> {
        Ok(Doorkeeper {
            hasher,
            throttle: Throttle::default(),
            setup: Setup::new()?,
        })
    }
}

impl From<HashError> for Error {
    fn from(error: HashError) -> Error {
        match error {
            HashError::Busy => Error::Busy(BUSY),
            HashError::Failed(_) => Error::Internal(error.into()),
        }
    }
}

/// Somebody at the door: one request that signs in, out or up.
pub struct Visit {
    /// The site.
    pub app: App,
    /// What the door is kept with.
    pub door: Doorkeeper,
    /// The browser's session.
    pub session: Session,
    /// The viewer's address, as far as it is believed.
    pub address: IpAddr,
    /// What the browser calls itself.
    pub agent: String,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Visit> {
        let missing = |what: &str| Error::Internal(anyhow::anyhow!("no {what} around the router"));
        let Extension(door) = Extension::<Doorkeeper>::from_request_parts(parts, app)
            .await
            .map_err(|_| missing("doorkeeper"))?;
        let session = Session::from_request_parts(parts, app)
            .await
            .map_err(|_| missing("session layer"))?;
        let agent = parts.headers.get(header::USER_AGENT);
        Ok(Visit {
            app: app.clone(),
            door,
            session,
            address: Client::of(&parts.extensions).address,
            agent: agent
                .and_then(|agent| agent.to_str().ok())
                .unwrap_or_default()
                .to_owned(),
        })
    }
}

/// A user whose password was right.
pub struct Proven {
    /// The user, as read with the hash: a password changed since then voids the proof.
    pub user: User,
    /// When the proof began.
    pub at: Time,
}

impl Visit {
    /// Whose name and password these are; `None` for a wrong name, a wrong password and an inactive
    /// account alike, in the same time. (An account that still has a hash of Django's takes that
    /// hash's time.) A hash with older parameters is renewed.
    ///
    /// # Errors
    /// [`Error::TooMany`] after repeated failures, [`Error::Busy`] when too many log in.
    pub async fn prove(&self, name: &str, password: &str) -> Result<Option<Proven>> {
        let at = Time::now();
        let name = Username::read(name).ok();
        let key = name.as_ref().map(Username::key).unwrap_or_default();
        let attempt = self.door.throttle.begin(&key, self.address, Instant::now());
        let attempt = attempt.map_err(|wait| Error::TooMany(wait.seconds))?;
        match self.found(name.as_ref(), password).await {
            Ok(Some(user)) => {
                attempt.succeeded();
                Ok(Some(Proven { user, at }))
            }
            // Dropped, the attempt counts as a failure.
            Ok(None) => Ok(None),
            Err(error) => {
                attempt.forgiven();
                Err(error)
            }
        }
    }

    async fn found(&self, name: Option<&Username>, password: &str) -> Result<Option<User>> {
        if password.len() > passwords::MAX_BYTES {
            return Ok(None);
        }
        let hasher = &self.door.hasher;
        let credentials = match name {
            Some(name) => store::credentials(&self.app.db, name).await?,
            None => None,
        };
        let Some(store::Credentials {
            user,
            password: stored,
        }) = credentials
        else {
            hasher.verify_nobody(password).await?;
            return Ok(None);
        };
        let verdict = hasher.verify(password, &stored).await?;
        if verdict == Verdict::Wrong || !user.is_active {
            return Ok(None);
        }
        if verdict == Verdict::RightButOld {
            // The login is right whether or not this works; the next one tries again.
            match hasher.hash(password).await {
                Ok(new) => store::renew_hash(&self.app.db, user.id, stored, new).await?,
                Err(error) => tracing::warn!("a hash was not renewed: {error}"),
            }
        }
        Ok(Some(user))
    }

    /// Signs in, under a new session key; what another account left in the session goes.
    pub async fn sign_in(&self, proven: &Proven) -> Result<()> {
        let before = sessions::user_id(&self.session).await?;
        if before.is_some_and(|id| id != proven.user.id) {
            self.session.flush().await?;
        }
        identify::stamp(&self.session, proven).await?;
        sessions::sign_in(&self.session, proven.user.id, self.address, &self.agent).await?;
        store::note_login(&self.app.db, proven.user.id, Time::now()).await?;
        Ok(())
    }
}
