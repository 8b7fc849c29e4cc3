//! Whether anything was committed to an SQLite file: by this process, by another one, or by hand.

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
    is_closed: AtomicBool,
}

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
            index: data_version(&connection).and_then(|_| index::Index::of(path)),
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
        if let Some(header) = self.0.index.as_ref().and_then(index::Index::header) {
            return Some(Version::Index(header));
        }
        let connection = self.0.connection.lock();
        let connection = connection.unwrap_or_else(PoisonError::into_inner);
        data_version(connection.as_ref()?).map(Version::Data)
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
    use std::{fs::File, mem::ManuallyDrop, os::unix::fs::FileExt, path::Path};

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
        /// The one that stands beside a database; `None` where there is none.
        pub(super) fn of(database: &Path) -> Option<Index> {
            let mut path = database.as_os_str().to_owned();
            path.push("-shm");
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
