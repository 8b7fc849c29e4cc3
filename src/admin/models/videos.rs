//! Videos in the admin site. This file is the example to follow: a model is its [`MODEL`], its
//! `LIST`, and the routes of its forms.

mod actions;
pub mod bulk;
mod captions;
mod delete;
mod facts;
mod filled;
mod form;
mod jobs;
pub mod page;
mod receive;
mod save;
mod upload;
mod view_as;

use axum::Router;

pub(in crate::admin) use receive::{THUMBNAIL_LIMIT, said_of};

use crate::{
    admin::{
        changelist::{self, Action, Cell, Changelist, Column, Editable, Filter, Kind, Search},
        model::{Model, Verb},
    },
    db::Time,
    state::App,
    videos::{
        Visibility,
        pages::{self, Picture},
        store::Thumbnail,
    },
    words::{Catalogue, Lang, format},
};

/// The model, with Django's names.
pub static MODEL: Model = Model {
    app: "videos",
    name: "video",
    one: |t| t.admin.video,
    many: |t| t.admin.videos,
    verbs: &Verb::ALL,
};

/// A row of the list.
#[derive(sqlx::FromRow)]
pub struct Row {
    id: i64,
    title: String,
    #[sqlx(try_from = "String")]
    visibility: Visibility,
    #[sqlx(flatten)]
    thumbnail: Thumbnail,
    duration: Option<i64>,
    size: i64,
    views: i64,
    created_at: Time,
}

static LIST: Changelist<Row> = Changelist {
    model: &MODEL,
    select: "id, title, visibility, thumbnail, thumbnail_small, thumbnail_width, duration, size, \
             views, created_at",
    from: "videos",
    id: "videos.id",
    columns: &[
        Column {
            head: |t| t.admin.thumbnail_column,
            sort: None,
            cell: |row, _| picture(row),
        },
        Column {
            head: |t| t.admin.title_column,
            sort: Some("videos.title_key"),
            cell: |row, _| Cell::Text(row.title.clone()),
        },
        Column {
            head: |t| t.admin.visibility_column,
            sort: Some("videos.visibility"),
            cell: |row, _| Cell::VisibilityChoice {
                field: format!("visibility-{}", row.id),
                value: row.visibility,
                shown: row.visibility,
                mark: None,
            },
        },
        Column {
            head: |t| t.admin.duration_column,
            sort: Some("videos.duration"),
            cell: |row, _| {
                row.duration
                    .map_or(Cell::Empty, |d| Cell::Number(format::duration(d)))
            },
        },
        Column {
            head: |t| t.admin.size_column,
            sort: Some("videos.size"),
            cell: |row, _| Cell::Number(format::size(row.size)),
        },
        Column {
            head: |t| t.admin.views_column,
            sort: Some("videos.views"),
            cell: |row, _| Cell::Number(format::number(row.views)),
        },
        Column {
            head: |t| t.admin.date_column,
            sort: Some("videos.created_at"),
            cell: |row, frame| {
                Cell::Date(format::date_time(frame.lang(), row.created_at, &frame.zone))
            },
        },
    ],
    search: &[Search::In("videos.search_key")],
    filters: &[
        Filter {
            name: "visibility",
            head: |t| t.admin.visibility_column,
            column: "videos.visibility",
            kind: Kind::Choices(visibilities),
        },
        Filter {
            name: "created",
            head: |t| t.admin.date_column,
            column: "videos.created_at",
            kind: Kind::Date,
        },
    ],
    dates: Some("videos.created_at"),
    order: "-7",
    actions: &[
        Action {
            name: "delete_selected",
            word: |t| t.admin.delete_selected.to_owned(),
            needs: Verb::Delete,
            confirm: Some(|act| Box::pin(actions::doomed(act))),
            fresh_password: false,
            run: |act| Box::pin(actions::delete(act)),
        },
        set_visibility("set_public", Visibility::Public),
        set_visibility("set_unlisted", Visibility::Unlisted),
        set_visibility("set_private", Visibility::Private),
        set_visibility("set_draft", Visibility::Draft),
    ],
    row_id: |row| row.id,
    row_name: |row| row.title.clone(),
    editable: Some(&Editable {
        name: "visibility",
        save: |act, values| Box::pin(actions::save_visibilities(act, values)),
    }),
};

/// List and forms.
pub fn routes() -> Router<App> {
    changelist::routes(&LIST).merge(form::routes())
}

fn visibilities(t: &Catalogue) -> Vec<(&'static str, &'static str)> {
    Visibility::ALL
        .map(|visibility| (visibility.name(), visibility.word(t.lang)))
        .to_vec()
}

fn picture(row: &Row) -> Cell {
    Cell::Picture {
        url: Picture::of(&row.thumbnail).map(|picture| picture.small),
        hue: pages::hue(row.id),
        initial: pages::initial(&row.title),
    }
}

/// One action for each visibility: what differs is the value alone.
const fn set_visibility(name: &'static str, visibility: Visibility) -> Action {
    macro_rules! to {
        ($to:expr) => {
            Action {
                name,
                word: |t| actions::set_word(t, $to),
                needs: Verb::Change,
                confirm: None,
                fresh_password: false,
                run: |act| Box::pin(actions::set_visibility(act, $to)),
            }
        };
    }
    match visibility {
        Visibility::Public => to!(Visibility::Public),
        Visibility::Unlisted => to!(Visibility::Unlisted),
        Visibility::Private => to!(Visibility::Private),
        Visibility::Draft => to!(Visibility::Draft),
    }
}

/// A field's label, for the log.
pub fn field_label(lang: Lang, field: &str) -> &'static str {
    let words = lang.words().admin;
    match field {
        "title" => words.title_field,
        "description" => words.description_field,
        "visibility" => words.visibility_field,
        "video_file" => words.file_field,
        "thumbnail" => words.thumbnail_field,
        "captions" => lang.words().captions.field,
        _ => "",
    }
}
