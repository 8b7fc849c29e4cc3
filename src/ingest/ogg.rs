//! Ogg (RFC 3533) with Theora (the Theora specification of the Xiph.Org Foundation, 2017, §6.2 and appendix A).
use super::{
    Probe, ProbeError,
    probe::{frame_rate, size},
    source::{Source, number},
};
use std::io::{Read, Seek};

/// How much of the end is searched for the picture's last page: four of the largest pages there can be.
const TAIL: u64 = 4 * 65_307;

/// How much of the beginning holds every track's first page.
const HEAD: u64 = super::sniff::HEAD as u64;

/// One page's head (RFC 3533 §6) and the bytes behind it.
struct Page<'a> {
    begins: bool,
    granule: u64,
    serial: u64,
    body: &'a [u8],
    len: usize,
}

/// Whether the file that begins like this has a Theora track: its first pages, one a track, come before all others.
pub(super) fn has_theora(head: &[u8]) -> bool {
    first_pages(head).any(|page| page.body.starts_with(b"\x80theora"))
}

/// Looks into an Ogg file.
pub(super) fn probe<R: Read + Seek>(source: &mut Source<R>) -> Result<Probe, ProbeError> {
    let head = source.read(0, HEAD)?;
    let video = first_pages(&head).find(|page| page.body.starts_with(b"\x80theora"));
    let video = video.ok_or(ProbeError::NoVideo)?;
    let header = video.body;
    let field = |value: Option<u64>| value.ok_or(ProbeError::CutShort);
    let (width, height) = (
        field(number::<3>(header, 14))?,
        field(number::<3>(header, 17))?,
    );
    let frames_a_second = (
        field(number::<4>(header, 22))?,
        field(number::<4>(header, 26))?,
    );
    let shift = (field(number::<2>(header, 40))? >> 5) & 0x1f;

    let tail = source.read(source.len().saturating_sub(TAIL), source.len())?;
    if is_cut(&tail) {
        return Err(ProbeError::CutShort);
    }
    let last = last_granule(&tail, video.serial);
    // The number of the last key frame, and how many frames came after it (§A.2.3).
    let frames = last.map(|granule| (granule >> shift) + (granule & ((1 << shift) - 1)));
    let sounds: Vec<&str> = first_pages(&head)
        .filter_map(|page| sound(page.body))
        .collect();
    let names = std::iter::once("theora").chain(sounds.first().copied());
    Ok(Probe {
        duration_ms: frames.and_then(|frames| duration(frames, frames_a_second)),
        width: size(width),
        height: size(height),
        codecs: Some(names.collect::<Vec<_>>().join(",")),
        has_video: true,
        rotation: Some(0),
        frame_rate: frame_rate(1, frames_a_second.1, frames_a_second.0),
        // What language is spoken stands in comments, if anywhere.
        audio: vec![None; sounds.len()],
        starts_fast: Some(false),
    })
}

fn duration(frames: u64, (numerator, denominator): (u64, u64)) -> Option<i64> {
    let milliseconds = u128::from(frames) * u128::from(denominator) * 1000;
    let milliseconds = milliseconds.checked_div(numerator.into())?;
    i64::try_from(milliseconds)
        .ok()
        .filter(|&duration| duration > 0)
}

/// The codec of a sound that begins like this.
fn sound(body: &[u8]) -> Option<&'static str> {
    [
        (&b"\x01vorbis"[..], "vorbis"),
        (b"OpusHead", "opus"),
        (b"\x7fFLAC", "flac"),
        (b"Speex", "speex"),
    ]
    .into_iter()
    .find_map(|(mark, name)| body.starts_with(mark).then_some(name))
}

fn first_pages(head: &[u8]) -> impl Iterator<Item = Page<'_>> {
    let mut rest = head;
    std::iter::from_fn(move || {
        let page = page(rest).filter(|page| page.begins)?;
        rest = rest.get(page.len..).unwrap_or_default();
        Some(page)
    })
}

/// Whether the file ends within a page.
fn is_cut(tail: &[u8]) -> bool {
    let last = (0..tail.len())
        .rev()
        .find(|&at| tail[at..].starts_with(b"OggS\0"));
    last.is_some_and(|at| page(&tail[at..]).is_none_or(|page| page.len > tail.len() - at))
}

/// The last position that a page of this track states. -1 says that no packet ends on the page.
fn last_granule(tail: &[u8], serial: u64) -> Option<u64> {
    (0..tail.len())
        .rev()
        .filter(|&at| tail[at] == b'O')
        .filter_map(|at| page(&tail[at..]))
        .find(|page| page.serial == serial && page.granule != u64::MAX)
        .map(|page| page.granule)
}

/// The page that begins here; its body may be cut off by the end of the bytes.
fn page(bytes: &[u8]) -> Option<Page<'_>> {
    let little = |at, len| -> Option<u64> {
        let bytes: &[u8] = bytes.get(at..at + len)?;
        Some(
            bytes
                .iter()
                .rev()
                .fold(0, |number, &byte| number << 8 | u64::from(byte)),
        )
    };
    if bytes.get(..5)? != b"OggS\0" {
        return None;
    }
    let segments = usize::from(*bytes.get(26)?);
    let sizes = bytes.get(27..27 + segments)?;
    let body: usize = sizes.iter().map(|&size| usize::from(size)).sum();
    let start = 27 + segments;
    let len = start + body;
    Some(Page {
        begins: bytes[5] & 2 != 0,
        granule: little(6, 8)?,
        serial: little(14, 4)?,
        body: &bytes[start..len.min(bytes.len())],
        len,
    })
}
