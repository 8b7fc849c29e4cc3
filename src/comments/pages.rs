//! What comments say and ask on a page. Pages stand above the nouns of other rooms: what a comment
//! stands under says who may read it, see [`place`].

mod delete;
mod discussion;
mod edit;
pub mod place;
mod write;

use axum::{Router, extract::State, response::Response, routing::get};
use axum_extra::routing::RouterExt;
use serde::Deserialize;

pub use discussion::Discussion;
pub use write::checked;

use self::place::Reached;
use super::{PAGE_SIZE, store, store::Comment};
use crate::{
    state::App,
    web::{
        errors::{Error, Result},
        form::{Id, Query},
        frame::Frame,
        next, page,
    },
};

/// Writing, finding, changing and deleting comments.
pub fn routes() -> Router<App> {
    Router::new()
        .route_with_tsr(
            "/board/{id}/comments/",
            get(write::show_under_post).post(write::write_under_post),
        )
        .route_with_tsr(
            "/video/{id}/comments/",
            get(write::show_under_video).post(write::write_under_video),
        )
        .route_with_tsr("/comments/{id}/", get(find))
        .route_with_tsr("/comments/{id}/edit/", get(edit::show).post(edit::change))
        .route_with_tsr(
            "/comments/{id}/delete/",
            get(delete::ask).post(delete::delete),
        )
}

/// Where to go back to, given along by links and forms.
#[derive(Deserialize)]
struct Going {
    #[serde(default)]
    back: String,
}

/// `GET /comments/{id}/`: to the comment among its others.
async fn find(
    State(app): State<App>,
    frame: Frame,
    Id(id): Id,
    Query(going): Query<Going>,
) -> Result {
    let comment = store::find(&app.db, id).await?.ok_or(Error::NotFound)?;
    match place::reach(&app, &frame.viewer, comment.subject()).await? {
        Reached::Place(place) => to_comment(&app, &comment, &place.subject.back(&going.back)).await,
        Reached::LoginFirst => Ok(sign_in_first(&frame.path)),
    }
}

/// Sends the browser to a comment among its others.
async fn to_comment(app: &App, comment: &Comment, back: &str) -> Result {
    let before = store::before(&app.db, comment.subject(), comment.id).await?;
    let page = before / PAGE_SIZE + 1;
    Ok(page::see_other(&format!(
        "{}#c{}",
        on_page(back, page),
        comment.id
    )))
}

/// The address of a page of comments under `address`.
fn on_page(address: &str, page: i64) -> String {
    let sign = if address.contains('?') { '&' } else { '?' };
    match page {
        1 => address.to_owned(),
        _ => format!("{address}{sign}comments={page}"),
    }
}

fn sign_in_first(next: &str) -> Response {
    page::found(&next::login_for("/login/", next))
}
