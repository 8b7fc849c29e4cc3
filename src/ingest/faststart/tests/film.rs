//! Films of two tracks built box by box, and read again without the code under test.
use crate::ingest::faststart::plan::{Piece, Plan};
use std::ops::Range;

pub(super) fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len() + 8).unwrap().to_be_bytes();
    [&size[..], kind, body].concat()
}

pub(super) fn boxed_64(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let size = (body.len() as u64 + 16).to_be_bytes();
    [&[0, 0, 0, 1][..], kind, &size, body].concat()
}

/// The table of one track.
pub(super) fn table(offsets: &[u64], is_wide: bool) -> Vec<u8> {
    let mut body = vec![0; 4];
    body.extend_from_slice(&(offsets.len() as u32).to_be_bytes());
    for &offset in offsets {
        if is_wide {
            body.extend_from_slice(&offset.to_be_bytes());
        } else {
            body.extend_from_slice(&u32::try_from(offset).unwrap().to_be_bytes());
        }
    }
    boxed(if is_wide { b"co64" } else { b"stco" }, &body)
}

/// A track around the boxes of its `stbl`.
pub(super) fn track(tables: &[u8]) -> Vec<u8> {
    let tables = [&boxed(b"stsd", b"\0\0\0\0\0\0\0\0"), tables].concat();
    let place = b"\0\0\0\0\0\0\0\x01\0\0\0\x0curl \0\0\0\x01";
    let place = boxed(b"dinf", &boxed(b"dref", place));
    let media = boxed(b"minf", &[place, boxed(b"stbl", &tables)].concat());
    boxed(
        b"trak",
        &boxed(b"mdia", &[boxed(b"mdhd", b"time"), media].concat()),
    )
}

/// The content of an index with narrow tables.
pub(super) fn narrow(tracks: &[Vec<u64>; 2]) -> Vec<u8> {
    let tracks = tracks.iter().map(|offsets| track(&table(offsets, false)));
    let tracks: Vec<Vec<u8>> = tracks.collect();
    [
        boxed(b"mvhd", b"head"),
        tracks.concat(),
        boxed(b"udta", b"\0\0\0\0"),
    ]
    .concat()
}

/// A file of the boxes named. `mdat` is followed by the tracks whose chunks of eight bytes it holds; a head of 64 bits is
/// asked for by `64`, a size of none by `0`. `index` makes the content of `moov` from the chunks' offsets.
pub(super) fn film(layout: &str, index: impl Fn(&[Vec<u64>; 2]) -> Vec<u8>) -> Vec<u8> {
    // The index is as long with the right offsets as with wrong ones.
    let (_, offsets) = laid_out(layout, |offsets| {
        index(&offsets.clone().map(|all| vec![0; all.len()]))
    });
    let (bytes, again) = laid_out(layout, |_| index(&offsets));
    assert_eq!(again, offsets);
    bytes
}

fn laid_out(layout: &str, index: impl Fn(&[Vec<u64>; 2]) -> Vec<u8>) -> (Vec<u8>, [Vec<u64>; 2]) {
    let mut counted: [Vec<u64>; 2] = Default::default();
    for track in layout
        .split(' ')
        .filter_map(|word| word.parse::<usize>().ok())
    {
        counted[track].push(0);
    }
    let mut bytes = Vec::new();
    let mut offsets: [Vec<u64>; 2] = Default::default();
    let mut words = layout.split(' ').peekable();
    while let Some(word) = words.next() {
        match word {
            "moov" => bytes.extend(boxed(b"moov", &index(&counted))),
            "moov64" => bytes.extend(boxed_64(b"moov", &index(&counted))),
            "moov0" => {
                bytes.extend_from_slice(b"\0\0\0\0moov");
                bytes.extend(index(&counted));
            }
            "mdat" | "mdat64" => {
                let head = if word == "mdat" { 8 } else { 16 };
                let mut body = Vec::new();
                while let Some(track) = words.peek().and_then(|word| word.parse::<usize>().ok()) {
                    words.next();
                    let chunk = offsets[track].len();
                    offsets[track].push((bytes.len() + head + body.len()) as u64);
                    body.extend_from_slice(format!("<{track:02}/{chunk:02}>").as_bytes());
                    body.push(b'.');
                }
                let make = if word == "mdat" { boxed } else { boxed_64 };
                bytes.extend(make(b"mdat", &body));
            }
            name => bytes.extend(boxed(name.as_bytes().try_into().unwrap(), name.as_bytes())),
        }
    }
    (bytes, offsets)
}

/// The boxes in a stretch: name and content.
pub(super) fn boxes(bytes: &[u8], mut within: Range<usize>) -> Vec<([u8; 4], Range<usize>)> {
    let mut found = Vec::new();
    while within.len() >= 8 {
        let number = |at: usize, len: usize| {
            let number = bytes[at..at + len].iter();
            number.fold(0usize, |number, &byte| number << 8 | usize::from(byte))
        };
        let at = within.start;
        let (head, size) = match number(at, 4) {
            0 => (8, within.len()),
            1 => (16, number(at + 8, 8)),
            size => (8, size),
        };
        let kind = bytes[at + 4..at + 8].try_into().unwrap();
        found.push((kind, at + head..at + size));
        within.start += size;
    }
    found
}

/// Names of the top-level boxes.
pub(super) fn names(bytes: &[u8]) -> String {
    let all = boxes(bytes, 0..bytes.len());
    let names = all
        .iter()
        .map(|(kind, _)| std::str::from_utf8(kind).unwrap());
    names.collect::<Vec<_>>().join(" ")
}

/// The offsets of every track's chunks, and whether its table is wide.
pub(super) fn tables(bytes: &[u8]) -> Vec<(bool, Vec<u64>)> {
    let mut within: Vec<_> = std::iter::once(0..bytes.len()).collect();
    for name in [b"moov", b"trak", b"mdia", b"minf", b"stbl"] {
        let inner = within.into_iter().flat_map(|range| boxes(bytes, range));
        let inner = inner.filter(|(kind, _)| kind == name);
        within = inner.map(|(_, range)| range).collect();
    }
    let tables = within.into_iter().flat_map(|range| boxes(bytes, range));
    let tables = tables.filter(|(kind, _)| kind == b"stco" || kind == b"co64");
    tables
        .map(|(kind, range)| {
            let is_wide = &kind == b"co64";
            let count = u32::from_be_bytes(bytes[range.start + 4..][..4].try_into().unwrap());
            let width = if is_wide { 8 } else { 4 };
            let entries = bytes[range.start + 8..].chunks(width).take(count as usize);
            let number = |entry: &[u8]| entry.iter().fold(0, |n, &byte| n << 8 | u64::from(byte));
            (is_wide, entries.map(number).collect())
        })
        .collect()
}

/// The first `len` bytes of the new file, and what else its last stretch has.
pub(super) fn written(plan: &Plan, len: u64, old: impl Fn(Range<u64>) -> Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for piece in plan.pieces() {
        if bytes.len() as u64 >= len {
            break;
        }
        match piece {
            Piece::Old(range) => bytes.extend(old(range.clone())),
            Piece::New(new) => bytes.extend_from_slice(new),
            Piece::Offsets(table) => {
                let entries = old(table.entries.clone());
                table.write(&entries[..], &plan.shift, &mut bytes).unwrap();
            }
        }
    }
    bytes
}

/// Where the byte at `at` of the new file stands in the old one; it must have been copied.
pub(super) fn place(plan: &Plan, mut at: u64) -> u64 {
    for piece in plan.pieces() {
        let len = match piece {
            Piece::Old(range) if at < range.end - range.start => return range.start + at,
            Piece::Old(range) => range.end - range.start,
            Piece::New(bytes) => bytes.len() as u64,
            Piece::Offsets(table) => table.entries.end - table.entries.start + table.growth(),
        };
        at = at.checked_sub(len).expect("a copied byte");
    }
    panic!("behind the new file's end");
}
