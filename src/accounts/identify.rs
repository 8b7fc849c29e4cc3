//! Layer: who is asking. Reads the session with its user, in one question, and writes the viewer that
//! every other room reads. A request without a session cookie asks the database nothing.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tower_sessions::Session;

use super::{login::Proven, store};
use crate::{
    db::Time,
    state::App,
    web::{
        errors::Result,
        sessions::{self, Signed},
        viewer::Viewer,
    },
};

/// When the password was proved.
const SIGNED_IN: &str = "signed_in";

/// The version of the password that was proved.
const VERSION: &str = "password_version";

/// When the session was last written for being in use.
const SEEN: &str = "seen";

/// A session in use is written anew after this many microseconds, so that it does not run out under
/// somebody who comes every day, and is not written at every request.
const DAY: i64 = 24 * 3600 * 1_000_000;

/// Notes in a session when its password was proved, and which one; before [`sessions::sign_in`].
pub async fn stamp(session: &Session, proven: &Proven) -> Result<()> {
    session.insert(SIGNED_IN, proven.at.0).await?;
    session
        .insert(VERSION, proven.user.password_version)
        .await?;
    session.insert(SEEN, Time::now().0).await?;
    Ok(())
}

/// The version of the password that was proved for a session.
pub async fn version(session: &Session) -> Result<i64> {
    Ok(session.get(VERSION).await?.unwrap_or_default())
}

/// Microseconds for which a proved password is believed without asking again.
const FRESH: i64 = 30 * 60 * 1_000_000;

/// Whether the password was proved within the last half hour.
pub async fn is_fresh(session: &Session) -> Result<bool> {
    let signed_in: i64 = session.get(SIGNED_IN).await?.unwrap_or_default();
    Ok(Time::now().0.saturating_sub(signed_in) < FRESH)
}

/// Writes the [`Viewer`] into the extensions of the request and of its response. The session of a
/// deleted or deactivated account, or for which another password was proved than the present one, ends here.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let viewer = match request.extensions().get::<Session>().cloned() {
        Some(session) => match viewer_of(&app, &session).await {
            Ok(viewer) => viewer,
            Err(error) => return error.into_response(),
        },
        None => Viewer::visitor(),
    };
    request.extensions_mut().insert(viewer.clone());
    let mut response = next.run(request).await;
    response.extensions_mut().insert(viewer);
    response
}

/// Who is asking by now: a session may have ended while a long body came in, and an account with
/// it. To be asked before anything is written then.
pub async fn still(app: &App, session: &Session) -> Result<Viewer> {
    viewer_of(app, &sessions::read_again(app, session)).await
}

async fn viewer_of(app: &App, session: &Session) -> Result<Viewer> {
    let Some(id) = sessions::user_id(session).await? else {
        return Ok(Viewer::visitor());
    };
    let version = version(session).await?;
    let owner = match sessions::owner_of(id) {
        Some(owner) => Some(owner),
        // The session was read before, and perhaps a while ago.
        None => store::owner(&app.db, id).await?,
    };
    let Some(account) = owner.and_then(|owner| owner.account_for(version)) else {
        sessions::sign_out(session).await?;
        return Ok(Viewer::visitor());
    };
    let seen: i64 = session.get(SEEN).await?.unwrap_or_default();
    let now = Time::now().0;
    if now.saturating_sub(seen) > DAY {
        session.insert(SEEN, now).await?;
    }
    Ok(Viewer::signed_in(account))
}

/// Who is asking, for a room that has read their session with something of its own, and until when that
/// is so if nothing changes. `None` when the session has to be written, or ended: [`identify`] does that.
pub fn at_once(signed: Signed) -> Option<(Viewer, Time)> {
    #[derive(Deserialize)]
    struct Notes {
        user_id: i64,
        #[serde(default)]
        password_version: i64,
        #[serde(default)]
        seen: i64,
    }
    let notes: Notes = signed.notes().ok()?;
    let is_its_own = notes.user_id == signed.owner.account.id;
    let until = signed.expires.min(Time(notes.seen.saturating_add(DAY)));
    let account = signed.owner.account_for(notes.password_version)?;
    (is_its_own && Time::now() <= until).then(|| (Viewer::signed_in(account), until))
}
