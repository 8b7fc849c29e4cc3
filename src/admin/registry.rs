//! What history and index know of every model beside its declaration: how many objects there are,
//! what one is called, and the labels of its fields.

use super::{
    log::Entry,
    model::Model,
    models::{comments, groups, log_entries, posts, sessions, users, videos},
};
use crate::{
    db::{Db, Result},
    web::frame::Frame,
    words::Lang,
};

/// A model's objects.
pub struct Registered {
    /// The model.
    pub model: &'static Model,
    /// How many there are.
    count: &'static str,
    /// The name of one, by its id; `None` for objects without pages of their own.
    name: Option<&'static str>,
    /// The label of a form's field; empty for a field that is none of its own.
    label: fn(Lang, &str) -> &'static str,
}

/// Every model, in the order of sidebar and index.
pub static REGISTRY: [Registered; 7] = [
    Registered {
        model: &videos::MODEL,
        count: "SELECT COUNT(*) FROM videos",
        name: Some("SELECT title FROM videos WHERE id = $1"),
        label: videos::field_label,
    },
    Registered {
        model: &posts::MODEL,
        count: "SELECT COUNT(*) FROM posts",
        name: Some("SELECT title FROM posts WHERE id = $1"),
        label: posts::field_label,
    },
    Registered {
        model: &comments::MODEL,
        count: "SELECT COUNT(*) FROM comments WHERE user_id IS NOT NULL",
        name: Some("SELECT body FROM comments WHERE id = $1 AND user_id IS NOT NULL"),
        label: comments::field_label,
    },
    Registered {
        model: &users::MODEL,
        count: "SELECT COUNT(*) FROM users",
        name: Some("SELECT username FROM users WHERE id = $1"),
        label: users::field_label,
    },
    Registered {
        model: &groups::MODEL,
        count: "SELECT COUNT(*) FROM groups",
        name: Some("SELECT name FROM groups WHERE id = $1"),
        label: groups::field_label,
    },
    Registered {
        model: &sessions::MODEL,
        count: "SELECT COUNT(*) FROM sessions",
        name: None,
        label: |_, _| "",
    },
    Registered {
        model: &log_entries::MODEL,
        count: "SELECT COUNT(*) FROM admin_log",
        name: None,
        label: |_, _| "",
    },
];

impl Registered {
    /// How many there are.
    pub async fn count(&self, db: &Db) -> Result<i64> {
        db.get(self.count, ()).await
    }

    /// Whether one object has a page of its own, and so a history.
    pub fn have_pages(&self) -> bool {
        self.name.is_some()
    }

    /// What an object is called; `None` when it is not there.
    pub async fn name(&self, db: &Db, id: i64) -> Result<Option<String>> {
        let Some(sql) = self.name else {
            return Ok(None);
        };
        let found: Option<(String,)> = db.opt(sql, (id,)).await?;
        Ok(found.map(|(name,)| name))
    }

    /// The labels of an entry's changed fields, with commas; a field nobody knows any more by its
    /// own name.
    pub fn labels(&self, entry: &Entry, lang: Lang) -> String {
        let fields = entry.fields();
        let labels = fields.iter().map(|field| match (self.label)(lang, field) {
            "" => field.as_str(),
            label => label,
        });
        labels.collect::<Vec<_>>().join(", ")
    }
}

/// The objects of a model, as the log names it.
pub fn of(label: &str) -> Option<&'static Registered> {
    REGISTRY
        .iter()
        .find(|objects| objects.model.label() == label)
}

/// "변경".
pub fn action_word(frame: &Frame, entry: &Entry) -> &'static str {
    let words = frame.t.admin;
    match entry.action.as_str() {
        "add" => words.did_verb_add,
        "delete" => words.did_verb_delete,
        _ => words.did_verb_change,
    }
}
