//! The listener: connections of HTTP/1.1 and HTTP/2, bounded in number, time and buffers, and their end.

mod addresses;
mod connection;
mod head;
mod http2;
mod patience;
#[cfg(target_os = "linux")]
mod sendfile;
mod turn;

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use ipnet::{IpNet, Ipv4Net};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time,
};
use tokio_util::sync::CancellationToken;

use self::addresses::Addresses;
use crate::{
    media::AtOnce,
    settings::{Settings, limits},
};

/// What a connection may cost. The defaults are the site's; a test is in more of a hurry.
#[derive(Clone, Debug)]
pub struct Limits {
    /// For the head of a request, and between two requests of one connection; then it is closed.
    pub head_time: Duration,
    /// How long a request's body may stand still; then it is answered with 408, or cut.
    pub body_time: Duration,
    /// How long an answer may wait for a reader who takes nothing of it; then the connection is cut.
    /// A browser too reads nothing while a film is paused and its own buffer is full: when it plays
    /// on, it asks for the rest by `Range` by itself.
    pub reader_time: Duration,
    /// Bytes of the buffer that head and body are read through. A head is refused with 431 when this
    /// many have come and its end is not among them; the last read may bring more than that, so a
    /// head of up to about twice as many can still be taken.
    pub buffer: usize,
    /// Connections at once at most; more wait to be accepted. An idle one costs a few kilobytes.
    pub connections: usize,
    /// Connections at once from one address at most, an IPv6 network of 64 bits being one; those above
    /// are closed as soon as they come.
    pub per_address: Option<usize>,
    /// Addresses that may hold any number, since many people come from them: this machine's, and the
    /// trusted proxies', which have to limit their own visitors. Nobody else may speak HTTP/2 here: each
    /// of their connections would be as many as it has streams, and browsers speak it only with TLS.
    pub uncounted: Vec<IpNet>,
    /// Bytes of a socket's send buffer, of which Linux makes twice as many; `None` for the system's
    /// choice, which lets each slow viewer have megabytes of it.
    pub send_buffer: Option<usize>,
    /// How long requests in flight may take once the end has begun; streams still running are cut.
    pub last_requests: Duration,
}

impl Limits {
    /// What the settings say.
    pub fn of(settings: &Settings) -> Limits {
        Limits::new(&settings.limits, &settings.trusted_proxies)
    }

    fn counts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        !self.uncounted.iter().any(|net| net.contains(&address))
    }

    fn new(written: &limits::Limits, trusted: &[IpNet]) -> Limits {
        let this_machine = [
            IpNet::from(IpAddr::V6(Ipv6Addr::LOCALHOST)),
            LOOPBACK.into(),
        ];
        let uncounted = this_machine.into_iter().chain(trusted.iter().copied());
        Limits {
            head_time: Duration::from_secs(written.head_seconds),
            body_time: Duration::from_secs(written.body_seconds),
            reader_time: Duration::from_secs(written.reader_seconds),
            buffer: 64 * 1024,
            connections: written.connections.unwrap_or_else(most_connections),
            per_address: written.per_address,
            uncounted: uncounted.collect(),
            send_buffer: written.send_buffer,
            last_requests: Duration::from_secs(written.last_seconds),
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::new(&limits::Limits::default(), &[])
    }
}

/// The addresses of this machine itself.
const LOOPBACK: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8);

/// Connections at once at most, however many files may be open.
const MOST_CONNECTIONS: usize = 16_384;

/// Connections that may wait to be accepted; the system may allow fewer. With the usual 128 a class
/// room that opens the site together waits a second for its connections, and then three.
const WAITING: u32 = 4096;

/// Listens on an address.
///
/// # Errors
/// What the system says.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // Or a start right after an end would find the port in use. On Windows it would mean that two
    // programs may share the port.
    if cfg!(unix) {
        socket.set_reuseaddr(true)?;
    }
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// What every connection needs.
struct Site {
    router: Router,
    at_once: AtOnce,
    limits: Limits,
    /// Cancelled when the end has begun.
    ending: CancellationToken,
}

/// Serves until `end` is ready, then takes no more connections and gives requests in flight
/// [`Limits::last_requests`]. Whether all of them ended in time; those that did not are gone too when
/// this returns, with their half of an upload removed and their line in the log.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    at_once: AtOnce,
    limits: Limits,
    end: impl Future<Output = ()>,
) -> bool {
    let places = Arc::new(Semaphore::new(limits.connections));
    let addresses = Addresses::new(limits.per_address, limits.uncounted.clone());
    let site = Arc::new(Site {
        router,
        at_once,
        limits,
        ending: CancellationToken::new(),
    });
    let mut connections = JoinSet::new();
    let mut end = std::pin::pin!(end);
    loop {
        let (stream, peer, place) = tokio::select! {
            () = &mut end => break,
            // Or those that have ended would stay in memory.
            Some(_) = connections.join_next() => continue,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some(held) = addresses.one_more(peer.ip()) else {
            tracing::debug!("{peer} holds all the connections it may");
            continue;
        };
        prepare(&stream, site.limits.send_buffer);
        let site = Arc::clone(&site);
        connections.spawn(async move {
            connection::serve(stream, peer, &site).await;
            drop((place, held));
        });
    }
    drop(listener);
    site.ending.cancel();
    let all = async { while connections.join_next().await.is_some() {} };
    let in_time = time::timeout(site.limits.last_requests, all).await;
    connections.shutdown().await;
    in_time.is_ok()
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit) {
    loop {
        let Ok(place) = Arc::clone(places).acquire_owned().await else {
            // The semaphore is never closed.
            return std::future::pending().await;
        };
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            // The connection went away while it waited: that one's loss only.
            Err(error) if is_its_own_fault(&error) => {}
            // Out of file descriptors, most likely: some connection's end will help.
            Err(error) => {
                tracing::warn!("no connection could be accepted: {error}");
                time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Sets a connection up. What the system refuses is left as it is: such a connection is only slower.
fn prepare(stream: &TcpStream, send_buffer: Option<usize>) {
    // Small answers must not wait for the acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    #[cfg(unix)]
    if let Some(bytes) = send_buffer {
        let _ = rustix::net::sockopt::set_socket_send_buffer_size(stream, bytes);
    }
    #[cfg(not(unix))]
    let _ = send_buffer;
}

fn is_its_own_fault(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

/// As many as the process may hold open, less what files and databases need.
fn most_connections() -> usize {
    let files = rlimit::increase_nofile_limit(2 * MOST_CONNECTIONS as u64).unwrap_or(1024);
    let files = usize::try_from(files).unwrap_or(usize::MAX);
    // A viewer of a video needs a second one, for the file.
    (files.saturating_sub(128) * 3 / 4).clamp(64, MOST_CONNECTIONS)
}
