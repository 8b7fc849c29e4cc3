//! A post's files: received from a form or, while somebody writes, one by one; kept for their sender
//! until the post is saved.

use std::time::Instant;

use axum::{
    Extension, Json,
    extract::{Request, State, multipart::Field},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{pace::Paces, while_of};
use crate::{
    board::{ATTACHMENT_LIMIT, FILES_FIELD},
    ingest::{
        self, FileKind,
        kept::{self, Kept},
        receive::{self, Arrival, Refusal, broken, is_chosen, last_part, named},
    },
    state::App,
    storage::Incoming,
    videos::store::File,
    web::{
        errors::{Error, Result},
        form::{FORM_LIMIT, Form},
        preferences::Preferences,
        viewer::Viewer,
    },
    words::{Lang, fill, format},
};

/// Endings of names that promise a picture.
const PICTURES: [&str; 5] = ["jpg", "jpeg", "png", "gif", "webp"];

/// A file on its way in.
pub(super) struct Received {
    incoming: Incoming,
    file_name: String,
    kind: FileKind,
}

impl Received {
    /// The name it was sent under.
    pub fn file_name(&self) -> &str {
        &self.file_name
    }
}

/// Why a file was not taken: the status for it, and the sentence for its sender.
pub(super) struct Refused(pub StatusCode, pub String);

/// Receives a file and finds out what it is. The outer error is for a request that cannot be answered
/// with the form.
pub(super) async fn received(
    app: &App,
    lang: Lang,
    arrival: &Arrival,
    field: Field<'_>,
) -> Result<std::result::Result<Received, Refused>> {
    let words = lang.words().editor;
    let name = last_part(&field);
    let limit = ATTACHMENT_LIMIT.min(app.settings.max_upload_size);
    let refused = |error: Error, sentence: String| Ok(Err(Refused(error.status(), sentence)));
    let incoming = match receive::receive(app, limit, u64::MAX, arrival, field).await? {
        Ok(incoming) => incoming,
        Err(Refusal::TooLarge(limit)) => {
            let size = format::size(i64::try_from(limit).unwrap_or(i64::MAX));
            let sentence = fill(words.file_too_large, &[&name, &size]);
            return refused(Error::UploadTooLarge(limit), sentence);
        }
        Err(Refusal::NotTaken(sentence)) => return refused(Error::Unsupported, sentence),
        Err(Refusal::NoRoom(error)) => {
            let sentence = error.words(lang.words()).1;
            return refused(error, sentence);
        }
    };
    if incoming.is_empty() {
        return refused(Error::Unsupported, fill(words.file_empty, &[&name]));
    }
    let kind = ingest::examine_file(incoming.path())
        .await
        .map_err(ingest::keep::failed)?;
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let says_picture = PICTURES.contains(&ending.to_ascii_lowercase().as_str());
    if says_picture && !kind.is_picture() {
        return refused(Error::Unsupported, fill(words.file_not_a_picture, &[&name]));
    }
    Ok(Ok(Received {
        incoming,
        file_name: named(&name, "file", kind.extension()),
        kind,
    }))
}

/// Keeps a received file for its sender's form.
pub(super) async fn keep(app: &App, user: i64, received: Received) -> Result<Kept> {
    let Received {
        incoming,
        file_name,
        kind,
    } = received;
    let describe = |key, size| File::plain(key, file_name, kind.content_type(), size);
    kept::keep(app, user, FILES_FIELD, incoming, kind.extension(), describe).await
}

/// Whether a page may show a file of this type as a picture.
pub(super) fn is_picture(content_type: &str) -> bool {
    content_type.starts_with("image/")
}

/// `POST /board/files/`, the field `file`: keeps one file at once. Answers a script: 201 with the
/// file's `token`, `url`, `name`, `size` and whether it is a `picture`; else `error`, a sentence.
pub(super) async fn upload(
    State(app): State<App>,
    viewer: Viewer,
    Extension(preferences): Extension<Preferences>,
    Extension(paces): Extension<Paces>,
    request: Request,
) -> Result {
    let person = viewer.id().ok_or(Error::Forbidden)?;
    let lang = preferences.lang();
    if let Err(seconds) = paces.files.step(person, Instant::now()) {
        let wait = while_of(lang, seconds);
        let sentence = fill(lang.words().editor.files_too_often, &[&wait]);
        let mut response = said(StatusCode::TOO_MANY_REQUESTS, &sentence);
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, seconds.into());
        return Ok(response);
    }
    let slack = FORM_LIMIT as u64;
    let (mut parts, arrival) = receive::multipart(&app, request, ATTACHMENT_LIMIT, slack).await?;
    let field = parts.next_field().await.map_err(broken)?;
    arrival.got();
    let field = field.filter(|field| field.name() == Some("file") && is_chosen(field));
    let field = field.ok_or(Error::BadRequest)?;
    let file = match received(&app, lang, &arrival, field).await? {
        Ok(file) => file,
        Err(Refused(status, sentence)) => return Ok(said(status, &sentence)),
    };
    let kept = keep(&app, person, file).await?;
    kept::trim(&app, person).await?;
    let answer = serde_json::json!({
        "token": kept.token,
        "url": format!("/media/{}", kept.file.key),
        "name": kept.file.file_name,
        "size": format::size(kept.file.size),
        "picture": is_picture(&kept.file.content_type),
    });
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

fn said(status: StatusCode, sentence: &str) -> Response {
    (status, Json(serde_json::json!({ "error": sentence }))).into_response()
}

#[derive(Deserialize)]
pub(super) struct Thrown {
    #[serde(default)]
    token: String,
}

/// `POST /board/files/delete/`, the field `token`: throws a kept file away. 204 also when there is
/// none, since it is gone either way.
pub(super) async fn delete(
    State(app): State<App>,
    viewer: Viewer,
    Form(thrown): Form<Thrown>,
) -> Result<StatusCode> {
    let person = viewer.id().ok_or(Error::Forbidden)?;
    if let Some(kept) = kept::find(&app, person, FILES_FIELD, &thrown.token).await? {
        kept::discard(&app, &kept).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
