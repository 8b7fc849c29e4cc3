//! Deleting posts with their files: one way for their writers, for the admin site, and for accounts
//! that end.

use super::store::{self, ending};
use crate::{db::Tx, ingest::keep, storage::Key, web::errors::Result};

/// What was deleted in a transaction.
#[derive(Default)]
pub struct Deleted {
    /// The posts, ids and titles.
    pub posts: Vec<(i64, String)>,
    /// Their files, doomed; after the commit [`keep::remove`] removes them.
    pub keys: Vec<Key>,
}

/// Deletes these posts with everything that belongs to them.
pub async fn delete(tx: &mut Tx, ids: &[i64]) -> Result<Deleted> {
    let held = ending::hold(tx, ids).await?;
    deleted(tx, held).await
}

/// Deletes every post of these writers, whose accounts the transaction holds and is about to end.
pub async fn delete_of(tx: &mut Tx, writers: &[i64]) -> Result<Deleted> {
    let held = ending::hold_of(tx, writers).await?;
    deleted(tx, held).await
}

async fn deleted(tx: &mut Tx, posts: Vec<(i64, String)>) -> Result<Deleted> {
    let mut keys = Vec::new();
    for (id, _) in &posts {
        for key in store::delete(tx, *id).await?.unwrap_or_default() {
            keep::doom(tx, &key).await?;
            keys.push(key);
        }
    }
    Ok(Deleted { posts, keys })
}
