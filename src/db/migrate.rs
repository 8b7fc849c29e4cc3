//! Migrations: in the binary, run at start, under a lock that holds for other processes too.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use sqlx::migrate::{MigrateError, Migrator};

use super::Db;
use crate::settings::Database;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationFault {
    /// A newer program has been here; this one must not write.
    #[error(
        "the database has migration {0}, which this version of Madang does not know; start the \
         newer version, or restore a backup from before it"
    )]
    Newer(i64),
    /// The lock file beside an SQLite database.
    #[error("the lock beside {path} could not be taken: {error}")]
    Lock {
        /// The database.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Anything else.
    #[error("the database could not be migrated: {0}")]
    Other(MigrateError),
}

impl Db {
    /// Brings the schema up to date. Two processes at once: the second waits for the first and
    /// finds nothing left to do. PostgreSQL has an advisory lock for this (sqlx takes it); SQLite
    /// gets a locked file beside the database.
    pub async fn migrate(&self, database: &Database) -> Result<(), MigrationFault> {
        let _held = match database {
            Database::Sqlite(path) => {
                let lock = locked(path).await;
                Some(lock.map_err(|error| MigrationFault::Lock {
                    path: path.clone(),
                    error,
                })?)
            }
            Database::Postgres(_) => None,
        };
        let result = match self {
            Db::Sqlite { write, .. } => SQLITE.run(write).await,
            Db::Postgres(pool) => POSTGRES.run(pool).await,
        };
        result.map_err(|error| match error {
            MigrateError::VersionMissing(version) => MigrationFault::Newer(version),
            other => MigrationFault::Other(other),
        })
    }
}

impl Db {
    /// How many migrations a new database gets.
    pub fn all_migrations(database: &Database) -> i64 {
        let known = match database {
            Database::Sqlite(_) => &SQLITE,
            Database::Postgres(_) => &POSTGRES,
        };
        known.iter().count() as i64
    }

    /// How many migrations this database lacks; all of them when it has none of our tables. Changes
    /// nothing.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn missing_migrations(&self) -> super::Result<i64> {
        let known = self.dialect(&SQLITE, &POSTGRES);
        let there = self.dialect(
            "SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'",
            "SELECT CAST(to_regclass('_sqlx_migrations') IS NOT NULL AS INTEGER)::BIGINT",
        );
        let mut missing = known.iter().count() as i64;
        if self.get::<i64>(there, ()).await? > 0 {
            let sql = "SELECT version FROM _sqlx_migrations WHERE success";
            let run: Vec<(i64,)> = self.all(sql, ()).await?;
            let run = |version| run.iter().any(|(done,)| *done == version);
            missing = known.iter().filter(|one| !run(one.version)).count() as i64;
        }
        Ok(missing)
    }
}

/// Takes the lock of an SQLite database: a file beside it. The lock ends when the file is closed,
/// also by a killed process. The file itself stays: to delete it would let two others lock two
/// different files.
pub(super) async fn locked(database: &Path) -> io::Result<File> {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    let take = move || {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(name)?;
        file.lock()?;
        Ok(file)
    };
    tokio::task::spawn_blocking(take)
        .await
        .unwrap_or_else(|error| Err(error.into()))
}
