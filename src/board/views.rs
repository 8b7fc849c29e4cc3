//! What counts as a reading of a post: once a reader and post in a day, when a person's browser shows
//! the page.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, request::Parts},
};

use crate::{
    db::Time,
    state::App,
    web::{
        client::Client,
        errors::{Error, Result},
        reader,
        viewer::Viewer,
        views,
    },
};

/// Seconds in which one reader counts once: a session of reading, however often the post is opened
/// in it.
const WINDOW: i64 = 24 * 3600;

/// Where a page is read, and by what browser; nobody when no person reads it.
pub struct Reader(Option<(Client, HeaderMap)>);

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Reader> {
        let is_read = parts.method == Method::GET && reader::by_a_person(&parts.headers);
        let client = parts.extensions.get::<Client>().filter(|_| is_read);
        Ok(Reader(
            client.map(|client| (client.clone(), parts.headers.clone())),
        ))
    }
}

impl Reader {
    /// Counts a reading of post `id` unless this reader was counted in the last day; whether it did.
    /// A post is worth reading even while nothing can be counted.
    pub async fn count(&self, app: &App, id: i64, viewer: &Viewer) -> bool {
        let Some((client, headers)) = &self.0 else {
            return false;
        };
        let now = Time::now();
        let mark = reader::mark(&app.settings.secret_key, viewer, client, headers);
        let since = now.plus_seconds(-WINDOW);
        let counted = views::count(&app.db, "post", id, &mark, now, since).await;
        counted.unwrap_or_else(|error| {
            tracing::warn!("a reading of post {id} was not counted: {error}");
            false
        })
    }
}

/// Forgets whom it need not remember any more.
pub async fn forget(app: &App) -> crate::db::Result<u64> {
    views::forget(&app.db, "post", Time::now().plus_seconds(-WINDOW)).await
}
