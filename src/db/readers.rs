//! Connections to an SQLite file that only read. Each has a thread of its own, and sqlx's pool goes
//! there once more whenever a connection comes back to it, to ask whether it still lives; these are
//! put back at once, and one whose thread has died is not.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
};

use sqlx::{
    Connection, Error, Sqlite, SqliteConnection, pool::PoolConnection, sqlite::SqliteConnectOptions,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{PATIENCE, Result, stamp::Stamp};

/// Connections at once at most.
const MOST: u32 = 4;

/// Connections that cannot write; cheap to clone.
#[derive(Clone)]
pub struct Readers(Arc<Inner>);

struct Inner {
    options: SqliteConnectOptions,
    places: Arc<Semaphore>,
    /// The one that came back last is taken first: its pages are the warmest.
    idle: Mutex<Vec<SqliteConnection>>,
    watcher: tokio::sync::Mutex<Watcher>,
}

/// A connection for nothing but stamps, made when the first one is wanted.
#[derive(Default)]
struct Watcher {
    connection: Option<SqliteConnection>,
    /// Connections so far.
    number: u64,
}

/// One of [`Readers`], until it is dropped.
pub struct Reader {
    readers: Readers,
    connection: Option<SqliteConnection>,
    /// Given back after the connection.
    _place: OwnedSemaphorePermit,
}

impl Readers {
    /// Makes the first connection, so that a fault shows now.
    ///
    /// # Errors
    /// What SQLite says.
    pub(super) async fn open(options: SqliteConnectOptions) -> Result<Readers> {
        let first = SqliteConnection::connect_with(&options).await?;
        Ok(Readers(Arc::new(Inner {
            options,
            places: Arc::new(Semaphore::new(MOST as usize)),
            idle: Mutex::new(vec![first]),
            watcher: tokio::sync::Mutex::default(),
        })))
    }

    /// A connection that nobody else uses.
    ///
    /// # Errors
    /// [`Error::PoolTimedOut`] when none became free, [`Error::PoolClosed`] after [`close`](Self::close),
    /// and what SQLite says to a new one.
    pub(super) async fn get(&self) -> Result<Reader> {
        let place = timeout(PATIENCE, Arc::clone(&self.0.places).acquire_owned()).await;
        let place = place
            .map_err(|_| Error::PoolTimedOut)?
            .map_err(|_| Error::PoolClosed)?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => SqliteConnection::connect_with(&self.0.options).await?,
        };
        Ok(Reader {
            readers: self.clone(),
            connection: Some(connection),
            _place: place,
        })
    }

    /// The state of the file now.
    ///
    /// # Errors
    /// What SQLite says, and [`Error::PoolClosed`] after [`close`](Self::close).
    pub(super) async fn stamp(&self) -> Result<Stamp> {
        let mut watcher = self.0.watcher.lock().await;
        if self.0.places.is_closed() {
            return Err(Error::PoolClosed);
        }
        let Watcher { connection, number } = &mut *watcher;
        let asked = match connection {
            Some(connection) => connection,
            None => {
                *number += 1;
                connection.insert(SqliteConnection::connect_with(&self.0.options).await?)
            }
        };
        let version = sqlx::query_scalar("PRAGMA data_version").fetch_one(asked);
        let version = version.await;
        if version.is_err() {
            *connection = None;
        }
        Ok(Stamp::sqlite(*number, version?))
    }

    /// Closes every connection, once nobody uses it.
    pub(super) async fn close(&self) {
        let _all = self.0.places.acquire_many(MOST).await;
        self.0.places.close();
        let watcher = self.0.watcher.lock().await.connection.take();
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle.into_iter().chain(watcher) {
            // It has nothing to lose.
            let _ = connection.close().await;
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<SqliteConnection>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers").finish_non_exhaustive()
    }
}

impl Drop for Reader {
    /// Whoever stopped waiting for an answer may have left a question behind: the thread is through with
    /// it before it takes the next one.
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.readers.idle().push(connection);
        }
    }
}

/// A connection to SQLite for one statement.
pub(super) enum Lite<'a> {
    Reader(Reader),
    Writer(PoolConnection<Sqlite>),
    Transaction(&'a mut SqliteConnection),
}

impl Lite<'_> {
    /// Gives the answer back, and the connection up when its thread has died.
    pub(super) fn after<T>(self, answer: Result<T>) -> Result<T> {
        if let (Lite::Reader(mut reader), Err(Error::WorkerCrashed)) = (self, &answer) {
            reader.connection = None;
        }
        answer
    }
}

const TAKEN: &str = "a reader has its connection until it is dropped";

impl Deref for Lite<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match self {
            Lite::Reader(reader) => reader.connection.as_ref().expect(TAKEN),
            Lite::Writer(connection) => connection,
            Lite::Transaction(connection) => connection,
        }
    }
}

impl DerefMut for Lite<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Lite::Reader(reader) => reader.connection.as_mut().expect(TAKEN),
            Lite::Writer(connection) => connection,
            Lite::Transaction(connection) => connection,
        }
    }
}
