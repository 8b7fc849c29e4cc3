//! Whether anything was committed to an SQLite file: by this process, by another one, or by hand.

#[cfg(test)]
mod tests;

#[cfg(target_os = "linux")]
use std::time::{Duration, Instant};
use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::{Connection, OpenFlags};

use super::Result;

/// Tells states of an SQLite file apart; cheap to clone.
#[derive(Clone, Debug)]
pub struct Watch(Arc<Watched>);

#[derive(Debug)]
struct Watched {
    /// A connection for this one question, which sqlx could only ask by a trip to another thread and back;
    /// nobody waits for a disk to answer it.
    connection: Mutex<Option<Connection>>,
    #[cfg(target_os = "linux")]
    index: Option<index::Index>,
    #[cfg(target_os = "linux")]
    proof: Mutex<Proof>,
    is_closed: AtomicBool,
}

/// When the index was last compared with what SQLite itself says.
#[cfg(target_os = "linux")]
#[derive(Debug, Default)]
struct Proof {
    at: Option<Instant>,
    last: Option<(i64, index::Header)>,
    /// The index stood still while something was committed: on no file system that is known, but a
    /// mistake would show what is private.
    has_failed: bool,
}

/// How often that is done.
#[cfg(target_os = "linux")]
const PROVED: Duration = Duration::from_secs(1);

/// A state of the file. Two equal ones, and nothing was committed between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// [`PRAGMA data_version`](https://www.sqlite.org/pragma.html#pragma_data_version).
    Data(i64),
    /// The header of the index of the write-ahead log.
    #[cfg(target_os = "linux")]
    Index(index::Header),
}

impl Watch {
    /// # Errors
    /// What SQLite says.
    pub(super) fn open(path: &Path) -> Result<Watch> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags);
        let connection = connection.map_err(|error| sqlx::Error::Configuration(error.into()))?;
        let watch = Watch(Arc::new(Watched {
            // From the first question on it keeps the index that it uses in its place.
            #[cfg(target_os = "linux")]
            index: data_version(&connection).and_then(|_| index::Index::of(&connection)),
            #[cfg(target_os = "linux")]
            proof: Mutex::default(),
            connection: Mutex::new(Some(connection)),
            is_closed: AtomicBool::new(false),
        }));
        Ok(watch)
    }

    /// The state after this call. `None` when SQLite does not tell.
    pub fn version(&self) -> Option<Version> {
        if self.0.is_closed.load(Ordering::Relaxed) {
            return None;
        }
        #[cfg(target_os = "linux")]
        if let Some(header) = self.header() {
            return Some(Version::Index(header));
        }
        self.data().map(Version::Data)
    }

    fn data(&self) -> Option<i64> {
        let connection = self.0.connection.lock();
        let connection = connection.unwrap_or_else(PoisonError::into_inner);
        data_version(connection.as_ref()?)
    }

    /// That of the index, as long as it is proved to follow.
    #[cfg(target_os = "linux")]
    fn header(&self) -> Option<index::Header> {
        let index = self.0.index.as_ref()?;
        let mut proof = self.0.proof.lock().unwrap_or_else(PoisonError::into_inner);
        if proof.at.is_none_or(|at| at.elapsed() >= PROVED) {
            let header = index.header()?;
            let data = self.data()?;
            // Nothing was committed in between, or it is compared the next time.
            if index.header() == Some(header) {
                let stood_still = proof.last.is_some_and(|(_, last)| last == header);
                let moved = proof.last.is_some_and(|(last, _)| last != data);
                proof.has_failed |= stood_still && moved;
                proof.last = Some((data, header));
                proof.at = Some(Instant::now());
            }
        }
        if proof.has_failed {
            return None;
        }
        drop(proof);
        index.header()
    }

    /// Nothing is told from now on.
    pub(super) fn close(&self) {
        self.0.is_closed.store(true, Ordering::Relaxed);
        let connection = self.0.connection.lock();
        drop(connection.unwrap_or_else(PoisonError::into_inner).take());
    }
}

fn data_version(connection: &Connection) -> Option<i64> {
    let mut asked = connection.prepare_cached("PRAGMA data_version").ok()?;
    asked.query_row([], |row| row.get(0)).ok()
}

/// The header of the [index](https://www.sqlite.org/walformat.html#the_wal_index_file_format) of the
/// write-ahead log, which every commit changes: in it are how many pages the log holds, a checksum of all of
/// them and the log's salt. Reading it costs a tenth of `data_version`.
#[cfg(target_os = "linux")]
mod index {
    use std::{
        fs::{self, File},
        mem::ManuallyDrop,
        os::unix::fs::{FileExt, MetadataExt},
        path::Path,
    };

    use rusqlite::Connection;

    /// Bytes of the header, which stands there twice.
    const LEN: usize = 48;

    /// The only version of the format there is; of the machine's own byte order.
    const FORMAT: u32 = 3_007_000;

    /// Whether it has been filled, which is the case when this byte is 1.
    const IS_FILLED: usize = 12;

    pub type Header = [u8; LEN];

    /// Never closed: with any descriptor of it that is closed, the process would lose SQLite's own locks
    /// on the file (POSIX).
    #[derive(Debug)]
    pub(super) struct Index(ManuallyDrop<File>);

    impl Index {
        /// The one that a connection uses; `None` where there is none.
        pub(super) fn of(connection: &Connection) -> Option<Index> {
            // Where links lead to: SQLite's own name for it.
            let path = format!("{}-shm", connection.path()?);
            let index = Index::at(path.as_ref())?;
            let number = index.0.metadata().ok()?.ino().to_string();
            // And no other: SQLite maps it into memory.
            let maps = fs::read_to_string("/proc/self/maps").ok()?;
            let is_mapped = maps.lines().any(|line| {
                let mut fields = line.split_ascii_whitespace();
                fields.nth(4) == Some(&number) && line.ends_with("-shm")
            });
            is_mapped.then_some(index)
        }

        pub(super) fn at(path: &Path) -> Option<Index> {
            let file = File::open(path).ok()?;
            Some(Index(ManuallyDrop::new(file)))
        }

        /// `None` in the moment in which somebody writes it, and of a format that is not known.
        pub(super) fn header(&self) -> Option<Header> {
            let mut both = [0; 2 * LEN];
            self.0.read_exact_at(&mut both, 0).ok()?;
            let (first, second) = both.split_first_chunk::<LEN>()?;
            let format = u32::from_ne_bytes(*first.first_chunk()?);
            let is_whole = first[..] == *second && first[IS_FILLED] == 1 && format == FORMAT;
            is_whole.then_some(*first)
        }
    }
}
