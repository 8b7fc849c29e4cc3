//! Posts of the board in the admin site. They are written on the site, in their writers' own names,
//! with an editor and its preview: nobody adds one here.

mod actions;
mod delete;
mod form;
mod save;

use axum::{Router, routing::get};
use axum_extra::routing::RouterExt;

use crate::{
    admin::{
        AnyId, Desk, Filters,
        changelist::{self, Action, Cell, Changelist, Column, Filter, Kind, Search},
        model::{Model, Verb},
        reported,
        rights::Rights,
    },
    db::Time,
    reports,
    state::App,
    web::{form::Typed, frame::Frame},
    words::{Lang, format},
};

/// The model, with the names that Django would give it.
pub static MODEL: Model = Model {
    app: "board",
    name: "post",
    one: |t| t.admin_board.post,
    many: |t| t.admin_board.posts,
    verbs: &[Verb::View, Verb::Change, Verb::Delete],
};

/// A row of the list.
#[derive(sqlx::FromRow)]
pub struct Row {
    id: i64,
    title: String,
    username: String,
    is_notice: bool,
    is_hidden: bool,
    comments: i64,
    attachments: i64,
    views: i64,
    reports: i64,
    created_at: Time,
}

static LIST: Changelist<Row> = Changelist {
    model: &MODEL,
    select: "id, title, (SELECT username FROM users WHERE users.id = posts.user_id) AS username, \
             is_notice, is_hidden, comments, attachments, views, reports, created_at",
    from: "posts",
    id: "posts.id",
    columns: &[
        Column {
            head: |t| t.admin_board.title_column,
            sort: Some("posts.title_key"),
            cell: |row, _| Cell::Text(row.title.clone()),
        },
        Column {
            head: |t| t.admin_board.writer_column,
            sort: None,
            cell: |row, _| Cell::Text(row.username.clone()),
        },
        Column {
            head: |t| t.admin_board.state_column,
            sort: None,
            cell: state,
        },
        Column {
            head: |t| t.admin_board.comments_column,
            sort: Some("posts.comments"),
            cell: |row, _| Cell::Number(format::number(row.comments)),
        },
        Column {
            head: |t| t.admin_board.files_column,
            sort: Some("posts.attachments"),
            cell: |row, _| Cell::Number(format::number(row.attachments)),
        },
        Column {
            head: |t| t.admin_board.views_column,
            sort: Some("posts.views"),
            cell: |row, _| Cell::Number(format::number(row.views)),
        },
        Column {
            head: |t| t.admin_board.reports_column,
            sort: Some("posts.reports"),
            cell: |row, _| Cell::Number(format::number(row.reports)),
        },
        Column {
            head: |t| t.admin_board.date_column,
            sort: Some("posts.created_at"),
            cell: |row, frame| {
                Cell::Date(format::date_time(frame.lang(), row.created_at, &frame.zone))
            },
        },
    ],
    // Bodies are searched on the board itself: here every count of the page would read them all.
    search: &[
        Search::In("posts.title_key"),
        Search::Of {
            own: "posts.user_id",
            table: "users",
            field: "users.username_key",
        },
    ],
    filters: &[
        Filter {
            name: "reported",
            head: |t| t.admin_board.reported_filter,
            column: "(posts.reports > 0)",
            kind: Kind::Flag,
        },
        Filter {
            name: "hidden",
            head: |t| t.admin_board.hidden_column,
            column: "posts.is_hidden",
            kind: Kind::Flag,
        },
        Filter {
            name: "notice",
            head: |t| t.admin_board.notice_column,
            column: "posts.is_notice",
            kind: Kind::Flag,
        },
        Filter {
            name: "written",
            head: |t| t.admin_board.date_column,
            column: "posts.created_at",
            kind: Kind::Date,
        },
    ],
    dates: Some("posts.created_at"),
    // Those that wait for somebody of the staff come first, then the newest.
    order: "-7",
    actions: &[
        Action {
            name: "delete_selected",
            word: |t| t.admin.delete_selected.to_owned(),
            needs: Verb::Delete,
            confirm: Some(|act| Box::pin(delete::doomed(act))),
            fresh_password: false,
            run: |act| Box::pin(delete::delete_chosen(act)),
        },
        Action {
            name: "show",
            word: |t| t.admin_board.show.to_owned(),
            needs: Verb::Change,
            confirm: None,
            fresh_password: false,
            run: |act| Box::pin(reported::settle_chosen(act, reports::Kind::Posts, false)),
        },
        Action {
            name: "hide",
            word: |t| t.admin_board.hide.to_owned(),
            needs: Verb::Change,
            confirm: None,
            fresh_password: false,
            run: |act| Box::pin(reported::settle_chosen(act, reports::Kind::Posts, true)),
        },
        Action {
            name: "make_notice",
            word: |t| t.admin_board.make_notice.to_owned(),
            needs: Verb::Change,
            confirm: None,
            fresh_password: false,
            run: |act| Box::pin(actions::set_notice(act, true)),
        },
        Action {
            name: "no_notice",
            word: |t| t.admin_board.no_notice.to_owned(),
            needs: Verb::Change,
            confirm: None,
            fresh_password: false,
            run: |act| Box::pin(actions::set_notice(act, false)),
        },
    ],
    row_id: |row| row.id,
    row_name: |row| row.title.clone(),
    editable: None,
};

/// List and forms.
pub fn routes() -> Router<App> {
    let settle = async |desk: Desk, id: AnyId, form: Typed| {
        reported::settle(desk, id, form, &MODEL, reports::Kind::Posts).await
    };
    let form = async |rights: Rights, id: AnyId, filters: Filters| {
        reported::form_of(&MODEL, rights, id, filters).await
    };
    Router::new()
        .route_with_tsr(
            "/admin/board/post/{id}/change/",
            get(form::change_form).post(form::change),
        )
        .route_with_tsr(
            "/admin/board/post/{id}/delete/",
            get(delete::delete_form).post(delete::delete),
        )
        .route_with_tsr("/admin/board/post/{id}/settle/", get(form).post(settle))
        .merge(changelist::routes(&LIST))
}

/// "공지 · 가림"; one column for both, since most posts are neither.
fn state(row: &Row, frame: &Frame) -> Cell {
    let words = frame.t.admin_board;
    let states = [
        (row.is_notice, words.notice_column),
        (row.is_hidden, words.hidden_column),
    ];
    let true_ones = states.into_iter().filter(|(so, _)| *so);
    Cell::text(
        &true_ones
            .map(|(_, word)| word)
            .collect::<Vec<_>>()
            .join(" · "),
    )
}

/// A field's label, for the log.
pub fn field_label(lang: Lang, field: &str) -> &'static str {
    let words = lang.words().admin_board;
    match field {
        "title" => words.title_field,
        "body" => words.body_field,
        "is_notice" => words.notice_field,
        "is_hidden" => words.hidden_field,
        "reports" => words.reports_column,
        _ => "",
    }
}
