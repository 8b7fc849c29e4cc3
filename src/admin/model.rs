//! What the admin site knows of a model: its address, its names, and what may be done to it.

use crate::words::Catalogue;

/// What may be done to a model's objects: Django's four permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// See lists and forms.
    View,
    /// Make new ones.
    Add,
    /// Change those there are.
    Change,
    /// Delete them.
    Delete,
}

impl Verb {
    /// In Django's order.
    pub const ALL: [Verb; 4] = [Verb::Add, Verb::Change, Verb::Delete, Verb::View];

    /// As it stands in a permission's code: `add`.
    pub fn name(self) -> &'static str {
        match self {
            Verb::View => "view",
            Verb::Add => "add",
            Verb::Change => "change",
            Verb::Delete => "delete",
        }
    }
}

/// A model of the admin site.
#[derive(Debug)]
pub struct Model {
    /// Django's app label: `videos`.
    pub app: &'static str,
    /// Django's model name: `video`.
    pub name: &'static str,
    /// Its name for one: 동영상.
    pub one: fn(&Catalogue) -> &'static str,
    /// Its name for many.
    pub many: fn(&Catalogue) -> &'static str,
    /// What can be done to it at all, by anybody.
    pub verbs: &'static [Verb],
}

impl Model {
    /// The address of its list: `/admin/videos/video/`.
    pub fn address(&self) -> String {
        format!("/admin/{}/{}/", self.app, self.name)
    }

    /// The address of an object's page: `/admin/videos/video/3/change/`.
    pub fn object_address(&self, id: impl std::fmt::Display, page: &str) -> String {
        format!("/admin/{}/{}/{id}/{page}/", self.app, self.name)
    }

    /// The permission's code, as Django writes it: `videos.add_video`.
    pub fn permission(&self, verb: Verb) -> String {
        format!("{}.{}_{}", self.app, verb.name(), self.name)
    }

    /// `videos.video`, as the log names it.
    pub fn label(&self) -> String {
        format!("{}.{}", self.app, self.name)
    }
}
