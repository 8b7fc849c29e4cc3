//! Saving the form of a post: every question is asked in the transaction that writes the answer.

use super::MODEL;
use crate::{
    admin::{
        forms::{Fields, value, version},
        log,
        model::Verb,
        reported,
        rights::Rights,
    },
    board::{
        BODY_LIMIT, TITLE_LIMIT,
        store::{self, Post, Written},
    },
    db::{Time, Tx},
    reports::{self, Kind},
    state::App,
    web::{
        errors::Result,
        form::Errors,
        frame::Frame,
        text::{is_blank, tidy},
    },
    words::{fill, format},
};

/// What came of it.
pub(super) enum Outcome {
    /// There is no such post.
    Gone,
    /// The form comes back.
    Again(Box<Again>),
    /// Saved, under this title.
    Saved(String),
}

/// A form that comes back.
pub(super) struct Again {
    pub(super) values: Values,
    pub(super) errors: Errors,
    /// The version that the form was made of, when somebody else has saved since.
    pub(super) stale: Option<Time>,
}

/// What a form says of a post.
#[derive(Clone)]
pub struct Values {
    /// As typed, on one line.
    pub title: String,
    /// As typed.
    pub body: String,
    /// Whether it shall be pinned.
    pub is_notice: bool,
    /// Whether it shall be out of sight.
    pub is_hidden: bool,
    /// Whether it was when the form was made: reports may have hidden it since, and a form that
    /// says nothing of that leaves it so.
    pub was_hidden: bool,
}

impl Values {
    /// As stored.
    pub(super) fn of(post: &Post) -> Values {
        Values {
            title: post.title.clone(),
            body: post.body.clone(),
            is_notice: post.is_notice,
            is_hidden: post.standing.is_hidden,
            was_hidden: post.standing.is_hidden,
        }
    }

    /// As sent.
    pub(super) fn read(form: &Fields) -> Values {
        let ticked = |name: &str| !value(form, name).is_empty();
        Values {
            title: tidy(value(form, "title")).replace(['\n', '\t'], " "),
            body: tidy(value(form, "body")),
            is_notice: ticked("is_notice"),
            is_hidden: ticked("is_hidden"),
            was_hidden: ticked("was_hidden"),
        }
    }

    fn check(&self, frame: &Frame) -> Errors {
        let t = frame.t;
        let fields = [
            ("title", &self.title, t.admin.title_missing, TITLE_LIMIT),
            ("body", &self.body, t.admin_board.body_missing, BODY_LIMIT),
        ];
        let mut errors = Errors::default();
        for (field, typed, missing, limit) in fields {
            let length = typed.chars().count();
            if is_blank(typed) {
                errors.add(field, missing);
            } else if length > limit {
                let numbers = [limit, length].map(|count| format::number(count as i64));
                let sentence = fill(t.admin.too_long, &[&numbers[0], &numbers[1]]);
                errors.add(field, sentence);
            }
        }
        errors
    }

    /// Whether the post shall come into sight or go out of it; `None` when it stays as it is.
    fn hide(&self, post: &Post) -> Option<bool> {
        let asked = self.is_hidden != self.was_hidden;
        (asked && self.is_hidden != post.standing.is_hidden).then_some(self.is_hidden)
    }
}

/// Saves what `form` says of the post `id`, or nothing.
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
    let Some(post) = store::find_in(&mut tx, id).await? else {
        return Ok(Outcome::Gone);
    };
    let values = Values::read(form);
    let errors = values.check(frame);
    let version = version(form);
    let again = |values, errors, stale: bool| {
        Ok(Outcome::Again(Box::new(Again {
            values,
            errors,
            stale: stale.then_some(version),
        })))
    };
    if !errors.is_empty() || version != post.updated_at {
        return again(values, errors, version != post.updated_at);
    }
    if !write(&mut tx, rights, &post, &values).await? {
        return again(values, errors, true);
    }
    tx.commit().await?;
    Ok(Outcome::Saved(values.title))
}

/// Writes what differs; `false` when somebody else was quicker.
async fn write(tx: &mut Tx, rights: &Rights, post: &Post, values: &Values) -> Result<bool> {
    let words = [
        ("title", values.title != post.title),
        ("body", values.body != post.body),
        ("is_notice", values.is_notice != post.is_notice),
    ];
    let changed = words.into_iter().filter(|(_, differs)| *differs);
    let mut fields: Vec<&str> = changed.map(|(field, _)| field).collect();
    // Two saves within one tick of the clock, or a clock set back, must not share a version.
    let now = Time::now().max(Time(post.updated_at.0 + 1));
    let written = Written {
        title: &values.title,
        body: &values.body,
        is_notice: values.is_notice,
    };
    if !fields.is_empty() && !store::change(tx, post.id, &written, post.updated_at, now).await? {
        return Ok(false);
    }
    if let Some(hide) = values.hide(post) {
        for settled in reports::store::settle(tx, Kind::Posts, &[post.id], hide, now).await? {
            fields.extend(reported::fields(&settled, hide));
        }
    }
    if !fields.is_empty() {
        let object = (post.id, values.title.as_str());
        log::note_at(tx, now, rights, &MODEL, Verb::Change, object, &fields).await?;
    }
    Ok(true)
}
