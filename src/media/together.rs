//! Those who come while a question is being answered ask the next one together: under load that costs
//! each of them a fraction of the way to the database and back, and nobody waits who would not have
//! to. Whoever asks is told what the database said after they asked.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::oneshot, time::timeout};

use super::{
    remembered::Question,
    store::{self, Asked},
};
use crate::db::Db;

/// Who ask together at most.
const MOST: usize = 64;

/// How long an answer may take. Everybody waits for it: one connection that has fallen silent must not
/// keep them from asking by another one.
const PATIENCE: Duration = Duration::from_secs(1);

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

/// A question, and whom to tell what is behind it.
struct Ask {
    question: Question,
    tell: oneshot::Sender<Option<Asked>>,
}

impl Together {
    pub(super) fn new(db: Db) -> Together {
        Together(Arc::new(Inner {
            db,
            waiting: Mutex::default(),
        }))
    }

    /// What is behind a key, beside the session; `None` where no video is, and when there
    /// is no telling.
    pub(super) async fn ask(&self, question: Question) -> Option<Asked> {
        let (tell, told) = oneshot::channel();
        let is_first = {
            let mut waiting = self.waiting();
            waiting.asks.push(Ask { question, tell });
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
        told.await.ok().flatten()
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
            .map(|Ask { question, tell }| (question, tell))
            .unzip();
        let asked = store::asked(&self.together.0.db, &questions);
        let answered = match timeout(PATIENCE, asked).await {
            Ok(answered) => answered,
            Err(_) => Err(sqlx::Error::PoolTimedOut),
        };
        let answers = answered.unwrap_or_else(|error| {
            tracing::warn!("who may have some bytes was not told: {error}");
            // Whoever asks with more care next is told the fault, and so are those who would wait for
            // the next fault behind them.
            self.together.waiting().asks.clear();
            vec![None; tells.len()]
        });
        for (tell, answer) in tells.into_iter().zip(answers) {
            // Some have gone away.
            let _ = tell.send(answer);
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

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::{db::Time, settings::Database, storage::Key, videos::Visibility};

    fn key(number: usize) -> Key {
        let letter = ('a'..='z').nth(number).expect("one of 26");
        Key::parse(&format!("{letter:x>26}.mp4")).expect("a key")
    }

    async fn site(videos: usize) -> (tempfile::TempDir, Together) {
        let folder = tempfile::tempdir().expect("folder");
        let database = Database::Sqlite(folder.path().join("site.db"));
        let db = Db::open(&database).await.expect("database");
        db.migrate(&database).await.expect("migrations");
        let run = async |sql: &'static str, values: Vec<String>| {
            db.run(sql, values).await.expect("a row");
        };
        for name in ["ada", "bob"] {
            let sql = "INSERT INTO users (username, username_key, password, date_joined) \
                       VALUES ($1, $1, '', 0)";
            run(sql, vec![name.into()]).await;
            let sql = "INSERT INTO sessions (key, data, expires_at, created_at, user_id) \
                       SELECT $1, '{}', 9000000000000000, 0, id FROM users WHERE username = $1";
            run(sql, vec![name.into()]).await;
        }
        for number in 0..videos {
            let sql = "INSERT INTO videos (title, title_key, search_key, description, visibility, \
                       file, file_name, content_type, size, created_at, updated_at) \
                       VALUES ('', '', '', '', 'private', $1, $1, 'video/mp4', 1, 0, 0)";
            run(sql, vec![key(number).as_str().into()]).await;
        }
        (folder, Together::new(db))
    }

    #[tokio::test]
    async fn everybody_is_told_what_they_asked_for() {
        let (_folder, together) = site(7).await;
        let asking: Vec<_> = (0..300)
            .map(|number| {
                let together = together.clone();
                let session = ["ada", "bob", "eve"][number % 3];
                let file = key(number % 11);
                let session = Some(session.to_owned()).filter(|_| number % 7 > 0);
                let asked = async move { together.ask((file, session)).await };
                (number, tokio::spawn(asked))
            })
            .collect();
        for (number, asked) in asking {
            let answer = asked.await.expect("a task");
            let told = answer.map(|asked| {
                assert_eq!(asked.bytes.visibility, Visibility::Private);
                let signed = asked.signed.map(|signed| signed.owner.account.username);
                (asked.bytes.file_name, signed)
            });
            let session = ["ada", "bob", "eve"][number % 3].to_owned();
            let signed = (number % 3 < 2 && number % 7 > 0).then_some(session);
            let file = Some(key(number % 11).to_string());
            let expected = (number % 11 < 7).then_some((file, signed));
            assert_eq!(told, expected, "{number}");
        }
        assert!(!together.waiting().is_asking);
    }

    #[tokio::test]
    async fn whoever_goes_away_keeps_nobody_waiting() {
        use futures_util::FutureExt;
        let (_folder, together) = site(1).await;
        for _ in 0..10 {
            let gone = together.ask((key(0), Some("ada".to_owned())));
            assert!(Box::pin(gone).now_or_never().is_none());
            let answer = together.ask((key(0), Some("bob".to_owned()))).await;
            assert!(answer.is_some());
        }
    }

    #[tokio::test]
    async fn an_asker_that_comes_to_grief_lets_those_behind_it_ask_again() {
        let (_folder, together) = site(1).await;
        together.waiting().is_asking = true;
        let asking = Asking {
            together: together.clone(),
            is_done: false,
        };
        let waiting = tokio::spawn({
            let together = together.clone();
            async move { together.ask((key(0), Some("ada".to_owned()))).await }
        });
        tokio::task::yield_now().await;
        drop(asking);
        assert!(waiting.await.expect("a task").is_none());
        let answer = together.ask((key(0), Some("ada".to_owned()))).await;
        assert!(answer.is_some());
    }

    #[tokio::test]
    async fn sqlite_reads_no_table_whole_whatever_it_believes_of_it() {
        let (_folder, together) = site(20).await;
        let db = &together.0.db;
        for believed in ["SELECT 1", "ANALYZE"] {
            let mut tx = db.begin().await.expect("transaction");
            tx.run(believed, ()).await.expect("statistics");
            let sql = format!("EXPLAIN QUERY PLAN {}", store::SQLITE);
            let values = ("[]".to_owned(), Time(0), "");
            let steps = tx.all::<(i64, i64, i64, String)>(AssertSqlSafe(sql), values);
            for (.., step) in steps.await.expect("a plan") {
                let own = ["SCAN json_each", "SCAN asked", "SCAN found"];
                let is_small = own.iter().any(|small| step.starts_with(small));
                assert!(is_small || !step.starts_with("SCAN"), "{believed}: {step}");
            }
            tx.commit().await.expect("commit");
        }
    }
}
