//! The form of a group: add and change.

use askama::Template;
use axum::{
    extract::{OriginalUri, State},
    http::StatusCode,
};
use tower_sessions::Session;

use super::{
    MODEL,
    save::{Again, Outcome, name, save},
};
use crate::{
    accounts::{
        identify,
        login::Visit,
        store::groups::{self, Group},
    },
    admin::{
        AnyId, Filters, gone,
        model::Verb,
        models::users,
        object::{Fields, Meanwhile, Offers, Theirs, meanwhile, onward, tell, values, version},
        reproof,
        rights::{
            Rights,
            matrix::{self, Matrix},
        },
        site::{Sidebar, sidebar},
    },
    state::App,
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

pub(super) async fn add_form(
    State(app): State<App>,
    rights: Rights,
    filters: Filters,
    frame: Frame,
    Held(held): Held,
) -> Result {
    rights.need(Verb::Add, &MODEL)?;
    let again = match held {
        Some(form) => held_again(&app, &rights, &frame, None, &form).await?,
        None => None,
    };
    page::ok(&form_page(&app, &rights, &filters, frame, None, again).await?)
}

pub(super) async fn change_form(
    State(app): State<App>,
    session: Session,
    rights: Rights,
    filters: Filters,
    frame: Frame,
    id: AnyId,
    Held(held): Held,
) -> Result {
    rights.need(Verb::View, &MODEL)?;
    let Some(group) = groups::find(&mut &app.db, id.id.unwrap_or(0)).await? else {
        return gone(&session, &rights, &frame, &filters, &MODEL, id.written).await;
    };
    let again = match held {
        Some(form) => held_again(&app, &rights, &frame, Some(&group), &form).await?,
        None => None,
    };
    page::ok(&form_page(&app, &rights, &filters, frame, Some(group), again).await?)
}

/// What was typed before the login, as far as whoever logged in may send it; `None` when they may
/// not change this group at all.
async fn held_again(
    app: &App,
    rights: &Rights,
    frame: &Frame,
    group: Option<&Group>,
    form: &Fields,
) -> Result<Option<Again>> {
    let id = group.map_or(0, |group| group.id);
    let stored = groups::permissions_of(&mut &app.db, &[id]).await?;
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

pub(super) async fn add(
    visit: Visit,
    rights: Rights,
    filters: Filters,
    frame: Frame,
    OriginalUri(here): OriginalUri,
    Typed(form): Typed,
) -> Result {
    rights.need(Verb::Add, &MODEL)?;
    let here = here.to_string();
    saved(visit, rights, filters, frame, (None, ""), &here, &form).await
}

pub(super) async fn change(
    visit: Visit,
    rights: Rights,
    filters: Filters,
    frame: Frame,
    id: AnyId,
    OriginalUri(here): OriginalUri,
    Typed(form): Typed,
) -> Result {
    rights.need(Verb::Change, &MODEL)?;
    let here = here.to_string();
    let target = (Some(id.id.unwrap_or(0)), id.written.as_str());
    saved(visit, rights, filters, frame, target, &here, &form).await
}

/// Saves a form; `id` is `None` for a new group.
async fn saved(
    visit: Visit,
    rights: Rights,
    filters: Filters,
    frame: Frame,
    (id, written): (Option<i64>, &str),
    here: &str,
    form: &[(String, String)],
) -> Result {
    let mut fresh = identify::is_fresh(&visit.session).await?;
    let app = &visit.app;
    loop {
        match save(app, &rights, &frame, id, form, fresh).await? {
            Outcome::Gone => {
                return gone(&visit.session, &rights, &frame, &filters, &MODEL, written).await;
            }
            Outcome::Again(again) => {
                let group = groups::find(&mut &app.db, id.unwrap_or(0)).await?;
                if group.is_none() && id.is_some() {
                    continue;
                }
                let status = if again.stale.is_some() {
                    StatusCode::CONFLICT
                } else {
                    StatusCode::UNPROCESSABLE_ENTITY
                };
                let page = form_page(app, &rights, &filters, frame, group, Some(again)).await?;
                return page::html(status, &page);
            }
            Outcome::Unproven => match reproof::asked(&visit, &rights, &frame, here, form).await? {
                Some(page) => return Ok(page),
                None => fresh = true,
            },
            Outcome::Saved(saved, name) => {
                let verb = if id.is_some() {
                    Verb::Change
                } else {
                    Verb::Add
                };
                tell(
                    &visit.session,
                    &rights,
                    &frame,
                    &MODEL,
                    (saved, &name),
                    verb,
                )
                .await?;
                return Ok(onward(&filters, &rights, &MODEL, saved, form));
            }
        }
    }
}

async fn form_page(
    app: &App,
    rights: &Rights,
    filters: &Filters,
    frame: Frame,
    group: Option<Group>,
    again: Option<Again>,
) -> Result<GroupFormPage> {
    let id = group.as_ref().map_or(0, |group| group.id);
    let stored = groups::permissions_of(&mut &app.db, &[id]).await?;
    let mut offers = Offers::new(rights, &MODEL, filters, id, rights.cover(&stored));
    let stale = again.as_ref().and_then(|again| again.stale);
    let meanwhile = match stale {
        Some(since) => meanwhile(&app.db, &frame, &MODEL, id, since).await?,
        None => Vec::new(),
    };
    let to = if group.is_some() {
        MODEL.object_address(id, "change")
    } else {
        offers.change = true;
        format!("{}add/", MODEL.address())
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
    let members = members(app, rights, id).await?;
    let all = groups::count_members(&mut &app.db, &[id]).await?;
    Ok(GroupFormPage {
        sidebar: sidebar(rights, &frame, Some(&MODEL)),
        matrix: Matrix::new(frame.t, rights, &codes),
        more_members: all - members.len() as i64,
        version: group.as_ref().map_or(0, |group| group.updated_at.0),
        read_only: read_only(&frame, &offers, rights),
        list: filters.list(rights, &MODEL),
        to: filters.carried(&to),
        current: group.map(|group| group.name),
        stale: stale.is_some(),
        theirs,
        typed,
        members,
        errors,
        meanwhile,
        offers,
        frame,
    })
}

fn read_only(frame: &Frame, offers: &Offers, rights: &Rights) -> Option<&'static str> {
    let words = frame.t.admin;
    if offers.change {
        None
    } else if rights.may(Verb::Change, &MODEL) {
        Some(words.out_of_reach)
    } else {
        Some(words.read_only)
    }
}

/// The first members, each with its page when the viewer may see it.
async fn members(app: &App, rights: &Rights, id: i64) -> Result<Vec<(String, Option<String>)>> {
    let linked = rights.may(Verb::View, &users::MODEL);
    let members = groups::members(&mut &app.db, &[id], MOST_MEMBERS).await?;
    let named = members.into_iter().map(|(user, name)| {
        let page = linked.then(|| users::MODEL.object_address(user, "change"));
        (name, page)
    });
    Ok(named.collect())
}
