//! Saving the form of a group: every question is asked in the transaction that writes the answer.

use std::collections::BTreeSet;

use super::MODEL;
use crate::{
    accounts::store::{
        administration::administer,
        groups::{self, Group},
    },
    admin::{
        forms::{Fields, value, values, version},
        log,
        model::Verb,
        rights::{Rights, matrix},
    },
    db::{Time, Tx},
    state::App,
    web::{
        errors::{Error, Result},
        form::Errors,
        frame::Frame,
        text,
    },
    words::{fill, format},
};

/// The most characters of a name, as Django's.
const LONGEST_NAME: usize = 150;

/// What came of it.
pub(super) enum Outcome {
    /// There is no such group.
    Gone,
    /// The password has to be proved first.
    Unproven,
    /// The form comes back.
    Again(Again),
    /// Saved: id and name.
    Saved(i64, String),
}

/// A form that comes back.
pub(super) struct Again {
    pub(super) name: String,
    pub(super) codes: BTreeSet<String>,
    pub(super) errors: Errors,
    /// The version that the form was made of, when somebody else has saved since.
    pub(super) stale: Option<Time>,
}

/// Saves what `form` says of the group `id`, or of a new one, or nothing. `fresh` tells whether the
/// password of whoever sends it was proved lately.
pub(super) async fn save(
    app: &App,
    rights: &Rights,
    frame: &Frame,
    id: Option<i64>,
    form: &Fields,
    fresh: bool,
) -> Result<Outcome> {
    let mut tx = administer(&app.db).await?;
    let rights = &rights.renewed(&mut tx).await?;
    let verb = if id.is_some() {
        Verb::Change
    } else {
        Verb::Add
    };
    rights.need(verb, &MODEL)?;
    let group = match id {
        Some(id) => match groups::find(&mut tx, id).await? {
            Some(group) => Some(group),
            None => return Ok(Outcome::Gone),
        },
        None => None,
    };
    let number = id.unwrap_or(0);
    let before = groups::permissions_of(&mut tx, &[number]).await?;
    if !rights.cover(&before) {
        return Err(Error::Forbidden);
    }
    let codes = matrix::chosen(rights, &before, values(form, "permissions"))?;
    let name = name(form);
    let errors = faults(&mut tx, frame, number, &name).await?;
    let version = version(form);
    let stale = group
        .as_ref()
        .is_some_and(|group| group.updated_at != version);
    if stale || !errors.is_empty() {
        return Ok(Outcome::Again(Again {
            stale: stale.then_some(version),
            name,
            codes,
            errors,
        }));
    }
    if codes != before && !fresh {
        return Ok(Outcome::Unproven);
    }
    let id = write(&mut tx, rights, group, &name, &codes, codes != before).await?;
    tx.commit().await?;
    Ok(Outcome::Saved(id, name))
}

/// The name in a form.
pub(super) fn name(form: &Fields) -> String {
    text::tidy(value(form, "name")).replace('\n', " ")
}

async fn faults(tx: &mut Tx, frame: &Frame, id: i64, name: &str) -> Result<Errors> {
    let words = frame.t.admin;
    let mut errors = Errors::default();
    let length = name.chars().count();
    if name.is_empty() {
        errors.add("name", words.group_name_missing);
    } else if length > LONGEST_NAME {
        let most = format::number(LONGEST_NAME as i64);
        let sentence = fill(words.too_long, &[&most, &format::number(length as i64)]);
        errors.add("name", sentence);
    } else if groups::is_taken(tx, &text::key(name), id).await? {
        errors.add("name", words.group_name_taken);
    }
    Ok(errors)
}

async fn write(
    tx: &mut Tx,
    rights: &Rights,
    group: Option<Group>,
    name: &str,
    codes: &BTreeSet<String>,
    codes_changed: bool,
) -> crate::db::Result<i64> {
    let key = text::key(name);
    let (id, verb, fields) = match group {
        Some(group) => {
            let changed = [("name", name != group.name), ("permissions", codes_changed)];
            let changed = changed.into_iter().filter(|(_, changed)| *changed);
            let fields: Vec<&str> = changed.map(|(name, _)| name).collect();
            if fields.is_empty() {
                return Ok(group.id);
            }
            groups::rename(tx, group.id, name, &key).await?;
            (group.id, Verb::Change, fields)
        }
        None => (groups::add(tx, name, &key).await?, Verb::Add, Vec::new()),
    };
    if codes_changed {
        groups::set_permissions(tx, id, codes).await?;
    }
    log::note(tx, rights, &MODEL, verb, (id, name), &fields).await?;
    groups::touch(tx, id).await?;
    Ok(id)
}
