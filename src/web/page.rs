//! Rendering a page into a response.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};

use super::errors::Result;

/// A page with status 200.
pub fn ok(page: &impl Template) -> Result {
    html(StatusCode::OK, page)
}

/// A page with any status. Browsers may keep it for Back, but ask again before showing it anew;
/// its words and names depend on cookies and language.
pub fn html(status: StatusCode, page: &impl Template) -> Result {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        ),
        (
            header::VARY,
            HeaderValue::from_static("Cookie, Accept-Language"),
        ),
    ];
    Ok((status, headers, page.render()?).into_response())
}

/// Sends the browser on with GET (303, RFC 9110 §15.4.4). `to` is an address on this site.
pub fn see_other(to: &str) -> Response {
    Redirect::to(to).into_response()
}

/// Sends the browser on as Django does (302), for a page that asks to sign in first.
pub fn found(to: &str) -> Response {
    let mut response = see_other(to);
    *response.status_mut() = StatusCode::FOUND;
    forbid_storing(&mut response);
    response
}

/// Marks a response that must not be kept anywhere, not even for Back.
pub fn forbid_storing(response: &mut Response) {
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
}
