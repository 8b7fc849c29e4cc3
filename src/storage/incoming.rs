//! A file on its way in: locked and hidden while it is written, in place under its key only when whole and synced.
use super::{Key, Storage, key::random_name, room::Gauge};
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::task::spawn_blocking;

/// Bytes gathered before they go to the disk in one write: one trip to the blocking pool for about twenty network reads.
pub(super) const BUFFER: usize = 256 * 1024;

/// A file being received. Dropping it before [`finish`](Incoming::finish) removes what was written.
///
/// It is locked (`flock`, [`File::lock`]) for as long as it lives, which is how the sweep at the next start, or in
/// another instance that shares the folder, knows it from what a dead process left.
pub struct Incoming {
    storage: Storage,
    path: PathBuf,
    file: Arc<File>,
    /// `None` after a write that failed or was cancelled: the file then has a hole or a tear and may not be finished.
    buffer: Option<Vec<u8>>,
    gauge: Gauge,
    len: u64,
}

impl Incoming {
    pub(super) async fn create(storage: Storage) -> io::Result<Incoming> {
        blocking(move || Incoming::new(storage)).await
    }

    /// One that `write` fills at once, and that is synced then.
    pub(super) async fn make(
        storage: Storage,
        write: impl FnOnce(&File) -> io::Result<()> + Send + 'static,
    ) -> io::Result<Incoming> {
        blocking(move || {
            let mut incoming = Incoming::new(storage)?;
            write(&incoming.file)?;
            incoming.file.sync_all()?;
            incoming.len = incoming.file.metadata()?.len();
            Ok(incoming)
        })
        .await
    }

    fn new(storage: Storage) -> io::Result<Incoming> {
        let (path, file) = create_locked(&storage.incoming())?;
        Ok(Incoming {
            storage,
            path,
            file: Arc::new(file),
            buffer: Some(Vec::new()),
            gauge: Gauge::default(),
            len: 0,
        })
    }

    /// Appends `bytes`. At most 256 KiB wait in memory; the rest has gone to the file when this returns.
    ///
    /// # Errors
    /// What the disk says; [`is_full`](super::is_full) tells a full one, which it is before its last bytes. After an error, or when this future was
    /// dropped half-way, the file cannot be finished any more.
    pub async fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let buffer = self.buffer.as_mut().ok_or_else(torn)?;
            buffer.reserve_exact(BUFFER - buffer.len());
            let (now, later) = bytes.split_at(bytes.len().min(BUFFER - buffer.len()));
            buffer.extend_from_slice(now);
            self.len += now.len() as u64;
            if buffer.len() == BUFFER {
                self.flush().await?;
            }
            bytes = later;
        }
        Ok(())
    }

    /// Hands everything written so far to the operating system, so that a reader of [`path`](Incoming::path) sees it.
    ///
    /// # Errors
    /// As [`write`](Incoming::write).
    pub async fn flush(&mut self) -> io::Result<()> {
        let mut buffer = self.buffer.take().ok_or_else(torn)?;
        let (file, root) = (Arc::clone(&self.file), Arc::clone(&self.storage.root));
        let mut gauge = self.gauge;
        let (buffer, gauge) = blocking(move || {
            if !buffer.is_empty() {
                gauge.look(&root, buffer.len() as u64)?;
            }
            (&*file).write_all(&buffer)?;
            buffer.clear();
            Ok((buffer, gauge))
        })
        .await?;
        self.gauge = gauge;
        self.buffer = Some(buffer);
        Ok(())
    }

    /// How many bytes were written so far.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The same after another process has written to its [`path`](Incoming::path).
    ///
    /// # Errors
    /// What the file system says.
    pub async fn measured(mut self) -> io::Result<Incoming> {
        blocking(move || {
            self.len = self.file.metadata()?.len();
            Ok(self)
        })
        .await
    }

    /// Where the bytes are until they are finished; call [`flush`](Incoming::flush) before reading there.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Syncs the file, renames it to `key` and syncs the folder: when this returns, the file outlives a power cut.
    /// Nobody ever sees it half-written, and no file is ever written over.
    ///
    /// # Errors
    /// As [`write`](Incoming::write). After an error, or when this future was dropped half-way, no file is left.
    pub async fn finish(mut self, key: Key) -> io::Result<()> {
        self.flush().await?;
        blocking(move || self.place(&key)).await?.keep();
        Ok(())
    }

    /// Removes what was written. Unlike a mere drop it does so off the async workers, which a file of gigabytes is worth.
    pub async fn discard(self) {
        // A file that cannot be removed now goes with the next sweep.
        let _ = spawn_blocking(move || drop(self)).await;
    }

    pub(super) fn place(self, key: &Key) -> io::Result<Placed> {
        self.file.sync_all()?;
        let target = self.storage.root().join(key.as_str());
        // rename would write over the target; a key met twice means that the random numbers are broken.
        if fs::exists(&target)? {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists));
        }
        fs::rename(&self.path, &target)?;
        let placed = Placed {
            target,
            kept: false,
        };
        sync_folder(self.storage.root())?;
        Ok(placed)
    }
}

#[cfg(test)]
impl Incoming {
    /// As after a write that failed.
    pub(super) fn tear(&mut self) {
        self.buffer = None;
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // After a rename nothing is there any more. A file that cannot be removed now goes with the next sweep.
        let _ = fs::remove_file(&self.path);
    }
}

/// A file in place that nobody has been told of: removed when dropped, as when the uploader goes away in that moment.
pub(super) struct Placed {
    target: PathBuf,
    kept: bool,
}

impl Placed {
    fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.target);
        }
    }
}

/// Makes a new file under the writer's lock.
fn create_locked(folder: &Path) -> io::Result<(PathBuf, File)> {
    loop {
        let path = folder.join(random_name()?);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)?;
        if let Err(error) = file.lock()
            && error.kind() != io::ErrorKind::Unsupported
        {
            let _ = fs::remove_file(&path);
            return Err(error);
        }
        // Another instance's sweep may have seen the file before it was locked, and taken it for a dead one.
        if fs::exists(&path)? {
            return Ok((path, file));
        }
    }
}

/// Removes from `folder` what no living process is writing.
pub(super) fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // Both may fail when another instance sweeps at the same time; then the file is gone, which is the aim.
        if !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        let Ok(file) = OpenOptions::new().write(true).open(entry.path()) else {
            continue;
        };
        match file.try_lock() {
            Ok(()) => drop(fs::remove_file(entry.path())),
            // A file system without locks cannot tell the dead from the living: nothing is removed there.
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
        }
    }
    Ok(())
}

/// Writes one byte on the way a file takes, from `incoming` to `root`, and takes it away again.
pub(super) fn prove_writable(root: &Path, incoming: &Path) -> io::Result<()> {
    let (path, mut file) = create_locked(incoming)?;
    // Always the same name: what a process that was killed here has left goes with the next proof.
    let target = root.join(".probe");
    let proved = file
        .write_all(b"\n")
        .and_then(|()| fs::rename(&path, &target))
        .and_then(|()| sync_folder(root));
    let _ = fs::remove_file(&path);
    let _ = fs::remove_file(&target);
    proved
}

/// Makes a rename last. Only Unix can sync a folder; elsewhere the file system's journal has to do.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

/// Runs `work` off the async workers.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}

fn torn() -> io::Error {
    io::Error::other("an earlier write of this file did not end well")
}
