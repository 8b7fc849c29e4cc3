//! The form of a group: add and change.

use askama::Template;
use axum::http::StatusCode;

use super::{
    MODEL,
    save::{Again, Outcome, name, save},
};
use crate::{
    accounts::{
        identify,
        store::groups::{self, Group},
    },
    admin::{
        AnyId, Desk,
        forms::{Fields, Meanwhile, Offers, Theirs, meanwhile, values, version},
        model::Verb,
        models::users,
        rights::matrix::{self, Matrix},
        site::Sidebar,
    },
    web::{
        errors::Result,
        form::{Errors, Typed},
        frame::Frame,
        held::Held,
        page,
    },
    words::fill,
};

/// Members that the form names at most; the rest is counted.
const MOST_MEMBERS: i64 = 50;

/// `GET,POST /admin/accounts/group/add/` and `…/{id}/change/`; fields `name` `permissions`
/// `version`; buttons `_save` `_addanother` `_continue`.
#[derive(Template)]
#[template(path = "admin/group_form.html")]
pub struct GroupFormPage {
    /// The page's surroundings.
    pub frame: Frame,
    /// The models beside it.
    pub sidebar: Sidebar,
    /// The name in the database; `None` when adding.
    pub current: Option<String>,
    /// What was typed; not called `name`, which the field's macro has for itself.
    pub typed: String,
    /// The permissions.
    pub matrix: Matrix,
    /// Members by name, with their page when the viewer may see it.
    pub members: Vec<(String, Option<String>)>,
    /// How many members are not named.
    pub more_members: i64,
    /// The version that the fields were made of.
    pub version: i64,
    /// What is wrong.
    pub errors: Errors,
    /// What somebody else changed meanwhile.
    pub meanwhile: Vec<Meanwhile>,
    /// Whether somebody else saved meanwhile.
    pub stale: bool,
    /// What they saved, where it differs from what was typed.
    pub theirs: Theirs,
    /// What the viewer may do here.
    pub offers: Offers,
    /// Why the form is read-only, when it is.
    pub read_only: Option<&'static str>,
    /// The list.
    pub list: String,
    /// Where the form goes.
    pub to: String,
}

impl GroupFormPage {
    fn heading(&self) -> String {
        let words = self.frame.t.admin;
        let adding = || fill(words.add_one, &[&words.group]);
        self.current.clone().unwrap_or_else(adding)
    }

    fn more(&self) -> String {
        fill(self.frame.t.admin.doomed_more, &[&self.more_members])
    }
}

pub(super) async fn add_form(desk: Desk, Held(held): Held) -> Result {
    desk.rights.need(Verb::Add, &MODEL)?;
    let again = match held {
        Some(form) => held_again(&desk, None, &form).await?,
        None => None,
    };
    page::ok(&form_page(desk, None, again).await?)
}

pub(super) async fn change_form(desk: Desk, id: AnyId, Held(held): Held) -> Result {
    desk.rights.need(Verb::View, &MODEL)?;
    let number = id.id.unwrap_or(0);
    let Some(group) = groups::find(&mut &desk.app().db, number).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    let again = match held {
        Some(form) => held_again(&desk, Some(&group), &form).await?,
        None => None,
    };
    page::ok(&form_page(desk, Some(group), again).await?)
}

/// What was typed before the login, as far as whoever logged in may send it; `None` when they may
/// not change this group at all.
async fn held_again(desk: &Desk, group: Option<&Group>, form: &Fields) -> Result<Option<Again>> {
    let Desk { rights, frame, .. } = desk;
    let id = group.map_or(0, |group| group.id);
    let stored = groups::permissions_of(&mut &desk.app().db, &[id]).await?;
    if group.is_some() && !(rights.may(Verb::Change, &MODEL) && rights.cover(&stored)) {
        return Ok(None);
    }
    let ticked = values(form, "permissions");
    let ticked = ticked.filter(|code| matrix::may_send(rights, &stored, code));
    let version = version(form);
    let mut errors = Errors::default();
    errors.add("", frame.t.admin.held_again);
    Ok(Some(Again {
        name: name(form),
        codes: matrix::chosen(rights, &stored, ticked)?,
        errors,
        stale: group
            .is_some_and(|group| group.updated_at != version)
            .then_some(version),
    }))
}

pub(super) async fn add(desk: Desk, Typed(form): Typed) -> Result {
    desk.rights.need(Verb::Add, &MODEL)?;
    saved(desk, None, &form).await
}

pub(super) async fn change(desk: Desk, id: AnyId, Typed(form): Typed) -> Result {
    desk.rights.need(Verb::Change, &MODEL)?;
    saved(desk, Some(id), &form).await
}

/// Saves a form; `id` is `None` for a new group.
async fn saved(desk: Desk, id: Option<AnyId>, form: &Fields) -> Result {
    let mut fresh = identify::is_fresh(&desk.visit.session).await?;
    let number = id.as_ref().map(|id| id.id.unwrap_or(0));
    let written = id.map_or_else(String::new, |id| id.written);
    loop {
        match save(desk.app(), &desk.rights, &desk.frame, number, form, fresh).await? {
            Outcome::Gone => return desk.gone(&MODEL, written).await,
            Outcome::Again(again) => {
                let group = groups::find(&mut &desk.app().db, number.unwrap_or(0)).await?;
                if group.is_none() && number.is_some() {
                    continue;
                }
                let status = if again.stale.is_some() {
                    StatusCode::CONFLICT
                } else {
                    StatusCode::UNPROCESSABLE_ENTITY
                };
                let page = form_page(desk, group, Some(again)).await?;
                return page::html(status, &page);
            }
            Outcome::Unproven => match desk.asked(form).await? {
                Some(page) => return Ok(page),
                None => fresh = true,
            },
            Outcome::Saved(saved, name) => {
                let verb = if number.is_some() {
                    Verb::Change
                } else {
                    Verb::Add
                };
                desk.tell(&MODEL, (saved, &name), verb).await?;
                return Ok(desk.onward(&MODEL, saved, form));
            }
        }
    }
}

async fn form_page(
    desk: Desk,
    group: Option<Group>,
    again: Option<Again>,
) -> Result<GroupFormPage> {
    let db = &mut &desk.app().db;
    let (rights, frame) = (&desk.rights, &desk.frame);
    let id = group.as_ref().map_or(0, |group| group.id);
    let stored = groups::permissions_of(db, &[id]).await?;
    let mut offers = Offers::new(&desk, &MODEL, id, rights.cover(&stored));
    let stale = again.as_ref().and_then(|again| again.stale);
    let meanwhile = match stale {
        Some(since) => meanwhile(&desk, &MODEL, id, since).await?,
        None => Vec::new(),
    };
    let to = if group.is_some() {
        desk.page_of(&MODEL, id, "change")
    } else {
        offers.change = true;
        desk.add(&MODEL)
    };
    let mut theirs = Theirs::default();
    if let (Some(_), Some(again), Some(group)) = (stale, &again, &group) {
        theirs.note("name", again.name != group.name, || group.name.clone());
        theirs.note("permissions", again.codes != stored, || {
            matrix::words_of(frame.t, &stored)
        });
    }
    let (typed, codes, errors) = match again {
        Some(again) => (again.name, again.codes, again.errors),
        None => {
            let name = group.as_ref().map(|group| group.name.clone());
            (name.unwrap_or_default(), stored, Errors::default())
        }
    };
    let members = members(&desk, id).await?;
    let all = groups::count_members(db, &[id]).await?;
    Ok(GroupFormPage {
        sidebar: desk.sidebar(&MODEL),
        matrix: Matrix::new(frame.t, rights, &codes),
        more_members: all - members.len() as i64,
        version: group.as_ref().map_or(0, |group| group.updated_at.0),
        read_only: offers.read_only(&desk, &MODEL),
        list: desk.list(&MODEL),
        current: group.map(|group| group.name),
        stale: stale.is_some(),
        to,
        theirs,
        typed,
        members,
        errors,
        meanwhile,
        offers,
        frame: desk.frame,
    })
}

/// The first members, each with its page when the viewer may see it.
async fn members(desk: &Desk, id: i64) -> Result<Vec<(String, Option<String>)>> {
    let linked = desk.rights.may(Verb::View, &users::MODEL);
    let members = groups::members(&mut &desk.app().db, &[id], MOST_MEMBERS).await?;
    let named = members.into_iter().map(|(user, name)| {
        let page = linked.then(|| users::MODEL.object_address(user, "change"));
        (name, page)
    });
    Ok(named.collect())
}
