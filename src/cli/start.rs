//! What every command begins with: the database, up to date; each fault in one sentence.

use argon2::Params;
use tokio::sync::Notify;

use super::output::warn;
use crate::{
    accounts::hashing::{Hasher, OWASP},
    db::Db,
    ffmpeg::Ffmpeg,
    settings::{Database, Settings},
    state::{App, Parts},
    storage::Storage,
    words::fill,
};

/// Opens the database and migrates it.
pub(super) async fn database(settings: &Settings) -> Result<Db, String> {
    let fault = |error: sqlx::Error| match &settings.database {
        Database::Sqlite(path) => format!(
            "the database {} cannot be opened: {}; make its folder, and make it writable, or set \
             DATABASE_URL",
            path.display(),
            said(&error)
        ),
        Database::Postgres(_) => format!(
            "the PostgreSQL server of DATABASE_URL cannot be reached: {}; check that it runs and \
             that user, password and name are right",
            said(&error)
        ),
    };
    let db = Db::open(&settings.database).await.map_err(fault)?;
    db.migrate(&settings.database)
        .await
        .map_err(|fault| fault.to_string())?;
    Ok(db)
}

/// The site that is there already, for commands that work beside the server or without it: a
/// database is not made, since a wrong address would then look like a site without videos.
pub(super) async fn app(settings: Settings) -> Result<App, String> {
    database_is_there(&settings)?;
    let words = settings.language.words().console;
    let storage = Storage::open(&settings.media_root).map_err(|error| {
        fill(
            words.media_unwritable,
            &[&settings.media_root.display(), &error],
        )
    })?;
    if storage.is_full() {
        warn(full(&settings));
    }
    let db = database(&settings).await?;
    let ffmpeg = Ffmpeg::find(&settings.ffmpeg).await?;
    Ok(App::new(Parts {
        settings,
        db,
        storage,
        ffmpeg,
        work: Notify::new(),
    }))
}

/// As [`app`], for who only looks at what is stored: no media folder is made either.
pub(super) async fn app_with_files(settings: Settings) -> Result<App, String> {
    database_is_there(&settings)?;
    let (folder, words) = (&settings.media_root, settings.language.words().console);
    if !folder.is_dir() {
        return Err(fill(words.media_missing, &[&folder.display()]));
    }
    app(settings).await
}

fn database_is_there(settings: &Settings) -> Result<(), String> {
    match &settings.database {
        Database::Sqlite(path) if !path.exists() => {
            let words = settings.language.words().console;
            Err(fill(words.no_database, &[&path.display()]))
        }
        _ => Ok(()),
    }
}

/// What to say, and start all the same: nobody could delete anything otherwise.
pub(super) fn full(settings: &Settings) -> String {
    let words = settings.language.words().console;
    fill(words.media_full, &[&settings.media_root.display()])
}

/// Without the layers of "error occurred while …" around it.
pub(super) fn said(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(inner) => inner.message().to_owned(),
        sqlx::Error::Io(inner) => inner.to_string(),
        sqlx::Error::PoolTimedOut => "it does not answer".to_owned(),
        other => other.to_string(),
    }
}

/// The hasher of passwords, as OWASP recommends it.
pub(super) fn hasher() -> Result<Hasher, String> {
    let (memory, passes, lanes) = OWASP;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| error.to_string())?;
    Ok(Hasher::new(params))
}
