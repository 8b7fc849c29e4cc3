//! What counts as a view: once a viewer and video in half an hour, when playback has really begun.

use axum::http::HeaderMap;

use crate::{
    db::Time,
    state::App,
    web::{client::Client, reader, viewer::Viewer, views},
};

/// Seconds in which one viewer counts once.
const WINDOW: i64 = 30 * 60;

/// Counts a view of video `id` unless this viewer was counted in the last half hour.
pub async fn count(
    app: &App,
    id: i64,
    viewer: &Viewer,
    client: &Client,
    headers: &HeaderMap,
) -> crate::db::Result<bool> {
    let now = Time::now();
    let mark = reader::mark(&app.settings.secret_key, viewer, client, headers);
    views::count(&app.db, "video", id, &mark, now, now.plus_seconds(-WINDOW)).await
}

/// Forgets whom it need not remember any more.
pub async fn forget(app: &App) -> crate::db::Result<u64> {
    views::forget(&app.db, "video", Time::now().plus_seconds(-WINDOW)).await
}
