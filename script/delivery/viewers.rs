//! Paced viewers, and somebody who asks for a page meanwhile.

use std::{
    io::{self, Read, Write},
    mem::MaybeUninit,
    net::TcpStream,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use super::{
    Failure, busy,
    film::{Chance, Film, Taker},
};

/// How far a viewer may fall behind the film, in seconds, before it counts as stalled.
const SLACK: f64 = 5.0;

/// How much a viewer takes at once in the beginning, in seconds of the film.
const BURST: f64 = 2.0;

/// Between two looks at every viewer.
const TICK: Duration = Duration::from_millis(20);

/// Between two questions for the page, and the longest that one may take.
const PAGE_EVERY: Duration = Duration::from_millis(250);
const PAGE_PATIENCE: Duration = Duration::from_secs(10);

/// How many of them there are, and how they behave.
pub struct Crowd {
    pub number: usize,
    /// Bytes a second.
    pub rate: f64,
    pub seconds: f64,
    pub stay: f64,
}

/// One who sees the film from a place of it on.
struct Viewer {
    /// When it came, in seconds since the beginning, and when it goes.
    came: f64,
    goes: f64,
    taken: f64,
    taker: Option<Taker>,
    stage: Stage,
    stalled: bool,
}

#[derive(PartialEq)]
enum Stage {
    Connecting,
    Asked,
    Watching,
    Gone,
}

pub fn viewers(film: &Film, crowd: &Crowd, page: &str) -> Result<(), Failure> {
    rlimit::increase_nofile_limit(crowd.number as u64 + 1000)?;
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    // They come within five seconds.
    let ramp = (crowd.number as f64 / 100.0).min(5.0);
    let mut all: Vec<Viewer> = (0..crowd.number)
        .map(|number| {
            Viewer::coming(
                number as f64 * ramp / crowd.number as f64,
                crowd,
                &mut chance,
            )
        })
        .collect();
    let mut bin = vec![MaybeUninit::uninit(); 1 << 20];
    let mut outcome = Outcome::default();
    let done = AtomicBool::new(false);
    let began = Instant::now();
    let pages = thread::scope(|scope| {
        let asking = scope.spawn(|| pages(film, page, &done));
        loop {
            let now = began.elapsed().as_secs_f64();
            if now > crowd.seconds {
                break;
            }
            for viewer in all.iter_mut().filter(|viewer| viewer.came <= now) {
                viewer.look(film, crowd, now, &mut bin, &mut chance, &mut outcome);
            }
            thread::sleep(TICK);
        }
        done.store(true, Ordering::Relaxed);
        asking.join().unwrap_or_default()
    });
    let stalled = all.iter().filter(|viewer| viewer.stalled).count();
    let Pages { mut times, errors } = pages;
    times.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (times.len() as f64 * share) as usize;
        times
            .get(place.min(times.len().saturating_sub(1)))
            .copied()
            .unwrap_or_default()
    };
    println!(
        "stalled={stalled} broken={} behind={:.2} visits={} rate={:.0} page_p50={:.4} page_p99={:.4} \
         page_errors={errors} busy={:.2}",
        outcome.broken,
        outcome.behind,
        outcome.visits,
        outcome.bytes / crowd.seconds,
        at(0.5),
        at(0.99),
        busy(began),
    );
    Ok(())
}

#[derive(Default)]
struct Outcome {
    bytes: f64,
    visits: u64,
    broken: u64,
    /// The furthest that anybody fell behind, in seconds.
    behind: f64,
}

impl Viewer {
    fn coming(at: f64, crowd: &Crowd, chance: &mut Chance) -> Viewer {
        let stay = match crowd.stay {
            0.0 => f64::INFINITY,
            stay => stay * (0.5 + chance.share()),
        };
        Viewer {
            came: at,
            goes: at + stay,
            taken: 0.0,
            taker: None,
            stage: Stage::Connecting,
            stalled: false,
        }
    }

    fn look(
        &mut self,
        film: &Film,
        crowd: &Crowd,
        now: f64,
        bin: &mut [MaybeUninit<u8>],
        chance: &mut Chance,
        outcome: &mut Outcome,
    ) {
        if self.goes <= now {
            let stalled = self.stalled;
            *self = Viewer::coming(now, crowd, chance);
            self.stalled = stalled;
        }
        if self.stage == Stage::Gone {
            return;
        }
        let due = crowd.rate * (now - self.came + BURST);
        let before = self.taken;
        if self.go_on(film, crowd, due, bin, chance, outcome).is_err() {
            outcome.broken += 1;
            self.stalled = true;
            self.taker = None;
            self.stage = Stage::Gone;
        }
        outcome.bytes += self.taken - before;
        let behind = now - self.came - self.taken / crowd.rate;
        outcome.behind = outcome.behind.max(behind);
        self.stalled |= behind > SLACK;
    }

    fn go_on(
        &mut self,
        film: &Film,
        crowd: &Crowd,
        due: f64,
        bin: &mut [MaybeUninit<u8>],
        chance: &mut Chance,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        let taker = match &mut self.taker {
            Some(taker) => taker,
            none => none.insert(Taker::new(film.address, true)?),
        };
        if self.stage == Stage::Connecting {
            // As far from the film's end as the time of the whole run.
            let room = film
                .len
                .saturating_sub((crowd.rate * (crowd.seconds + 10.0)) as u64);
            let lines = format!("Range: bytes={}-\r\n", chance.below(room));
            match taker.ask(&film.request(&film.path, &lines)) {
                Ok(()) => self.stage = Stage::Asked,
                Err(error) if is_early(&error) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        if self.stage == Stage::Asked {
            let Some(head) = taker.head()? else {
                return Ok(());
            };
            head.is(206)?;
            self.taken += taker.early as f64;
            outcome.visits += 1;
            self.stage = Stage::Watching;
        }
        while due - self.taken >= 1.0 {
            match taker.take(Some(&mut *bin), (due - self.taken) as u64) {
                Ok(count) => self.taken += count as f64,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Whether a connection is not there yet.
fn is_early(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::NotConnected
    )
}

#[derive(Default)]
struct Pages {
    /// In seconds.
    times: Vec<f64>,
    errors: u64,
}

/// Asks for a page, each time on a connection of its own, until it is done.
fn pages(film: &Film, page: &str, done: &AtomicBool) -> Pages {
    let mut pages = Pages::default();
    while !page.is_empty() && !done.load(Ordering::Relaxed) {
        let began = Instant::now();
        match one_page(film, page) {
            Ok(()) => pages.times.push(began.elapsed().as_secs_f64()),
            Err(_) => pages.errors += 1,
        }
        thread::sleep(PAGE_EVERY);
    }
    pages
}

fn one_page(film: &Film, page: &str) -> Result<(), Failure> {
    let mut stream = TcpStream::connect_timeout(&film.address, PAGE_PATIENCE)?;
    stream.set_read_timeout(Some(PAGE_PATIENCE))?;
    stream.write_all(&film.request(page, "Connection: close\r\n"))?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let right = answer.starts_with(b"HTTP/1.1 200 ");
    right.then_some(()).ok_or_else(|| "not a page".into())
}
