//! A picture out of a film, for a video that has none. What ffmpeg gives is taken as an uploaded picture is: decoded
//! and made small in Rust.

use std::{iter, path::Path};

use super::{
    Failed, Fault,
    store::{self, Task},
    worker::Worker,
};
use crate::{
    db::Time,
    ingest::{
        self, ImageKind, ProbeError, keep,
        picture::{self, PictureError, Scaled},
    },
    state::App,
    storage::Token,
    videos::store::{Thumbnail, Video, find_in, replace_thumbnail},
    web::errors::{Error, Result},
};

/// The most bytes that one frame may come as, as an uploaded picture.
const MOST: &str = "10485760";

/// Square pixels, and no more of them than are kept.
const SCALE: &str = "setpts=0,scale=w=iw*sar:h=ih,setsar=1,scale=w=min(1280\\,iw):h=-2";

/// A picture that was made.
pub(super) struct Picture(Scaled);

/// Takes a frame from the first tenth of the film, past the titles; or else the first there is.
pub(super) async fn make(
    worker: &Worker,
    video: &Video,
    path: &Path,
) -> Result<std::result::Result<Picture, Failed>> {
    let kind = match ingest::examine_video(path).await {
        Ok((kind, _)) => kind,
        Err(ProbeError::Io(error)) => return Err(keep::failed(error)),
        Err(_) => return Ok(Err(Failed(Fault::Different, None))),
    };
    let after = [
        "-map",
        "0:V:0",
        "-frames:v",
        "1",
        "-vf",
        SCALE,
        "-threads",
        "1",
        "-c:v",
        "mjpeg",
        "-q:v",
        "2",
        "-fs",
        MOST,
        "-f",
        "mjpeg",
    ];
    let tenth = video.file.duration.unwrap_or_default() / 10;
    let mut failed = Failed(Fault::Different, None);
    for at in [tenth, 0] {
        let at = format!("{}.{:03}", at / 1000, at % 1000);
        // Frames that stand for themselves only: anything else means decoding from one of them on.
        let before = ["-noaccurate_seek", "-ss", &at, "-skip_frame", "nokey"];
        let out = worker.app().storage.receive().await.map_err(keep::failed)?;
        let run = worker
            .ffmpeg((path, kind), &before, &after, out.path())
            .await;
        let scaled = match run {
            Ok(()) => picture::scaled(out.path()).await,
            Err(why) => {
                failed = why;
                out.discard().await;
                continue;
            }
        };
        out.discard().await;
        match scaled {
            Ok(scaled) => return Ok(Ok(Picture(scaled))),
            Err(PictureError::Io(error)) => return Err(keep::failed(error)),
            // There was no such frame.
            Err(fault) => failed = Failed::said(Fault::Different, &fault.to_string()),
        }
    }
    Ok(Err(failed))
}

impl Picture {
    /// Gives the picture to its video, unless that has one by now, or is gone.
    pub(super) async fn publish(self, app: &App, task: Task, worker: &Token) -> Result<()> {
        let Picture(scaled) = self;
        let mut keys = Vec::new();
        let received = scaled.received(&app.storage).await;
        let (large, small) = received.map_err(keep::failed)?;
        let placed = async {
            for incoming in iter::once(large).chain(small) {
                let extension = ImageKind::Jpeg.extension();
                keys.push(keep::place(app, incoming, extension, Time::now()).await?);
            }
            Ok::<_, Error>(())
        };
        if let Err(error) = placed.await {
            keep::remove(app, &keys).await;
            return Err(error);
        }
        let thumbnail = Thumbnail {
            large: keys.first().cloned(),
            small: keys.get(1).cloned(),
            width: Some(scaled.width.into()),
        };
        if !hang(app, (task, worker), &thumbnail).await? {
            keep::remove(app, &keys).await;
        }
        Ok(())
    }
}

async fn hang(app: &App, (task, worker): (Task, &Token), thumbnail: &Thumbnail) -> Result<bool> {
    let mut tx = app.db.begin().await?;
    let video = find_in(&mut tx, task.video).await?;
    if video.is_none_or(|video| video.thumbnail.large.is_some()) {
        return Ok(false);
    }
    if !store::done(&mut tx, task, worker, None).await? {
        return Ok(false);
    }
    for key in thumbnail.keys() {
        keep::spare(&mut tx, key).await?;
    }
    replace_thumbnail(&mut tx, task.video, thumbnail).await?;
    tx.commit().await?;
    Ok(true)
}
