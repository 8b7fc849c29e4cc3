//! What a file with its index in front is made of: stretches of the old file, and what changes between them.
//!
//! The whole index is stepped through along the one path that leads to the tables of offsets. Everything else in it, the
//! metadata included, is copied as it stands. Whatever else may say where in the file something is, and cannot be moved
//! with certainty, ends the plan: fragments, a compressed index, items and encryption data at places of the file
//! (`iloc`, `saio`), samples in other files.
use super::offsets::{Shift, Table, settle};
use crate::ingest::{
    ProbeError,
    mp4::{Found, header, is_here},
    source::Source,
};
use std::{
    io::{Read, Seek},
    ops::Range,
};

/// The boxes in boxes that lead to a track's tables.
const PATH: [&[u8; 4]; 5] = [b"moov", b"trak", b"mdia", b"minf", b"stbl"];

/// The most tables of offsets in one file: one a track.
const TABLES: usize = 4096;

/// The largest index, in bytes. A whole day of film has about 30 MB.
const INDEX: u64 = 64 << 20;

/// A file with its index in front.
pub(super) struct Plan {
    pieces: Vec<Piece>,
    /// How what offsets point at moves.
    pub(super) shift: Shift,
    len: u64,
}

/// A stretch of the new file.
pub(super) enum Piece {
    /// These bytes of the old file.
    Old(Range<u64>),
    /// The head of a box whose size has changed.
    New(Vec<u8>),
    /// The entries of a table, moved.
    Offsets(Table),
}

impl Plan {
    /// The new file's stretches in their order.
    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The new file's length in bytes.
    pub(super) fn len(&self) -> u64 {
        self.len
    }
}

/// A box of [`PATH`].
struct Container {
    kind: [u8; 4],
    /// From its head's first byte to its end.
    whole: Range<u64>,
    body: u64,
    growth: u64,
}

/// A table and where it hangs.
struct Hung {
    /// The box's head, and where its content ends.
    whole: Range<u64>,
    body: u64,
    /// Indexes of the containers around it.
    around: Vec<usize>,
}

/// The index, stepped through.
struct Index {
    containers: Vec<Container>,
    hung: Vec<Hung>,
    tables: Vec<Table>,
    shift: Shift,
}

/// Looks what is to be done; `None` where the file starts fast already.
///
/// # Errors
/// [`ProbeError::Io`] when the file cannot be read; any other where it is not understood.
pub(super) fn plan<R: Read + Seek>(source: &mut Source<R>) -> Result<Option<Plan>, ProbeError> {
    let Some((front, moov)) = late_index(source)? else {
        return Ok(None);
    };
    let size = moov.whole.end - moov.whole.start;
    if size > INDEX {
        return Err(ProbeError::Malformed);
    }
    let mut index = Index {
        containers: Vec::new(),
        hung: Vec::new(),
        tables: Vec::new(),
        shift: Shift {
            front,
            index: moov.whole.clone(),
            size,
        },
    };
    index.enter(source, moov, &mut Vec::new())?;
    settle(&mut index.tables, &mut index.shift);
    index.assemble(source).map(Some)
}

/// Where the index goes, and the index, if samples stand before it.
fn late_index<R: Read + Seek>(
    source: &mut Source<R>,
) -> Result<Option<(u64, Container)>, ProbeError> {
    let mut front = 0;
    let mut moov = None;
    let mut has_data = false;
    let mut at = 0;
    loop {
        let found = match header(source, at, source.len()) {
            Ok(Some(found)) if found.end <= source.len() => found,
            Err(ProbeError::Io(error)) => return Err(error.into()),
            Err(error) if source.is_exhausted() => return Err(error),
            // What stands behind a whole film is no box and stays where it is, at the end.
            _ => break,
        };
        match &found.kind {
            b"ftyp" if front == 0 && !has_data => front = found.end,
            b"mdat" if found.body < found.end => has_data = true,
            b"moov" if !has_data => return Ok(None),
            b"moov" if moov.is_none() => {
                moov = Some(Container {
                    kind: found.kind,
                    whole: at..found.end,
                    body: found.body,
                    growth: 0,
                });
            }
            b"ftyp" | b"moov" | b"moof" | b"mfra" | b"sidx" | b"styp" => {
                return Err(ProbeError::Malformed);
            }
            b"meta" => without_places(source, &found)?,
            _ => {}
        }
        at = found.end;
    }
    Ok(moov.map(|moov| (front, moov)))
}

impl Index {
    /// Steps through a container; no deeper than [`PATH`] is long.
    fn enter<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        container: Container,
        around: &mut Vec<usize>,
    ) -> Result<(), ProbeError> {
        let (mut at, end) = (container.body, container.whole.end);
        around.push(self.containers.len());
        self.containers.push(container);
        while let Some(found) = header(source, at, end)? {
            if found.end > end {
                return Err(ProbeError::Malformed);
            }
            let whole = at..found.end;
            match &found.kind {
                b"cmov" | b"rmra" | b"mvex" | b"saio" => return Err(ProbeError::Malformed),
                b"meta" => without_places(source, &found)?,
                b"udta" => {
                    for found in scraps(source, found.body, found.end)? {
                        if &found.kind == b"meta" {
                            without_places(source, &found)?;
                        }
                    }
                }
                b"dinf" => {
                    for found in scraps(source, found.body, found.end)? {
                        if &found.kind == b"dref" {
                            let places = source.read(found.body, found.end)?;
                            // Offsets into another file stay.
                            if !is_here(&places) {
                                return Err(ProbeError::Malformed);
                            }
                        }
                    }
                }
                b"stco" | b"co64" => {
                    let is_wide = &found.kind == b"co64";
                    let table = Table::read(source, found.body..found.end, is_wide, &self.shift)?;
                    self.tables.push(table);
                    self.hung.push(Hung {
                        whole,
                        body: found.body,
                        around: around.clone(),
                    });
                    if self.tables.len() > TABLES {
                        return Err(ProbeError::Malformed);
                    }
                }
                kind if PATH.get(around.len()) == Some(&kind) => {
                    let container = Container {
                        kind: found.kind,
                        whole,
                        body: found.body,
                        growth: 0,
                    };
                    self.enter(source, container, around)?;
                }
                _ => {}
            }
            at = found.end;
        }
        around.pop();
        Ok(())
    }

    /// Puts the new file together.
    fn assemble<R: Read + Seek>(mut self, source: &mut Source<R>) -> Result<Plan, ProbeError> {
        // What comes in the place of what, in the index.
        let mut changes: Vec<(Range<u64>, Piece)> = Vec::new();
        for (table, hung) in self.tables.into_iter().zip(self.hung) {
            if table.is_widened {
                for index in hung.around {
                    self.containers[index].growth += table.growth();
                }
                let size = hung.whole.end - hung.whole.start + table.growth();
                let mut bytes = head(*b"co64", hung.body - hung.whole.start, size)?;
                bytes.extend(source.read(hung.body, table.entries.start)?);
                changes.push((hung.whole.start..table.entries.start, Piece::New(bytes)));
            }
            changes.push((table.entries.clone(), Piece::Offsets(table)));
        }
        for (position, container) in self.containers.into_iter().enumerate() {
            // An index at the end may have said that it reaches to the end.
            if container.growth > 0 || position == 0 {
                let Range { start, end } = container.whole;
                let size = end - start + container.growth;
                let bytes = head(container.kind, container.body - start, size)?;
                changes.push((start..container.body, Piece::New(bytes)));
            }
        }
        changes.sort_by_key(|(range, _)| range.start);

        let Shift { front, index, size } = &self.shift;
        let mut pieces = vec![Piece::Old(0..*front)];
        let mut at = index.start;
        for (range, piece) in changes {
            pieces.push(Piece::Old(at..range.start));
            pieces.push(piece);
            at = range.end;
        }
        pieces.push(Piece::Old(at..index.end));
        pieces.push(Piece::Old(*front..index.start));
        pieces.push(Piece::Old(index.end..source.len()));
        let len = source.len() - (index.end - index.start) + size;
        Ok(Plan {
            pieces,
            shift: self.shift,
            len,
        })
    }
}

/// A box's head of 8 or 16 bytes.
fn head(kind: [u8; 4], head_size: u64, size: u64) -> Result<Vec<u8>, ProbeError> {
    let mut bytes = Vec::with_capacity(32);
    if head_size == 8 {
        let size = u32::try_from(size).map_err(|_| ProbeError::Malformed)?;
        bytes.extend_from_slice(&size.to_be_bytes());
        bytes.extend_from_slice(&kind);
    } else {
        bytes.extend_from_slice(&1u32.to_be_bytes());
        bytes.extend_from_slice(&kind);
        bytes.extend_from_slice(&size.to_be_bytes());
    }
    Ok(bytes)
}

/// The boxes in a box, up to the first that makes no sense: QuickTime ends some with a zero.
fn scraps<R: Read + Seek>(
    source: &mut Source<R>,
    mut at: u64,
    end: u64,
) -> Result<Vec<Found>, ProbeError> {
    let mut all = Vec::new();
    loop {
        match header(source, at, end) {
            Ok(Some(found)) if found.end <= end => {
                at = found.end;
                all.push(found);
            }
            Err(ProbeError::Io(error)) => return Err(error.into()),
            Err(error) if source.is_exhausted() => return Err(error),
            _ => return Ok(all),
        }
    }
}

/// Refuses metadata with items at places of the file (ISO/IEC 14496-12 §8.11.3).
fn without_places<R: Read + Seek>(source: &mut Source<R>, meta: &Found) -> Result<(), ProbeError> {
    // ISO's has a version and flags before its boxes, QuickTime's has not.
    for skipped in [0, 4] {
        let found = scraps(source, meta.body + skipped, meta.end)?;
        if found.iter().any(|found| &found.kind == b"iloc") {
            return Err(ProbeError::Malformed);
        }
    }
    Ok(())
}
