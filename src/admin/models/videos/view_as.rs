//! A video's page as a visitor or a member gets it.

use axum::extract::{Path, Request};

use super::{MODEL, form::found};
use crate::{
    accounts,
    admin::{AnyId, Desk, model::Verb, rights::Rights},
    videos::{Access, store::Video},
    watch,
    web::{
        error_page::ErrorPage,
        errors::{Error, Result},
        frame::Frame,
        page,
        preferences::Preferences,
        sessions,
        viewer::Viewer,
    },
};

/// A way to look at the page as somebody else.
pub struct ViewAs {
    /// Where it is.
    pub url: String,
    /// "방문자로 보기".
    pub word: &'static str,
    /// What they get: the page, the login, or nothing.
    pub outcome: &'static str,
}

/// The two who can be looked at the page as, and what each gets.
pub fn ways(video: &Video, rights: &Rights, frame: &Frame) -> Vec<ViewAs> {
    let words = frame.t.admin;
    let both = [
        ("visitor", words.view_as_visitor, Viewer::visitor()),
        ("member", words.view_as_member, as_member(rights)),
    ];
    let all = both.into_iter().map(|(name, word, viewer)| ViewAs {
        url: MODEL.object_address(video.id, &format!("view-as/{name}")),
        word,
        outcome: match video.visibility.access(&viewer) {
            Access::Allowed => words.sees_video,
            Access::LoginNeeded => words.sees_login,
            Access::Hidden => words.sees_nothing,
        },
    });
    all.collect()
}

/// The viewer themselves without any rights.
fn as_member(rights: &Rights) -> Viewer {
    let mut account = rights.account.clone();
    account.is_staff = false;
    account.is_superuser = false;
    Viewer::signed_in(account)
}

/// The page exactly as somebody else gets it; a visitor who would be sent to the login gets that.
pub(super) async fn view_as(
    desk: Desk,
    Path((id, whom)): Path<(String, String)>,
    request: Request,
) -> Result {
    desk.rights.need(Verb::View, &MODEL)?;
    let viewer = match whom.as_str() {
        "visitor" => Viewer::visitor(),
        "member" => as_member(&desk.rights),
        _ => return Err(Error::NotFound),
    };
    let video = match found(&desk, &AnyId::read(&id)).await? {
        Ok(video) => video,
        Err(gone) => return Ok(gone),
    };
    // What waits to be told is not told on somebody else's page.
    let waiting = desk.frame.messages.clone();
    sessions::tell_again(&desk.visit.session, waiting).await?;
    let preferences = Preferences::of(request.extensions());
    let mut frame = Frame::new(desk.app(), preferences, viewer);
    frame.path = format!("/video/{}/", video.id);
    let login = accounts::pages::login_page;
    match watch::shown(desk.app(), frame.clone(), video.id, 0, "").await {
        Ok(watch::Shown::Page(page)) => Ok(page),
        Ok(watch::Shown::LoginFirst) => login(frame),
        Err(error) => page_of(frame, &error),
    }
}

/// An error as its page, in the frame of whoever would see it.
fn page_of(frame: Frame, error: &Error) -> Result {
    let (title, sentence) = error.words(frame.t);
    let shown = ErrorPage {
        status: error.status().as_u16(),
        title: title.to_owned(),
        sentence,
        request_id: None,
        frame,
    };
    page::html(error.status(), &shown)
}
