//! How many rows there are, counted anew only when something was committed since: of a hundred
//! thousand rows that takes longer than all the rest of a page.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::AssertSqlSafe;

use super::{Db, Result, Stamp, Stamps};

/// Questions whose answers are kept at most.
const MOST: usize = 32;

/// Counts by the question; cheap to clone.
#[derive(Clone)]
pub struct Counts {
    db: Db,
    stamps: Stamps,
    known: Arc<Mutex<HashMap<String, (Stamp, i64)>>>,
}

impl Counts {
    /// In one database.
    pub fn new(db: Db, stamps: Stamps) -> Counts {
        Counts {
            db,
            stamps,
            known: Arc::default(),
        }
    }

    /// What `SELECT COUNT(*) …` answers; a statement without parameters, of which there are few.
    pub async fn get(&self, sql: &str) -> Result<i64> {
        // Before the counting: what is committed meanwhile may be counted or not.
        let stamp = self.stamps.now().await;
        if let Some((counted, count)) = self.known().get(sql)
            && stamp.as_ref() == Some(counted)
        {
            return Ok(*count);
        }
        let count = self.db.get(AssertSqlSafe(sql), ()).await?;
        if let Some(stamp) = stamp {
            let mut known = self.known();
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(sql.to_owned(), (stamp, count));
        }
        Ok(count)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, (Stamp, i64)>> {
        // Nothing in here panics half-way.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
