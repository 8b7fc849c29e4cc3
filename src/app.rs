//! The URL table: merges the rooms' routes. The only file that applies layers.

use axum::{
    Extension, Router,
    extract::State,
    http::{StatusCode, header},
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, CompressionLevel, predicate::Predicate},
};

use crate::{
    accounts::{self, identify::identify, login::Doorkeeper},
    admin, board, comments, media, reports,
    state::App,
    videos, watch,
    web::{
        assets, client, errors, log, preferences,
        remember::{self, Memory},
        security, sessions,
        shared::Share,
    },
};

/// Every address of the site.
pub fn router(app: App, doorkeeper: Doorkeeper) -> Router {
    // A request goes through the layers from the last one here to the first.
    let rooms = Router::new()
        .merge(videos::pages::routes())
        .merge(watch::routes())
        .merge(board::pages::routes())
        .merge(comments::pages::routes())
        .merge(reports::pages::routes())
        .merge(accounts::pages::routes())
        .merge(accounts::pages::admin_routes().layer(from_fn(admin::before_the_door)))
        .merge(admin::routes(&app))
        .merge(preferences::routes())
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(Extension(doorkeeper));
    let rooms = for_somebody(rooms, &app);
    let media = for_somebody(media::pages::routes(), &app);
    // These know no viewer and ask the database for none.
    let plain = Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .merge(assets::routes());
    Router::new()
        .merge(rooms)
        .merge(media)
        .merge(plain)
        .layer(Share)
        .layer(security::same_origin())
        .layer(from_fn(admin::speak_tus))
        .layer(from_fn_with_state(app.clone(), client::gate))
        .layer(CatchPanicLayer::custom(errors::panicked))
        .layer(from_fn_with_state(app.clone(), errors::dress))
        .layer(Share)
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(Pages),
        )
        .layer(from_fn_with_state(app.clone(), security::headers))
        .layer(Share)
        .layer(from_fn_with_state(
            Memory::new(app.stamps().clone(), is_one_for_all),
            remember::remember,
        ))
        .layer(from_fn_with_state(app.clone(), preferences::prepare))
        .layer(from_fn_with_state(app.clone(), client::know))
        .layer(from_fn(log::line))
        .with_state(app)
}

/// With the session, and with who is asking.
fn for_somebody(routes: Router<App>, app: &App) -> Router<App> {
    routes
        .layer(from_fn_with_state(app.clone(), identify))
        .layer(sessions::layer(app))
        .layer(from_fn_with_state(app.clone(), sessions::around))
}

/// Pages are compressed as they are made; assets were at build time, media never are.
#[derive(Clone, Copy)]
struct Pages;

impl Predicate for Pages {
    fn should_compress<B>(&self, response: &axum::http::Response<B>) -> bool
    where
        B: http_body::Body,
    {
        let content_type = response.headers().get(header::CONTENT_TYPE);
        // What is sent in ranges is sent as it is, or the ranges would be others.
        if response.headers().contains_key(header::ACCEPT_RANGES) {
            return false;
        }
        let is_html = content_type.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        is_html
            && response
                .body()
                .size_hint()
                .exact()
                .is_none_or(|size| size > 512)
    }
}

/// Pages that many visitors ask for, in all of which nothing depends on which of them it is, on the clock
/// beyond how long ago something was, or on anything that is not in the database. Showing them writes
/// nothing.
fn is_one_for_all(path: &str) -> bool {
    let video = path.strip_prefix("/video/");
    let video = video.and_then(|rest| rest.strip_suffix('/'));
    let is_video = video.is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
    path == "/" || path == "/board/" || is_video
}

/// Whether database and storage answer: 200, or 503.
async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    let database = app.db.answers(&app.settings.database).await;
    let storage = tokio::fs::metadata(app.storage.root()).await;
    match (database, storage) {
        (Ok(true), Ok(folder)) if folder.is_dir() => (StatusCode::OK, "ready"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    }
}
