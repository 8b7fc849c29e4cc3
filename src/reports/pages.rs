//! Reporting a post or a comment: a page that asks why, for members.

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, routing::get};
use axum_extra::routing::RouterExt;
use serde::Deserialize;
use tower_sessions::Session;

use super::{REASON_LIMIT, Reported, store};
use crate::{
    board,
    comments::{Subject, pages::place},
    db::Time,
    markdown,
    state::App,
    web::{
        access::Access,
        errors::{Error, Result},
        form::{Errors, Form, Id, Query},
        frame::{Frame, Level, Message},
        next, page, sessions, text,
        viewer::Viewer,
    },
    words::{fill, format},
};

/// Characters that the page shows of what is reported.
const SHOWN: usize = 300;

/// The pages that report.
pub fn routes() -> Router<App> {
    Router::new()
        .route_with_tsr("/board/{id}/report/", get(ask_post).post(report_post))
        .route_with_tsr(
            "/comments/{id}/report/",
            get(ask_comment).post(report_comment),
        )
}

/// `GET,POST /board/{id}/report/` and `/comments/{id}/report/`; fields `reason` `back`.
#[derive(Template)]
#[template(path = "reports/form.html")]
struct ReportPage {
    frame: Frame,
    thing: Thing,
    /// The way back to where it stands.
    back: String,
    /// What was typed.
    reason: String,
    /// What is wrong: `reason`.
    errors: Errors,
}

impl ReportPage {
    fn heading(&self) -> &'static str {
        let words = self.frame.t.comments;
        match self.thing.reported {
            Reported::Post(_) => words.report_post,
            Reported::Comment(_) => words.report_comment,
        }
    }

    fn reason_help(&self) -> String {
        fill(self.frame.t.comments.reason_help, &[&REASON_LIMIT])
    }
}

/// What is reported, as far as the page and the rules mind.
struct Thing {
    reported: Reported,
    /// Where it stands.
    subject: Subject,
    username: String,
    /// Its first words, as plain text.
    words: String,
    /// The staff's own word stays in sight, however many report it.
    is_notice: bool,
}

impl Thing {
    /// The thing, when `viewer`, who is signed in, may read it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for what the viewer wrote and for what is hidden, [`Error::NotFound`] for
    /// what they may not read.
    async fn find(app: &App, viewer: &Viewer, reported: Reported) -> Result<Thing> {
        let (thing, writer, is_hidden) = match reported {
            Reported::Post(id) => {
                let post = board::store::find(&app.db, id).await?;
                let post = post.filter(|post| post.standing.access(viewer) == Access::Allowed);
                let post = post.ok_or(Error::NotFound)?;
                let thing = Thing {
                    reported,
                    subject: Subject::Post(id),
                    username: post.username,
                    words: post.title,
                    is_notice: post.is_notice,
                };
                (thing, Some(post.standing.writer), post.standing.is_hidden)
            }
            Reported::Comment(id) => {
                let (comment, place) = place::reach_comment(app, viewer, id).await?;
                let thing = Thing {
                    reported,
                    subject: place.subject,
                    username: comment.username.unwrap_or_default(),
                    words: markdown::plain(&comment.body, SHOWN),
                    is_notice: false,
                };
                (thing, comment.standing.writer, comment.standing.is_hidden)
            }
        };
        // A report of what the staff have hidden would bring it back into sight with its taking back:
        // see [`store::withdraw`].
        if writer == viewer.id() || is_hidden {
            return Err(Error::Forbidden);
        }
        Ok(thing)
    }

    fn action(&self) -> String {
        match self.reported {
            Reported::Post(id) => format!("/board/{id}/report/"),
            Reported::Comment(id) => format!("/comments/{id}/report/"),
        }
    }
}

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    back: String,
}

async fn ask_post(app: State<App>, frame: Frame, Id(id): Id, asked: Query<Written>) -> Result {
    ask(app, frame, Reported::Post(id), asked).await
}

async fn ask_comment(app: State<App>, frame: Frame, Id(id): Id, asked: Query<Written>) -> Result {
    ask(app, frame, Reported::Comment(id), asked).await
}

async fn report_post(
    app: State<App>,
    session: Session,
    frame: Frame,
    Id(id): Id,
    form: Form<Written>,
) -> Result {
    report(app, session, frame, Reported::Post(id), form).await
}

async fn report_comment(
    app: State<App>,
    session: Session,
    frame: Frame,
    Id(id): Id,
    form: Form<Written>,
) -> Result {
    report(app, session, frame, Reported::Comment(id), form).await
}

async fn ask(
    State(app): State<App>,
    frame: Frame,
    reported: Reported,
    Query(asked): Query<Written>,
) -> Result {
    if !frame.viewer.is_signed_in() {
        return Ok(page::found(&next::login_for("/login/", &frame.path)));
    }
    let thing = Thing::find(&app, &frame.viewer, reported).await?;
    page::ok(&ReportPage {
        back: thing.subject.back(&asked.back),
        thing,
        reason: String::new(),
        errors: Errors::default(),
        frame,
    })
}

async fn report(
    State(app): State<App>,
    session: Session,
    frame: Frame,
    reported: Reported,
    Form(form): Form<Written>,
) -> Result {
    let Some(reporter) = frame.viewer.id() else {
        return Ok(page::found(&next::login_for("/login/", &frame.path)));
    };
    let thing = Thing::find(&app, &frame.viewer, reported).await?;
    let back = thing.subject.back(&form.back);
    let words = frame.t.comments;
    let reason = text::tidy(&form.reason);
    let length = reason.chars().count();
    if length > REASON_LIMIT {
        let mut errors = Errors::default();
        let length = format::number(length as i64);
        errors.add("reason", fill(words.reason_long, &[&REASON_LIMIT, &length]));
        let page = ReportPage {
            thing,
            back,
            reason: form.reason,
            errors,
            frame,
        };
        return page::html(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let enough = if thing.is_notice {
        0
    } else {
        app.settings.reports_to_hide
    };
    let mut tx = app.db.begin().await?;
    let now = Time::now();
    let new = store::add(&mut tx, reported, reporter, &reason, enough, now).await;
    let new = new.map_err(|error| match &error {
        // Deleted in this moment.
        sqlx::Error::Database(fault) if fault.is_foreign_key_violation() => Error::NotFound,
        _ => error.into(),
    })?;
    tx.commit().await?;
    let message = if new {
        Message::new(Level::Success, words.was_reported.to_owned())
    } else {
        Message::new(Level::Warning, words.reported_before.to_owned())
    };
    sessions::tell_again(&session, frame.messages).await?;
    sessions::tell(&session, message).await?;
    let to = match reported {
        Reported::Comment(_) => format!("{back}#comments"),
        Reported::Post(id) => {
            let post = board::store::standing(&app.db, id).await?;
            let in_sight = post.is_some_and(|it| it.access(&frame.viewer) == Access::Allowed);
            // The list it stood in, with its search.
            let list = back.replacen(&thing.subject.path(), "/board/", 1);
            if in_sight { back } else { list }
        }
    };
    Ok(page::see_other(&to))
}
