//! `next`: where to go after a login, never to another site.

/// The longest address taken, in bytes; longer ones become `/`. It holds a form of the admin site with
/// the list's longest search in its address, each byte of it as `%25F0`.
const LONGEST: usize = 6000;

/// `to` when it is a path on this site, else `/`. Refused are schemes, `//host`, a backslash
/// (browsers read it as a slash) and control characters (browsers drop tab and newline, so that
/// `/\t/host` becomes `//host`).
pub fn safe(to: &str) -> String {
    let harmless = to.len() <= LONGEST
        && to.starts_with('/')
        && !to.starts_with("//")
        && !to.contains('\\')
        && !to.chars().any(char::is_control);
    if harmless {
        encoded(to)
    } else {
        "/".to_owned()
    }
}

/// A Location header is ASCII (RFC 9110 §10.2.2): everything else is percent-encoded.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_graphic() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A login address that leads back to `path`.
pub fn login_for(login: &str, path: &str) -> String {
    super::paging::address(login, &[("next", path)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_kept() {
        for good in ["/", "/video/3/?t=90", "/?q=a&page=2", "/board/#c1", "/a//b"] {
            assert_eq!(safe(good), good);
        }
        assert_eq!(safe("/?q=강의"), "/?q=%EA%B0%95%EC%9D%98");
        for bad in [
            "",
            "//evil.kr",
            "///evil.kr",
            "https://evil.kr",
            "javascript:alert(1)",
            "/\\evil.kr",
            "\\\\evil.kr",
            "/\t/evil.kr",
            "/\n",
            " /",
            "evil",
            "/\u{0}",
            "/a\u{7f}",
            "@evil.kr",
        ] {
            assert_eq!(safe(bad), "/", "{bad:?}");
        }
        assert_eq!(safe(&format!("/{}", "a".repeat(LONGEST))), "/");
    }

    #[test]
    fn a_login_address_carries_the_whole_path() {
        assert_eq!(
            login_for("/login/", "/video/3/?t=9&x=1"),
            "/login/?next=%2Fvideo%2F3%2F%3Ft%3D9%26x%3D1"
        );
    }
}
