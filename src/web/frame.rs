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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    /// Where what it names is found: the sentence becomes a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Message {
    /// A sentence.
    pub fn new(level: Level, text: String) -> Message {
        Message {
            level,
            text,
            url: None,
        }
    }

    /// A sentence that leads to what it names.
    pub fn linked(level: Level, text: String, url: String) -> Message {
        Message {
            level,
            text,
            url: Some(url),
        }
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
