//! Changing a comment.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;

use super::{
    Going, place,
    place::Place,
    sign_in_first, to_comment,
    write::{FormPage, beside, checked},
};
use crate::{
    comments::store::{self, Comment},
    db::Time,
    state::App,
    web::{
        errors::Result,
        form::{Errors, Form, Id, Query},
        frame::Frame,
        page,
    },
};

#[derive(Deserialize)]
pub(super) struct Changed {
    #[serde(default)]
    body: String,
    /// The version the form was made from.
    #[serde(default)]
    version: i64,
    #[serde(default)]
    back: String,
}

/// `GET /comments/{id}/edit/`
pub(super) async fn show(
    State(app): State<App>,
    frame: Frame,
    Id(id): Id,
    Query(going): Query<Going>,
) -> Result {
    if !frame.viewer.is_signed_in() {
        return Ok(sign_in_first(&frame.path));
    }
    let (comment, place) = place::reach_changeable(&app, &frame.viewer, id).await?;
    let form = Changed {
        body: comment.body.clone(),
        version: comment.updated_at.0,
        back: going.back,
    };
    page::ok(&form_page(frame, place, &comment, form, Errors::default()))
}

/// `POST /comments/{id}/edit/`; fields `body` `version` `back`.
pub(super) async fn change(
    State(app): State<App>,
    frame: Frame,
    Id(id): Id,
    Form(mut form): Form<Changed>,
) -> Result {
    if !frame.viewer.is_signed_in() {
        return Ok(sign_in_first(&frame.path));
    }
    let (comment, place) = place::reach_changeable(&app, &frame.viewer, id).await?;
    let mut errors = Errors::default();
    let body = checked(&frame, &form.body, &mut errors);
    if let Some(body) = body {
        // Saved as it is, it is not edited; and of two who wrote the same, nobody loses anything.
        if body == comment.body {
            return to_comment(&app, &comment, &place.subject.back(&form.back)).await;
        }
        let mut tx = app.db.begin().await?;
        let was = Time(form.version);
        let changed = store::change(&mut tx, id, &body, was, Time::now()).await?;
        tx.commit().await?;
        if changed {
            return to_comment(&app, &comment, &place.subject.back(&form.back)).await;
        }
        errors.add("", frame.t.comments.changed_meanwhile);
    }
    let (comment, place) = place::reach_changeable(&app, &frame.viewer, id).await?;
    let mut shown = None;
    if errors.on("") {
        form.version = comment.updated_at.0;
        let heading = frame.t.comments.stands_now;
        shown = Some(beside(&app, &frame, &comment, heading).await?);
    }
    let mut page = form_page(frame, place, &comment, form, errors);
    page.beside = shown;
    page::html(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn form_page(
    frame: Frame,
    place: Place,
    comment: &Comment,
    form: Changed,
    errors: Errors,
) -> FormPage {
    let words = frame.t.comments;
    FormPage {
        back: place.subject.back(&form.back),
        heading: words.edit_title,
        action: format!("/comments/{}/edit/", comment.id),
        hidden: vec![("version", form.version.to_string())],
        beside: None,
        body: form.body,
        send: words.save,
        errors,
        place,
        frame,
    }
}
