//! A video's forms: add, change, delete, and the page as others see it. What a handler decides is
//! here; what it writes is in `save`.

use axum::{
    Router,
    extract::{
        DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Path, Request, State,
        multipart::MultipartRejection,
    },
    http::{StatusCode, header},
    response::Response,
    routing::get,
};
use axum_extra::routing::RouterExt;
use tower_sessions::Session;

use super::{
    MODEL, codecs,
    page::{Conflict, Current, Filled, Typed, VideoDeletePage, VideoFormPage, as_member},
    receive::FORM_SLACK,
    save::{self, Outcome},
    upload::{After, VideoForm},
};
use crate::{
    accounts::{self, identify},
    admin::{
        AnyId, Filters, gone, log,
        meter::{Meter, metered},
        model::Verb,
        rights::Rights,
        site::sidebar,
    },
    ingest::kept,
    state::App,
    videos::{
        Visibility,
        store::{self, Video},
        text,
    },
    watch,
    web::{
        error_page::ErrorPage,
        errors::{Error, Result},
        frame::{Frame, Level, Message},
        page,
        preferences::Preferences,
        sessions,
        viewer::Viewer,
    },
    words::{fill, format},
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
            get(delete_form).post(delete),
        )
        .route_with_tsr("/admin/videos/video/{id}/view-as/{whom}/", get(view_as))
        .layer(DefaultBodyLimit::disable())
}

/// What every handler here holds.
#[derive(FromRequestParts)]
#[from_request(state(App))]
struct Desk {
    #[from_request(via(State))]
    app: App,
    session: Session,
    rights: Rights,
    filters: Filters,
    frame: Frame,
}

impl Desk {
    /// The video of an address; else the answer that leads back to the list.
    async fn video(&self, id: &AnyId) -> Result<std::result::Result<Video, Response>> {
        let found = match id.id {
            Some(id) => store::find(&self.app.db, id).await?,
            None => None,
        };
        Ok(match found {
            Some(video) => Ok(video),
            None => Err(self.gone(&id.written).await?),
        })
    }

    async fn gone(&self, id: impl std::fmt::Display) -> Result {
        let Desk {
            session,
            rights,
            frame,
            filters,
            ..
        } = self;
        gone(session, rights, frame, filters, &MODEL, id).await
    }

    fn list(&self) -> String {
        self.filters.list(&self.rights, &MODEL)
    }

    /// The page of one video, filters carried on.
    fn of(&self, id: i64, page: &str) -> String {
        self.filters.carried(&MODEL.object_address(id, page))
    }

    fn page(self, status: StatusCode, video: Option<&Video>, filled: Filled) -> Result {
        let Desk {
            app,
            rights,
            filters,
            frame,
            ..
        } = self;
        let shown = VideoFormPage::new(&app, &rights, frame, &filters, video, filled);
        page::html(status, &shown)
    }

    /// The form again, with everything typed and every file received.
    async fn again(self, video: Option<&Video>, form: VideoForm) -> Result {
        kept::trim(&self.app, self.rights.account.id).await?;
        let status = form.status;
        self.page(status, video, filled(form))
    }

    /// A sentence about a video on the next page; a link for who may see the video.
    async fn tell(&self, level: Level, sentence: &str, title: &str, id: Option<i64>) -> Result<()> {
        let text = fill(sentence, &[&text::summary(title, 60)]);
        let id = id.filter(|_| self.rights.may(Verb::View, &MODEL));
        let message = match id {
            Some(id) => Message::linked(level, text, MODEL.object_address(id, "change")),
            None => Message::new(level, text),
        };
        sessions::tell(&self.session, message).await
    }

    /// Where the pressed button leads.
    fn onward(&self, after: After, id: i64) -> Response {
        let add = self.rights.may(Verb::Add, &MODEL);
        let view = self.rights.may(Verb::View, &MODEL);
        page::see_other(&match after {
            After::Another if add => self.filters.carried(&format!("{}add/", MODEL.address())),
            After::Same if view => self.of(id, "change"),
            _ => self.list(),
        })
    }

    /// Whether the sender was signed out or lost this right while the form came in; it says so then.
    async fn refuses(&self, verb: Verb, form: &mut VideoForm) -> Result<bool> {
        let sender = self.rights.account.id;
        let viewer = identify::still(&self.app, &self.session).await?;
        let account = viewer.account().filter(|account| account.id == sender);
        let Some(account) = account else {
            let user = accounts::store::by_id(&self.app.db, sender).await?;
            let keep = user.is_some_and(|user| user.is_active);
            let sentence = self.frame.t.admin.ended_meanwhile;
            form.refuse(&self.app, sentence, keep).await;
            return Ok(true);
        };
        let may = account.is_staff && Rights::of(&self.app.db, account).await?.may(verb, &MODEL);
        if !may {
            let sentence = self.frame.t.errors.forbidden;
            form.refuse(&self.app, sentence, false).await;
        }
        Ok(!may)
    }

    async fn saved(&self, id: i64, form: &VideoForm, sentence: &str) -> Result {
        self.tell(Level::Success, sentence, &form.title, Some(id))
            .await?;
        let new = form
            .video
            .as_ref()
            .and_then(|kept| kept.file.codecs.as_deref());
        for warning in codecs::warnings(new.unwrap_or_default(), self.frame.t) {
            self.tell(Level::Warning, &warning, "", Some(id)).await?;
        }
        Ok(self.onward(form.after, id))
    }
}

fn filled(form: VideoForm) -> Filled {
    Filled {
        version: form.version.map(|version| version.0),
        typed: Typed {
            title: form.title,
            description: form.description,
            visibility: form.visibility,
        },
        kept: (form.video, form.thumbnail),
        clear_thumbnail: form.clear_thumbnail,
        errors: form.errors,
        conflict: None,
    }
}

async fn add_form(desk: Desk) -> Result {
    desk.rights.need(Verb::Add, &MODEL)?;
    desk.page(StatusCode::OK, None, Filled::fresh(None))
}

async fn add(desk: Desk, request: Request) -> Result {
    desk.rights.need(Verb::Add, &MODEL)?;
    let mut form = read(&desk, Visibility::Public, request).await?;
    if desk.refuses(Verb::Add, &mut form).await? {
        return desk.again(None, form).await;
    }
    if form.video.is_none() && !form.errors.on("video_file") {
        let missing = desk.frame.t.admin.file_missing;
        form.errors.add("video_file", missing);
    }
    if !form.errors.is_empty() {
        return desk.again(None, form).await;
    }
    let outcome = save::add(&desk.app, &desk.rights, &form).await;
    match settled(&desk.app, &form, outcome).await? {
        Outcome::Saved(id) => {
            let sentence = desk.frame.t.admin.added;
            desk.saved(id, &form, sentence).await
        }
        Outcome::Lost(field) => {
            form.lost(field, desk.frame.lang());
            desk.again(None, form).await
        }
        _ => Err(Error::Unprocessable),
    }
}

async fn change_form(desk: Desk, id: AnyId) -> Result {
    desk.rights.need(Verb::View, &MODEL)?;
    let video = match desk.video(&id).await? {
        Ok(video) => video,
        Err(gone) => return Ok(gone),
    };
    desk.page(StatusCode::OK, Some(&video), Filled::fresh(Some(&video)))
}

async fn change(desk: Desk, id: AnyId, request: Request) -> Result {
    desk.rights.need(Verb::Change, &MODEL)?;
    let video = match desk.video(&id).await? {
        Ok(video) => video,
        Err(gone) => return Ok(gone),
    };
    let mut form = read(&desk, video.visibility, request).await?;
    if desk.refuses(Verb::Change, &mut form).await? || !form.errors.is_empty() {
        return desk.again(Some(&video), form).await;
    }
    let words = desk.frame.t.admin;
    let outcome = save::change(&desk.app, &desk.rights, video.id, &form).await;
    match settled(&desk.app, &form, outcome).await? {
        Outcome::Saved(id) => desk.saved(id, &form, words.changed).await,
        Outcome::Unchanged => {
            desk.tell(Level::Success, words.unchanged, &form.title, Some(video.id))
                .await?;
            Ok(desk.onward(form.after, video.id))
        }
        Outcome::Stale => stale(desk, video.id, form).await,
        Outcome::Gone => desk.gone(video.id).await,
        Outcome::Lost(field) => {
            form.lost(field, desk.frame.lang());
            desk.again(Some(&video), form).await
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
    let Some(video) = store::find(&desk.app.db, id).await? else {
        form.discard(&desk.app).await;
        return desk.gone(id).await;
    };
    kept::trim(&desk.app, desk.rights.account.id).await?;
    let since = form.version.unwrap_or_default();
    let entries = log::since(&desk.app.db, &MODEL, id, since).await?;
    let mut filled = filled(form);
    filled.version = None;
    filled.conflict = Some(Conflict::new(&entries, &video, &filled.typed, &desk.frame));
    desk.page(StatusCode::CONFLICT, Some(&video), filled)
}

async fn delete_form(desk: Desk, id: AnyId) -> Result {
    desk.rights.need(Verb::Delete, &MODEL)?;
    let video = match desk.video(&id).await? {
        Ok(video) => video,
        Err(gone) => return Ok(gone),
    };
    let picture = match &video.thumbnail {
        Some(key) => desk.app.storage.file(key).await.ok().flatten(),
        None => None,
    };
    let size = picture.map(|picture| i64::try_from(picture.len).unwrap_or(i64::MAX));
    page::ok(&VideoDeletePage {
        sidebar: sidebar(&desk.rights, &desk.frame, Some(&MODEL)),
        list: desk.list(),
        change: if desk.rights.may(Verb::View, &MODEL) {
            desk.of(video.id, "change")
        } else {
            desk.list()
        },
        action: desk.of(video.id, "delete"),
        thumbnail_size: size.map(format::size),
        views: format::exact_views(desk.frame.lang(), video.views),
        current: Current::new(&video, &desk.frame),
        frame: desk.frame,
    })
}

async fn delete(desk: Desk, id: AnyId) -> Result {
    desk.rights.need(Verb::Delete, &MODEL)?;
    let title = match id.id {
        Some(id) => save::delete(&desk.app, &desk.rights, id).await?,
        None => None,
    };
    let Some(title) = title else {
        return desk.gone(&id.written).await;
    };
    desk.tell(Level::Success, desk.frame.t.admin.deleted, &title, None)
        .await?;
    Ok(page::see_other(&desk.list()))
}

/// The page exactly as somebody else gets it; a visitor who would be sent to the login gets that.
async fn view_as(
    State(app): State<App>,
    rights: Rights,
    Path((id, whom)): Path<(String, String)>,
    request: Request,
) -> Result {
    rights.need(Verb::View, &MODEL)?;
    let viewer = match whom.as_str() {
        "visitor" => Viewer::visitor(),
        "member" => as_member(&rights),
        _ => return Err(Error::NotFound),
    };
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let preferences = Preferences::of(request.extensions());
    let mut frame = Frame::new(&app, preferences, viewer);
    frame.path = format!("/video/{id}/");
    let login = accounts::pages::login_page;
    match watch::shown(&app, frame.clone(), id, 0, "").await {
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

async fn read(desk: &Desk, before: Visibility, request: Request) -> Result<VideoForm> {
    let parts = multipart(&desk.app, request).await?;
    let user = desk.rights.account.id;
    let read = VideoForm::read(&desk.app, user, desk.frame.lang(), before, parts).await;
    // Nothing can be kept for an account that was deleted meanwhile; that is no fault of ours.
    if read.is_err() && accounts::store::by_id(&desk.app.db, user).await?.is_none() {
        return Err(Error::Forbidden);
    }
    read
}

/// The body as multipart: refused by its header when it is longer than any allowed upload.
async fn multipart(app: &App, request: Request) -> Result<(Multipart, Meter)> {
    let limit = app.settings.max_upload_size;
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit.saturating_add(FORM_SLACK)) {
        return Err(Error::UploadTooLarge(limit));
    }
    let (head, body) = request.into_parts();
    let (body, meter) = metered(body);
    let parts = Multipart::from_request(Request::from_parts(head, body), app)
        .await
        .map_err(|rejection| match rejection {
            MultipartRejection::InvalidBoundary(_) => Error::Unsupported,
            _ => Error::BadRequest,
        })?;
    Ok((parts, meter))
}
