//! Saving the column that is edited in the list: all of it or nothing, and when nothing is saved the
//! list comes back with everything that was chosen in it.

use std::collections::HashSet;

use axum::http::StatusCode;

use super::{
    Act, Changelist, Editable,
    act::{MOST, told},
    show,
};
use crate::{
    admin::model::Verb,
    db::Row,
    videos::Visibility,
    web::{
        errors::{Error, Result},
        frame::Level,
    },
    words::{fill, format},
};

/// A value chosen in the list.
pub struct Edit {
    /// The row.
    pub id: i64,
    /// What the list showed, when the form says it.
    pub shown: Option<String>,
    /// What was chosen.
    pub value: String,
}

/// What became of values chosen in the list.
pub enum Saved {
    /// They are saved; how many rows changed.
    All(u64),
    /// Nothing is saved.
    Refused(Refused),
}

/// Why nothing of a list was saved.
pub struct Refused {
    /// 409 when somebody else has changed a row since it was shown, else 422.
    pub status: StatusCode,
    /// What is said over the list.
    pub sentence: String,
    /// The rows it is about, each with what stands beside it.
    pub marks: Vec<(i64, String)>,
}

/// What was chosen in a list that is shown again.
pub(super) struct Chosen {
    /// The form.
    pub form: Vec<(String, String)>,
    /// Rows about which something is said.
    pub marks: Vec<(i64, String)>,
}

impl Chosen {
    /// The mark of a row.
    pub fn mark(&self, id: i64) -> Option<&str> {
        let found = self.marks.iter().find(|(known, _)| *known == id);
        found.map(|(_, sentence)| sentence.as_str())
    }

    /// Whether the row is ticked.
    pub fn ticks(&self, id: i64) -> bool {
        let mut ticked = self
            .form
            .iter()
            .filter(|(name, _)| name == "_selected_action");
        ticked.any(|(_, value)| value.parse() == Ok(id))
    }

    /// The value of a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.form.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// What stands in a row's choice, and what it says it was made from: as sent, unless that is
    /// what was shown already or something is said of the row, which knows of the `present` value then.
    pub fn visibility(
        &self,
        id: i64,
        field: &str,
        present: Visibility,
    ) -> (Visibility, Visibility) {
        let sent = |name: &str| self.value(name).and_then(Visibility::from_name);
        let shown = sent(&format!("shown-{field}")).unwrap_or(present);
        match sent(field) {
            Some(chosen) if self.mark(id).is_some() => (chosen, present),
            Some(chosen) if chosen != shown => (chosen, shown),
            _ => (present, present),
        }
    }

    /// The changes of rows that are not among `rows` any more, to be sent along.
    pub fn elsewhere(&self, editable: &Editable, rows: &[i64]) -> Vec<(String, String)> {
        let edits = edits(editable, &self.form).into_iter();
        let unseen = edits.filter(|edit| {
            edit.shown.as_ref() != Some(&edit.value)
                && !rows.contains(&edit.id)
                && self.mark(edit.id).is_none()
        });
        let fields = unseen.flat_map(|edit| {
            let field = format!("{}-{}", editable.name, edit.id);
            let shown = edit.shown.map(|shown| (format!("shown-{field}"), shown));
            std::iter::once((field, edit.value)).chain(shown)
        });
        fields.collect()
    }
}

/// The values that a form chooses. A field with no row's number is none of the list's.
fn edits(editable: &Editable, form: &[(String, String)]) -> Vec<Edit> {
    let prefix = format!("{}-", editable.name);
    let edits = form.iter().filter_map(|(name, value)| {
        let id = name.strip_prefix(&prefix)?.parse().ok()?;
        let shown = format!("shown-{name}");
        let shown = form.iter().find(|(known, _)| *known == shown);
        Some(Edit {
            id,
            shown: shown.map(|(_, shown)| shown.clone()),
            value: value.clone(),
        })
    });
    edits.collect()
}

/// Saves what `form` chooses in the list at `here`.
pub(super) async fn save<R: Row>(
    list: &'static Changelist<R>,
    editable: &'static Editable,
    act: Act,
    query: Option<&str>,
    form: Vec<(String, String)>,
    here: &str,
) -> Result {
    act.rights.need(Verb::Change, act.model)?;
    let edits = edits(editable, &form);
    if edits.len() > MOST {
        return Err(Error::TooLarge);
    }
    let words = act.frame.t.admin;
    let saved = match sent_twice(&act, &edits) {
        Some(refused) => Saved::Refused(refused),
        None => (editable.save)(&act, edits).await?,
    };
    let changed = match saved {
        Saved::All(changed) => changed,
        Saved::Refused(refused) => return show::again(list, act, query, form, refused).await,
    };
    let (sentence, name) = if changed == 1 {
        (words.one_saved, (act.model.one)(act.frame.t).to_owned())
    } else {
        let many = (act.model.many)(act.frame.t);
        (words.saved, many.to_lowercase())
    };
    let sentence = fill(sentence, &[&format::number(changed as i64), &name]);
    told(&act, Level::Success, sentence, here).await
}

/// The refusal of a form that has two values for one row: which of them is meant nobody knows.
fn sent_twice(act: &Act, edits: &[Edit]) -> Option<Refused> {
    let words = act.frame.t.admin;
    let mut known = HashSet::new();
    let twice = edits.iter().filter(|edit| !known.insert(edit.id));
    let marks: Vec<_> = twice
        .map(|edit| (edit.id, words.list_twice_mark.to_owned()))
        .collect();
    (!marks.is_empty()).then(|| Refused {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        sentence: words.list_twice.to_owned(),
        marks,
    })
}
