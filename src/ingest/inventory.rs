//! Files against rows: which files no row knows, and which rows have lost theirs. Looks, and changes
//! nothing; only [`clean`] removes. Both may run beside the server, and hold a batch of each in memory.

mod store;

use std::{
    collections::HashSet,
    time::{Duration, SystemTime},
};

use super::{keep, unfinished};
use crate::{
    state::App,
    storage::{Entry, Key, Token},
    web::errors::Result,
    words::format,
};

pub use store::{COLUMNS, Column, Named, What};

/// How old a file must be before it counts as nobody's.
const PATIENCE: Duration = Duration::from_secs(3600);

/// Files or rows looked at in one go.
const BATCH: usize = 500;

/// Lines of each kind in the server's log.
const LINES: u64 = 10;

/// Something that is not as it should be.
#[derive(Clone, Debug)]
pub enum Finding {
    /// A file of ours that no row knows, and its length in bytes.
    Orphan(Key, u64),
    /// What has arrived of an upload that no row knows, and its length in bytes.
    Stray(Token, u64),
    /// A file that somebody else put there, and its length in bytes. It is never touched.
    Foreign(String, u64),
    /// A row whose file is not there.
    Missing(What, Named),
}

/// Files and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pile {
    /// How many files.
    pub files: u64,
    /// How many bytes they have together.
    pub bytes: u64,
}

impl Pile {
    /// Adds a file of so many bytes.
    pub fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

/// What was found, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Files that rows know.
    pub known: Pile,
    /// [`Finding::Orphan`] and [`Finding::Stray`].
    pub orphans: Pile,
    /// [`Finding::Foreign`].
    pub foreign: Pile,
    /// [`Finding::Missing`].
    pub missing: u64,
}

impl Tally {
    /// Whether every file has its row and every row its file.
    pub fn is_clean(&self) -> bool {
        self.orphans.files == 0 && self.foreign.files == 0 && self.missing == 0
    }

    /// Whether files are here, and not one of them is known: then most likely the database is another
    /// site's, or a new one.
    pub fn is_strange(&self) -> bool {
        self.known.files == 0 && self.orphans.files > 0
    }
}

/// Looks at every file and every row, and tells each finding as it is met.
///
/// # Errors
/// When the folder or the database cannot be read.
pub async fn look(app: &App, mut tell: impl FnMut(Finding)) -> Result<Tally> {
    let mut tally = Tally::default();
    files(app, &mut tally, &mut tell).await?;
    for file in unfinished::strays(app).await? {
        tally.orphans.add(file.len);
        tell(Finding::Stray(file.token, file.len));
    }
    rows(app, &mut tally, &mut tell).await?;
    Ok(tally)
}

async fn files(app: &App, tally: &mut Tally, tell: &mut impl FnMut(Finding)) -> Result<()> {
    let mut listing = app.storage.list().await.map_err(keep::failed)?;
    loop {
        let batch = listing.next(BATCH).await.map_err(keep::failed)?;
        if batch.is_empty() {
            return Ok(());
        }
        // Asked after the files were met: whatever is put in place is announced before that.
        let keys: Vec<Key> = batch.iter().filter_map(|entry| entry.key.clone()).collect();
        let known = named(app, &keys).await?;
        for entry in batch {
            match &entry.key {
                Some(key) if known.contains(key) => tally.known.add(entry.len),
                Some(key) if is_old(&entry) => {
                    tally.orphans.add(entry.len);
                    tell(Finding::Orphan(key.clone(), entry.len));
                }
                Some(_) => {}
                None => {
                    tally.foreign.add(entry.len);
                    tell(Finding::Foreign(entry.name, entry.len));
                }
            }
        }
    }
}

/// A time ahead of the clock is not old.
fn is_old(entry: &Entry) -> bool {
    let age = SystemTime::now().duration_since(entry.modified);
    age.is_ok_and(|age| age >= PATIENCE)
}

async fn named(app: &App, keys: &[Key]) -> Result<HashSet<Key>> {
    if keys.is_empty() {
        return Ok(HashSet::new());
    }
    let named = store::named(&app.db, keys).await?;
    Ok(named.into_iter().map(|(key,)| key).collect())
}

async fn rows(app: &App, tally: &mut Tally, tell: &mut impl FnMut(Finding)) -> Result<()> {
    for column in &COLUMNS {
        let Some(owner) = &column.owner else {
            continue;
        };
        let mut last = String::new();
        loop {
            let batch = store::after(&app.db, column, owner, &last, BATCH).await?;
            let Some(end) = batch.last() else {
                break;
            };
            end.file.as_str().clone_into(&mut last);
            for row in batch {
                let file = app.storage.file(&row.file).await.map_err(keep::failed)?;
                // Deleted, or given another file, since the row was read.
                if file.is_none() && store::still(&app.db, column, owner, &row.file).await? {
                    tally.missing += 1;
                    tell(Finding::Missing(owner.what, row));
                }
            }
        }
    }
    Ok(())
}

/// Removes files that [`look`] found to be nobody's, and whatever is to go anyway; what of them was
/// removed, and what could not be. A key is never given to a row unless it was announced, so none of
/// them can have found one since; they are asked for again all the same.
///
/// # Errors
/// When the database or the folder cannot be read.
pub async fn clean(app: &App, orphans: &[(Key, u64)]) -> Result<(Pile, Vec<String>)> {
    let (mut removed, mut faults) = (Pile::default(), Vec::new());
    for batch in orphans.chunks(BATCH) {
        let keys: Vec<Key> = batch.iter().map(|(key, _)| key.clone()).collect();
        let known = named(app, &keys).await?;
        for (key, len) in batch.iter().filter(|(key, _)| !known.contains(key)) {
            match app.storage.remove(key).await {
                Ok(()) => removed.add(*len),
                Err(error) => faults.push(format!("{key}: {error}")),
            }
        }
    }
    let before = unfinished::strays(app).await?;
    unfinished::remove_strays(app, &before).await?;
    unfinished::sweep(app).await?;
    keep::sweep(app).await?;
    let after = unfinished::strays(app).await?;
    for stray in before {
        if after.contains(&stray) {
            faults.push(stray.token.to_string());
        } else {
            removed.add(stray.len);
        }
    }
    Ok((removed, faults))
}

/// Looks, and writes into the log what is not as it should be: a line each, ten of each kind at most.
///
/// # Errors
/// As [`look`].
pub async fn report(app: &App) -> Result<()> {
    let (mut orphans, mut foreign, mut missing) = (0, 0, 0);
    let tally = look(app, |finding| {
        let count = match &finding {
            Finding::Orphan(..) | Finding::Stray(..) => &mut orphans,
            Finding::Foreign(..) => &mut foreign,
            Finding::Missing(..) => &mut missing,
        };
        *count += 1;
        if *count <= LINES {
            tracing::warn!("{}", line(&finding));
        }
    })
    .await?;
    if tally.is_clean() {
        tracing::info!("every file has its row and every row its file");
    } else {
        tracing::warn!(
            "files that no row knows: {} ({}); files that are not Madang's: {}; rows without their \
             file: {}; `madang media` lists them all",
            tally.orphans.files,
            size(tally.orphans.bytes),
            tally.foreign.files,
            tally.missing,
        );
    }
    Ok(())
}

fn line(finding: &Finding) -> String {
    match finding {
        Finding::Orphan(key, len) => format!("no row knows the file {key} ({})", size(*len)),
        Finding::Stray(token, len) => {
            format!(
                "no row knows the unfinished upload {token} ({})",
                size(*len)
            )
        }
        Finding::Foreign(name, len) => format!("{name:?} ({}) is not Madang's", size(*len)),
        Finding::Missing(what, Named { id, title, file }) => match what {
            What::Video => format!("the file {file} of video {id} ({title:?}) is missing"),
            What::Thumbnail => format!("the picture {file} of video {id} ({title:?}) is missing"),
            What::Captions => format!("the captions {file} of video {id} ({title:?}) are missing"),
            What::Attachment => format!("the file {file} of post {id} ({title:?}) is missing"),
            What::Kept => format!("the file {file} ({title:?}), kept for user {id}, is missing"),
        },
    }
}

/// Bytes, for people.
pub fn size(bytes: u64) -> String {
    format::size(i64::try_from(bytes).unwrap_or(i64::MAX))
}
