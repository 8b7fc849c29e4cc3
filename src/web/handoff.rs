//! Pieces of files that the connection sends by itself: no byte of them comes into this process.
//!
//! An answer's body cannot name a file to hyper, it can only give bytes. So [`Handoff::give`] notes
//! which piece of which file is meant and gives *stand-ins* of the same length: bytes that nobody ever
//! reads. hyper passes them on uncopied, and where they would be written the connection finds them by
//! their address, and sends the piece that was noted instead (`server::connection`).
//!
//! Stand-ins never reach a viewer. Each piece has its own place among them, so address and length of
//! what is to be written must be those of the next piece that was noted; anything else (a layer that
//! kept, copied, cut or dropped them) ends the connection. Nor may such a body be looked at on its way:
//! whatever changes bodies has to leave alone those that say `Accept-Ranges`.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, IoSlice},
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
};

use axum::body::Bytes;

/// The most that one piece may hold, in bytes.
pub const PIECE: usize = 256 * 1024;

/// Room for more pieces than hyper queues at once.
const STAND_INS: usize = 4 * PIECE;

/// Zeros that are never touched, so the system gives them no memory.
static ZEROS: LazyLock<Vec<u8>> = LazyLock::new(|| vec![0; STAND_INS]);

/// What a connection is to send of files, in order; cheap to clone. It stands in the extensions of each
/// request whose connection can do that.
#[derive(Clone, Debug, Default)]
pub struct Handoff(Arc<Mutex<Noted>>);

#[derive(Debug, Default)]
struct Noted {
    pieces: VecDeque<Piece>,
    /// Where among the stand-ins the next piece begins, unless it has no room there.
    place: usize,
}

/// What is left to send of a piece.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Open for reading.
    pub file: Arc<File>,
    /// Where in the file it begins.
    pub offset: u64,
    /// Bytes; never 0.
    pub len: usize,
    place: usize,
}

/// What is to be written next.
#[derive(Debug)]
pub enum Next<'a, 'b> {
    /// Plain bytes.
    Bytes {
        /// They, and nothing else.
        slices: &'a [IoSlice<'b>],
        /// Whether a piece of a file comes right behind them.
        more: bool,
    },
    /// A piece of a file.
    File(Piece),
}

impl Handoff {
    /// Notes `len` bytes of a file, from `offset` on, as what the connection has to send next, and
    /// gives what the body has to yield for them. At most [`PIECE`] bytes, and at least one.
    pub fn give(&self, file: &Arc<File>, offset: u64, len: usize) -> Bytes {
        debug_assert!((1..=PIECE).contains(&len));
        let mut noted = self.noted();
        let place = if noted.place + len <= STAND_INS {
            noted.place
        } else {
            0
        };
        noted.place = place + len;
        noted.pieces.push_back(Piece {
            file: Arc::clone(file),
            offset,
            len,
            place,
        });
        Bytes::from_static(&ZEROS[place..place + len])
    }

    /// What these slices, all that is waiting to be written, ask to be sent first.
    ///
    /// # Errors
    /// When their stand-ins are not exactly the pieces that were noted.
    pub fn next<'a, 'b>(&self, slices: &'a [IoSlice<'b>]) -> io::Result<Next<'a, 'b>> {
        let noted = self.noted();
        let mut pieces = noted.pieces.iter();
        let mut plain = slices.len();
        for (number, slice) in slices.iter().enumerate() {
            let Some(place) = place(slice) else {
                continue;
            };
            let meant = pieces.next().map(|piece| (piece.place, piece.len));
            if meant != Some((place, slice.len())) {
                return Err(io::Error::other("bytes that stand for no piece of a file"));
            }
            plain = plain.min(number);
        }
        if pieces.next().is_some() {
            return Err(io::Error::other("a piece of a file was lost on its way"));
        }
        let slices = &slices[..plain];
        Ok(match noted.pieces.front() {
            Some(piece) if slices.iter().all(|slice| slice.is_empty()) => Next::File(piece.clone()),
            piece => Next::Bytes {
                slices,
                more: piece.is_some(),
            },
        })
    }

    /// That so many bytes of the first piece are gone.
    pub fn sent(&self, len: usize) {
        let mut noted = self.noted();
        let Some(piece) = noted.pieces.front_mut() else {
            return;
        };
        piece.offset += len as u64;
        piece.place += len;
        piece.len = piece.len.saturating_sub(len);
        if piece.len == 0 {
            noted.pieces.pop_front();
        }
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        // Nothing in here panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where among the stand-ins a slice begins; `None` of bytes that are meant as they are.
fn place(slice: &[u8]) -> Option<usize> {
    // A vector that nobody has made yet has given nothing away.
    let zeros = LazyLock::get(&ZEROS)?;
    let place = slice.as_ptr().addr().checked_sub(zeros.as_ptr().addr())?;
    (place < STAND_INS && !slice.is_empty()).then_some(place)
}
