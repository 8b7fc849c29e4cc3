//! The bar of a running upload, on a terminal only: all files together, their speed and the time left.

use std::{
    io::{self, IsTerminal, Write},
    time::{Duration, Instant},
};

use crate::words::{console::Words, fill, format};

/// How often the bar is drawn.
pub(super) const TICK: Duration = Duration::from_millis(200);

/// Letters of the bar itself.
const WIDTH: u64 = 20;

/// How far all files together have come.
pub(super) struct Progress<'a> {
    words: &'a Words,
    is_shown: bool,
    started: Instant,
    total: u64,
    /// Bytes of the files that are over, well or not.
    over: u64,
    /// Bytes that were really copied, which the speed is made of.
    moved: u64,
}

impl<'a> Progress<'a> {
    /// For files of these lengths.
    pub fn of(words: &'a Words, lengths: impl Iterator<Item = u64>) -> Progress<'a> {
        Progress {
            words,
            is_shown: io::stderr().is_terminal(),
            started: Instant::now(),
            total: lengths.sum(),
            over: 0,
            moved: 0,
        }
    }

    /// Notes that a file of this length is over.
    pub fn over(&mut self, len: u64) {
        self.over += len;
    }

    /// Notes bytes that were copied.
    pub fn moved(&mut self, bytes: u64) {
        self.moved += bytes;
    }

    /// Draws the bar in its line, with so many bytes of the present file copied.
    pub fn draw(&self, copied: u64) {
        if self.is_shown {
            let elapsed = self.started.elapsed();
            let line = self.line(copied, elapsed);
            let mut terminal = io::stderr();
            let _ = write!(terminal, "\r{line}\x1b[K");
            let _ = terminal.flush();
        }
    }

    /// Takes the bar away, for a line to be printed.
    pub fn clear(&self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }

    fn line(&self, copied: u64, elapsed: Duration) -> String {
        let done = (self.over + copied).min(self.total);
        let share =
            |of: u64| (u128::from(of) * u128::from(done) / u128::from(self.total.max(1))) as u64;
        let full = share(WIDTH) as usize;
        let bar = "█".repeat(full) + &"░".repeat(WIDTH as usize - full);
        let percent = share(100);
        let (so_far, total) = (size(done), size(self.total));
        let speed = u128::from(self.moved + copied) * 1000 / elapsed.as_millis().max(1);
        // Before a second is over nothing is known of the rest.
        if speed == 0 || elapsed < Duration::from_secs(1) {
            return fill(self.words.bar_unknown, &[&bar, &percent, &so_far, &total]);
        }
        let left = u128::from(self.total - done) * 1000 / speed;
        let left = format::duration(i64::try_from(left).unwrap_or(i64::MAX));
        let speed = size(u64::try_from(speed).unwrap_or(u64::MAX));
        fill(
            self.words.bar,
            &[&bar, &percent, &so_far, &total, &speed, &left],
        )
    }
}

fn size(bytes: u64) -> String {
    format::size(i64::try_from(bytes).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn the_bar_tells_bytes_speed_and_the_time_left() {
        let words = Lang::En.words().console;
        let mut progress = Progress::of(words, [3 << 20, 1 << 20].into_iter());
        let after = |progress: &Progress<'_>, copied, seconds| {
            progress.line(copied, Duration::from_secs(seconds))
        };
        let empty = "░".repeat(20);
        assert_eq!(after(&progress, 0, 0), format!("{empty} 0% · 0 B / 4 MB"));
        let half = format!("{}{}", "█".repeat(10), "░".repeat(10));
        let said = after(&progress, 2 << 20, 2);
        assert_eq!(
            said,
            format!("{half} 50% · 2 MB / 4 MB · 1 MB/s · 0:02 left")
        );
        // A file that was there already is over without having been copied.
        progress.over(3 << 20);
        let said = after(&progress, 1 << 19, 1);
        assert!(
            said.ends_with("3.5 MB / 4 MB · 512 KB/s · 0:01 left"),
            "{said}"
        );
    }

    #[test]
    fn files_without_bytes_have_a_bar_too() {
        let progress = Progress::of(Lang::Ko.words().console, std::iter::empty());
        let said = progress.line(0, Duration::from_secs(5));
        assert!(said.contains("0%"), "{said}");
    }
}
