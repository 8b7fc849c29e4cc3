//! What tells whether anything was committed: by this process, by another one, or by hand.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use sqlx::{Connection, Error, PgConnection, PgPool};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use super::{Db, Result, watch::Version};

/// How long to wait for a PostgreSQL server's stamp, and after a failure for the next attempt. Whoever
/// gets none in this time has to ask for what they really want to know.
const PATIENCE: Duration = Duration::from_secs(1);

/// A state of the database. Two equal ones, and nothing was committed between them; two different ones
/// tell nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp(State);

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Sqlite(Version),
    /// `pg_current_snapshot()`: which transactions have ended.
    Postgres {
        /// The connection that it was read by: only what the same one says can be compared.
        connection: u64,
        snapshot: String,
    },
}

/// Reads stamps; cheap to clone. Those who come while one is being read read the next one together.
#[derive(Clone)]
pub struct Stamps(Arc<Inner>);

struct Inner {
    db: Db,
    arrivals: AtomicU64,
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    stamp: Option<Stamp>,
    /// It was asked for after this many had arrived, and so is true for them.
    arrivals: u64,
    watcher: Watcher,
}

impl Stamps {
    /// Of one database.
    pub fn new(db: Db) -> Stamps {
        Stamps(Arc::new(Inner {
            db,
            arrivals: AtomicU64::new(0),
            last: Mutex::default(),
        }))
    }

    /// A stamp from after this call. `None` when the database does not tell one, for whatever reason.
    pub async fn now(&self) -> Option<Stamp> {
        let Inner { db, arrivals, last } = &*self.0;
        let Db::Postgres(pool) = db else {
            return self.at_once();
        };
        let mine = arrivals.fetch_add(1, SeqCst) + 1;
        let mut last = last.lock().await;
        if mine <= last.arrivals {
            return last.stamp.clone();
        }
        let arrived = arrivals.load(SeqCst);
        let stamp = last.watcher.stamp(pool).await;
        last.stamp = stamp.unwrap_or_else(|error| {
            tracing::debug!("whether the database has changed was not told: {error}");
            None
        });
        last.arrivals = arrived;
        last.stamp.clone()
    }

    /// A stamp from after this call, where it costs next to nothing: on SQLite.
    pub fn at_once(&self) -> Option<Stamp> {
        match &self.0.db {
            Db::Sqlite { watch, .. } => {
                watch.version().map(|version| Stamp(State::Sqlite(version)))
            }
            Db::Postgres(_) => None,
        }
    }
}

/// A connection to PostgreSQL for nothing but stamps. Of the pool's, each question would cost another
/// one, when the connection is put back.
#[derive(Default)]
struct Watcher {
    connection: Option<PgConnection>,
    /// Connections so far.
    number: u64,
    failed: Option<Instant>,
}

impl Watcher {
    async fn stamp(&mut self, pool: &PgPool) -> Result<Option<Stamp>> {
        if pool.is_closed() {
            self.connection = None;
            return Err(Error::PoolClosed);
        }
        if self.failed.is_some_and(|when| when.elapsed() < PATIENCE) {
            return Ok(None);
        }
        let told = timeout(PATIENCE, self.asked(pool)).await;
        let told = told.unwrap_or(Err(Error::PoolTimedOut));
        self.failed = told.is_err().then(Instant::now);
        if told.is_err() {
            self.connection = None;
        }
        told
    }

    async fn asked(&mut self, pool: &PgPool) -> Result<Option<Stamp>> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => {
                self.number += 1;
                none.insert(PgConnection::connect_with(&pool.connect_options()).await?)
            }
        };
        // Behind a pooler, one connection may lead to this server now and to that one then. A server that
        // replays another's log leaves out of its snapshots which transactions have not ended.
        let sql = "SELECT concat_ws(' ', pg_current_snapshot(), pg_postmaster_start_time()), \
                   pg_is_in_recovery()";
        let asked = sqlx::query_as(sql).fetch_one(connection).await?;
        let (snapshot, is_replaying): (String, bool) = asked;
        let stamp = Stamp(State::Postgres {
            connection: self.number,
            snapshot,
        });
        Ok((!is_replaying).then_some(stamp))
    }
}
