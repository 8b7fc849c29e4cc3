//! Whether the viewer has the file already, or wants it only as it was (RFC 9110 §13). Pure.
use axum::http::{HeaderMap, HeaderName, Method, header};
use httpdate::HttpDate;
use std::{
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// What a file is compared by.
#[derive(Clone, Debug)]
pub struct Validators<'a> {
    /// The strong entity tag, without its quotes.
    pub etag: &'a str,
    /// In whole seconds; `None` where no HTTP date can say it.
    pub modified: Option<HttpDate>,
}

/// The answer to a request's conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Answer as if nothing had been asked.
    Proceed,
    /// 304: what the viewer has is right.
    NotModified,
    /// 412: the file is not as the viewer wants it.
    Failed,
}

/// Evaluates the conditions of a request in the order of §13.2.2, `If-Range` aside. The file is known to exist.
pub fn judge(method: &Method, headers: &HeaderMap, file: &Validators) -> Verdict {
    let safe = method == Method::GET || method == Method::HEAD;
    let named = |name| headers.contains_key(name);

    if named(header::IF_MATCH) {
        if !any_tag(headers, header::IF_MATCH, |weak, tag| {
            !weak && tag == file.etag.as_bytes()
        }) {
            return Verdict::Failed;
        }
    } else if let Some((modified, since)) = file
        .modified
        .zip(date(headers, header::IF_UNMODIFIED_SINCE))
        && modified > since
    {
        return Verdict::Failed;
    }

    if named(header::IF_NONE_MATCH) {
        // Compared weakly (§13.1.2): a cache may have made our strong tag weak.
        let has = any_tag(headers, header::IF_NONE_MATCH, |_, tag| {
            tag == file.etag.as_bytes()
        });
        return match (has, safe) {
            (false, _) => Verdict::Proceed,
            (true, true) => Verdict::NotModified,
            (true, false) => Verdict::Failed,
        };
    }
    if safe
        && let Some((modified, since)) = file.modified.zip(date(headers, header::IF_MODIFIED_SINCE))
        && modified <= since
    {
        return Verdict::NotModified;
    }
    Verdict::Proceed
}

/// Whether `If-Range` lets a range be sent (§13.1.5): it is absent, or holds this file's own tag or date exactly.
///
/// A weak tag never matches, and what is malformed does not either: the whole file is always right. A date counts as
/// strong (§8.8.2.2) because a stored file is never written twice, so it cannot have changed twice in one second.
pub fn range_applies(headers: &HeaderMap, file: &Validators) -> bool {
    let mut values = headers.get_all(header::IF_RANGE).iter();
    let Some(value) = values.next() else {
        return true;
    };
    if values.next().is_some() {
        return false;
    }
    let Ok(value) = value.to_str() else {
        return false;
    };
    if let Some(tag) = value.strip_prefix('"') {
        return tag.strip_suffix('"') == Some(file.etag);
    }
    let date = HttpDate::from_str(value).ok();
    date.is_some() && date == file.modified
}

/// A time as an HTTP date, its fraction of a second cut off; `None` before 1970 and from the year 9999 on.
pub fn http_date(time: SystemTime) -> Option<HttpDate> {
    /// 9999-01-01T00:00:00Z, in seconds. The crate panics beyond the end of that year.
    const YEAR_9999: Duration = Duration::from_secs(253_370_764_800);
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    (since < YEAR_9999).then(|| HttpDate::from(time))
}

/// The one date of a header; `None` for several, and for what is no date (§13.1.3 has both ignored).
fn date(headers: &HeaderMap, name: HeaderName) -> Option<HttpDate> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    HttpDate::from_str(value.to_str().ok()?).ok()
}

/// Whether a list of entity tags (§8.8.3, §5.6.1) is `*`, or holds one that `matches(weak, tag)`.
fn any_tag(headers: &HeaderMap, name: HeaderName, matches: impl Fn(bool, &[u8]) -> bool) -> bool {
    headers.get_all(name).iter().any(|value| {
        let value = value.as_bytes().trim_ascii();
        value == b"*" || tags(value).any(|(weak, tag)| matches(weak, tag))
    })
}

/// The tags of a list, up to the first that is malformed. A comma inside of quotes is part of a tag.
fn tags(list: &[u8]) -> impl Iterator<Item = (bool, &[u8])> {
    let mut rest = list;
    std::iter::from_fn(move || {
        while let [b' ' | b'\t' | b',', after @ ..] = rest {
            rest = after;
        }
        let (weak, opaque) = match rest {
            [b'W', b'/', b'"', opaque @ ..] => (true, opaque),
            [b'"', opaque @ ..] => (false, opaque),
            _ => return None,
        };
        let end = opaque.iter().position(|&byte| byte == b'"')?;
        rest = &opaque[end + 1..];
        Some((weak, &opaque[..end]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use header::{
        IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE as IF_UNMODIFIED,
    };

    /// One second before the file, the file's own second, one after.
    const BEFORE: &str = "Fri, 20 Nov 2026 09:59:59 GMT";
    const EXACT: &str = "Fri, 20 Nov 2026 10:00:00 GMT";
    const AFTER: &str = "Fri, 20 Nov 2026 10:00:01 GMT";

    fn file() -> Validators<'static> {
        // Half a second past the date that the header can say.
        let modified = httpdate::parse_http_date(EXACT).unwrap() + Duration::from_millis(500);
        Validators {
            etag: "abc.mp4",
            modified: http_date(modified),
        }
    }

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn get(pairs: &[(HeaderName, &str)]) -> Verdict {
        judge(&Method::GET, &headers(pairs), &file())
    }

    #[test]
    fn a_request_without_conditions_proceeds() {
        assert_eq!(get(&[]), Verdict::Proceed);
    }

    #[test]
    fn a_viewer_who_has_the_file_is_told_so() {
        for value in [
            r#""abc.mp4""#,
            r#"W/"abc.mp4""#,
            r#""x", "abc.mp4""#,
            r#""x",W/"abc.mp4""#,
            r#", ,"a,b" , "abc.mp4""#,
            "*",
            " * ",
        ] {
            assert_eq!(
                get(&[(IF_NONE_MATCH, value)]),
                Verdict::NotModified,
                "{value}"
            );
        }
        let two = [(IF_NONE_MATCH, r#""x""#), (IF_NONE_MATCH, r#""abc.mp4""#)];
        assert_eq!(get(&two), Verdict::NotModified);
    }

    #[test]
    fn a_viewer_who_has_another_file_gets_this_one() {
        for value in [
            r#""x""#,
            r#""abc.mp4x""#,
            r#""ABC.MP4""#,
            r#"abc.mp4"#,
            r#""abc.mp4"#,
            r#"w/"abc.mp4""#,
            r#""x,"abc.mp4""#,
            r#""a, "abc.mp4", b""#,
            "**",
            "",
        ] {
            assert_eq!(get(&[(IF_NONE_MATCH, value)]), Verdict::Proceed, "{value}");
        }
    }

    #[test]
    fn a_head_is_judged_as_a_get_and_another_method_fails() {
        let headers = headers(&[(IF_NONE_MATCH, "*")]);
        assert_eq!(
            judge(&Method::HEAD, &headers, &file()),
            Verdict::NotModified
        );
        assert_eq!(judge(&Method::PUT, &headers, &file()), Verdict::Failed);
    }

    #[test]
    fn if_match_is_compared_strongly() {
        for value in [r#""abc.mp4""#, r#""x", "abc.mp4""#, "*"] {
            assert_eq!(get(&[(IF_MATCH, value)]), Verdict::Proceed, "{value}");
        }
        for value in [r#"W/"abc.mp4""#, r#""x""#, "abc.mp4", "", "\""] {
            assert_eq!(get(&[(IF_MATCH, value)]), Verdict::Failed, "{value}");
        }
    }

    #[test]
    fn a_date_is_compared_by_whole_seconds() {
        assert_eq!(get(&[(IF_MODIFIED_SINCE, BEFORE)]), Verdict::Proceed);
        assert_eq!(get(&[(IF_MODIFIED_SINCE, EXACT)]), Verdict::NotModified);
        assert_eq!(get(&[(IF_MODIFIED_SINCE, AFTER)]), Verdict::NotModified);
        assert_eq!(get(&[(IF_UNMODIFIED, BEFORE)]), Verdict::Failed);
        assert_eq!(get(&[(IF_UNMODIFIED, EXACT)]), Verdict::Proceed);
        assert_eq!(get(&[(IF_UNMODIFIED, AFTER)]), Verdict::Proceed);
    }

    #[test]
    fn all_three_forms_of_a_date_are_read() {
        for value in [
            EXACT,
            "Friday, 20-Nov-26 10:00:00 GMT",
            "Fri Nov 20 10:00:00 2026",
        ] {
            assert_eq!(
                get(&[(IF_MODIFIED_SINCE, value)]),
                Verdict::NotModified,
                "{value}"
            );
        }
    }

    #[test]
    fn what_is_no_date_is_ignored() {
        for value in ["", "0", "yesterday", "2026-11-20T10:00:00Z"] {
            assert_eq!(
                get(&[(IF_MODIFIED_SINCE, value)]),
                Verdict::Proceed,
                "{value}"
            );
            assert_eq!(get(&[(IF_UNMODIFIED, value)]), Verdict::Proceed, "{value}");
        }
        let two = [(IF_MODIFIED_SINCE, AFTER), (IF_MODIFIED_SINCE, AFTER)];
        assert_eq!(get(&two), Verdict::Proceed);
    }

    #[test]
    fn a_tag_goes_before_a_date() {
        let (other, own) = (r#""x""#, r#""abc.mp4""#);
        let pairs = [(IF_NONE_MATCH, other), (IF_MODIFIED_SINCE, AFTER)];
        assert_eq!(get(&pairs), Verdict::Proceed);
        let pairs = [(IF_MATCH, own), (IF_UNMODIFIED, BEFORE)];
        assert_eq!(get(&pairs), Verdict::Proceed);
    }

    #[test]
    fn a_failed_match_goes_before_not_modified() {
        let (other, own) = (r#""x""#, r#""abc.mp4""#);
        assert_eq!(
            get(&[(IF_MATCH, other), (IF_NONE_MATCH, own)]),
            Verdict::Failed
        );
        assert_eq!(
            get(&[(IF_MATCH, own), (IF_NONE_MATCH, own)]),
            Verdict::NotModified
        );
        assert_eq!(
            get(&[(IF_UNMODIFIED, BEFORE), (IF_NONE_MATCH, own)]),
            Verdict::Failed
        );
    }

    #[test]
    fn if_modified_since_is_for_reading_alone() {
        let headers = headers(&[(IF_MODIFIED_SINCE, AFTER)]);
        assert_eq!(judge(&Method::POST, &headers, &file()), Verdict::Proceed);
        assert_eq!(
            judge(&Method::HEAD, &headers, &file()),
            Verdict::NotModified
        );
    }

    #[test]
    fn a_range_goes_on_only_with_the_very_same_file() {
        let applies = |value| range_applies(&headers(&[(IF_RANGE, value)]), &file());
        assert!(range_applies(&HeaderMap::new(), &file()));
        assert!(applies(r#""abc.mp4""#));
        assert!(applies(EXACT));
        for value in [
            r#"W/"abc.mp4""#,
            r#""x""#,
            r#""abc.mp4", "x""#,
            "abc.mp4",
            "*",
            "\"",
            "",
            BEFORE,
            AFTER,
        ] {
            assert!(!applies(value), "{value}");
        }
        let two = headers(&[(IF_RANGE, r#""abc.mp4""#), (IF_RANGE, r#""abc.mp4""#)]);
        assert!(!range_applies(&two, &file()));
    }

    #[test]
    fn a_file_without_a_date_answers_to_its_tag_alone() {
        let file = Validators {
            etag: "abc.mp4",
            modified: None,
        };
        for name in [IF_MODIFIED_SINCE, IF_UNMODIFIED] {
            let headers = headers(&[(name, EXACT)]);
            assert_eq!(judge(&Method::GET, &headers, &file), Verdict::Proceed);
        }
        assert!(!range_applies(&headers(&[(IF_RANGE, EXACT)]), &file));
        assert!(!range_applies(&headers(&[(IF_RANGE, "none")]), &file));
    }

    #[test]
    fn a_time_that_no_date_can_say_is_none() {
        assert!(http_date(UNIX_EPOCH - Duration::from_secs(1)).is_none());
        assert!(http_date(UNIX_EPOCH + Duration::from_secs(253_402_300_800)).is_none());
        assert_eq!(
            http_date(UNIX_EPOCH).unwrap().to_string(),
            "Thu, 01 Jan 1970 00:00:00 GMT"
        );
    }
}
