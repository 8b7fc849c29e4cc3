//! Where bytes live: a local folder of write-once files. Knows no table and no HTTP.
//!
//! `{root}/{key}` is a finished file; `{root}/.incoming/` holds what is being received, `{root}/.uploads/` what arrives in
//! pieces. A file comes into being by [`Storage::receive`] → [`Incoming::write`] → [`Incoming::finish`], or by
//! [`Storage::begin_partial`] → [`Partial::write`] → [`Partial::place`], and is never changed afterwards. What is written
//! leaves some of the disk free; `{root}/.ballast/` holds a little more, for the day when others have filled it.
mod incoming;
mod key;
mod listing;
mod partial;
#[cfg(target_os = "linux")]
mod quick;
mod room;
mod space;
#[cfg(test)]
mod tests;

pub use incoming::Incoming;
pub use key::{Key, Token};
pub use listing::{Entry, Listing};
pub use partial::{Partial, PartialFile};
pub use room::{Lack, Promise, lack};
pub use space::{Space, space};

use incoming::blocking;
use partial::Writers;
use room::Promises;
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

/// Where what is being received stands.
const INCOMING: &str = ".incoming";

/// The folder of stored files (`MEDIA_ROOT`). Cheap to clone. Several processes may share one folder.
#[derive(Clone, Debug)]
pub struct Storage {
    root: Arc<Path>,
    writers: Writers,
    #[cfg(target_os = "linux")]
    opens_quickly: bool,
    promises: Promises,
}

/// A stored file, open for reading from its first byte.
#[derive(Debug)]
pub struct StoredFile {
    /// Open for reading. It stays readable when the key is removed meanwhile.
    pub file: File,
    /// In bytes.
    pub len: u64,
    /// When its last byte was written.
    pub modified: SystemTime,
}

impl Storage {
    /// Makes the folder where there is none, proves that files can be written and renamed in it, and removes what dead
    /// processes left half-received. A full disk is no fault: see [`is_full`](Storage::is_full). Blocking: for the start
    /// of the program.
    ///
    /// # Errors
    /// What the file system says about the folder; the caller names it.
    pub fn open(root: &Path) -> io::Result<Storage> {
        let root = std::path::absolute(root)?;
        fs::create_dir_all(root.join(INCOMING))?;
        let storage = Storage {
            #[cfg(target_os = "linux")]
            opens_quickly: quick::is_local(&root),
            root: root.into(),
            writers: Writers::default(),
            promises: Promises::default(),
        };
        let incoming = storage.incoming();
        incoming::sweep(&incoming)?;
        match incoming::prove_writable(storage.root(), &incoming) {
            // Who could not start could not delete anything.
            Err(error) if is_full(&error) => {
                storage.drop_ballast_now();
            }
            proved => proved?,
        }
        Ok(storage)
    }

    /// The folder's absolute path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn incoming(&self) -> PathBuf {
        self.root.join(INCOMING)
    }

    /// Begins to receive a file.
    ///
    /// # Errors
    /// What the file system says; [`is_full`] tells a full one.
    pub async fn receive(&self) -> io::Result<Incoming> {
        Incoming::create(self.clone()).await
    }

    /// Receives a file that stands in memory.
    ///
    /// # Errors
    /// What the file system says; [`is_full`] tells a full one. Then no file is left.
    pub async fn receive_all(&self, bytes: &[u8]) -> io::Result<Incoming> {
        let mut incoming = self.receive().await?;
        incoming.write(bytes).await?;
        Ok(incoming)
    }

    /// Makes a file by `write`, off the async workers; afterwards it is synced. When this future is dropped, `write` goes on
    /// to its end, and the file is removed then.
    ///
    /// # Errors
    /// What `write` or the file system says; then no file is left.
    pub async fn make(
        &self,
        write: impl FnOnce(&File) -> io::Result<()> + Send + 'static,
    ) -> io::Result<Incoming> {
        Incoming::make(self.clone(), write).await
    }

    /// Opens a stored file; `None` where there is none. Only a regular file that stands in the folder itself is ever
    /// opened: a symbolic link is not followed.
    ///
    /// # Errors
    /// What the file system says, a missing file aside.
    pub async fn file(&self, key: &Key) -> io::Result<Option<StoredFile>> {
        let Some(path) = self.path(key) else {
            return Ok(None);
        };
        #[cfg(target_os = "linux")]
        if self.opens_quickly
            && let Some(stored) = quick::open(&path)
        {
            return Ok(Some(stored));
        }
        blocking(move || none_if_missing(open_regular(&path))).await
    }

    /// Where a stored file is, for readers that need a path; `None` where there is none.
    ///
    /// # Errors
    /// As [`file`](Storage::file).
    pub async fn path_of(&self, key: &Key) -> io::Result<Option<PathBuf>> {
        let stored = self.file(key).await?;
        Ok(stored.and_then(|_| self.path(key)))
    }

    /// Removes a stored file. That it is gone already is fine. Whoever is reading it reads on to the end.
    ///
    /// # Errors
    /// What the file system says, a missing file aside.
    pub async fn remove(&self, key: &Key) -> io::Result<()> {
        let Some(path) = self.path(key) else {
            return Ok(());
        };
        blocking(move || none_if_missing(fs::remove_file(path).map(Some)).map(drop)).await
    }

    /// The keys of all stored files, in no order: what no row names is an orphan.
    ///
    /// A file stands here a moment before its row does, so judge only those whose `modified` is some time ago.
    ///
    /// # Errors
    /// What the file system says.
    pub async fn keys(&self) -> io::Result<Vec<Key>> {
        let root = Arc::clone(&self.root);
        blocking(move || {
            let mut keys = Vec::new();
            for entry in fs::read_dir(root)? {
                let entry = entry?;
                let key = entry.file_name().to_str().and_then(Key::parse);
                if let Some(key) = key
                    && entry.file_type()?.is_file()
                {
                    keys.push(key);
                }
            }
            Ok(keys)
        })
        .await
    }

    /// Parsed again because a key that was read from a database is only said to be one.
    fn path(&self, key: &Key) -> Option<PathBuf> {
        Key::parse(key.as_str()).map(|key| self.root.join(key.as_str()))
    }
}

/// Whether an error says that the disk, or the owner's share of it, is full.
pub fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

fn open_regular(path: &Path) -> io::Result<Option<StoredFile>> {
    // Asked before opening: opening a named pipe would wait for a writer.
    if !fs::symlink_metadata(path)?.is_file() {
        return Ok(None);
    }
    regular(File::open(path)?)
}

fn regular(file: File) -> io::Result<Option<StoredFile>> {
    let metadata = file.metadata()?;
    Ok(metadata.is_file().then_some(StoredFile {
        len: metadata.len(),
        modified: metadata.modified()?,
        file,
    }))
}

fn none_if_missing<T>(result: io::Result<Option<T>>) -> io::Result<Option<T>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        other => other,
    }
}
