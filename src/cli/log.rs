//! What the program says to standard error. Lines of requests share their writes: one by one they would
//! cost as much as the requests themselves.

use std::{
    io::{self, IsTerminal, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tracing::{Level, Metadata};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// How long a line may wait for others.
const GATHERED: Duration = Duration::from_millis(50);

/// Bytes that may wait. Where the log is not read that fast, lines are left out: the site goes on.
const MOST: usize = 1024 * 1024;

/// How long the end of the program waits for its last lines to be read.
const LAST: Duration = Duration::from_secs(1);

/// Says everything from now on, as `RUST_LOG` wants; what still waits is written when the returned value
/// is dropped.
pub(super) fn to_standard_error(json: bool) -> Log {
    let lines = Lines::default();
    let writer = lines.clone();
    // Without a thread there is no log.
    let _ = thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || writer.write());
    // The sessions' spans would be made anew for every request, and tell nothing.
    let usual = "info,sqlx=warn,tower_sessions=warn,tower_sessions_core=warn";
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(lines.clone())
        // It would be told to the same standard error, by a panic when nobody reads that any more.
        .log_internal_errors(false)
        .with_ansi(io::stderr().is_terminal());
    // Only a second start in one process could fail here.
    let _ = if json {
        log.json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .try_init()
    } else {
        log.with_target(false).try_init()
    };
    Log(lines)
}

/// The log, for as long as the program runs.
pub(super) struct Log(Lines);

impl Drop for Log {
    fn drop(&mut self) {
        let Lines(inner) = &self.0;
        let mut left = self.0.waiting();
        left.is_urgent = true;
        inner.some.notify_one();
        let is_left = |left: &mut Waiting| left.is_being_written || !left.lines.is_empty();
        let _ = inner.all.wait_timeout_while(left, LAST, is_left);
    }
}

/// Lines that wait to be written; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Lines(Arc<Inner>);

#[derive(Default)]
struct Inner {
    waiting: Mutex<Waiting>,
    /// There is something to write.
    some: Condvar,
    /// All that was there is written.
    all: Condvar,
}

#[derive(Default)]
struct Waiting {
    lines: Vec<u8>,
    /// Whether they may not wait for others.
    is_urgent: bool,
    is_being_written: bool,
    /// Lines that found no room.
    left_out: u64,
}

/// Takes one line.
pub(super) struct Line<'a> {
    lines: &'a Lines,
    is_urgent: bool,
}

impl Lines {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Nothing in here panics half-way.
        let waiting = self.0.waiting.lock();
        waiting.unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what comes, for ever, on a thread of its own: nobody who serves waits for a slow reader.
    fn write(&self) {
        let mut waiting = self.waiting();
        loop {
            let some = &self.0.some;
            let come = some.wait_while(waiting, |waiting| waiting.lines.is_empty());
            let come = come.unwrap_or_else(PoisonError::into_inner);
            let gathered = some.wait_timeout_while(come, GATHERED, |waiting| !waiting.is_urgent);
            let (mut gathered, _) = gathered.unwrap_or_else(PoisonError::into_inner);
            let lines = std::mem::take(&mut gathered.lines);
            let left_out = std::mem::take(&mut gathered.left_out);
            gathered.is_urgent = false;
            gathered.is_being_written = true;
            drop(gathered);
            // Nobody may be there to read it.
            let _ = io::stderr().lock().write_all(&lines);
            if left_out > 0 {
                tracing::warn!(
                    "{left_out} lines of the log were left out: it is not read fast enough"
                );
            }
            waiting = self.waiting();
            waiting.is_being_written = false;
            self.0.all.notify_all();
        }
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line {
            lines: self,
            is_urgent: true,
        }
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> Line<'a> {
        Line {
            lines: self,
            is_urgent: *event.level() <= Level::WARN || event.target() != "madang::access",
        }
    }
}

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = self.lines.waiting();
        if waiting.lines.len() + line.len() > MOST {
            waiting.left_out += 1;
            return Ok(line.len());
        }
        let was_empty = waiting.lines.is_empty();
        waiting.lines.extend_from_slice(line);
        waiting.is_urgent |= self.is_urgent;
        if was_empty || self.is_urgent {
            self.lines.0.some.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
