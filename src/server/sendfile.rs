//! An answer to its socket: the head, and its part of a file from the page cache by `sendfile`. No byte of
//! the file comes into this process, and none is waited for on an async worker.

use std::{
    cell::RefCell,
    fs::File,
    future::poll_fn,
    io::{self, IoSliceMut, Write},
    num::NonZeroU64,
    os::unix::fs::FileExt,
    sync::Arc,
    time::SystemTime,
};

use axum::http::header;
use rustix::{
    fs::{Advice, fadvise, fstat, sendfile},
    io::{ReadWriteFlags, preadv2, retry_on_intr},
    net::{SendFlags, send},
};
use tokio::{
    io::Interest,
    net::TcpStream,
    sync::Semaphore,
    task::{spawn_blocking, yield_now},
};

use super::patience::Patience;
use crate::media::{Answer, Content, respond::Response};

/// Parts of at most so many bytes are copied behind their head: a second call would cost more.
const SMALL: u64 = 16 * 1024;

/// Bytes that one connection sends at most before the others of the same worker have their turn.
const TURN: u64 = 1024 * 1024;

/// Bytes that are looked for in memory at a time, or fetched from the disk (as many again are announced),
/// and that one call sends at most.
const FETCH: u64 = 512 * 1024;

/// Bytes between two that are looked for: about as many as the system reads ahead.
const STRIDE: u64 = 256 * 1024;

/// Pieces that are fetched from the disk at once; more wait for their turn.
static FETCHES: Semaphore = Semaphore::const_new(32);

/// Sends all of an answer; `is_last` when the connection ends with it.
///
/// # Errors
/// What the connection or the disk says; [`io::ErrorKind::UnexpectedEof`] when the file has become shorter,
/// and [`io::ErrorKind::TimedOut`] when the other end takes nothing.
pub(super) async fn send_answer(
    stream: &TcpStream,
    answer: Answer,
    is_last: bool,
    patience: &mut Patience,
) -> io::Result<()> {
    let Answer {
        response,
        mut entry,
    } = answer;
    let head = head(&response, is_last);
    match response.into_body() {
        Content::Part { file, start, end } => {
            writable(stream, patience).await?;
            let sent = try_send_whole(stream, &head, &file, start, end)?;
            let (of_head, of_part) = match sent.checked_sub(head.len()) {
                Some(more) => (head.len(), more as u64),
                None => (sent, 0),
            };
            // Not held back for the part: both in one packet take the system longer than two do.
            send_bytes(stream, &head[of_head..], patience).await?;
            entry.sent(of_part);
            let file = Arc::new(file);
            let tell = |bytes| entry.sent(bytes);
            send_part(stream, &file, start + of_part, end, patience, tell).await
        }
        Content::Empty | Content::Nothing => send_bytes(stream, &head, patience).await,
    }
}

/// Status line and headers (RFC 9112 §4 and §5).
fn head(response: &Response, is_last: bool) -> Vec<u8> {
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or_default();
    let mut head = Vec::with_capacity(1024);
    let headers = response.headers();
    // Writing into memory does not fail.
    let _ = write!(head, "HTTP/1.1 {} {reason}\r\n", status.as_str());
    for (name, value) in headers {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    let says_length = headers.contains_key(header::CONTENT_LENGTH);
    if matches!(response.body(), Content::Empty) && !says_length {
        head.extend_from_slice(b"content-length: 0\r\n");
    }
    if is_last {
        head.extend_from_slice(b"connection: close\r\n");
    }
    let date = httpdate::HttpDate::from(SystemTime::now());
    let _ = write!(head, "date: {date}\r\n\r\n");
    head
}

async fn send_bytes(
    stream: &TcpStream,
    mut bytes: &[u8],
    patience: &mut Patience,
) -> io::Result<()> {
    while !bytes.is_empty() {
        writable(stream, patience).await?;
        let tried = stream.try_io(Interest::WRITABLE, || {
            Ok(retry_on_intr(|| send(stream, bytes, SendFlags::NOSIGNAL))?)
        });
        match tried {
            Ok(sent) => bytes = &bytes[sent..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Sends a head and a small part of a file at once, as far as the socket takes them; how many bytes of
/// both. None when the part is not small, or not in memory.
fn try_send_whole(
    stream: &TcpStream,
    head: &[u8],
    file: &File,
    start: u64,
    end: u64,
) -> io::Result<usize> {
    thread_local! {
        static BOTH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    if end - start > SMALL {
        return Ok(0);
    }
    BOTH.with_borrow_mut(|both| {
        let len = head.len() + (end - start) as usize;
        if both.len() < len {
            both.resize(len, 0);
        }
        let both = &mut both[..len];
        let (to_head, to_part) = both.split_at_mut(head.len());
        to_head.copy_from_slice(head);
        let part = to_part.len();
        let slices = &mut [IoSliceMut::new(to_part)];
        let read = retry_on_intr(|| preadv2(file, slices, start, ReadWriteFlags::NOWAIT));
        if read != Ok(part) {
            return Ok(0);
        }
        let tried = stream.try_io(Interest::WRITABLE, || {
            Ok(retry_on_intr(|| send(stream, both, SendFlags::NOSIGNAL))?)
        });
        match tried {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
            tried => tried,
        }
    })
}

/// Sends the bytes `at..end` of a file, and tells how many at a time.
async fn send_part(
    stream: &TcpStream,
    file: &Arc<File>,
    mut at: u64,
    end: u64,
    patience: &mut Patience,
    mut tell: impl FnMut(u64),
) -> io::Result<()> {
    // Up to where the bytes are in memory. They are not looked for again: where it is short they might be
    // gone before each look.
    let mut ready = at;
    let mut turn = 0;
    while at < end {
        writable(stream, patience).await?;
        if at == ready {
            ready = end.min(at + FETCH);
            // That a disk is slow is not the reader's fault.
            if !is_in_memory(file, at, ready) {
                fetch(Arc::clone(file), at, ready).await?;
            }
        }
        let sent = try_send(stream, file, at, ready - at)?;
        at += sent;
        tell(sent);
        turn += sent;
        if turn >= TURN {
            turn = 0;
            yield_now().await;
        }
    }
    Ok(())
}

/// Waits until the socket takes bytes.
async fn writable(stream: &TcpStream, patience: &mut Patience) -> io::Result<()> {
    poll_fn(|context| {
        let ready = stream.poll_write_ready(context);
        patience.with(context, ready)
    })
    .await
}

/// Sends what the socket takes at once of `len` bytes of a file, which may be none.
fn try_send(stream: &TcpStream, file: &File, at: u64, len: u64) -> io::Result<u64> {
    let mut sent = 0;
    let tried = stream.try_io(Interest::WRITABLE, || {
        let mut offset = at;
        // At most FETCH, so it fits.
        sent = retry_on_intr(|| sendfile(stream, file, Some(&mut offset), len as usize))? as u64;
        if sent == len {
            return Ok(());
        }
        let size = fstat(file)?.st_size;
        if at + sent >= size.try_into().unwrap_or(0) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // The socket is full: said now, or the next call would be made for nothing.
        Err(io::ErrorKind::WouldBlock.into())
    });
    match tried {
        Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
        _ => Ok(sent),
    }
}

/// Whether a part of a file is in memory, or behind its end, as far as some of its bytes tell. Where the
/// file system cannot tell, it is not.
fn is_in_memory(file: &File, start: u64, end: u64) -> bool {
    let mut byte = [0];
    (start..end).step_by(STRIDE as usize).all(|at| {
        let slices = &mut [IoSliceMut::new(&mut byte)];
        retry_on_intr(|| preadv2(file, slices, at, ReadWriteFlags::NOWAIT)).is_ok()
    })
}

/// Brings part of a file into memory, on a thread that may wait.
async fn fetch(file: Arc<File>, start: u64, end: u64) -> io::Result<()> {
    // Never closed.
    let _turn = FETCHES.acquire().await.map_err(io::Error::other)?;
    let read = spawn_blocking(move || {
        // Not every file system takes advice.
        let _ = fadvise(&file, start, NonZeroU64::new(2 * FETCH), Advice::WillNeed);
        let mut bytes = vec![0; 64 * 1024];
        let mut at = start;
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
