//! Layer: remembers what visitors are shown, and shows it to others who ask for just the same, for as
//! long as nothing at all was committed to the database. Whoever brings a session never gets
//! anything of it, and nothing of theirs is remembered.

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;

use super::{errors::Error, preferences::Preferences, sessions, viewer::Viewer};
use crate::db::{Stamp, Stamps};

/// A page says how long ago things were: after this long it is made anew.
const OLDEST: Duration = Duration::from_secs(5);

/// Pages remembered at most.
const MOST: usize = 256;

/// Bytes of all of them together at most.
const MOST_BYTES: usize = 4 << 20;

/// What a page costs beside its body and its address: its headers and its place in the table.
const AROUND: usize = 3 << 10;

/// What is remembered; cheap to clone.
#[derive(Clone)]
pub struct Memory {
    stamps: Stamps,
    /// Whether a page at this path is made of nothing but a [`Question`] and the database.
    may_keep: fn(&str) -> bool,
    pages: Arc<Mutex<Pages>>,
}

impl Memory {
    /// Of pages made from the database of `stamps`, at the paths that `may_keep` says.
    pub fn new(stamps: Stamps, may_keep: fn(&str) -> bool) -> Memory {
        Memory {
            stamps,
            may_keep,
            pages: Arc::default(),
        }
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        // Nothing in here panics half-way.
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All that a visitor's page depends on, beside the database.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Question {
    preferences: Preferences,
    encodings: Option<Box<[u8]>>,
}

impl Question {
    /// `None` for a request that anything else, too, may matter for.
    fn of(request: &Request) -> Option<Question> {
        let headers = request.headers();
        let one = |name| {
            let mut lines = headers.get_all(name).iter();
            let first = lines.next();
            lines.next().is_none().then_some(first)
        };
        // A copy: the value as it came would keep the whole head in memory that it stood in.
        let encodings = one(header::ACCEPT_ENCODING)?.map(|value| value.as_bytes().into());
        // Of others, which are refused, the origin tells less than all.
        one(header::HOST)??;
        let has_usual_target = request.uri().authority().is_none();
        let preferences = Preferences::of(request.extensions());
        let is_usual = request.method() == Method::GET
            && has_usual_target
            && !preferences.origin().is_empty()
            && !sessions::could_be_sent(headers);
        is_usual.then_some(Question {
            preferences,
            encodings,
        })
    }

    fn size(&self) -> usize {
        let encodings = self.encodings.as_ref().map_or(0, |value| value.len());
        self.preferences.path().len() + self.preferences.origin().len() + encodings
    }
}

/// An answer, whole and compressed as it was asked for.
struct Page {
    stamp: Stamp,
    made: Instant,
    headers: HeaderMap,
    body: Bytes,
}

impl Page {
    fn is_true(&self, stamp: &Stamp, now: Instant) -> bool {
        self.stamp == *stamp && now.duration_since(self.made) < OLDEST
    }

    fn answer(&self) -> Response {
        (self.headers.clone(), Body::from(self.body.clone())).into_response()
    }
}

#[derive(Default)]
struct Pages {
    by_question: HashMap<Question, Arc<Page>>,
    bytes: usize,
}

impl Pages {
    fn find(&self, question: &Question, stamp: &Stamp) -> Option<Arc<Page>> {
        let page = self.by_question.get(question)?;
        page.is_true(stamp, Instant::now())
            .then(|| Arc::clone(page))
    }

    /// Those that are not true any more make room first, then the oldest.
    fn keep(&mut self, question: Question, page: Page) {
        let size = size(&question, &page);
        if size > MOST_BYTES / 4 {
            return;
        }
        self.forget(&question);
        if self.is_full(size) {
            let now = Instant::now();
            self.by_question
                .retain(|_, kept| kept.is_true(&page.stamp, now));
            let kept = self.by_question.iter();
            self.bytes = kept
                .map(|(question, page)| self::size(question, page))
                .sum();
        }
        while self.is_full(size) {
            let oldest = self.by_question.iter().min_by_key(|(_, page)| page.made);
            let Some(oldest) = oldest.map(|(question, _)| question.clone()) else {
                break;
            };
            self.forget(&oldest);
        }
        self.bytes += size;
        self.by_question.insert(question, Arc::new(page));
    }

    fn is_full(&self, size: usize) -> bool {
        self.by_question.len() >= MOST || self.bytes + size > MOST_BYTES
    }

    fn forget(&mut self, question: &Question) {
        if let Some((question, page)) = self.by_question.remove_entry(question) {
            self.bytes -= size(&question, &page);
        }
    }
}

fn size(question: &Question, page: &Page) -> usize {
    page.body.len() + question.size() + AROUND
}

/// See above. Stands where the answer has all of its headers but those that each request has of its own.
pub async fn remember(State(memory): State<Memory>, request: Request, next: Next) -> Response {
    let question = Some(&request)
        .filter(|request| (memory.may_keep)(request.uri().path()))
        .and_then(Question::of);
    let Some(question) = question else {
        return next.run(request).await;
    };
    // Before the page is made: what is committed meanwhile may be in it or not.
    let Some(stamp) = memory.stamps.now().await else {
        return next.run(request).await;
    };
    let found = memory.pages().find(&question, &stamp);
    if let Some(page) = found {
        return page.answer();
    }
    let made = Instant::now();
    let response = next.run(request).await;
    if !is_for_every_visitor(&response) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let body = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => return Error::Internal(error.into()).into_response(),
    };
    let page = Page {
        stamp,
        made,
        headers: parts.headers.clone(),
        body: body.clone(),
    };
    memory.pages().keep(question, page);
    Response::from_parts(parts, Body::from(body))
}

/// Whether it was made for a visitor, and is a page that others may be shown.
fn is_for_every_visitor(response: &Response) -> bool {
    let viewer = response.extensions().get::<Viewer>();
    let is_no_store = |value: &HeaderValue| {
        let value = value.to_str().unwrap_or("no-store");
        value.contains("no-store")
    };
    let headers = response.headers();
    response.status() == StatusCode::OK
        && viewer.is_some_and(|viewer| !viewer.is_signed_in())
        && !headers.contains_key(header::SET_COOKIE)
        && !headers
            .get_all(header::CACHE_CONTROL)
            .iter()
            .any(is_no_store)
}
