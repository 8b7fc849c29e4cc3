//! A bounded queue before blocking work.

use std::{sync::Arc, time::Duration};

use tokio::sync::Semaphore;

use super::HashError;

/// Runs blocking work for at most `running` callers at a time, with a bounded queue.
pub(super) struct Gate {
    running: Arc<Semaphore>,
    places: Arc<Semaphore>,
    patience: Duration,
}

impl Gate {
    pub(super) fn new(running: usize, waiting: usize, patience: Duration) -> Gate {
        Gate {
            running: Arc::new(Semaphore::new(running)),
            places: Arc::new(Semaphore::new(running + waiting)),
            patience,
        }
    }

    /// Runs `work` when its turn has come.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the queue is full or patience ends, [`HashError::Failed`] when the
    /// work panics.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let place = self.places.clone().try_acquire_owned();
        let place = place.map_err(|_| HashError::Busy)?;
        let turn = tokio::time::timeout(self.patience, self.running.clone().acquire_owned());
        let turn = turn.await.map_err(|_| HashError::Busy)?;
        let turn = turn.map_err(|_| HashError::Busy)?;
        // The permits move into the work: a caller that goes away does not stop it, and must not
        // make room for another before it has ended.
        let done = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            work()
        });
        done.await
            .map_err(|error| HashError::Failed(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    };

    use super::*;

    /// Longer than anything takes on a busy machine.
    const LONG: Duration = Duration::from_secs(120);

    #[tokio::test]
    async fn twenty_parallel_logins_never_run_more_than_two() {
        let gate = Arc::new(Gate::new(2, 64, LONG));
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (begun, mut begins) = tokio::sync::mpsc::unbounded_channel();
        let (end, ended) = mpsc::channel::<()>();
        let ended = Arc::new(Mutex::new(ended));
        let mut logins = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (gate, now, most) = (gate.clone(), now.clone(), most.clone());
            let (begun, ended) = (begun.clone(), ended.clone());
            logins.spawn(async move {
                gate.run(move || {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    let _ = begun.send(());
                    let _ = ended.lock().map(|ended| ended.recv());
                    now.fetch_sub(1, Ordering::SeqCst);
                })
                .await
            });
        }
        // One may end for each that begins, but the last two run at the same time all along.
        let mut another = async || {
            let begun = tokio::time::timeout(LONG, begins.recv()).await;
            begun.expect("it begins").expect("the channel lives");
        };
        another().await;
        for _ in 0..19 {
            another().await;
            assert_eq!(gate.running.available_permits(), 0);
            end.send(()).expect("somebody waits for it");
        }
        end.send(()).expect("the last waits for it");
        while let Some(done) = logins.join_next().await {
            done.expect("task").expect("a turn");
        }
        assert_eq!(most.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_caller_who_goes_away_does_not_make_room() {
        let gate = Arc::new(Gate::new(1, 1, Duration::from_millis(20)));
        let (end, ended) = mpsc::channel::<()>();
        let (begun, begins) = tokio::sync::oneshot::channel();
        let first = tokio::spawn({
            let gate = gate.clone();
            async move {
                gate.run(move || {
                    let _ = begun.send(());
                    let _ = ended.recv();
                })
                .await
            }
        });
        begins.await.expect("the work begins");
        first.abort();
        assert!(first.await.is_err());
        assert!(matches!(gate.run(|| ()).await, Err(HashError::Busy)));
        end.send(()).expect("the work still runs");
        while gate.places.available_permits() < 2 || gate.running.available_permits() < 1 {
            tokio::task::yield_now().await;
        }
        gate.run(|| ()).await.expect("a turn");
    }

    #[tokio::test]
    async fn a_full_queue_answers_at_once() {
        let gate = Arc::new(Gate::new(1, 0, LONG));
        let (end, ended) = mpsc::channel::<()>();
        let (begun, begins) = tokio::sync::oneshot::channel();
        let other = gate.clone();
        let first = tokio::spawn(async move {
            other
                .run(move || {
                    let _ = begun.send(());
                    let _ = ended.recv();
                })
                .await
        });
        begins.await.expect("the work begins");
        assert!(matches!(gate.run(|| ()).await, Err(HashError::Busy)));
        drop(end);
        first.await.expect("task").expect("a turn");
    }
}
