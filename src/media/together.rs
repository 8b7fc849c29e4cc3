//! Those who come while a question is being answered ask the next one together: under load that costs
//! each of them a fraction of the way to the database and back, and nobody waits who would not have
//! to. Whoever asks is told what the database said after they asked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::store::{self, Asked};
use crate::{
    db::{Db, Result},
    storage::Key,
};

/// Who ask together at most.
const MOST: usize = 64;

/// Those who wait; cheap to clone.
#[derive(Clone)]
pub(super) struct Together(Arc<Inner>);

struct Inner {
    db: Db,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    asks: Vec<Ask>,
    /// Whether somebody is on the way to the database, and will go again for those who wait.
    is_asking: bool,
}

/// A key, the hash of a session, and whom to tell what is behind them.
struct Ask {
    key: Key,
    session: String,
    tell: oneshot::Sender<Result<Option<Asked>>>,
}

impl Together {
    pub(super) fn new(db: Db) -> Together {
        Together(Arc::new(Inner {
            db,
            waiting: Mutex::default(),
        }))
    }

    /// What is behind a key, beside the session with this hash; `None` unless there are both and the
    /// session is somebody's, and when there is no telling.
    ///
    /// # Errors
    /// The database is out of reach.
    pub(super) async fn ask(&self, key: Key, session: String) -> Result<Option<Asked>> {
        let (tell, told) = oneshot::channel();
        let is_first = {
            let mut waiting = self.waiting();
            waiting.asks.push(Ask { key, session, tell });
            !std::mem::replace(&mut waiting.is_asking, true)
        };
        if is_first {
            // A task of its own: whoever comes first may go away before the answer.
            let asking = Asking {
                together: self.clone(),
                is_done: false,
            };
            tokio::spawn(asking.ask());
        }
        told.await.unwrap_or(Ok(None))
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Nothing in here panics half-way.
        let waiting = self.0.waiting.lock();
        waiting.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody on the way to the database.
struct Asking {
    together: Together,
    /// Nobody was left to ask for.
    is_done: bool,
}

impl Asking {
    async fn ask(mut self) {
        loop {
            let asks: Vec<Ask> = {
                let mut waiting = self.together.waiting();
                if waiting.asks.is_empty() {
                    waiting.is_asking = false;
                    self.is_done = true;
                    return;
                }
                let most = waiting.asks.len().min(MOST);
                waiting.asks.drain(..most).collect()
            };
            self.ask_for(asks).await;
        }
    }

    async fn ask_for(&self, asks: Vec<Ask>) {
        let (questions, tells): (Vec<_>, Vec<_>) = asks
            .into_iter()
            .map(|Ask { key, session, tell }| ((key, session), tell))
            .unzip();
        let answered = store::asked(&self.together.0.db, &questions).await;
        let mut answers: Vec<Option<Asked>> = questions.iter().map(|_| None).collect();
        // Any other fault is told by whoever asks with more care next.
        let is_away = matches!(
            answered,
            Err(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_))
        );
        for asked in answered.into_iter().flatten() {
            let place = usize::try_from(asked.place).ok();
            if let Some(answer) = place.and_then(|place| answers.get_mut(place)) {
                *answer = Some(asked);
            }
        }
        for (tell, answer) in tells.into_iter().zip(answers) {
            // Some have gone away.
            let _ = tell.send(if is_away {
                Err(sqlx::Error::PoolTimedOut)
            } else {
                Ok(answer)
            });
        }
    }
}

impl Drop for Asking {
    /// Had this one come to grief on the way, everybody after it would wait for ever.
    fn drop(&mut self) {
        if !self.is_done {
            *self.together.waiting() = Waiting::default();
        }
    }
}
