//! One writer to a file.
use crate::storage::Token;
use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, PoisonError},
};
use tokio_util::sync::CancellationToken;

/// Who writes which partial file in this process: one writer to a file, who can be asked to let go of it.
#[derive(Clone, Debug, Default)]
pub(in crate::storage) struct Writers(Arc<Mutex<HashMap<Token, Writer>>>);

#[derive(Clone, Debug, Default)]
pub(super) struct Writer {
    asked_to_stop: CancellationToken,
    gone: CancellationToken,
}

impl Writer {
    /// Asks for the file, and waits until it is let go of.
    pub(super) async fn stopped(&self) {
        self.asked_to_stop.cancel();
        self.gone.cancelled().await;
    }
}

impl Writers {
    /// A place for whoever is to write; `None` while somebody else does.
    pub(super) fn take(&self, token: &Token) -> Option<Place> {
        let mut writers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match writers.entry(token.clone()) {
            Entry::Occupied(_) => None,
            Entry::Vacant(place) => Some(Place {
                writer: place.insert(Writer::default()).clone(),
                writers: self.clone(),
                token: token.clone(),
            }),
        }
    }

    /// Who is writing.
    pub(super) fn of(&self, token: &Token) -> Option<Writer> {
        let writers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writers.get(token).cloned()
    }
}

/// A writer's place, free again when dropped.
pub(super) struct Place {
    writer: Writer,
    writers: Writers,
    token: Token,
}

impl Place {
    /// Ready when somebody else wants the file.
    pub(super) fn asked_to_stop(&self) -> CancellationToken {
        self.writer.asked_to_stop.clone()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut writers = self
            .writers
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        writers.remove(&self.token);
        drop(writers);
        self.writer.gone.cancel();
    }
}
