//! From whatever picture was sent to the two JPEGs that pages show: upright, on white, in sRGB, without
//! a word of what the camera wrote beside it.

mod scale;

use std::{
    fs,
    io::{self, Cursor},
    path::Path,
};

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageResult, Limits, RgbImage,
    codecs::{
        jpeg::{JpegDecoder, JpegEncoder},
        png::PngDecoder,
        webp::WebPDecoder,
    },
    metadata::Orientation,
};
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{ImageKind, sniff};
use crate::storage::{Incoming, Storage};

/// Pixels across the larger JPEG at most: a player's poster, a card on a fine screen.
pub const LARGE: u32 = 1280;

/// Pixels across the smaller JPEG: a card on a plain screen.
pub const SMALL: u32 = 320;

/// The most pixels a picture may have: what the largest common telephone cameras take.
pub const PIXELS: u64 = 50_400_000;

/// Bytes that decoding may take for all pixels, so that a machine with 512 MB has room beside.
const DECODED: u64 = 256 << 20;

/// Bytes that may be unpacked from what stands beside a PNG's pixels.
const BESIDE: u64 = 64 << 20;

/// Scans in a JPEG at most: a progressive one has about ten, a hostile one thousands, each of which costs a pass over
/// all pixels.
const SCANS: usize = 64;

/// The longest colour profile that is looked at, in bytes.
const PROFILE: usize = 1 << 20;

/// JPEG quality, 1 to 100.
const QUALITY: u8 = 80;

/// One picture at a time: decoding takes up to [`DECODED`] bytes.
static ONE: Semaphore = Semaphore::const_new(1);

/// A picture as it is kept.
pub struct Scaled {
    /// JPEG, at most [`LARGE`] wide.
    pub large: Vec<u8>,
    /// JPEG, [`SMALL`] wide; none of a picture that is no wider itself.
    pub small: Option<Vec<u8>>,
    /// Pixels across the larger one.
    pub width: u32,
    /// Pixels from its top to its bottom.
    pub height: u32,
}

impl Scaled {
    /// Both as files that are only to be put in place, the larger first.
    ///
    /// # Errors
    /// What the file system says; then no file is left.
    pub async fn received(&self, storage: &Storage) -> io::Result<(Incoming, Option<Incoming>)> {
        let large = storage.receive_all(&self.large).await?;
        let small = match &self.small {
            Some(small) => Some(storage.receive_all(small).await?),
            None => None,
        };
        Ok((large, small))
    }
}

/// Why a picture is not taken.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// Neither JPEG, PNG nor WebP.
    #[error("not a picture")]
    NotAPicture,
    /// More pixels across and down than are decoded; how many of this kind are, together.
    #[error("{0} × {1} pixels are more than {2}")]
    TooLarge(u32, u32, u64),
    /// It cannot be decoded, or is not whole.
    #[error("the picture is damaged")]
    Damaged,
    /// What the disk says.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Scales a picture, off the async workers and never two at a time.
///
/// # Errors
/// [`PictureError`]: all but [`PictureError::Io`] are the file's fault and fit to be said to its sender.
pub async fn scaled(path: &Path) -> Result<Scaled, PictureError> {
    let path = path.to_owned();
    let turn = ONE.acquire().await.map_err(io::Error::other)?;
    spawn_blocking(move || {
        let _turn = turn;
        of_bytes(&fs::read(path)?)
    })
    .await
    // A decoder that panicked did so over this file.
    .unwrap_or(Err(PictureError::Damaged))
}

/// The work itself.
pub(super) fn of_bytes(bytes: &[u8]) -> Result<Scaled, PictureError> {
    let kind = sniff::sniff_image(bytes).ok_or(PictureError::NotAPicture)?;
    let (decoded, orientation, profile) = decoded(bytes, kind)?;
    let large = scale::upright(decoded, orientation, profile.as_deref());
    let (width, height) = large.dimensions();
    let small = (width > SMALL).then(|| {
        let height = (height * SMALL).div_ceil(width);
        encoded(&scale::resized(&large, SMALL, height))
    });
    Ok(Scaled {
        small: small.transpose()?,
        large: encoded(&large)?,
        width,
        height,
    })
}

/// The pixels, which way up they go, and the colours they are meant in.
fn decoded(
    bytes: &[u8],
    kind: ImageKind,
) -> Result<(DynamicImage, Orientation, Option<Vec<u8>>), PictureError> {
    // Bytes a pixel takes beside the decoded picture.
    let beside = match kind {
        ImageKind::Jpeg => whole_jpeg(bytes)?,
        ImageKind::Png => 0,
        ImageKind::WebP => 4,
    };
    if let (ImageKind::Png, Some(size)) = (kind, bytes.get(16..24)) {
        // Before the decoder makes room for a row of it.
        let side = |at| {
            size[at..at + 4]
                .iter()
                .fold(0, |side, byte| side << 8 | u32::from(*byte))
        };
        bounded((side(0), side(4)), 1)?;
    }
    let mut decoder = opened(bytes, kind).map_err(refused)?;
    let depth = u64::from(decoder.color_type().bytes_per_pixel()) + beside;
    bounded(decoder.dimensions(), depth)?;
    if kind == ImageKind::WebP {
        for size in frames(bytes) {
            bounded(size, depth)?;
        }
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().unwrap_or_default();
    let profile = profile.filter(|profile| profile.len() <= PROFILE);
    let decoded = DynamicImage::from_decoder(decoder).map_err(refused)?;
    Ok((decoded, orientation, profile))
}

fn opened(bytes: &[u8], kind: ImageKind) -> ImageResult<Box<dyn ImageDecoder + '_>> {
    let reader = Cursor::new(bytes);
    Ok(match kind {
        ImageKind::Jpeg => Box::new(JpegDecoder::new(reader)?),
        ImageKind::Png => {
            let mut limits = Limits::no_limits();
            limits.max_alloc = Some(BESIDE);
            Box::new(PngDecoder::with_limits(reader, limits)?)
        }
        ImageKind::WebP => Box::new(WebPDecoder::new(reader)?),
    })
}

fn bounded((width, height): (u32, u32), depth: u64) -> Result<(), PictureError> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(PictureError::Damaged);
    }
    let most = PIXELS.min(DECODED.checked_div(depth).unwrap_or(PIXELS));
    if pixels > most {
        return Err(PictureError::TooLarge(width, height, most));
    }
    Ok(())
}

fn refused(error: ImageError) -> PictureError {
    tracing::debug!("a picture is refused: {error}");
    PictureError::Damaged
}

/// How many bytes a pixel of a JPEG takes until all its scans are read.
///
/// The decoder fills up with grey what is missing, and takes as many passes as the file wants; both are refused here.
/// In what is coded, `FF` is always followed by 0 or a restart (ITU-T T.81 §B.1.1.5), so these are markers wherever
/// they stand.
fn whole_jpeg(bytes: &[u8]) -> Result<u64, PictureError> {
    let (mut scans, mut ended) = (0, false);
    for pair in bytes.windows(2) {
        match pair {
            [0xff, 0xda] => (scans, ended) = (scans + 1, false),
            [0xff, 0xd9] => ended = true,
            _ => {}
        }
    }
    if !ended || scans > SCANS {
        return Err(PictureError::Damaged);
    }
    // Three coefficients of 16 bits.
    Ok(if is_progressive(bytes) { 6 } else { 0 })
}

/// Whether the frame header is that of a progressive JPEG (ITU-T T.81 §B.1.1.4: every segment before it has a length).
fn is_progressive(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(2..).unwrap_or_default();
    loop {
        match rest {
            [0xff, 0xff, ..] => rest = &rest[1..],
            [
                0xff,
                0xc4 | 0xc8 | 0xcc | 0xe0..=0xef | 0xdb | 0xdd | 0xfe,
                high,
                low,
                ..,
            ] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                rest = rest.get(2 + length..).unwrap_or_default();
            }
            [0xff, kind, ..] => return !matches!(kind, 0xc0 | 0xc1),
            _ => return false,
        }
    }
}

/// The sizes of a WebP's lossy frames, which may be others than that of the whole (RFC 9649 §2.5, RFC 6386 §9.1): the
/// decoder makes room for a frame before it compares them.
fn frames(bytes: &[u8]) -> Vec<(u32, u32)> {
    let mut sizes = Vec::new();
    let mut rest = bytes.get(12..).unwrap_or_default();
    while let Some((head, body)) = rest.split_at_checked(8) {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        match &head[..4] {
            // What an animation's frame holds are chunks again, after 16 bytes of its own.
            b"ANMF" => {
                rest = body.get(16..).unwrap_or_default();
                continue;
            }
            b"VP8 " => {
                if let Some(&[a, b, c, d]) = body.get(6..10) {
                    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
                    sizes.push((side(a, b), side(c, d)));
                }
            }
            _ => {}
        }
        rest = body
            .get(length.saturating_add(length % 2)..)
            .unwrap_or_default();
    }
    sizes
}

fn encoded(picture: &RgbImage) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode_image(picture)
        .map_err(io::Error::other)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
