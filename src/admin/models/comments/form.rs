//! The form of a comment: shown, sent, and shown again with what is wrong or what somebody else
//! changed meanwhile; its reports beside it.

use askama::Template;
use axum::http::StatusCode;

use super::{
    MODEL, name, on_site,
    save::{Again, Outcome, Values, save},
    under_word,
};
use crate::{
    admin::{
        AnyId, Desk,
        forms::{Fields, Meanwhile, Offers, Theirs, meanwhile, version},
        model::Verb,
        models::{posts, users, videos},
        reported::{Fact, Reports},
        site::Sidebar,
    },
    board,
    comments::{
        Subject,
        store::{self, Comment},
    },
    db::Db,
    reports::Kind,
    videos::store as video_store,
    web::{
        errors::Result,
        form::{Errors, Typed},
        frame::Frame,
        held::Held,
        page,
    },
    words::format,
};

/// `GET,POST /admin/board/comment/{id}/change/`; fields `body` `is_hidden` `was_hidden` `version`;
/// buttons `_save` `_continue`.
#[derive(Template)]
#[template(path = "admin/comment_form.html")]
pub struct CommentFormPage {
    /// The page's surroundings.
    pub frame: Frame,
    /// The models beside it.
    pub sidebar: Sidebar,
    /// Its first words.
    pub name: String,
    /// What stands in the fields.
    pub values: Values,
    /// What is only told.
    pub facts: Vec<Fact>,
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

/// The comment, unless only its place is left.
async fn found(db: &Db, id: &AnyId) -> Result<Option<Comment>> {
    let found = store::find(db, id.id.unwrap_or(0)).await?;
    Ok(found.filter(|comment| comment.standing.writer.is_some()))
}

pub(super) async fn change_form(desk: Desk, id: AnyId, Held(held): Held) -> Result {
    desk.rights.need(Verb::View, &MODEL)?;
    let Some(comment) = found(&desk.app().db, &id).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    let held = held.filter(|_| desk.rights.may(Verb::Change, &MODEL));
    let again = held.map(|form| held_again(&desk, &comment, &form));
    page::ok(&form_page(desk, comment, again).await?)
}

/// What was typed before the login.
fn held_again(desk: &Desk, comment: &Comment, form: &Fields) -> Again {
    let version = version(form);
    let mut errors = Errors::default();
    errors.add("", desk.frame.t.admin.held_again);
    Again {
        values: Values::read(form),
        errors,
        stale: (version != comment.updated_at).then_some(version),
    }
}

pub(super) async fn change(desk: Desk, id: AnyId, Typed(form): Typed) -> Result {
    desk.rights.need(Verb::Change, &MODEL)?;
    let number = id.id.unwrap_or(0);
    match save(desk.app(), &desk.rights, &desk.frame, number, &form).await? {
        Outcome::Gone => desk.gone(&MODEL, id.written).await,
        Outcome::Again(again) => {
            let Some(comment) = found(&desk.app().db, &id).await? else {
                return desk.gone(&MODEL, id.written).await;
            };
            let status = if again.stale.is_some() {
                StatusCode::CONFLICT
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            let page = form_page(desk, comment, Some(*again)).await?;
            page::html(status, &page)
        }
        Outcome::Saved(name) => {
            desk.tell(&MODEL, (number, &name), Verb::Change).await?;
            Ok(desk.onward(&MODEL, number, &form))
        }
    }
}

async fn form_page(desk: Desk, comment: Comment, again: Option<Again>) -> Result<CommentFormPage> {
    let offers = Offers::new(&desk, &MODEL, comment.id, true);
    let stale = again.as_ref().and_then(|again| again.stale);
    let (values, errors) = match again {
        Some(again) => (again.values, again.errors),
        None => (Values::of(&comment), Errors::default()),
    };
    let mut theirs = Theirs::default();
    let mut told = Vec::new();
    if let Some(since) = stale {
        told = meanwhile(&desk, &MODEL, comment.id, since).await?;
        let stored = &comment.body;
        theirs.note("body", values.body != *stored, || stored.clone());
        let (typed, stored) = (values.is_hidden, comment.standing.is_hidden);
        let words = desk.frame.t.admin;
        let word = if stored { words.yes } else { words.no };
        theirs.note("is_hidden", typed != stored, || word.to_owned());
    }
    Ok(CommentFormPage {
        sidebar: desk.sidebar(&MODEL),
        facts: facts(&desk, &comment).await?,
        reports: Reports::of(&desk, &MODEL, Kind::Comments, comment.id).await?,
        on_site: on_site(comment.id),
        version: comment.updated_at.0,
        read_only: offers.read_only(&desk, &MODEL),
        list: desk.list(&MODEL),
        to: desk.page_of(&MODEL, comment.id, "change"),
        name: name(&comment.body),
        meanwhile: told,
        stale: stale.is_some(),
        values,
        errors,
        theirs,
        offers,
        frame: desk.frame,
    })
}

async fn facts(desk: &Desk, comment: &Comment) -> Result<Vec<Fact>> {
    let frame = &desk.frame;
    let words = frame.t.admin_board;
    let date = |time| format::date_time(frame.lang(), time, &frame.zone);
    let (title, url) = under(desk, comment.subject()).await?;
    let writer = comment.standing.writer;
    let mut facts = vec![
        Fact {
            label: words.writer_column,
            text: comment.username.clone().unwrap_or_default(),
            url: writer.and_then(|writer| desk.rights.link(&users::MODEL, writer)),
        },
        Fact {
            label: words.under_column,
            text: under_word(frame.t, comment.subject(), &title),
            url,
        },
        Fact::new(words.date_column, date(comment.created_at)),
    ];
    if let Some(edited) = comment.edited_at {
        facts.push(Fact::new(words.edited_fact, date(edited)));
    }
    Ok(facts)
}

/// What it stands under: its title, and its form for who may see it.
async fn under(desk: &Desk, subject: Subject) -> Result<(String, Option<String>)> {
    let db = &desk.app().db;
    Ok(match subject {
        Subject::Post(id) => {
            let post = board::store::find(db, id).await?;
            let title = post.map(|post| post.title);
            (
                title.unwrap_or_default(),
                desk.rights.link(&posts::MODEL, id),
            )
        }
        Subject::Video(id) => {
            let video = video_store::find(db, id).await?;
            let title = video.map(|video| video.title);
            (
                title.unwrap_or_default(),
                desk.rights.link(&videos::MODEL, id),
            )
        }
    })
}
