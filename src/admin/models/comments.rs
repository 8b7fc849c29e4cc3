//! Comments under posts and videos in the admin site. They are written on the site, in their writers'
//! own names: nobody adds one here. A comment of which only its place is left is none any more.

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
        reported::{self, short},
        rights::Rights,
    },
    comments::Subject,
    db::Time,
    markdown, reports,
    state::App,
    web::{form::Typed, frame::Frame},
    words::{Catalogue, Lang, fill, format},
};

/// Characters of a comment that stand for it.
const SHOWN: usize = 80;

/// The model, with the names that Django would give it.
pub static MODEL: Model = Model {
    app: "board",
    name: "comment",
    one: |t| t.admin_board.comment,
    many: |t| t.admin_board.comments,
    verbs: &[Verb::View, Verb::Change, Verb::Delete],
};

/// A row of the list.
#[derive(sqlx::FromRow)]
pub struct Row {
    id: i64,
    body: String,
    username: String,
    post_id: Option<i64>,
    video_id: Option<i64>,
    under: String,
    reports: i64,
    is_hidden: bool,
    created_at: Time,
}

static LIST: Changelist<Row> = Changelist {
    model: &MODEL,
    select: "id, body, (SELECT username FROM users WHERE users.id = comments.user_id) AS username, \
             post_id, video_id, COALESCE((SELECT title FROM posts WHERE posts.id = post_id), \
             (SELECT title FROM videos WHERE videos.id = video_id)) AS under, reports, is_hidden, \
             created_at",
    from: "(SELECT * FROM comments WHERE user_id IS NOT NULL) AS comments",
    id: "comments.id",
    columns: &[
        Column {
            head: |t| t.admin_board.words_column,
            sort: None,
            cell: |row, _| Cell::Text(name(&row.body)),
        },
        Column {
            head: |t| t.admin_board.writer_column,
            sort: None,
            cell: |row, _| Cell::Text(row.username.clone()),
        },
        Column {
            head: |t| t.admin_board.under_column,
            sort: None,
            cell: under,
        },
        Column {
            head: |t| t.admin_board.reports_column,
            sort: Some("comments.reports"),
            cell: |row, _| Cell::Number(format::number(row.reports)),
        },
        Column {
            head: |t| t.admin_board.hidden_column,
            sort: Some("comments.is_hidden"),
            cell: |row, _| Cell::Flag(row.is_hidden),
        },
        Column {
            head: |t| t.admin_board.date_column,
            sort: Some("comments.created_at"),
            cell: |row, frame| {
                Cell::Date(format::date_time(frame.lang(), row.created_at, &frame.zone))
            },
        },
    ],
    search: &[
        Search::In("comments.search_key"),
        Search::Of {
            own: "comments.user_id",
            table: "users",
            field: "users.username_key",
        },
    ],
    filters: &[
        Filter {
            name: "reported",
            head: |t| t.admin_board.reported_filter,
            column: "(comments.reports > 0)",
            kind: Kind::Flag,
        },
        Filter {
            name: "hidden",
            head: |t| t.admin_board.hidden_column,
            column: "comments.is_hidden",
            kind: Kind::Flag,
        },
        Filter {
            name: "written",
            head: |t| t.admin_board.date_column,
            column: "comments.created_at",
            kind: Kind::Date,
        },
    ],
    dates: Some("comments.created_at"),
    // Those that wait for somebody of the staff come first, then the newest.
    order: "-4",
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
            run: |act| Box::pin(reported::settle_chosen(act, reports::Kind::Comments, false)),
        },
        Action {
            name: "hide",
            word: |t| t.admin_board.hide.to_owned(),
            needs: Verb::Change,
            confirm: None,
            fresh_password: false,
            run: |act| Box::pin(reported::settle_chosen(act, reports::Kind::Comments, true)),
        },
    ],
    row_id: |row| row.id,
    row_name: |row| name(&row.body),
    editable: None,
};

/// List and forms.
pub fn routes() -> Router<App> {
    let settle = async |desk: Desk, id: AnyId, form: Typed| {
        reported::settle(desk, id, form, &MODEL, reports::Kind::Comments).await
    };
    let form = async |rights: Rights, id: AnyId, filters: Filters| {
        reported::form_of(&MODEL, rights, id, filters).await
    };
    Router::new()
        .route_with_tsr(
            "/admin/board/comment/{id}/change/",
            get(form::change_form).post(form::change),
        )
        .route_with_tsr(
            "/admin/board/comment/{id}/delete/",
            get(delete::delete_form).post(delete::delete),
        )
        .route_with_tsr("/admin/board/comment/{id}/settle/", get(form).post(settle))
        .merge(changelist::routes(&LIST))
}

/// A comment's first words, which stand for it; a picture without a description has none, and is
/// named as it was typed.
fn name(body: &str) -> String {
    let words = markdown::plain(body, SHOWN);
    if words.is_empty() { short(body) } else { words }
}

/// What it stands under, where it is read there.
fn under(row: &Row, frame: &Frame) -> Cell {
    let subject = match (row.post_id, row.video_id) {
        (Some(post), _) => Subject::Post(post),
        (None, video) => Subject::Video(video.unwrap_or(0)),
    };
    Cell::Link {
        url: on_site(row.id),
        text: under_word(frame.t, subject, &row.under),
    }
}

/// "글 ‘질문 있습니다’"
fn under_word(t: &Catalogue, subject: Subject, title: &str) -> String {
    let words = t.admin_board;
    let sentence = match subject {
        Subject::Post(_) => words.under_post,
        Subject::Video(_) => words.under_video,
    };
    fill(sentence, &[&short(title)])
}

/// Where a comment is read among its others.
fn on_site(id: i64) -> String {
    format!("/comments/{id}/")
}

/// A field's label, for the log.
pub fn field_label(lang: Lang, field: &str) -> &'static str {
    let words = lang.words().admin_board;
    match field {
        "body" => words.body_field,
        "is_hidden" => words.hidden_field,
        "reports" => words.reports_column,
        _ => "",
    }
}
