//! Errors: one type that handlers answer with, and the layer that turns every bare error response
//! into a page in the viewer's language, logged once.

use std::{any::Any, sync::Arc};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{
    database_errors, error_page::ErrorPage, frame::Frame, log::RequestId, page,
    preferences::Preferences, viewer::Viewer,
};
use crate::{
    state::App,
    words::{Catalogue, fill, format},
};

/// Why a request was not answered as asked. Each kind has its status and its words.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 400: the address or the body is malformed.
    #[error("bad request")]
    BadRequest,
    /// 400: the Host header names another site.
    #[error("host {0} is not in ALLOWED_HOSTS")]
    BadHost(String),
    /// 401, for programs: nobody is signed in. A browser gets the login instead.
    #[error("not signed in")]
    SignedOut,
    /// 403: the viewer may not do this.
    #[error("forbidden")]
    Forbidden,
    /// 403: the request comes from another origin.
    #[error("cross-origin request refused")]
    CrossOrigin,
    /// 403: sign-up is closed.
    #[error("sign-up is closed")]
    SignupClosed,
    /// 404: there is no such thing, or the viewer may not know of it.
    #[error("not found")]
    NotFound,
    /// 405, with the methods that are allowed told by the router.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// 408: the body came too slowly.
    #[error("request body timed out")]
    Timeout,
    /// 413: a form is too large.
    #[error("content too large")]
    TooLarge,
    /// 413: an upload is larger than this many bytes.
    #[error("upload larger than {0} bytes")]
    UploadTooLarge(u64),
    /// 415: a body of another type.
    #[error("unsupported media type")]
    Unsupported,
    /// 422: understood, but with missing or wrong values.
    #[error("unprocessable content")]
    Unprocessable,
    /// 429: too many failures; try again after this many seconds.
    #[error("too many attempts, {0} s to wait")]
    TooMany(u64),
    /// 429: too many uploads of theirs are not finished.
    #[error("too many unfinished uploads")]
    TooManyUploads,
    /// 431: the head of the request is too large.
    #[error("request headers too large")]
    HeadersTooLarge,
    /// 503: too much is waiting already; try again after this many seconds.
    #[error("busy, {0} s to wait")]
    Busy(u64),
    /// 503: the database cannot be reached; the cause goes to the log only.
    #[error("the database does not answer: {0}")]
    Unreachable(String),
    /// 507: no space left where files or the database are kept.
    #[error("no space left")]
    Full,
    /// 507: what is free is going to be needed by files on their way.
    #[error("no space left beside what others are sending")]
    RoomTaken,
    /// 500: a fault of ours; the cause goes to the log only.
    #[error("{0:#}")]
    Internal(anyhow::Error),
}

/// What a handler answers.
pub type Result<T = Response> = std::result::Result<T, Error>;

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Error {
        Error::Internal(error.into())
    }
}

impl Error {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Error::BadRequest | Error::BadHost(_) => StatusCode::BAD_REQUEST,
            Error::SignedOut => StatusCode::UNAUTHORIZED,
            Error::Forbidden | Error::CrossOrigin | Error::SignupClosed => StatusCode::FORBIDDEN,
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Error::Timeout => StatusCode::REQUEST_TIMEOUT,
            Error::TooLarge | Error::UploadTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Error::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Error::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
            Error::TooMany(_) | Error::TooManyUploads => StatusCode::TOO_MANY_REQUESTS,
            Error::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Error::Busy(_) | Error::Unreachable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Error::Full | Error::RoomTaken => StatusCode::INSUFFICIENT_STORAGE,
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The error a bare status stands for, such as the router's own 405.
    fn of_status(status: StatusCode) -> Option<Error> {
        Some(match status.as_u16() {
            400 => Error::BadRequest,
            403 => Error::Forbidden,
            404 => Error::NotFound,
            405 => Error::MethodNotAllowed,
            408 => Error::Timeout,
            413 => Error::TooLarge,
            415 => Error::Unsupported,
            422 => Error::Unprocessable,
            431 => Error::HeadersTooLarge,
            500 => Error::Internal(anyhow::anyhow!("a layer answered 500")),
            _ => return None,
        })
    }

    /// A title, and a sentence that says what happened and what to do.
    pub fn words(&self, catalogue: &Catalogue) -> (&'static str, String) {
        let t = catalogue.errors;
        let plain = str::to_owned;
        match self {
            Error::BadRequest => (t.bad_request_title, plain(t.bad_request)),
            Error::BadHost(host) => (t.bad_request_title, fill(t.bad_host, &[host])),
            Error::SignedOut => (t.signed_out_title, plain(t.signed_out)),
            Error::Forbidden => (t.forbidden_title, plain(t.forbidden)),
            Error::CrossOrigin => (t.forbidden_title, plain(t.cross_origin)),
            Error::SignupClosed => (t.forbidden_title, plain(t.signup_closed)),
            Error::NotFound => (t.not_found_title, plain(t.not_found)),
            Error::MethodNotAllowed => (t.method_not_allowed_title, plain(t.method_not_allowed)),
            Error::Timeout => (t.timeout_title, plain(t.timeout)),
            Error::TooLarge => (t.too_large_title, plain(t.too_large)),
            Error::UploadTooLarge(limit) => (
                t.too_large_title,
                fill(
                    t.upload_too_large,
                    &[&format::size(i64::try_from(*limit).unwrap_or(i64::MAX))],
                ),
            ),
            Error::Unsupported => (t.unsupported_title, plain(t.unsupported)),
            Error::Unprocessable => (t.unprocessable_title, plain(t.unprocessable)),
            Error::TooMany(seconds) => (t.too_many_title, fill(t.too_many, &[seconds])),
            Error::TooManyUploads => (t.too_many_title, plain(t.too_many_uploads)),
            Error::HeadersTooLarge => (t.headers_too_large_title, plain(t.headers_too_large)),
            Error::Busy(seconds) => (t.busy_title, fill(t.busy, &[seconds])),
            Error::Unreachable(_) => (
                t.unreachable_title,
                fill(t.unreachable, &[&database_errors::PATIENCE]),
            ),
            Error::Full => (t.full_title, plain(t.full)),
            Error::RoomTaken => (t.full_title, plain(t.room_taken)),
            Error::Internal(_) => (t.internal_title, plain(t.internal)),
        }
    }

    /// Seconds after which it is worth trying again.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Error::TooMany(seconds) | Error::Busy(seconds) => Some(*seconds),
            Error::Unreachable(_) => Some(database_errors::PATIENCE),
            _ => None,
        }
    }
}

impl IntoResponse for Error {
    /// A response without a body; [`dress`] writes the page.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Some(seconds) = self.retry_after() {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// In a response's extensions: it answers a program, which gets an error's sentence as text instead of
/// a page, and a text that has no error behind it as it is.
#[derive(Clone, Copy, Debug)]
pub struct ForPrograms;

/// Turns a panic into a 500; the message goes to the log only.
pub fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Error::Internal(anyhow::anyhow!("panic: {said}")).into_response()
}

/// Layer: gives every error response without a page of its own the site's error page. The
/// response's other headers (Allow, Retry-After, Content-Range …) stay.
pub async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let preferences = Preferences::of(request.extensions());
    let id = request.extensions().get::<RequestId>().cloned();
    let response = next.run(request).await;
    let for_programs = response.extensions().get::<ForPrograms>().is_some();
    let error = response
        .extensions()
        .get::<Arc<Error>>()
        .cloned()
        .or_else(|| {
            let bare = !response.headers().contains_key(header::CONTENT_TYPE)
                || response.headers().get(header::CONTENT_TYPE)
                    == Some(&HeaderValue::from_static("text/plain; charset=utf-8"));
            (bare && !for_programs)
                .then(|| Error::of_status(response.status()))
                .flatten()
                .map(Arc::new)
        });
    let Some(error) = error else { return response };
    let number = id.as_ref().map(RequestId::as_str);
    match &*error {
        Error::Internal(cause) => tracing::error!(request_id = number, "{cause:#}"),
        Error::Unreachable(_) => tracing::warn!(request_id = number, "{error}"),
        Error::Full => {
            tracing::warn!(request_id = number, "{error}");
            // For the next attempt: whoever could not even log in could not free anything.
            app.storage.drop_ballast().await;
        }
        _ => (),
    }
    if for_programs {
        let (mut parts, _) = response.into_parts();
        parts.headers.remove(header::CONTENT_LENGTH);
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        parts.headers.insert(header::CONTENT_TYPE, plain);
        let sentence = error.words(preferences.lang().words()).1;
        return Response::from_parts(parts, Body::from(sentence));
    }
    let viewer = response
        .extensions()
        .get::<Viewer>()
        .cloned()
        .unwrap_or_default();
    let frame = Frame::new(&app, preferences, viewer);
    let (title, sentence) = error.words(frame.t);
    let shown_id = matches!(*error, Error::Internal(_)).then_some(id).flatten();
    let page = ErrorPage {
        status: response.status().as_u16(),
        title: title.to_owned(),
        sentence,
        request_id: shown_id.map(|id| id.as_str().to_owned()),
        frame,
    };
    let Ok(mut dressed) = page::html(response.status(), &page) else {
        return response;
    };
    let (parts, _) = response.into_parts();
    let mut headers = parts.headers;
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::CONTENT_TYPE);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    dressed.headers_mut().extend(headers);
    *dressed.extensions_mut() = parts.extensions;
    dressed
}
