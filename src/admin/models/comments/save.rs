//! Saving the form of a comment: every question is asked in the transaction that writes the answer.

use super::{MODEL, name};
use crate::{
    admin::{
        forms::{Fields, value, version},
        log,
        model::Verb,
        reported,
        rights::Rights,
    },
    comments::{
        pages,
        store::{self, Comment},
    },
    db::{Time, Tx},
    reports::{self, Kind},
    state::App,
    web::{errors::Result, form::Errors, frame::Frame, text::tidy},
};

/// What came of it.
pub(super) enum Outcome {
    /// There is no such comment.
    Gone,
    /// The form comes back.
    Again(Box<Again>),
    /// Saved; its first words.
    Saved(String),
}

/// A form that comes back.
pub(super) struct Again {
    pub(super) values: Values,
    pub(super) errors: Errors,
    /// The version that the form was made of, when somebody else has saved since.
    pub(super) stale: Option<Time>,
}

/// What a form says of a comment.
#[derive(Clone)]
pub struct Values {
    /// As typed.
    pub body: String,
    /// Whether it shall be out of sight.
    pub is_hidden: bool,
    /// As of a post.
    pub was_hidden: bool,
}

impl Values {
    /// As stored.
    pub(super) fn of(comment: &Comment) -> Values {
        Values {
            body: comment.body.clone(),
            is_hidden: comment.standing.is_hidden,
            was_hidden: comment.standing.is_hidden,
        }
    }

    /// As sent.
    pub(super) fn read(form: &Fields) -> Values {
        let ticked = |name: &str| !value(form, name).is_empty();
        Values {
            body: tidy(value(form, "body")),
            is_hidden: ticked("is_hidden"),
            was_hidden: ticked("was_hidden"),
        }
    }

    /// Whether the comment shall come into sight or go out of it; `None` when it stays as it is.
    fn hide(&self, comment: &Comment) -> Option<bool> {
        let asked = self.is_hidden != self.was_hidden;
        (asked && self.is_hidden != comment.standing.is_hidden).then_some(self.is_hidden)
    }
}

/// Saves what `form` says of the comment `id`, or nothing.
pub(super) async fn save(
    app: &App,
    rights: &Rights,
    frame: &Frame,
    id: i64,
    form: &Fields,
) -> Result<Outcome> {
    let mut tx = app.db.begin().await?;
    let rights = &rights.renewed(&mut tx).await?;
    rights.need(Verb::Change, &MODEL)?;
    let found = store::find_in(&mut tx, id).await?;
    let Some(comment) = found.filter(|comment| comment.standing.writer.is_some()) else {
        return Ok(Outcome::Gone);
    };
    let values = Values::read(form);
    let mut errors = Errors::default();
    let checked = pages::checked(frame, &values.body, &mut errors);
    let version = version(form);
    let again = |values, errors, stale: bool| {
        Ok(Outcome::Again(Box::new(Again {
            values,
            errors,
            stale: stale.then_some(version),
        })))
    };
    if checked.is_none() || version != comment.updated_at {
        return again(values, errors, version != comment.updated_at);
    }
    if !write(&mut tx, rights, &comment, &values).await? {
        return again(values, errors, true);
    }
    tx.commit().await?;
    Ok(Outcome::Saved(name(&values.body)))
}

/// Writes what differs; `false` when somebody else was quicker.
async fn write(tx: &mut Tx, rights: &Rights, comment: &Comment, values: &Values) -> Result<bool> {
    let id = comment.id;
    let mut fields = Vec::new();
    // Two saves within one tick of the clock, or a clock set back, must not share a version.
    let now = Time::now().max(Time(comment.updated_at.0 + 1));
    if values.body != comment.body {
        if !store::change(tx, id, &values.body, comment.updated_at, now).await? {
            return Ok(false);
        }
        fields.push("body");
    }
    if let Some(hide) = values.hide(comment) {
        for settled in reports::store::settle(tx, Kind::Comments, &[id], hide, now).await? {
            fields.extend(reported::fields(&settled, hide));
        }
    }
    if !fields.is_empty() {
        let words = name(&values.body);
        let object = (id, words.as_str());
        log::note_at(tx, now, rights, &MODEL, Verb::Change, object, &fields).await?;
    }
    Ok(true)
}
