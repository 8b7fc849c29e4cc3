//! The models of the admin site, and the sidebar that lists those a viewer may see.

use super::{
    model::{Model, Verb},
    models::{comments, groups, log_entries, posts, sessions, users, videos},
    rights::Rights,
};
use crate::web::frame::Frame;

/// Every model, in the order of sidebar and index.
pub static MODELS: [&Model; 7] = [
    &videos::MODEL,
    &posts::MODEL,
    &comments::MODEL,
    &users::MODEL,
    &groups::MODEL,
    &sessions::MODEL,
    &log_entries::MODEL,
];

/// The sidebar.
#[derive(Clone)]
pub struct Sidebar {
    /// The models the viewer may see.
    pub entries: Vec<SidebarEntry>,
}

/// A model in the sidebar.
#[derive(Clone)]
pub struct SidebarEntry {
    /// Its name for many.
    pub name: &'static str,
    /// Its list, when the viewer may see it.
    pub url: Option<String>,
    /// Where a new one is added, when the viewer may.
    pub add: Option<String>,
    /// Whether the page belongs to it.
    pub current: bool,
}

/// The sidebar for a viewer, on a page of the model `current`.
pub fn sidebar(rights: &Rights, frame: &Frame, current: Option<&Model>) -> Sidebar {
    let entries = MODELS
        .into_iter()
        .filter(|model| rights.may_anything(model))
        .map(|model| SidebarEntry {
            name: (model.many)(frame.t),
            url: rights.may(Verb::View, model).then(|| model.address()),
            add: rights
                .may(Verb::Add, model)
                .then(|| format!("{}add/", model.address())),
            current: current.is_some_and(|current| current.label() == model.label()),
        });
    Sidebar {
        entries: entries.collect(),
    }
}
