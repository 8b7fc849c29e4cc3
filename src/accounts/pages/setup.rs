//! The first superuser, for whoever has the link from the log; a 404 for everybody else.

use askama::Template;
use serde::Deserialize;

use super::{again, join, new_account};
use crate::{
    accounts::login::Visit,
    web::{
        errors::{Error, Result},
        form::{Errors, Form, Query},
        frame::{Frame, Level, Message},
        page, sessions,
    },
};

/// `GET,POST /setup/?token=`: the first superuser; fields `token` `username` `password1` `password2`.
#[derive(Template)]
#[template(path = "accounts/setup.html")]
pub struct SetupPage {
    /// The page's surroundings.
    pub frame: Frame,
    /// The token of the link.
    pub token: String,
    /// What was typed.
    pub username: String,
    /// What is wrong: `""`, `username`, `password1`, `password2`.
    pub errors: Errors,
}

#[derive(Deserialize)]
pub(super) struct SetupLink {
    #[serde(default)]
    token: String,
}

#[derive(Deserialize)]
pub(super) struct SetupForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    password1: String,
    #[serde(default)]
    password2: String,
}

pub(super) async fn show_setup(
    visit: Visit,
    frame: Frame,
    Query(link): Query<SetupLink>,
) -> Result {
    let turn = visit.door.setup.turn(&visit.app.db, &link.token).await?;
    if turn.is_none() {
        return Err(Error::NotFound);
    }
    page::ok(&SetupPage {
        frame,
        token: link.token,
        username: String::new(),
        errors: Errors::default(),
    })
}

pub(super) async fn set_up(visit: Visit, frame: Frame, Form(form): Form<SetupForm>) -> Result {
    let turn = visit.door.setup.turn(&visit.app.db, &form.token).await?;
    let turn = turn.ok_or(Error::NotFound)?;
    let words = frame.t.accounts;
    let mut errors = Errors::default();
    let passwords = (form.password1.as_str(), form.password2.as_str());
    let username = new_account(&visit, &frame, &form.username, passwords, &mut errors).await?;
    if let Some(username) = username {
        if join(&visit, &username, &form.password1, true).await? {
            turn.used();
            let text = words.setup_done.to_owned();
            let level = Level::Success;
            sessions::tell(&visit.session, Message::new(level, text)).await?;
            return Ok(page::see_other("/"));
        }
        errors.add("username", words.username_taken);
    }
    again(&SetupPage {
        frame,
        token: form.token,
        username: form.username,
        errors,
    })
}
