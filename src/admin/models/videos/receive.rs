//! The files of a video's form while they arrive, and what is wrong with them.

use axum::extract::{Multipart, Request, multipart::Field};

use crate::{
    ingest::{
        self, ImageKind, Probe, ProbeError, VideoKind, faststart,
        kept::{self, Kept},
        receive::{self, Refusal, last_part, named},
    },
    state::App,
    storage::Incoming,
    videos::store::File,
    web::{
        errors::{Error, Result},
        meter::Meter,
    },
    words::{Catalogue, Lang},
};

/// A video file on its way in.
pub(super) struct Video {
    pub incoming: Incoming,
    pub file_name: String,
    pub kind: VideoKind,
    pub probe: Probe,
}

impl Video {
    /// The same, with its index in front where it stood at the end.
    pub async fn fast(mut self, app: &App) -> Result<Video> {
        let fast = faststart::rewritten(&app.storage, self.incoming.path()).await;
        if let Some(fast) = fast.map_err(ingest::keep::failed)? {
            std::mem::replace(&mut self.incoming, fast).discard().await;
        }
        Ok(self)
    }

    /// Keeps it for `user` until it finds its row, with its index in front where it stood at the end.
    pub async fn keep(self, app: &App, user: i64) -> Result<Kept> {
        let Video {
            incoming,
            file_name,
            kind,
            probe,
        } = self.fast(app).await?;
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
        let describe = |key, size| File::plain(key, file_name, kind.content_type(), size);
        kept::keep(app, user, "thumbnail", incoming, kind.extension(), describe).await
    }
}

/// The largest thumbnail, in bytes: a page of the listing shows two dozen of them.
pub const THUMBNAIL_LIMIT: u64 = 10 << 20;

/// Bytes of a form besides its video: the thumbnail, texts, boundaries.
const FORM_SLACK: u64 = THUMBNAIL_LIMIT + (2 << 20);

/// The body as multipart: refused by its header when it is longer than any allowed upload.
pub(super) async fn multipart(app: &App, request: Request) -> Result<(Multipart, Meter)> {
    let limit = app.settings.max_upload_size;
    receive::multipart(app, request, limit, FORM_SLACK).await
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
    examined(incoming, &name, lang).await
}

/// What has arrived, if it is a video.
pub(super) async fn examined(
    incoming: Incoming,
    name: &str,
    lang: Lang,
) -> Result<std::result::Result<Video, Refusal>> {
    let words = lang.words().admin;
    if incoming.is_empty() {
        return Ok(Err(Refusal::NotTaken(words.file_empty.to_owned())));
    }
    Ok(match ingest::examine_video(incoming.path()).await {
        Ok((kind, probe)) => Ok(Video {
            incoming,
            file_name: named(name, "video", kind.extension()),
            kind,
            probe,
        }),
        Err(ProbeError::Io(error)) => return Err(Error::Internal(error.into())),
        Err(fault) => Err(Refusal::NotTaken(said_of(&fault, lang.words()).to_owned())),
    })
}

/// Why a file is not taken, to its sender.
pub fn said_of(fault: &ProbeError, words: &Catalogue) -> &'static str {
    let words = words.admin;
    match fault {
        ProbeError::CutShort => words.file_cut_short,
        ProbeError::NoIndex => words.file_without_index,
        ProbeError::NoVideo => words.file_without_picture,
        ProbeError::Malformed => words.file_damaged,
        ProbeError::NotAVideo | ProbeError::Io(_) => words.file_not_a_video,
    }
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

/// Streams a file of at most `limit` bytes to the disk; what is beyond that is read where the whole
/// request was not refused by its header.
async fn receive(
    app: &App,
    limit: u64,
    meter: &Meter,
    field: Field<'_>,
) -> Result<std::result::Result<Incoming, Refusal>> {
    let most = app.settings.max_upload_size.saturating_add(FORM_SLACK);
    receive::receive(app, limit, most, meter, field).await
}
