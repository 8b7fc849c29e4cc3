//! WebM: EBML (RFC 8794), elements of Matroska (RFC 9559).
//!
//! Read here and not by the `matroska` crate, which allocates whatever size an element claims before it reads it.
use super::{
    Probe, ProbeError, codecs,
    source::{Source, number},
};
use std::io::{Read, Seek};

const HEADER: u32 = 0x1a45_dfa3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_a966;
const TIMESTAMP_SCALE: u32 = 0x2a_d7b1;
const DURATION: u32 = 0x4489;
const TRACKS: u32 = 0x1654_ae6b;
const TRACK_ENTRY: u32 = 0xae;
const TRACK_TYPE: u32 = 0x83;
const CODEC_ID: u32 = 0x86;
const CODEC_PRIVATE: u32 = 0x63a2;
const VIDEO: u32 = 0xe0;
const PIXEL_WIDTH: u32 = 0xb0;
const PIXEL_HEIGHT: u32 = 0xba;
const DISPLAY_WIDTH: u32 = 0x54b0;
const DISPLAY_HEIGHT: u32 = 0x54ba;
const DISPLAY_UNIT: u32 = 0x54b2;
const CLUSTER: u32 = 0x1f43_b675;

/// The longest element that is read as a value: numbers, names, a codec's set-up.
const VALUE: u64 = 64 * 1024;

/// One element: its identity, and where its content begins and ends. The end is open for what is recorded live.
struct Element {
    id: u32,
    body: u64,
    end: Option<u64>,
}

/// One track's facts.
#[derive(Default)]
struct Track {
    kind: u64,
    codec: Option<String>,
    pixels: (u64, u64),
    display: (u64, u64),
    unit: u64,
}

/// The document type that an EBML header at the front of a file states.
pub(super) fn document_type(head: &[u8]) -> Option<&[u8]> {
    let header = parse(head, 0)?;
    let end = usize::try_from(header.end?).ok()?.min(head.len());
    if header.id != HEADER {
        return None;
    }
    let mut at = usize::try_from(header.body).ok()?;
    while at < end {
        let element = parse(head.get(at..end)?, at as u64)?;
        let next = usize::try_from(element.end?).ok()?;
        if element.id == DOC_TYPE {
            let value = head.get(usize::try_from(element.body).ok()?..next)?;
            // A string may be filled up with zeros (RFC 8794 §7.4).
            let filled = value.iter().position(|&byte| byte == 0);
            return Some(&value[..filled.unwrap_or(value.len())]);
        }
        at = next;
    }
    None
}

/// Looks into a WebM file.
pub(super) fn probe<R: Read + Seek>(source: &mut Source<R>) -> Result<Probe, ProbeError> {
    let segment = segment(source)?;
    let end = segment.end.unwrap_or(source.len());
    if end > source.len() {
        return Err(ProbeError::CutShort);
    }
    let mut duration = None;
    let mut tracks = None;
    let mut at = segment.body;
    while let Some(element) = element(source, at, end)? {
        match (element.id, element.end) {
            (INFO, Some(end)) => duration = read_info(source, element.body, end)?,
            (TRACKS, Some(end)) => tracks = Some(read_tracks(source, element.body, end)?),
            (CLUSTER, _) if tracks.is_some() => break,
            (_, None) => break,
            _ => {}
        }
        at = element.end.unwrap_or(end);
    }
    let tracks = tracks.ok_or(ProbeError::NoIndex)?;
    let video = tracks.iter().find(|track| track.kind == 1);
    let video = video.ok_or(ProbeError::NoVideo)?;
    let sound = tracks.iter().find(|track| track.kind == 2);
    let names: Option<Vec<&str>> = std::iter::once(video)
        .chain(sound)
        .map(|track| track.codec.as_deref())
        .collect();
    // Units other than 0 are centimetres and the like (RFC 9559 §5.1.4.1.28.14).
    let shown = if video.unit == 0 && video.display.0 > 0 && video.display.1 > 0 {
        video.display
    } else {
        video.pixels
    };
    let size = |pixels: u64| i64::try_from(pixels).ok().filter(|&pixels| pixels > 0);
    Ok(Probe {
        duration_ms: duration,
        width: size(shown.0),
        height: size(shown.1),
        codecs: names.map(|names| names.join(",")),
        has_video: true,
    })
}

/// The one segment, behind the header and whatever fills the room between.
fn segment<R: Read + Seek>(source: &mut Source<R>) -> Result<Element, ProbeError> {
    let mut at = 0;
    while let Some(element) = element(source, at, source.len())? {
        if element.id == SEGMENT {
            return Ok(element);
        }
        at = element.end.ok_or(ProbeError::Malformed)?;
    }
    Err(ProbeError::CutShort)
}

/// The duration in milliseconds: a float in units of the time-stamp scale, which is in nanoseconds.
fn read_info<R: Read + Seek>(
    source: &mut Source<R>,
    mut at: u64,
    end: u64,
) -> Result<Option<i64>, ProbeError> {
    let mut scale = 1_000_000;
    let mut duration = None;
    while let Some(element) = element(source, at, end)? {
        let next = element.end.ok_or(ProbeError::Malformed)?;
        match element.id {
            TIMESTAMP_SCALE => scale = unsigned(source, &element)?,
            DURATION => duration = float(&value(source, &element)?),
            _ => {}
        }
        at = next;
    }
    let milliseconds = duration.map(|units| (units * scale as f64 / 1e6).round());
    // Below 2^53 every whole number is exact; what is not a number at all is not below anything.
    Ok(milliseconds
        .filter(|&number| number > 0.0 && number < 9e15)
        .map(|number| number as i64))
}

fn read_tracks<R: Read + Seek>(
    source: &mut Source<R>,
    mut at: u64,
    end: u64,
) -> Result<Vec<Track>, ProbeError> {
    let mut tracks = Vec::new();
    while let Some(element) = element(source, at, end)? {
        let next = element.end.ok_or(ProbeError::Malformed)?;
        if element.id == TRACK_ENTRY {
            tracks.push(read_track(source, element.body, next)?);
        }
        at = next;
    }
    Ok(tracks)
}

fn read_track<R: Read + Seek>(
    source: &mut Source<R>,
    mut at: u64,
    end: u64,
) -> Result<Track, ProbeError> {
    let mut track = Track::default();
    let (mut codec, mut set_up) = (Vec::new(), Vec::new());
    while let Some(found) = element(source, at, end)? {
        let next = found.end.ok_or(ProbeError::Malformed)?;
        match found.id {
            TRACK_TYPE => track.kind = unsigned(source, &found)?,
            CODEC_ID => codec = value(source, &found)?,
            CODEC_PRIVATE if next - found.body <= VALUE => set_up = value(source, &found)?,
            VIDEO => read_size(source, found.body, next, &mut track)?,
            _ => {}
        }
        at = next;
    }
    track.codec = codec_name(&codec, &set_up);
    Ok(track)
}

fn read_size<R: Read + Seek>(
    source: &mut Source<R>,
    mut at: u64,
    end: u64,
    track: &mut Track,
) -> Result<(), ProbeError> {
    while let Some(element) = element(source, at, end)? {
        let field = match element.id {
            PIXEL_WIDTH => Some(&mut track.pixels.0),
            PIXEL_HEIGHT => Some(&mut track.pixels.1),
            DISPLAY_WIDTH => Some(&mut track.display.0),
            DISPLAY_HEIGHT => Some(&mut track.display.1),
            DISPLAY_UNIT => Some(&mut track.unit),
            _ => None,
        };
        if let Some(field) = field {
            *field = unsigned(source, &element)?;
        }
        at = element.end.ok_or(ProbeError::Malformed)?;
    }
    Ok(())
}

/// WebM's five codecs, as its container guidelines name them in a media type.
fn codec_name(id: &[u8], set_up: &[u8]) -> Option<String> {
    let name = match id {
        b"V_VP8" => "vp8",
        b"V_VP9" => "vp9",
        b"V_AV1" => return Some(format!("av01{}", codecs::av1(set_up).unwrap_or_default())),
        b"A_OPUS" => "opus",
        b"A_VORBIS" => "vorbis",
        _ => return None,
    };
    Some(name.to_owned())
}

/// The element at `at`; `None` where `end` is reached.
fn element<R: Read + Seek>(
    source: &mut Source<R>,
    at: u64,
    end: u64,
) -> Result<Option<Element>, ProbeError> {
    if at >= end {
        return Ok(None);
    }
    // An identity is at most 4 bytes long, a size at most 8.
    let head = source.read(at, end.min(at.saturating_add(12)))?;
    let broken = if end == source.len() {
        ProbeError::CutShort
    } else {
        ProbeError::Malformed
    };
    match parse(&head, at) {
        None if head.len() < 12 => Err(broken),
        None => Err(ProbeError::Malformed),
        Some(element) if element.id != SEGMENT && element.end.is_some_and(|its| its > end) => {
            Err(broken)
        }
        found => Ok(found),
    }
}

/// Reads an element's head that stands at `at` in the file (RFC 8794 §4 to §6).
fn parse(head: &[u8], at: u64) -> Option<Element> {
    let id_len = head.first()?.leading_zeros() as usize + 1;
    let size_len = head.get(id_len)?.leading_zeros() as usize + 1;
    if id_len > 4 || size_len > 8 {
        return None;
    }
    let id = fold(head.get(..id_len)?);
    let marked = fold(head.get(id_len..id_len + size_len)?);
    let all_ones = (1u64 << (7 * size_len)) - 1;
    let size = marked & all_ones;
    let body = at.checked_add((id_len + size_len) as u64)?;
    Some(Element {
        id: u32::try_from(id).ok()?,
        body,
        end: if size == all_ones {
            None
        } else {
            Some(body.checked_add(size)?)
        },
    })
}

fn fold(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, &byte| number << 8 | u64::from(byte))
}

fn value<R: Read + Seek>(source: &mut Source<R>, element: &Element) -> Result<Vec<u8>, ProbeError> {
    let end = element.end.ok_or(ProbeError::Malformed)?;
    if end - element.body > VALUE {
        return Err(ProbeError::Malformed);
    }
    source.read(element.body, end)
}

fn unsigned<R: Read + Seek>(source: &mut Source<R>, element: &Element) -> Result<u64, ProbeError> {
    let bytes = value(source, element)?;
    if bytes.len() > 8 {
        return Err(ProbeError::Malformed);
    }
    Ok(fold(&bytes))
}

fn float(bytes: &[u8]) -> Option<f64> {
    match bytes.len() {
        4 => Some(f32::from_bits(number::<4>(bytes, 0)? as u32).into()),
        8 => Some(f64::from_bits(number::<8>(bytes, 0)?)),
        _ => None,
    }
}
