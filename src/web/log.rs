//! The access log: one line a request, written when the last byte of the answer is gone.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderValue, Method},
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
        let number = getrandom::u64().unwrap_or_default();
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
    let id = RequestId::new();
    let mut entry = Entry {
        id: id.clone(),
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        status: 0,
        user: None,
        bytes: 0,
        began: Instant::now(),
    };
    request.extensions_mut().insert(id);
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(entry.id.as_str()) {
        response.headers_mut().insert("x-request-id", value);
    }
    entry.status = response.status().as_u16();
    entry.user = response.extensions().get::<Viewer>().and_then(Viewer::id);
    response.map(|body| Body::new(Counted { body, entry }))
}

struct Entry {
    id: RequestId,
    method: Method,
    path: String,
    status: u16,
    user: Option<i64>,
    bytes: u64,
    began: Instant,
}

impl Drop for Entry {
    fn drop(&mut self) {
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
            self.entry.bytes += data.len() as u64;
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
