//! The form of a user: shown, sent, and shown again with what is wrong or what somebody else
//! changed meanwhile.

use askama::Template;
use axum::http::StatusCode;

use super::{
    MODEL,
    save::{Again, Outcome, save},
    values::{Person, Values, theirs},
};
use crate::{
    accounts::{
        hashing, identify,
        store::groups::{self, Group},
    },
    admin::{
        AnyId, Desk,
        forms::{Fields, Meanwhile, Offers, Theirs, meanwhile, version},
        model::Verb,
        rights::matrix::Matrix,
        site::Sidebar,
    },
    web::{
        errors::Result,
        form::{Errors, Typed},
        frame::Frame,
        held::Held,
        page,
    },
    words::format,
};

/// A group that can be chosen.
pub struct GroupBox {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Whether the user is in it.
    pub checked: bool,
    /// Whether it carries more than the viewer has.
    pub locked: bool,
}

/// `GET,POST /admin/accounts/user/{id}/change/`; fields `username` `email` `is_active` `is_staff`
/// `is_superuser` `groups` `user_permissions` `version`; buttons `_save` `_addanother` `_continue`.
#[derive(Template)]
#[template(path = "admin/user_form.html")]
pub struct UserFormPage {
    /// The page's surroundings.
    pub frame: Frame,
    /// The models beside it.
    pub sidebar: Sidebar,
    /// The name in the database.
    pub name: String,
    /// What stands in the fields.
    pub values: Values,
    /// Every group.
    pub groups: Vec<GroupBox>,
    /// The user's own permissions.
    pub matrix: Matrix,
    /// Algorithm and parameters of the password; `None` when no password matches.
    pub password: Option<String>,
    /// Where it is changed, when the viewer may.
    pub password_url: Option<String>,
    /// When the account was made.
    pub joined: String,
    /// The last login.
    pub last_login: Option<String>,
    /// The version that the fields were made of.
    pub version: i64,
    /// What is wrong.
    pub errors: Errors,
    /// What somebody else changed meanwhile; empty when nobody did.
    pub meanwhile: Vec<Meanwhile>,
    /// Whether somebody else saved meanwhile.
    pub stale: bool,
    /// What they saved, where it differs from what was typed.
    pub theirs: Theirs,
    /// What the viewer may do here.
    pub offers: Offers,
    /// Why the form is read-only, when it is.
    pub read_only: Option<&'static str>,
    /// Whether the viewer may make superusers.
    pub may_empower: bool,
    /// The list.
    pub list: String,
    /// Where the form goes.
    pub to: String,
}

pub(super) async fn change_form(desk: Desk, id: AnyId, Held(held): Held) -> Result {
    desk.rights.need(Verb::View, &MODEL)?;
    let number = id.id.unwrap_or(0);
    let Some(person) = Person::find(&mut &desk.app().db, number).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    let again = match held {
        Some(form) => held_again(&desk, &person, &form).await?,
        None => None,
    };
    page::ok(&form_page(desk, person, again).await?)
}

/// What was typed before the login, as far as whoever logged in may send it; `None` when they may
/// not change this user at all.
async fn held_again(desk: &Desk, person: &Person, form: &Fields) -> Result<Option<Again>> {
    let Desk { rights, frame, .. } = desk;
    let db = &mut &desk.app().db;
    let users = [person.it.user.id];
    if !rights.may(Verb::Change, &MODEL) || !rights.reach(db, &users).await? {
        return Ok(None);
    }
    let carried = groups::all_permissions(db).await?;
    let form = Values::permitted(form, rights, person, &carried);
    let version = version(&form);
    let mut errors = Errors::default();
    errors.add("", frame.t.admin.held_again);
    Ok(Some(Again {
        status: StatusCode::OK,
        values: Values::read(&form, rights, person, &carried)?,
        errors,
        stale: (version != person.it.updated_at).then_some(version),
    }))
}

pub(super) async fn change(desk: Desk, id: AnyId, Typed(form): Typed) -> Result {
    let Desk {
        visit,
        rights,
        frame,
        ..
    } = &desk;
    rights.need(Verb::Change, &MODEL)?;
    let number = id.id.unwrap_or(0);
    let mut fresh = identify::is_fresh(&visit.session).await?;
    loop {
        match save(desk.app(), rights, frame, number, &form, fresh).await? {
            Outcome::Gone => return desk.gone(&MODEL, id.written).await,
            Outcome::Again(again) => {
                let person = Person::find(&mut &desk.app().db, number).await?;
                let Some(person) = person else { continue };
                let status = again.status;
                let page = form_page(desk, person, Some(*again)).await?;
                return page::html(status, &page);
            }
            Outcome::Unproven => match desk.asked(&form).await? {
                Some(page) => return Ok(page),
                None => fresh = true,
            },
            Outcome::Saved(name) => {
                desk.tell(&MODEL, (number, &name), Verb::Change).await?;
                return Ok(desk.onward(&MODEL, number, &form));
            }
        }
    }
}

async fn form_page(desk: Desk, person: Person, again: Option<Again>) -> Result<UserFormPage> {
    let db = &mut &desk.app().db;
    let (rights, frame) = (&desk.rights, &desk.frame);
    let id = person.it.user.id;
    let within_reach = rights.reach(db, &[id]).await?;
    let offers = Offers::new(&desk, &MODEL, id, within_reach);
    let values = again
        .as_ref()
        .map_or_else(|| Values::of(&person), |again| again.values.clone());
    let stale = again.as_ref().and_then(|again| again.stale);
    let all = groups::all(db).await?;
    let (meanwhile, theirs) = match stale {
        Some(since) => (
            meanwhile(&desk, &MODEL, id, since).await?,
            theirs(frame.t, &values, &person, &all),
        ),
        None => (Vec::new(), Theirs::default()),
    };
    let date = |time| format::date_time(frame.lang(), time, &frame.zone);
    Ok(UserFormPage {
        sidebar: desk.sidebar(&MODEL),
        groups: group_boxes(&desk, &values, all).await?,
        matrix: Matrix::new(frame.t, rights, &values.permissions),
        password: hashing::described(&person.it.password),
        password_url: offers.change.then(|| desk.page_of(&MODEL, id, "password")),
        joined: date(person.it.user.date_joined),
        last_login: person.it.user.last_login.map(date),
        version: person.it.updated_at.0,
        read_only: offers.read_only(&desk, &MODEL),
        may_empower: rights.account.is_superuser,
        list: desk.list(&MODEL),
        to: desk.page_of(&MODEL, id, "change"),
        name: person.it.user.username,
        stale: stale.is_some(),
        errors: again.map_or_else(Errors::default, |again| again.errors),
        theirs,
        values,
        meanwhile,
        offers,
        frame: desk.frame,
    })
}

async fn group_boxes(desk: &Desk, values: &Values, all: Vec<Group>) -> Result<Vec<GroupBox>> {
    let carried = groups::all_permissions(&mut &desk.app().db).await?;
    let boxes = all.into_iter().map(|group| GroupBox {
        checked: values.groups.contains(&group.id),
        locked: carried
            .get(&group.id)
            .is_some_and(|codes| !desk.rights.cover(codes)),
        id: group.id,
        name: group.name,
    });
    Ok(boxes.collect())
}

/// The status of a form that comes back.
pub(super) fn status(stale: bool) -> StatusCode {
    if stale {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}
