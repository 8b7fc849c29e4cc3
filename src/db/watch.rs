//! Whether anything was committed to an SQLite file: by this process, by another one, or by hand.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OpenFlags};

use super::Result;

/// A connection for this one question, which sqlx could only ask by a trip to another thread and back:
/// it costs many times what the answer does, and nobody waits for a disk to give it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Watch(Arc<Mutex<Option<Connection>>>);

impl Watch {
    /// # Errors
    /// What SQLite says.
    pub(super) fn open(path: &Path) -> Result<Watch> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags);
        let connection = connection.map_err(|error| sqlx::Error::Configuration(error.into()))?;
        Ok(Watch(Arc::new(Mutex::new(Some(connection)))))
    }

    /// [`PRAGMA data_version`](https://www.sqlite.org/pragma.html#pragma_data_version): two equal numbers,
    /// and nothing was committed between them. `None` when SQLite does not tell.
    pub fn version(&self) -> Option<i64> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut asked = connection
            .as_ref()?
            .prepare_cached("PRAGMA data_version")
            .ok()?;
        asked.query_row([], |row| row.get(0)).ok()
    }

    /// Nothing is told from now on.
    pub(super) fn close(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}
