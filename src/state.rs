//! What any handler may hold.

use std::{ops::Deref, sync::Arc};

use tokio::sync::Notify;

use crate::{db::Db, ffmpeg::Ffmpeg, settings::Settings, storage::Storage};

/// The running site; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

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
        App(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
