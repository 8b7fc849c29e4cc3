//! HTTP/2 without TLS, for a trusted proxy in front (RFC 9113 §3.3, "prior knowledge"): hyper answers all
//! of it, and bodies are read, since no file can be sent into a stream by the system.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::{body::Body, http::Request};
use http_body_util::BodyExt;
use hyper::{body::Incoming, rt::Executor, server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::TcpStream,
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval_at},
};

use super::{
    Site,
    turn::{self, Turn},
};

/// Requests at once on one connection at most; each may hold twice [`WAITING`] bytes.
const STREAMS: u32 = 64;

/// Bytes of an answer that may wait for a stream's reader.
const WAITING: usize = 64 * 1024;

/// Bytes that may come for a request before it is known whether it wants more, and for all of them together.
const WINDOWS: (u32, u32) = (256 * 1024, 1024 * 1024);

/// How long nothing may come before the other end is asked whether it still lives, and may think about it.
const PROOF: Duration = Duration::from_secs(20);

/// Answers all that comes on a connection, of which `received` has come.
pub(super) async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    site: &Arc<Site>,
    received: Vec<u8>,
) {
    let signs = Arc::new(Signs::default());
    let service = service_fn(|request: Request<Incoming>| {
        let (site, signs) = (Arc::clone(site), Arc::clone(&signs));
        async move {
            let answered = {
                let _asking = Asking::of(&signs);
                turn::respond(&site, peer, request).await?
            };
            let moved = move |frame| {
                signs.moved.fetch_add(1, Relaxed);
                frame
            };
            Ok::<_, Infallible>(answered.map(|body| Body::new(body.map_frame(moved))))
        }
    });
    let turn = Turn::new(stream, site, received, turn::ALL);
    let mut http = pin!(
        http2::Builder::new(Tasks::default())
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_send_buf_size(WAITING)
            .initial_stream_window_size(WINDOWS.0)
            .initial_connection_window_size(WINDOWS.1)
            .max_header_list_size(u32::try_from(site.limits.buffer).unwrap_or(u32::MAX))
            .keep_alive_interval(PROOF)
            .keep_alive_timeout(PROOF)
            .serve_connection(TokioIo::new(turn), service)
    );
    let mut ending = pin!(site.ending.cancelled());
    let mut has_ended = false;
    let quiet = site.limits.reader_time;
    let mut looks = interval_at(Instant::now() + quiet, quiet);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut moved = 0;
    loop {
        tokio::select! {
            _ = http.as_mut() => return,
            () = &mut ending, if !has_ended => {
                has_ended = true;
                http.as_mut().graceful_shutdown();
            }
            _ = looks.tick() => {
                let before = std::mem::replace(&mut moved, signs.moved.load(Relaxed));
                // Nobody asks anything, and nobody takes what was answered.
                if signs.asking.load(Relaxed) == 0 && moved == before {
                    return;
                }
            }
        }
    }
}

/// What happens on a connection.
#[derive(Default)]
struct Signs {
    /// Requests that are being answered.
    asking: AtomicUsize,
    /// Pieces of answers that were taken, and requests.
    moved: AtomicU64,
}

/// A request that is being answered.
struct Asking<'a>(&'a Signs);

impl Asking<'_> {
    fn of(signs: &Signs) -> Asking<'_> {
        signs.asking.fetch_add(1, Relaxed);
        signs.moved.fetch_add(1, Relaxed);
        Asking(signs)
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.asking.fetch_sub(1, Relaxed);
    }
}

/// What a connection's requests run on; they end with it.
#[derive(Clone, Default)]
struct Tasks(Arc<Mutex<JoinSet<()>>>);

impl<F> Executor<F> for Tasks
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, task: F) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Or those that have ended would stay in memory.
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }
}
