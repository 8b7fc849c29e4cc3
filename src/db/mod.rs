//! The database: one pool type for SQLite and PostgreSQL with five verbs, transactions, and the
//! migrations. One `$1`-placeholder text a query serves both. Knows no table.

mod counts;
mod file;
mod migrate;
mod readers;
mod stamp;
#[cfg(test)]
mod tests;
mod time;
mod verbs;
mod watch;

use std::{path::Path, str::FromStr, time::Duration};

use sqlx::{
    Connection, PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use counts::Counts;
pub use file::FileId;
pub use migrate::MigrationFault;
pub use readers::Readers;
pub use stamp::{Stamp, Stamps};
pub use time::Time;
pub use verbs::{Ask, Params, Row, Then};
pub use watch::Watch;

use crate::settings::Database;

/// What a query answers.
pub type Result<T> = std::result::Result<T, sqlx::Error>;

/// A pool of connections to either database; cheap to clone.
#[derive(Clone, Debug)]
pub enum Db {
    /// Readers, and the one writer that SQLite has.
    Sqlite {
        /// Connections that cannot write.
        read: Readers,
        /// The single connection that can.
        write: SqlitePool,
        /// Tells whether anything has changed.
        watch: Watch,
        /// The file they have open.
        file: FileId,
    },
    /// One pool for everything.
    Postgres(PgPool),
}

/// A transaction, rolled back when dropped. On SQLite it holds the only writer: keep it short, and
/// ask nothing of [`Db`] that writes while it lives.
pub enum Tx {
    /// Begun with `BEGIN IMMEDIATE`.
    Sqlite(Transaction<'static, Sqlite>),
    /// In the server's default isolation (READ COMMITTED).
    Postgres(Transaction<'static, Postgres>),
}

/// How long SQLite waits for another process's write, or for a free connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait for a connection to a PostgreSQL server: while it is away, every request waits
/// as long for its answer.
const POSTGRES_PATIENCE: Duration = Duration::from_secs(5);

/// For how long a PostgreSQL connection is believed to live after it has answered. It is asked each time
/// it is put back, so a busy one need not be asked again when it is taken.
const PROVED: Duration = Duration::from_secs(1);

impl Db {
    /// Connects; creates the SQLite file when it is missing. Does not migrate.
    pub async fn open(database: &Database) -> Result<Db> {
        match database {
            Database::Sqlite(path) => Db::open_sqlite(path).await,
            Database::Postgres(url) => {
                let options = PgConnectOptions::from_str(url)?.application_name("madang");
                let pool = PgPoolOptions::new()
                    .max_connections(10)
                    .acquire_timeout(POSTGRES_PATIENCE)
                    .test_before_acquire(false)
                    .before_acquire(|connection, known| {
                        Box::pin(async move {
                            if known.idle_for >= PROVED {
                                connection.ping().await?;
                            }
                            Ok(true)
                        })
                    });
                Ok(Db::Postgres(pool.connect_with(options).await?))
            }
        }
    }

    async fn open_sqlite(path: &Path) -> Result<Db> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(PATIENCE)
            .foreign_keys(true)
            .pragma("temp_store", "memory")
            .pragma("cache_size", "-4096")
            .optimize_on_close(true, None);
        // Two programs that make the file at once would meet in the change to WAL, where SQLite
        // waits for nobody.
        let _held = migrate::locked(path).await?;
        // The writer comes first: it makes the file that read-only connections need.
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false);
        // SQLite ends a transaction by itself when the disk is full. The library's own ROLLBACK then
        // fails, and it counts the connection as inside a transaction for ever: no other could begin.
        let write = write.after_release(|connection, _| {
            Box::pin(async move {
                // Answered after the rollback that a dropped transaction has queued.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        });
        let write = write
            .connect_with(options.clone().create_if_missing(true))
            .await?;
        // A reader that fails to optimize would leave its file open beyond the writer's end, and the
        // write-ahead log could not be folded.
        let reader = options.read_only(true).optimize_on_close(false, None);
        let read = Readers::open(reader).await?;
        let file = FileId::of(path).await?;
        let watch = Watch::open(path)?;
        Ok(Db::Sqlite {
            read,
            write,
            watch,
            file,
        })
    }

    /// Whether the database answers, and will after a restart: an SQLite file that was deleted or
    /// replaced stays open, and what is written to it is lost with the process.
    pub async fn answers(&self, database: &Database) -> Result<bool> {
        self.get::<i64>("SELECT CAST(1 AS BIGINT)", ()).await?;
        Ok(match (self, database) {
            (Db::Sqlite { file, .. }, Database::Sqlite(path)) => FileId::of(path).await? == *file,
            _ => true,
        })
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            // A deferred transaction that reads first cannot become a writer beside another one.
            Db::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Db::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Closes every connection; on SQLite the write-ahead log is folded into the file.
    pub async fn close(&self) {
        match self {
            Db::Sqlite {
                read, write, watch, ..
            } => {
                watch.close();
                read.close().await;
                write.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }

    /// Picks the text for the database in use, where the dialects differ.
    pub fn dialect<T>(&self, sqlite: T, postgres: T) -> T {
        match self {
            Db::Sqlite { .. } => sqlite,
            Db::Postgres(_) => postgres,
        }
    }
}

impl Tx {
    /// Waits until no other transaction holds `lock`, and holds it until this one ends. SQLite has
    /// one writer and so nothing to wait for; on PostgreSQL, what is read after this stays true as
    /// long as everybody who changes it takes the same lock first.
    pub async fn alone(&mut self, lock: i64) -> Result<()> {
        if let Tx::Postgres(transaction) = self {
            sqlx::query("SELECT pg_advisory_xact_lock($1)")
                .bind(lock)
                .execute(&mut **transaction)
                .await?;
        }
        Ok(())
    }

    /// Picks the text for the database in use, where the dialects differ.
    pub fn dialect<T>(&self, sqlite: T, postgres: T) -> T {
        match self {
            Tx::Sqlite(_) => sqlite,
            Tx::Postgres(_) => postgres,
        }
    }

    /// Makes everything done in it last.
    pub async fn commit(self) -> Result<()> {
        match self {
            Tx::Sqlite(transaction) => transaction.commit().await,
            Tx::Postgres(transaction) => transaction.commit().await,
        }
    }
}

/// Escapes `%`, `_` and `\` for a pattern used with `LIKE … ESCAPE '\'`.
pub fn like_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// Ids as SQL writes a list, for `IN`; an empty one holds nothing.
pub fn id_list(ids: &[i64]) -> String {
    let numbers: Vec<String> = ids.iter().map(i64::to_string).collect();
    if numbers.is_empty() {
        "(NULL)".to_owned()
    } else {
        format!("({})", numbers.join(", "))
    }
}
