//! The admin site. One door stands before all of it: whoever is not staff gets no further, and
//! what a member of staff may do is read there once, for every page behind it.

mod back;
pub mod changelist;
mod desk;
mod ended;
mod forms;
mod history;
mod index;
pub mod inspection;
mod log;
pub mod model;
pub mod models;
pub mod pages;
mod registry;
pub mod reported;
mod reproof;
pub mod rights;
pub mod site;
mod uploads;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use axum_extra::routing::RouterExt;

pub use self::{
    back::{AnyId, Filters},
    uploads::speak as speak_tus,
};
use self::{desk::Desk, rights::Rights};
use crate::{
    state::App,
    web::{frame::Frame, page, preferences::Preferences, viewer::Viewer},
};

/// Everything under `/admin/` but its login and logout, which stand outside the door.
pub fn routes(app: &App) -> Router<App> {
    Router::new()
        .route_with_tsr("/admin/", get(index::index))
        .route("/admin/{*rest}", get(nowhere).post(nowhere))
        .merge(history::routes())
        .merge(models::videos::routes())
        .merge(models::posts::routes())
        .merge(models::comments::routes())
        .merge(models::users::routes())
        .merge(models::groups::routes())
        .merge(models::sessions::routes())
        .merge(models::log_entries::routes())
        .layer(middleware::from_fn_with_state(app.clone(), door))
        // Programs ask there, which would take a login page for an answer: it has a door of its own.
        .merge(uploads::routes())
}

/// Gives a visitor the admin's login, tells a member who they are, and lets staff in. No answer
/// of the admin site is kept by a cache or found by a search engine.
async fn door(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let viewer = request
        .extensions()
        .get::<Viewer>()
        .cloned()
        .unwrap_or_default();
    let preferences = Preferences::of(request.extensions());
    let staff = viewer.account().filter(|account| account.is_staff);
    let mut response = if let Some(account) = staff {
        match Rights::of(&app.db, account).await {
            Ok(rights) => {
                request.extensions_mut().insert(rights);
                next.run(request).await
            }
            Err(error) => error.into_response(),
        }
    } else if viewer.is_signed_in() {
        let to = preferences.path().to_owned();
        let frame = Frame::new(&app, preferences, viewer);
        page::html(
            StatusCode::FORBIDDEN,
            &pages::DeniedPage { frame, next: to },
        )
        .into_response()
    } else {
        match ended::login(&app, request).await {
            Ok(login) => login,
            Err(error) => error.into_response(),
        }
    };
    unseen(&mut response);
    response
}

/// Layer for the admin's login and logout, which stand outside the door.
pub async fn before_the_door(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    unseen(&mut response);
    response
}

fn unseen(response: &mut Response) {
    page::forbid_storing(response);
    let robots = HeaderName::from_static("x-robots-tag");
    response
        .headers_mut()
        .insert(robots, HeaderValue::from_static("noindex, nofollow"));
}

/// Behind the door too, so that a visitor does not learn which admin pages there are.
async fn nowhere() -> StatusCode {
    StatusCode::NOT_FOUND
}
