//! A multipart body given out piece by piece, so that what waits for its end in memory is bounded.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::body::{Body, Bytes};
use futures_util::{StreamExt, stream};

/// Bytes that may wait for an end that does not come, such as of a part's headers.
const MOST_WAITING: usize = 1 << 20;

/// The most bytes given out at once.
const PIECE: usize = 64 << 10;

/// How many bytes have been given out since the reader last got something of them.
#[derive(Clone, Default)]
pub struct Meter(Arc<AtomicUsize>);

/// More than a mebibyte was given out without anything coming of it.
#[derive(Debug, thiserror::Error)]
#[error("a part of the form that does not end")]
pub struct Endless;

impl Meter {
    /// Notes that the reader has got something: what was given out is not waiting any more.
    pub fn got(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    fn gives(&self, bytes: usize) -> Result<(), Endless> {
        let waiting = self.0.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if waiting > MOST_WAITING {
            Err(Endless)
        } else {
            Ok(())
        }
    }
}

/// `body` under a meter; it breaks off with [`Endless`].
pub fn metered(body: Body) -> (Body, Meter) {
    let meter = Meter::default();
    let start = (body.into_data_stream(), Bytes::new(), meter.clone());
    let pieces = stream::unfold(start, async |(mut data, mut ready, meter)| {
        // multer takes all that is ready into memory before it looks at any: nothing is, now.
        tokio::task::yield_now().await;
        if ready.is_empty() {
            match data.next().await? {
                Ok(bytes) => ready = bytes,
                Err(error) => return Some((Err(error), (data, ready, meter))),
            }
        }
        let piece = ready.split_to(ready.len().min(PIECE));
        let given = meter.gives(piece.len()).map_err(axum::Error::new);
        Some((given.map(|()| piece), (data, ready, meter)))
    });
    (Body::from_stream(pieces), meter)
}
