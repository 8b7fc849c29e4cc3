//! A new user, in two steps as Django has it: name and password here, the rest in the full form.

use askama::Template;
use axum::http::StatusCode;

use super::MODEL;
use crate::{
    accounts::{
        names::Username,
        pages::new_password,
        store::administration::{self, administer},
    },
    admin::{
        Desk,
        forms::{Fields, value},
        log,
        model::Verb,
        site::Sidebar,
    },
    db::Time,
    web::{
        errors::Result,
        form::{Errors, Typed},
        frame::{Frame, Level, Message},
        held::Held,
        page, sessions,
    },
    words::fill,
};

/// `GET,POST /admin/accounts/user/add/`; fields `username` `password1` `password2`; buttons `_save`
/// `_addanother`.
#[derive(Template)]
#[template(path = "admin/user_add.html")]
pub struct UserAddPage {
    /// The page's surroundings.
    pub frame: Frame,
    /// The models beside it.
    pub sidebar: Sidebar,
    /// What was typed.
    pub username: String,
    /// What is wrong.
    pub errors: Errors,
    /// The list.
    pub list: String,
    /// Where the form goes.
    pub to: String,
}

impl UserAddPage {
    fn heading(&self) -> String {
        fill(self.frame.t.admin.add_one, &[&self.frame.t.admin.user])
    }

    fn new(desk: Desk) -> UserAddPage {
        UserAddPage {
            sidebar: desk.sidebar(&MODEL),
            username: String::new(),
            errors: Errors::default(),
            list: desk.list(&MODEL),
            to: desk.add(&MODEL),
            frame: desk.frame,
        }
    }
}

pub(super) async fn add_form(desk: Desk, Held(held): Held) -> Result {
    desk.rights.need(Verb::Add, &MODEL)?;
    let mut page = UserAddPage::new(desk);
    if let Some(form) = held {
        page.username = value(&form, "username").to_owned();
        page.errors.add("", page.frame.t.admin.held_again);
    }
    page::ok(&page)
}

pub(super) async fn add(desk: Desk, Typed(form): Typed) -> Result {
    desk.rights.need(Verb::Add, &MODEL)?;
    let mut errors = Errors::default();
    if let Some((id, name)) = added(&desk, &form, &mut errors).await? {
        return onward(&desk, (id, &name), &form).await;
    }
    let page = UserAddPage {
        username: value(&form, "username").to_owned(),
        errors,
        ..UserAddPage::new(desk)
    };
    page::html(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// The new user's id and name; `None` when something is wrong.
async fn added(desk: &Desk, form: &Fields, errors: &mut Errors) -> Result<Option<(i64, String)>> {
    let Desk {
        visit,
        rights,
        frame,
        ..
    } = desk;
    let words = frame.t.accounts;
    let username = match Username::read(value(form, "username")) {
        Ok(username) => Some(username),
        Err(fault) => {
            errors.add("username", fault.sentence(words));
            None
        }
    };
    let password = value(form, "password1");
    let first = ("password1", password);
    let second = ("password2", value(form, "password2"));
    let like = username.as_ref().map_or("", Username::as_str);
    new_password(frame, first, second, like, "", errors).await?;
    if let Some(username) = &username
        && crate::accounts::store::by_name(&visit.app.db, username)
            .await?
            .is_some()
    {
        errors.add("username", words.username_taken);
    }
    let Some(username) = username.filter(|_| errors.is_empty()) else {
        return Ok(None);
    };
    let hash = visit.door.hasher.hash(password).await?;
    let mut tx = administer(&visit.app.db).await?;
    let rights = rights.renewed(&mut tx).await?;
    rights.need(Verb::Add, &MODEL)?;
    let Some(id) = administration::add(&mut tx, &username, hash, Time::now()).await? else {
        errors.add("username", words.username_taken);
        return Ok(None);
    };
    let object = (id, username.as_str());
    log::note(&mut tx, &rights, &MODEL, Verb::Add, object, &[]).await?;
    administration::touch(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Some((id, username.as_str().to_owned())))
}

async fn onward(desk: &Desk, (id, name): (i64, &str), form: &Fields) -> Result {
    let words = desk.frame.t.admin;
    let another = form.iter().any(|(known, _)| known == "_addanother");
    let change = desk.page_of(&MODEL, id, "change");
    let (sentence, to) = if another {
        (words.was_added, desk.add(&MODEL))
    } else if desk.rights.may(Verb::Change, &MODEL) {
        (words.was_added_continue, change.clone())
    } else {
        (words.was_added, desk.list(&MODEL))
    };
    let text = fill(sentence, &[&words.user, &name]);
    let message = if desk.rights.may(Verb::View, &MODEL) {
        Message::linked(Level::Success, text, name, change)
    } else {
        Message::new(Level::Success, text)
    };
    sessions::tell(&desk.visit.session, message).await?;
    Ok(page::see_other(&to))
}
