//! Login and logout, on the site and at the admin's own door.

use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

use super::{Going, again, carried, later, next_query};
use crate::{
    accounts::login::Visit,
    web::{
        errors::{Error, Result},
        form::{Errors, Form, Query},
        frame::Frame,
        held, next, page, sessions,
    },
    words::fill,
};

/// `GET,POST /login/` and `/admin/login/`; fields `username` `password` `next`, and at the admin's
/// door `held`.
#[derive(Template)]
#[template(path = "accounts/login.html")]
pub struct LoginPage {
    /// The page's surroundings.
    pub frame: Frame,
    /// What was typed.
    pub username: String,
    /// Where to go after it; empty for home.
    pub next: String,
    /// What is wrong: `""`.
    pub errors: Errors,
    /// Whether this is the admin's door (posts to `/admin/login/`, says so in its heading).
    pub admin: bool,
    /// Whether a private video waits behind `next`.
    pub for_private_video: bool,
    /// A form that waits behind `next` (see [`held`]); empty for none.
    pub held: String,
}

#[derive(Deserialize)]
pub(super) struct LoginForm {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    held: String,
}

pub(super) async fn show_login(frame: Frame, Query(going): Query<Going>) -> Result {
    if frame.viewer.is_signed_in() {
        return Ok(page::see_other(&next::safe(&going.next)));
    }
    page::ok(&LoginPage::new(frame, String::new(), &going.next, false))
}

/// The login page that the visitor of `frame` lands on, on the way to the frame's own path.
pub fn login_page(mut frame: Frame) -> Result {
    let to = std::mem::take(&mut frame.path);
    frame.path = next::login_for("/login/", &to);
    page::ok(&LoginPage::new(frame, String::new(), &to, false))
}

/// The admin's login page on the way to the frame's own path, where a form waits to be shown again.
/// 403: what the form was to do is not done.
pub fn login_with(mut frame: Frame, held: String) -> Result {
    let to = std::mem::take(&mut frame.path);
    frame.path = next::login_for("/admin/login/", &to);
    let page = LoginPage {
        held,
        ..LoginPage::new(frame, String::new(), &to, true)
    };
    page::html(StatusCode::FORBIDDEN, &page)
}

pub(super) async fn log_in(visit: Visit, frame: Frame, Form(form): Form<LoginForm>) -> Result {
    log_in_at(visit, frame, form, false).await
}

/// A member who is not staff may sign in to another account here.
pub(super) async fn show_admin_login(frame: Frame, Query(going): Query<Going>) -> Result {
    if frame.viewer.is_staff() {
        return Ok(page::see_other(&after_login(&going.next, true)));
    }
    page::ok(&LoginPage::new(frame, String::new(), &going.next, true))
}

pub(super) async fn admin_log_in(
    visit: Visit,
    frame: Frame,
    Form(form): Form<LoginForm>,
) -> Result {
    log_in_at(visit, frame, form, true).await
}

async fn log_in_at(visit: Visit, frame: Frame, form: LoginForm, admin: bool) -> Result {
    let words = frame.t.accounts;
    let proven = visit.prove(&form.username, &form.password).await;
    let waits = admin && !form.held.is_empty();
    if let Ok(Some(proven)) = &proven
        && (proven.user.is_staff || !waits)
    {
        visit.sign_in(proven).await?;
        let to = after_login(&form.next, admin);
        if waits {
            held::keep(&visit.session, &to, &form.held).await?;
        }
        return Ok(page::see_other(&to));
    }
    let mut page = LoginPage {
        held: form.held,
        ..LoginPage::new(frame, form.username, &form.next, admin)
    };
    match proven {
        Err(Error::TooMany(seconds)) => {
            page.errors.add("", fill(words.login_later, &[&seconds]));
            later(&page, seconds)
        }
        Err(error) => Err(error),
        // Signed in to this account, the form would be lost at the door.
        Ok(Some(_)) => {
            page.errors.add("", words.ended_not_staff);
            again(&page)
        }
        Ok(None) => {
            page.errors.add("", words.login_refused);
            again(&page)
        }
    }
}

fn after_login(asked: &str, admin: bool) -> String {
    let nowhere = asked.is_empty();
    next::safe(if nowhere && admin { "/admin/" } else { asked })
}

impl LoginPage {
    fn heading(&self) -> &'static str {
        let words = self.frame.t.accounts;
        if self.admin {
            words.admin_login_title
        } else {
            words.login_title
        }
    }

    /// `?next=…` for the link to sign-up, empty when going home.
    fn next_query(&self) -> String {
        next_query(&self.next)
    }

    fn new(frame: Frame, username: String, asked: &str, admin: bool) -> LoginPage {
        let next = carried(asked);
        LoginPage {
            frame,
            username,
            errors: Errors::default(),
            admin,
            for_private_video: next.starts_with("/video/"),
            held: String::new(),
            next,
        }
    }
}

/// Works without a form, too: nobody stays signed in over a missing content type.
pub(super) async fn log_out(visit: Visit, form: Result<Form<Going>>) -> Result {
    sessions::sign_out(&visit.session).await?;
    let to = form.map_or_else(|_| "/".to_owned(), |Form(going)| next::safe(&going.next));
    Ok(page::see_other(&to))
}
