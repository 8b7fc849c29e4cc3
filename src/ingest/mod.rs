//! From an uploaded file to a video that can be shown.
//!
//! 1. [`receive`]: from a form's field to the disk;
//! 2. [`sniff`]: what the bytes really are, whatever the file is called;
//! 3. [`probe`](mod@probe): how long, how large, which codecs, and whether the file is whole;
//! 4. [`faststart`]: the index of an MP4 that stands at its end, put in front;
//! 5. [`picture`]: a thumbnail in the two sizes that pages show;
//! 6. [`captions`]: WebVTT and SRT made into the one kind of captions that is served;
//! 7. [`keep`]: in place under its key, and gone when no row names it; [`kept`] while its form is not finished.
//!
//! [`jobs`] is what ffmpeg does afterwards, where it is there.
//!
//! [`unfinished`] is the other way in, for files of any size: in pieces, over days if need be. [`local`] copies what is
//! on this machine already. [`inventory`] looks whether files and rows still belong together.
//!
//! The file formats stand one to a file: `mp4` (with `fragments` and `codecs`), `matroska`, `ogg`; all of them read
//! through `source`, which bounds what a hostile file can make us do. `fuzz/` throws random bytes at them.
pub mod captions;
mod codecs;
mod describe;
pub mod faststart;
mod fragments;
#[cfg(test)]
mod fuzzing;
pub mod inventory;
pub mod jobs;
pub mod keep;
pub mod kept;
pub mod local;
mod matroska;
mod mp4;
mod ogg;
pub mod picture;
pub mod probe;
pub mod receive;
pub mod sniff;
mod source;
mod store;
#[cfg(test)]
mod tests;
pub mod unfinished;

pub use probe::{Probe, ProbeError};
pub use sniff::{FileKind, ImageKind, VideoKind};
pub use store::overdue;

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};
use tokio::task::spawn_blocking;

/// What a video file is, by its content. The work is done off the async workers.
///
/// # Errors
/// [`ProbeError`]: all but [`ProbeError::Io`] are the file's fault and fit to be said to the uploader.
pub async fn examine_video(path: &Path) -> Result<(VideoKind, Probe), ProbeError> {
    let path = path.to_owned();
    spawn_blocking(move || {
        let kind = sniff::sniff_video(&head(&path)?).ok_or(ProbeError::NotAVideo)?;
        Ok((kind, probe::probe(&path, kind)?))
    })
    .await
    .map_err(io::Error::other)?
}

/// Whether a video that is taken begins like this file.
///
/// # Errors
/// When the file cannot be read.
pub async fn begins_a_video(path: &Path) -> io::Result<bool> {
    let path = path.to_owned();
    spawn_blocking(move || Ok(sniff::sniff_video(&head(&path)?).is_some()))
        .await
        .map_err(io::Error::other)?
}

/// What a file that is kept but not shown as a video is, by its content.
///
/// # Errors
/// When the file cannot be read.
pub async fn examine_file(path: &Path) -> io::Result<FileKind> {
    let path = path.to_owned();
    spawn_blocking(move || Ok(sniff::sniff_file(&head(&path)?)))
        .await
        .map_err(io::Error::other)?
}

fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(sniff::HEAD);
    File::open(path)?
        .take(sniff::HEAD as u64)
        .read_to_end(&mut head)?;
    Ok(head)
}
