//! The watch page: a video, what is said under it, what comes next; and the beacon that counts views.

use askama::Template;
use axum::{
    Extension, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use axum_extra::routing::RouterExt;
use serde::Deserialize;

use crate::{
    comments::{
        Subject,
        pages::{Discussion, place},
    },
    db::Time,
    markdown,
    state::App,
    videos::{
        Access, Visibility,
        pages::Card,
        playable,
        store::{self, Listed},
        views,
    },
    web::{
        client::Client,
        errors::{Error, Result},
        form::{Id, Query},
        frame::Frame,
        next, page, reader, text,
        viewer::Viewer,
    },
    words::fill,
};

/// Videos offered beside the player.
const UP_NEXT: i64 = 20;

/// The watch page and its beacon.
pub fn routes() -> Router<App> {
    Router::new()
        .route_with_tsr("/video/{id}/", get(watch))
        .route_with_tsr("/video/{id}/view/", post(view))
}

/// `GET /video/{id}/`
#[derive(Template)]
#[template(path = "videos/watch.html")]
pub struct WatchPage {
    /// The page's surroundings.
    pub frame: Frame,
    /// The video, as in lists.
    pub card: Card,
    /// Address of its bytes.
    pub source: String,
    /// The media type of the file.
    pub content_type: String,
    /// The `type` of each source element.
    pub types: Vec<String>,
    /// The sound that most browsers leave out, by name, and a media type to ask this one for it.
    pub silent: Option<(String, String)>,
    /// Whether some browsers do not play it.
    pub limited: bool,
    /// Captions, in the order they came.
    pub captions: Vec<Track>,
    /// Width and height in pixels, when known, so that nothing shifts.
    pub dimensions: Option<(i64, i64)>,
    /// Seconds to start at (`?t=`).
    pub start: u32,
    /// The description as safe HTML: escaped, links clickable, line breaks kept; empty when none.
    pub description: String,
    /// The description's first words as plain text, for metadata.
    pub summary: String,
    /// ISO 8601 duration (`PT4M5S`) for metadata, when known.
    pub iso_duration: Option<String>,
    /// Whether metadata for other sites (Open Graph, VideoObject) is given: public videos only.
    pub announced: bool,
    /// What to watch next.
    pub up_next: Vec<Card>,
    /// What is said under it.
    pub discussion: Discussion,
}

/// Captions as the player offers them.
pub struct Track {
    /// Address of the WebVTT.
    pub url: String,
    /// BCP 47.
    pub language: String,
    /// The language by its name.
    pub label: String,
    /// Whether they are shown unasked.
    pub is_default: bool,
}

impl WatchPage {
    /// The whole address of this page, without where it starts.
    fn address(&self) -> String {
        format!("{}/video/{}/", self.frame.origin, self.card.id)
    }

    fn no_sound(&self, name: &str) -> String {
        fill(self.frame.t.videos.no_sound, &[&name])
    }

    /// The file's address, with the start as a media fragment (Media Fragments URI 1.0 §4.2.1) so
    /// that `?t=` works without JavaScript too.
    fn source_at_start(&self) -> String {
        match self.start {
            0 => self.source.clone(),
            start => format!("{}#t={start}", self.source),
        }
    }
}

#[derive(Deserialize)]
struct WatchQuery {
    #[serde(default)]
    t: String,
    #[serde(default)]
    comments: String,
}

async fn watch(
    State(app): State<App>,
    frame: Frame,
    Id(id): Id,
    Query(asked): Query<WatchQuery>,
) -> Result {
    let path = frame.path.clone();
    let start = markdown::start(&asked.t);
    match shown(&app, frame, id, start, &asked.comments).await? {
        Shown::Page(page) => Ok(page),
        Shown::LoginFirst => Ok(page::found(&next::login_for("/login/", &path))),
    }
}

/// What a viewer gets at a video's address.
pub enum Shown {
    /// The watch page.
    Page(Response),
    /// The login, and the video after it.
    LoginFirst,
}

/// The watch page for the viewer of `frame`, from the second `start` on, with this page of comments
/// (the value of `?comments=`).
///
/// # Errors
/// [`Error::NotFound`] also for a video that this viewer may not know of.
pub async fn shown(app: &App, frame: Frame, id: i64, start: u32, comments: &str) -> Result<Shown> {
    let video = store::find(&app.db, id).await?.ok_or(Error::NotFound)?;
    match video.visibility.access(&frame.viewer) {
        Access::Allowed => {}
        Access::LoginNeeded => return Ok(Shown::LoginFirst),
        Access::Hidden => return Err(Error::NotFound),
    }
    let now = Time::now();
    let up_next = store::up_next(&app.db, &frame.viewer, id, UP_NEXT).await?;
    let up_next = up_next
        .into_iter()
        .map(|video| Card::new(&frame, video, now))
        .collect();
    let announced = video.visibility == Visibility::Public;
    let subject = Subject::Video(id);
    let times = place::times(video.file.duration);
    let address = subject.path();
    let discussion = Discussion::of(app, &frame, subject, &address, comments, times).await?;
    let names = frame.t.captions;
    let captions = store::captions::of_video(&app.db, id).await?;
    let captions = captions.into_iter().map(|caption| Track {
        url: format!("/media/{}", caption.key),
        label: names.name(&caption.language).to_owned(),
        language: caption.language,
        is_default: caption.is_default,
    });
    let page = WatchPage {
        captions: captions.collect(),
        source: format!("/media/{}", video.file.key),
        types: playable::source_types(&video.file),
        silent: playable::silent(&video.file).map(|(name, kind)| (name.to_owned(), kind)),
        limited: !playable::limits(&video.file).is_empty(),
        content_type: video.file.content_type,
        dimensions: video.file.width.zip(video.file.height),
        start,
        description: text::html(&video.description),
        summary: text::summary(&video.description, 160),
        iso_duration: video.file.duration.map(text::iso_duration),
        announced,
        up_next,
        discussion,
        card: Card::new(
            &frame,
            Listed {
                id: video.id,
                title: video.title,
                visibility: video.visibility,
                thumbnail: video.thumbnail,
                duration: video.file.duration,
                size: video.file.size,
                views: video.views,
                created_at: video.created_at,
            },
            now,
        ),
        frame,
    };
    let mut response = page::ok(&page)?;
    if !video.visibility.is_for_everybody() {
        page::forbid_storing(&mut response);
    }
    Ok(Shown::Page(response))
}

/// The beacon: 204 whether it counted or not, so that a script learns nothing from it.
async fn view(
    State(app): State<App>,
    viewer: Viewer,
    client: Option<Extension<Client>>,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<StatusCode> {
    let video = store::find(&app.db, id).await?.ok_or(Error::NotFound)?;
    if video.visibility.access(&viewer) != Access::Allowed {
        return Err(Error::NotFound);
    }
    if let Some(Extension(client)) = client
        && reader::by_a_person(&headers)
    {
        views::count(&app, id, &viewer, &client, &headers).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
