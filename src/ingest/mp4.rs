//! MP4, M4V and QuickTime: boxes in boxes (ISO/IEC 14496-12 §4.2).
//!
//! The containers are walked here, along the one path of names that leads to each fact, and only the leaves are given
//! to `mp4-atom`: its own decoding of `moov` and `stsd` follows a box inside a box inside a box without end, and seven
//! kilobytes so nested overflow a thread's stack, which ends the process. It also means that tables of samples, the
//! bulk of a long film's index, are stepped over: of them only is read what tells where the film must end.
mod boxes;
mod samples;
mod track;

pub(super) use boxes::{Found, boxes, decode, header};
pub(super) use samples::is_here;
pub(super) use track::Track;

use super::{
    Probe, ProbeError, fragments,
    probe::{frame_rate, size},
    source::{Source, milliseconds},
};
use boxes::{children, leaf};
use mp4_atom::{Mehd, Mvhd, Trex};
use std::io::{Read, Seek};

/// What `moov` says.
#[derive(Default)]
pub(super) struct Movie {
    timescale: u64,
    duration: u64,
    /// Whether `mvex` announces fragments.
    fragmented: bool,
    fragments_duration: u64,
    defaults: Vec<Trex>,
    pub(super) tracks: Vec<Track>,
}

/// Looks into an MP4 family file.
pub(super) fn probe<R: Read + Seek>(source: &mut Source<R>) -> Result<Probe, ProbeError> {
    let mut movie = None;
    let mut has_data = false;
    let mut first_fragment = None;
    // Whether the index comes before what it is an index of.
    let mut index_first = false;
    let mut at = 0;
    loop {
        let found = match header(source, at, source.len()) {
            Ok(Some(found)) => found,
            Ok(None) => break,
            // What stands behind a whole film does not harm it.
            Err(ProbeError::Malformed) if movie.is_some() && has_data => break,
            Err(error) => return Err(error),
        };
        let known = matches!(&found.kind, b"moov" | b"mdat" | b"moof");
        if found.end > source.len() {
            if known || movie.is_none() || !has_data {
                return Err(ProbeError::CutShort);
            }
            break;
        }
        match &found.kind {
            b"moov" if movie.is_none() => {
                index_first = !has_data;
                movie = Some(read_movie(source, &found)?);
            }
            b"mdat" => has_data = true,
            b"moof" | b"sidx" if first_fragment.is_none() => {
                has_data |= found.kind == *b"moof";
                first_fragment = Some(at);
                // The rest is a long row of fragments, walked below.
                if movie.is_some() {
                    break;
                }
            }
            _ => {}
        }
        at = found.end;
    }
    let movie: Movie = movie.ok_or(ProbeError::NoIndex)?;
    let video = movie.video().ok_or(ProbeError::NoVideo)?;
    if !has_data && first_fragment.is_none() {
        return Err(ProbeError::CutShort);
    }
    let fragments = match first_fragment {
        Some(at) if movie.fragmented => {
            let stated = milliseconds(movie.fragments_duration, movie.timescale);
            let stated = stated.filter(|&duration| duration > 0);
            fragments::walk(source, at, &movie, video, stated)?
        }
        _ => Default::default(),
    };
    let sounds = movie.tracks.iter().filter(|track| track.is_sound());
    Ok(Probe {
        duration_ms: fragments.duration.or_else(|| movie.stated_duration()),
        width: size(video.width),
        height: size(video.height),
        codecs: movie.codecs(video),
        has_video: true,
        rotation: video.rotation,
        frame_rate: video.frame_rate().or(fragments.frame_rate),
        audio: sounds.map(|track| track.language.clone()).collect(),
        starts_fast: Some(index_first),
    })
}

impl Track {
    /// On average: a telephone's camera takes its time in the dark.
    fn frame_rate(&self) -> Option<i64> {
        let (samples, units) = match self.times {
            Some(times) => times,
            None => (self.samples, known(self.duration)?),
        };
        frame_rate(samples, units, self.timescale)
    }
}

impl Movie {
    /// What a track's fragments have where they say nothing else.
    pub(super) fn default_of(&self, track: u32) -> Option<&Trex> {
        self.defaults.iter().find(|trex| trex.track_id == track)
    }

    /// The first picture track that has a size, or else the first.
    fn video(&self) -> Option<&Track> {
        let mut videos = self.tracks.iter().filter(|track| &track.handler == b"vide");
        let first = videos.clone().next();
        videos.find(|track| track.width > 0).or(first)
    }

    fn stated_duration(&self) -> Option<i64> {
        let tracks = self
            .tracks
            .iter()
            .map(|track| (track.duration, track.timescale));
        std::iter::once((self.duration, self.timescale))
            .chain(tracks)
            .filter_map(|(duration, timescale)| {
                milliseconds(known(duration)?, timescale).filter(|&duration| duration > 0)
            })
            .next()
    }

    /// The picture's codec and then the sound's; `None` where one is not known, since a list must be whole.
    fn codecs(&self, video: &Track) -> Option<String> {
        let sound = self.tracks.iter().find(|track| track.is_sound());
        let names: Option<Vec<&str>> = std::iter::once(video)
            .chain(sound)
            .map(|track| track.codec.as_deref())
            .collect();
        Some(names?.join(","))
    }
}

/// All ones means "not known" (ISO/IEC 14496-12 §8.2.2.3).
fn known(duration: u64) -> Option<u64> {
    (duration != u64::from(u32::MAX) && duration != u64::MAX).then_some(duration)
}

fn read_movie<R: Read + Seek>(source: &mut Source<R>, moov: &Found) -> Result<Movie, ProbeError> {
    let mut movie = Movie::default();
    for found in children(source, moov)? {
        match &found.kind {
            b"mvhd" => {
                if let Some(mvhd) = leaf::<Mvhd, _>(source, &found)? {
                    movie.timescale = mvhd.timescale.into();
                    movie.duration = mvhd.duration;
                }
            }
            b"mvex" => {
                movie.fragmented = true;
                for found in children(source, &found)? {
                    match &found.kind {
                        b"mehd" => {
                            let mehd = leaf::<Mehd, _>(source, &found)?;
                            movie.fragments_duration = mehd
                                .and_then(|mehd| known(mehd.fragment_duration))
                                .unwrap_or_default();
                        }
                        b"trex" => movie.defaults.extend(leaf::<Trex, _>(source, &found)?),
                        _ => {}
                    }
                }
            }
            b"trak" => movie.tracks.push(track::read(source, &found)?),
            _ => {}
        }
    }
    Ok(movie)
}
