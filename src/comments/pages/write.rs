//! Writing a comment.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Deserialize;

use super::{
    discussion,
    place::{self, Place, Reached},
    sign_in_first, to_comment,
};
use crate::{
    comments::{
        BODY_LIMIT, Subject,
        store::{self, Comment},
    },
    db::{Time, Tx},
    markdown,
    state::App,
    web::{
        errors::{Error, Result},
        form::{Errors, Form, Id, Query},
        frame::Frame,
        page, text,
        viewer::Viewer,
    },
    words::{fill, format},
};

/// As many comments as somebody who is not staff may write, and in how many seconds.
const LIMITS: [(i64, i64); 2] = [(6, 60), (100, 3600)];

/// With a writer's id, the lock by which that writer's comments are counted one after the other.
const WRITING: i64 = 0x636f_6d6d << 32;

/// A form with a comment's words: `GET,POST /video/{id}/comments/`, `/board/{id}/comments/` and
/// `/comments/{id}/edit/`. Mostly seen when something was wrong with what was written on the page
/// of the video or post.
#[derive(Template)]
#[template(path = "comments/form.html")]
pub(super) struct FormPage {
    pub frame: Frame,
    /// What is written about.
    pub place: Place,
    /// The way back to it.
    pub back: String,
    /// What the page is for.
    pub heading: &'static str,
    /// Where the form goes.
    pub action: String,
    /// Hidden fields beside `back`.
    pub hidden: Vec<(&'static str, String)>,
    /// Another comment to look at while writing: what it is, its writer, its words as HTML.
    pub beside: Option<Beside>,
    /// What was typed.
    pub body: String,
    /// The word on the button.
    pub send: &'static str,
    /// What is wrong: `""`, `body`.
    pub errors: Errors,
}

/// A comment shown beside a form.
pub(super) struct Beside {
    pub heading: &'static str,
    pub username: String,
    pub html: String,
}

impl FormPage {
    fn help(&self) -> String {
        discussion::help(&self.frame, self.place.subject)
    }

    fn back_to(&self) -> String {
        fill(self.frame.t.comments.back_to, &[&self.place.title])
    }
}

#[derive(Deserialize)]
pub(super) struct Written {
    #[serde(default)]
    body: String,
    #[serde(default)]
    reply_to: String,
    #[serde(default)]
    back: String,
}

pub(super) async fn show_under_post(
    app: State<App>,
    frame: Frame,
    Id(id): Id,
    asked: Query<Written>,
) -> Result {
    show(app, frame, Subject::Post(id), asked).await
}

pub(super) async fn show_under_video(
    app: State<App>,
    frame: Frame,
    Id(id): Id,
    asked: Query<Written>,
) -> Result {
    show(app, frame, Subject::Video(id), asked).await
}

pub(super) async fn write_under_post(
    app: State<App>,
    frame: Frame,
    Id(id): Id,
    form: Form<Written>,
) -> Result {
    write(app, frame, Subject::Post(id), form).await
}

pub(super) async fn write_under_video(
    app: State<App>,
    frame: Frame,
    Id(id): Id,
    form: Form<Written>,
) -> Result {
    write(app, frame, Subject::Video(id), form).await
}

async fn show(
    State(app): State<App>,
    frame: Frame,
    subject: Subject,
    Query(asked): Query<Written>,
) -> Result {
    if !frame.viewer.is_signed_in() {
        return Ok(sign_in_first(&frame.path));
    }
    let place = placed(&app, &frame.viewer, subject).await?;
    page::ok(&form_page(&app, frame, place, asked, Errors::default()).await?)
}

async fn write(
    State(app): State<App>,
    frame: Frame,
    subject: Subject,
    Form(form): Form<Written>,
) -> Result {
    let Some(writer) = frame.viewer.id() else {
        return Ok(sign_in_first(&format!("{}#comments", subject.path())));
    };
    let place = placed(&app, &frame.viewer, subject).await?;
    let mut errors = Errors::default();
    let body = checked(&frame, &form.body, &mut errors);
    let Some(body) = body else {
        let page = form_page(&app, frame, place, form, errors).await?;
        return page::html(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let now = Time::now();
    let mut tx = app.db.begin().await?;
    if !frame.viewer.is_staff() {
        tx.alone(WRITING + writer).await?;
        if let Some(seconds) = wait(&mut tx, writer, now).await? {
            drop(tx);
            errors.add("", fill(frame.t.comments.later, &[&seconds]));
            let page = form_page(&app, frame, place, form, errors).await?;
            return later(&page, seconds);
        }
    }
    let reply_to = form.reply_to.parse().ok();
    let id = store::add(&mut tx, subject, writer, reply_to, &body, now).await;
    let id = id.map_err(gone)?;
    tx.commit().await.map_err(gone)?;
    let comment = store::find(&app.db, id).await?.ok_or(Error::NotFound)?;
    to_comment(&app, &comment, &place.subject.back(&form.back)).await
}

/// A subject that was deleted in this moment is no fault of ours.
fn gone(error: sqlx::Error) -> Error {
    match &error {
        sqlx::Error::Database(fault) if fault.is_foreign_key_violation() => Error::NotFound,
        _ => error.into(),
    }
}

/// The post or video, for somebody who is signed in.
pub(super) async fn placed(app: &App, viewer: &Viewer, subject: Subject) -> Result<Place> {
    match place::reach(app, viewer, subject).await? {
        Reached::Place(place) => Ok(place),
        Reached::LoginFirst => Err(Error::NotFound),
    }
}

/// The words as they are stored, unless something is wrong with them.
pub fn checked(frame: &Frame, typed: &str, errors: &mut Errors) -> Option<String> {
    let words = frame.t.comments;
    let body = text::tidy(typed);
    let length = body.chars().count();
    if text::is_blank(&body) || shows_nothing(&body) {
        errors.add("body", words.body_missing);
    } else if length > BODY_LIMIT {
        let number = |count: usize| format::number(count as i64);
        let values: [&dyn std::fmt::Display; 2] = [&number(BODY_LIMIT), &number(length)];
        errors.add("body", fill(words.body_long, &values));
    }
    errors.is_empty().then_some(body)
}

/// Whether Markdown makes nothing of a text, such as of an address that no link uses.
fn shows_nothing(body: &str) -> bool {
    let options = markdown::Options {
        origin: "",
        images: &[],
        heading: 3,
        times: markdown::Times::Text,
        author_is_new: true,
    };
    body.chars().count() <= BODY_LIMIT && markdown::render(body, &options).is_empty()
}

/// Seconds until somebody may write again; `None` when they may now.
async fn wait(tx: &mut Tx, writer: i64, now: Time) -> Result<Option<i64>> {
    let mut longest = None;
    for (most, seconds) in LIMITS {
        let earlier = store::earlier(tx, writer, most - 1).await?;
        let again = earlier.map(|at| at.plus_seconds(seconds));
        let left = again.map_or(0, |again| (again.0 - now.0 + 999_999) / 1_000_000);
        if left > 0 {
            longest = longest.max(Some(left));
        }
    }
    Ok(longest)
}

fn later(page: &FormPage, seconds: i64) -> Result<Response> {
    let mut response = page::html(StatusCode::TOO_MANY_REQUESTS, page)?;
    let value = HeaderValue::from(seconds);
    response.headers_mut().insert(header::RETRY_AFTER, value);
    Ok(response)
}

/// The form for a new comment, with the one it answers.
async fn form_page(
    app: &App,
    frame: Frame,
    place: Place,
    written: Written,
    errors: Errors,
) -> Result<FormPage> {
    let answered = match written.reply_to.parse() {
        Ok(id) => store::find(&app.db, id).await?,
        Err(_) => None,
    };
    let readable = |comment: &Comment| {
        comment.subject() == place.subject && comment.standing.may_read(&frame.viewer)
    };
    let beside = match answered.filter(readable) {
        Some(comment) => {
            let heading = frame.t.comments.answered;
            Some(beside(app, &frame, &comment, heading).await?)
        }
        None => None,
    };
    let words = frame.t.comments;
    Ok(FormPage {
        back: place.subject.back(&written.back),
        heading: words.write,
        action: format!("{}comments/", place.subject.path()),
        hidden: vec![("reply_to", written.reply_to)],
        beside,
        body: written.body,
        send: words.send,
        errors,
        place,
        frame,
    })
}

/// A comment to look at while writing. Its times are text: there is no video beside it to seek in.
pub(super) async fn beside(
    app: &App,
    frame: &Frame,
    comment: &Comment,
    heading: &'static str,
) -> Result<Beside> {
    let html = discussion::html(&app.db, frame, comment, markdown::Times::Text, Time::now());
    Ok(Beside {
        heading,
        username: comment.username.clone().unwrap_or_default(),
        html: html.await?,
    })
}
