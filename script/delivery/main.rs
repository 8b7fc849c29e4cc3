//! Both ends of what `script/bench_delivery.py` measures: those who take a film, and the peer that
//! gives one by tower-http's `ServeFile`; and the peer of `script/bench_pages.py`.
//!
//! - `viewers PORT PATH NUMBER KBPS SECONDS STAY PAGE [COOKIE]`: paced viewers of a film, each at a
//!   random place, and somebody who asks for PAGE meanwhile. They leave and come back elsewhere every
//!   STAY seconds or so; 0 keeps them. With PAGE empty nobody asks.
//! - `ranges PORT PATH SIZE COUNT CONNECTIONS [COOKIE]`: COUNT random ranges of SIZE bytes, one after
//!   the other on each connection; SIZE 0 asks for the whole film.
//! - `servefile PORT FILE`: the peer.
//! - `constant PORT FILE`: the same HTML, read once, at every address.
//!
//! Bodies are thrown away inside the kernel where it can do so (Linux), so that the reading costs as
//! little as it may. Each but the peers prints one line of `name=value`.

mod film;
mod viewers;

use std::{net::Ipv4Addr, thread, time::Instant};

use film::{Chance, Film, Taker};
use viewers::{Crowd, viewers};

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [
            "viewers",
            port,
            path,
            number,
            kbps,
            seconds,
            stay,
            page,
            ref cookie @ ..,
        ] => {
            let film = Film::at(port, path, cookie)?;
            let crowd = Crowd {
                number: number.parse()?,
                rate: kbps.parse::<f64>()? * 1000.0 / 8.0,
                seconds: seconds.parse()?,
                stay: stay.parse()?,
            };
            viewers(&film, &crowd, page)
        }
        [
            "ranges",
            port,
            path,
            size,
            count,
            connections,
            ref cookie @ ..,
        ] => {
            let film = Film::at(port, path, cookie)?;
            ranges(&film, size.parse()?, count.parse()?, connections.parse()?)
        }
        ["servefile", port, file] => servefile(port.parse()?, file),
        ["constant", port, file] => constant(port.parse()?, file),
        _ => Err("see the head of script/delivery/main.rs".into()),
    }
}

fn ranges(film: &Film, size: u64, count: u64, connections: u64) -> Result<(), Failure> {
    let began = Instant::now();
    let bytes: u64 = thread::scope(|scope| {
        let takers: Vec<_> = (0..connections)
            .map(|number| {
                let count = count / connections + u64::from(number < count % connections);
                scope.spawn(move || some_ranges(film, size, count, Chance(number + 1)))
            })
            .collect();
        takers
            .into_iter()
            .map(|taker| taker.join().map_err(|_| "a taker panicked")?)
            .sum::<Result<u64, Failure>>()
    })?;
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "bytes={bytes} seconds={seconds:.3} requests={:.1} busy={:.2}",
        count as f64 / seconds,
        busy(began)
    );
    Ok(())
}

fn some_ranges(film: &Film, size: u64, count: u64, mut chance: Chance) -> Result<u64, Failure> {
    let mut taker = Taker::new(film.address, false)?;
    let mut bytes = 0;
    for _ in 0..count {
        let start = chance.below(film.len.saturating_sub(size) + 1);
        let (lines, status, len) = match size {
            0 => (String::new(), 200, film.len),
            _ => (
                format!("Range: bytes={start}-{}\r\n", start + size - 1),
                206,
                size,
            ),
        };
        taker.ask(&film.request(&film.path, &lines))?;
        let head = taker.head()?.ok_or("no answer")?;
        head.is(status)?;
        if head.line("content-length") != Some(&len.to_string()) {
            return Err(head.text.into());
        }
        let mut left = len - taker.early;
        while left > 0 {
            left -= taker.take(None, left)?;
        }
        bytes += len;
    }
    Ok(bytes)
}

/// The share of one core that this process has used since then; 0 where Linux does not tell.
fn busy(began: Instant) -> f64 {
    /// What Linux counts processes' time in, a second.
    const TICKS: f64 = 100.0;
    let told = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The second field is a name in brackets and may hold anything.
    let fields = told.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks: f64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum();
    ticks / TICKS / began.elapsed().as_secs_f64()
}

#[tokio::main]
async fn servefile(port: u16, file: &str) -> Result<(), Failure> {
    use axum::{Router, response::Html, routing::get};
    use tower_http::services::ServeFile;

    rlimit::increase_nofile_limit(1 << 16)?;
    let app = Router::new()
        .route(
            "/",
            get(|| async { Html("<!doctype html><title>peer</title>") }),
        )
        .route_service("/media/{key}", ServeFile::new(file));
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    axum::serve(listener, app).await?;
    Ok(())
}

#[tokio::main]
async fn constant(port: u16, file: &str) -> Result<(), Failure> {
    use axum::{Router, body::Bytes, response::Html};

    let page = Bytes::from(std::fs::read(file)?);
    let app = Router::new().fallback(async move || Html(page.clone()));
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    axum::serve(listener, app).await?;
    Ok(())
}
