//! The board's pages, in URL order.

use axum::Router;

use crate::state::App;

mod feed;
mod list;
mod read;
mod write;

/// Every address under `/board/`, and the feeds.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(list::routes())
        .merge(feed::routes())
        .merge(read::routes())
        .merge(write::routes())
}
