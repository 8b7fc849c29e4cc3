//! `GET …/{id}/history/` of every model: who did what to an object, when, and to which fields. It
//! outlives the object, for those who may see the model at all.

use askama::Template;
use axum::{Router, routing::get};
use axum_extra::routing::RouterExt;

use super::{
    AnyId, Desk,
    log::{self, Entry},
    model::Verb,
    registry::{REGISTRY, Registered, action_word},
    site::Sidebar,
};
use crate::{
    state::App,
    web::{errors::Result, frame::Frame, page, text},
    words::{fill, format},
};

/// Entries that are shown at most: [`log::of_object`]'s own limit.
const MOST: usize = 100;

/// One thing that was done.
struct Line {
    when: String,
    machine_time: String,
    who: String,
    /// "변경".
    action: &'static str,
    /// `add`, `change` or `delete`, for the style.
    class: String,
    /// "제목, 공개 범위".
    fields: String,
}

impl Line {
    fn new(entry: Entry, objects: &Registered, frame: &Frame) -> Line {
        Line {
            when: format::date_time(frame.lang(), entry.action_time, &frame.zone),
            machine_time: format::machine_time(entry.action_time),
            action: action_word(frame, &entry),
            fields: objects.labels(&entry, frame.lang()),
            class: entry.action,
            who: entry.username,
        }
    }
}

#[derive(Template)]
#[template(path = "admin/history.html")]
struct HistoryPage {
    frame: Frame,
    sidebar: Sidebar,
    /// The model's name for many.
    many: &'static str,
    list: String,
    /// The object's name.
    name: String,
    /// Its form; `None` when it is deleted.
    change: Option<String>,
    lines: Vec<Line>,
}

impl HistoryPage {
    fn heading(&self) -> String {
        fill(
            self.frame.t.admin.history_title,
            &[&text::summary(&self.name, 100)],
        )
    }

    /// That there may be more than is shown.
    fn more(&self) -> Option<String> {
        let full = self.lines.len() >= MOST;
        full.then(|| fill(self.frame.t.admin.history_more, &[&MOST]))
    }
}

/// One address for each model whose objects have pages.
pub fn routes() -> Router<App> {
    let mut router = Router::new();
    for objects in REGISTRY.iter().filter(|objects| objects.have_pages()) {
        let show = async move |desk: Desk, id: AnyId| show(objects, desk, id).await;
        let address = objects.model.object_address("{id}", "history");
        router = router.route_with_tsr(&address, get(show));
    }
    router
}

async fn show(objects: &'static Registered, desk: Desk, id: AnyId) -> Result {
    let model = objects.model;
    desk.rights.need(Verb::View, model)?;
    let Some(number) = id.id else {
        return desk.gone(model, id.written).await;
    };
    let db = &desk.app().db;
    let entries = log::of_object(db, model, number).await?;
    let present = objects.name(db, number).await?;
    let last = entries.first().map(|entry| entry.object_text.clone());
    let exists = present.is_some();
    let Some(name) = present.or(last) else {
        return desk.gone(model, number).await;
    };
    let change = desk.page_of(model, number, "change");
    let lines = entries.into_iter();
    page::ok(&HistoryPage {
        sidebar: desk.sidebar(model),
        many: (model.many)(desk.frame.t),
        list: desk.list(model),
        change: exists.then_some(change),
        lines: lines
            .map(|entry| Line::new(entry, objects, &desk.frame))
            .collect(),
        name,
        frame: desk.frame,
    })
}
