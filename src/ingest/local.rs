//! Files that are on this machine already: copied to where uploads arrive.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio_util::sync::CancellationToken;

use crate::storage::{Incoming, Storage};

/// Bytes copied between two looks at whether anybody still wants the file.
const STRIDE: u64 = 8 << 20;

/// A synced copy of the file at `path`, made by the kernel where it can, which on some file systems
/// takes no time and no room. `copied` counts its bytes meanwhile. When this future is dropped, or the
/// process dies, no copy is left.
///
/// # Errors
/// What the disks say; `InvalidData` when the file grew or shrank while it was read.
pub async fn copy(storage: &Storage, path: &Path, copied: Arc<AtomicU64>) -> io::Result<Incoming> {
    let path = path.to_owned();
    let wanted = CancellationToken::new();
    let dropped = wanted.clone();
    let _guard = wanted.drop_guard();
    let write = move |to: &File| {
        let from = File::open(path)?;
        let len = from.metadata()?.len();
        let count = |part| {
            copied.fetch_add(part, Ordering::Relaxed);
        };
        // One byte more would be there of a file that grew.
        let sum = copy_part(&from, to, len.saturating_add(1), &dropped, count)?;
        if sum == len && from.metadata()?.len() == len {
            Ok(())
        } else {
            Err(io::ErrorKind::InvalidData.into())
        }
    };
    storage.make(write).await
}

/// Copies `len` bytes from where one file stands to where the other does, fewer where the first ends: how many.
/// `count` is told of every stretch.
///
/// # Errors
/// What the disks say; `Interrupted` when the copy is not wanted any more.
pub(super) fn copy_part(
    from: &File,
    mut to: &File,
    len: u64,
    unwanted: &CancellationToken,
    count: impl Fn(u64),
) -> io::Result<u64> {
    let mut sum = 0;
    while sum < len {
        if unwanted.is_cancelled() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        // From file to file, which std gives to copy_file_range on Linux.
        let part = io::copy(&mut from.take(STRIDE.min(len - sum)), &mut to)?;
        if part == 0 {
            break;
        }
        sum += part;
        count(part);
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house() -> (tempfile::TempDir, Storage) {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(&folder.path().join("media")).unwrap();
        (folder, storage)
    }

    #[tokio::test]
    async fn a_copy_is_the_file_and_its_bytes_are_counted() {
        let (folder, storage) = house();
        let path = folder.path().join("film");
        let bytes: Vec<u8> = (0..STRIDE as u32 + 4321)
            .map(|number| (number % 251) as u8)
            .collect();
        std::fs::write(&path, &bytes).unwrap();
        let copied = Arc::new(AtomicU64::new(0));
        let incoming = copy(&storage, &path, Arc::clone(&copied)).await.unwrap();
        assert_eq!(copied.load(Ordering::Relaxed), bytes.len() as u64);
        assert_eq!(incoming.len(), bytes.len() as u64);
        assert_eq!(std::fs::read(incoming.path()).unwrap(), bytes);
        assert_eq!(std::fs::read(path).unwrap(), bytes);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_file_that_never_ends_is_given_up() {
        let (_folder, storage) = house();
        let copied = Arc::new(AtomicU64::new(0));
        let error = copy(&storage, Path::new("/dev/zero"), copied).await;
        assert_eq!(error.err().unwrap().kind(), io::ErrorKind::InvalidData);
        let left = std::fs::read_dir(storage.root().join(".incoming")).unwrap();
        assert_eq!(left.count(), 0);
    }
}
