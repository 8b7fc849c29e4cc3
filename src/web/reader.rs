//! Who reads a page: a person or a program, and whether it is the same one as before.

use axum::http::{HeaderMap, header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{client::Client, viewer::Viewer};

/// Parts of the names of programs that open pages by themselves.
const ROBOTS: [&str; 16] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "preview",
    "fetch",
    "monitor",
    "lighthouse",
    "facebookexternalhit",
    "kakaotalk-scrap",
    "yeti/",
    "daum/",
    "daumoa",
    "curl",
    "wget",
    "python",
];

/// Whether the request comes from a person's browser that really shows the page.
pub fn by_a_person(headers: &HeaderMap) -> bool {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let agent = text(header::USER_AGENT.as_str()).to_ascii_lowercase();
    let ahead = [text("sec-purpose"), text("purpose")]
        .concat()
        .to_ascii_lowercase();
    !agent.is_empty()
        && !ROBOTS.iter().any(|robot| agent.contains(robot))
        && !ahead.contains("prefetch")
        && !ahead.contains("prerender")
}

/// Tells viewers apart without storing who they are: the account, else address and browser, hashed
/// with the site's key.
pub fn mark(key: &[u8], viewer: &Viewer, client: &Client, headers: &HeaderMap) -> String {
    // HMAC takes a key of any length, so this cannot fail.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length is a key");
    match viewer.id() {
        Some(id) => {
            mac.update(b"view by account");
            mac.update(&id.to_le_bytes());
        }
        None => {
            mac.update(b"view by address");
            mac.update(client.address.to_string().as_bytes());
            mac.update(&[0]);
            mac.update(
                headers
                    .get(header::USER_AGENT)
                    .map_or(b"", |agent| agent.as_bytes()),
            );
        }
    }
    URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..16])
}
