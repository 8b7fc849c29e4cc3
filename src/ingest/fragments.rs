//! What a fragmented MP4 (ISO/IEC 14496-12 §8.8, §8.16) says: the kind that browsers and broadcast programs record.
use super::{
    ProbeError,
    mp4::{Movie, Track, boxes, decode, header},
    probe::frame_rate,
    source::{Source, milliseconds},
};
use mp4_atom::{Sidx, Tfdt, Tfhd, Trun, TrunSamples};
use std::io::{Read, Seek};

/// What the fragments say. They may be too many to be read, or not say it.
#[derive(Default)]
pub(super) struct Fragments {
    /// In milliseconds.
    pub(super) duration: Option<i64>,
    /// Pictures in 1000 seconds.
    pub(super) frame_rate: Option<i64>,
}

/// The picture's fragments so far, in units of its track.
#[derive(Default)]
struct Sum {
    /// The first decoding time and the last one's end.
    span: Option<(u64, u64)>,
    pictures: u64,
    units: u64,
}

/// Goes over all fragments from `at` on, and adds up the first of the picture's or, where nothing has `stated` the
/// duration, all.
pub(super) fn walk<R: Read + Seek>(
    source: &mut Source<R>,
    mut at: u64,
    movie: &Movie,
    video: &Track,
    mut stated: Option<i64>,
) -> Result<Fragments, ProbeError> {
    let mut sum = Sum::default();
    let mut readable = true;
    let mut last = None;
    while let Ok(Some(found)) = header(source, at, source.len()) {
        if found.end > source.len() {
            // The index stands before the fragments, so this one is where the recording was broken off.
            return Err(ProbeError::CutShort);
        }
        let wanted = match &found.kind {
            b"sidx" => stated.is_none() && sum.span.is_none(),
            b"moof" => stated.is_none() || sum.pictures == 0,
            _ => false,
        };
        if wanted && readable {
            match source.read(found.body, found.end) {
                Ok(bytes) if &found.kind == b"sidx" => {
                    if let Some((duration, size)) = indexed(&bytes) {
                        if found.end.saturating_add(size) > source.len() {
                            return Err(ProbeError::CutShort);
                        }
                        stated = duration;
                    }
                }
                Ok(bytes) => {
                    for (_, traf) in boxes(&bytes).filter(|(kind, _)| kind == b"traf") {
                        sum.add(traf, movie, video);
                    }
                }
                // Too large, or too much in all: then the sum would be wrong, but what is whole stays whole.
                Err(_) => readable = false,
            }
        }
        if &found.kind == b"moof" {
            last = Some((at, found.body, found.end));
        }
        at = found.end;
    }
    if let Some((at, body, end)) = last
        && let Ok(bytes) = source.read(body, end)
        && end_of(&bytes, at, movie) > source.len()
    {
        return Err(ProbeError::CutShort);
    }
    let summed = sum.span.filter(|_| readable);
    let summed = summed.and_then(|(start, end)| milliseconds(end - start, video.timescale));
    Ok(Fragments {
        duration: stated.or(summed.filter(|&duration| duration > 0)),
        frame_rate: frame_rate(sum.pictures, sum.units, video.timescale),
    })
}

/// Where the last byte of what is played in the fragment at `at` of the file ends (§8.8.7, §8.8.8), as far as it says
/// so itself: a box of media that reaches to the end of the file does not tell that it was longer.
fn end_of(moof: &[u8], at: u64, movie: &Movie) -> u64 {
    let mut last = 0;
    let fragments = boxes(moof).filter(|(kind, _)| kind == b"traf");
    for (position, (_, traf)) in fragments.enumerate() {
        let header = boxes(traf).find(|(kind, _)| kind == b"tfhd");
        let Some(header) = header.and_then(|(_, body)| decode::<Tfhd>(body)) else {
            continue;
        };
        let mut tracks = movie.tracks.iter().filter(|track| track.is_played());
        let base = match header.base_data_offset {
            Some(base) => base,
            None if header.default_base_is_moof || position == 0 => at,
            // Behind what the fragment before it ends with.
            None => continue,
        };
        if tracks.all(|track| track.id != header.track_id) {
            continue;
        }
        let size = header.default_sample_size.or_else(|| {
            let trex = movie.default_of(header.track_id)?;
            Some(trex.default_sample_size)
        });
        let mut end = base;
        for (_, body) in boxes(traf).filter(|(kind, _)| kind == b"trun") {
            let Some(run) = decode::<Trun>(body) else {
                break;
            };
            if let Some(offset) = run.data_offset {
                end = base.saturating_add_signed(offset.into());
            }
            end = end.saturating_add(bytes_of(&run, size.unwrap_or_default()));
        }
        last = last.max(end);
    }
    last
}

fn bytes_of(run: &Trun, default: u32) -> u64 {
    match &run.samples {
        TrunSamples::Inherited { count, .. } => u64::from(*count) * u64::from(default),
        TrunSamples::Explicit(samples) => samples
            .iter()
            .map(|sample| u64::from(sample.size.unwrap_or(default)))
            .sum(),
    }
}

/// The sums of a segment index that lists the media itself, as milliseconds and as bytes behind it; one of several
/// indexes does not.
fn indexed(bytes: &[u8]) -> Option<(Option<i64>, u64)> {
    let sidx: Sidx = decode(bytes)?;
    if sidx.references.is_empty() || sidx.references.iter().any(|each| each.reference_type) {
        return None;
    }
    let references = || sidx.references.iter();
    let units = references().map(|each| u64::from(each.subsegment_duration));
    let duration = milliseconds(units.sum(), sidx.timescale.into());
    let size: u64 = references()
        .map(|each| u64::from(each.referenced_size))
        .sum();
    let duration = duration.filter(|&duration| duration > 0);
    Some((duration, size.saturating_add(sidx.first_offset)))
}

impl Sum {
    /// One fragment further, where it is the picture's.
    fn add(&mut self, traf: &[u8], movie: &Movie, video: &Track) {
        let mut header: Option<Tfhd> = None;
        let mut time: Option<Tfdt> = None;
        let (mut pictures, mut units) = (0u64, 0u64);
        for (kind, body) in boxes(traf) {
            match &kind {
                b"tfhd" => header = decode(body),
                b"tfdt" => time = decode(body),
                b"trun" => {
                    let default = header
                        .as_ref()
                        .and_then(|header| header.default_sample_duration);
                    let default = default
                        .or_else(|| {
                            let trex = movie.default_of(video.id)?;
                            Some(trex.default_sample_duration)
                        })
                        .unwrap_or_default();
                    if let Some(run) = decode::<Trun>(body) {
                        pictures = pictures.saturating_add(run.samples.len() as u64);
                        units = units.saturating_add(length(&run, default));
                    }
                }
                _ => {}
            }
        }
        if header.is_none_or(|header| header.track_id != video.id) {
            return;
        }
        self.pictures = self.pictures.saturating_add(pictures);
        self.units = self.units.saturating_add(units);
        let (first, last) = self.span.unwrap_or_else(|| {
            let start = time.as_ref().map_or(0, |time| time.base_media_decode_time);
            (start, start)
        });
        let start = time.map_or(last, |time| time.base_media_decode_time);
        let end = last.max(start.saturating_add(units));
        self.span = Some((first.min(start), end));
    }
}

fn length(run: &Trun, default: u32) -> u64 {
    match &run.samples {
        TrunSamples::Inherited { count, .. } => u64::from(*count) * u64::from(default),
        TrunSamples::Explicit(samples) => samples
            .iter()
            .map(|sample| u64::from(sample.duration.unwrap_or(default)))
            .sum(),
    }
}
