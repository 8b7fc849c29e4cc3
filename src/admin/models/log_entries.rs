//! The log in the admin site: who did what to which object, read-only.

use askama::Template;
use axum::{Router, routing::get};
use axum_extra::routing::RouterExt;

use crate::{
    admin::{
        AnyId, Desk,
        changelist::{self, Cell, Changelist, Column, Filter, Kind, Search},
        log::Entry,
        model::{Model, Verb},
        registry,
        site::Sidebar,
    },
    state::App,
    web::{errors::Result, frame::Frame, page},
    words::{Catalogue, format},
};

/// The model, with Django's names.
pub static MODEL: Model = Model {
    app: "admin",
    name: "logentry",
    one: |t| t.admin.log_entry,
    many: |t| t.admin.log_entries,
    verbs: &[Verb::View],
};

/// The models that something is logged of. Whether an object is still there is asked in [`LIST`].
static LOGGED: [&str; 6] = [
    "videos.video",
    "accounts.user",
    "accounts.group",
    "accounts.session",
    "board.post",
    "board.comment",
];

/// A row of the list.
#[derive(sqlx::FromRow)]
pub struct Row {
    #[sqlx(flatten)]
    entry: Entry,
    there: bool,
}

macro_rules! entry_columns {
    () => {
        "admin_log.id, action_time, username, model, object_id, object_text, action, changes, \
         CASE model \
         WHEN 'videos.video' THEN EXISTS (SELECT 1 FROM videos WHERE videos.id = object_id) \
         WHEN 'accounts.user' THEN EXISTS (SELECT 1 FROM users WHERE users.id = object_id) \
         WHEN 'accounts.group' THEN EXISTS (SELECT 1 FROM groups WHERE groups.id = object_id) \
         WHEN 'accounts.session' THEN EXISTS (SELECT 1 FROM sessions WHERE sessions.id = object_id) \
         WHEN 'board.post' THEN EXISTS (SELECT 1 FROM posts WHERE posts.id = object_id) \
         WHEN 'board.comment' THEN EXISTS (SELECT 1 FROM comments \
         WHERE comments.id = object_id AND user_id IS NOT NULL) \
         ELSE FALSE END AS there"
    };
}

static LIST: Changelist<Row> = Changelist {
    model: &MODEL,
    select: entry_columns!(),
    from: "admin_log",
    id: "admin_log.id",
    columns: &[
        Column {
            head: |t| t.admin.time_column,
            sort: Some("admin_log.action_time"),
            cell: |row, frame| {
                let time = row.entry.action_time;
                Cell::Date(format::date_time(frame.lang(), time, &frame.zone))
            },
        },
        Column {
            head: |t| t.admin.username_column,
            sort: Some("admin_log.username"),
            cell: |row, _| Cell::Text(row.entry.username.clone()),
        },
        Column {
            head: |t| t.admin.action_column,
            sort: Some("admin_log.action"),
            cell: |row, frame| Cell::Text(registry::action_word(frame, &row.entry).to_owned()),
        },
        Column {
            head: |t| t.admin.model_column,
            sort: Some("admin_log.model"),
            cell: |row, frame| Cell::text(model_word(frame.t, &row.entry)),
        },
        Column {
            head: |t| t.admin.object_column,
            sort: None,
            cell: |row, frame| object_cell(row, frame),
        },
        Column {
            head: |t| t.admin.fields_column,
            sort: None,
            cell: |row, frame| match fields(frame, &row.entry) {
                Some(fields) => Cell::Text(fields),
                None => Cell::Empty,
            },
        },
    ],
    search: &[Search::In("admin_log.search_key")],
    filters: &[
        Filter {
            name: "action",
            head: |t| t.admin.action_column,
            column: "admin_log.action",
            kind: Kind::Choices(|t| {
                let words = t.admin;
                vec![
                    ("add", words.did_verb_add),
                    ("change", words.did_verb_change),
                    ("delete", words.did_verb_delete),
                ]
            }),
        },
        Filter {
            name: "model",
            head: |t| t.admin.model_column,
            column: "admin_log.model",
            kind: Kind::Choices(|t| {
                let known = LOGGED.iter().filter_map(|label| {
                    let objects = registry::of(label)?;
                    Some((*label, (objects.model.many)(t)))
                });
                known.collect()
            }),
        },
        Filter {
            name: "when",
            head: |t| t.admin.time_column,
            column: "admin_log.action_time",
            kind: Kind::Date,
        },
    ],
    dates: Some("admin_log.action_time"),
    order: "-1",
    actions: &[],
    row_id: |row| row.entry.id,
    row_name: |row| row.entry.object_text.clone(),
    editable: None,
};

/// The list and an entry's page.
pub fn routes() -> Router<App> {
    Router::new()
        .route_with_tsr("/admin/admin/logentry/{id}/change/", get(show))
        .merge(changelist::routes(&LIST))
}

/// A model's name for one; its label when the site no longer has it.
fn model_word<'a>(t: &'static Catalogue, entry: &'a Entry) -> &'a str {
    registry::of(&entry.model).map_or(entry.model.as_str(), |known| (known.model.one)(t))
}

/// The changed fields by label, when there are any.
fn fields(frame: &Frame, entry: &Entry) -> Option<String> {
    let labels = registry::of(&entry.model)?.labels(entry, frame.lang());
    (!labels.is_empty()).then_some(labels)
}

/// A link for superusers, who may follow every one; anybody else finds theirs on the entry's page.
fn object_cell(row: &Row, frame: &Frame) -> Cell {
    let all = frame.viewer.account().is_some_and(|a| a.is_superuser);
    match registry::of(&row.entry.model).filter(|_| row.there && all) {
        Some(known) => Cell::Link {
            url: known.model.object_address(row.entry.object_id, "change"),
            text: row.entry.object_text.clone(),
        },
        None => Cell::text(&row.entry.object_text),
    }
}

/// `GET /admin/admin/logentry/{id}/change/`
#[derive(Template)]
#[template(path = "admin/log_entry_page.html")]
struct LogEntryPage {
    frame: Frame,
    sidebar: Sidebar,
    /// The object's name then.
    name: String,
    /// When, who, did what to which model; the changed fields.
    when: String,
    who: String,
    did: &'static str,
    model: String,
    fields: Option<String>,
    /// The object's page, when it is still there and the viewer may see it.
    object: Option<String>,
    list: String,
}

async fn show(desk: Desk, id: AnyId) -> Result {
    desk.rights.need(Verb::View, &MODEL)?;
    let sql = concat!(
        "SELECT ",
        entry_columns!(),
        " FROM admin_log WHERE admin_log.id = $1"
    );
    let row: Option<Row> = desk.app().db.opt(sql, (id.id.unwrap_or(0),)).await?;
    let Some(Row { entry, there }) = row else {
        return desk.gone(&MODEL, id.written).await;
    };
    let frame = &desk.frame;
    let object = registry::of(&entry.model)
        .filter(|known| there && desk.rights.may(Verb::View, known.model))
        .map(|known| known.model.object_address(entry.object_id, "change"));
    page::ok(&LogEntryPage {
        sidebar: desk.sidebar(&MODEL),
        when: format::date_time(frame.lang(), entry.action_time, &frame.zone),
        did: registry::action_word(frame, &entry),
        model: model_word(frame.t, &entry).to_owned(),
        fields: fields(frame, &entry),
        list: desk.list(&MODEL),
        name: entry.object_text,
        who: entry.username,
        object,
        frame: desk.frame,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::site::MODELS;

    #[test]
    fn the_log_knows_every_model_that_can_be_changed() {
        for label in LOGGED {
            assert!(LIST.select.contains(&format!("'{label}'")), "{label}");
        }
        for model in MODELS {
            let changes = model.verbs.iter().any(|verb| *verb != Verb::View);
            assert_eq!(
                LOGGED.contains(&model.label().as_str()),
                changes,
                "{model:?}"
            );
        }
    }
}
