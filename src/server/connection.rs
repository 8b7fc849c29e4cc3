//! One connection, request by request: what asks for bytes is answered here where it may have them, and
//! everything else by hyper and the router.

use std::{
    future::poll_fn,
    io,
    net::SocketAddr,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

#[cfg(unix)]
use rustix::buffer::spare_capacity;
#[cfg(unix)]
use tokio::io::Interest;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time,
};

#[cfg(target_os = "linux")]
use super::sendfile;
use super::{
    Site,
    head::{self, Heard},
    http2,
    patience::Patience,
    turn,
};
use crate::{media::AtOnce, web::sessions::LastSent};

/// Bytes that a head usually fits into.
const HEAD: usize = 2048;

/// How long what still comes is read after the last answer: a connection that is closed with something
/// unread in it loses what the other end has not taken yet.
const LINGER: Duration = Duration::from_secs(1);

/// Answers what comes, to the end of the connection or of the site. How it ended matters to nobody: a
/// viewer closes a tab.
pub(super) async fn serve(mut stream: TcpStream, peer: SocketAddr, site: &Arc<Site>) {
    let mut received = Received::new(site);
    let mut reader = Patience::new(site.limits.reader_time);
    let mut last = LastSent::default();
    loop {
        let heard = match received.next(&stream, site).await {
            Ok(Some(heard)) => heard,
            Ok(None) => return close(stream).await,
            Err(_) => return,
        };
        let head = match heard {
            Heard::Head(head) => head,
            Heard::Preface if !site.limits.counts(peer.ip()) => {
                return Box::pin(http2::answer(stream, peer, site, received.bytes)).await;
            }
            Heard::Part | Heard::Preface | Heard::Odd => {
                let rest = turn::answer(stream, peer, site, received.bytes, turn::ALL);
                Box::pin(rest).await;
                return;
            }
        };
        let answer = match &head.parts {
            Some(request) if cfg!(target_os = "linux") => {
                site.at_once.answer(peer.ip(), request, &mut last).await
            }
            _ => None,
        };
        #[cfg(target_os = "linux")]
        if let Some(answer) = answer {
            received.drop_first(head.len);
            let is_last = head.is_last || site.ending.is_cancelled();
            let sent = sendfile::send_answer(&stream, answer, is_last, &mut reader);
            match sent.await {
                Ok(()) if is_last => return close(stream).await,
                Ok(()) => continue,
                Err(_) => return,
            }
        }
        let len = head
            .content
            .and_then(|content| content.checked_add(head.len as u64));
        let len = len.unwrap_or(turn::ALL);
        let taken = received.take(len);
        // In a box, or every connection would have room for it all the time.
        let turn = Box::pin(turn::answer(stream, peer, site, taken, len));
        match turn.await {
            Some(connection) if !head.is_last => stream = connection,
            Some(connection) => return close(connection).await,
            None => return,
        }
    }
}

/// Reads what has come, as far as there is room; 0 at the end.
#[cfg(unix)]
fn read(stream: &TcpStream, bytes: &mut Vec<u8>) -> io::Result<usize> {
    let before = bytes.len();
    let room = bytes.capacity() - before;
    let tried = stream.try_io(Interest::READABLE, || {
        let read = rustix::io::read(stream, spare_capacity(bytes))?;
        if (1..room).contains(&read) {
            // There is no more: said now, or the next call would be made for nothing.
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(())
    });
    match tried {
        Err(error) if error.kind() != io::ErrorKind::WouldBlock || bytes.len() == before => {
            Err(error)
        }
        _ => Ok(bytes.len() - before),
    }
}

#[cfg(not(unix))]
fn read(stream: &TcpStream, bytes: &mut Vec<u8>) -> io::Result<usize> {
    stream.try_read_buf(bytes)
}

/// Ends a connection on which all is said.
pub(super) async fn close(mut stream: TcpStream) {
    // In a box, or every connection would have room for it all the time.
    let rest = Box::pin(async {
        stream.shutdown().await?;
        let mut bytes = [0; 4096];
        while stream.read(&mut bytes).await? > 0 {}
        io::Result::Ok(())
    });
    // Whoever does not end in time is cut.
    let _ = time::timeout(LINGER, rest).await;
}

/// What has come and was not answered yet.
struct Received {
    bytes: Vec<u8>,
    /// So many of them are known to hold no whole head, and nothing odd in their lines.
    looked: usize,
    /// For the next head, from the end of the last answer on.
    patience: Patience,
}

impl Received {
    fn new(site: &Site) -> Received {
        Received {
            bytes: Vec::new(),
            looked: 0,
            patience: Patience::new(site.limits.head_time),
        }
    }

    /// The next request; `None` when none comes, in time and before the site ends.
    async fn next(&mut self, stream: &TcpStream, site: &Site) -> io::Result<Option<Heard>> {
        let mut ending = pin!(site.ending.cancelled());
        poll_fn(|context| {
            let heard = self.poll(context, stream, site.limits.buffer);
            // What has come before the end is answered.
            let is_idle = heard.is_pending() && self.bytes.is_empty();
            if is_idle && ending.as_mut().poll(context).is_ready() {
                return Poll::Ready(Ok(None));
            }
            self.patience.with(context, heard)
        })
        .await
    }

    fn poll(
        &mut self,
        context: &mut Context<'_>,
        stream: &TcpStream,
        most: usize,
    ) -> Poll<io::Result<Option<Heard>>> {
        loop {
            let is_first = self.looked == 0 && !self.bytes.is_empty();
            if is_first || self.bytes[self.looked..].contains(&b'\n') {
                match head::heard(&self.bytes, AtOnce::is_meant) {
                    Heard::Part => {}
                    heard => return Poll::Ready(Ok(Some(heard))),
                }
            }
            if self.bytes.len() >= most {
                return Poll::Ready(Ok(Some(Heard::Odd)));
            }
            self.looked = self.bytes.len();
            ready!(stream.poll_read_ready(context))?;
            self.bytes.reserve(HEAD);
            match read(stream, &mut self.bytes) {
                Ok(0) => return Poll::Ready(Ok(None)),
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => {
                    return Poll::Ready(Err(error));
                }
                _ => {}
            }
            // Empty lines before a request are none (RFC 9112 §2.2).
            if self.bytes.iter().all(|byte| b"\r\n".contains(byte)) {
                self.bytes.clear();
            }
        }
    }

    /// The first `len` bytes, or as many of them as have come.
    fn take(&mut self, len: u64) -> Vec<u8> {
        self.looked = 0;
        let len = usize::try_from(len).map_or(self.bytes.len(), |len| len.min(self.bytes.len()));
        let rest = self.bytes.split_off(len);
        std::mem::replace(&mut self.bytes, rest)
    }

    fn drop_first(&mut self, len: usize) {
        self.looked = 0;
        self.bytes.drain(..len);
    }
}
