//! Room on the disk: what files must leave free, what is promised to those on their way, and a little that is let go
//! of when there is nothing left.
use super::{Space, Storage, incoming::blocking, none_if_missing, space};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::{Mutex, MutexGuard};

/// Bytes left free for the database, the log and pages; on a disk of less than 256 MiB a sixteenth of it.
const RESERVE: u64 = 16 << 20;

/// Bytes that one writer takes at most before the disk is asked again.
const STRIDE: u64 = 8 << 20;

/// As many writers at once, each with its stride, do not take more than there is.
const WRITERS: u64 = 64;

/// Bytes that a file which this machine makes of one that it has leaves free: the database writes to the disk
/// meanwhile, and so do uploads, which came first.
const SPARE: u64 = 64 << 20;

/// What is wanted of a disk that has it not. In bytes.
#[derive(Clone, Copy, Debug)]
pub struct Lack {
    /// The file, and what is to stay free beside it.
    pub needed: u64,
    /// What there is.
    pub free: u64,
}

/// What the disk of `folder` lacks for a file of so many bytes that this machine makes of one that it has; `None` if it
/// has room, or where the system does not tell. Blocking.
pub fn lack(folder: &Path, bytes: u64) -> Option<Lack> {
    let needed = bytes.saturating_add(SPARE);
    let free = space(folder)?.free;
    (free < needed).then_some(Lack { needed, free })
}

/// A disk, as the system tells of it. In bytes.
struct Disk {
    free: u64,
    reserve: u64,
}

impl Disk {
    fn of(folder: &Path) -> Option<Disk> {
        let Space { free, total } = space(folder)?;
        let reserve = RESERVE.min(total / 16);
        Some(Disk { free, reserve })
    }

    fn room(&self) -> u64 {
        self.free.saturating_sub(self.reserve)
    }

    /// What the ballast weighs here.
    fn ballast(&self) -> u64 {
        self.reserve / 2
    }

    /// Whether not even the database has room any more.
    fn is_empty(&self) -> bool {
        self.free < self.reserve / 8
    }
}

/// What one writer may still write before it looks at the disk again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gauge(u64);

impl Gauge {
    /// Called before so many bytes are written to the disk of `folder`. Blocking.
    ///
    /// # Errors
    /// `StorageFull` once files may take no more. Where the system does not tell, the write itself will.
    pub(super) fn look(&mut self, folder: &Path, bytes: u64) -> io::Result<()> {
        if self.0 < bytes {
            let room = Disk::of(folder).map_or(u64::MAX, |disk| disk.room());
            if room == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.0 = (room / WRITERS).min(STRIDE).max(bytes);
        }
        self.0 -= bytes;
        Ok(())
    }
}

/// What is promised to whole files on their way, in bytes; and who may promise.
#[derive(Clone, Debug, Default)]
pub(super) struct Promises {
    sum: Arc<AtomicU64>,
    one_at_a_time: Arc<Mutex<()>>,
}

/// Room for a file that is on its way: nobody else is promised it before this is dropped.
#[derive(Debug)]
pub struct Promise {
    left: AtomicU64,
    promises: Promises,
}

impl Promise {
    /// So many of the bytes are there and count as taken now.
    pub fn kept(&self, bytes: u64) {
        let kept = bytes.min(self.left.load(Ordering::Relaxed));
        self.left.fetch_sub(kept, Ordering::Relaxed);
        self.promises.sum.fetch_sub(kept, Ordering::Relaxed);
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        let left = *self.left.get_mut();
        self.promises.sum.fetch_sub(left, Ordering::Relaxed);
    }
}

impl Storage {
    /// As [`lack`], of the disk that this folder is on.
    pub async fn lack(&self, bytes: u64) -> Option<Lack> {
        let root = Arc::clone(&self.root);
        blocking(move || Ok(lack(&root, bytes))).await.ok()?
    }

    /// Bytes that files may still take, what is promised to some among them: what is free, less what the database and
    /// pages need. `None` where the system does not tell.
    pub async fn room(&self) -> Option<u64> {
        let root = Arc::clone(&self.root);
        let disk = blocking(move || Ok(Disk::of(&root))).await.ok()??;
        Some(disk.room())
    }

    /// Bytes that are promised to whole files on their way and not there yet.
    pub fn promised(&self) -> u64 {
        self.promises.sum.load(Ordering::Relaxed)
    }

    /// Whether files may take nothing more. Blocking: for the start of the program.
    pub fn is_full(&self) -> bool {
        Disk::of(&self.root).is_some_and(|disk| disk.room() == 0)
    }

    /// Waits until nobody else in this process looks how much room there is in order to take it.
    pub async fn asking(&self) -> MutexGuard<'_, ()> {
        self.promises.one_at_a_time.lock().await
    }

    /// Promises room for so many bytes. Whoever asks first whether they are there holds [`asking`](Storage::asking).
    pub fn promise(&self, bytes: u64) -> Promise {
        self.promises.sum.fetch_add(bytes, Ordering::Relaxed);
        Promise {
            left: bytes.into(),
            promises: self.promises.clone(),
        }
    }

    fn ballast_path(&self) -> PathBuf {
        self.root.join(".ballast").join("ballast")
    }

    /// Lays up a few bytes that can be let go of when the disk is full, if there is room for them; half the reserve.
    ///
    /// # Errors
    /// What the file system says.
    pub async fn take_ballast(&self) -> io::Result<()> {
        let (root, path) = (Arc::clone(&self.root), self.ballast_path());
        blocking(move || {
            let disk = Disk::of(&root).ok_or(io::ErrorKind::Unsupported)?;
            let weight = disk.ballast();
            let there = none_if_missing(fs::metadata(&path).map(Some))?;
            if there.is_some_and(|file| file.len() >= weight) || disk.room() < weight {
                return Ok(());
            }
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file = File::create(&path)?;
            // Nothing that a file system could press together.
            let mut block = vec![0; 64 << 10];
            for _ in 0..weight / block.len() as u64 {
                getrandom::fill(&mut block).map_err(|error| io::Error::other(error.to_string()))?;
                file.write_all(&block)?;
            }
            file.sync_all()
        })
        .await
    }

    /// Lets the ballast go if the disk is full to its last bytes: whether there is a little room now. With it what frees
    /// more can be written down.
    pub async fn drop_ballast(&self) -> bool {
        let storage = self.clone();
        let dropped = blocking(move || Ok(storage.drop_ballast_now())).await;
        dropped.unwrap_or_default()
    }

    /// The same, blocking.
    pub(super) fn drop_ballast_now(&self) -> bool {
        let full = Disk::of(&self.root).is_some_and(|disk| disk.is_empty());
        let dropped = full && fs::remove_file(self.ballast_path()).is_ok();
        if dropped {
            tracing::warn!(
                "the disk of {} is full; what was laid up for that is free now, to delete something",
                self.root.display()
            );
        }
        dropped
    }
}
