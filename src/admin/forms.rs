//! What the forms of every model share: reading fields, the page that asks before deleting, what the
//! viewer is offered, and what somebody else changed meanwhile.

use askama::Template;

use super::{
    changelist::Doomed,
    desk::Desk,
    log::{self, Entry},
    model::{Model, Verb},
    registry,
    site::Sidebar,
};
use crate::{
    db::Time,
    web::{errors::Result, frame::Frame},
    words::{fill, format},
};

/// The fields of a form, in order.
pub type Fields = [(String, String)];

/// The value of a form's field, empty when it is not there.
pub fn value<'a>(form: &'a Fields, name: &str) -> &'a str {
    let field = form.iter().find(|(known, _)| known == name);
    field.map_or("", |(_, value)| value)
}

/// Every value of a form's field.
pub fn values<'a>(form: &'a Fields, name: &'a str) -> impl Iterator<Item = &'a str> {
    let fields = form.iter().filter(move |(known, _)| known == name);
    fields.map(|(_, value)| value.as_str())
}

/// The version of the object that a form was made of; zero, which no object has that was saved, for
/// a form that does not tell.
pub fn version(form: &Fields) -> Time {
    Time(value(form, "version").parse().unwrap_or_default())
}

/// `GET …/{id}/delete/`: what goes, and the question.
#[derive(Template)]
#[template(path = "admin/object_delete.html")]
pub struct DeletePage {
    /// The page's surroundings.
    pub frame: Frame,
    /// The models beside it.
    pub sidebar: Sidebar,
    /// The model.
    pub model: &'static Model,
    /// The object's name.
    pub name: String,
    /// The question, and the word of the button that says yes.
    pub question: (String, &'static str),
    /// Its page.
    pub object: String,
    /// The list.
    pub list: String,
    /// Where the form goes.
    pub to: String,
    /// What goes with it.
    pub doomed: Vec<Doomed>,
    /// Why it cannot be deleted, when it cannot.
    pub refused: Option<&'static str>,
}

impl DeletePage {
    /// For the object with this id and name: "‘지민’을 삭제하겠습니까?", "예, 삭제합니다".
    pub fn new(
        desk: Desk,
        model: &'static Model,
        (id, name): (i64, String),
        doomed: Vec<Doomed>,
    ) -> DeletePage {
        let words = desk.frame.t.admin;
        DeletePage {
            sidebar: desk.sidebar(model),
            question: (fill(words.delete_question, &[&name]), words.delete_yes),
            object: if desk.rights.may(Verb::View, model) {
                desk.page_of(model, id, "change")
            } else {
                desk.list(model)
            },
            list: desk.list(model),
            to: desk.page_of(model, id, "delete"),
            refused: None,
            model,
            name,
            doomed,
            frame: desk.frame,
        }
    }
}

/// What a form's page shows of the rights: whether it can be saved, and which links it has.
pub struct Offers {
    /// Whether the viewer may save it.
    pub change: bool,
    /// Whether "save and add another" leads anywhere.
    pub add: bool,
    /// The delete page, when the viewer may.
    pub delete: Option<String>,
    /// The history.
    pub history: String,
}

impl Offers {
    /// For an object that is within the viewer's reach or not.
    pub fn new(desk: &Desk, model: &Model, id: i64, within_reach: bool) -> Offers {
        let may = |verb| within_reach && desk.rights.may(verb, model);
        Offers {
            change: may(Verb::Change),
            add: desk.rights.may(Verb::Add, model),
            delete: may(Verb::Delete).then(|| desk.page_of(model, id, "delete")),
            history: desk.page_of(model, id, "history"),
        }
    }
}

/// What is stored now beside what was typed, where the two differ: for a form whose object somebody
/// else has saved meanwhile. Empty for any other.
#[derive(Default)]
pub struct Theirs(Vec<(&'static str, String)>);

impl Theirs {
    /// Keeps the stored value of a field, in words, when it differs from the typed one.
    pub fn note(&mut self, field: &'static str, differs: bool, stored: impl FnOnce() -> String) {
        if differs {
            self.0.push((field, stored()));
        }
    }

    /// The stored value of a field that differs.
    pub fn of(&self, field: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| *known == field);
        found.map(|(_, value)| value.as_str())
    }
}

impl Offers {
    /// Why a form is read-only, when it is.
    pub fn read_only(&self, desk: &Desk, model: &Model) -> Option<&'static str> {
        let words = desk.frame.t.admin;
        if self.change {
            None
        } else if desk.rights.may(Verb::Change, model) {
            Some(words.out_of_reach)
        } else {
            Some(words.read_only)
        }
    }
}

/// A change that somebody made while a form was open.
pub struct Meanwhile {
    /// When: as people read it.
    pub when: String,
    /// Who.
    pub who: String,
    /// Which fields, by label; what was done when it was not to fields.
    pub what: String,
}

/// What was changed on an object since the version that a form was made of, the oldest first.
pub async fn meanwhile(
    desk: &Desk,
    model: &Model,
    id: i64,
    version: Time,
) -> Result<Vec<Meanwhile>> {
    let frame = &desk.frame;
    let entries = log::since(&desk.app().db, model, id, version).await?;
    let labels = |entry: &Entry| {
        let known = registry::of(&entry.model);
        known.map(|known| known.labels(entry, frame.lang()))
    };
    let told = entries.into_iter().map(|entry| Meanwhile {
        when: format::date_time(frame.lang(), entry.action_time, &frame.zone),
        what: labels(&entry)
            .filter(|labels| !labels.is_empty())
            .unwrap_or_else(|| registry::action_word(frame, &entry).to_owned()),
        who: entry.username,
    });
    Ok(told.collect())
}
