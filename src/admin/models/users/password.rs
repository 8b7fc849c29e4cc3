//! Setting a user's password. One's own password is asked in the same form, so that no page has to
//! carry a new one.

use askama::Template;
use axum::http::{StatusCode, header};

use super::MODEL;
use crate::{
    accounts::{
        identify,
        login::{Proven, Visit},
        pages::new_password,
        store::administration::{self, Administered, administer, administered},
    },
    admin::{
        AnyId, Desk,
        forms::value,
        log,
        model::Verb,
        reproof::{self, Proof},
        rights::Rights,
        site::Sidebar,
    },
    db::{Ask, Time},
    web::{
        errors::{Error, Result},
        form::{Errors, Typed},
        frame::{Frame, Level, Message},
        held::Held,
        page, sessions,
    },
    words::fill,
};

/// `GET,POST /admin/accounts/user/{id}/password/`; fields `password1` `password2`, and `_password`
/// when one's own was not proved lately.
#[derive(Template)]
#[template(path = "admin/user_password.html")]
pub struct UserPasswordPage {
    /// The page's surroundings.
    pub frame: Frame,
    /// The models beside it.
    pub sidebar: Sidebar,
    /// Whose password it is.
    pub name: String,
    /// Whether it is the viewer's own.
    pub own: bool,
    /// Whether the viewer's own password is asked.
    pub ask: bool,
    /// What is wrong.
    pub errors: Errors,
    /// The list.
    pub list: String,
    /// The user's form.
    pub object: String,
    /// Where the form goes.
    pub to: String,
}

impl UserPasswordPage {
    fn heading(&self) -> String {
        fill(self.frame.t.admin.set_password_of, &[&self.name])
    }

    fn new(desk: Desk, target: &Administered, ask: bool, errors: Errors) -> UserPasswordPage {
        UserPasswordPage {
            sidebar: desk.sidebar(&MODEL),
            name: target.user.username.clone(),
            own: target.user.id == desk.rights.account.id,
            list: desk.list(&MODEL),
            object: desk.page_of(&MODEL, target.user.id, "change"),
            to: desk.page_of(&MODEL, target.user.id, "password"),
            frame: desk.frame,
            ask,
            errors,
        }
    }
}

/// The user, when their password may be set by somebody with `rights`.
async fn target(on: &mut impl Ask, rights: &Rights, id: i64) -> Result<Option<Administered>> {
    rights.need(Verb::Change, &MODEL)?;
    let found = administered(on, id).await?;
    if found.is_some() && !rights.reach(on, &[id]).await? {
        return Err(Error::Forbidden);
    }
    Ok(found)
}

pub(super) async fn password_form(desk: Desk, id: AnyId, Held(held): Held) -> Result {
    let number = id.id.unwrap_or(0);
    let Some(target) = target(&mut &desk.app().db, &desk.rights, number).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    let ask = !identify::is_fresh(&desk.visit.session).await?;
    let mut errors = Errors::default();
    if held.is_some() {
        errors.add("", desk.frame.t.admin.held_again);
    }
    page::ok(&UserPasswordPage::new(desk, &target, ask, errors))
}

pub(super) async fn set_password(desk: Desk, id: AnyId, Typed(form): Typed) -> Result {
    let number = id.id.unwrap_or(0);
    let Some(found) = target(&mut &desk.app().db, &desk.rights, number).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    let Desk {
        visit,
        rights,
        frame,
        ..
    } = &desk;
    let mut errors = Errors::default();
    let proof = reproof::proved(visit, rights, frame.t, &form, &mut errors).await?;
    if proof == Proof::Missing && errors.is_empty() {
        errors.add(reproof::FIELD, frame.t.accounts.password_missing);
    }
    let user = &found.user;
    let password = value(&form, "password1");
    let first = ("password1", password);
    let second = ("password2", value(&form, "password2"));
    let (name, email) = (&user.username, &user.email);
    new_password(frame, first, second, name, email, &mut errors).await?;
    if !errors.is_empty() {
        let ask = proof != Proof::Fresh;
        let page = UserPasswordPage::new(desk, &found, ask, errors);
        return match proof {
            Proof::Later(seconds) => {
                let mut response = page::html(StatusCode::TOO_MANY_REQUESTS, &page)?;
                let headers = response.headers_mut();
                headers.insert(header::RETRY_AFTER, seconds.into());
                Ok(response)
            }
            _ => page::html(StatusCode::UNPROCESSABLE_ENTITY, &page),
        };
    }
    if !store(visit, rights, number, password).await? {
        return desk.gone(&MODEL, id.written).await;
    }
    let text = fill(frame.t.admin.password_was_set, &[name]);
    let change = desk.page_of(&MODEL, number, "change");
    let message = Message::linked(Level::Success, text, name, change.clone());
    sessions::tell(&visit.session, message).await?;
    Ok(page::see_other(&change))
}

/// Stores the password; every session of the user ends but the one that sets its own. False when
/// the user is gone.
async fn store(visit: &Visit, rights: &Rights, id: i64, password: &str) -> Result<bool> {
    let hash = visit.door.hasher.hash(password).await?;
    let mut tx = administer(&visit.app.db).await?;
    let rights = rights.renewed(&mut tx).await?;
    let Some(found) = target(&mut tx, &rights, id).await? else {
        return Ok(false);
    };
    let own = id == rights.account.id;
    // One's own was changed since this session's was proved: it has ended, and changes nothing.
    if own && identify::version(&visit.session).await? != found.user.password_version {
        return Err(Error::Forbidden);
    }
    let version = administration::set_password(&mut tx, id, hash).await?;
    if !own {
        sessions::end_all(&mut tx, id).await?;
    }
    let object = (id, found.user.username.as_str());
    log::note(
        &mut tx,
        &rights,
        &MODEL,
        Verb::Change,
        object,
        &["password"],
    )
    .await?;
    administration::touch(&mut tx, id).await?;
    tx.commit().await?;
    if own {
        let at = Time::now();
        let mut user = found.user;
        user.password_version = version;
        visit.sign_in(&Proven { user, at }).await?;
        sessions::end_others(&visit.app, id, Some(&visit.session)).await?;
    }
    Ok(true)
}
