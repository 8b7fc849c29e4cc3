//! How long a fragmented MP4 is (ISO/IEC 14496-12 §8.8, §8.16): what browsers and broadcast programs record.
use super::{
    ProbeError,
    mp4::{Movie, Track, boxes, decode, header},
    source::{Source, milliseconds},
};
use mp4_atom::{Sidx, Tfdt, Tfhd, Trun, TrunSamples};
use std::io::{Read, Seek};

/// The duration in milliseconds, from the segment index where there is one, or else from the fragments themselves,
/// from `at` on; `None` where they are too many or do not say.
pub(super) fn duration<R: Read + Seek>(
    source: &mut Source<R>,
    mut at: u64,
    movie: &Movie,
    video: &Track,
) -> Result<Option<i64>, ProbeError> {
    let mut span: Option<(u64, u64)> = None;
    while let Ok(Some(found)) = header(source, at, source.len()) {
        if found.end > source.len() {
            // The index stands before the fragments, so this one is where the recording was broken off.
            return Err(ProbeError::CutShort);
        }
        if matches!(&found.kind, b"sidx" | b"moof") {
            let Ok(bytes) = source.read(found.body, found.end) else {
                return Ok(None);
            };
            if &found.kind == b"sidx" {
                let stated = decode(&bytes).and_then(|sidx| indexed(&sidx));
                if span.is_none() && stated.is_some() {
                    return Ok(stated);
                }
            } else {
                for (kind, traf) in boxes(&bytes) {
                    if &kind == b"traf" {
                        span = extend(span, traf, movie, video);
                    }
                }
            }
        }
        at = found.end;
    }
    Ok(span.and_then(|(start, end)| milliseconds(end - start, video.timescale)))
}

/// The sum of a segment index that lists the media itself; one of several indexes does not.
fn indexed(sidx: &Sidx) -> Option<i64> {
    if sidx.references.is_empty() || sidx.references.iter().any(|each| each.reference_type) {
        return None;
    }
    let units = sidx
        .references
        .iter()
        .map(|each| u64::from(each.subsegment_duration))
        .sum();
    milliseconds(units, sidx.timescale.into()).filter(|&duration| duration > 0)
}

/// From the first decoding time to the last one's end, in the track's units, one fragment further.
fn extend(
    span: Option<(u64, u64)>,
    traf: &[u8],
    movie: &Movie,
    video: &Track,
) -> Option<(u64, u64)> {
    let mut header: Option<Tfhd> = None;
    let mut time: Option<Tfdt> = None;
    let mut units = 0u64;
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
                        let mut defaults = movie.defaults.iter();
                        let trex = defaults.find(|trex| trex.track_id == video.id);
                        trex.map(|trex| trex.default_sample_duration)
                    })
                    .unwrap_or_default();
                let run = decode(body).map_or(0, |run| length(&run, default));
                units = units.saturating_add(run);
            }
            _ => {}
        }
    }
    if header.is_none_or(|header| header.track_id != video.id) {
        return span;
    }
    let (first, last) = span.unwrap_or_else(|| {
        let start = time.as_ref().map_or(0, |time| time.base_media_decode_time);
        (start, start)
    });
    let start = time.map_or(last, |time| time.base_media_decode_time);
    Some((first.min(start), last.max(start.saturating_add(units))))
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
