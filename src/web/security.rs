//! The headers that keep a page to itself: CSP and its kin, and the refusal of other origins.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use super::{client::Client, errors::Error};
use crate::{settings::Settings, state::App};

/// Everything comes from this site, nothing is inline, nobody frames it.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
                   media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; \
                   form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Layer: adds the headers that a response has not set itself.
pub async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let https = Client::of(request.extensions()).https;
    let mut response = next.run(request).await;
    mark(&app.settings, https, response.headers_mut());
    response
}

/// What [`headers`] adds.
pub fn mark(settings: &Settings, https: bool, headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        set_if_missing(headers, name, HeaderValue::from_static(value));
    }
    // RFC 6797 §7.2: never over plain http.
    if https && settings.hsts_seconds > 0 {
        let value = format!("max-age={}", settings.hsts_seconds);
        if let Ok(value) = HeaderValue::from_str(&value) {
            set_if_missing(headers, header::STRICT_TRANSPORT_SECURITY, value);
        }
    }
}

fn set_if_missing(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

/// Layer: refuses every unsafe request that another origin caused: by `Sec-Fetch-Site`, else by
/// `Origin` against the host. A client that sends neither, such as curl, is no browser and passes.
pub fn same_origin() -> CsrfLayer<fn(ProtectionError) -> Response> {
    CsrfLayer::new().with_rejection_response(|_| Error::CrossOrigin.into_response())
}
