//! What a track says of itself: its header, its first sample entry, and how many pictures it has.
//!
//! Of the tables of samples only the heads are read: what they count must fit into the box they stand in. Where pictures
//! and sounds stand is looked at in `samples`.
use super::{
    super::{
        ProbeError, codecs,
        probe::language,
        source::{PIECE, Source, number},
    },
    boxes::{Found, boxes, children, leaf},
    samples::{Tables, is_here},
};
use mp4_atom::{Mdhd, Tkhd};
use std::io::{Read, Seek};

/// What `trak` says.
#[derive(Default)]
pub(in crate::ingest) struct Track {
    pub(in crate::ingest) id: u32,
    pub(in crate::ingest) timescale: u64,
    pub(super) duration: u64,
    pub(super) handler: [u8; 4],
    pub(super) width: u64,
    pub(super) height: u64,
    /// Degrees clockwise.
    pub(super) rotation: Option<i64>,
    /// How many samples the index lists; none of a fragmented file.
    pub(super) samples: u64,
    /// How many samples last how many units.
    pub(super) times: Option<(u64, u64)>,
    pub(super) language: Option<String>,
    pub(super) codec: Option<String>,
}

impl Track {
    pub(super) fn is_sound(&self) -> bool {
        &self.handler == b"soun"
    }

    /// Whether its samples are pictures or sounds.
    pub(in crate::ingest) fn is_played(&self) -> bool {
        self.is_sound() || &self.handler == b"vide"
    }
}

pub(super) fn read<R: Read + Seek>(
    source: &mut Source<R>,
    trak: &Found,
) -> Result<Track, ProbeError> {
    let mut track = Track::default();
    let mut tables = Tables::default();
    for found in children(source, trak)? {
        match &found.kind {
            b"tkhd" => {
                if let Some(tkhd) = leaf::<Tkhd, _>(source, &found)? {
                    track.id = tkhd.track_id;
                    let (width, height) = (tkhd.width.integer(), tkhd.height.integer());
                    let matrix = &tkhd.matrix;
                    track.rotation = rotation([matrix.a, matrix.b, matrix.c, matrix.d]);
                    // A quarter turn either way leaves nothing on the matrix's diagonal.
                    let turned = matrix.a == 0 && matrix.d == 0 && matrix.b != 0;
                    (track.width, track.height) = if turned {
                        (height.into(), width.into())
                    } else {
                        (width.into(), height.into())
                    };
                }
            }
            b"mdia" => read_media(source, &found, &mut track, &mut tables)?,
            _ => {}
        }
    }
    // Clocks, places and what else cameras write beside it are nothing that is played.
    if track.is_played() {
        // QuickTime's old sounds state one size for all without meaning it.
        tables.check(source, track.samples, !track.is_sound())?;
    }
    Ok(track)
}

/// The turn that a track's matrix makes (ISO/IEC 14496-12 §8.3.2, §6.2.2); `None` for anything but quarter turns.
fn rotation([a, b, c, d]: [i32; 4]) -> Option<i64> {
    match [a.signum(), b.signum(), c.signum(), d.signum()] {
        [1, 0, 0, 1] => Some(0),
        [0, 1, -1, 0] => Some(90),
        [-1, 0, 0, -1] => Some(180),
        [0, -1, 1, 0] => Some(270),
        _ => None,
    }
}

fn read_media<R: Read + Seek>(
    source: &mut Source<R>,
    mdia: &Found,
    track: &mut Track,
    tables: &mut Tables,
) -> Result<(), ProbeError> {
    let mut extended = None;
    for found in children(source, mdia)? {
        match &found.kind {
            b"mdhd" => {
                if let Some(mdhd) = leaf::<Mdhd, _>(source, &found)? {
                    track.timescale = mdhd.timescale.into();
                    track.duration = mdhd.duration;
                    track.language = language(mdhd.language.as_bytes());
                }
            }
            b"elng" => {
                // Version and flags, then a tag of BCP 47 that ends in a zero (§8.4.6).
                let bytes = source.read(found.body, found.end.min(found.body + 64))?;
                extended = language(bytes.get(4..).unwrap_or_default());
            }
            b"hdlr" => {
                // After version, flags and a reserved word; QuickTime's text after it is read by nobody.
                let bytes = source.read(found.body, found.end.min(found.body + 12))?;
                let handler = bytes.get(8..12).and_then(|bytes| bytes.try_into().ok());
                track.handler = handler.unwrap_or_default();
            }
            b"minf" => {
                for found in children(source, &found)? {
                    match &found.kind {
                        b"stbl" => read_tables(source, &found, track, tables)?,
                        b"dinf" => read_places(source, &found, tables)?,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    track.language = extended.or(track.language.take());
    Ok(())
}

fn read_tables<R: Read + Seek>(
    source: &mut Source<R>,
    stbl: &Found,
    track: &mut Track,
    tables: &mut Tables,
) -> Result<(), ProbeError> {
    for found in children(source, stbl)? {
        match &found.kind {
            b"stsd" => {
                let bytes = source.read(found.body, found.end)?;
                read_entry(&bytes, track);
            }
            b"stts" => {
                check_table(source, &found, 8)?;
                track.times = sum_times(source, &found)?;
            }
            b"ctts" | b"co64" => check_table(source, &found, 8)?,
            b"stsc" => check_table(source, &found, 12)?,
            b"stco" | b"stss" => check_table(source, &found, 4)?,
            b"stsz" | b"stz2" => track.samples = count_samples(source, &found, track)?,
            _ => {}
        }
        tables.note(found);
    }
    Ok(())
}

fn read_places<R: Read + Seek>(
    source: &mut Source<R>,
    dinf: &Found,
    tables: &mut Tables,
) -> Result<(), ProbeError> {
    for found in children(source, dinf)? {
        if &found.kind == b"dref" {
            let bytes = source.read(found.body, found.end.min(found.body + PIECE))?;
            tables.is_elsewhere = !is_here(&bytes);
        }
    }
    Ok(())
}

/// A table's head: version, flags, how many entries follow.
fn check_table<R: Read + Seek>(
    source: &mut Source<R>,
    table: &Found,
    entry: u64,
) -> Result<(), ProbeError> {
    let head = source.read(table.body, table.end.min(table.body + 8))?;
    let count = number::<4>(&head, 4).unwrap_or_default();
    fits(count * entry, table, 8)
}

/// How many samples there are and how long they last together (§8.6.1.2); `None` of a table so long that the track's
/// header is as exact.
fn sum_times<R: Read + Seek>(
    source: &mut Source<R>,
    table: &Found,
) -> Result<Option<(u64, u64)>, ProbeError> {
    const EXACT: u64 = 64 * 1024;
    if table.end - table.body > EXACT {
        return Ok(None);
    }
    let bytes = source.read(table.body, table.end)?;
    let entries = bytes.get(8..).unwrap_or_default().chunks_exact(8);
    let sum = entries.fold((0u64, 0u64), |(samples, units), entry| {
        let count = number::<4>(entry, 0).unwrap_or_default();
        let each = number::<4>(entry, 4).unwrap_or_default();
        (samples + count, units.saturating_add(count * each))
    });
    Ok(Some(sum))
}

/// The head of a table of the samples' sizes (§8.7.3): how many there are.
fn count_samples<R: Read + Seek>(
    source: &mut Source<R>,
    table: &Found,
    track: &Track,
) -> Result<u64, ProbeError> {
    let head = source.read(table.body, table.end.min(table.body + 12))?;
    let size = number::<4>(&head, 4).unwrap_or_default();
    let count = number::<4>(&head, 8).unwrap_or_default();
    if &table.kind == b"stz2" {
        // The last byte says how many bits a size has.
        fits((count * (size & 0xff)).div_ceil(8), table, 12)?;
    } else if size == 0 {
        fits(count * 4, table, 12)?;
    } else if &track.handler == b"vide" && size * count > source.len() {
        // All samples of one size, and more of them than there are bytes. QuickTime's old sounds state such a size
        // without meaning it.
        return Err(ProbeError::Malformed);
    }
    Ok(count)
}

fn fits(bytes: u64, table: &Found, head: u64) -> Result<(), ProbeError> {
    if bytes > (table.end - table.body).saturating_sub(head) {
        return Err(ProbeError::Malformed);
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
