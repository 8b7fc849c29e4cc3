//! Groups in the admin site: permissions given to many at once.

mod delete;
mod form;
mod save;

use axum::{Router, routing::get};
use axum_extra::routing::RouterExt;

use crate::{
    admin::{
        changelist::{self, Action, Cell, Changelist, Column, Search},
        model::{Model, Verb},
    },
    state::App,
    words::{Lang, format},
};

/// The model, with Django's names but its app: groups live beside the users.
pub static MODEL: Model = Model {
    app: "accounts",
    name: "group",
    one: |t| t.admin.group,
    many: |t| t.admin.groups,
    verbs: &Verb::ALL,
};

/// A row of the list.
#[derive(sqlx::FromRow)]
pub struct Row {
    id: i64,
    name: String,
    members: i64,
}

static LIST: Changelist<Row> = Changelist {
    model: &MODEL,
    select: "id, name, (SELECT COUNT(*) FROM user_groups WHERE group_id = groups.id) AS members",
    from: "groups",
    id: "groups.id",
    columns: &[
        Column {
            head: |t| t.admin.name_column,
            sort: Some("groups.name_key"),
            cell: |row, _| Cell::Text(row.name.clone()),
        },
        Column {
            head: |t| t.admin.members_column,
            sort: None,
            cell: |row, _| Cell::Number(format::number(row.members)),
        },
    ],
    search: &[Search::In("groups.name_key")],
    filters: &[],
    dates: None,
    order: "1",
    actions: &[Action {
        name: "delete_selected",
        word: |t| t.admin.delete_selected.to_owned(),
        needs: Verb::Delete,
        confirm: Some(|act| Box::pin(delete::doomed(act))),
        fresh_password: true,
        run: |act| Box::pin(delete::delete_chosen(act)),
    }],
    row_id: |row| row.id,
    row_name: |row| row.name.clone(),
    editable: None,
};

/// List and forms.
pub fn routes() -> Router<App> {
    Router::new()
        .route_with_tsr(
            "/admin/accounts/group/add/",
            get(form::add_form).post(form::add),
        )
        .route_with_tsr(
            "/admin/accounts/group/{id}/change/",
            get(form::change_form).post(form::change),
        )
        .route_with_tsr(
            "/admin/accounts/group/{id}/delete/",
            get(delete::delete_form).post(delete::delete),
        )
        .merge(changelist::routes(&LIST))
}

/// A field's label, for the log.
pub fn field_label(lang: Lang, field: &str) -> &'static str {
    let words = lang.words().admin;
    match field {
        "name" => words.group_name_field,
        "permissions" => words.permissions_field,
        _ => "",
    }
}
