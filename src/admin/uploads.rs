//! Uploads in pieces by the tus protocol, version 1.0.0 (<https://tus.io/protocols/resumable-upload>):
//! the core and its extensions for creation (also with bytes, also of unknown length), expiration,
//! checksums and termination. What is uploaded becomes a video by the form, which takes the upload's
//! address in its field `upload`.
//!
//! Any tus client does that has the session cookie of somebody who may add or change videos. This room
//! has a door of its own: it answers programs, with a status and a sentence and never a login page.

mod arriving;
mod form;
mod pieces;
mod protocol;
mod sender;
mod taken;

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::any,
};
use axum_extra::routing::RouterExt;

pub(in crate::admin) use self::form::{settled, token_in};
use self::{
    arriving::Arriving,
    pieces::go_on,
    protocol::{Metadata, said},
    sender::Sender,
    taken::taken,
};
use crate::{
    ingest::unfinished::{
        self, Held, State as At,
        finish::{self, Outcome},
        piece::Checksum,
    },
    state::App,
    storage::Token,
    web::{
        errors::{Error, ForPrograms, Result},
        preferences::Preferences,
    },
};

/// Where uploads are begun; below it is one address for each.
const ADDRESS: &str = "/admin/uploads/";

/// The protocol's addresses.
pub fn routes() -> Router<App> {
    Router::new()
        .route_with_tsr("/admin/uploads/", any(all))
        .route_with_tsr("/admin/uploads/{token}/", any(one))
}

/// Layer around all that may answer for these addresses: every answer names the protocol's version, is
/// kept nowhere, and is for programs.
pub async fn speak(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_ours = path.starts_with(ADDRESS) || ADDRESS.strip_suffix('/') == Some(path);
    let mut response = next.run(request).await;
    if !is_ours {
        return response;
    }
    if response.status() == StatusCode::UNAUTHORIZED {
        // RFC 9110 §11.6.1 wants one; the session cookie is the only way in.
        let way = HeaderValue::from_static("Cookie realm=\"/admin/login/\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, way);
    }
    let headers = response.headers_mut();
    headers.insert(protocol::RESUMABLE, protocol::VERSION);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.extensions_mut().insert(ForPrograms);
    response
}

/// Runs to its end whether or not the one who asked waits for it: what has arrived is kept.
async fn whole(work: impl Future<Output = Result> + Send + 'static) -> Result {
    let done = tokio::spawn(work).await;
    done.unwrap_or_else(|error| Err(Error::Internal(error.into())))
}

/// `/admin/uploads/`.
async fn all(State(app): State<App>, request: Request) -> Result {
    let (head, body) = request.into_parts();
    let body = Arriving::new(&head.headers, body);
    match protocol::method(&head)? {
        Method::OPTIONS => Ok(protocol::options(app.settings.max_upload_size)),
        Method::POST if !protocol::is_spoken(&head.headers) => Ok(wrong_version(&head)),
        Method::POST => {
            whole(async move {
                let sender = Sender::of(app, &head, None).await?;
                begin(&sender, &head.headers, body).await
            })
            .await
        }
        _ => Ok(protocol::not_allowed("OPTIONS, POST")),
    }
}

/// `/admin/uploads/{token}/`.
async fn one(State(app): State<App>, Path(token): Path<String>, request: Request) -> Result {
    let (head, body) = request.into_parts();
    let body = Arriving::new(&head.headers, body);
    let method = protocol::method(&head)?;
    if method == Method::OPTIONS {
        return Ok(protocol::options(app.settings.max_upload_size));
    }
    if ![Method::HEAD, Method::PATCH, Method::DELETE].contains(&method) {
        return Ok(protocol::not_allowed("OPTIONS, HEAD, PATCH, DELETE"));
    }
    if !protocol::is_spoken(&head.headers) {
        return Ok(wrong_version(&head));
    }
    whole(async move {
        let token = Token::parse(&token);
        let sender = Sender::of(app, &head, token.as_ref()).await?;
        let Some(token) = token else {
            return Ok(sender.nothing());
        };
        match method {
            Method::HEAD => offset(&sender, &token).await,
            Method::PATCH => go_on(&sender, &token, &head.headers, body).await,
            _ => end(&sender, &token).await,
        }
    })
    .await
}

fn wrong_version(head: &Parts) -> Response {
    let words = Preferences::of(&head.extensions).lang().words();
    let mut response = said(StatusCode::PRECONDITION_FAILED, words.uploads.version);
    let headers = response.headers_mut();
    headers.insert("tus-version", protocol::VERSION);
    response
}

/// `POST`: creation, with or without its first bytes.
async fn begin(sender: &Sender, headers: &HeaderMap, body: Arriving) -> Result {
    let app = &sender.app;
    // Offered by nobody here, and a final upload would be taken for an empty one.
    if headers.contains_key("upload-concat") {
        return Err(Error::BadRequest);
    }
    let length = protocol::length_to_begin(headers)?;
    let metadata = Metadata::read(headers)?;
    if length == Some(0) {
        let empty = sender.words.admin.file_empty;
        return Ok(said(StatusCode::UNPROCESSABLE_ENTITY, empty));
    }
    let declared = protocol::number(headers, header::CONTENT_LENGTH)?;
    let brings = protocol::is_piece(headers);
    if !brings && declared.is_some_and(|bytes| bytes > 0) {
        return Err(Error::Unsupported);
    }
    let checksum = match protocol::checksum(headers)? {
        Ok(checksum) => checksum,
        Err(()) => return Ok(unknown_algorithm(sender)),
    };
    let upload = unfinished::begin(
        app,
        sender.user,
        length,
        metadata.file_name,
        metadata.written,
    );
    let upload = upload.await?;
    let token = upload.token.clone();
    let mut response = StatusCode::CREATED.into_response();
    let mut expires = upload.expires_at;
    if brings {
        let taken = match unfinished::open(app, sender.user, &token, false).await {
            Ok(At::Open(held)) => taken(sender, *held, declared, body, checksum).await,
            Ok(_) => Ok(Err(sender.nothing())),
            Err(error) => Err(error),
        };
        // Nobody has been told its address.
        if !matches!(taken, Ok(Ok(_))) {
            unfinished::end(app, sender.user, &token).await?;
        }
        let offset;
        (offset, expires) = match taken? {
            Ok(now) => now,
            Err(answer) => return Ok(answer),
        };
        response
            .headers_mut()
            .insert(protocol::OFFSET, offset.into());
    }
    let address = HeaderValue::from_str(&format!("{ADDRESS}{token}/"));
    let address = address.map_err(|error| Error::Internal(error.into()))?;
    response.headers_mut().insert(header::LOCATION, address);
    protocol::expires(&mut response, expires);
    Ok(response)
}

fn unknown_algorithm(sender: &Sender) -> Response {
    let sentence = crate::words::fill(sender.words.uploads.algorithm, &[&Checksum::ALGORITHMS]);
    said(StatusCode::BAD_REQUEST, &sentence)
}

/// `HEAD`: how far it has come.
async fn offset(sender: &Sender, token: &Token) -> Result {
    let app = &sender.app;
    let finished = match unfinished::open(app, sender.user, token, true).await? {
        At::Open(held) if held.is_whole() => match finish::finish(app, *held).await? {
            Outcome::Finished(finished) => finished,
            Outcome::Refused(_) => return Ok(StatusCode::GONE.into_response()),
            Outcome::Gone => return Ok(sender.nothing()),
        },
        At::Open(held) => {
            let Held { upload, partial } = *held;
            let mut response = StatusCode::OK.into_response();
            let headers = response.headers_mut();
            headers.insert(protocol::OFFSET, partial.len().into());
            match upload.length() {
                Some(length) => headers.insert(protocol::LENGTH, length.into()),
                None => headers.insert(protocol::DEFER_LENGTH, HeaderValue::from_static("1")),
            };
            protocol::metadata(&mut response, &upload.metadata);
            protocol::expires(&mut response, upload.expires_at);
            return Ok(response);
        }
        At::Finished(finished) => finished,
        other => return Ok(sender.not_open(&other)),
    };
    let mut response = StatusCode::OK.into_response();
    let headers = response.headers_mut();
    headers.insert(protocol::OFFSET, finished.length.into());
    headers.insert(protocol::LENGTH, finished.length.into());
    protocol::metadata(&mut response, &finished.metadata);
    protocol::expires(&mut response, finished.expires_at);
    Ok(response)
}

/// `DELETE`: termination.
async fn end(sender: &Sender, token: &Token) -> Result {
    Ok(
        match unfinished::end(&sender.app, sender.user, token).await? {
            Some(true) => StatusCode::NO_CONTENT.into_response(),
            Some(false) => sender.nothing(),
            None => sender.not_open(&At::Busy),
        },
    )
}
