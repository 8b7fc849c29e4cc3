//! The fields of a video's form while they arrive: texts into memory, files straight to the disk, and
//! what is wrong with a file.

use axum::{
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError, MultipartRejection},
    },
    http::header,
};
use tower_http::timeout::TimeoutError;

use crate::{
    admin::meter::{Endless, Meter, metered},
    ingest::{self, ImageKind, Probe, ProbeError, VideoKind, kept, kept::Kept},
    state::App,
    storage::{Incoming, is_full},
    videos::{store::File, text},
    web::{
        errors::{Error, Result},
        form::has_source,
    },
    words::Lang,
};

/// A video file on its way in.
pub(super) struct Video {
    pub incoming: Incoming,
    pub file_name: String,
    pub kind: VideoKind,
    pub probe: Probe,
}

impl Video {
    /// Keeps it for `user` until it finds its row.
    pub async fn keep(self, app: &App, user: i64) -> Result<Kept> {
        let Video {
            incoming,
            file_name,
            kind,
            probe,
        } = self;
        let describe = |key, size| File {
            key,
            file_name,
            content_type: kind.content_type().to_owned(),
            size,
            duration: probe.duration_ms,
            width: probe.width,
            height: probe.height,
            codecs: probe.codecs,
        };
        kept::keep(
            app,
            user,
            "video_file",
            incoming,
            kind.extension(),
            describe,
        )
        .await
    }
}

/// A picture on its way in.
pub(super) struct Picture {
    pub incoming: Incoming,
    pub file_name: String,
    pub kind: ImageKind,
}

impl Picture {
    /// Keeps it for `user` until it finds its row.
    pub async fn keep(self, app: &App, user: i64) -> Result<Kept> {
        let Picture {
            incoming,
            file_name,
            kind,
        } = self;
        let describe = |key, size| File {
            key,
            file_name,
            content_type: kind.content_type().to_owned(),
            size,
            duration: None,
            width: None,
            height: None,
            codecs: None,
        };
        kept::keep(app, user, "thumbnail", incoming, kind.extension(), describe).await
    }
}

/// The largest thumbnail, in bytes: a page of the listing shows two dozen of them.
pub const THUMBNAIL_LIMIT: u64 = 10 << 20;

/// Bytes of a form besides its video: the thumbnail, texts, boundaries.
const FORM_SLACK: u64 = THUMBNAIL_LIMIT + (2 << 20);

/// Why a file was not taken.
pub(super) enum Refusal {
    TooLarge(u64),
    NotTaken(String),
    Full,
}

/// The body as multipart: refused by its header when it is longer than any allowed upload.
pub(super) async fn multipart(app: &App, request: Request) -> Result<(Multipart, Meter)> {
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

/// A file field without a file has an empty name.
pub(super) fn is_chosen(field: &Field<'_>) -> bool {
    field.file_name().is_some_and(|name| !name.is_empty())
}

/// Only the last part of the name, as some browsers send a whole path.
fn last_part(field: &Field<'_>) -> String {
    let name = field.file_name().unwrap_or_default();
    text::tidy(name.rsplit(['/', '\\']).next().unwrap_or_default())
}

/// A file's name in at most 255 characters with its ending kept, or one made for it.
fn named(name: &str, alone: &str, extension: &str) -> String {
    const LONGEST: usize = 255;
    if name.is_empty() {
        return format!("{alone}.{extension}");
    }
    let length = name.chars().count();
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if length > LONGEST && ending.len() < 20 => (stem, ending),
        _ => return name.chars().take(LONGEST).collect(),
    };
    let stem: String = stem.chars().take(LONGEST - 1 - ending.len()).collect();
    format!("{stem}.{ending}")
}

/// A text field; all of them together at most `room` bytes.
pub(super) async fn typed(mut field: Field<'_>, meter: &Meter, room: &mut usize) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        meter.got();
        *room = room.checked_sub(chunk.len()).ok_or(Error::TooLarge)?;
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Error::BadRequest)
}

pub(super) async fn video(
    app: &App,
    lang: Lang,
    meter: &Meter,
    field: Field<'_>,
) -> Result<std::result::Result<Video, Refusal>> {
    let name = last_part(&field);
    let limit = app.settings.max_upload_size;
    let incoming = match receive(app, limit, meter, field).await? {
        Ok(incoming) => incoming,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let words = lang.words().admin;
    if incoming.is_empty() {
        return Ok(Err(Refusal::NotTaken(words.file_empty.to_owned())));
    }
    Ok(match ingest::examine_video(incoming.path()).await {
        Ok((kind, probe)) => Ok(Video {
            incoming,
            file_name: named(&name, "video", kind.extension()),
            kind,
            probe,
        }),
        Err(ProbeError::Io(error)) => return Err(Error::Internal(error.into())),
        Err(fault) => Err(Refusal::NotTaken(
            match fault {
                ProbeError::CutShort => words.file_cut_short,
                ProbeError::NoIndex => words.file_without_index,
                ProbeError::NoVideo => words.file_without_picture,
                ProbeError::Malformed => words.file_damaged,
                ProbeError::NotAVideo | ProbeError::Io(_) => words.file_not_a_video,
            }
            .to_owned(),
        )),
    })
}

pub(super) async fn picture(
    app: &App,
    lang: Lang,
    meter: &Meter,
    field: Field<'_>,
) -> Result<std::result::Result<Picture, Refusal>> {
    let name = last_part(&field);
    let limit = THUMBNAIL_LIMIT.min(app.settings.max_upload_size);
    let incoming = match receive(app, limit, meter, field).await? {
        Ok(incoming) => incoming,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let words = lang.words().admin;
    if incoming.is_empty() {
        return Ok(Err(Refusal::NotTaken(words.file_empty.to_owned())));
    }
    let examined = ingest::examine_picture(incoming.path())
        .await
        .map_err(ingest::keep::failed)?;
    Ok(match examined {
        Some(kind) => Ok(Picture {
            incoming,
            file_name: named(&name, "thumbnail", kind.extension()),
            kind,
        }),
        None => Err(Refusal::NotTaken(words.not_a_picture.to_owned())),
    })
}

/// Streams a file to the disk. Once it is refused the rest is read and thrown away: a browser reads
/// no answer before it has sent everything, and so the form comes back with what was typed. That ends
/// where a request would have been refused by its header.
async fn receive(
    app: &App,
    limit: u64,
    meter: &Meter,
    mut field: Field<'_>,
) -> Result<std::result::Result<Incoming, Refusal>> {
    let most = app.settings.max_upload_size.saturating_add(FORM_SLACK);
    let mut read: u64 = 0;
    let mut state = match app.storage.receive().await {
        Ok(incoming) => Ok(incoming),
        Err(error) => Err(refused(error)?),
    };
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        meter.got();
        read += chunk.len() as u64;
        if read > most {
            return Err(Error::UploadTooLarge(limit));
        }
        if read > limit && state.is_ok() {
            state = Err(Refusal::TooLarge(limit));
        }
        if let Ok(incoming) = &mut state
            && let Err(error) = incoming.write(&chunk).await
        {
            state = Err(refused(error)?);
        }
    }
    if let Ok(incoming) = &mut state
        && let Err(error) = incoming.flush().await
    {
        state = Err(refused(error)?);
    }
    Ok(state)
}

fn refused(error: std::io::Error) -> Result<Refusal> {
    if is_full(&error) {
        Ok(Refusal::Full)
    } else {
        Err(Error::Internal(error.into()))
    }
}

/// A body that ended early, stalled, never came to an end, or is no multipart.
pub(super) fn broken(error: MultipartError) -> Error {
    if has_source::<TimeoutError>(&error) {
        Error::Timeout
    } else if has_source::<Endless>(&error) {
        Error::TooLarge
    } else {
        Error::BadRequest
    }
}
