//! A file written again in memory, each of its offsets followed.
use super::{
    offsets::{Shift, Table},
    plan::{Piece, plan},
};
use crate::ingest::source::Source;
use std::{io::Cursor, ops::Range};

/// The new file; `None` where the old one stays.
pub fn written(old: &[u8]) -> Option<Vec<u8>> {
    let mut source = Source::new(Cursor::new(old)).expect("memory can be read");
    let plan = plan(&mut source).ok()??;
    let stretch = |range: &Range<u64>| &old[range.start as usize..range.end as usize];
    let (mut new, mut moved) = (Vec::new(), Vec::new());
    for piece in plan.pieces() {
        match piece {
            Piece::Old(range) => new.extend_from_slice(stretch(range)),
            Piece::New(bytes) => new.extend_from_slice(bytes),
            Piece::Offsets(table) => {
                let from = new.len();
                let entries = stretch(&table.entries);
                let result = table.write(entries, &plan.shift, &mut new);
                result.expect("memory can be written");
                moved.extend(pairs(table, entries, &new[from..]));
            }
        }
    }
    assert_eq!(new.len() as u64, plan.len());
    for (before, after) in moved {
        assert_eq!(plan.shift.of(before), Some(after));
        let len = 8.min(end_of_run(&plan.shift, before, old.len()) - before);
        assert_eq!(
            stretch(&(before..before + len)),
            &new[after as usize..][..len as usize]
        );
    }
    Some(new)
}

/// Every offset as it was and as it is now.
fn pairs(table: &Table, old: &[u8], new: &[u8]) -> Vec<(u64, u64)> {
    let numbers = |bytes: &[u8], is_wide| {
        let entries = bytes.chunks_exact(if is_wide { 8 } else { 4 });
        let number = |entry: &[u8]| {
            entry
                .iter()
                .fold(0, |sum, &byte| sum << 8 | u64::from(byte))
        };
        entries.map(number).collect::<Vec<_>>()
    };
    let before = numbers(old, table.is_wide);
    let after = numbers(new, table.is_wide || table.is_widened);
    assert_eq!(before.len(), after.len());
    before.into_iter().zip(after).collect()
}

/// Where the stretch of the old file ends that is copied around this offset.
fn end_of_run(shift: &Shift, offset: u64, len: usize) -> u64 {
    if offset <= shift.index.start {
        shift.index.start
    } else {
        len as u64
    }
}
