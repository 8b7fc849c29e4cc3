//! The answer for one open file: 200, 206, 304, 412 or 416, with every header it needs.
use super::{
    body::Content,
    conditional::{self, Validators, Verdict, http_date},
    disposition,
    range::{self, Range},
};
use crate::storage::StoredFile;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use std::time::SystemTime;

/// A file opened by itself is a document of its own: it may run, load and frame nothing, and has no origin.
const POLICY: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");

/// As [`POLICY`], but the document that a browser makes around a film may load the film: from its own origin, since
/// without one Chromium leaves the player black. Scripts stay forbidden twice over.
const MEDIA_POLICY: HeaderValue =
    HeaderValue::from_static("sandbox allow-same-origin; default-src 'none'; media-src 'self'");

/// An answer whose content is not read yet: whoever sends it decides how.
pub type Response = axum::http::Response<Content>;

/// What is known of a file beside its bytes.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// What names these bytes and no others, without quotes: the key. Sent as a strong entity tag.
    pub etag: &'a str,
    /// When the bytes were made. One later than now is sent as now (RFC 9110 §8.8.2.1).
    pub modified: SystemTime,
    /// The media type.
    pub content_type: &'a HeaderValue,
    /// Who may keep a copy and for how long. It goes with 200, 206 and 304; errors are never kept.
    pub cache_control: &'a HeaderValue,
    /// Whether a browser shows or saves the file, and under which name: of `disposition::of`.
    pub disposition: &'a HeaderValue,
}

/// Answers a GET or a HEAD for an open file. A HEAD gets the headers that a GET without `Range` would, and no body.
///
/// A 412 and a 416 have no body: whoever dresses errors may give them one.
pub fn respond(
    method: &Method,
    headers: &HeaderMap,
    file: StoredFile,
    about: &About<'_>,
) -> Response {
    let modified = about.modified.min(SystemTime::now());
    let validators = Validators {
        etag: about.etag,
        modified: http_date(modified),
    };
    match conditional::judge(method, headers, &validators) {
        Verdict::Proceed => {}
        Verdict::NotModified => return not_modified(&validators, about),
        Verdict::Failed => return refusal(StatusCode::PRECONDITION_FAILED),
    }
    match wanted(method, headers, file.len, &validators) {
        Range::Whole => content(method, file, None, &validators, about),
        Range::Part { start, end } => content(method, file, Some((start, end)), &validators, about),
        Range::Unsatisfiable => {
            let mut response = refusal(StatusCode::RANGE_NOT_SATISFIABLE);
            let whole = format!("bytes */{}", file.len);
            put(&mut response, header::CONTENT_RANGE, &whole);
            response
        }
    }
}

/// Only a GET has ranges (RFC 9110 §14.2). Two `Range` headers are malformed: it is not a list.
fn wanted(method: &Method, headers: &HeaderMap, len: u64, validators: &Validators) -> Range {
    let mut values = headers.get_all(header::RANGE).iter();
    match (values.next(), values.next()) {
        (Some(value), None)
            if method == Method::GET && conditional::range_applies(headers, validators) =>
        {
            range::parse(value.as_bytes(), len)
        }
        _ => Range::Whole,
    }
}

fn content(
    method: &Method,
    file: StoredFile,
    part: Option<(u64, u64)>,
    validators: &Validators,
    about: &About<'_>,
) -> Response {
    let (start, end) = part.unwrap_or((0, file.len));
    let body = if method == Method::HEAD {
        Content::Empty
    } else {
        Content::part(file.file, start, end)
    };
    let mut response = kept(Response::new(body), validators, about);
    if part.is_some() {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let sent = format!("bytes {start}-{}/{}", end - 1, file.len);
        put(&mut response, header::CONTENT_RANGE, &sent);
    }
    put(
        &mut response,
        header::CONTENT_LENGTH,
        &(end - start).to_string(),
    );
    describe(&mut response, about);
    response
}

/// Answers a GET or a HEAD by naming the file to an nginx in front (its `X-Accel-Redirect`), which then
/// answers conditions and ranges and sends the bytes. Of these headers it passes on `Content-Type`,
/// `Content-Disposition` and `Cache-Control` by itself.
pub fn hand_over(location: &str, about: &About<'_>) -> Response {
    let mut response = guarded(Response::new(Content::Empty), policy(about));
    let path = format!("{location}{}", about.etag);
    put(
        &mut response,
        HeaderName::from_static("x-accel-redirect"),
        &path,
    );
    describe(&mut response, about);
    response
}

/// What the bytes are, and what may be done with them.
fn describe(response: &mut Response, about: &About<'_>) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_DISPOSITION, about.disposition.clone());
    headers.insert(header::CONTENT_TYPE, about.content_type.clone());
    headers.insert(header::CACHE_CONTROL, about.cache_control.clone());
}

fn policy(about: &About<'_>) -> HeaderValue {
    // Where the value is not even text, it is no medium.
    if disposition::is_media(about.content_type.to_str().unwrap_or_default()) {
        MEDIA_POLICY
    } else {
        POLICY
    }
}

fn not_modified(validators: &Validators, about: &About<'_>) -> Response {
    let mut response = kept(Response::new(Content::Nothing), validators, about);
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response
}

/// What a cache needs to keep a response or to refresh the one it has.
fn kept(response: Response, validators: &Validators, about: &About<'_>) -> Response {
    // On a 304 too: a cache writes its headers over those it has (RFC 9111 §3.2).
    let mut response = guarded(response, policy(about));
    put(&mut response, header::ETAG, &format!("\"{}\"", about.etag));
    if let Some(modified) = validators.modified {
        put(&mut response, header::LAST_MODIFIED, &modified.to_string());
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, about.cache_control.clone());
    response
}

fn refusal(status: StatusCode) -> Response {
    let mut response = guarded(Response::new(Content::Empty), POLICY);
    *response.status_mut() = status;
    put(&mut response, header::CACHE_CONTROL, "no-store");
    response
}

fn guarded(mut response: Response, policy: HeaderValue) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    response
}

/// Every value is made here of numbers, dates and keys; one that were not fit for a header would be left out.
fn put(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
