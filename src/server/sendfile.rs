//! Pieces of files from the page cache to a socket, by `sendfile`: no byte of them comes into this
//! process, and none of them is waited for on an async worker.

use std::{
    fs::File,
    io::{self, IoSliceMut},
    num::NonZeroU64,
    os::unix::fs::FileExt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use rustix::{
    fs::{Advice, fadvise, fstat, sendfile},
    io::{ReadWriteFlags, preadv2, retry_on_intr},
    net::{SendFlags, send},
};
use tokio::{io::Interest, net::TcpStream, sync::Semaphore, task::spawn_blocking};

use crate::web::handoff::Piece;

/// Bytes that one call sends at most. Those waiting to be sent by other connections of the same worker
/// wait for it.
const CALL: usize = 128 * 1024;

/// Bytes that are fetched from the disk at a time, and again as many announced.
const FETCH: usize = 256 * 1024;

/// Pieces that are fetched from the disk at once; more wait for their turn.
static FETCHES: Semaphore = Semaphore::const_new(32);

/// Sends a connection's pieces, one after the other.
#[derive(Default)]
pub(super) struct Sender {
    fetching: Option<Pin<Box<dyn Future<Output = io::Result<()>> + Send>>>,
    /// Up to where the present piece was fetched. It is not looked at again: where memory is short it
    /// might be gone before each look.
    fetched: u64,
}

impl Sender {
    /// Ready when the next bytes of a piece are in memory.
    ///
    /// # Errors
    /// What the disk says.
    pub(super) fn poll_in_memory(
        &mut self,
        context: &mut Context<'_>,
        piece: &Piece,
    ) -> Poll<io::Result<()>> {
        let end = piece.offset + piece.len.min(CALL) as u64;
        if self.fetching.is_none() {
            if end <= self.fetched || is_in_memory(&piece.file, piece.offset, end) {
                return Poll::Ready(Ok(()));
            }
            let file = Arc::clone(&piece.file);
            self.fetching = Some(Box::pin(fetch(file, piece.offset, piece.len)));
        }
        if let Some(fetching) = &mut self.fetching {
            let fetched = ready!(fetching.as_mut().poll(context));
            self.fetching = None;
            fetched?;
        }
        self.fetched = end;
        Poll::Ready(Ok(()))
    }

    /// Sends what the socket takes of a piece: at least one byte.
    ///
    /// # Errors
    /// What the connection or the disk says; [`io::ErrorKind::UnexpectedEof`] when the file has become
    /// shorter than the piece.
    pub(super) fn poll_send(
        &mut self,
        stream: &TcpStream,
        context: &mut Context<'_>,
        piece: &Piece,
    ) -> Poll<io::Result<usize>> {
        let len = piece.len.min(CALL);
        loop {
            ready!(stream.poll_write_ready(context))?;
            let mut sent = 0;
            let tried = stream.try_io(Interest::WRITABLE, || {
                let mut at = piece.offset;
                sent = retry_on_intr(|| sendfile(stream, &piece.file, Some(&mut at), len))?;
                if sent == len {
                    return Ok(());
                }
                let size = fstat(&piece.file)?.st_size;
                if piece.offset + sent as u64 >= size.try_into().unwrap_or(0) {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                // The socket is full: said now, or the next call would be made for nothing.
                Err(io::ErrorKind::WouldBlock.into())
            });
            match tried {
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => {
                    return Poll::Ready(Err(error));
                }
                _ if sent > 0 => {
                    // The next piece may be of another file.
                    if sent == piece.len {
                        self.fetched = 0;
                    }
                    return Poll::Ready(Ok(sent));
                }
                _ => {}
            }
        }
    }
}

/// Sends plain bytes that a piece follows, so that they may share its first packet.
pub(super) fn poll_send_before(
    stream: &TcpStream,
    context: &mut Context<'_>,
    bytes: &[u8],
) -> Poll<io::Result<usize>> {
    loop {
        ready!(stream.poll_write_ready(context))?;
        let flags = SendFlags::MORE | SendFlags::NOSIGNAL;
        let tried = stream.try_io(Interest::WRITABLE, || {
            Ok(retry_on_intr(|| send(stream, bytes, flags))?)
        });
        match tried {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            tried => return Poll::Ready(tried),
        }
    }
}

/// Whether the first and the last byte of a part of a file are in memory, or behind its end; in between
/// are at most [`CALL`] bytes, about as many as the system reads ahead. Where the file system cannot
/// tell, they are not.
fn is_in_memory(file: &File, start: u64, end: u64) -> bool {
    let mut byte = [0];
    [start, end - 1].into_iter().all(|at| {
        let slices = &mut [IoSliceMut::new(&mut byte)];
        retry_on_intr(|| preadv2(file, slices, at, ReadWriteFlags::NOWAIT)).is_ok()
    })
}

/// Brings part of a file into memory, on a thread that may wait.
async fn fetch(file: Arc<File>, offset: u64, len: usize) -> io::Result<()> {
    // Never closed.
    let _turn = FETCHES.acquire().await.map_err(io::Error::other)?;
    let read = spawn_blocking(move || {
        let both = NonZeroU64::new(2 * FETCH as u64);
        // Not every file system takes advice.
        let _ = fadvise(&file, offset, both, Advice::WillNeed);
        let mut bytes = vec![0; 64 * 1024];
        let end = offset + len.min(FETCH) as u64;
        let mut at = offset;
        while at < end {
            match file.read_at(&mut bytes, at) {
                Ok(0) => break,
                Ok(read) => at += read as u64,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    });
    read.await.map_err(io::Error::other)?
}
