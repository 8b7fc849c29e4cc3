//! The files of `static/`: embedded under a name with their content's hash, read from the disk in
//! `DEBUG` when the folder is there.

use std::path::Path;

use axum::{
    Router,
    body::Bytes,
    extract::{self, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::errors::{Error, Result};
use crate::state::App;

struct Asset {
    name: &'static str,
    /// The first 64 bits of the content's SHA-256.
    hash: &'static str,
    plain: &'static [u8],
    gzip: Option<&'static [u8]>,
    brotli: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The address of an asset by its name in `static/`: `/static/site.0123456789abcdef.css`, and
/// without the hash in `DEBUG`, where the file may change at any time.
pub fn address(name: &str, debug: bool) -> String {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    match (asset, name.rsplit_once('.')) {
        (Some(asset), Some((stem, extension))) if !debug => {
            format!("/static/{stem}.{}.{extension}", asset.hash)
        }
        _ => format!("/static/{name}"),
    }
}

/// `GET /static/{name}.{hash}.{ext}` and, for browsers that ask unprompted, `/favicon.ico`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/static/{name}", get(serve))
        .route("/favicon.ico", get(favicon))
}

async fn favicon(State(app): State<App>, headers: HeaderMap) -> Result {
    find(&app, "favicon.ico", &headers).await
}

async fn serve(
    State(app): State<App>,
    extract::Path(name): extract::Path<String>,
    headers: HeaderMap,
) -> Result {
    find(&app, &name, &headers).await
}

async fn find(app: &App, name: &str, headers: &HeaderMap) -> Result {
    let plain_name = |asset: &Asset| asset.name == name;
    let hashed_name =
        |asset: &Asset| address(asset.name, false).strip_prefix("/static/") == Some(name);
    if app.settings.debug
        && let Some(asset) = ASSETS
            .iter()
            .find(|asset| plain_name(asset) || hashed_name(asset))
        && let Ok(bytes) = tokio::fs::read(Path::new("static").join(asset.name)).await
    {
        let headers = [
            (header::CONTENT_TYPE, content_type(asset.name)),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        ];
        return Ok((headers, bytes).into_response());
    }
    if let Some(asset) = ASSETS.iter().find(|asset| hashed_name(asset)) {
        return Ok(answer(
            asset,
            headers,
            "public, max-age=31536000, immutable",
        ));
    }
    let asset = ASSETS
        .iter()
        .find(|asset| plain_name(asset))
        .ok_or(Error::NotFound)?;
    Ok(answer(asset, headers, "public, max-age=3600"))
}

fn answer(asset: &Asset, headers: &HeaderMap, cache: &'static str) -> Response {
    let (encoding, bytes) = encoded(asset, headers);
    // Strong and one for each encoding (RFC 9110 §8.8.3.3).
    let tag = format!("\"{}{}\"", asset.hash, encoding.unwrap_or_default());
    let mut response = if matches(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Bytes::from_static(bytes).into_response()
    };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, content_type(asset.name));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, tag);
    }
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn matches(headers: &HeaderMap, tag: &str) -> bool {
    let asked = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok());
    asked.flat_map(|line| line.split(',')).any(|item| {
        let item = item.trim();
        item == "*" || item.strip_prefix("W/").unwrap_or(item) == tag
    })
}

/// The smallest form the browser takes; a coding with `q=0` is refused by it.
fn encoded(asset: &Asset, headers: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
    let takes = |coding: &str| {
        let lines = headers.get_all(header::ACCEPT_ENCODING).iter();
        lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .any(|item| {
                let mut parts = item.split(';');
                let named = parts
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .eq_ignore_ascii_case(coding);
                let refused = parts.any(|part| {
                    part.trim()
                        .strip_prefix("q=")
                        .is_some_and(|q| q.parse() == Ok(0.0))
                });
                named && !refused
            })
    };
    match (asset.brotli, asset.gzip) {
        (Some(bytes), _) if takes("br") => (Some("br"), bytes),
        (_, Some(bytes)) if takes("gzip") => (Some("gzip"), bytes),
        _ => (None, asset.plain),
    }
}

fn content_type(name: &str) -> HeaderValue {
    let guessed = mime_guess::from_path(name).first_or_octet_stream();
    let charset = if guessed.type_() == "text" {
        "; charset=utf-8"
    } else {
        ""
    };
    HeaderValue::from_str(&format!("{guessed}{charset}"))
        .unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

#[cfg(test)]
mod tests {
    use super::*;

    static ASSET: Asset = Asset {
        name: "a.js",
        hash: "00",
        plain: b"plain",
        gzip: Some(b"gz"),
        brotli: Some(b"br"),
    };

    #[test]
    fn the_smallest_form_the_browser_takes_is_sent() {
        let chosen = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, accept.parse().expect("header"));
            encoded(&ASSET, &headers).0
        };
        assert_eq!(chosen("gzip, deflate, br"), Some("br"));
        assert_eq!(chosen("gzip, br;q=0"), Some("gzip"));
        assert_eq!(chosen("identity"), None);
        assert_eq!(chosen("brx"), None);
    }

    #[test]
    fn scripts_and_styles_have_types_that_nosniff_accepts() {
        assert_eq!(content_type("a.js"), "text/javascript; charset=utf-8");
        assert_eq!(content_type("a.css"), "text/css; charset=utf-8");
        assert_eq!(content_type("a.svg"), "image/svg+xml");
    }
}
