//! What every page carries around its content: words, viewer, theme, messages.

use axum::{extract::FromRequestParts, http::request::Parts};
use jiff::tz::TimeZone;
use tower_sessions::Session;

use super::{assets, errors::Error, paging, preferences::Preferences, sessions, viewer::Viewer};
use crate::{
    state::App,
    words::{Catalogue, Lang, fill},
};

/// The light the viewer chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// As the device prefers; dark when it says nothing.
    #[default]
    Auto,
    /// Always dark.
    Dark,
    /// Always light.
    Light,
}

impl Theme {
    /// The value in the cookie and in `<html data-theme>`.
    pub fn name(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Dark => "dark",
            Theme::Light => "light",
        }
    }

    /// Reads a cookie or form value.
    pub fn from_name(name: &str) -> Option<Theme> {
        [Theme::Auto, Theme::Dark, Theme::Light]
            .into_iter()
            .find(|theme| theme.name() == name)
    }
}

/// How a message to the viewer is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It worked.
    Success,
    /// It worked, or did not, and something should be known.
    Warning,
    /// It did not work.
    Error,
}

/// A sentence shown once, on the next page.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Message {
    /// How it is meant.
    pub level: Level,
    /// The sentence.
    pub text: String,
    /// Where what it names is found, and the name as it stands in the sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<(String, String)>,
}

impl Message {
    /// A sentence.
    pub fn new(level: Level, text: String) -> Message {
        Message {
            level,
            text,
            link: None,
        }
    }

    /// A sentence in which the `name` of something, in quotation marks, leads to it.
    pub fn linked(level: Level, text: String, name: &str, url: String) -> Message {
        Message {
            level,
            text,
            link: Some((name.to_owned(), url)),
        }
    }

    /// The sentence in parts: before the name, the name with where it leads, and after it.
    pub fn parts(&self) -> (&str, Option<(&str, &str)>, &str) {
        let plain = (self.text.as_str(), None, "");
        let Some((name, url)) = &self.link else {
            return plain;
        };
        // A name may be a word of the sentence, too; the one meant stands in quotation marks.
        let quoted = |(open, close): (char, char)| {
            let found = self.text.find(&format!("{open}{name}{close}"))?;
            Some(found + open.len_utf8())
        };
        let Some(start) = [('‘', '’'), ('“', '”')].into_iter().find_map(quoted) else {
            return plain;
        };
        let (before, rest) = self.text.split_at(start);
        let (name, after) = rest.split_at(name.len());
        (before, Some((name, url)), after)
    }

    /// The CSS class of its level.
    pub fn class(&self) -> &'static str {
        match self.level {
            Level::Success => "success",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// The surroundings of a page.
#[derive(Clone)]
pub struct Frame {
    /// The words of the viewer's language.
    pub t: &'static Catalogue,
    /// The viewer's light.
    pub theme: Theme,
    /// Who is asking.
    pub viewer: Viewer,
    /// This page's own path and query, for `next` and the switches.
    pub path: String,
    /// `https://host` of this site, for metadata that wants whole addresses.
    pub origin: String,
    /// Whether sign-up is offered.
    pub signup_open: bool,
    /// Sentences waiting for the viewer.
    pub messages: Vec<Message>,
    /// The site's time zone.
    pub zone: TimeZone,
    /// Whether assets come from the disk (`DEBUG`).
    pub debug: bool,
}

impl Frame {
    /// The surroundings of a page without waiting messages.
    pub fn new(app: &App, preferences: Preferences, viewer: Viewer) -> Frame {
        Frame {
            t: preferences.lang().words(),
            theme: preferences.theme(),
            path: preferences.path().to_owned(),
            origin: preferences.origin().to_owned(),
            signup_open: app.settings.signup_open,
            messages: Vec::new(),
            zone: app.settings.time_zone.clone(),
            debug: app.settings.debug,
            viewer,
        }
    }

    /// The viewer's language.
    pub fn lang(&self) -> Lang {
        self.t.lang
    }

    /// The address of an asset by its name in `static/`.
    pub fn asset(&self, name: &str) -> String {
        assets::address(name, self.debug)
    }

    /// `?next=` this page, for the ways in; empty at home, where they lead anyway.
    pub fn next_query(&self) -> String {
        match self.path.as_str() {
            "" | "/" => String::new(),
            path => paging::address("", &[("next", path)]),
        }
    }

    /// The label of the account menu.
    pub fn account_menu(&self) -> String {
        let account = self.viewer.account();
        let name = account.map_or("", |account| account.username.as_str());
        fill(self.t.site.account_menu, &[&name])
    }

    /// The name over the admin's pages.
    pub fn admin_title(&self) -> String {
        fill(self.t.admin.title, &[&self.t.site.site_name])
    }
}

/// Extracting a frame takes the messages that wait: only for handlers that show a page.
impl FromRequestParts<App> for Frame {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Frame, Error> {
        let Ok(viewer) = Viewer::from_request_parts(parts, app).await;
        let mut frame = Frame::new(app, Preferences::of(&parts.extensions), viewer);
        if frame.viewer.is_signed_in()
            && let Some(session) = parts.extensions.get::<Session>()
        {
            frame.messages = sessions::told(session).await?;
        }
        Ok(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_sentence_only_the_name_leads_to_what_it_names() {
        let linked = |text: &str, name| {
            let message = Message::linked(Level::Success, text.to_owned(), name, "/1/".to_owned());
            let (before, link, after) = message.parts();
            let (name, url) = link.unwrap_or_default();
            [before, name, url, after].map(str::to_owned)
        };
        let ko = linked("동영상 ‘동’을 추가했습니다.", "동");
        assert_eq!(ko, ["동영상 ‘", "동", "/1/", "’을 추가했습니다."]);
        let en = linked("The video “a” was added.", "a");
        assert_eq!(en, ["The video “", "a", "/1/", "” was added."]);
        assert_eq!(linked("추가했습니다.", "동"), ["추가했습니다.", "", "", ""]);
    }
}
