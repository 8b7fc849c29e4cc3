//! `GET /media/{key}`: who may have the bytes, and for how long a copy may be kept.

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Method},
    routing::get,
};

use super::{
    About, disposition,
    respond::{self, hand_over, respond},
};
use crate::{
    board,
    ingest::{captions, keep, kept},
    state::App,
    storage::Key,
    videos::{self, Visibility},
    web::{
        access::Access,
        errors::{Error, Result},
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
    content_type: HeaderValue,
    cache_control: HeaderValue,
    disposition: HeaderValue,
}

async fn bytes(
    State(app): State<App>,
    viewer: Viewer,
    axum::Extension(preferences): axum::Extension<Preferences>,
    method: Method,
    Path(key): Path<String>,
    headers: HeaderMap,
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
    let answer = known.bytes(&app, &key, &method, &headers).await?;
    Ok(answer.map(Body::from))
}

impl Known {
    fn new(
        key: &Key,
        access: Access,
        cache_control: HeaderValue,
        content_type: Option<&str>,
        name: Option<&str>,
    ) -> Known {
        // A file's type was found out when it came in; a thumbnail's extension was.
        let guessed = mime_guess::from_path(key.as_str()).first_or_octet_stream();
        let content_type = content_type.unwrap_or(guessed.essence_str());
        let content_type = HeaderValue::from_str(content_type)
            .unwrap_or(HeaderValue::from_static("application/octet-stream"));
        Known {
            access,
            cache_control,
            // Saved, where the value is not even text.
            disposition: disposition::of(content_type.to_str().unwrap_or_default(), name),
            content_type,
        }
    }

    /// What a video's row says.
    pub(super) fn video(key: &Key, known: videos::store::Bytes, viewer: &Viewer) -> Known {
        let cache_control = match known.visibility {
            Visibility::Public => PUBLIC,
            Visibility::Unlisted => UNLISTED,
            Visibility::Private | Visibility::Draft => PRIVATE,
        };
        let content_type = known.content_type.as_deref();
        let name = match content_type {
            Some(videos::store::captions::CONTENT_TYPE) => {
                known.file_name.as_deref().map(captions::as_kept)
            }
            _ => known.file_name,
        };
        let access = known.visibility.access(viewer);
        Known::new(key, access, cache_control, content_type, name.as_deref())
    }

    /// The answer to whoever may have the bytes.
    pub(super) async fn bytes(
        &self,
        app: &App,
        key: &Key,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<respond::Response> {
        let file = app
            .storage
            .file(key)
            .await
            .map_err(keep::failed)?
            .ok_or(Error::NotFound)?;
        let about = About {
            etag: key.as_str(),
            modified: file.modified,
            content_type: &self.content_type,
            cache_control: &self.cache_control,
            disposition: &self.disposition,
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
        return Ok(Some(Known::video(key, known, viewer)));
    }
    if let Some((attachment, standing)) = board::store::behind_key(&app.db, key).await? {
        let cache_control = if standing.is_hidden {
            PRIVATE
        } else {
            UNLISTED
        };
        return Ok(Some(Known::new(
            key,
            standing.access(viewer),
            cache_control,
            Some(&attachment.content_type),
            Some(&attachment.file_name),
        )));
    }
    let Some(sender) = viewer.id() else {
        return Ok(None);
    };
    let kept = kept::with_key(app, sender, board::FILES_FIELD, key).await?;
    Ok(kept.map(|kept| {
        let file = kept.file;
        let (content_type, name) = (Some(&*file.content_type), Some(&*file.file_name));
        Known::new(key, Access::Allowed, PRIVATE, content_type, name)
    }))
}
