//! Whether a browser shows a file or saves it, and under which name (RFC 6266, RFC 8187). Pure.
use axum::http::HeaderValue;

use crate::web::text;

/// The most characters of a name that are sent.
const LONGEST: usize = 200;

/// The `Content-Disposition` of a file of this media type: media is shown, everything else is saved.
///
/// A picture is one of those that cannot hold a script; an SVG is saved.
pub(super) fn of(content_type: &str, name: Option<&str>) -> HeaderValue {
    let kind = if is_media(content_type) {
        "inline"
    } else {
        "attachment"
    };
    let text = match name.map(cleaned) {
        Some(name) if !name.is_empty() => format!("{kind}; {}", parameters(&name)),
        _ => kind.to_owned(),
    };
    // All of it is printable ASCII by now, so this cannot fail; saving is the safe answer.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("attachment"))
}

/// Whether a browser shows files of this type, none of which can hold a script.
pub(super) fn is_media(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence.starts_with("video/")
        || essence.starts_with("audio/")
        || matches!(
            essence.as_str(),
            "image/jpeg" | "image/png" | "image/webp" | "image/gif" | "image/avif" | "text/vtt"
        )
}

fn cleaned(name: &str) -> String {
    text::file_name(name).chars().take(LONGEST).collect()
}

/// A plain name for old readers and, where that is not the whole name, the exact one.
fn parameters(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|letter| match letter {
            // A percent sign makes some readers decode; the rest would need escaping, which readers differ on.
            '"' | '\\' | '%' => '_',
            ' '..='~' => letter,
            _ => '_',
        })
        .collect();
    if plain == name {
        return format!("filename=\"{plain}\"");
    }
    let mut exact = String::new();
    for byte in name.bytes() {
        // attr-char of RFC 8187 §3.2.1.
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            exact.push(char::from(byte));
        } else {
            exact.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(content_type: &str, name: &str) -> String {
        let value = of(content_type, Some(name));
        value.to_str().unwrap().to_owned()
    }

    #[test]
    fn media_is_shown_and_everything_else_is_saved() {
        for kind in [
            "video/mp4",
            "audio/mp4",
            "image/jpeg",
            "image/webp",
            "Text/VTT; charset=utf-8",
        ] {
            assert_eq!(of(kind, None), "inline", "{kind}");
        }
        for kind in [
            "text/html",
            "image/svg+xml",
            "application/pdf",
            "text/plain",
            "",
            "videoo/x",
        ] {
            assert_eq!(of(kind, None), "attachment", "{kind}");
        }
    }

    #[test]
    fn a_plain_name_is_sent_plainly() {
        assert_eq!(
            text("video/mp4", "lesson 1.mp4"),
            r#"inline; filename="lesson 1.mp4""#
        );
    }

    #[test]
    fn a_korean_name_is_sent_exactly() {
        assert_eq!(
            text("application/zip", "첫 강의.zip"),
            "attachment; filename=\"_ __.zip\"; filename*=UTF-8''%EC%B2%AB%20%EA%B0%95%EC%9D%98.zip"
        );
    }

    #[test]
    fn a_name_cannot_leave_its_quotes_or_its_header() {
        assert_eq!(
            text("text/html", "a\"; x=\"b\r\nSet-Cookie: c"),
            "attachment; filename=\"a_; x=_bSet-Cookie: c\"; filename*=UTF-8''a%22%3B%20x%3D%22bSet-Cookie%3A%20c"
        );
        assert_eq!(
            text("video/mp4", "50%.mp4"),
            "inline; filename=\"50_.mp4\"; filename*=UTF-8''50%25.mp4"
        );
    }

    #[test]
    fn a_path_or_a_turned_name_is_cleaned() {
        assert_eq!(
            text("video/mp4", "../../etc/passwd"),
            r#"inline; filename="passwd""#
        );
        for folder in [".", "..", "a/.."] {
            assert_eq!(text("video/mp4", folder), "inline", "{folder}");
        }
        assert_eq!(
            text("video/mp4", r"C:\films\a.mp4"),
            r#"inline; filename="a.mp4""#
        );
        assert_eq!(
            text("video/mp4", "gpj\u{202e}4pm.exe"),
            r#"inline; filename="gpj4pm.exe""#
        );
        for nothing in ["", "/", "\0\r\n", "  "] {
            assert_eq!(text("video/mp4", nothing), "inline");
        }
    }

    #[test]
    fn a_long_name_is_cut() {
        let long = "가".repeat(100_000);
        assert!(text("video/mp4", &long).len() < 2200);
    }
}
