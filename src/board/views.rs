//! What counts as a reading of a post: once a reader and post in a day, when a person's browser shows
//! the page.

use axum::http::HeaderMap;

use super::store;
use crate::{
    db::Time,
    state::App,
    web::{client::Client, reader, viewer::Viewer},
};

/// Seconds in which one reader counts once: a session of reading, however often the post is opened
/// in it.
const WINDOW: i64 = 24 * 3600;

/// Counts a reading of post `id` unless this reader was counted in the last day; whether it did.
pub async fn count(
    app: &App,
    id: i64,
    viewer: &Viewer,
    client: &Client,
    headers: &HeaderMap,
) -> crate::db::Result<bool> {
    let now = Time::now();
    let mark = reader::mark(&app.settings.secret_key, viewer, client, headers);
    store::count_view(&app.db, id, &mark, now, now.plus_seconds(-WINDOW)).await
}

/// Forgets whom it need not remember any more.
pub async fn forget(app: &App) -> crate::db::Result<u64> {
    store::forget_viewers(&app.db, Time::now().plus_seconds(-WINDOW)).await
}
