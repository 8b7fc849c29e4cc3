//! Password change: the old one again, then every other session of the user ends.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{again, later, new_password};
use crate::{
    accounts::{
        login::{Proven, Visit},
        store,
    },
    db::Time,
    web::{
        errors::{Error, Result},
        form::{Errors, Form},
        frame::{Frame, Level, Message},
        next, page, sessions,
    },
    words::fill,
};

/// `GET,POST /password_change/`; fields `old_password` `new_password1` `new_password2`.
#[derive(Template)]
#[template(path = "accounts/password_change.html")]
pub struct PasswordChangePage {
    /// The page's surroundings.
    pub frame: Frame,
    /// What is wrong.
    pub errors: Errors,
}

#[derive(Deserialize)]
pub(super) struct PasswordChangeForm {
    #[serde(default)]
    old_password: String,
    #[serde(default)]
    new_password1: String,
    #[serde(default)]
    new_password2: String,
}

fn to_login() -> Response {
    page::found(&next::login_for("/login/", "/password_change/"))
}

pub(super) async fn show_password_change(frame: Frame) -> Result {
    if !frame.viewer.is_signed_in() {
        return Ok(to_login());
    }
    let errors = Errors::default();
    page::ok(&PasswordChangePage { frame, errors })
}

pub(super) async fn change_password(
    visit: Visit,
    frame: Frame,
    Form(form): Form<PasswordChangeForm>,
) -> Result {
    let Some(account) = frame.viewer.account() else {
        return Ok(to_login());
    };
    let words = frame.t.accounts;
    let mut errors = Errors::default();
    let proven = match visit.prove(&account.username, &form.old_password).await {
        Ok(proven) => proven.filter(|proven| proven.user.id == account.id),
        Err(Error::TooMany(seconds)) => {
            errors.add("", fill(words.login_later, &[&seconds]));
            return later(&PasswordChangePage { frame, errors }, seconds);
        }
        Err(error) => return Err(error),
    };
    if proven.is_none() {
        errors.add("old_password", words.old_password_wrong);
    }
    let email = proven
        .as_ref()
        .map_or("", |proven| proven.user.email.as_str());
    let first = ("new_password1", form.new_password1.as_str());
    let second = ("new_password2", form.new_password2.as_str());
    new_password(&frame, first, second, &account.username, email, &mut errors).await?;
    let Some(proven) = proven.filter(|_| errors.is_empty()) else {
        return again(&PasswordChangePage { frame, errors });
    };
    if !keep_only_this_session(&visit, proven, &form.new_password1).await? {
        errors.add("old_password", words.old_password_wrong);
        return again(&PasswordChangePage { frame, errors });
    }
    let text = words.password_changed.to_owned();
    let level = Level::Success;
    sessions::tell(&visit.session, Message::new(level, text)).await?;
    Ok(page::see_other("/"))
}

/// Stores the new password; every other session of the user ends with it. False when the old one
/// was changed since it was proved.
async fn keep_only_this_session(visit: &Visit, proven: Proven, password: &str) -> Result<bool> {
    let hash = visit.door.hasher.hash(password).await?;
    let at = Time::now();
    let mut user = proven.user;
    let id = user.id;
    let Some(version) = store::change_password(&visit.app.db, &user, hash).await? else {
        return Ok(false);
    };
    user.password_version = version;
    visit.sign_in(&Proven { user, at }).await?;
    sessions::end_others(&visit.app, id, Some(&visit.session)).await?;
    Ok(true)
}
