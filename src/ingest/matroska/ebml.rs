//! EBML (RFC 8794): elements in elements.
use super::super::{
    ProbeError,
    source::{Source, number},
};
use std::io::{Read, Seek};

/// The longest element that is read as a value: numbers, names, a codec's set-up.
pub(super) const VALUE: u64 = 64 * 1024;

/// The one element that may be longer than the file: it is said elsewhere what that means.
pub(super) const SEGMENT: u32 = 0x1853_8067;

/// One element: its identity, and where its content begins and ends. The end is open for what is recorded live.
pub(super) struct Element {
    pub(super) id: u32,
    pub(super) body: u64,
    pub(super) end: Option<u64>,
}

/// The element at `at`; `None` where `end` is reached.
pub(super) fn element<R: Read + Seek>(
    source: &mut Source<R>,
    at: u64,
    end: u64,
) -> Result<Option<Element>, ProbeError> {
    if at >= end {
        return Ok(None);
    }
    // An identity is at most 4 bytes long, a size at most 8.
    let head = source.read(at, end.min(at.saturating_add(12)))?;
    let broken = if end == source.len() {
        ProbeError::CutShort
    } else {
        ProbeError::Malformed
    };
    match parse(&head, at) {
        None if head.len() < 12 => Err(broken),
        None => Err(ProbeError::Malformed),
        Some(element) if element.id != SEGMENT && element.end.is_some_and(|its| its > end) => {
            Err(broken)
        }
        found => Ok(found),
    }
}

/// Reads an element's head that stands at `at` in the file (RFC 8794 §4 to §6).
pub(super) fn parse(head: &[u8], at: u64) -> Option<Element> {
    let id_len = head.first()?.leading_zeros() as usize + 1;
    let size_len = head.get(id_len)?.leading_zeros() as usize + 1;
    if id_len > 4 || size_len > 8 {
        return None;
    }
    let id = fold(head.get(..id_len)?);
    let marked = fold(head.get(id_len..id_len + size_len)?);
    let all_ones = (1u64 << (7 * size_len)) - 1;
    let size = marked & all_ones;
    let body = at.checked_add((id_len + size_len) as u64)?;
    Some(Element {
        id: u32::try_from(id).ok()?,
        body,
        end: if size == all_ones {
            None
        } else {
            Some(body.checked_add(size)?)
        },
    })
}

fn fold(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, &byte| number << 8 | u64::from(byte))
}

pub(super) fn value<R: Read + Seek>(
    source: &mut Source<R>,
    element: &Element,
) -> Result<Vec<u8>, ProbeError> {
    let end = element.end.ok_or(ProbeError::Malformed)?;
    if end - element.body > VALUE {
        return Err(ProbeError::Malformed);
    }
    source.read(element.body, end)
}

pub(super) fn unsigned<R: Read + Seek>(
    source: &mut Source<R>,
    element: &Element,
) -> Result<u64, ProbeError> {
    let bytes = value(source, element)?;
    if bytes.len() > 8 {
        return Err(ProbeError::Malformed);
    }
    Ok(fold(&bytes))
}

pub(super) fn float(bytes: &[u8]) -> Option<f64> {
    match bytes.len() {
        4 => Some(f32::from_bits(number::<4>(bytes, 0)? as u32).into()),
        8 => Some(f64::from_bits(number::<8>(bytes, 0)?)),
        _ => None,
    }
}
