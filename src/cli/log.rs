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

/// Bytes that may wait; whoever has more to say writes them all at once.
const MOST: usize = 64 * 1024;

/// Says everything from now on, as `RUST_LOG` wants; what still waits is written when the returned value
/// is dropped.
pub(super) fn to_standard_error(json: bool) -> Lines {
    let lines = Lines::default();
    lines.write_now_and_then();
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
    lines
}

/// Lines that wait to be written; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Lines(Arc<Inner>);

#[derive(Default)]
struct Inner {
    waiting: Mutex<Vec<u8>>,
    /// There is something to write.
    some: Condvar,
}

/// Takes one line.
pub(super) struct Line<'a> {
    lines: &'a Lines,
    waits: bool,
}

impl Lines {
    fn waiting(&self) -> MutexGuard<'_, Vec<u8>> {
        // Nothing in here panics half-way.
        self.0
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what waits. Whoever comes meanwhile waits for it: lines stay in order.
    fn write(waiting: &mut Vec<u8>) {
        // Nobody may be there to read it.
        let _ = io::stderr().lock().write_all(waiting);
        waiting.clear();
    }

    /// On a thread of its own: nobody who serves waits for a slow reader of the log, unless much waits.
    fn write_now_and_then(&self) {
        let lines = self.clone();
        let writer = thread::Builder::new().name("log".to_owned());
        // Without it lines are written when enough of them wait, and at the end.
        let _ = writer.spawn(move || {
            loop {
                let waiting = lines.waiting();
                let some = lines
                    .0
                    .some
                    .wait_while(waiting, |waiting| waiting.is_empty());
                drop(some);
                thread::sleep(GATHERED);
                Lines::write(&mut lines.waiting());
            }
        });
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        Lines::write(&mut self.waiting());
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line {
            lines: self,
            waits: false,
        }
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> Line<'a> {
        Line {
            lines: self,
            waits: *event.level() > Level::WARN && event.target() == "madang::access",
        }
    }
}

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = self.lines.waiting();
        let was_empty = waiting.is_empty();
        waiting.extend_from_slice(line);
        if !self.waits || waiting.len() >= MOST {
            Lines::write(&mut waiting);
        } else if was_empty {
            self.lines.0.some.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
