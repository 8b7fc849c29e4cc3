//! The board's pages, in URL order.

use axum::Router;

use crate::state::App;

mod delete;
mod feed;
mod list;
pub mod place;
mod read;
mod row;
mod write;

/// Every address under `/board/`, and the feeds.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(list::routes())
        .merge(feed::routes())
        .merge(read::routes())
        .merge(delete::routes())
        .merge(write::routes())
}
