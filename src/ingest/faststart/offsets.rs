//! Tables of chunk offsets (`stco` and `co64`, ISO/IEC 14496-12 §8.7.5): where in the file each run of samples begins.
//! They are read and written in pieces and never held.
use crate::ingest::{
    ProbeError,
    source::{Source, number},
};
use std::{
    io::{self, Read, Seek, Write},
    ops::Range,
};

/// Bytes of a table that are held at once.
const PIECE: usize = 64 * 1024;

/// How far what stands in the file moves when the index does.
pub(super) struct Shift {
    /// Where the file's first box ends, behind which the index is put: nothing before that moves.
    pub(super) front: u64,
    /// Where the index stands in the old file.
    pub(super) index: Range<u64>,
    /// The index's size in the new file; never less than before.
    pub(super) size: u64,
}

impl Shift {
    /// Where the byte at `offset` in the old file stands in the new one.
    pub(super) fn of(&self, offset: u64) -> Option<u64> {
        let moved = offset.checked_add(self.size)?;
        if offset <= self.index.start {
            Some(moved)
        } else {
            moved.checked_sub(self.index.end - self.index.start)
        }
    }

    /// Whether samples can begin at `offset` of a file of `len` bytes. A chunk without a byte may stand at the very end
    /// of the data before the index, or of the file.
    fn covers(&self, offset: u64, len: u64) -> bool {
        (self.front..=self.index.start).contains(&offset)
            || (self.index.end..=len).contains(&offset)
    }
}

/// One table.
#[derive(Clone)]
pub(super) struct Table {
    /// Where its entries stand in the old file.
    pub(super) entries: Range<u64>,
    /// Whether entries are of 8 bytes in the old file, as in `co64`, or of 4.
    pub(super) is_wide: bool,
    /// Whether they have to become so in the new file.
    pub(super) is_widened: bool,
    /// The greatest offset before the index, and the greatest behind it.
    greatest: [Option<u64>; 2],
}

impl Table {
    /// Reads a table in the box whose content is `body`.
    ///
    /// # Errors
    /// [`ProbeError::Malformed`] when it is longer than its box, or points anywhere but at samples.
    pub(super) fn read<R: Read + Seek>(
        source: &mut Source<R>,
        body: Range<u64>,
        is_wide: bool,
        shift: &Shift,
    ) -> Result<Table, ProbeError> {
        // Version, flags and the number of entries.
        let head = source.read(body.start, body.end.min(body.start + 8))?;
        let count = number::<4>(&head, 4).ok_or(ProbeError::Malformed)?;
        let start = body.start + 8;
        let end = start + count * if is_wide { 8 } else { 4 };
        if end > body.end {
            return Err(ProbeError::Malformed);
        }
        let mut table = Table {
            entries: start..end,
            is_wide,
            is_widened: false,
            greatest: [None; 2],
        };
        for at in (start..end).step_by(PIECE) {
            let piece = source.read(at, end.min(at + PIECE as u64))?;
            for offset in table.offsets(&piece) {
                if !shift.covers(offset, source.len()) {
                    return Err(ProbeError::Malformed);
                }
                let greatest = &mut table.greatest[usize::from(offset > shift.index.start)];
                *greatest = (*greatest).max(Some(offset));
            }
        }
        Ok(table)
    }

    /// How many bytes longer the table becomes.
    pub(super) fn growth(&self) -> u64 {
        if self.is_widened {
            self.entries.end - self.entries.start
        } else {
            0
        }
    }

    /// Whether an offset does not fit into the 4 bytes it has any more.
    fn overflows(&self, shift: &Shift) -> bool {
        !self.is_wide
            && !self.is_widened
            && self.greatest.iter().flatten().any(|&offset| {
                shift
                    .of(offset)
                    .is_none_or(|moved| moved > u64::from(u32::MAX))
            })
    }

    /// Writes the entries as the new file has them. `old` are the entries' bytes.
    ///
    /// # Errors
    /// What the files say.
    pub(super) fn write(
        &self,
        mut old: impl Read,
        shift: &Shift,
        mut new: impl Write,
    ) -> io::Result<()> {
        let (mut piece, mut moved) = (Vec::with_capacity(PIECE), Vec::new());
        loop {
            piece.clear();
            moved.clear();
            old.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
            if piece.is_empty() {
                return Ok(());
            }
            for offset in self.offsets(&piece) {
                let offset = shift.of(offset).ok_or_else(changed)?;
                if self.is_wide || self.is_widened {
                    moved.extend_from_slice(&offset.to_be_bytes());
                } else {
                    let offset = u32::try_from(offset).map_err(|_| changed())?;
                    moved.extend_from_slice(&offset.to_be_bytes());
                }
            }
            new.write_all(&moved)?;
        }
    }

    fn offsets<'a>(&self, bytes: &'a [u8]) -> impl Iterator<Item = u64> + use<'a> {
        let is_wide = self.is_wide;
        bytes
            .chunks_exact(if is_wide { 8 } else { 4 })
            .filter_map(move |entry| {
                if is_wide {
                    number::<8>(entry, 0)
                } else {
                    number::<4>(entry, 0)
                }
            })
    }
}

/// Widens what has to be. A wider table makes the index longer, which moves the samples further, which may make another
/// table too narrow: repeated until nothing changes, so that no table is widened without need.
pub(super) fn settle(tables: &mut [Table], shift: &mut Shift) {
    let mut narrow: Vec<&mut Table> = tables.iter_mut().collect();
    loop {
        let before = shift.size;
        narrow.retain_mut(|table| {
            table.is_widened = table.overflows(shift);
            shift.size += table.growth();
            !table.is_widened
        });
        if shift.size == before {
            return;
        }
    }
}

/// Cannot be: the plan was made from the same bytes.
fn changed() -> io::Error {
    io::Error::other("the file was changed while it was written again")
}
