//! The files of a video's form while they arrive, and what is wrong with them.

mod captions;

use axum::extract::{Multipart, Request, multipart::Field};

pub(super) use captions::{Caption, caption};

use crate::{
    ingest::{
        self, ImageKind, Probe, ProbeError, VideoKind, faststart,
        kept::{self, Kept},
        picture::{self, PictureError},
        receive::{self, Arrival, Refusal, last_part, named},
    },
    state::App,
    storage::{Incoming, is_full},
    videos::store::File,
    web::errors::{Error, Result},
    words::{Catalogue, Lang, fill, format},
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
            self.probe.starts_fast = Some(true);
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
        let describe = |key, size| probe.described(kind, key, file_name, size);
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

/// A picture on its way in, in the sizes it is kept in.
pub(super) struct Picture {
    pub large: Incoming,
    pub small: Option<Incoming>,
    pub file_name: String,
    pub size: (u32, u32),
}

impl Picture {
    /// Keeps it for `user` until it finds its row.
    pub async fn keep(self, app: &App, user: i64) -> Result<Kept> {
        let Picture {
            large,
            small,
            file_name,
            size: (width, height),
        } = self;
        let kind = ImageKind::Jpeg;
        let describe = |key, size| File {
            width: Some(width.into()),
            height: Some(height.into()),
            ..File::plain(key, file_name, kind.content_type(), size)
        };
        let both = (large, small);
        kept::keep_both(app, user, "thumbnail", both, kind.extension(), describe).await
    }
}

/// The largest thumbnail, in bytes: a page of the listing shows two dozen of them.
pub const THUMBNAIL_LIMIT: u64 = 10 << 20;

/// The unit in which people are told how many pixels a picture may have.
pub(super) const MEGAPIXEL: u64 = 1_000_000;

/// Bytes of a form besides its video: the thumbnail, captions, texts, boundaries.
const FORM_SLACK: u64 =
    THUMBNAIL_LIMIT + ingest::captions::MOST as u64 * ingest::captions::LIMIT + (2 << 20);

/// The body as multipart: refused by its header when it is longer than any allowed upload.
pub(super) async fn multipart(app: &App, request: Request) -> Result<(Multipart, Arrival)> {
    let limit = app.settings.max_upload_size;
    receive::multipart(app, request, limit, FORM_SLACK).await
}

pub(super) async fn video(
    app: &App,
    lang: Lang,
    arrival: &Arrival,
    field: Field<'_>,
) -> Result<std::result::Result<Video, Refusal>> {
    let name = last_part(&field);
    let limit = app.settings.max_upload_size;
    let incoming = match receive(app, limit, arrival, field).await? {
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
    arrival: &Arrival,
    field: Field<'_>,
) -> Result<std::result::Result<Picture, Refusal>> {
    let name = last_part(&field);
    let limit = THUMBNAIL_LIMIT.min(app.settings.max_upload_size);
    let incoming = match receive(app, limit, arrival, field).await? {
        Ok(incoming) => incoming,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let words = lang.words().admin;
    if incoming.is_empty() {
        return Ok(Err(Refusal::NotTaken(words.file_empty.to_owned())));
    }
    let scaled = match picture::scaled(incoming.path()).await {
        Ok(scaled) => scaled,
        Err(PictureError::Io(error)) => return Err(ingest::keep::failed(error)),
        Err(fault) => {
            return Ok(Err(Refusal::NotTaken(match fault {
                PictureError::TooLarge(width, height, most) => {
                    let [width, height] = [width, height].map(|side| format::number(side.into()));
                    let most = most / MEGAPIXEL;
                    fill(words.picture_too_large, &[&width, &height, &most])
                }
                PictureError::Damaged => words.picture_damaged.to_owned(),
                PictureError::NotAPicture | PictureError::Io(_) => words.not_a_picture.to_owned(),
            })));
        }
    };
    Ok(match scaled.received(&app.storage).await {
        Ok((large, small)) => Ok(Picture {
            large,
            small,
            file_name: named(&name, "thumbnail", ImageKind::Jpeg.extension()),
            size: (scaled.width, scaled.height),
        }),
        Err(error) if is_full(&error) => Err(Refusal::NoRoom(Error::Full)),
        Err(error) => return Err(Error::Internal(error.into())),
    })
}

/// Streams a file of at most `limit` bytes to the disk; what is beyond that is read where the whole
/// request was not refused by its header.
async fn receive(
    app: &App,
    limit: u64,
    arrival: &Arrival,
    field: Field<'_>,
) -> Result<std::result::Result<Incoming, Refusal>> {
    let most = app.settings.max_upload_size.saturating_add(FORM_SLACK);
    receive::receive(app, limit, most, arrival, field).await
}
