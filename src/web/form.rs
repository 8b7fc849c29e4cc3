//! Reading forms, queries and ids, and saying what is wrong with a form, field by field.

use std::{collections::HashSet, time::Duration};

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{header, request::Parts},
};
use serde::de::DeserializeOwned;
use tower_http::timeout::TimeoutError;

use super::errors::Error;

/// The largest urlencoded form, in bytes.
pub const FORM_LIMIT: usize = 1 << 20;

/// How long a form may take to arrive.
pub const FORM_TIME: Duration = Duration::from_secs(30);

/// An urlencoded form. 415 for another content type, 413 above [`FORM_LIMIT`], 408 when it takes
/// longer than half a minute, 400 when it is not UTF-8, is cut, or has a NUL (which no browser
/// types and PostgreSQL cannot keep).
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Form<T>, Error> {
        if !is_form(&request) {
            return Err(Error::Unsupported);
        }
        let bytes = read_body(request.into_body(), FORM_LIMIT).await?;
        let text = str::from_utf8(&bytes).map_err(|_| Error::BadRequest)?;
        decoded(text).map(Form)
    }
}

/// The fields of an urlencoded form, in order: as [`Form`], but a NUL does not cost what else was
/// typed. It is taken out; a password with one counts as not sent, since it would not be the one that
/// was typed.
pub struct Typed(pub Vec<(String, String)>);

impl<S: Sync> FromRequest<S> for Typed {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Typed, Error> {
        if !is_form(&request) {
            return Err(Error::Unsupported);
        }
        let bytes = read_body(request.into_body(), FORM_LIMIT).await?;
        let text = str::from_utf8(&bytes).map_err(|_| Error::BadRequest)?;
        let mut fields: Vec<(String, String)> =
            serde_html_form::from_str(text).map_err(|_| Error::BadRequest)?;
        for (name, value) in &mut fields {
            if value.contains('\0') {
                let kept = if is_secret(name) {
                    String::new()
                } else {
                    value.replace('\0', "")
                };
                *value = kept;
            }
        }
        Ok(Typed(fields))
    }
}

/// Whether a field of this name holds a password.
pub fn is_secret(name: &str) -> bool {
    name.contains("password")
}

/// A page's query; what it does not know it passes over, of a name given twice the last value
/// counts (as in Django), and a value that cannot be read is a 400.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Query<T>, Error> {
        let mut pairs: Vec<(String, String)> = decoded(parts.uri.query().unwrap_or_default())?;
        let mut known = HashSet::new();
        pairs.reverse();
        pairs.retain(|(name, _)| known.insert(name.clone()));
        let single = serde_html_form::to_string(pairs).map_err(|_| Error::BadRequest)?;
        decoded(&single).map(Query)
    }
}

/// The `{id}` of an address; 404 when it is no positive whole number.
pub struct Id(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Id, Error> {
        let Path(id) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::NotFound)?;
        let plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        plain
            .then(|| id.parse().ok())
            .flatten()
            .map(Id)
            .ok_or(Error::NotFound)
    }
}

fn is_form(request: &Request) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let essence = content_type
        .and_then(|value| value.to_str().ok())
        .map_or("", |value| {
            value.split(';').next().unwrap_or_default().trim()
        });
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Reads a small body whole: 413 above `limit` bytes, 408 when it is slower than half a minute,
/// 400 when it is cut.
pub async fn read_body(body: Body, limit: usize) -> Result<axum::body::Bytes, Error> {
    let read = tokio::time::timeout(FORM_TIME, to_bytes(body, limit));
    read.await.map_err(|_| Error::Timeout)?.map_err(|error| {
        if has_source::<http_body_util::LengthLimitError>(&error) {
            Error::TooLarge
        } else if has_source::<TimeoutError>(&error) {
            Error::Timeout
        } else {
            Error::BadRequest
        }
    })
}

/// Whether an error was caused, at any remove, by a `T`.
pub fn has_source<T: std::error::Error + 'static>(
    error: &(dyn std::error::Error + 'static),
) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<T>())
}

fn decoded<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    if text.contains("%00") || text.contains('\0') {
        return Err(Error::BadRequest);
    }
    serde_html_form::from_str(text).map_err(|_| Error::BadRequest)
}

/// Messages for a form's fields, in the order they were found; `""` is the form as a whole.
#[derive(Debug, Default)]
pub struct Errors(Vec<(&'static str, String)>);

impl Errors {
    /// Adds a message to a field, or with `""` to the form as a whole.
    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push((field, message.into()));
    }

    /// Takes the messages of a field back.
    pub fn forget(&mut self, field: &str) {
        self.0.retain(|(name, _)| *name != field);
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The messages of one field.
    pub fn of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.0
            .iter()
            .filter(move |(name, _)| *name == field)
            .map(|(_, text)| text.as_str())
    }

    /// Whether this field has a message.
    pub fn on(&self, field: &str) -> bool {
        self.0.iter().any(|(name, _)| *name == field)
    }

    /// Whether this is the first field with a message, the one to focus.
    pub fn first(&self, field: &str) -> bool {
        self.0.first().is_some_and(|(name, _)| *name == field)
    }
}
