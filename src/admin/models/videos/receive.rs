//! The fields of a video's form while they arrive: its files straight to the disk, and what is wrong
//! with them.

use axum::extract::multipart::Field;

use crate::{
    ingest::{
        self, ImageKind, Probe, ProbeError, VideoKind,
        receive::{Refusal, last_part, named, receive},
    },
    state::App,
    storage::Incoming,
    web::{
        errors::{Error, Result},
        meter::Meter,
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

/// A picture on its way in.
pub(super) struct Picture {
    pub incoming: Incoming,
    pub file_name: String,
    pub kind: ImageKind,
}

/// The largest thumbnail, in bytes: a page of the listing shows two dozen of them.
pub const THUMBNAIL_LIMIT: u64 = 10 << 20;

/// Bytes of a form besides its video: the thumbnail, texts, boundaries.
pub(super) const FORM_SLACK: u64 = THUMBNAIL_LIMIT + (2 << 20);

pub(super) async fn video(
    app: &App,
    lang: Lang,
    meter: &Meter,
    field: Field<'_>,
) -> Result<std::result::Result<Video, Refusal>> {
    let name = last_part(&field);
    let limit = app.settings.max_upload_size;
    let incoming = match receive(app, limit, most(app), meter, field).await? {
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
    let incoming = match receive(app, limit, most(app), meter, field).await? {
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

/// Where a request would have been refused by its header.
fn most(app: &App) -> u64 {
    app.settings.max_upload_size.saturating_add(FORM_SLACK)
}
