//! Where a track's samples stand in the file (ISO/IEC 14496-12 §8.7), and whether the file reaches that far.
//!
//! A copy that broke off does not always show it by the sizes of its boxes: the last one may say that it reaches to the
//! end of the file, and tools mend sizes. So every chunk's offset is looked at, and of the chunk that stands last in the
//! file the sizes of its samples.
use super::{
    super::{
        ProbeError,
        source::{PIECE, Source, number},
    },
    boxes::{Found, boxes},
};
use std::io::{Read, Seek};

/// The most bytes of one table that are read: of a million chunks. Of more offsets than that the last ones are looked
/// at, which stand at the end of any file that was written from its beginning to its end.
const MOST: u64 = 4 << 20;

/// Bytes of one run of chunks in `stsc`.
const RUN: usize = 12;

/// A track's tables.
#[derive(Default)]
pub(super) struct Tables {
    chunks: Option<Found>,
    runs: Option<Found>,
    sizes: Option<Found>,
    /// Whether samples stand in another file.
    pub(super) is_elsewhere: bool,
}

impl Tables {
    /// Notes a table for later.
    pub(super) fn note(&mut self, found: Found) {
        match &found.kind {
            b"stco" | b"co64" => self.chunks = Some(found),
            b"stsc" => self.runs = Some(found),
            b"stsz" | b"stz2" => self.sizes = Some(found),
            _ => {}
        }
    }

    /// Looks whether the file reaches to the end of the track's last chunk. `samples` is how many the track has;
    /// `has_plain_sizes` is whether one size for all of them means what it says.
    ///
    /// # Errors
    /// [`ProbeError::CutShort`] when it does not.
    pub(super) fn check<R: Read + Seek>(
        &self,
        source: &mut Source<R>,
        samples: u64,
        has_plain_sizes: bool,
    ) -> Result<(), ProbeError> {
        let Some(chunks) = self.chunks.as_ref() else {
            return Ok(());
        };
        if samples == 0 || self.is_elsewhere {
            return Ok(());
        }
        let count = entries(source, chunks)?;
        let runs = match &self.runs {
            Some(table) => Runs::read(source, table, count)?,
            None => Runs::none(count),
        };
        let Some((chunk, offset)) = last_chunk(source, chunks, runs.used(samples))? else {
            return Ok(());
        };
        let (first, many) = runs.samples_of(chunk);
        let many = many.min(samples.saturating_sub(first));
        let bytes = match &self.sizes {
            Some(table) if many > 0 => size(source, table, first, many, has_plain_sizes)?,
            _ => 0,
        };
        if offset.saturating_add(bytes) > source.len() {
            return Err(ProbeError::CutShort);
        }
        Ok(())
    }
}

/// How many entries a table says it has.
fn entries<R: Read + Seek>(source: &mut Source<R>, table: &Found) -> Result<u64, ProbeError> {
    let head = source.read(table.body, table.end.min(table.body + 8))?;
    Ok(number::<4>(&head, 4).unwrap_or_default())
}

/// Reads from `from` to `to` in pieces, each a whole number of entries.
fn in_pieces<R: Read + Seek>(
    source: &mut Source<R>,
    from: u64,
    to: u64,
    entry: u64,
    mut take: impl FnMut(&[u8]),
) -> Result<(), ProbeError> {
    let piece = PIECE - PIECE % entry;
    let mut at = from;
    while at < to {
        let end = to.min(at + piece);
        take(&source.read(at, end)?);
        at = end;
    }
    Ok(())
}

/// Of the first `used` chunks the one that stands last in the file: its number, counted from zero, and its offset.
fn last_chunk<R: Read + Seek>(
    source: &mut Source<R>,
    table: &Found,
    used: u64,
) -> Result<Option<(u64, u64)>, ProbeError> {
    let width: u64 = if &table.kind == b"co64" { 8 } else { 4 };
    let mut chunk = used.saturating_sub(MOST / width);
    let start = table.body + 8;
    let mut last: Option<(u64, u64)> = None;
    in_pieces(
        source,
        start + chunk * width,
        start + used * width,
        width,
        |piece| {
            for entry in piece.chunks_exact(width as usize) {
                let offset = if width == 8 {
                    number::<8>(entry, 0)
                } else {
                    number::<4>(entry, 0)
                };
                let offset = offset.unwrap_or_default();
                if last.is_none_or(|(_, greatest)| offset >= greatest) {
                    last = Some((chunk, offset));
                }
                chunk += 1;
            }
        },
    )?;
    Ok(last)
}

/// How many samples each chunk has (§8.7.4).
struct Runs {
    bytes: Vec<u8>,
    /// How many chunks there are.
    chunks: u64,
}

impl Runs {
    fn none(chunks: u64) -> Runs {
        let bytes = Vec::new();
        Runs { bytes, chunks }
    }

    /// Reads the table; nothing of one that is too long.
    fn read<R: Read + Seek>(
        source: &mut Source<R>,
        table: &Found,
        chunks: u64,
    ) -> Result<Runs, ProbeError> {
        let mut runs = Runs::none(chunks);
        let len = entries(source, table)? * RUN as u64;
        if len <= MOST {
            let start = table.body + 8;
            in_pieces(source, start, start + len, RUN as u64, |piece| {
                runs.bytes.extend_from_slice(piece);
            })?;
        }
        Ok(runs)
    }

    /// From which chunk to before which, counted from zero, each has how many samples.
    fn all(&self) -> impl Iterator<Item = (u64, u64, u64)> {
        let first = |run: &[u8]| number::<4>(run, 0).unwrap_or_default().saturating_sub(1);
        let starts = self.bytes.chunks_exact(RUN);
        let ends = starts.clone().skip(1).map(first).chain([self.chunks]);
        starts.zip(ends).map(move |(run, end)| {
            let start = first(run);
            let end = end.min(self.chunks).max(start);
            (start, end, number::<4>(run, 4).unwrap_or_default())
        })
    }

    /// How many chunks hold the first `samples`; all, where that is not said. Some programs leave more of them behind,
    /// which nobody reads.
    fn used(&self, samples: u64) -> u64 {
        let mut left = samples;
        for (start, end, each) in self.all() {
            let run = (end - start).saturating_mul(each);
            if left <= run {
                return start + left.div_ceil(each.max(1));
            }
            left -= run;
        }
        self.chunks
    }

    /// The number of a chunk's first sample, counted from zero, and how many it has.
    fn samples_of(&self, chunk: u64) -> (u64, u64) {
        let mut first: u64 = 0;
        for (start, end, each) in self.all() {
            if (start..end).contains(&chunk) {
                return (
                    first.saturating_add((chunk - start).saturating_mul(each)),
                    each,
                );
            }
            first = first.saturating_add((end - start).saturating_mul(each));
        }
        (first, 0)
    }
}

/// Bytes of `many` samples from the one with the number `first` on (§8.7.3), as far as they can be told.
fn size<R: Read + Seek>(
    source: &mut Source<R>,
    table: &Found,
    first: u64,
    many: u64,
    has_plain_sizes: bool,
) -> Result<u64, ProbeError> {
    // Sizes of less than four bytes, which hardly anybody writes, are not added up.
    if &table.kind != b"stsz" {
        return Ok(0);
    }
    let head = source.read(table.body, table.end.min(table.body + 8))?;
    match number::<4>(&head, 4).unwrap_or_default() {
        0 => {
            let start = table.body + 12 + first * 4;
            let end = start + (many * 4).min(MOST);
            let mut sum: u64 = 0;
            in_pieces(source, start, end.min(table.end), 4, |piece| {
                let sizes = piece.chunks_exact(4);
                sum += sizes.filter_map(|size| number::<4>(size, 0)).sum::<u64>();
            })?;
            Ok(sum)
        }
        all if has_plain_sizes => Ok(all.saturating_mul(many)),
        _ => Ok(0),
    }
}

/// Whether all samples stand in this very file, as `dref` says (§8.7.2).
pub(in crate::ingest) fn is_here(dref: &[u8]) -> bool {
    let (Some(count), Some(entries)) = (number::<4>(dref, 4), dref.get(8..)) else {
        return false;
    };
    let here = boxes(entries).filter(|(kind, body)| {
        let flags = number::<4>(body, 0);
        // Some writers leave the flag out, and the name with it.
        let is_nameless = kind == b"url " && body.iter().skip(4).all(|&byte| byte == 0);
        flags.is_some_and(|flags| flags & 1 == 1 || is_nameless)
    });
    here.count() as u64 == count
}
