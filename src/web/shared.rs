//! Layer that does nothing but be cheap to copy. A layer made of a function copies all that lies below
//! it at every request, and that copies what lies below again: fourteen of them, one upon the other,
//! made a hundred copies. Those above this one copy a pointer instead.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use tower::{Layer, Service, ServiceExt, util::Oneshot};

/// Shares what lies below it.
#[derive(Clone, Copy, Debug)]
pub struct Share;

/// A service behind a pointer.
#[derive(Debug)]
pub struct Shared<S>(Arc<S>);

impl<S> Clone for Shared<S> {
    fn clone(&self) -> Shared<S> {
        Shared(Arc::clone(&self.0))
    }
}

impl<S> Layer<S> for Share {
    type Service = Shared<S>;

    fn layer(&self, below: S) -> Shared<S> {
        Shared(Arc::new(below))
    }
}

impl<S, Request> Service<Request> for Shared<S>
where
    S: Service<Request, Error = Infallible> + Clone,
{
    type Response = S::Response;
    type Error = Infallible;
    type Future = Oneshot<S, Request>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Whether the copy is ready is waited for with its answer.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Oneshot<S, Request> {
        S::clone(&self.0).oneshot(request)
    }
}
