//! To come.

use axum::Router;

use crate::state::App;

pub(super) fn routes() -> Router<App> {
    Router::new()
}
