//! The access log: one line a request, written when the last byte of the answer is gone.

use std::{
    pin::Pin,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Instant,
};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderValue, Method, StatusCode},
    middleware::Next,
    response::Response,
};
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::viewer::Viewer;

/// A request's number, told in `X-Request-Id`, in the log and on a 500 page.
#[derive(Clone, Debug)]
pub struct RequestId(Arc<str>);

impl RequestId {
    fn new() -> RequestId {
        /// From a random place on, so that those of two starts differ.
        static NEXT: LazyLock<AtomicU64> =
            LazyLock::new(|| AtomicU64::new(getrandom::u64().unwrap_or_default()));
        // An odd step comes by every number before it comes by one again.
        let number = NEXT.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        RequestId(format!("{number:016x}").into())
    }

    /// Sixteen hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Layer: numbers the request and logs it. The query is left out: it may hold a secret, such as
/// the set-up token.
pub async fn line(mut request: Request, next: Next) -> Response {
    let mut entry = Entry::begin(request.method(), request.uri().path());
    request.extensions_mut().insert(entry.id.clone());
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(entry.id.as_str()) {
        response.headers_mut().insert("x-request-id", value);
    }
    let viewer = response.extensions().get::<Viewer>();
    entry.answered(response.status(), viewer.and_then(Viewer::id));
    response.map(|body| Body::new(Counted { body, entry }))
}

/// A request's line in the log, written when this is dropped.
#[derive(Debug)]
pub struct Entry {
    id: RequestId,
    method: Method,
    path: String,
    status: u16,
    user: Option<i64>,
    bytes: u64,
    began: Instant,
    is_forgotten: bool,
}

impl Entry {
    /// Numbers a request that has just come.
    pub fn begin(method: &Method, path: &str) -> Entry {
        Entry {
            id: RequestId::new(),
            method: method.clone(),
            path: path.to_owned(),
            status: 0,
            user: None,
            bytes: 0,
            began: Instant::now(),
            is_forgotten: false,
        }
    }

    /// The request's number.
    pub fn id(&self) -> &RequestId {
        &self.id
    }

    /// What the request is answered, and to which account.
    pub fn answered(&mut self, status: StatusCode, user: Option<i64>) {
        self.status = status.as_u16();
        self.user = user;
    }

    /// That so many bytes of the answer's content have left.
    pub fn sent(&mut self, bytes: u64) {
        self.bytes += bytes;
    }

    /// Writes no line: somebody else answers.
    pub fn forget(mut self) {
        self.is_forgotten = true;
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if self.is_forgotten {
            return;
        }
        tracing::info!(
            target: "madang::access",
            method = %self.method,
            path = self.path,
            status = self.status,
            ms = self.began.elapsed().as_millis() as u64,
            bytes = self.bytes,
            user = self.user,
            request_id = self.id.as_str(),
        );
    }
}

/// A body that counts what leaves; dropped at its end, or when the viewer goes away.
struct Counted {
    body: Body,
    entry: Entry,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            self.entry.sent(data.len() as u64);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
