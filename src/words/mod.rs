//! The catalogue: every word a user reads, Korean and English side by side, one file a room.
//! Knows no request and no database; a missing translation does not compile.

pub mod accounts;
pub mod admin;
pub mod admin_board;
pub mod board;
pub mod captions;
pub mod comments;
pub mod console;
pub mod editor;
pub mod errors;
pub mod facts;
pub mod fill;
pub mod format;
pub mod frames;
pub mod jobs;
pub mod sending;
pub mod site;
pub mod uploads;
pub mod videos;

pub use fill::fill;

/// A language the site speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Korean, the default.
    Ko,
    /// English.
    En,
}

/// All words of one language, by room.
pub struct Catalogue {
    /// The language itself.
    pub lang: Lang,
    /// Frame, navigation, paging, times.
    pub site: &'static site::Words,
    /// Sign-up, login, passwords.
    pub accounts: &'static accounts::Words,
    /// Listing and watch page.
    pub videos: &'static videos::Words,
    /// The board's list, posts and feeds.
    pub board: &'static board::Words,
    /// Comments and reports.
    pub comments: &'static comments::Words,
    /// The commands that see to files.
    pub console: &'static console::Words,
    /// Writing in Markdown, files of a post.
    pub editor: &'static editor::Words,
    /// The admin site.
    pub admin: &'static admin::Words,
    /// Its posts, comments and reports.
    pub admin_board: &'static admin_board::Words,
    /// The choice of a thumbnail from a video's frames.
    pub frames: &'static frames::Words,
    /// What is done for a video in the background.
    pub jobs: &'static jobs::Words,
    /// Captions of videos.
    pub captions: &'static captions::Words,
    /// What a video file is, and where it plays.
    pub facts: &'static facts::Words,
    /// The video form's files on their way.
    pub sending: &'static sending::Words,
    /// Uploads in pieces.
    pub uploads: &'static uploads::Words,
    /// What went wrong and what to do.
    pub errors: &'static errors::Words,
}

static KO: Catalogue = Catalogue {
    lang: Lang::Ko,
    site: &site::KO,
    accounts: &accounts::KO,
    videos: &videos::KO,
    board: &board::KO,
    comments: &comments::KO,
    console: &console::KO,
    editor: &editor::KO,
    frames: &frames::KO,
    jobs: &jobs::KO,
    captions: &captions::KO,
    admin: &admin::KO,
    admin_board: &admin_board::KO,
    facts: &facts::KO,
    sending: &sending::KO,
    uploads: &uploads::KO,
    errors: &errors::KO,
};

static EN: Catalogue = Catalogue {
    lang: Lang::En,
    site: &site::EN,
    accounts: &accounts::EN,
    videos: &videos::EN,
    board: &board::EN,
    comments: &comments::EN,
    console: &console::EN,
    editor: &editor::EN,
    frames: &frames::EN,
    jobs: &jobs::EN,
    captions: &captions::EN,
    admin: &admin::EN,
    admin_board: &admin_board::EN,
    facts: &facts::EN,
    sending: &sending::EN,
    uploads: &uploads::EN,
    errors: &errors::EN,
};

impl Lang {
    /// This language's words.
    pub fn words(self) -> &'static Catalogue {
        match self {
            Lang::Ko => &KO,
            Lang::En => &EN,
        }
    }

    /// The language's BCP 47 tag, as `<html lang>` wants it.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Ko => "ko",
            Lang::En => "en",
        }
    }

    /// Reads a tag such as `ko`, `ko-KR` or `en_US`; `None` for a language the site does not speak.
    pub fn from_tag(tag: &str) -> Option<Lang> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("ko") {
            Some(Lang::Ko)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Lang::En)
        } else {
            None
        }
    }

    /// The language an `Accept-Language` header asks for (RFC 9110 §12.5.4): the highest weight
    /// wins, the earlier of equals; `q=0` and unknown languages are passed over.
    pub fn from_accept_language(header: &str) -> Option<Lang> {
        let mut best: Option<(f32, Lang)> = None;
        for item in header.split(',').take(32) {
            let mut parts = item.split(';');
            let Some(lang) = Lang::from_tag(parts.next().unwrap_or_default()) else {
                continue;
            };
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.parse().unwrap_or(0.0));
            if weight > 0.0 && best.is_none_or(|(top, _)| weight > top) {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }
}

/// One room's words: `name = "Korean", "English";` makes a field of `Words`.
macro_rules! words {
    ($($name:ident = $ko:literal, $en:literal;)+) => {
        /// The words of this room; each field's text is its own documentation.
        #[allow(missing_docs)]
        pub struct Words { $(pub $name: &'static str,)+ }
        pub(super) static KO: Words = Words { $($name: $ko,)+ };
        pub(super) static EN: Words = Words { $($name: $en,)+ };
    };
}
use words;

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn the_heaviest_known_language_is_chosen() {
        let asked = Lang::from_accept_language;
        assert_eq!(asked("fr-FR, en;q=0.5, ko;q=0.8"), Some(Lang::Ko));
        assert_eq!(asked("en-US,en;q=0.9"), Some(Lang::En));
        assert_eq!(asked("ko;q=0, en;q=0.1"), Some(Lang::En));
        assert_eq!(asked("fr, *"), None);
        assert_eq!(asked(";;;q=,,"), None);
    }
}
