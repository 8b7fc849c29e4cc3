//! A connection as hyper sees it: it sends pieces of files by itself, and does not wait for ever for a
//! reader who reads nothing.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use super::patience::Patience;
#[cfg(target_os = "linux")]
use super::sendfile::{self, Sender};
use crate::web::handoff::{Handoff, Next};

/// A connection whose writes fail with [`io::ErrorKind::TimedOut`] once the other end has taken
/// nothing for as long as it has patience, though something was waiting for it.
pub(super) struct Connection {
    stream: TcpStream,
    patience: Patience,
    handoff: Handoff,
    #[cfg(target_os = "linux")]
    sender: Sender,
}

impl Connection {
    /// What bodies note in `handoff` is sent where their stand-ins are written.
    pub(super) fn new(stream: TcpStream, patience: Duration, handoff: Handoff) -> Connection {
        Connection {
            stream,
            patience: Patience::new(patience),
            handoff,
            #[cfg(target_os = "linux")]
            sender: Sender::default(),
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = match this.handoff.next(slices)? {
            #[cfg(target_os = "linux")]
            Next::Bytes { slices, more: true } => {
                let first = slices.iter().find(|slice| !slice.is_empty());
                let bytes = first.map_or(&[][..], |slice| slice);
                sendfile::poll_send_before(&this.stream, context, bytes)
            }
            Next::Bytes { slices, .. } => {
                Pin::new(&mut this.stream).poll_write_vectored(context, slices)
            }
            #[cfg(target_os = "linux")]
            Next::File(piece) => {
                // That a disk is slow is not the reader's fault.
                if this.stream.poll_write_ready(context).is_ready() {
                    ready!(this.sender.poll_in_memory(context, &piece))?;
                }
                let sent = this.sender.poll_send(&this.stream, context, &piece);
                if let Poll::Ready(Ok(len)) = &sent {
                    this.handoff.sent(*len);
                }
                sent
            }
            // Nobody was given a handoff.
            #[cfg(not(target_os = "linux"))]
            Next::File(_) => return Poll::Ready(Err(io::ErrorKind::Unsupported.into())),
        };
        this.patience.with(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
