//! Whether anything was committed to an SQLite file: by this process, by another one, or by hand.

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

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a file in WAL mode, to which `write` commits.
    fn watched() -> (tempfile::TempDir, Connection, Watch) {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("site.db");
        let write = Connection::open(&path).expect("a file");
        let wal = "PRAGMA journal_mode = wal; CREATE TABLE notes (note)";
        write.execute_batch(wal).expect("a table");
        let watch = Watch::open(&path).expect("a watch");
        (folder, write, watch)
    }

    #[test]
    fn every_commit_shows_at_once_and_nothing_else_does() {
        let (_folder, write, watch) = watched();
        #[cfg(target_os = "linux")]
        assert!(matches!(watch.version(), Some(Version::Index(_))));
        let mut seen = vec![watch.version().expect("a version")];
        for number in 0..200 {
            let quiet = match number % 4 {
                0 => "SELECT * FROM notes",
                1 => "BEGIN IMMEDIATE; INSERT INTO notes VALUES (1); ROLLBACK",
                2 => "PRAGMA wal_checkpoint(PASSIVE)",
                _ => "",
            };
            write.execute_batch(quiet).expect("nothing new");
            assert_eq!(watch.version().as_ref(), seen.last(), "{quiet}");
            write
                .execute_batch("UPDATE notes SET note = 2; INSERT INTO notes VALUES (1)")
                .expect("something new");
            let version = watch.version().expect("a version");
            assert!(!seen.contains(&version), "{number}");
            seen.push(version);
            // The log begins anew with the next commit.
            if number % 50 == 49 {
                let truncated = "PRAGMA wal_checkpoint(TRUNCATE)";
                write.query_row(truncated, [], |_| Ok(())).expect("folded");
                seen.push(watch.version().expect("a version"));
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_to_the_index_that_is_in_use() {
        let (folder, write, _watch) = watched();
        let link = folder.path().join("link.db");
        std::os::unix::fs::symlink(folder.path().join("site.db"), &link).expect("a link");
        // What a killed process left beside it, before the file moved.
        std::fs::copy(
            folder.path().join("site.db-shm"),
            folder.path().join("link.db-shm"),
        )
        .expect("an old index");
        let watch = Watch::open(&link).expect("a watch");
        let before = watch.version().expect("a version");
        write
            .execute_batch("INSERT INTO notes VALUES (1)")
            .expect("a row");
        assert_ne!(watch.version(), Some(before));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_index_that_stands_still_is_found_out() {
        let (folder, write, watch) = watched();
        let dead = folder.path().join("dead-shm");
        std::fs::copy(folder.path().join("site.db-shm"), &dead).expect("a copy");
        let Ok(mut watched) = Arc::try_unwrap(watch.0) else {
            panic!("the only one");
        };
        watched.index = Some(index::Index::at(&dead).expect("a file"));
        let watch = Watch(Arc::new(watched));
        let next_second = || watch.0.proof.lock().expect("no panic").at = None;
        assert!(matches!(watch.version(), Some(Version::Index(_))));
        next_second();
        assert!(matches!(watch.version(), Some(Version::Index(_))));
        write
            .execute_batch("INSERT INTO notes VALUES (1)")
            .expect("a row");
        next_second();
        let first = watch.version().expect("a version");
        assert!(matches!(first, Version::Data(_)));
        write
            .execute_batch("INSERT INTO notes VALUES (1)")
            .expect("a row");
        assert_ne!(watch.version(), Some(first));
    }

    #[test]
    fn what_is_not_committed_yet_does_not_show_and_then_it_does() {
        let (_folder, write, watch) = watched();
        let before = watch.version();
        write
            .execute_batch("BEGIN IMMEDIATE; INSERT INTO notes VALUES (1)")
            .expect("begun");
        assert_eq!(watch.version(), before);
        write.execute_batch("COMMIT").expect("committed");
        assert_ne!(watch.version(), before);
    }

    #[test]
    fn the_pragma_and_the_index_agree() {
        let (_folder, write, watch) = watched();
        let asked = || {
            let connection = watch.0.connection.lock().expect("no panic");
            data_version(connection.as_ref().expect("open"))
        };
        let mut last = (asked(), watch.version());
        for number in 0..50 {
            if number % 3 == 0 {
                write
                    .execute_batch("INSERT INTO notes VALUES (1)")
                    .expect("a row");
            }
            let now = (asked(), watch.version());
            assert_eq!(now.0 == last.0, now.1 == last.1, "{number}");
            last = now;
        }
    }
}
