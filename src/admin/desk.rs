//! What the handlers of an object's pages hold: who came, what they may do, and the ways back.

use axum::{extract::FromRequestParts, response::Response};

use super::{
    back::Filters,
    forms::Fields,
    model::{Model, Verb},
    reproof,
    rights::Rights,
    site::{self, Sidebar},
};
use crate::{
    accounts::login::Visit,
    state::App,
    web::{
        errors::Result,
        frame::{Frame, Level, Message},
        page, sessions,
    },
    words::fill,
};

/// The desk of one request. It takes the messages that wait: only for handlers that show a page or
/// lead on by [`Desk::gone`], [`Desk::tell`] or [`Desk::lead_on`].
#[derive(FromRequestParts)]
#[from_request(state(App))]
pub struct Desk {
    /// The session, and what a password is proved with.
    pub visit: Visit,
    /// Who, and what they may do.
    pub rights: Rights,
    /// The list one came from.
    pub filters: Filters,
    /// The page's surroundings.
    pub frame: Frame,
}

impl Desk {
    /// The site.
    pub fn app(&self) -> &App {
        &self.visit.app
    }

    /// The list with the filters one came from; the index for who may not see it.
    pub fn list(&self, model: &Model) -> String {
        self.filters.list(&self.rights, model)
    }

    /// A page of an object, filters carried on.
    pub fn page_of(&self, model: &Model, id: i64, page: &str) -> String {
        self.filters.carried(&model.object_address(id, page))
    }

    /// Where a new object is added, filters carried on.
    pub fn add(&self, model: &Model) -> String {
        self.filters.carried(&format!("{}add/", model.address()))
    }

    /// The sidebar beside a page of the model.
    pub fn sidebar(&self, model: &Model) -> Sidebar {
        site::sidebar(&self.rights, &self.frame, Some(model))
    }

    /// The answer to an address of an object that is not there (any more): a message, and back to the
    /// list, as Django does.
    pub async fn gone(&self, model: &Model, id: impl std::fmt::Display) -> Result {
        let t = self.frame.t;
        let text = fill(t.admin.object_gone, &[&(model.one)(t), &id]);
        self.lead_on(Message::new(Level::Warning, text)).await?;
        Ok(page::found(&self.list(model)))
    }

    /// `None` when the password was proved within half an hour, or is proved by `form`; else the page
    /// that asks for it and carries the form on: see [`reproof::asked`].
    pub async fn asked(&self, form: &Fields) -> Result<Option<Response>> {
        let to = &self.frame.path;
        reproof::asked(&self.visit, &self.rights, &self.frame, to, form).await
    }

    /// Keeps the sentence that tells what was done to an object, with a link to it for who may see it,
    /// unless it is gone.
    pub async fn tell(&self, model: &Model, (id, name): (i64, &str), verb: Verb) -> Result<()> {
        let words = self.frame.t.admin;
        let sentence = match verb {
            Verb::Add => words.was_added,
            Verb::Delete => words.was_deleted,
            Verb::Change | Verb::View => words.was_changed,
        };
        let text = fill(sentence, &[&(model.one)(self.frame.t), &name]);
        let url = self.rights.link(model, id);
        let message = match url.filter(|_| verb != Verb::Delete) {
            Some(url) => Message::linked(Level::Success, text, name, url),
            None => Message::new(Level::Success, text),
        };
        self.lead_on(message).await
    }

    /// Keeps a sentence for the page that the answer leads to, after those that wait for it already.
    pub async fn lead_on(&self, message: Message) -> Result<()> {
        let session = &self.visit.session;
        sessions::tell_again(session, self.frame.messages.clone()).await?;
        sessions::tell(session, message).await
    }

    /// Where a saved form leads: `_addanother`, `_continue`, else the list.
    pub fn onward(&self, model: &Model, id: i64, form: &Fields) -> Response {
        let pressed = |name: &str| form.iter().any(|(known, _)| known == name);
        page::see_other(
            &if pressed("_addanother") && self.rights.may(Verb::Add, model) {
                self.add(model)
            } else if pressed("_continue") && self.rights.may(Verb::View, model) {
                self.page_of(model, id, "change")
            } else {
                self.list(model)
            },
        )
    }
}
