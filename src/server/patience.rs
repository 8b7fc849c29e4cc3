//! The end of waiting for a reader who reads nothing.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{self, Instant, Sleep};

/// How long writes may wait. One timer is kept for a connection and set anew only when it rings: most
/// writes wait for moments.
pub(super) struct Patience {
    time: Duration,
    /// Since when a write waits.
    since: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    pub(super) fn new(time: Duration) -> Patience {
        Patience {
            time,
            since: None,
            timer: None,
        }
    }

    /// What a write came to, or [`io::ErrorKind::TimedOut`] once the other end has taken nothing for as
    /// long as `time`, though something was waiting for it.
    pub(super) fn with<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.since = None;
            return written;
        }
        let end = *self.since.get_or_insert_with(Instant::now) + self.time;
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(time::sleep_until(end)));
        while timer.as_mut().poll(context).is_ready() {
            if timer.deadline() >= end {
                self.timer = None;
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            timer.as_mut().reset(end);
        }
        Poll::Pending
    }
}
