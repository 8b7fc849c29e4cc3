//! What a visitor gets at the door: the login that leads back here. A form, whose sender's session
//! has ended since its page was opened, goes through the login and is shown again after it.

use axum::{
    extract::{FromRequest, Multipart, Request},
    http::{Method, header},
    response::Response,
};

use crate::{
    accounts,
    state::App,
    web::{
        errors::Result,
        form::{FORM_TIME, Typed},
        frame::Frame,
        held, next, page,
        preferences::Preferences,
        viewer::Viewer,
    },
};

/// The login. A script that sends files knows it by its address, and keeps everything itself.
pub async fn login(app: &App, request: Request) -> Result<Response> {
    let preferences = Preferences::of(request.extensions());
    let redirect = page::found(&next::login_for("/admin/login/", preferences.path()));
    if request.method() != Method::POST || request.headers().contains_key("x-requested-with") {
        return Ok(redirect);
    }
    let fields = if is_multipart(&request) {
        let texts = tokio::time::timeout(FORM_TIME, texts(app, request));
        texts.await.ok().flatten()
    } else {
        let typed = Typed::from_request(request, app).await;
        typed.ok().map(|Typed(fields)| fields)
    };
    match fields.and_then(|fields| held::carried(&fields)) {
        Some(form) => {
            let frame = Frame::new(app, preferences, Viewer::visitor());
            accounts::pages::login_with(frame, form)
        }
        None => Ok(redirect),
    }
}

fn is_multipart(request: &Request) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    content_type.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"))
}

/// The texts of a multipart form before its first file: nobody's file is taken without a login.
async fn texts(app: &App, request: Request) -> Option<Vec<(String, String)>> {
    let mut parts = Multipart::from_request(request, app).await.ok()?;
    let mut fields = Vec::new();
    let mut room = held::LIMIT;
    while let Some(mut field) = parts.next_field().await.ok()? {
        if field.file_name().is_some_and(|name| !name.is_empty()) {
            break;
        }
        let name = field.name().unwrap_or_default().to_owned();
        let mut value = Vec::new();
        while let Some(chunk) = field.chunk().await.ok()? {
            room = room.checked_sub(chunk.len())?;
            value.extend_from_slice(&chunk);
        }
        fields.push((name, String::from_utf8(value).ok()?.replace('\0', "")));
    }
    Some(fields)
}
