//! Deleting a post: a page that asks and says what goes with it, and the deed.

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use axum_extra::routing::RouterExt;
use tower_sessions::Session;

use super::{place::Place, read::readable};
use crate::{
    board::{
        deletion,
        store::{self, Attachment, Post},
    },
    ingest::keep,
    state::App,
    web::{
        errors::{Error, Result},
        form::Id,
        frame::{Frame, Level, Message},
        next, page, sessions,
    },
    words::{fill, format},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route_with_tsr("/board/{id}/delete/", get(ask).post(delete))
}

/// `GET /board/{id}/delete/`
#[derive(Template)]
#[template(path = "board/delete.html")]
struct DeletePage {
    frame: Frame,
    post: Post,
    /// What goes, a line each.
    goes: Vec<String>,
    /// Where the form is sent.
    action: String,
    /// The post, for those who think better of it.
    back: String,
}

impl DeletePage {
    fn question(&self) -> String {
        fill(self.frame.t.board.delete_question, &[&self.post.title])
    }
}

/// The post, when the viewer may delete it.
enum Asked {
    May(Post),
    /// A visitor is sent to the login.
    LoginFirst(Response),
}

async fn asked(app: &App, frame: &Frame, id: i64) -> Result<Asked> {
    let post = readable(app, &frame.viewer, id).await?;
    if post.standing.may_change(&frame.viewer) {
        return Ok(Asked::May(post));
    }
    if frame.viewer.is_signed_in() {
        return Err(Error::Forbidden);
    }
    let login = next::login_for("/login/", &frame.path);
    Ok(Asked::LoginFirst(page::found(&login)))
}

async fn ask(State(app): State<App>, frame: Frame, Id(id): Id, place: Place) -> Result {
    let post = match asked(&app, &frame, id).await? {
        Asked::May(post) => post,
        Asked::LoginFirst(login) => return Ok(login),
    };
    let attachments = store::attachments(&app.db, id).await?;
    page::ok(&DeletePage {
        goes: goes(&frame, &post, &attachments),
        action: place.carried(&format!("/board/{id}/delete/")),
        back: place.post(id),
        post,
        frame,
    })
}

fn goes(frame: &Frame, post: &Post, attachments: &[Attachment]) -> Vec<String> {
    let words = frame.t.board;
    let mut goes = vec![words.delete_post.to_owned()];
    if post.comments > 0 {
        let one = post.comments == 1;
        let sentence = if one {
            words.one_comment
        } else {
            words.comments
        };
        goes.push(fill(sentence, &[&format::number(post.comments)]));
    }
    goes.extend(attachments.iter().map(|file| {
        let size = format::size(file.size);
        fill(words.delete_file, &[&file.file_name, &size])
    }));
    goes
}

async fn delete(
    State(app): State<App>,
    session: Session,
    frame: Frame,
    Id(id): Id,
    place: Place,
) -> Result {
    let post = match asked(&app, &frame, id).await? {
        Asked::May(post) => post,
        Asked::LoginFirst(login) => return Ok(login),
    };
    let mut tx = app.db.begin().await?;
    let deleted = deletion::delete(&mut tx, &[id]).await?;
    if deleted.posts.is_empty() {
        return Err(Error::NotFound);
    }
    tx.commit().await?;
    keep::remove(&app, &deleted.keys).await;
    let said = fill(frame.t.board.deleted, &[&post.title]);
    sessions::tell(&session, Message::new(Level::Success, said)).await?;
    Ok(page::see_other(&place.list()))
}
