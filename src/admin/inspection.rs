//! How the site is doing: its database, its disk, and everything to be warned of. Asked by the index
//! and by `madang check --deploy`, so that both say the same.

use std::path::PathBuf;

use crate::{
    accounts,
    db::{Db, Result, Time},
    ingest,
    settings::{
        Database, Settings,
        warnings::{self, Machine, Warning},
    },
    storage::{self, Space},
    videos,
};

/// The kind and version of the database: `SQLite 3.50.4`.
pub async fn database_kind(db: &Db) -> Result<String> {
    let sql = db.dialect(
        "SELECT 'SQLite ' || sqlite_version()",
        "SELECT 'PostgreSQL ' || current_setting('server_version')",
    );
    db.get(sql, ()).await
}

/// Bytes of the database: the SQLite file with its write-ahead log, or what PostgreSQL says.
pub async fn database_size(db: &Db, settings: &Settings) -> Result<i64> {
    let sql = db.dialect(
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        "SELECT pg_database_size(current_database())",
    );
    let size: i64 = db.get(sql, ()).await?;
    let Database::Sqlite(path) = &settings.database else {
        return Ok(size);
    };
    let mut log = path.clone().into_os_string();
    log.push("-wal");
    let log = tokio::fs::metadata(PathBuf::from(log)).await;
    let log = log.map_or(0, |log| i64::try_from(log.len()).unwrap_or(0));
    Ok(size + log)
}

/// The disk of the media folder; `None` where the system does not tell.
pub async fn space(settings: &Settings) -> Option<Space> {
    let folder = settings.media_root.clone();
    tokio::task::spawn_blocking(move || storage::space(&folder))
        .await
        .ok()
        .flatten()
}

/// A number of bytes as it is written out.
pub fn bytes(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Seconds after which a file that could not be removed is worth a word: the sweep has failed a
/// day long.
const OLD: i64 = 25 * 3600;

/// What is to be warned of without asking a database.
pub fn of_settings(settings: &Settings) -> Vec<Warning> {
    warnings::of(settings, &Machine::this())
}

/// Everything to be warned of, the worst first; what would not even start is not among it.
pub async fn all(db: &Db, settings: &Settings) -> Result<Vec<Warning>> {
    let mut all = of_settings(settings);
    if !accounts::store::has_superuser(db).await? {
        all.push(Warning::NoSuperuser);
    }
    let old = ingest::overdue(db, Time::now().plus_seconds(-OLD)).await?;
    if old > 0 {
        all.push(Warning::OldFiles(old));
    }
    let most = settings.max_upload_size;
    if let Some(space) = space(settings).await
        && space.free < most
    {
        let [free, most] = [space.free, most].map(bytes);
        all.push(Warning::LittleSpace(free, most));
    }
    all.sort_by_key(|warning| std::cmp::Reverse(warning.level()));
    Ok(all)
}

/// Bytes of all videos' files.
pub async fn videos_size(db: &Db) -> Result<i64> {
    videos::store::total_size(db).await
}
