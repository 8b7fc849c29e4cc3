//! `POST /board/preview/`: a text as the post will show it, made by the same renderer.

use std::time::Instant;

use axum::{
    Extension,
    extract::State,
    http::{HeaderValue, header},
    response::{Html, IntoResponse},
};
use serde::Deserialize;

use super::pace::Paces;
use crate::{
    board::{BODY_LIMIT, pages::read},
    state::App,
    web::{
        errors::{Error, Result},
        form::Form,
        frame::Frame,
        preferences::Preferences,
        text,
        viewer::Viewer,
    },
};

#[derive(Deserialize)]
pub(super) struct Previewed {
    #[serde(default)]
    body: String,
}

/// Safe HTML without a page around it. 403 for visitors, 413 over the limit of a body, 429 for more
/// than two a second.
pub(super) async fn preview(
    State(app): State<App>,
    viewer: Viewer,
    Extension(preferences): Extension<Preferences>,
    Extension(paces): Extension<Paces>,
    Form(form): Form<Previewed>,
) -> Result {
    let person = viewer.id().ok_or(Error::Forbidden)?;
    let step = paces.previews.step(person, Instant::now());
    step.map_err(Error::TooMany)?;
    let body = text::tidy(&form.body);
    if body.chars().count() > BODY_LIMIT {
        return Err(Error::TooLarge);
    }
    let frame = Frame::new(&app, preferences, viewer);
    let mut response = Html(rendered(&app, &frame, &body).await?).into_response();
    let private = HeaderValue::from_static("private, no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, private);
    Ok(response)
}

/// Whose links these are is nothing that is seen.
pub(super) async fn rendered(app: &App, frame: &Frame, body: &str) -> Result<String> {
    read::body(app, frame, body, &[], true).await
}
