//! Sign-up: a name and a password typed twice; whoever joins is signed in.

use std::time::Instant;

use askama::Template;
use serde::Deserialize;

use super::{Going, again, carried, join, later, new_account, next_query};
use crate::{
    accounts::login::Visit,
    web::{
        errors::{Error, Result},
        form::{Errors, Form, Query},
        frame::Frame,
        next, page,
    },
    words::fill,
};

/// `GET,POST /signup/`; fields `username` `password1` `password2` `next`.
#[derive(Template)]
#[template(path = "accounts/signup.html")]
pub struct SignupPage {
    /// The page's surroundings.
    pub frame: Frame,
    /// What was typed.
    pub username: String,
    /// Where to go after it; empty for home.
    pub next: String,
    /// What is wrong: `""`, `username`, `password1`, `password2`.
    pub errors: Errors,
}

impl SignupPage {
    /// `?next=…` for the link to the login, empty when going home.
    fn next_query(&self) -> String {
        next_query(&self.next)
    }
}

#[derive(Deserialize)]
pub(super) struct SignupForm {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password1: String,
    #[serde(default)]
    password2: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn show_signup(frame: Frame, Query(going): Query<Going>) -> Result {
    if !frame.signup_open {
        return Err(Error::SignupClosed);
    }
    if frame.viewer.is_signed_in() {
        return Ok(page::see_other(&next::safe(&going.next)));
    }
    page::ok(&SignupPage {
        frame,
        username: String::new(),
        next: carried(&going.next),
        errors: Errors::default(),
    })
}

pub(super) async fn sign_up(visit: Visit, frame: Frame, Form(form): Form<SignupForm>) -> Result {
    if !frame.signup_open {
        return Err(Error::SignupClosed);
    }
    let words = frame.t.accounts;
    let to = next::safe(&form.next);
    let mut errors = Errors::default();
    let passwords = (form.password1.as_str(), form.password2.as_str());
    let username = new_account(&visit, &frame, &form.username, passwords, &mut errors).await?;
    let mut wait = None;
    if let Some(username) = username {
        match visit.door.throttle.sign_up(visit.address, Instant::now()) {
            Ok(()) if join(&visit, &username, &form.password1, false).await? => {
                return Ok(page::see_other(&to));
            }
            Ok(()) => errors.add("username", words.username_taken),
            Err(refused) => {
                errors.add("", fill(words.signup_later, &[&refused.seconds]));
                wait = Some(refused.seconds);
            }
        }
    }
    let page = SignupPage {
        frame,
        username: form.username,
        next: carried(&form.next),
        errors,
    };
    wait.map_or_else(|| again(&page), |seconds| later(&page, seconds))
}
