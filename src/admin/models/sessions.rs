//! Sessions in the admin site: who is signed in where, and ending it.

mod agent;
mod end;

use axum::{Router, routing::get};
use axum_extra::routing::RouterExt;

use crate::{
    admin::{
        changelist::{self, Action, Cell, Changelist, Column, Search},
        model::{Model, Verb},
    },
    db::Time,
    state::App,
    words::format,
};

/// The model; a session is seen and ended, never made or changed by hand.
pub static MODEL: Model = Model {
    app: "accounts",
    name: "session",
    one: |t| t.admin.session,
    many: |t| t.admin.sessions,
    verbs: &[Verb::View, Verb::Delete],
};

/// A row of the list.
#[derive(sqlx::FromRow)]
pub struct Row {
    id: i64,
    username: String,
    address: String,
    agent: String,
    created_at: Time,
    expires_at: Time,
}

static LIST: Changelist<Row> = Changelist {
    model: &MODEL,
    select: "sessions.id, users.username, sessions.address, sessions.agent, sessions.created_at, \
             sessions.expires_at",
    from: "sessions JOIN users ON users.id = sessions.user_id",
    id: "sessions.id",
    columns: &[
        Column {
            head: |t| t.admin.username_column,
            sort: Some("users.username_key"),
            cell: |row, _| Cell::Text(row.username.clone()),
        },
        Column {
            head: |t| t.admin.address_column,
            sort: Some("sessions.address"),
            cell: |row, _| Cell::text(&row.address),
        },
        Column {
            head: |t| t.admin.agent_column,
            sort: None,
            cell: |row, frame| Cell::Short {
                text: end::browser(frame, &row.agent),
                whole: row.agent.clone(),
            },
        },
        Column {
            head: |t| t.admin.signed_in_column,
            sort: Some("sessions.created_at"),
            cell: |row, frame| {
                Cell::Date(format::date_time(frame.lang(), row.created_at, &frame.zone))
            },
        },
        Column {
            head: |t| t.admin.expires_column,
            sort: Some("sessions.expires_at"),
            cell: |row, frame| {
                Cell::Date(format::date_time(frame.lang(), row.expires_at, &frame.zone))
            },
        },
    ],
    search: &[
        Search::In("users.username_key"),
        Search::In("sessions.address"),
    ],
    filters: &[],
    dates: None,
    order: "-4",
    actions: &[Action {
        name: "delete_selected",
        word: |t| t.admin.end_sessions.to_owned(),
        needs: Verb::Delete,
        confirm: Some(|act| Box::pin(end::doomed(act))),
        fresh_password: false,
        run: |act| Box::pin(end::end_chosen(act)),
    }],
    row_id: |row| row.id,
    row_name: |row| row.username.clone(),
    editable: None,
};

/// The list and a session's pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route_with_tsr("/admin/accounts/session/{id}/change/", get(end::show))
        .route_with_tsr(
            "/admin/accounts/session/{id}/delete/",
            get(end::end_form).post(end::end),
        )
        .merge(changelist::routes(&LIST))
}
