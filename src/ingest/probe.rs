//! How long a video is, how large, and what is in it. Blocking; called through [`examine_video`](super::examine_video).
use super::{VideoKind, mp4, ogg, source::Source, webm};
use std::{
    fs::File,
    io::{self, Read, Seek},
    path::Path,
};

/// What is known of a video file. What the file does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// In milliseconds.
    pub duration_ms: Option<i64>,
    /// In pixels as shown: a telephone's quarter turn is counted in.
    pub width: Option<i64>,
    /// In pixels as shown.
    pub height: Option<i64>,
    /// The tracks' codecs as RFC 6381 §3.2 names them in a media type, the picture's first: `avc1.64001f,mp4a.40.2`.
    pub codecs: Option<String>,
    /// Always true of a probe that was answered: a file without a picture is refused.
    pub has_video: bool,
}

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// None of the kinds that are taken.
    #[error("not an MP4, M4V, MOV, WebM or OGG video")]
    NotAVideo,
    /// The file says that it goes on after its end: a copy or a recording was broken off.
    #[error("the file is cut short")]
    CutShort,
    /// The table that says what is in the file (MP4 `moov`, WebM `Tracks`) is missing, as after a recording that was
    /// never closed.
    #[error("the file has no index")]
    NoIndex,
    /// There is sound, but no picture.
    #[error("the file has no video track")]
    NoVideo,
    /// The file contradicts itself, or is built so that reading it would never end.
    #[error("the file is damaged")]
    Malformed,
    /// The file could not be read: our fault, not its.
    #[error("the file could not be read")]
    Io(#[from] io::Error),
}

/// Looks into a video file. Of a common one a few kilobytes are read. Whatever the bytes, at most 64 MiB are read in at
/// most 200,000 reads, some 20 MiB are held, nothing recurses and it ends.
///
/// # Errors
/// [`ProbeError`].
pub fn probe(path: &Path, kind: VideoKind) -> Result<Probe, ProbeError> {
    probe_reader(File::open(path)?, kind)
}

pub(super) fn probe_reader(reader: impl Read + Seek, kind: VideoKind) -> Result<Probe, ProbeError> {
    let mut source = Source::new(reader)?;
    match kind {
        VideoKind::Mp4 | VideoKind::M4v | VideoKind::Mov => mp4::probe(&mut source),
        VideoKind::WebM => webm::probe(&mut source),
        VideoKind::Ogg => ogg::probe(&mut source),
    }
}
