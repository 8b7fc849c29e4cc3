//! Deleting a comment, after asking.

use askama::Template;
use axum::extract::State;
use tower_sessions::Session;

use super::{
    Going, place,
    place::Place,
    sign_in_first,
    write::{Beside, beside},
};
use crate::{
    comments::store,
    db::Time,
    state::App,
    web::{
        errors::Result,
        form::{Form, Id, Query},
        frame::{Frame, Level, Message},
        page, sessions,
    },
    words::fill,
};

/// `GET,POST /comments/{id}/delete/`
#[derive(Template)]
#[template(path = "comments/delete.html")]
struct DeletePage {
    frame: Frame,
    place: Place,
    back: String,
    action: String,
    comment: Beside,
    has_replies: bool,
}

impl DeletePage {
    fn back_to(&self) -> String {
        fill(self.frame.t.comments.back_to, &[&self.place.title])
    }
}

pub(super) async fn ask(
    State(app): State<App>,
    frame: Frame,
    Id(id): Id,
    Query(going): Query<Going>,
) -> Result {
    if !frame.viewer.is_signed_in() {
        return Ok(sign_in_first(&frame.path));
    }
    let (comment, place) = place::reach_changeable(&app, &frame.viewer, id).await?;
    page::ok(&DeletePage {
        comment: beside(&app, &frame, &comment, "").await?,
        has_replies: store::has_replies(&app.db, id).await?,
        back: place.subject.back(&going.back),
        action: format!("/comments/{id}/delete/"),
        place,
        frame,
    })
}

/// Field `back`.
pub(super) async fn delete(
    State(app): State<App>,
    session: Session,
    frame: Frame,
    Id(id): Id,
    Form(going): Form<Going>,
) -> Result {
    if !frame.viewer.is_signed_in() {
        return Ok(sign_in_first(&frame.path));
    }
    sessions::tell_again(&session, frame.messages).await?;
    let (_, place) = place::reach_changeable(&app, &frame.viewer, id).await?;
    let mut tx = app.db.begin().await?;
    let deleted = store::delete(&mut tx, id, Time::now()).await?;
    tx.commit().await?;
    if deleted {
        let text = frame.t.comments.was_deleted.to_owned();
        sessions::tell(&session, Message::new(Level::Success, text)).await?;
    }
    Ok(page::see_other(&format!(
        "{}#comments",
        place.subject.back(&going.back)
    )))
}
