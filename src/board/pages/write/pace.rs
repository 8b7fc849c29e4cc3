//! How often somebody may ask for what is made at once, in memory and bounded; a restart forgets.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// People whose windows are remembered; windows that are over make room.
const MOST_PEOPLE: usize = 10_000;

/// The paces of this site. Clones share them.
#[derive(Clone)]
pub(super) struct Paces {
    /// Live previews: one comes after half a second without typing.
    pub previews: Pace,
    /// Files that are uploaded one by one: a dozen posts full of pictures.
    pub files: Pace,
}

impl Default for Paces {
    fn default() -> Paces {
        Paces {
            previews: Pace::new(120, Duration::from_secs(60)),
            files: Pace::new(60, Duration::from_secs(600)),
        }
    }
}

/// At most so many in so long, for each person.
#[derive(Clone)]
pub(super) struct Pace {
    most: u32,
    window: Duration,
    /// When a person's window began, and how many were in it.
    windows: Arc<Mutex<HashMap<i64, (Instant, u32)>>>,
}

impl Pace {
    fn new(most: u32, window: Duration) -> Pace {
        Pace {
            most,
            window,
            windows: Arc::default(),
        }
    }

    /// Counts one more.
    ///
    /// # Errors
    /// Seconds until it is worth asking again; nothing is counted then.
    pub fn step(&self, person: i64, now: Instant) -> Result<(), u64> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |begun: Instant| now.saturating_duration_since(begun) >= self.window;
        if windows.len() >= MOST_PEOPLE {
            windows.retain(|_, (begun, _)| !is_over(*begun));
        }
        let (begun, count) = windows.entry(person).or_insert((now, 0));
        if is_over(*begun) {
            (*begun, *count) = (now, 0);
        }
        if *count >= self.most {
            let left = (*begun + self.window).saturating_duration_since(now);
            return Err(left.as_secs() + 1);
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_that_is_full_opens_again() {
        let (pace, now) = (Pace::new(2, Duration::from_secs(60)), Instant::now());
        assert_eq!(pace.step(1, now), Ok(()));
        assert_eq!(pace.step(1, now), Ok(()));
        assert_eq!(pace.step(1, now), Err(61));
        assert_eq!(pace.step(2, now), Ok(()), "somebody else");
        let later = now + Duration::from_secs(60);
        assert_eq!(pace.step(1, later), Ok(()));
    }

    #[test]
    fn the_windows_do_not_grow_for_ever() {
        let (pace, now) = (Pace::new(2, Duration::from_secs(60)), Instant::now());
        for person in 0..25_000 {
            let at = now + Duration::from_millis(10) * u32::try_from(person).expect("small");
            assert_eq!(pace.step(person, at), Ok(()));
        }
        let windows = pace.windows.lock().expect("windows");
        assert!(windows.len() <= MOST_PEOPLE, "{}", windows.len());
    }
}
