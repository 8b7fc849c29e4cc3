//! What any handler may hold.

use std::{ops::Deref, sync::Arc};

use tokio::sync::Notify;

use crate::{
    db::{Counts, Db, Stamps},
    ffmpeg::Ffmpeg,
    settings::Settings,
    storage::Storage,
};

/// The running site; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Whole>);

struct Whole {
    parts: Parts,
    stamps: Stamps,
    counts: Counts,
}

/// What the site is made of.
pub struct Parts {
    /// The settings, checked.
    pub settings: Settings,
    /// The database.
    pub db: Db,
    /// Where files are.
    pub storage: Storage,
    /// What works in the background, where it is there.
    pub ffmpeg: Option<Ffmpeg>,
    /// Told when there is something for it to do.
    pub work: Notify,
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> App {
        let stamps = Stamps::new(parts.db.clone());
        let counts = Counts::new(parts.db.clone(), stamps.clone());
        App(Arc::new(Whole {
            parts,
            stamps,
            counts,
        }))
    }

    /// What tells whether anything was committed.
    pub fn stamps(&self) -> &Stamps {
        &self.0.stamps
    }

    /// How many rows there are.
    pub fn counts(&self) -> &Counts {
        &self.0.counts
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}
