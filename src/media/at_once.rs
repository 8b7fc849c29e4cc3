//! Layer around the handler and around the layers that find out who is asking: a signed-in viewer's
//! request for bytes that they may have costs one question. Every other request goes on as it came,
//! and is judged anew: this layer only ever says yes.

use axum::{
    extract::{Request, State},
    http::{Method, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{
    pages::{FOLDER, Known},
    together::Together,
};
use crate::{
    accounts::identify,
    state::App,
    storage::Key,
    web::{access::Access, errors::Result, handoff::Handoff, sessions},
};

/// What [`at_once`] needs.
#[derive(Clone)]
pub struct AtOnce {
    app: App,
    together: Together,
}

impl AtOnce {
    /// For one site.
    pub fn new(app: App) -> AtOnce {
        let together = Together::new(app.db.clone());
        AtOnce { app, together }
    }
}

/// See above.
pub async fn at_once(State(at_once): State<AtOnce>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match at_once.answer(&parts).await {
        Ok(Some(response)) => response,
        Ok(None) => next.run(Request::from_parts(parts, body)).await,
        Err(error) => error.into_response(),
    }
}

impl AtOnce {
    async fn answer(&self, request: &Parts) -> Result<Option<Response>> {
        let AtOnce { app, together } = self;
        let Parts {
            method, headers, ..
        } = request;
        if ![Method::GET, Method::HEAD].contains(method) {
            return Ok(None);
        }
        let Some(key) = request.uri.path().strip_prefix(FOLDER).and_then(Key::parse) else {
            return Ok(None);
        };
        let Some(session) = sessions::hashed_of(app, headers) else {
            return Ok(None);
        };
        let Some(asked) = together.ask(key.clone(), session).await? else {
            return Ok(None);
        };
        let Some(viewer) = identify::at_once(asked.signed) else {
            return Ok(None);
        };
        let known = Known::video(asked.bytes, &viewer);
        if known.access != Access::Allowed {
            return Ok(None);
        }
        let handoff = request.extensions.get::<Handoff>().cloned();
        let answered = known.bytes(app, key, method, headers, handoff).await;
        let mut response = answered.unwrap_or_else(IntoResponse::into_response);
        response.extensions_mut().insert(viewer);
        Ok(Some(response))
    }
}
