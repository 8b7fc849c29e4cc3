//! A video's forms: add and change. What a handler decides is here; what it reads is in `upload`,
//! what it writes in `save`, what it shows in `page`.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::StatusCode,
    response::Response,
    routing::get,
};
use axum_extra::routing::RouterExt;

use super::{
    MODEL, delete, facts,
    filled::{Conflict, Filled},
    jobs,
    page::{Beside, VideoFormPage},
    receive::multipart,
    save::{self, Outcome},
    upload::{After, VideoForm},
    view_as::view_as,
};
use crate::{
    accounts::{self, identify},
    admin::{AnyId, Desk, log, model::Verb, rights::Rights},
    ingest::{self, kept},
    state::App,
    videos::{
        Visibility,
        store::{self, Video, captions::Caption},
    },
    web::{
        errors::{Error, Result},
        frame::{Level, Message},
        held::Held,
        page, sessions, text,
    },
    words::fill,
};

/// The forms' addresses.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route_with_tsr("/admin/videos/video/add/", get(add_form).post(add))
        .route_with_tsr(
            "/admin/videos/video/{id}/change/",
            get(change_form).post(change),
        )
        .route_with_tsr(
            "/admin/videos/video/{id}/delete/",
            get(delete::delete_form).post(delete::delete),
        )
        // A login in between leads here by GET.
        .route_with_tsr(
            "/admin/videos/video/{id}/jobs/",
            get(change_form).post(jobs::ask),
        )
        .route_with_tsr("/admin/videos/video/{id}/view-as/{whom}/", get(view_as))
        .layer(DefaultBodyLimit::disable())
}

/// The video of an address; else the answer that leads back to the list.
pub(super) async fn found(desk: &Desk, id: &AnyId) -> Result<std::result::Result<Video, Response>> {
    let found = match id.id {
        Some(id) => store::find(&desk.app().db, id).await?,
        None => None,
    };
    Ok(match found {
        Some(video) => Ok(video),
        None => Err(desk.gone(&MODEL, &id.written).await?),
    })
}

async fn add_form(desk: Desk, Held(held): Held) -> Result {
    desk.rights.need(Verb::Add, &MODEL)?;
    let filled = Filled::of(&desk, None, held).await?;
    shown(desk, StatusCode::OK, None, filled).await
}

async fn add(desk: Desk, request: Request) -> Result {
    desk.rights.need(Verb::Add, &MODEL)?;
    let mut form = read(&desk, None, request).await?;
    if refuses(&desk, Verb::Add, &mut form).await? {
        return again(desk, None, form).await;
    }
    if let Some(id) = form.became {
        return already(&desk, id, &form).await;
    }
    if form.video.is_none() && !form.errors.on("video_file") {
        let missing = desk.frame.t.admin.file_missing;
        form.errors.add("video_file", missing);
    }
    if !form.errors.is_empty() {
        return again(desk, None, form).await;
    }
    let outcome = save::add(desk.app(), &desk.rights, &form).await;
    match settled(desk.app(), &form, outcome).await? {
        Outcome::Saved(id) => {
            let sentence = desk.frame.t.admin.added;
            saved(&desk, id, &form, sentence).await
        }
        Outcome::Lost(field) => {
            // The same form, sent before, was quicker.
            if let Some(file) = form.video.as_ref().filter(|_| field == "video_file")
                && let Some(id) = kept::video_of(desk.app(), sender(&desk), &file.token).await?
            {
                return already(&desk, id, &form).await;
            }
            form.lost(field, desk.frame.lang());
            again(desk, None, form).await
        }
        _ => Err(Error::Unprocessable),
    }
}

/// The answer to a form that is sent again, because the one before it was lost on its way: nothing is
/// added twice. What was typed since then is not saved, and that is said.
async fn already(desk: &Desk, id: i64, form: &VideoForm) -> Result {
    form.discard(desk.app()).await;
    let Some(video) = store::find(&desk.app().db, id).await? else {
        return desk.gone(&MODEL, id).await;
    };
    let words = desk.frame.t.admin;
    let object = (video.title.as_str(), Some(id));
    told(desk, Level::Success, words.added_before, object).await?;
    let same = (&video.title, &video.description, video.visibility)
        == (&form.title, &form.description, form.visibility);
    if same {
        return Ok(onward(desk, form.after, id));
    }
    told(desk, Level::Warning, words.added_before_typed, object).await?;
    Ok(onward(desk, After::Same, id))
}

fn sender(desk: &Desk) -> i64 {
    desk.rights.account.id
}

async fn change_form(desk: Desk, id: AnyId, Held(held): Held) -> Result {
    desk.rights.need(Verb::View, &MODEL)?;
    let video = match found(&desk, &id).await? {
        Ok(video) => video,
        Err(gone) => return Ok(gone),
    };
    let held = held.filter(|_| desk.rights.may(Verb::Change, &MODEL));
    let filled = Filled::of(&desk, Some(&video), held).await?;
    shown(desk, StatusCode::OK, Some(&video), filled).await
}

async fn change(desk: Desk, id: AnyId, request: Request) -> Result {
    desk.rights.need(Verb::Change, &MODEL)?;
    let video = match found(&desk, &id).await? {
        Ok(video) => video,
        Err(gone) => return Ok(gone),
    };
    let mut form = read(&desk, Some(&video), request).await?;
    if form.became.is_some_and(|id| id != video.id) {
        form.lost("video_file", desk.frame.lang());
    }
    if refuses(&desk, Verb::Change, &mut form).await? || !form.errors.is_empty() {
        return again(desk, Some(&video), form).await;
    }
    let words = desk.frame.t.admin;
    let outcome = save::change(desk.app(), &desk.rights, video.id, &form).await;
    match settled(desk.app(), &form, outcome).await? {
        Outcome::Saved(id) => saved(&desk, id, &form, words.changed).await,
        Outcome::Unchanged => {
            told(
                &desk,
                Level::Success,
                words.unchanged,
                (&form.title, Some(video.id)),
            )
            .await?;
            Ok(onward(&desk, form.after, video.id))
        }
        Outcome::Stale => stale(desk, video.id, form).await,
        Outcome::Gone => desk.gone(&MODEL, video.id).await,
        Outcome::Lost(field) => {
            form.lost(field, desk.frame.lang());
            again(desk, Some(&video), form).await
        }
    }
}

/// After a fault, or when the video is gone, no form is shown: then received files go at once.
async fn settled(app: &App, form: &VideoForm, outcome: Result<Outcome>) -> Result<Outcome> {
    if matches!(outcome, Err(_) | Ok(Outcome::Gone)) {
        form.discard(app).await;
    }
    outcome
}

/// 409: the form again, with what somebody else changed since it was made. Sent once more it is
/// saved, since it knows of that now.
async fn stale(desk: Desk, id: i64, form: VideoForm) -> Result {
    let Some(video) = store::find(&desk.app().db, id).await? else {
        form.discard(desk.app()).await;
        return desk.gone(&MODEL, id).await;
    };
    kept::trim(desk.app(), desk.rights.account.id).await?;
    let since = form.version.unwrap_or_default();
    let entries = log::since(&desk.app().db, &MODEL, id, since).await?;
    let mut filled = Filled::again(form);
    filled.version = None;
    filled.conflict = Some(Conflict::new(&entries, &video, &filled.typed, &desk.frame));
    shown(desk, StatusCode::CONFLICT, Some(&video), filled).await
}

async fn read(desk: &Desk, video: Option<&Video>, request: Request) -> Result<VideoForm> {
    let before = video.map_or(Visibility::Public, |video| video.visibility);
    let parts = multipart(desk.app(), request).await?;
    let user = sender(desk);
    let lang = desk.frame.lang();
    let read = VideoForm::read(desk.app(), user, lang, before, parts).await;
    // Nothing can be kept for an account that was deleted meanwhile; that is no fault of ours.
    if read.is_err()
        && accounts::store::by_id(&desk.app().db, user)
            .await?
            .is_none()
    {
        return Err(Error::Forbidden);
    }
    let mut form = read?;
    let stored = captions_of(desk, video).await?;
    form.check_captions(&stored, lang);
    Ok(form)
}

/// Whether the sender was signed out or lost this right while the form came in; it says so then.
async fn refuses(desk: &Desk, verb: Verb, form: &mut VideoForm) -> Result<bool> {
    let (app, words) = (desk.app(), desk.frame.t);
    let sender = desk.rights.account.id;
    let viewer = identify::still(app, &desk.visit.session).await?;
    let account = viewer.account().filter(|account| account.id == sender);
    let Some(account) = account else {
        let user = accounts::store::by_id(&app.db, sender).await?;
        let keep = user.is_some_and(|user| user.is_active);
        form.refuse(app, words.admin.ended_meanwhile, keep).await;
        return Ok(true);
    };
    let may = account.is_staff && Rights::of(&app.db, account).await?.may(verb, &MODEL);
    if !may {
        form.refuse(app, words.errors.forbidden, false).await;
    }
    Ok(!may)
}

/// The form again, with everything typed and every file received.
async fn again(desk: Desk, video: Option<&Video>, form: VideoForm) -> Result {
    kept::trim(desk.app(), desk.rights.account.id).await?;
    let status = form.status;
    shown(desk, status, video, Filled::again(form)).await
}

async fn shown(desk: Desk, status: StatusCode, video: Option<&Video>, filled: Filled) -> Result {
    let mut beside = Beside {
        captions: captions_of(&desk, video).await?,
        jobs: Vec::new(),
    };
    if let Some(video) = video {
        beside.jobs = ingest::jobs::of_video(&desk.app().db, video.id).await?;
    }
    page::html(status, &VideoFormPage::new(desk, video, &beside, filled))
}

async fn captions_of(desk: &Desk, video: Option<&Video>) -> Result<Vec<Caption>> {
    Ok(match video {
        Some(video) => store::captions::of_video(&desk.app().db, video.id).await?,
        None => Vec::new(),
    })
}

async fn saved(desk: &Desk, id: i64, form: &VideoForm, sentence: &str) -> Result {
    let object = (form.title.as_str(), Some(id));
    told(desk, Level::Success, sentence, object).await?;
    if let Some(new) = &form.video {
        let words = desk.frame.t.facts;
        let advice = if jobs::will_become_mp4(desk.app(), &new.file) {
            desk.frame.t.jobs.begun
        } else {
            words.export
        };
        for warning in facts::warnings(&new.file, words) {
            let warning = format!("{warning} {advice}");
            told(desk, Level::Warning, &warning, ("", None)).await?;
        }
    }
    Ok(onward(desk, form.after, id))
}

/// A sentence about a video, by its title, on the next page; a link for who may see the video.
pub(super) async fn told(
    desk: &Desk,
    level: Level,
    sentence: &str,
    (title, id): (&str, Option<i64>),
) -> Result<()> {
    let title = text::summary(title, 60);
    let text = fill(sentence, &[&title]);
    let message = match id.and_then(|id| desk.rights.link(&MODEL, id)) {
        Some(url) => Message::linked(level, text, &title, url),
        None => Message::new(level, text),
    };
    sessions::tell(&desk.visit.session, message).await
}

/// Where the pressed button leads.
fn onward(desk: &Desk, after: After, id: i64) -> Response {
    let add = desk.rights.may(Verb::Add, &MODEL);
    let view = desk.rights.may(Verb::View, &MODEL);
    page::see_other(&match after {
        After::Another if add => desk.add(&MODEL),
        After::Same if view => desk.page_of(&MODEL, id, "change"),
        _ => desk.list(&MODEL),
    })
}
