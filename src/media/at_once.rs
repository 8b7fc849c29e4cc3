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
    store,
};
use crate::{
    accounts::identify,
    state::App,
    storage::Key,
    web::{access::Access, errors::Result, handoff::Handoff, sessions},
};

/// See above.
pub async fn at_once(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match answer(&app, &parts).await {
        Ok(Some(response)) => response,
        Ok(None) => next.run(Request::from_parts(parts, body)).await,
        Err(error) => error.into_response(),
    }
}

async fn answer(app: &App, request: &Parts) -> Result<Option<Response>> {
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
    let Some(asked) = store::asked(&app.db, &key, session).await? else {
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
