//! Films of more than 4 GiB, without a byte of them on the disk: files with holes.
use super::*;
use std::{ops::Range, os::unix::fs::FileExt};

const BORDER: u64 = u32::MAX as u64;

/// Writes a film whose one `mdat` has a head of 64 bits, with `hole` bytes of nothing behind its chunks.
pub(super) fn stretched(path: &Path, film: &[u8], hole: u64) {
    let all = film::boxes(film, 0..film.len());
    let (_, mdat) = all.iter().find(|(kind, _)| kind == b"mdat").unwrap();
    let file = File::create(path).unwrap();
    file.write_all_at(&film[..mdat.end], 0).unwrap();
    let size = mdat.len() as u64 + 16 + hole;
    file.write_all_at(&size.to_be_bytes(), mdat.start as u64 - 8)
        .unwrap();
    file.write_all_at(&film[mdat.end..], mdat.end as u64 + hole)
        .unwrap();
}

/// Where the film begins.
const FRONT: u64 = 16;

/// A film of four bytes at each offset, given by track, which ends 100 bytes behind the last one.
struct Sparse {
    file: tempfile::NamedTempFile,
    tracks: Vec<Vec<u64>>,
}

/// What stands at an offset.
fn mark(offset: u64) -> [u8; 4] {
    u32::try_from(offset).unwrap().to_be_bytes()
}

impl Sparse {
    fn of(tracks: &[&[u64]]) -> Sparse {
        let file = tempfile::NamedTempFile::new().unwrap();
        let end = tracks.iter().copied().flatten().max().unwrap() + 100;
        let index = tracks.iter().map(|offsets| track(&table(offsets, false)));
        let index = boxed(b"moov", &index.collect::<Vec<_>>().concat());
        let mdat = [&b"\0\0\0\x01mdat"[..], &(end - FRONT).to_be_bytes()].concat();
        let put = |bytes: &[u8], at| file.as_file().write_all_at(bytes, at).unwrap();
        put(&boxed(b"ftyp", b"isommp42"), 0);
        put(&mdat, FRONT);
        put(&index, end);
        for &offset in tracks.iter().copied().flatten() {
            put(&mark(offset), offset);
        }
        let tracks = tracks.iter().map(|offsets| offsets.to_vec()).collect();
        Sparse { file, tracks }
    }

    fn read(&self, at: u64, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.file.as_file().read_exact_at(&mut bytes, at).unwrap();
        bytes
    }

    /// Which tables of the new file are wide. Every chunk is looked for where they say.
    fn check(&self) -> Vec<bool> {
        let plan = read_plan(self.file.as_file()).unwrap().unwrap();
        let front = FRONT + plan.shift.size;
        let stretch =
            |range: Range<u64>| self.read(range.start, (range.end - range.start) as usize);
        let front = film::written(&plan, front, stretch);
        assert_eq!(film::names(&front), "ftyp moov");
        let tables = film::tables(&front);
        for ((_, offsets), old) in tables.iter().zip(&self.tracks) {
            assert_eq!(offsets.len(), old.len());
            for (&offset, &old) in offsets.iter().zip(old) {
                let found = self.read(film::place(&plan, offset), 4);
                assert_eq!(found, mark(old), "{old} at {offset}");
            }
        }
        tables.into_iter().map(|(is_wide, _)| is_wide).collect()
    }
}

/// The size of an index of tracks with one narrow offset each.
fn index(tracks: u64) -> u64 {
    8 + tracks * track(&table(&[0], false)).len() as u64
}

#[test]
fn an_offset_is_widened_when_it_passes_4_gib_and_not_before() {
    for (offset, is_wide) in [
        (BORDER - index(1), false),
        (BORDER - index(1) + 1, true),
        (BORDER, true),
    ] {
        assert_eq!(Sparse::of(&[&[offset]]).check(), [is_wide], "{offset}");
        let others = [FRONT + 16, offset - 1000, offset];
        // Two more narrow entries are eight bytes more of index.
        let others = others.map(|other| other.saturating_sub(8).max(FRONT + 16));
        assert_eq!(Sparse::of(&[&others]).check(), [is_wide], "{others:?}");
    }
}

#[test]
fn a_table_that_is_widened_may_push_another_over_the_border() {
    let first = BORDER - index(2) + 1;
    // The wide one is four bytes longer: with the other there it is at the border, a byte further beyond it.
    for (second, is_wide) in [
        (BORDER - index(2) - 4, false),
        (BORDER - index(2) - 3, true),
    ] {
        assert_eq!(Sparse::of(&[&[first], &[second]]).check(), [true, is_wide]);
        assert_eq!(Sparse::of(&[&[second], &[first]]).check(), [is_wide, true]);
        // Without the first nothing happens to the second.
        assert_eq!(
            Sparse::of(&[&[FRONT + 16], &[second]]).check(),
            [false, false]
        );
    }
    // Three in a row.
    let last = BORDER - index(3);
    let row = [[last + 1], [last - 3], [last - 7]];
    assert_eq!(Sparse::of(&[&row[2], &row[1], &row[0]]).check(), [true; 3]);
    let row = [[last + 1], [last - 3], [last - 8]];
    assert_eq!(
        Sparse::of(&[&row[2], &row[1], &row[0]]).check(),
        [false, true, true]
    );
}

#[test]
fn tables_longer_than_what_is_held_at_once_are_widened_whole() {
    let early: Vec<u64> = (0..40_000).map(|chunk| FRONT + 16 + chunk * 1000).collect();
    let late: Vec<u64> = (0..20_000)
        .map(|chunk| BORDER - 30_000_000 + chunk * 1500)
        .collect();
    assert_eq!(Sparse::of(&[&early, &late]).check(), [false, true]);
}

#[test]
fn an_index_larger_than_any_film_needs_stays_where_it_is() {
    let file = tempfile::tempfile().unwrap();
    let old = film::film("ftyp mdat 0 1 moov64", film::narrow);
    let moov = film::boxes(&old, 0..old.len())[2].1.clone();
    file.write_all_at(&old, 0).unwrap();
    let free = |size: u64| [&[0, 0, 0, 1][..], b"free", &size.to_be_bytes()].concat();
    for (size, is_moved) in [((64 << 20) - 16, true), (64 << 20, false)] {
        file.set_len(old.len() as u64).unwrap();
        file.set_len(moov.start as u64 + size).unwrap();
        file.write_all_at(&(size + 16).to_be_bytes(), moov.start as u64 - 8)
            .unwrap();
        let rest = size - moov.len() as u64;
        file.write_all_at(&free(rest), old.len() as u64).unwrap();
        assert_eq!(read_plan(&file).unwrap().is_some(), is_moved, "{size}");
    }
}
