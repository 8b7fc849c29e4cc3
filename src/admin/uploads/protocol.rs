//! The protocol's headers, read and written.

use std::time::{Duration, SystemTime};

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use crate::{
    db::Time,
    ingest::{receive::name_in, unfinished::piece::Checksum},
    web::errors::{Error, Result},
};

pub(super) const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");

const EXTENSIONS: HeaderValue = HeaderValue::from_static(
    "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination",
);

pub(super) const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub(super) const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(super) const LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub(super) const DEFER_LENGTH: HeaderName = HeaderName::from_static("upload-defer-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");

/// The longest `Upload-Metadata`, in bytes.
const LONGEST_METADATA: usize = 8 << 10;

/// Some clients leave the padding out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The method meant: of a POST what `X-HTTP-Method-Override` says, where it says anything. A request
/// that the refusal of other origins lets through as harmless stays what it is.
pub(super) fn method(head: &Parts) -> Result<Method> {
    match head.headers.get("x-http-method-override") {
        Some(name) if head.method == Method::POST => {
            let name = name.as_bytes().to_ascii_uppercase();
            Method::from_bytes(&name).map_err(|_| Error::BadRequest)
        }
        _ => Ok(head.method.clone()),
    }
}

/// Whether the client speaks this version.
pub(super) fn is_spoken(headers: &HeaderMap) -> bool {
    headers.get(RESUMABLE) == Some(&VERSION)
}

/// A header's text; `None` when it is not sent. One that is sent twice, or is no text, is malformed.
fn text(headers: &HeaderMap, name: HeaderName) -> Result<Option<&str>> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Error::BadRequest),
        _ => Err(Error::BadRequest),
    }
}

/// A header that holds a non-negative integer, up to the largest that a database keeps.
pub(super) fn number(headers: &HeaderMap, name: HeaderName) -> Result<Option<u64>> {
    let Some(text) = text(headers, name)? else {
        return Ok(None);
    };
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse::<i64>().ok().filter(|_| plain);
    let number = number.and_then(|number| u64::try_from(number).ok());
    number.map(Some).ok_or(Error::BadRequest)
}

/// The length an upload begins with; `None` for one that is told later.
pub(super) fn length_to_begin(headers: &HeaderMap) -> Result<Option<u64>> {
    let length = number(headers, LENGTH)?;
    match (length, text(headers, DEFER_LENGTH)?) {
        (Some(length), None) => Ok(Some(length)),
        (None, Some("1")) => Ok(None),
        _ => Err(Error::BadRequest),
    }
}

/// Whether the body is a piece of an upload.
pub(super) fn is_piece(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind == "application/offset+octet-stream")
}

/// What the piece is said to hash to, if anything; `Err` for an algorithm that is not offered.
pub(super) fn checksum(headers: &HeaderMap) -> Result<std::result::Result<Option<Checksum>, ()>> {
    let name = HeaderName::from_static("upload-checksum");
    let Some(text) = text(headers, name)? else {
        return Ok(Ok(None));
    };
    let (algorithm, sum) = text.split_once(' ').ok_or(Error::BadRequest)?;
    let sum = BASE64.decode(sum).map_err(|_| Error::BadRequest)?;
    Ok(Checksum::new(algorithm, sum).map(Some).ok_or(()))
}

/// What is told of an upload at its beginning.
pub(super) struct Metadata {
    /// Its keys and values as they came, to be said again; empty when there are none.
    pub written: String,
    /// The file's name, by the keys that clients use for it; empty when not said.
    pub file_name: String,
}

impl Metadata {
    pub(super) fn read(headers: &HeaderMap) -> Result<Metadata> {
        let written = text(headers, METADATA)?.unwrap_or_default().trim();
        if written.len() > LONGEST_METADATA {
            return Err(Error::HeadersTooLarge);
        }
        let mut pairs: Vec<(&str, Vec<u8>)> = Vec::new();
        for pair in written.split(',').filter(|_| !written.is_empty()) {
            let (key, value) = pair.trim().split_once(' ').unwrap_or((pair.trim(), ""));
            let value = BASE64.decode(value).map_err(|_| Error::BadRequest)?;
            if key.is_empty() || pairs.iter().any(|(known, _)| *known == key) {
                return Err(Error::BadRequest);
            }
            pairs.push((key, value));
        }
        let name = ["filename", "name"].iter().find_map(|key| {
            let found = pairs.iter().find(|(known, _)| known == key);
            found.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
        });
        Ok(Metadata {
            written: written.to_owned(),
            file_name: name_in(&name.unwrap_or_default()),
        })
    }
}

/// The answer to `OPTIONS`.
pub(super) fn options(max_size: u64) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert("tus-version", VERSION);
    headers.insert("tus-extension", EXTENSIONS);
    headers.insert("tus-max-size", max_size.into());
    let algorithms = HeaderValue::from_static(Checksum::ALGORITHMS);
    headers.insert("tus-checksum-algorithm", algorithms);
    response
}

/// 405 with the methods that are allowed.
pub(super) fn not_allowed(methods: &'static str) -> Response {
    let mut response = Error::MethodNotAllowed.into_response();
    let methods = HeaderValue::from_static(methods);
    response.headers_mut().insert(header::ALLOW, methods);
    response
}

/// A status and a sentence for whoever sends.
pub(super) fn said(status: StatusCode, sentence: &str) -> Response {
    (status, sentence.to_owned()).into_response()
}

/// The protocol's own 460.
pub(super) fn mismatch() -> StatusCode {
    StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST)
}

/// `Upload-Expires`, in whole seconds.
pub(super) fn expires(response: &mut Response, end: Time) {
    let seconds = u64::try_from(end.0 / 1_000_000).unwrap_or_default();
    let date = httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert("upload-expires", date);
    }
}

/// `Upload-Metadata` as it came, if it did.
pub(super) fn metadata(response: &mut Response, written: &str) {
    if let Ok(value) = HeaderValue::from_str(written)
        && !written.is_empty()
    {
        response.headers_mut().insert(METADATA, value);
    }
}
