//! Who sends: somebody who may add or change videos, when a piece begins and when it ends.

use axum::{
    http::{StatusCode, request::Parts},
    response::Response,
};
use tower_sessions::Session;

use super::protocol::said;
use crate::{
    accounts::identify,
    admin::{model::Verb, models::videos::MODEL, rights::Rights},
    ingest::unfinished::{self, State as At},
    state::App,
    storage::Token,
    web::{
        errors::{Error, Result},
        preferences::Preferences,
        viewer::Viewer,
    },
    words::Catalogue,
};

/// Who sends.
pub(super) struct Sender {
    pub app: App,
    session: Session,
    pub user: i64,
    pub words: &'static Catalogue,
}

impl Sender {
    /// The one a request comes from.
    ///
    /// # Errors
    /// [`Error::SignedOut`]; [`Error::Forbidden`] for who may neither add nor change videos, and then
    /// `token`, if it is theirs, is thrown away: they cannot use it any more.
    pub async fn of(app: App, head: &Parts, token: Option<&Token>) -> Result<Sender> {
        let viewer = head.extensions.get::<Viewer>().cloned();
        let session = head.extensions.get::<Session>().cloned();
        let (Some(user), Some(session)) = (viewer.as_ref().and_then(Viewer::id), session) else {
            return Err(Error::SignedOut);
        };
        let allowed = may(&app, &viewer.unwrap_or_default()).await;
        if let (Err(Error::Forbidden), Some(token)) = (&allowed, token) {
            unfinished::end(&app, user, token).await?;
        }
        allowed?;
        let words = Preferences::of(&head.extensions).lang().words();
        Ok(Sender {
            app,
            session,
            user,
            words,
        })
    }

    /// Whether they still are who they were and may do what they could: a piece takes its time.
    pub async fn still(&self) -> Result<()> {
        let viewer = identify::still(&self.app, &self.session).await?;
        if viewer.id() != Some(self.user) {
            return Err(Error::SignedOut);
        }
        may(&self.app, &viewer).await
    }

    pub fn nothing(&self) -> Response {
        said(StatusCode::NOT_FOUND, self.words.uploads.nothing)
    }

    /// The answer where there is nothing to be done.
    pub fn not_open(&self, at: &At) -> Response {
        let words = self.words.uploads;
        match at {
            At::Busy => said(StatusCode::LOCKED, words.busy),
            At::Expired => said(StatusCode::GONE, words.expired),
            At::Open(_) | At::Finished(_) | At::Lost(_) | At::Nothing => self.nothing(),
        }
    }
}

async fn may(app: &App, viewer: &Viewer) -> Result<()> {
    let Some(account) = viewer.account().filter(|account| account.is_staff) else {
        return Err(Error::Forbidden);
    };
    let rights = Rights::of(&app.db, account).await?;
    if rights.may(Verb::Add, &MODEL) || rights.may(Verb::Change, &MODEL) {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}
