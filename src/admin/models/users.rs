//! Users in the admin site: who may log in, enter here, and do what.

mod actions;
mod add;
mod delete;
mod form;
mod password;
mod save;
mod values;

use axum::{Router, routing::get};
use axum_extra::routing::RouterExt;

use crate::{
    admin::{
        changelist::{self, Action, Cell, Changelist, Column, Filter, Kind, Search},
        model::{Model, Verb},
    },
    db::Time,
    state::App,
    words::{Lang, format},
};

/// The model, with Django's names.
pub static MODEL: Model = Model {
    app: "accounts",
    name: "user",
    one: |t| t.admin.user,
    many: |t| t.admin.users,
    verbs: &Verb::ALL,
};

/// A row of the list.
#[derive(sqlx::FromRow)]
pub struct Row {
    id: i64,
    username: String,
    email: String,
    is_staff: bool,
    is_superuser: bool,
    is_active: bool,
    date_joined: Time,
    last_login: Option<Time>,
}

static LIST: Changelist<Row> = Changelist {
    model: &MODEL,
    select: "id, username, email, is_staff, is_superuser, is_active, date_joined, last_login",
    from: "users",
    id: "users.id",
    columns: &[
        Column {
            head: |t| t.admin.username_column,
            sort: Some("users.username_key"),
            cell: |row, _| Cell::Text(row.username.clone()),
        },
        Column {
            head: |t| t.admin.email_column,
            sort: Some("users.email"),
            cell: |row, _| Cell::text(&row.email),
        },
        Column {
            head: |t| t.admin.staff_column,
            sort: Some("users.is_staff"),
            cell: |row, _| Cell::Flag(row.is_staff),
        },
        Column {
            head: |t| t.admin.superuser_column,
            sort: Some("users.is_superuser"),
            cell: |row, _| Cell::Flag(row.is_superuser),
        },
        Column {
            head: |t| t.admin.active_column,
            sort: Some("users.is_active"),
            cell: |row, _| Cell::Flag(row.is_active),
        },
        Column {
            head: |t| t.admin.joined_column,
            sort: Some("users.date_joined"),
            cell: |row, frame| {
                Cell::Date(format::date_time(
                    frame.lang(),
                    row.date_joined,
                    &frame.zone,
                ))
            },
        },
        Column {
            head: |t| t.admin.last_login_column,
            sort: Some("users.last_login"),
            cell: |row, frame| match row.last_login {
                Some(time) => Cell::Date(format::date_time(frame.lang(), time, &frame.zone)),
                None => Cell::Empty,
            },
        },
    ],
    search: &[
        Search::In("users.username_key"),
        Search::In("LOWER(users.email)"),
    ],
    filters: &[
        Filter {
            name: "staff",
            head: |t| t.admin.staff_column,
            column: "users.is_staff",
            kind: Kind::Flag,
        },
        Filter {
            name: "superuser",
            head: |t| t.admin.superuser_column,
            column: "users.is_superuser",
            kind: Kind::Flag,
        },
        Filter {
            name: "active",
            head: |t| t.admin.active_column,
            column: "users.is_active",
            kind: Kind::Flag,
        },
        Filter {
            name: "group",
            head: |t| t.admin.groups,
            column: "",
            kind: Kind::Linked {
                choices: "SELECT id, name FROM groups ORDER BY name_key",
                table: "user_groups",
                own: "user_id",
                other: "group_id",
            },
        },
        Filter {
            name: "joined",
            head: |t| t.admin.joined_column,
            column: "users.date_joined",
            kind: Kind::Date,
        },
    ],
    dates: Some("users.date_joined"),
    order: "1",
    actions: &[
        Action {
            name: "delete_selected",
            word: |t| t.admin.delete_selected.to_owned(),
            needs: Verb::Delete,
            confirm: Some(|act| Box::pin(actions::doomed(act))),
            fresh_password: true,
            run: |act| Box::pin(actions::delete(act)),
        },
        Action {
            name: "activate",
            word: |t| t.admin.activate.to_owned(),
            needs: Verb::Change,
            confirm: None,
            fresh_password: false,
            run: |act| Box::pin(actions::set_active(act, true)),
        },
        Action {
            name: "deactivate",
            word: |t| t.admin.deactivate.to_owned(),
            needs: Verb::Change,
            confirm: None,
            fresh_password: false,
            run: |act| Box::pin(actions::set_active(act, false)),
        },
    ],
    row_id: |row| row.id,
    row_name: |row| row.username.clone(),
    editable: None,
};

/// List and forms.
pub fn routes() -> Router<App> {
    Router::new()
        .route_with_tsr(
            "/admin/accounts/user/add/",
            get(add::add_form).post(add::add),
        )
        .route_with_tsr(
            "/admin/accounts/user/{id}/change/",
            get(form::change_form).post(form::change),
        )
        .route_with_tsr(
            "/admin/accounts/user/{id}/password/",
            get(password::password_form).post(password::set_password),
        )
        .route_with_tsr(
            "/admin/accounts/user/{id}/delete/",
            get(delete::delete_form).post(delete::delete),
        )
        .merge(changelist::routes(&LIST))
}

/// A field's label, for the log.
pub fn field_label(lang: Lang, field: &str) -> &'static str {
    let words = lang.words().admin;
    match field {
        "username" => words.username_field,
        "password" => words.password_field,
        "email" => words.email_field,
        "is_active" => words.active_field,
        "is_staff" => words.staff_field,
        "is_superuser" => words.superuser_field,
        "groups" => words.groups_field,
        "user_permissions" => words.user_permissions_field,
        _ => "",
    }
}
