//! MP4, M4V and QuickTime: boxes in boxes (ISO/IEC 14496-12 §4.2).
//!
//! The containers are walked here, along the one path of names that leads to each fact, and only the leaves are given
//! to `mp4-atom`: its own decoding of `moov` and `stsd` follows a box inside a box inside a box without end, and seven
//! kilobytes so nested overflow a thread's stack, which ends the process. It also means that tables of samples, the
//! bulk of a long film's index, are stepped over and never read.
use super::{
    Probe, ProbeError, codecs, fragments,
    source::{PIECE, Source, milliseconds, number},
};
use mp4_atom::{Atom, Mdhd, Mehd, Mvhd, Tkhd, Trex};
use std::io::{Read, Seek};

/// One box: its name, and where its content begins and ends in the file.
pub(super) struct Found {
    pub(super) kind: [u8; 4],
    pub(super) body: u64,
    pub(super) end: u64,
}

/// What `moov` says.
#[derive(Default)]
pub(super) struct Movie {
    timescale: u64,
    duration: u64,
    /// Whether `mvex` announces fragments.
    fragmented: bool,
    fragments_duration: u64,
    pub(super) defaults: Vec<Trex>,
    tracks: Vec<Track>,
}

/// What `trak` says.
#[derive(Default)]
pub(super) struct Track {
    pub(super) id: u32,
    pub(super) timescale: u64,
    duration: u64,
    handler: [u8; 4],
    width: u64,
    height: u64,
    codec: Option<String>,
}

/// Looks into an MP4 family file.
pub(super) fn probe<R: Read + Seek>(source: &mut Source<R>) -> Result<Probe, ProbeError> {
    let mut movie = None;
    let mut has_data = false;
    let mut first_fragment = None;
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
            b"moov" if movie.is_none() => movie = Some(read_movie(source, &found)?),
            b"mdat" => has_data = true,
            b"moof" | b"sidx" if first_fragment.is_none() => {
                has_data |= found.kind == *b"moof";
                first_fragment = Some(at);
                // The rest is a long row of fragments, walked below and only where the duration needs it.
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
    let from_fragments = match first_fragment {
        Some(at) if movie.fragmented => {
            match milliseconds(movie.fragments_duration, movie.timescale) {
                Some(stated) if stated > 0 => Some(stated),
                _ => fragments::duration(source, at, &movie, video)?,
            }
        }
        _ => None,
    };
    let size = |pixels: u64| i64::try_from(pixels).ok().filter(|&pixels| pixels > 0);
    Ok(Probe {
        duration_ms: from_fragments.or_else(|| movie.stated_duration()),
        width: size(video.width),
        height: size(video.height),
        codecs: movie.codecs(video),
        has_video: true,
    })
}

impl Movie {
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
        let sound = self.tracks.iter().find(|track| &track.handler == b"soun");
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
            b"trak" => movie.tracks.push(read_track(source, &found)?),
            _ => {}
        }
    }
    Ok(movie)
}

fn read_track<R: Read + Seek>(source: &mut Source<R>, trak: &Found) -> Result<Track, ProbeError> {
    let mut track = Track::default();
    for found in children(source, trak)? {
        match &found.kind {
            b"tkhd" => {
                if let Some(tkhd) = leaf::<Tkhd, _>(source, &found)? {
                    track.id = tkhd.track_id;
                    let (width, height) = (tkhd.width.integer(), tkhd.height.integer());
                    // A quarter turn either way leaves nothing on the matrix's diagonal (§8.3.2, §6.2.2).
                    let turned = tkhd.matrix.a == 0 && tkhd.matrix.d == 0 && tkhd.matrix.b != 0;
                    (track.width, track.height) = if turned {
                        (height.into(), width.into())
                    } else {
                        (width.into(), height.into())
                    };
                }
            }
            b"mdia" => read_media(source, &found, &mut track)?,
            _ => {}
        }
    }
    Ok(track)
}

fn read_media<R: Read + Seek>(
    source: &mut Source<R>,
    mdia: &Found,
    track: &mut Track,
) -> Result<(), ProbeError> {
    for found in children(source, mdia)? {
        match &found.kind {
            b"mdhd" => {
                if let Some(mdhd) = leaf::<Mdhd, _>(source, &found)? {
                    track.timescale = mdhd.timescale.into();
                    track.duration = mdhd.duration;
                }
            }
            b"hdlr" => {
                // After version, flags and a reserved word; QuickTime's text after it is read by nobody.
                let bytes = source.read(found.body, found.end.min(found.body + 12))?;
                let handler = bytes.get(8..12).and_then(|bytes| bytes.try_into().ok());
                track.handler = handler.unwrap_or_default();
            }
            b"minf" => {
                for stbl in children(source, &found)? {
                    if &stbl.kind != b"stbl" {
                        continue;
                    }
                    for stsd in children(source, &stbl)? {
                        if &stsd.kind == b"stsd" {
                            let bytes = source.read(stsd.body, stsd.end)?;
                            read_entry(&bytes, track);
                        }
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The first sample entry (§8.5.2): its codec, and its size where the track's header gave none.
fn read_entry(stsd: &[u8], track: &mut Track) {
    let Some((kind, entry)) = stsd.get(8..).and_then(|entries| boxes(entries).next()) else {
        return;
    };
    track.codec = codecs::of_entry(kind, entry);
    if track.width == 0 || track.height == 0 {
        track.width = number::<2>(entry, 24).unwrap_or_default();
        track.height = number::<2>(entry, 26).unwrap_or_default();
    }
}

/// The head of the box at `at`; `None` where no further one fits before `end`.
pub(super) fn header<R: Read + Seek>(
    source: &mut Source<R>,
    at: u64,
    end: u64,
) -> Result<Option<Found>, ProbeError> {
    if end.saturating_sub(at) < 8 {
        return Ok(None);
    }
    let head = source.read(at, end.min(at + 16))?;
    let kind = head.get(4..8).and_then(|kind| kind.try_into().ok());
    let kind = kind.ok_or(ProbeError::CutShort)?;
    let (head_size, size) = match number::<4>(&head, 0) {
        Some(0) => (8, end - at),
        Some(1) => (16, number::<8>(&head, 8).unwrap_or_default()),
        size => (8, size.unwrap_or_default()),
    };
    if size < head_size {
        return Err(ProbeError::Malformed);
    }
    Ok(Some(Found {
        kind,
        body: at + head_size,
        end: at.checked_add(size).ok_or(ProbeError::Malformed)?,
    }))
}

/// The boxes in a box, up to the first that makes no sense: writers leave scraps at the end of some.
fn children<R: Read + Seek>(
    source: &mut Source<R>,
    parent: &Found,
) -> Result<Vec<Found>, ProbeError> {
    let mut found = Vec::new();
    let mut at = parent.body;
    loop {
        let child = match header(source, at, parent.end) {
            Ok(Some(child)) if child.end <= parent.end => child,
            Err(ProbeError::Io(error)) => return Err(error.into()),
            Err(error) if source.is_exhausted() => return Err(error),
            _ => break,
        };
        at = child.end;
        found.push(child);
    }
    Ok(found)
}

/// The boxes in a box that is in memory, likewise.
pub(super) fn boxes(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let size = usize::try_from(number::<4>(rest, 0)?).ok()?;
        let size = if size == 0 { rest.len() } else { size };
        let kind = rest.get(4..8)?.try_into().ok()?;
        let body = rest.get(8..size)?;
        rest = &rest[size..];
        Some((kind, body))
    })
}

/// Decodes a box that holds no boxes; `None` where its fields make no sense.
fn leaf<T: Atom, R: Read + Seek>(
    source: &mut Source<R>,
    found: &Found,
) -> Result<Option<T>, ProbeError> {
    let bytes = source.read(found.body, found.end.min(found.body + PIECE))?;
    Ok(decode(&bytes))
}

/// As [`leaf`], of a box in memory.
pub(super) fn decode<T: Atom>(mut bytes: &[u8]) -> Option<T> {
    T::decode_body(&mut bytes).ok()
}
