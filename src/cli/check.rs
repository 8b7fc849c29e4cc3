//! `madang check [--deploy]`: what is wrong, and with `--deploy` also what is fine only while trying
//! the site out. Nothing is migrated and no database is made.

use std::io;

use clap::Args;

use super::{output::say, start};
use crate::{
    admin::inspection,
    db::Db,
    settings::{
        Database, Settings,
        warnings::{Level, Warning},
    },
    storage::Storage,
    words::fill,
};

#[derive(Args)]
pub(super) struct Arguments {
    /// Also tell what to fix before others use the site
    #[arg(long)]
    deploy: bool,
}

/// Prints the findings. The error, for exit code 1, is how many of them keep the site from working.
pub(super) async fn run(settings: Settings, arguments: Arguments) -> Result<(), String> {
    let t = settings.language.words();
    let found = findings(&settings, arguments.deploy).await;
    for finding in &found {
        let level = match finding.level() {
            Level::Error => t.admin.level_error,
            Level::Warning => t.admin.level_warning,
            Level::Info => t.admin.level_info,
        };
        let (what, todo) = finding.words(t);
        say(format_args!("{level} [{}] {what}", finding.name()));
        say(format_args!("    {todo}"));
    }
    if found.is_empty() {
        say(t.admin.check_fine);
    }
    if !arguments.deploy {
        say(t.admin.check_deploy_hint);
    }
    let errors = found.iter().filter(|f| f.level() == Level::Error).count();
    if errors == 0 {
        Ok(())
    } else {
        Err(fill(t.admin.check_errors, &[&errors]))
    }
}

async fn findings(settings: &Settings, deploy: bool) -> Vec<Warning> {
    let mut found = Vec::new();
    let storage = Storage::open(&settings.media_root).and_then(|storage| {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        (!storage.is_full()).then_some(()).ok_or_else(full)
    });
    if let Err(error) = storage {
        let folder = settings.media_root.display().to_string();
        found.push(Warning::MediaUnwritable(folder, error.to_string()));
    }
    match database(settings, deploy).await {
        Ok(more) => found.extend(more),
        Err(error) => found.push(Warning::DatabaseUnreachable(start::said(&error))),
    }
    found.sort_by_key(|warning| std::cmp::Reverse(warning.level()));
    found
}

/// What the database shows; with `deploy` also what it needs no database to see.
async fn database(settings: &Settings, deploy: bool) -> crate::db::Result<Vec<Warning>> {
    // To open an SQLite database would make it.
    if let Database::Sqlite(path) = &settings.database
        && !path.exists()
    {
        let mut found = vec![Warning::MigrationsMissing(Db::all_migrations(
            &settings.database,
        ))];
        if deploy {
            found.extend(inspection::of_settings(settings));
        }
        return Ok(found);
    }
    let db = Db::open(&settings.database).await?;
    let missing = db.missing_migrations().await;
    let found = match missing {
        Ok(0) if deploy => inspection::all(&db, settings).await,
        Ok(0) => Ok(Vec::new()),
        Ok(missing) => {
            let mut found = vec![Warning::MigrationsMissing(missing)];
            if deploy {
                found.extend(inspection::of_settings(settings));
            }
            Ok(found)
        }
        Err(error) => Err(error),
    };
    db.close().await;
    found
}
