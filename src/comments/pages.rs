//! What comments say and ask on a page: to come.

use axum::Router;

use crate::state::App;

/// Writing, changing, deleting and reporting comments.
pub fn routes() -> Router<App> {
    Router::new()
}
