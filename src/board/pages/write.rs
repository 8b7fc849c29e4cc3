//! Writing and changing a post: the forms. What came with them is in `form`, what is written in
//! `save`; files that come one by one and the live preview have addresses of their own.

mod files;
mod form;
mod pace;
mod page;
mod preview;
mod save;

use axum::{
    Extension, Json, Router,
    extract::{DefaultBodyLimit, FromRequestParts, Request, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use axum_extra::routing::RouterExt;
use tower_sessions::Session;

use self::{
    form::{Button, PostForm},
    page::WritePage,
    save::Outcome,
};
use super::place::Place;
use crate::{
    board::{
        ATTACHMENT_LIMIT, MOST_ATTACHMENTS,
        store::{self, Post},
    },
    ingest::kept,
    state::App,
    web::{
        access::Access,
        errors::{Error, Result},
        form::{FORM_LIMIT, Id},
        frame::{Frame, Level, Message},
        next, page as pages,
        preferences::Preferences,
        sessions,
        viewer::Viewer,
    },
    words::{Lang, fill},
};

/// Bytes of one form: its files, as many again that are too large or too many and so are only read,
/// and its texts.
const REQUEST_LIMIT: usize = 2 * MOST_ATTACHMENTS * (ATTACHMENT_LIMIT as usize) + FORM_LIMIT;

/// Writing and changing posts.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route_with_tsr("/board/new/", get(new).post(create))
        .route_with_tsr("/board/{id}/edit/", get(edit).post(update))
        .route_with_tsr("/board/files/", post(files::upload))
        .route_with_tsr("/board/files/delete/", post(files::delete))
        .route_with_tsr("/board/preview/", post(preview::preview))
        .layer(DefaultBodyLimit::max(REQUEST_LIMIT))
        .layer(Extension(pace::Paces::default()))
}

/// What every handler here holds. Waiting messages stay for the page that comes after a form.
#[derive(FromRequestParts)]
#[from_request(state(App))]
struct Desk {
    #[from_request(via(State))]
    app: App,
    session: Session,
    viewer: Viewer,
    #[from_request(via(Extension))]
    preferences: Preferences,
    place: Place,
}

impl Desk {
    fn lang(&self) -> Lang {
        self.preferences.lang()
    }

    fn frame(&self) -> Frame {
        Frame::new(&self.app, self.preferences.clone(), self.viewer.clone())
    }

    /// Where a visitor is led, and back from.
    fn login(&self) -> Response {
        pages::found(&next::login_for("/login/", self.preferences.path()))
    }

    /// The post, for somebody who may change it.
    async fn post(&self, id: i64) -> Result<Post> {
        let post = store::find(&self.app.db, id)
            .await?
            .ok_or(Error::NotFound)?;
        if post.standing.may_change(&self.viewer) {
            return Ok(post);
        }
        Err(match post.standing.access(&self.viewer) {
            Access::Allowed => Error::Forbidden,
            Access::LoginNeeded | Access::Hidden => Error::NotFound,
        })
    }

    /// The form again, with everything typed and every file received.
    async fn again(&self, post: Option<&Post>, form: PostForm) -> Result {
        if let Some(writer) = self.viewer.id() {
            kept::trim(&self.app, writer).await?;
        }
        let (status, wait) = (form.status, form.wait);
        let page = WritePage::again(&self.app, self.frame(), &self.place, post, form).await?;
        let mut response = pages::html(status, &page)?;
        if let Some(seconds) = wait {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        Ok(response)
    }

    /// Leads on to what was saved; a script is told where that is.
    async fn saved(&self, headers: &HeaderMap, address: &str, sentence: &str) -> Result {
        let message = Message::new(Level::Success, sentence.to_owned());
        sessions::tell(&self.session, message).await?;
        let accept = headers.get(header::ACCEPT);
        let by_script = accept
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.starts_with("application/json"));
        if by_script {
            return Ok(Json(serde_json::json!({ "url": address })).into_response());
        }
        Ok(pages::see_other(address))
    }
}

/// `GET /board/new/`
async fn new(desk: Desk, frame: Frame) -> Result {
    if !desk.viewer.is_signed_in() {
        return Ok(desk.login());
    }
    pages::ok(&WritePage::new(frame, &desk.place))
}

/// `POST /board/new/`; fields `title` `body` `is_notice` `files` `kept`, buttons `_save` `_preview`.
async fn create(desk: Desk, request: Request) -> Result {
    let Some(writer) = desk.viewer.id() else {
        return Ok(desk.login());
    };
    let headers = request.headers().clone();
    let mut form = PostForm::read(&desk.app, writer, desk.lang(), request).await?;
    if form.button == Button::Preview {
        return desk.again(None, form).await;
    }
    form.check(desk.lang(), 0);
    let added = desk.lang().words().editor.added;
    if let Some(id) = save::sent_before(&desk.app, &desk.viewer, &form).await? {
        form.discard(&desk.app).await;
        return desk.saved(&headers, &format!("/board/{id}/"), added).await;
    }
    if !form.errors.is_empty() {
        return desk.again(None, form).await;
    }
    let outcome = save::add(&desk.app, &desk.viewer, &form).await;
    match settled(&desk.app, &form, outcome).await? {
        Outcome::Saved(id) => desk.saved(&headers, &format!("/board/{id}/"), added).await,
        Outcome::Wait(seconds) => {
            form.rest(desk.lang(), seconds);
            desk.again(None, form).await
        }
        Outcome::Lost(tokens) => {
            form.lost(desk.lang(), &tokens);
            desk.again(None, form).await
        }
        _ => Err(Error::Unprocessable),
    }
}

/// `GET /board/{id}/edit/`
async fn edit(desk: Desk, frame: Frame, Id(id): Id) -> Result {
    if !desk.viewer.is_signed_in() {
        return Ok(desk.login());
    }
    let post = desk.post(id).await?;
    pages::ok(&WritePage::of(&desk.app, frame, &desk.place, &post).await?)
}

/// `POST /board/{id}/edit/`; the same fields, `version` and `remove`.
async fn update(desk: Desk, Id(id): Id, request: Request) -> Result {
    let Some(writer) = desk.viewer.id() else {
        return Ok(desk.login());
    };
    let post = desk.post(id).await?;
    let headers = request.headers().clone();
    let mut form = PostForm::read(&desk.app, writer, desk.lang(), request).await?;
    if form.button == Button::Preview {
        return desk.again(Some(&post), form).await;
    }
    let attached = store::attachments(&desk.app.db, id).await?;
    let stay = attached
        .iter()
        .filter(|file| !form.removed.contains(&file.id));
    form.check(desk.lang(), stay.count());
    if !form.errors.is_empty() {
        return desk.again(Some(&post), form).await;
    }
    let words = desk.lang().words().editor;
    let address = desk.place.post(id);
    let outcome = save::change(&desk.app, &desk.viewer, id, &form).await;
    match settled(&desk.app, &form, outcome).await? {
        Outcome::Saved(_) => desk.saved(&headers, &address, words.changed).await,
        Outcome::Unchanged => desk.saved(&headers, &address, words.unchanged).await,
        Outcome::Stale => {
            let post = desk.post(id).await?;
            form.stale(&post);
            desk.again(Some(&post), form).await
        }
        Outcome::Lost(tokens) => {
            form.lost(desk.lang(), &tokens);
            desk.again(Some(&post), form).await
        }
        Outcome::Gone => Err(Error::NotFound),
        Outcome::Wait(_) => Err(Error::Unprocessable),
    }
}

/// After a fault, or when the post is gone, no form is shown: then received files go at once.
async fn settled(app: &App, form: &PostForm, outcome: Result<Outcome>) -> Result<Outcome> {
    if matches!(outcome, Err(_) | Ok(Outcome::Gone)) {
        form.discard(app).await;
    }
    outcome
}

/// Seconds as people say them: minutes from two of them on, rounded up.
fn while_of(lang: Lang, seconds: u64) -> String {
    let words = lang.words().editor;
    if seconds < 120 {
        fill(words.seconds, &[&seconds])
    } else {
        fill(words.minutes, &[&seconds.div_ceil(60)])
    }
}
