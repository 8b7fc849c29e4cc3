//! A file that arrives in pieces, over days if need be. Every byte is written once, where it stays, and how far the
//! file has come is its length on the disk, which nothing that is written elsewhere can contradict.
mod folder;
mod writers;

use super::{
    Key,
    incoming::{BUFFER, blocking, sync_folder},
    none_if_missing,
    room::Gauge,
};
use std::{
    fs::{self, File},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio_util::sync::CancellationToken;

pub use folder::PartialFile;
use writers::Place;
pub(super) use writers::Writers;

/// Bytes after which the disk begins to sync what it has been given while more arrives: the sync at the end of a large
/// piece is then a short one, and at most twice as much waits to be written.
const STRIDE: u64 = 32 << 20;

/// A file that has not arrived whole, held by its one writer: by a place in this process, and by `flock` against other
/// processes that share the folder. Dropped, it stays on the disk; what was not flushed is lost.
pub struct Partial {
    root: Arc<Path>,
    path: PathBuf,
    open: Arc<OpenFile>,
    /// What is gathered for the next write, while the one before it is [`writing`](Partial::writing).
    buffer: Vec<u8>,
    writing: Option<Writing>,
    /// Bytes that the system has.
    written: u64,
    /// How many of them the disk was asked for.
    synced: u64,
    syncing: Option<JoinHandle<io::Result<()>>>,
    gauge: Gauge,
}

/// Whatever still writes or syncs has a part in it, so that nobody else comes in between. The file is closed, and its
/// lock free, before the place is.
struct OpenFile {
    file: File,
    place: Place,
}

/// A write under way.
struct Writing {
    len: u64,
    done: JoinHandle<io::Result<Written>>,
}

struct Written {
    /// For the next bytes.
    buffer: Vec<u8>,
    /// Where the file ends now.
    end: u64,
    fault: Option<io::Error>,
    gauge: Gauge,
}

impl Partial {
    /// How far it has come, what waits in memory included.
    pub fn len(&self) -> u64 {
        let on_the_way = self.writing.as_ref().map_or(0, |writing| writing.len);
        self.written + on_the_way + self.buffer.len() as u64
    }

    /// Whether nothing has arrived yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where it is; call [`flush`](Partial::flush) before reading there.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Ready when somebody else wants the file: see [`Storage::take_partial`].
    pub fn asked_to_stop(&self) -> CancellationToken {
        self.open.place.asked_to_stop()
    }

    /// Appends `bytes`. At most 512 KiB wait in memory, half of them on their way to the system.
    ///
    /// # Errors
    /// What the disk says, of these bytes or of some before. What it took is there, and counted by
    /// [`len`](Partial::len); what came after that is forgotten.
    pub async fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.buffer.reserve_exact(BUFFER - self.buffer.len());
            let (now, later) = bytes.split_at(bytes.len().min(BUFFER - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            if self.buffer.len() == BUFFER {
                self.hand_over().await?;
            }
            bytes = later;
        }
        Ok(())
    }

    /// Begins to write what is gathered, once the write before it is done.
    async fn hand_over(&mut self) -> io::Result<()> {
        let next = self.written().await?;
        let mut buffer = std::mem::replace(&mut self.buffer, next);
        let (open, root) = (Arc::clone(&self.open), Arc::clone(&self.root));
        let (len, mut gauge) = (buffer.len() as u64, self.gauge);
        self.writing = Some(Writing {
            len,
            done: spawn_blocking(move || {
                let mut file = &open.file;
                let looked = gauge.look(&root, len);
                let fault = looked.and_then(|()| file.write_all(&buffer)).err();
                buffer.clear();
                // A write that failed may have been taken in part: what counts is what is there.
                let end = file.seek(SeekFrom::End(0))?;
                Ok(Written {
                    buffer,
                    end,
                    fault,
                    gauge,
                })
            }),
        });
        Ok(())
    }

    /// Waits for the write under way, and gives its buffer back.
    async fn written(&mut self) -> io::Result<Vec<u8>> {
        let Some(writing) = &mut self.writing else {
            return Ok(Vec::new());
        };
        let done = (&mut writing.done)
            .await
            .map_err(io::Error::other)
            .flatten();
        self.writing = None;
        let Written {
            buffer,
            end,
            fault,
            gauge,
        } = done.inspect_err(|_| self.buffer.clear())?;
        (self.written, self.gauge) = (end, gauge);
        if let Some(fault) = fault {
            // There would be a hole before it.
            self.buffer.clear();
            return Err(fault);
        }
        if self.written - self.synced >= STRIDE {
            self.settled().await?;
            self.synced = self.written;
            let open = Arc::clone(&self.open);
            self.syncing = Some(spawn_blocking(move || open.file.sync_data()));
        }
        Ok(buffer)
    }

    /// Hands everything written so far to the system, so that a reader of [`path`](Partial::path) sees it.
    ///
    /// # Errors
    /// As [`write`](Partial::write).
    pub async fn flush(&mut self) -> io::Result<()> {
        if !self.buffer.is_empty() {
            self.hand_over().await?;
        }
        self.written().await.map(drop)
    }

    /// Waits for a sync that was begun.
    async fn settled(&mut self) -> io::Result<()> {
        match self.syncing.take() {
            Some(syncing) => syncing.await.map_err(io::Error::other)?,
            None => Ok(()),
        }
    }

    /// Makes everything written so far outlive a power cut.
    ///
    /// # Errors
    /// As [`write`](Partial::write).
    pub async fn sync(&mut self) -> io::Result<()> {
        let flushed = self.flush().await;
        self.settled().await?;
        let open = Arc::clone(&self.open);
        blocking(move || open.file.sync_data()).await?;
        self.synced = self.written;
        flushed
    }

    /// Takes everything from `len` on back; what waits in memory is forgotten too.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn cut(&mut self, len: u64) -> io::Result<()> {
        self.buffer.clear();
        // Of a write that failed, what was taken goes too.
        let _ = self.written().await;
        self.settled().await?;
        if self.written <= len {
            return Ok(());
        }
        let open = Arc::clone(&self.open);
        blocking(move || {
            let mut file = &open.file;
            file.set_len(len)?;
            file.seek(SeekFrom::End(0))?;
            file.sync_data()
        })
        .await?;
        (self.written, self.synced) = (len, len);
        Ok(())
    }

    /// Puts the file in place under `key`: synced, renamed, and the folder synced. No file is ever written over.
    ///
    /// # Errors
    /// What the file system says; then the file is where it was, or in place.
    pub async fn place(&mut self, key: &Key) -> io::Result<()> {
        self.sync().await?;
        let (source, root) = (self.path.clone(), Arc::clone(&self.root));
        let target = root.join(key.as_str());
        blocking(move || {
            if fs::exists(&target)? {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            fs::rename(source, target)?;
            sync_folder(&root)
        })
        .await
    }

    /// Removes it; that it is gone already is fine.
    ///
    /// # Errors
    /// What the file system says.
    pub async fn remove(self) -> io::Result<()> {
        let path = self.path.clone();
        blocking(move || none_if_missing(fs::remove_file(path).map(Some)).map(drop)).await
    }
}
