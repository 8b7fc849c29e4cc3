//! How the viewer likes the site: language and light, from cookies and headers; and the two
//! switches that set them.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::{Extensions, HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
    routing::post,
};
use axum_extra::routing::RouterExt;
use serde::Deserialize;

use super::{client::Client, errors::Result, form::Form, frame::Theme, next, page};
use crate::{state::App, words::Lang};

/// What a page needs to know of the request around it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Preferences(Arc<Inner>);

#[derive(Debug, PartialEq, Eq, Hash)]
struct Inner {
    lang: Lang,
    theme: Theme,
    path: String,
    origin: String,
}

impl Preferences {
    /// Those that [`prepare`] found; the defaults when it did not run.
    pub fn of(extensions: &Extensions) -> Preferences {
        extensions.get().cloned().unwrap_or_else(|| {
            Preferences(Arc::new(Inner {
                lang: Lang::Ko,
                theme: Theme::Auto,
                path: "/".to_owned(),
                origin: String::new(),
            }))
        })
    }

    /// The language: the viewer's switch, else `Accept-Language`, else the site's.
    pub fn lang(&self) -> Lang {
        self.0.lang
    }

    /// The light the viewer chose.
    pub fn theme(&self) -> Theme {
        self.0.theme
    }

    /// Path and query of the request.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Scheme and host of the request.
    pub fn origin(&self) -> &str {
        &self.0.origin
    }
}

/// A cookie's value, when it is sent and readable.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Layer: reads language, theme, path and origin once a request.
pub async fn prepare(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let lang = cookie(headers, "language")
        .and_then(Lang::from_tag)
        .or_else(|| {
            let asked = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
            Lang::from_accept_language(asked)
        })
        .unwrap_or(app.settings.language);
    let theme = cookie(headers, "theme")
        .and_then(Theme::from_name)
        .unwrap_or_default();
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str())
        .to_owned();
    let origin = Client::of(request.extensions()).origin();
    request.extensions_mut().insert(Preferences(Arc::new(Inner {
        lang,
        theme,
        path,
        origin,
    })));
    next.run(request).await
}

/// `POST /language/` and `POST /theme/`: remember the choice for a year and go back to `next`.
pub fn routes() -> Router<App> {
    Router::new()
        .route_with_tsr("/language/", post(set_language))
        .route_with_tsr("/theme/", post(set_theme))
}

#[derive(Deserialize)]
struct LanguageForm {
    #[serde(default)]
    language: String,
    #[serde(default)]
    next: String,
}

async fn set_language(Form(form): Form<LanguageForm>) -> Result {
    let chosen = Lang::from_tag(&form.language).map(Lang::tag);
    Ok(remembered("language", chosen, &form.next))
}

#[derive(Deserialize)]
struct ThemeForm {
    #[serde(default)]
    theme: String,
    #[serde(default)]
    next: String,
}

async fn set_theme(Form(form): Form<ThemeForm>) -> Result {
    let chosen = Theme::from_name(&form.theme).map(Theme::name);
    Ok(remembered("theme", chosen, &form.next))
}

/// A value the site does not know changes nothing.
fn remembered(name: &str, value: Option<&'static str>, to: &str) -> Response {
    let mut response = page::see_other(&next::safe(to));
    if let Some(value) = value {
        let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}
