//! How long a video is, how large, and what is in it. Blocking; called through [`examine_video`](super::examine_video).
use super::{VideoKind, matroska, mp4, ogg, source::Source};
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
    /// Degrees by which the picture is turned clockwise to be shown: 0, 90, 180 or 270.
    pub rotation: Option<i64>,
    /// Pictures in 1000 seconds, on average: 29 970 where people say 29.97.
    pub frame_rate: Option<i64>,
    /// One entry a sound track: its language, as ISO 639-2 or BCP 47 name it.
    pub audio: Vec<Option<String>>,
    /// Whether what a browser needs to begin and to jump about stands in front of what it plays: an MP4's `moov` before
    /// the media (always so of fragments), a Matroska's duration and `Cues` before its first cluster. Ogg has no such
    /// index. Without it an MP4 over a slow line begins late; the others begin at once, but jump with effort.
    pub starts_fast: Option<bool>,
}

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// None of the kinds that are taken.
    #[error("not an MP4, M4V, MOV, WebM, MKV or OGG video")]
    NotAVideo,
    /// The file says that it goes on after its end: a copy or a recording was broken off.
    #[error("the file is cut short")]
    CutShort,
    /// The table that says what is in the file (MP4 `moov`, Matroska `Tracks`) is missing, as after a recording that was
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

/// Looks into a video file. Of a common one some kilobytes are read, of a long MP4's tables some megabytes. Whatever the bytes, at most 64 MiB are read in at
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
        VideoKind::WebM | VideoKind::Matroska => matroska::probe(&mut source),
        VideoKind::Ogg => ogg::probe(&mut source),
    }
}

/// A number of pixels, when it is one.
pub(super) fn size(pixels: u64) -> Option<i64> {
    i64::try_from(pixels).ok().filter(|&pixels| pixels > 0)
}

/// Pictures in 1000 seconds, when `pictures` of them last `units` of `1 / scale` second; `None` for what no film is: none,
/// or more than a thousand a second.
pub(super) fn frame_rate(pictures: u64, units: u64, scale: u64) -> Option<i64> {
    let (units, whole) = (u128::from(units), u128::from(pictures) * u128::from(scale));
    let rate = (whole.checked_mul(1000)? + units / 2).checked_div(units)?;
    i64::try_from(rate)
        .ok()
        .filter(|rate| (1..=1_000_000).contains(rate))
}

/// A language's tag that says something: up to a zero, not "undetermined", and no letters that none has. QuickTime's
/// numbers for languages, read as an MP4's letters, come out as such.
pub(super) fn language(tag: &[u8]) -> Option<String> {
    let tag = tag.split(|&byte| byte == 0).next()?;
    let tag = std::str::from_utf8(tag).ok()?;
    let right = (2..=35).contains(&tag.len())
        && tag
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (right && tag != "und").then(|| tag.to_owned())
}
