//! What the forms of users, groups and sessions share: reading fields, where the three buttons lead,
//! the page that asks before deleting, and what somebody else changed meanwhile.

use askama::Template;
use axum::response::Response;
use tower_sessions::Session;

use super::{
    back::Filters,
    changelist::Doomed,
    log::{self, Entry},
    model::{Model, Verb},
    objects,
    rights::Rights,
    site::Sidebar,
};
use crate::{
    db::{Db, Time},
    web::{
        errors::Result,
        frame::{Frame, Level, Message},
        page, sessions,
    },
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

/// Where a saved form leads: `_addanother`, `_continue`, else the list.
pub fn onward(
    filters: &Filters,
    rights: &Rights,
    model: &Model,
    id: i64,
    form: &Fields,
) -> Response {
    let pressed = |name: &str| form.iter().any(|(known, _)| known == name);
    page::see_other(&if pressed("_addanother") && rights.may(Verb::Add, model) {
        filters.carried(&format!("{}add/", model.address()))
    } else if pressed("_continue") && rights.may(Verb::View, model) {
        filters.carried(&model.object_address(id, "change"))
    } else {
        filters.list(rights, model)
    })
}

/// Keeps the sentence that tells what was done to an object, with a link to it for who may
/// see it, unless it is gone.
pub async fn tell(
    session: &Session,
    rights: &Rights,
    frame: &Frame,
    model: &Model,
    (id, name): (i64, &str),
    verb: Verb,
) -> Result<()> {
    let words = frame.t.admin;
    let sentence = match verb {
        Verb::Add => words.was_added,
        Verb::Delete => words.was_deleted,
        Verb::Change | Verb::View => words.was_changed,
    };
    let text = fill(sentence, &[&(model.one)(frame.t), &name]);
    let url = rights.link(model, id).filter(|_| verb != Verb::Delete);
    let message = match url {
        Some(url) => Message::linked(Level::Success, text, url),
        None => Message::new(Level::Success, text),
    };
    sessions::tell(session, message).await
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
    /// "‘지민’을 삭제하겠습니까?" and "예, 삭제합니다".
    pub fn question(frame: &Frame, name: &str) -> (String, &'static str) {
        let words = frame.t.admin;
        (fill(words.delete_question, &[&name]), words.delete_yes)
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
    pub fn new(
        rights: &Rights,
        model: &Model,
        filters: &Filters,
        id: i64,
        within_reach: bool,
    ) -> Offers {
        let page = |name| filters.carried(&model.object_address(id, name));
        let may = |verb| within_reach && rights.may(verb, model);
        Offers {
            change: may(Verb::Change),
            add: rights.may(Verb::Add, model),
            delete: may(Verb::Delete).then(|| page("delete")),
            history: page("history"),
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
    db: &Db,
    frame: &Frame,
    model: &Model,
    id: i64,
    version: Time,
) -> Result<Vec<Meanwhile>> {
    let entries = log::since(db, model, id, version).await?;
    let labels = |entry: &Entry| {
        let known = objects::of(&entry.model);
        known.map(|known| known.labels(entry, frame.lang()))
    };
    let told = entries.into_iter().map(|entry| Meanwhile {
        when: format::date_time(frame.lang(), entry.action_time, &frame.zone),
        what: labels(&entry)
            .filter(|labels| !labels.is_empty())
            .unwrap_or_else(|| objects::action_word(frame, &entry).to_owned()),
        who: entry.username,
    });
    Ok(told.collect())
}
