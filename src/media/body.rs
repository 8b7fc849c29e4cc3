//! What an answer about a file has in it, and a part of a file as a body that is read as the viewer takes it.
use axum::body::{self, Bytes};
use http_body::{Body, Frame, SizeHint};
use std::{
    convert::Infallible,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::task::{JoinHandle, spawn_blocking};

/// Bytes read at a time, and all that a body ever holds: the next piece is read when the connection asks for it, so a
/// viewer who pauses costs no reading. The connection asks while its own buffer has room, which in hyper is 400 KiB
/// unless the server says less, as ours does with `max_buf_size`.
const PIECE: u64 = 64 * 1024;

/// What an answer has in it. The server's connections send a part of a file by themselves where they can; for
/// everybody else it becomes a body.
#[derive(Debug)]
pub enum Content {
    /// Nothing; its length is 0 or that of what a GET would get.
    Empty,
    /// Nothing, and no word about its length: a `Content-Length: 0` on a 304 would speak of the file
    /// (RFC 9110 §8.6).
    Nothing,
    /// The bytes `start..end` of a file; at least one.
    Part {
        /// Open for reading.
        file: File,
        /// The first byte.
        start: u64,
        /// Behind the last one.
        end: u64,
    },
}

impl Content {
    /// These bytes of a file, of which there may be none.
    pub(super) fn part(file: File, start: u64, end: u64) -> Content {
        if start < end {
            Content::Part { file, start, end }
        } else {
            Content::Empty
        }
    }
}

impl From<Content> for body::Body {
    /// Reads a part while it is sent, 64 KiB at a time. It ends exactly at its promised length; if the file turns
    /// out to be shorter, the connection is cut.
    fn from(content: Content) -> body::Body {
        match content {
            Content::Empty => body::Body::empty(),
            Content::Nothing => body::Body::new(Nothing),
            Content::Part { file, start, end } => body::Body::new(FileBody::new(file, start, end)),
        }
    }
}

/// The bytes `start..end` of a file.
struct FileBody {
    file: Arc<File>,
    at: u64,
    end: u64,
    reading: Option<JoinHandle<io::Result<Vec<u8>>>>,
}

impl FileBody {
    fn new(file: File, start: u64, end: u64) -> Self {
        Self {
            file: Arc::new(file),
            at: start,
            end,
            reading: None,
        }
    }

    fn read(&self) -> JoinHandle<io::Result<Vec<u8>>> {
        let file = Arc::clone(&self.file);
        let (at, len) = (self.at, PIECE.min(self.end - self.at));
        spawn_blocking(move || {
            let mut file = &*file;
            file.seek(SeekFrom::Start(at))?;
            // At most PIECE, so it fits. Left unfilled: zeros would only be written over.
            let mut piece = Vec::with_capacity(len as usize);
            file.take(len).read_to_end(&mut piece)?;
            Ok(piece)
        })
    }
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.is_end_stream() {
            return Poll::Ready(None);
        }
        let mut reading = match self.reading.take() {
            Some(reading) => reading,
            None => self.read(),
        };
        let Poll::Ready(read) = Pin::new(&mut reading).poll(context) else {
            self.reading = Some(reading);
            return Poll::Pending;
        };
        let piece = read.map_err(io::Error::other).flatten().and_then(|piece| {
            if piece.is_empty() {
                // The connection is cut: the length is promised, and made-up bytes would be a lie.
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            Ok(piece)
        });
        match &piece {
            Ok(piece) => self.at += piece.len() as u64,
            Err(_) => self.end = self.at,
        }
        Poll::Ready(Some(piece.map(|piece| Frame::data(piece.into()))))
    }

    fn is_end_stream(&self) -> bool {
        self.at == self.end
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.end - self.at)
    }
}

/// No body, and no word about its length.
struct Nothing;

impl Body for Nothing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }
}
