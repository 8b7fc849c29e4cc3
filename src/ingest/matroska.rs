//! Matroska (RFC 9559) and WebM, which is Matroska with a few codecs of its own.
//!
//! Read here and not by the `matroska` crate, which allocates whatever size an element claims before it reads it.
mod codecs;
mod ebml;

use super::{
    Probe, ProbeError,
    probe::{frame_rate, language, size},
    source::Source,
};
use ebml::{Element, SEGMENT, VALUE, element, float, parse, unsigned, value};
use std::io::{Read, Seek};

const HEADER: u32 = 0x1a45_dfa3;
const DOC_TYPE: u32 = 0x4282;
const INFO: u32 = 0x1549_a966;
const TIMESTAMP_SCALE: u32 = 0x2a_d7b1;
const DURATION: u32 = 0x4489;
const TRACKS: u32 = 0x1654_ae6b;
const TRACK_ENTRY: u32 = 0xae;
const TRACK_TYPE: u32 = 0x83;
const DEFAULT_DURATION: u32 = 0x23_e383;
const LANGUAGE: u32 = 0x22_b59c;
const LANGUAGE_BCP_47: u32 = 0x22_b59d;
const CODEC_ID: u32 = 0x86;
const CODEC_PRIVATE: u32 = 0x63a2;
const VIDEO: u32 = 0xe0;
const PIXEL_WIDTH: u32 = 0xb0;
const PIXEL_HEIGHT: u32 = 0xba;
const DISPLAY_WIDTH: u32 = 0x54b0;
const DISPLAY_HEIGHT: u32 = 0x54ba;
const DISPLAY_UNIT: u32 = 0x54b2;
const PROJECTION: u32 = 0x7670;
const PROJECTION_POSE_ROLL: u32 = 0x7675;
const CLUSTER: u32 = 0x1f43_b675;
const CUES: u32 = 0x1c53_bb6b;

/// More tracks than any film has: what is beyond them is not read.
const TRACKS_READ: usize = 256;

/// One track's facts.
#[derive(Default)]
struct Track {
    kind: u64,
    codec: Option<String>,
    /// Nanoseconds a picture.
    frame: u64,
    language: Option<String>,
    pixels: (u64, u64),
    display: (u64, u64),
    unit: u64,
    /// Degrees counter-clockwise.
    roll: f64,
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
            return Some(unfilled(value));
        }
        at = next;
    }
    None
}

/// A string may be filled up with zeros (RFC 8794 §7.4).
fn unfilled(value: &[u8]) -> &[u8] {
    let filled = value.iter().position(|&byte| byte == 0);
    &value[..filled.unwrap_or(value.len())]
}

/// Looks into a Matroska file.
pub(super) fn probe<R: Read + Seek>(source: &mut Source<R>) -> Result<Probe, ProbeError> {
    let segment = segment(source)?;
    let end = segment.end.unwrap_or(source.len());
    if end > source.len() {
        return Err(ProbeError::CutShort);
    }
    let mut duration = None;
    let mut tracks = None;
    let mut has_cues = false;
    let mut at = segment.body;
    while let Some(element) = element(source, at, end)? {
        match (element.id, element.end) {
            (INFO, Some(end)) => duration = read_info(source, element.body, end)?,
            (TRACKS, Some(end)) => tracks = Some(read_tracks(source, element.body, end)?),
            (CUES, Some(_)) => has_cues = true,
            (CLUSTER, _) if tracks.is_some() => break,
            (_, None) => break,
            _ => {}
        }
        at = element.end.unwrap_or(end);
    }
    let tracks = tracks.ok_or(ProbeError::NoIndex)?;
    let video = tracks.iter().find(|track| track.kind == 1);
    let video = video.ok_or(ProbeError::NoVideo)?;
    let sounds = || tracks.iter().filter(|track| track.kind == 2);
    let names: Option<Vec<&str>> = std::iter::once(video)
        .chain(sounds().next())
        .map(|track| track.codec.as_deref())
        .collect();
    let (width, height) = video.shown();
    Ok(Probe {
        duration_ms: duration,
        width: size(width),
        height: size(height),
        codecs: names.map(|names| names.join(",")),
        has_video: true,
        rotation: video.rotation(),
        frame_rate: frame_rate(1, video.frame, 1_000_000_000),
        audio: sounds().map(|track| track.language.clone()).collect(),
        starts_fast: Some(duration.is_some() && has_cues),
    })
}

impl Track {
    /// The picture's size as it is shown.
    fn shown(&self) -> (u64, u64) {
        // Units other than 0 are centimetres and the like (RFC 9559 §5.1.4.1.28.14).
        let (width, height) = if self.unit == 0 && self.display.0 > 0 && self.display.1 > 0 {
            self.display
        } else {
            self.pixels
        };
        match self.rotation() {
            Some(90 | 270) => (height, width),
            _ => (width, height),
        }
    }

    /// Degrees clockwise, when they are a quarter turn's.
    fn rotation(&self) -> Option<i64> {
        [
            (0.0, 0),
            (-90.0, 90),
            (90.0, 270),
            (180.0, 180),
            (-180.0, 180),
        ]
        .into_iter()
        .find_map(|(roll, rotation)| (self.roll == roll).then_some(rotation))
    }
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
        if element.id == TRACK_ENTRY && tracks.len() < TRACKS_READ {
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
    let (mut letters, mut bcp_47) = (None, None);
    while let Some(found) = element(source, at, end)? {
        let next = found.end.ok_or(ProbeError::Malformed)?;
        match found.id {
            TRACK_TYPE => track.kind = unsigned(source, &found)?,
            DEFAULT_DURATION => track.frame = unsigned(source, &found)?,
            // One that is not written means English by the letter, and in practice that nobody said.
            LANGUAGE => letters = language(&value(source, &found)?),
            LANGUAGE_BCP_47 => bcp_47 = language(&value(source, &found)?),
            CODEC_ID => codec = value(source, &found)?,
            CODEC_PRIVATE if next - found.body <= VALUE => set_up = value(source, &found)?,
            VIDEO => read_picture(source, found.body, next, &mut track)?,
            _ => {}
        }
        at = next;
    }
    track.language = bcp_47.or(letters);
    track.codec = codecs::name(&codec, &set_up);
    Ok(track)
}

fn read_picture<R: Read + Seek>(
    source: &mut Source<R>,
    mut at: u64,
    end: u64,
    track: &mut Track,
) -> Result<(), ProbeError> {
    while let Some(element) = element(source, at, end)? {
        let next = element.end.ok_or(ProbeError::Malformed)?;
        let field = match element.id {
            PIXEL_WIDTH => Some(&mut track.pixels.0),
            PIXEL_HEIGHT => Some(&mut track.pixels.1),
            DISPLAY_WIDTH => Some(&mut track.display.0),
            DISPLAY_HEIGHT => Some(&mut track.display.1),
            DISPLAY_UNIT => Some(&mut track.unit),
            PROJECTION => {
                track.roll = read_roll(source, element.body, next)?;
                None
            }
            _ => None,
        };
        if let Some(field) = field {
            *field = unsigned(source, &element)?;
        }
        at = next;
    }
    Ok(())
}

/// A picture's turn in degrees counter-clockwise (RFC 9559 §5.1.4.1.28.46).
fn read_roll<R: Read + Seek>(
    source: &mut Source<R>,
    mut at: u64,
    end: u64,
) -> Result<f64, ProbeError> {
    let mut roll = 0.0;
    while let Some(element) = element(source, at, end)? {
        if element.id == PROJECTION_POSE_ROLL {
            roll = float(&value(source, &element)?).unwrap_or_default();
        }
        at = element.end.ok_or(ProbeError::Malformed)?;
    }
    Ok(roll)
}
