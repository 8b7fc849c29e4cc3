//! The change list: one engine for every model. A model joins it with one [`Changelist`], declared
//! in its own file in `admin/models/`: columns, filters, search fields, dates, order, actions.
//!
//! A request goes through the files of this room in this order: `asked` reads the address,
//! `query` and `counts` ask the database, `show` makes the page of `page` with its `links`; a POST goes through `act`,
//! and one that saves the edited column through `edit`.

mod act;
mod asked;
mod cell;
mod counts;
mod dates;
mod drill;
mod edit;
mod links;
mod page;
mod query;
mod show;

use axum::{
    Router,
    extract::{RawQuery, State},
    routing::get,
};
use axum_extra::routing::RouterExt;
use futures_util::future::BoxFuture;
use tower_sessions::Session;

pub use self::{
    act::{Act, Doomed},
    asked::LONGEST_SEARCH,
    cell::Cell,
    edit::{Edit, Refused, Saved},
    page::ChangelistPage,
};
use super::{
    model::{Model, Verb},
    rights::Rights,
};
use crate::{
    accounts::login::Visit,
    db::Row,
    state::App,
    web::{errors::Result, form::Typed, frame::Frame, held::Held},
    words::Catalogue,
};

/// Rows on a page, as Django's `list_per_page`.
pub const PAGE_SIZE: i64 = 100;

/// Rows that "show all" shows at most, as Django's `list_max_show_all`.
pub const SHOW_ALL: i64 = 200;

/// A model's list. Everything in it is written by us, never typed by anybody: it goes into SQL as
/// it stands.
pub struct Changelist<R: 'static> {
    /// The model.
    pub model: &'static Model,
    /// The expressions of a row.
    pub select: &'static str,
    /// The table, with joins where columns or search fields need them.
    pub from: &'static str,
    /// The id's expression, always a BIGINT.
    pub id: &'static str,
    /// Left to right.
    pub columns: &'static [Column<R>],
    /// Where a search looks: every word has to be in one of these.
    pub search: &'static [Search],
    /// At the side, top to bottom.
    pub filters: &'static [Filter],
    /// The moment that the drill-down by year, month and day goes by.
    pub dates: Option<&'static str>,
    /// The order when none is asked: an `o` such as `-7`.
    pub order: &'static str,
    /// What can be done to the chosen rows.
    pub actions: &'static [Action],
    /// The row's id.
    pub row_id: fn(&R) -> i64,
    /// The row's name in messages and for assistive technology.
    pub row_name: fn(&R) -> String,
    /// A column that is edited in the list.
    pub editable: Option<&'static Editable>,
}

/// Where a search looks, in the form of [`crate::web::text::key`].
pub enum Search {
    /// In an expression of the row.
    In(&'static str),
    /// In a field of another table's row, whose id `own` is. That table is looked through once, and
    /// not once a row.
    Of {
        /// The expression with the other row's id.
        own: &'static str,
        /// The other table.
        table: &'static str,
        /// Its field.
        field: &'static str,
    },
}

/// A column.
pub struct Column<R: 'static> {
    /// Its heading.
    pub head: fn(&Catalogue) -> &'static str,
    /// What sorting by it sorts by; `None` when it cannot be sorted.
    pub sort: Option<&'static str>,
    /// What it shows of a row.
    pub cell: fn(&R, &Frame) -> Cell,
}

/// A filter at the side.
pub struct Filter {
    /// Its name in the address.
    pub name: &'static str,
    /// Its heading.
    pub head: fn(&Catalogue) -> &'static str,
    /// What it filters by.
    pub column: &'static str,
    /// How.
    pub kind: Kind,
}

/// How a filter's choices come about.
pub enum Kind {
    /// Values of a text column and their words.
    Choices(fn(&Catalogue) -> Vec<(&'static str, &'static str)>),
    /// Yes or no.
    Flag,
    /// Today, the last 7 days, this month, this year, in the site's time zone.
    Date,
    /// The rows of another table, by a table between: `column` is unused.
    Linked {
        /// Id and name of the choices, at most a hundred.
        choices: &'static str,
        /// The table between.
        table: &'static str,
        /// Its column with this model's id.
        own: &'static str,
        /// Its column with the choice's id.
        other: &'static str,
    },
}

/// Something done to the chosen rows.
pub type Doing<T> = for<'a> fn(&'a Act) -> BoxFuture<'a, Result<T>>;

/// Saving values chosen in the list.
pub type Saving = for<'a> fn(&'a Act, Vec<Edit>) -> BoxFuture<'a, Result<Saved>>;

/// An action on the chosen rows.
pub struct Action {
    /// Its value in the form.
    pub name: &'static str,
    /// Its words in the menu.
    pub word: fn(&Catalogue) -> String,
    /// The permission it takes.
    pub needs: Verb,
    /// What goes with it, asked before it is done; `None` for an action that is done at once.
    pub confirm: Option<Doing<Vec<Doomed>>>,
    /// Whether the password is asked again when it was proved long ago.
    pub fresh_password: bool,
    /// Does it; the sentence that tells what was done, with exact counts. Empty when it has told
    /// itself why nothing was done.
    pub run: Doing<String>,
}

/// A column whose values can be chosen in the list and saved together.
pub struct Editable {
    /// The fields' name, with `-{id}` behind it.
    pub name: &'static str,
    /// Saves the chosen values, all or none.
    pub save: Saving,
}

/// The list's address: GET shows it, POST acts on chosen rows or saves the edited column.
pub fn routes<R: Row + Sync>(list: &'static Changelist<R>) -> Router<App> {
    let show = async move |State(app): State<App>,
                           rights: Rights,
                           session: Session,
                           frame: Frame,
                           RawQuery(query): RawQuery,
                           Held(form): Held| {
        show::show(list, &app, &rights, &session, frame, query.as_deref(), form).await
    };
    let act = async move |visit: Visit,
                          rights: Rights,
                          frame: Frame,
                          RawQuery(query): RawQuery,
                          Typed(form): Typed| {
        act::act(list, visit, rights, frame, query.as_deref(), form).await
    };
    Router::new().route_with_tsr(&list.model.address(), get(show).post(act))
}
