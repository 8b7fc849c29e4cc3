//! A file read piece by piece, within limits that no file's content can move.
use super::ProbeError;
use std::io::{self, Read, Seek, SeekFrom};

/// How often one file may be read from: a two-hour recording in fragments of one second needs about 22,000.
const READS: u32 = 200_000;

/// How many bytes of one file may be read in all. What is looked at is a few kilobytes of a common file.
const BYTES: u64 = 64 << 20;

/// The most bytes one read may ask for: above every leaf box and element that is looked at.
pub(super) const PIECE: u64 = 1 << 20;

/// A file being looked at.
pub(super) struct Source<R> {
    reader: R,
    len: u64,
    reads: u32,
    bytes: u64,
}

impl<R: Read + Seek> Source<R> {
    pub(super) fn new(mut reader: R) -> io::Result<Self> {
        let len = reader.seek(SeekFrom::End(0))?;
        Ok(Self {
            reader,
            len,
            reads: READS,
            bytes: BYTES,
        })
    }

    /// The file's length in bytes.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Whether the file has made us read as often as any may.
    pub(super) fn is_exhausted(&self) -> bool {
        self.reads == 0
    }

    /// The bytes from `from` up to `to`, fewer where the file ends before.
    ///
    /// # Errors
    /// [`ProbeError::Malformed`] for more than [`PIECE`] bytes, and when the file has made us read too much in all.
    pub(super) fn read(&mut self, from: u64, to: u64) -> Result<Vec<u8>, ProbeError> {
        let wanted = to.min(self.len).saturating_sub(from);
        if wanted > PIECE {
            return Err(ProbeError::Malformed);
        }
        self.reads = self.reads.checked_sub(1).ok_or(ProbeError::Malformed)?;
        self.bytes = self
            .bytes
            .checked_sub(wanted)
            .ok_or(ProbeError::Malformed)?;
        self.reader.seek(SeekFrom::Start(from))?;
        // Wanted is at most PIECE, so it fits.
        let mut bytes = Vec::with_capacity(wanted as usize);
        self.reader.by_ref().take(wanted).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Big-endian numbers taken off the front of a slice; `None` where it is too short.
pub(super) fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes: [u8; N] = bytes.get(at..at.checked_add(N)?)?.try_into().ok()?;
    Some(
        bytes
            .iter()
            .fold(0, |number, &byte| number << 8 | u64::from(byte)),
    )
}

/// `units` of `1 / scale` second, in milliseconds, rounded to the nearest.
pub(super) fn milliseconds(units: u64, scale: u64) -> Option<i64> {
    let twice = u128::from(units)
        .checked_mul(2000)?
        .checked_add(scale.into())?;
    i64::try_from(twice.checked_div(u128::from(scale) * 2)?).ok()
}
