//! The folder of files that have not arrived whole.
use super::{OpenFile, Partial, writers::Place};
use crate::storage::{
    Storage, Token,
    incoming::{blocking, sync_folder},
    none_if_missing,
    room::Gauge,
};
use std::{
    fs::{self, OpenOptions, TryLockError},
    io::{self, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

/// A file that has not arrived whole, as it stands in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartialFile {
    /// Its name.
    pub token: Token,
    /// In bytes.
    pub len: u64,
    /// When its last byte was written.
    pub modified: SystemTime,
}

impl Storage {
    fn partial_path(&self, token: &Token) -> io::Result<PathBuf> {
        // Parsed again because a token that was read from a database is only said to be one.
        let token = Token::parse(token.as_str());
        let token = token.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.partial_folder().join(token.as_str()))
    }

    fn partial_folder(&self) -> PathBuf {
        self.root.join(".uploads")
    }

    /// Makes an empty file for pieces to come.
    ///
    /// # Errors
    /// What the file system says; [`is_full`](super::is_full) tells a full one.
    pub async fn begin_partial(&self, token: &Token) -> io::Result<()> {
        let path = self.partial_path(token)?;
        let folder = self.partial_folder();
        blocking(move || {
            fs::create_dir_all(&folder)?;
            OpenOptions::new().write(true).create_new(true).open(path)?;
            sync_folder(&folder)
        })
        .await
    }

    /// Opens a partial file to write on; `None` where there is none.
    ///
    /// # Errors
    /// `WouldBlock` while somebody else is writing on it; otherwise what the file system says.
    pub async fn partial(&self, token: &Token) -> io::Result<Option<Partial>> {
        let path = self.partial_path(token)?;
        let place = self.writers.take(token).ok_or(io::ErrorKind::WouldBlock)?;
        let root = Arc::clone(&self.root);
        blocking(move || none_if_missing(open(root, path, place).map(Some))).await
    }

    /// As [`partial`](Storage::partial), but a writer in this process is asked to stop first, and waited for: who asks
    /// how far a file has come has most likely lost the connection on which it was sent.
    ///
    /// # Errors
    /// As there; `WouldBlock` when the other writer has not stopped after `patience`.
    pub async fn take_partial(
        &self,
        token: &Token,
        patience: Duration,
    ) -> io::Result<Option<Partial>> {
        let free = async {
            while let Some(writer) = self.writers.of(token) {
                writer.stopped().await;
            }
        };
        if tokio::time::timeout(patience, free).await.is_err() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.partial(token).await
    }

    /// All partial files, in no order.
    ///
    /// # Errors
    /// What the file system says.
    pub async fn partials(&self) -> io::Result<Vec<PartialFile>> {
        let folder = self.partial_folder();
        blocking(move || {
            let mut found = Vec::new();
            let Some(entries) = none_if_missing(fs::read_dir(folder).map(Some))? else {
                return Ok(found);
            };
            for entry in entries {
                let entry = entry?;
                let token = entry.file_name().to_str().and_then(Token::parse);
                // One that is gone by now was finished meanwhile.
                if let (Some(token), Ok(metadata)) = (token, entry.metadata())
                    && metadata.is_file()
                {
                    found.push(PartialFile {
                        token,
                        len: metadata.len(),
                        modified: metadata.modified()?,
                    });
                }
            }
            Ok(found)
        })
        .await
    }
}

fn open(root: Arc<Path>, path: PathBuf, place: Place) -> io::Result<Partial> {
    // As for stored files: a named pipe would wait for ever, and a link is not followed.
    if !fs::symlink_metadata(&path)?.is_file() {
        return Err(io::ErrorKind::NotFound.into());
    }
    let mut file = OpenOptions::new().read(true).write(true).open(&path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
        Err(TryLockError::Error(error)) => return Err(error),
    }
    // Another process may have put it in place, or removed it, between the opening and the lock.
    if !fs::exists(&path)? {
        return Err(io::ErrorKind::NotFound.into());
    }
    let written = file.seek(SeekFrom::End(0))?;
    Ok(Partial {
        root,
        path,
        open: Arc::new(OpenFile { file, place }),
        buffer: Vec::new(),
        writing: None,
        written,
        synced: written,
        syncing: None,
        gauge: Gauge::default(),
    })
}
