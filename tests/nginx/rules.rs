//! Where two answers may differ, and why.

use super::{Difference, forms, plainly, replies::Field, requests::Request};

/// One reason for a difference. The test fails when no request needs it, so none can outlive its use.
pub struct Rule {
    /// What allows our answer, or asks for it.
    pub rfc: &'static str,
    pub why: &'static str,
    explains: fn(&Difference) -> bool,
    /// Says the same as we understand it, so that nginx cannot understand it otherwise: what it answers to that is
    /// what we have to answer. Without it our answer is right by itself.
    pub plainly: Option<fn(&mut Request)>,
}

impl Rule {
    pub fn explains(&self, difference: &Difference) -> bool {
        (self.explains)(difference)
    }
}

/// The first that explains a difference is the one.
pub const ALL: &[Rule] = &[
    Rule {
        rfc: "RFC 9110 §15.5",
        why: "an error's body is each server's own explanation",
        explains: |it| {
            let said = ["content-length", "content-type", "transfer-encoding"];
            it.ours.status >= 400
                && match it.field {
                    Field::Header(name) => said.contains(&name),
                    field => field == Field::Body,
                }
        },
        plainly: None,
    },
    Rule {
        rfc: "RFC 9110 §14.3",
        why: "we say that there are ranges with every answer about the film, nginx with 200",
        explains: |it| {
            it.field == Field::Header("accept-ranges")
                && [206, 304, 412, 416].contains(&it.ours.status)
                && it.ours.header("accept-ranges") == "bytes"
                && it.theirs.header("accept-ranges").is_empty()
        },
        plainly: None,
    },
    Rule {
        rfc: "RFC 9112 §9.3",
        why: "nginx closes the connection after some refusals",
        explains: |it| {
            let refused = matches!(it.ours.status, 400 | 412)
                || (it.ours.status == 405 && it.request.method == "TRACE");
            it.field == Field::Connection && refused && it.ours.goes_on && !it.theirs.goes_on
        },
        plainly: None,
    },
    Rule {
        rfc: "RFC 9110 §2.5",
        why: "a version of HTTP that we do not know is a bad request; nginx takes later ones of 1 and has 505 for the rest",
        explains: |it| {
            let known = ["HTTP/1.0", "HTTP/1.1"].contains(&&*it.request.version);
            !known && answers(it, &[400], &[200, 505])
        },
        plainly: None,
    },
    Rule {
        rfc: "RFC 9110 §5.5",
        why: "a control character makes a request malformed; nginx lets most of them pass",
        explains: |it| {
            let lines = &it.request.lines;
            let odd = |letter: char| letter.is_control() && letter != '\t';
            lines.iter().any(|line| line.contains(odd)) && answers(it, &[400], &[200])
        },
        plainly: None,
    },
    Rule {
        rfc: "RFC 9112 §6.3",
        why: "a request whose last transfer coding is not chunked has no end, and so is malformed; nginx does not know it",
        explains: |it| it.request.has("transfer-encoding") && answers(it, &[400], &[501]),
        plainly: None,
    },
    Rule {
        rfc: "RFC 9110 §9.1",
        why: "a method is told by its exact letters: we know none in small ones, nginx calls them malformed",
        explains: |it| {
            it.request
                .method
                .contains(|letter: char| !letter.is_ascii_uppercase())
                && answers(it, &[405], &[400])
        },
        plainly: Some(|request| request.method = "FOO".to_owned()),
    },
    Rule {
        rfc: "RFC 9112 §3.2",
        why: "an empty Host is well-formed; nginx refuses it",
        explains: |it| it.request.all("host") == [""] && answers(it, &[200], &[400]),
        plainly: Some(|request| request.set("host", "x")),
    },
    Rule {
        rfc: "RFC 9110 §5.3",
        why: "lines of a list are one list, and a field that is no list is ignored when it comes twice; nginx refuses both",
        explains: |it| {
            let names = [
                "range",
                "if-match",
                "if-none-match",
                "if-range",
                "if-modified-since",
                "if-unmodified-since",
            ];
            names.iter().any(|name| it.request.all(name).len() > 1)
                && (answers(it, &[200, 206, 304, 404, 405, 412, 416], &[400])
                    || answers(it, &[200], &[206, 416]))
        },
        plainly: Some(plainly::joined),
    },
    Rule {
        rfc: "RFC 9110 §15.5.4",
        why: "the folder of films is not there for us, and forbidden for nginx",
        explains: |it| is_oddly_addressed(it) && answers(it, &[404], &[403]),
        plainly: Some(plainly::nowhere),
    },
    Rule {
        rfc: "RFC 9110 §15.5.1",
        why: "a path that leaves the site, or holds a NUL, is not there for us, and malformed for nginx",
        explains: |it| is_oddly_addressed(it) && answers(it, &[404, 405], &[400]),
        plainly: Some(plainly::nowhere),
    },
    Rule {
        rfc: "RFC 9110 §15.5.6",
        why: "we judge the method before we look for the film, nginx the other way round",
        explains: |it| is_oddly_addressed(it) && !reads(it) && answers(it, &[405], &[403, 404]),
        plainly: Some(|request| request.target = "{path}".to_owned()),
    },
    Rule {
        rfc: "RFC 9110 §15.5.5",
        why: "an address that we do not know is not there, whatever the method; nginx judges the method first",
        explains: |it| is_oddly_addressed(it) && !reads(it) && answers(it, &[404], &[405]),
        plainly: Some(|request| {
            plainly::nowhere(request);
            request.method = "GET".to_owned();
        }),
    },
    Rule {
        rfc: "RFC 9110 §4.2.3",
        why: "nginx may normalise a path; for us a film has one address",
        explains: |it| is_oddly_addressed(it) && answers(it, &[404], &[200, 206, 304, 412, 416]),
        plainly: Some(plainly::nowhere),
    },
    Rule {
        rfc: "RFC 9110 §13.1.1",
        why: "a * is no member of a list: what comes with others is malformed and matches nothing; nginx passes over it",
        explains: |it| {
            let starred = |name| {
                it.request
                    .all(name)
                    .iter()
                    .any(|list| list.starts_with("*,"))
            };
            (starred("if-match") && it.ours.status == 412 && it.field == Field::Status)
                || (starred("if-none-match") && answers(it, &[200, 206, 416], &[304]))
        },
        plainly: Some(|request| {
            for name in ["if-match", "if-none-match"] {
                if request.all(name).iter().any(|list| list.starts_with("*,")) {
                    request.set(name, "\"other\"");
                }
            }
        }),
    },
    Rule {
        rfc: "RFC 9110 §13.1.4",
        why: "If-Unmodified-Since is ignored when it is no date; nginx compares it",
        explains: |it| {
            no_date(it, "if-unmodified-since") && answers(it, &[200, 206, 304, 416], &[412])
        },
        plainly: Some(|request| request.drop("if-unmodified-since")),
    },
    Rule {
        rfc: "RFC 9110 §13.1.4",
        why: "If-Unmodified-Since is ignored where If-Match is",
        explains: |it| {
            it.request.has("if-match")
                && it.request.has("if-unmodified-since")
                && answers(it, &[200, 206, 304, 416], &[412])
        },
        plainly: Some(|request| request.drop("if-unmodified-since")),
    },
    Rule {
        rfc: "RFC 9110 §13.1.3",
        why: "If-Modified-Since is ignored where If-None-Match is",
        explains: |it| {
            it.request.has("if-none-match")
                && it.request.has("if-modified-since")
                && answers(it, &[304], &[200, 206, 416])
        },
        plainly: Some(|request| request.drop("if-modified-since")),
    },
    Rule {
        rfc: "RFC 9110 §13.1.3",
        why: "If-Modified-Since is ignored when it is no date; nginx takes an F for February",
        explains: |it| no_date(it, "if-modified-since") && answers(it, &[200, 206, 416], &[304]),
        plainly: Some(|request| request.drop("if-modified-since")),
    },
    Rule {
        rfc: "RFC 9110 §14.2",
        why: "only a GET has ranges; for nginx a HEAD has too",
        explains: |it| {
            it.request.method == "HEAD"
                && it.request.has("range")
                && answers(it, &[200], &[206, 416])
        },
        plainly: Some(|request| request.drop("range")),
    },
    Rule {
        rfc: "RFC 9110 §5.6.1.2",
        why: "white space and nothing at all between the commas of a list are passed over",
        explains: |it| {
            let spaced = |it: &&str| it.trim().is_empty() || it.contains('\t');
            it.request.ranges().iter().any(spaced) && answers(it, &[206], &[416])
        },
        plainly: Some(plainly::tidied),
    },
    Rule {
        rfc: "RFC 9110 §14.1.1",
        why: "a malformed range may be ignored, as we do, or refused, as nginx does, which forgives spaces",
        explains: |it| {
            it.request.ranges().iter().any(|range| !is_range(range))
                && answers(it, &[200], &[206, 416])
        },
        plainly: Some(|request| request.drop("range")),
    },
    Rule {
        rfc: "RFC 9110 §14.1.2",
        why: "a number past the end means the end however large it is; nginx has a largest number",
        explains: |it| {
            it.request.ranges().iter().any(|range| range.len() > 18)
                && answers(it, &[200, 206], &[416])
        },
        plainly: Some(plainly::shortened),
    },
    Rule {
        rfc: "RFC 9110 §14.2",
        why: "several ranges may be ignored: we send the whole film, nginx its parts",
        explains: |it| it.request.ranges().len() > 1 && answers(it, &[200], &[206]),
        plainly: Some(|request| request.drop("range")),
    },
];

/// Whether the status differs, and is one of these and one of those.
fn answers(it: &Difference, ours: &[u16], theirs: &[u16]) -> bool {
    it.field == Field::Status
        && ours.contains(&it.ours.status)
        && theirs.contains(&it.theirs.status)
}

fn is_oddly_addressed(it: &Difference) -> bool {
    it.request.target != "{path}"
}

fn reads(it: &Difference) -> bool {
    ["GET", "HEAD"].contains(&&*it.request.method)
}

fn no_date(it: &Difference, name: &str) -> bool {
    matches!(it.request.all(name)[..], [value] if !forms::is_date(value))
}

/// Whether it is a range by the grammar, white space around it aside.
fn is_range(text: &str) -> bool {
    let Some((first, last)) = text.trim_matches([' ', '\t']).split_once('-') else {
        return false;
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // Without zeros in front the longer number is the larger one.
    let larger = |text: &str| {
        (
            text.trim_start_matches('0').len(),
            text.trim_start_matches('0').to_owned(),
        )
    };
    let ordered = first.is_empty() || last.is_empty() || larger(first) <= larger(last);
    digits(first) && digits(last) && ordered && first.len() + last.len() > 0
}
