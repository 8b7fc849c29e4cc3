//! The form of a post: shown, sent, and shown again with what is wrong or what somebody else changed
//! meanwhile; its files and its reports beside it.

use askama::Template;
use axum::http::StatusCode;

use super::{
    MODEL,
    save::{Again, Outcome, Values, save},
};
use crate::{
    admin::{
        AnyId, Desk,
        forms::{Fields, Meanwhile, Offers, Theirs, meanwhile, version},
        model::Verb,
        models::users,
        reported::{Fact, Reports, short},
        site::Sidebar,
    },
    board::store::{self, Attachment, Post},
    reports::Kind,
    web::{
        errors::Result,
        form::{Errors, Typed},
        frame::Frame,
        held::Held,
        page,
    },
    words::format,
};

/// `GET,POST /admin/board/post/{id}/change/`; fields `title` `body` `is_notice` `is_hidden`
/// `was_hidden` `version`; buttons `_save` `_continue`.
#[derive(Template)]
#[template(path = "admin/post_form.html")]
pub struct PostFormPage {
    /// The page's surroundings.
    pub frame: Frame,
    /// The models beside it.
    pub sidebar: Sidebar,
    /// The title in the database, cut.
    pub name: String,
    /// What stands in the fields.
    pub values: Values,
    /// What is only told.
    pub facts: Vec<Fact>,
    /// Its files.
    pub files: Vec<Attachment>,
    /// Its reports.
    pub reports: Reports,
    /// Where it is read.
    pub on_site: String,
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

pub(super) async fn change_form(desk: Desk, id: AnyId, Held(held): Held) -> Result {
    desk.rights.need(Verb::View, &MODEL)?;
    let Some(post) = store::find(&desk.app().db, id.id.unwrap_or(0)).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    let held = held.filter(|_| desk.rights.may(Verb::Change, &MODEL));
    let again = held.map(|form| held_again(&desk, &post, &form));
    page::ok(&form_page(desk, post, again).await?)
}

/// What was typed before the login.
fn held_again(desk: &Desk, post: &Post, form: &Fields) -> Again {
    let version = version(form);
    let mut errors = Errors::default();
    errors.add("", desk.frame.t.admin.held_again);
    Again {
        values: Values::read(form),
        errors,
        stale: (version != post.updated_at).then_some(version),
    }
}

pub(super) async fn change(desk: Desk, id: AnyId, Typed(form): Typed) -> Result {
    desk.rights.need(Verb::Change, &MODEL)?;
    let number = id.id.unwrap_or(0);
    match save(desk.app(), &desk.rights, &desk.frame, number, &form).await? {
        Outcome::Gone => desk.gone(&MODEL, id.written).await,
        Outcome::Again(again) => {
            let Some(post) = store::find(&desk.app().db, number).await? else {
                return desk.gone(&MODEL, id.written).await;
            };
            let status = if again.stale.is_some() {
                StatusCode::CONFLICT
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            let page = form_page(desk, post, Some(*again)).await?;
            page::html(status, &page)
        }
        Outcome::Saved(title) => {
            desk.tell(&MODEL, (number, &short(&title)), Verb::Change)
                .await?;
            Ok(desk.onward(&MODEL, number, &form))
        }
    }
}

async fn form_page(desk: Desk, post: Post, again: Option<Again>) -> Result<PostFormPage> {
    let offers = Offers::new(&desk, &MODEL, post.id, true);
    let stale = again.as_ref().and_then(|again| again.stale);
    let (values, errors) = match again {
        Some(again) => (again.values, again.errors),
        None => (Values::of(&post), Errors::default()),
    };
    let mut theirs = Theirs::default();
    let mut told = Vec::new();
    if let Some(since) = stale {
        told = meanwhile(&desk, &MODEL, post.id, since).await?;
        theirs = differences(&desk.frame, &values, &post);
    }
    Ok(PostFormPage {
        sidebar: desk.sidebar(&MODEL),
        facts: facts(&desk, &post),
        files: store::attachments(&desk.app().db, post.id).await?,
        reports: Reports::of(&desk, &MODEL, Kind::Posts, post.id).await?,
        on_site: format!("/board/{}/", post.id),
        version: post.updated_at.0,
        read_only: offers.read_only(&desk, &MODEL),
        list: desk.list(&MODEL),
        to: desk.page_of(&MODEL, post.id, "change"),
        name: short(&post.title),
        meanwhile: told,
        stale: stale.is_some(),
        values,
        errors,
        theirs,
        offers,
        frame: desk.frame,
    })
}

/// What is stored, where it differs from what was typed.
fn differences(frame: &Frame, values: &Values, post: &Post) -> Theirs {
    let mut theirs = Theirs::default();
    theirs.note("title", values.title != post.title, || post.title.clone());
    theirs.note("body", values.body != post.body, || post.body.clone());
    let is_hidden = post.standing.is_hidden;
    for (field, typed, stored) in [
        ("is_notice", values.is_notice, post.is_notice),
        ("is_hidden", values.is_hidden, is_hidden),
    ] {
        let words = frame.t.admin;
        let word = if stored { words.yes } else { words.no };
        theirs.note(field, typed != stored, || word.to_owned());
    }
    theirs
}

fn facts(desk: &Desk, post: &Post) -> Vec<Fact> {
    let frame = &desk.frame;
    let words = frame.t.admin_board;
    let date = |time| format::date_time(frame.lang(), time, &frame.zone);
    let mut facts = vec![
        Fact {
            label: words.writer_column,
            text: post.username.clone(),
            url: desk.rights.link(&users::MODEL, post.standing.writer),
        },
        Fact::new(words.date_column, date(post.created_at)),
    ];
    if let Some(edited) = post.edited_at {
        facts.push(Fact::new(words.edited_fact, date(edited)));
    }
    facts.push(Fact::new(words.views_column, format::number(post.views)));
    let comments = format::number(post.comments);
    facts.push(Fact::new(words.comments_column, comments));
    facts
}
