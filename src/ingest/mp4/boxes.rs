//! Boxes in a file and boxes in memory (ISO/IEC 14496-12 §4.2).
use super::super::{
    ProbeError,
    source::{PIECE, Source, number},
};
use mp4_atom::Atom;
use std::io::{Read, Seek};

/// One box: its name, and where its content begins and ends in the file.
pub(in crate::ingest) struct Found {
    pub(in crate::ingest) kind: [u8; 4],
    pub(in crate::ingest) body: u64,
    pub(in crate::ingest) end: u64,
}

/// The head of the box at `at`; `None` where no further one fits before `end`.
pub(in crate::ingest) fn header<R: Read + Seek>(
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
pub(in crate::ingest) fn children<R: Read + Seek>(
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
pub(in crate::ingest) fn boxes(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
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
pub(in crate::ingest) fn leaf<T: Atom, R: Read + Seek>(
    source: &mut Source<R>,
    found: &Found,
) -> Result<Option<T>, ProbeError> {
    let bytes = source.read(found.body, found.end.min(found.body + PIECE))?;
    Ok(decode(&bytes))
}

/// As [`leaf`], of a box in memory.
pub(in crate::ingest) fn decode<T: Atom>(mut bytes: &[u8]) -> Option<T> {
    T::decode_body(&mut bytes).ok()
}
