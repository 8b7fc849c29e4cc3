//! `GET /media/{key}`: who may have the bytes, and for how long a copy may be kept.

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Method},
    routing::get,
};

use super::{About, respond, respond::hand_over};
use crate::{
    board,
    ingest::{captions, keep, kept},
    state::App,
    storage::Key,
    videos::{self, Visibility},
    web::{
        access::Access,
        errors::{Error, Result},
        handoff::Handoff,
        next, page,
        preferences::Preferences,
        viewer::Viewer,
    },
};

/// A listed video's bytes never change under their key, so every cache may keep them. A day bounds
/// how long a shared cache still has what has been made private since.
const PUBLIC: HeaderValue = HeaderValue::from_static("public, max-age=86400, immutable");

/// Only those with the link have it, or it may be taken back: no shared cache keeps it.
const UNLISTED: HeaderValue = HeaderValue::from_static("private, max-age=86400, immutable");

/// Nothing of it stays on a computer that others use.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// What stands before a key in its address.
pub(super) const FOLDER: &str = "/media/";

/// The bytes of videos, thumbnails and attachments.
pub fn routes() -> Router<App> {
    Router::new().route(&format!("{FOLDER}{{key}}"), get(bytes))
}

/// What the row behind a key says.
pub(super) struct Known {
    pub(super) access: Access,
    content_type: Option<String>,
    cache_control: HeaderValue,
    download_name: Option<String>,
}

async fn bytes(
    State(app): State<App>,
    viewer: Viewer,
    axum::Extension(preferences): axum::Extension<Preferences>,
    method: Method,
    Path(key): Path<String>,
    headers: HeaderMap,
    handoff: Option<axum::Extension<Handoff>>,
) -> Result {
    let key = Key::parse(&key).ok_or(Error::NotFound)?;
    let known = known(&app, &viewer, &key).await?.ok_or(Error::NotFound)?;
    match known.access {
        Access::Allowed => {}
        Access::LoginNeeded => {
            return Ok(page::found(&next::login_for("/login/", preferences.path())));
        }
        Access::Hidden => return Err(Error::NotFound),
    }
    let handoff = handoff.map(|axum::Extension(handoff)| handoff);
    known.bytes(&app, key, &method, &headers, handoff).await
}

impl Known {
    /// What a video's row says.
    pub(super) fn video(known: videos::store::Bytes, viewer: &Viewer) -> Known {
        Known {
            access: known.visibility.access(viewer),
            cache_control: match known.visibility {
                Visibility::Public => PUBLIC,
                Visibility::Unlisted => UNLISTED,
                Visibility::Private | Visibility::Draft => PRIVATE,
            },
            download_name: match known.content_type.as_deref() {
                Some(videos::store::captions::CONTENT_TYPE) => {
                    known.file_name.as_deref().map(captions::as_kept)
                }
                _ => known.file_name,
            },
            content_type: known.content_type,
        }
    }

    /// The answer to whoever may have the bytes.
    pub(super) async fn bytes(
        self,
        app: &App,
        key: Key,
        method: &Method,
        headers: &HeaderMap,
        handoff: Option<Handoff>,
    ) -> Result {
        let file = app
            .storage
            .file(&key)
            .await
            .map_err(keep::failed)?
            .ok_or(Error::NotFound)?;
        let about = About {
            etag: key.as_str().to_owned(),
            modified: file.modified,
            content_type: content_type(self.content_type.as_deref(), &key),
            cache_control: self.cache_control,
            download_name: self.download_name,
            handoff,
        };
        if let Some(location) = &app.settings.x_accel_redirect {
            return Ok(hand_over(location, &about));
        }
        Ok(respond(method, headers, file, &about))
    }
}

/// Of a video, of a post, or of a post that its sender is still writing.
async fn known(app: &App, viewer: &Viewer, key: &Key) -> Result<Option<Known>> {
    if let Some(known) = videos::store::behind_key(&app.db, key).await? {
        return Ok(Some(Known::video(known, viewer)));
    }
    if let Some((attachment, standing)) = board::store::behind_key(&app.db, key).await? {
        return Ok(Some(Known {
            access: standing.access(viewer),
            content_type: Some(attachment.content_type),
            cache_control: if standing.is_hidden {
                PRIVATE
            } else {
                UNLISTED
            },
            download_name: Some(attachment.file_name),
        }));
    }
    let Some(sender) = viewer.id() else {
        return Ok(None);
    };
    let kept = kept::with_key(app, sender, board::FILES_FIELD, key).await?;
    Ok(kept.map(|kept| Known {
        access: Access::Allowed,
        content_type: Some(kept.file.content_type),
        cache_control: PRIVATE,
        download_name: Some(kept.file.file_name),
    }))
}

/// A file's type was found out when it came in; a thumbnail's extension was.
fn content_type(known: Option<&str>, key: &Key) -> HeaderValue {
    let guessed = mime_guess::from_path(key.as_str()).first_or_octet_stream();
    let name = known.unwrap_or(guessed.essence_str());
    HeaderValue::from_str(name).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}
