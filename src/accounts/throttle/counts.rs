//! One count of failures, what it allows, and a bounded table of them. Pure.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// Entries of each of the counts; the oldest make room.
pub(super) const MOST_ENTRIES: usize = 10_000;

/// How long an address is remembered from which the owner signed in.
const KNOWN: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long other counts are kept at least.
const OTHERS: Duration = Duration::from_secs(3600);

/// The wait while guesses begun at the same time are undecided, in seconds.
const WHILE_PENDING: u64 = 2;

/// Not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Seconds until it is worth trying again; at least 1.
    pub seconds: u64,
}

/// How a count turns into a wait.
pub(super) struct Rule {
    /// Failures without consequence.
    pub(super) free: u32,
    /// Guesses that may be undecided at once, less the failures so far.
    pub(super) at_once: u32,
    /// The first delay and the longest; doubling in between.
    pub(super) delays: (u64, u64),
}

pub(super) type Table = HashMap<u64, Count>;

#[derive(Clone, Copy)]
pub(super) struct Count {
    pub(super) failures: u32,
    pub(super) pending: u32,
    /// The last failure; of sign-ups the first in the window.
    pub(super) at: Instant,
    /// Whether the password was right once (in `pairs`).
    pub(super) known: bool,
}

impl Count {
    pub(super) fn new(now: Instant) -> Count {
        Count {
            failures: 0,
            pending: 0,
            at: now,
            known: false,
        }
    }

    fn is_over(&self, now: Instant) -> bool {
        let lasts = if self.known { KNOWN } else { OTHERS };
        self.pending == 0 && now.saturating_duration_since(self.at) >= lasts
    }
}

impl Rule {
    pub(super) fn allows(&self, count: &Count, now: Instant) -> Result<(), Wait> {
        let mut room = self.at_once.saturating_sub(count.failures);
        if let Some(more) = count.failures.checked_sub(self.free) {
            let (first, longest) = self.delays;
            let delay = first.saturating_mul(1 << more.min(16)).min(longest);
            let end = count.at + Duration::from_secs(delay);
            if end > now {
                return Err(until(end, now));
            }
            room = 1;
        }
        if count.pending >= room {
            return Err(Wait {
                seconds: WHILE_PENDING,
            });
        }
        Ok(())
    }
}

/// The count under `key`, anew when it has been quiet for long enough.
pub(super) fn look(table: &Table, key: u64, now: Instant, quiet: Duration) -> Count {
    let Some(count) = table.get(&key) else {
        return Count::new(now);
    };
    if now.saturating_duration_since(count.at) < quiet {
        return *count;
    }
    Count {
        failures: 0,
        at: now,
        ..*count
    }
}

/// Stores a count. In a full table what is over makes room, else the oldest tenth; the addresses
/// that owners are known from go last.
pub(super) fn keep(table: &mut Table, key: u64, count: Count, now: Instant) {
    if table.len() >= MOST_ENTRIES && !table.contains_key(&key) {
        table.retain(|_, count| !count.is_over(now));
        if table.len() >= MOST_ENTRIES {
            let rank = |count: &Count| (count.known, count.at);
            let mut ranks: Vec<_> = table.values().map(rank).collect();
            let (_, last, _) = ranks.select_nth_unstable(MOST_ENTRIES / 10);
            let last = *last;
            table.retain(|_, count| rank(count) > last);
        }
    }
    table.insert(key, count);
}

pub(super) fn until(end: Instant, now: Instant) -> Wait {
    let left = end.saturating_duration_since(now);
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    Wait {
        seconds: seconds.max(1),
    }
}
