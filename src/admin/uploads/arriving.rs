//! A request's body that may be refused before it has been read.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody},
    http::{HeaderMap, header},
};
use http_body_util::BodyExt;
use tokio::runtime::Handle;

/// Bytes of a refused body that are read all the same, and for how long: a client reads an answer while
/// it still sends, but not once its connection was cut.
const PATIENCE: (usize, Duration) = (64 << 20, Duration::from_secs(10));

/// A body on its way in. Dropped before its end, the rest is read and thrown away for a while.
pub(super) struct Arriving {
    body: Body,
    /// Its sender waits for a word before it sends any of it.
    waits: bool,
}

impl Arriving {
    pub(super) fn new(headers: &HeaderMap, body: Body) -> Arriving {
        let waits = headers.contains_key(header::EXPECT);
        Arriving { body, waits }
    }

    /// Whether nothing comes, which of a body without a length is known at its end only.
    pub(super) async fn is_empty(&mut self) -> bool {
        if self.waits || self.body.is_end_stream() {
            return !self.waits;
        }
        while let Some(frame) = self.body.frame().await {
            let bytes = frame.ok().and_then(|frame| frame.into_data().ok());
            if bytes.is_none_or(|bytes| !bytes.is_empty()) {
                return false;
            }
        }
        true
    }

    pub(super) fn read(&mut self) -> &mut Body {
        self.waits = false;
        &mut self.body
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        if self.waits || self.body.is_end_stream() {
            return;
        }
        let mut rest = std::mem::take(&mut self.body);
        let read = async move {
            let mut left = PATIENCE.0;
            while let Some(Ok(frame)) = rest.frame().await {
                let bytes = frame.data_ref().map_or(0, |bytes| bytes.len());
                match left.checked_sub(bytes) {
                    Some(rest) => left = rest,
                    None => break,
                }
            }
        };
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(tokio::time::timeout(PATIENCE.1, read));
        }
    }
}
