//! Fast start: an MP4 whose index (`moov`) stands behind its pictures is written again with the index in front, so that
//! a player on a slow line can begin after a few kilobytes instead of asking for the end of the file first.
//!
//! [`plan`](mod@plan) decides and says what the new file is made of, without writing a byte; here it is written. What the
//! plan does not understand to the last offset stays as it is: such a file plays, only not at once.
#[cfg(test)]
pub(super) mod fuzzing;
mod offsets;
mod plan;
#[cfg(test)]
mod tests;

use super::{ProbeError, local::copy_part, source::Source};
use crate::storage::{Incoming, Storage, is_full, lack};
use plan::{Piece, Plan};
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

/// The file at `path` with its index in front, as a new file of `storage` that is synced and only has to be finished;
/// `None` where it is to be kept as it is: it starts fast already, has no such index, or is not understood.
///
/// The old file is only read. It should be removed once the new one is in place. Memory is bounded to some hundred
/// kilobytes and the pictures are copied by the kernel where it can. When this future is dropped, or the process dies,
/// no new file is left.
///
/// A full disk keeps the file as it is, with a warning in the log: it plays, and a viewer who waits a moment longer is
/// better off than an uploader who has to send it all again.
///
/// # Errors
/// When the file cannot be read, or the new one not written for another reason than room.
pub async fn rewritten(storage: &Storage, path: &Path) -> io::Result<Option<Incoming>> {
    let planned = {
        let (path, root) = (path.to_owned(), storage.root().to_owned());
        spawn_blocking(move || planned(&path, &root)).await
    };
    let made = match planned.map_err(io::Error::other)? {
        Ok(Some((file, plan))) => {
            let wanted = CancellationToken::new();
            let dropped = wanted.clone();
            let _guard = wanted.drop_guard();
            let written = move |target: &File| write(&plan, &file, target, &dropped);
            storage.make(written).await.map(Some)
        }
        other => other.map(|_| None),
    };
    none_if_full(made, path)
}

/// How many bytes the file at `path` has, and how many it would have with its index in front; the same
/// twice where it is to be kept as it is.
///
/// # Errors
/// When the file cannot be read.
pub async fn lengths(path: &Path) -> io::Result<(u64, u64)> {
    let path = path.to_owned();
    let lengths = spawn_blocking(move || {
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        let plan = read_plan(&file)?;
        Ok((len, plan.map_or(len, |plan| plan.len())))
    });
    lengths.await.map_err(io::Error::other)?
}

/// Whether the file at `path` has its index at the end, and could have it in front.
///
/// # Errors
/// When the file cannot be read.
pub async fn is_late(path: &Path) -> io::Result<bool> {
    let path = path.to_owned();
    let plan = spawn_blocking(move || read_plan(File::open(path)?));
    Ok(plan.await.map_err(io::Error::other)??.is_some())
}

/// What is to be written, if anything is.
fn planned(path: &Path, root: &Path) -> io::Result<Option<(File, Plan)>> {
    let file = File::open(path)?;
    let Some(plan) = read_plan(&file)? else {
        return Ok(None);
    };
    if lack(root, plan.len()).is_some() {
        return Err(io::ErrorKind::StorageFull.into());
    }
    Ok(Some((file, plan)))
}

/// The plan for an opened file; `None` where it stays as it is.
fn read_plan(file: impl Read + Seek) -> io::Result<Option<Plan>> {
    match plan::plan(&mut Source::new(file)?) {
        Ok(plan) => Ok(plan),
        Err(ProbeError::Io(error)) => Err(error),
        Err(_) => Ok(None),
    }
}

fn none_if_full<T>(made: io::Result<Option<T>>, path: &Path) -> io::Result<Option<T>> {
    match made {
        Err(error) if is_full(&error) => {
            tracing::warn!(
                "{} is kept with its index at the end: the disk has no room to write it again",
                path.display()
            );
            Ok(None)
        }
        made => made,
    }
}

/// Writes the new file from its first byte to its last.
fn write(plan: &Plan, old: &File, new: &File, dropped: &CancellationToken) -> io::Result<()> {
    let (mut from, mut to) = (old, new);
    for piece in plan.pieces() {
        match piece {
            Piece::Old(range) => {
                from.seek(SeekFrom::Start(range.start))?;
                let len = range.end - range.start;
                if copy_part(old, new, len, dropped, |_| ())? != len {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            Piece::New(bytes) => to.write_all(bytes)?,
            Piece::Offsets(table) => {
                from.seek(SeekFrom::Start(table.entries.start))?;
                let entries = from.take(table.entries.end - table.entries.start);
                table.write(entries, &plan.shift, to)?;
            }
        }
    }
    Ok(())
}
