//! Who was told that they may have some bytes, for as long as nothing at all is committed to the
//! database: after that everybody asks again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::pages::Known;
use crate::{
    db::{Stamp, Time},
    storage::Key,
    web::viewer::Viewer,
};

/// Answers at most, of a few hundred bytes each.
const MOST: usize = 4096;

/// Whoever was told longer ago asks again, though nothing was committed.
const OLDEST: Duration = Duration::from_secs(5);

/// A key, and the hash of a session; the latter is missing where a visitor asks.
pub(super) type Question = (Key, Option<String>);

/// Somebody who may have some bytes.
#[derive(Clone)]
pub(super) struct Told {
    pub(super) viewer: Viewer,
    pub(super) known: Arc<Known>,
    /// A session ends by the clock alone, too.
    pub(super) until: Option<Time>,
}

/// What was told at one state of the database.
#[derive(Default)]
pub(super) struct Remembered(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    stamp: Option<Stamp>,
    told: HashMap<Question, (Instant, Told)>,
}

impl Remembered {
    /// What was told when the database was as it is now.
    pub(super) fn told(&self, stamp: &Stamp, question: &Question) -> Option<Told> {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.stamp.as_ref() != Some(stamp) {
            return None;
        }
        let (when, told) = inner.told.get(question)?;
        let is_over =
            when.elapsed() > OLDEST || told.until.is_some_and(|until| until < Time::now());
        (!is_over).then(|| told.clone())
    }

    /// Keeps what was found out after the database had this stamp.
    pub(super) fn keep(&self, stamp: Stamp, question: Question, told: Told) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.stamp.as_ref() != Some(&stamp) || inner.told.len() >= MOST {
            inner.told.clear();
            inner.stamp = Some(stamp);
        }
        inner.told.insert(question, (Instant::now(), told));
    }
}
