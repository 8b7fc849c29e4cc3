//! What hyper answers: one request at a time, so that the connection sees the head of the next one
//! first, or all the rest of a connection.

use std::{
    convert::Infallible,
    future::poll_fn,
    io::{self, Cursor, IoSlice},
    net::SocketAddr,
    pin::{Pin, pin},
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Poll, Waker, ready},
};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request, Response, header},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, Chain, ReadBuf, Take},
    net::TcpStream,
};
use tower::ServiceExt;
use tower_http::timeout::TimeoutBody;

use super::{Site, connection::close, patience::Patience};

/// Bytes of a connection for which there is no end but its own.
pub(super) const ALL: u64 = u64::MAX;

/// Lets hyper answer what the next `len` bytes of a connection ask, of which `received` have come. The
/// connection, if another request may come on it.
pub(super) async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    site: &Site,
    received: Vec<u8>,
    len: u64,
) -> Option<TcpStream> {
    let says_close = AtomicBool::new(false);
    let service = service_fn(|request: Request<Incoming>| {
        let answered = respond(site, peer, request);
        let says_close = &says_close;
        Box::pin(async move {
            let response = answered.await?;
            says_close.fetch_or(names_connection(response.headers()), Ordering::Relaxed);
            Ok::<_, Infallible>(response)
        })
    });
    let limits = &site.limits;
    let turn = Turn::new(stream, site, received, len);
    let mut http = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_buf_size(limits.buffer)
        // Who has said everything may close that half, and still waits for the answer. It also keeps
        // hyper from reading on while it answers, which a turn relies on.
        .half_close(true)
        .serve_connection(TokioIo::new(turn), service);
    let mut ending = pin!(site.ending.cancelled());
    let mut has_ended = false;
    let served = poll_fn(|context| {
        // First of all, or hyper would end without a look at what has come.
        let served = http.poll_without_shutdown(context);
        if served.is_ready() || has_ended || ending.as_mut().poll(context).is_pending() {
            return served;
        }
        has_ended = true;
        Pin::new(&mut http).graceful_shutdown();
        http.poll_without_shutdown(context)
    });
    let is_well = served.await.is_ok();
    let parts = http.into_parts();
    let read = parts.io.into_inner().read;
    // hyper has left nothing of it, or nobody knows where the next request begins.
    let is_whole = read.limit() == 0 && parts.read_buf.is_empty();
    let (_, stream) = read.into_inner().into_inner();
    if is_well && is_whole && !has_ended && !says_close.load(Ordering::Relaxed) {
        return Some(stream);
    }
    if is_well {
        close(stream).await;
    }
    None
}

/// What the router answers.
pub(super) async fn respond(
    site: &Site,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let time = site.limits.body_time;
    let mut request = request.map(|body| Body::new(TimeoutBody::new(time, body)));
    request.extensions_mut().insert(ConnectInfo(peer));
    site.router.clone().oneshot(request).await
}

/// Whether an answer says anything of the connection; it could only be that it ends.
fn names_connection(headers: &HeaderMap) -> bool {
    headers.contains_key(header::CONNECTION)
}

/// A connection as hyper sees it for one request: it ends behind that request, once the answer is
/// written. Writes fail with [`io::ErrorKind::TimedOut`] once the other end has taken nothing for as long
/// as there is patience, though something was waiting for it.
pub(super) struct Turn {
    read: Take<Chain<Cursor<Vec<u8>>, TcpStream>>,
    patience: Patience,
    /// Whether something was written, and hyper holds nothing more of it.
    is_written: bool,
    waits_for_that: Option<Waker>,
}

impl Turn {
    /// The next `len` bytes of a connection, of which `received` have come.
    pub(super) fn new(stream: TcpStream, site: &Site, received: Vec<u8>, len: u64) -> Turn {
        Turn {
            read: Cursor::new(received).chain(stream).take(len),
            patience: Patience::new(site.limits.reader_time),
            is_written: false,
            waits_for_that: None,
        }
    }

    fn stream(&mut self) -> Pin<&mut TcpStream> {
        Pin::new(self.read.get_mut().get_mut().1)
    }
}

impl AsyncRead for Turn {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.read.limit() == 0 && !self.is_written {
            self.waits_for_that = Some(context.waker().clone());
            return Poll::Pending;
        }
        Pin::new(&mut self.read).poll_read(context, buffer)
    }
}

impl AsyncWrite for Turn {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.is_written = false;
        let written = self.stream().poll_write_vectored(context, slices);
        self.patience.with(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.stream().poll_flush(context))?;
        self.is_written = true;
        if let Some(waker) = self.waits_for_that.take() {
            waker.wake();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(context)
    }
}
