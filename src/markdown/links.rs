//! Where an address leads, and whether it may.

use url::Url;

use super::{Options, Times, times};

/// Stands for the site when its origin is not known (RFC 6761 §6.4 keeps the name from meaning
/// anything).
const NOWHERE: &str = "https://site.invalid/";

/// Decides about addresses for one text.
pub(super) struct Judge<'a> {
    pub(super) options: &'a Options<'a>,
    /// The last video that stood apart.
    pub(super) card: Option<i64>,
    site: Url,
}

/// Where a link leads, as the value of its `href`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Within this site: a path, a query or a fragment, without a host.
    Own(String),
    /// Anywhere else, by `http:`, `https:` or `mailto:`.
    Foreign(String),
}

impl<'a> Judge<'a> {
    pub(super) fn new(options: &'a Options<'a>) -> Judge<'a> {
        let site = Url::parse(options.origin)
            .ok()
            .filter(Url::has_host)
            .or_else(|| Url::parse(NOWHERE).ok())
            .expect("a constant address");
        Judge {
            options,
            card: None,
            site,
        }
    }

    /// The page that times lead into, empty for the one they stand on, and the last second they may
    /// be; `None` where they are text.
    pub(super) fn times(&self) -> Option<(String, u32)> {
        match self.options.times {
            Times::Text => None,
            Times::Links => Some((String::new(), u32::MAX)),
            Times::LinksUntil(last) => Some((String::new(), last)),
            Times::LinksToCards => Some((format!("/video/{}/", self.card?), u32::MAX)),
        }
    }

    /// Where an address leads, read as browsers read it (the URL Standard); `None` for one that must
    /// not be a link: other schemes, names and passwords before the host, another host without a
    /// scheme, and words that are no address.
    pub(super) fn target(&self, address: &str) -> Option<Target> {
        let is_hidden = |letter: char| letter.is_control() || letter == '\\';
        if address.contains(is_hidden) || address.starts_with("//") {
            return None;
        }
        let is_relative = address.starts_with(['/', '?', '#']);
        let url = if is_relative {
            self.site.join(address).ok()?
        } else {
            Url::parse(address).ok()?
        };
        match url.scheme() {
            "mailto" => return Some(Target::Foreign(url.into())),
            "http" | "https" => {}
            _ => return None,
        }
        if !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        // The scheme does not count, so that links from before a site had https stay its own.
        if url.host() != self.site.host() || url.port() != self.site.port() {
            return Some(Target::Foreign(url.into()));
        }
        let whole: &str = &url[url::Position::BeforePath..];
        Some(Target::Own(match address.chars().next() {
            Some('?') => url[url::Position::AfterPath..].to_owned(),
            Some('#') => url[url::Position::AfterQuery..].to_owned(),
            // Two slashes would make a host of what follows.
            _ if whole.starts_with("//") => return None,
            _ => whole.to_owned(),
        }))
    }

    /// The path of an image that may be shown: one of this site's, below a path of
    /// [`Options::images`], spelled without escapes so that it cannot lead elsewhere.
    pub(super) fn image(&self, address: &str) -> Option<String> {
        let Some(Target::Own(path)) = self.target(address) else {
            return None;
        };
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
        let below = |start: &&str| path.len() > start.len() && path.starts_with(*start);
        let is_ours = self.options.images.iter().any(below) && path.chars().all(is_plain);
        is_ours.then_some(path)
    }

    /// The video an address leads to, and the second it starts at.
    pub(super) fn video(&self, address: &str) -> Option<(i64, u32)> {
        let Some(Target::Own(path)) = self.target(address) else {
            return None;
        };
        let url = self.site.join(&path).ok()?;
        let id = url.path().strip_prefix("/video/")?;
        let id = id.strip_suffix('/').unwrap_or(id);
        if !id.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let id = id.parse().ok()?;
        let t = url.query_pairs().find(|(name, _)| name == "t");
        Some((id, t.map_or(0, |(_, t)| times::start(&t))))
    }
}

/// The second that a link on a video's own page leads to: `?t=90` and nothing else.
pub(super) fn seek(own: &str) -> Option<u32> {
    let seconds = own.strip_prefix("?t=")?;
    let is_number = seconds.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| seconds.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: Options = Options {
        origin: "https://madang.example",
        images: &["/media/", "/board/file/"],
        heading: 2,
        times: Times::Text,
        author_is_new: false,
    };

    #[test]
    fn an_address_leads_where_a_browser_would_go() {
        let judge = Judge::new(&OPTIONS);
        let own = |to: &str| Some(Target::Own(to.to_owned()));
        let foreign = |to: &str| Some(Target::Foreign(to.to_owned()));
        for (address, target) in [
            ("/board/3/?page=2#c", own("/board/3/?page=2#c")),
            ("?t=90", own("?t=90")),
            ("#end", own("#end")),
            ("https://madang.example/video/3/", own("/video/3/")),
            ("http://MADANG.example/video/3/", own("/video/3/")),
            ("https://madang.example:443", own("/")),
            (
                "https://madang.example:8443/",
                foreign("https://madang.example:8443/"),
            ),
            ("https://a.kr/가", foreign("https://a.kr/%EA%B0%80")),
            ("mailto:a@b.kr", foreign("mailto:a@b.kr")),
            ("https://madang.example//evil.example/", None),
            ("//evil.example/", None),
            ("/\\evil.example/", None),
            ("/\t/evil.example/", None),
            ("https:evil\u{1}.example", None),
            ("https://madang.example@evil.example/", None),
            ("https://me:secret@madang.example/", None),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("naver.com", None),
            ("", None),
        ] {
            assert_eq!(judge.target(address), target, "{address}");
        }
        assert_eq!(judge.target("/..//evil.example/"), None);
    }

    #[test]
    fn only_this_sites_own_pictures_are_images() {
        let judge = Judge::new(&OPTIONS);
        let image = |address| judge.image(address);
        assert_eq!(image("/media/a.png").as_deref(), Some("/media/a.png"));
        assert_eq!(
            image("https://madang.example/board/file/3/a.png").as_deref(),
            Some("/board/file/3/a.png")
        );
        for address in [
            "https://a.kr/media/a.png",
            "/media/",
            "/media/../logout/",
            "/media/%2e%2e/logout/",
            "/media/a%2f..%2f..%2flogout",
            "/media/a.png?next=/",
            "/static/a.png",
            "data:image/png;base64,AAAA",
        ] {
            assert_eq!(image(address), None, "{address}");
        }
    }

    #[test]
    fn a_video_is_known_by_its_address() {
        let judge = Judge::new(&OPTIONS);
        assert_eq!(judge.video("/video/3/"), Some((3, 0)));
        assert_eq!(
            judge.video("http://madang.example/video/3?t=1m30s"),
            Some((3, 90))
        );
        for address in [
            "https://a.kr/video/3/",
            "/video//",
            "/video/+3/",
            "/video/3/4/",
            "/video/99999999999999999999/",
            "/video/a/",
        ] {
            assert_eq!(judge.video(address), None, "{address}");
        }
    }

    #[test]
    fn a_site_without_an_origin_still_has_its_paths() {
        for origin in ["", "not an address", "mailto:a@b.kr"] {
            let options = Options { origin, ..OPTIONS };
            let judge = Judge::new(&options);
            assert_eq!(
                judge.target("/board/"),
                Some(Target::Own("/board/".to_owned()))
            );
        }
    }
}
