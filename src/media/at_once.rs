//! Requests for bytes that whoever asks may have: one question, and an answer that the connection
//! sends by itself, past hyper and all layers. It only ever says yes; every other request goes the way of
//! all requests as it came, and is judged anew there.

use std::{net::IpAddr, sync::Arc};

use axum::http::{HeaderValue, Method, StatusCode, request::Parts};

use super::{
    pages::{FOLDER, Known},
    remembered::{Remembered, Told},
    respond::Response,
    together::Together,
};
use crate::{
    accounts::identify,
    state::App,
    storage::Key,
    web::{
        access::Access,
        client::{self, Client},
        log::Entry,
        security,
        sessions::{LastSent, Sent},
        viewer::Viewer,
    },
};

/// Whoever asks for bytes; cheap to clone.
#[derive(Clone)]
pub struct AtOnce {
    app: App,
    together: Together,
    remembered: Arc<Remembered>,
}

/// What is to be sent.
pub struct Answer {
    /// 200, 206 or 304, with all its headers but `Date` and `Connection`.
    pub response: Response,
    /// Its line in the log, written when this is dropped.
    pub entry: Entry,
}

impl AtOnce {
    /// For one site.
    pub fn new(app: App) -> AtOnce {
        let together = Together::new(app.db.clone());
        AtOnce {
            app,
            together,
            remembered: Arc::default(),
        }
    }

    /// Whether an address could be that of bytes.
    pub fn is_meant(method: &str, target: &str) -> bool {
        matches!(method, "GET" | "HEAD") && target.starts_with(FOLDER)
    }

    /// The answer to a request without content, if the viewer may have what it asks for. `last` belongs to
    /// the connection that it came by.
    pub async fn answer(
        &self,
        peer: IpAddr,
        request: &Parts,
        last: &mut LastSent,
    ) -> Option<Answer> {
        let Parts {
            method, headers, ..
        } = request;
        if ![Method::GET, Method::HEAD].contains(method) {
            return None;
        }
        let key = request
            .uri
            .path()
            .strip_prefix(FOLDER)
            .and_then(Key::parse)?;
        let client = Client::read(&self.app.settings, peer, request);
        if client::refusal(&self.app.settings, &client, request).is_some() {
            return None;
        }
        let mut entry = Entry::begin(method, request.uri.path());
        let told = self.told(&key, last.sent(&self.app, headers)).await;
        let Some(Told { viewer, known, .. }) = told else {
            entry.forget();
            return None;
        };
        let answered = known.bytes(&self.app, &key, method, headers).await;
        let is_fine = |response: &Response| {
            response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED
        };
        let Some(mut response) = answered.ok().filter(is_fine) else {
            entry.forget();
            return None;
        };
        security::mark(&self.app.settings, client.https, response.headers_mut());
        if let Ok(id) = HeaderValue::from_str(entry.id().as_str()) {
            response.headers_mut().insert("x-request-id", id);
        }
        entry.answered(response.status(), viewer.id());
        Some(Answer { response, entry })
    }

    /// Who asks, and what is behind the key, if that is for them.
    async fn told(&self, key: &Key, sent: Sent) -> Option<Told> {
        let session = match sent {
            Sent::Nothing => None,
            Sent::One(session) => Some(session),
            Sent::Unusual => return None,
        };
        let question = (key.clone(), session);
        // Before anything is asked: what is found out then is at least as new.
        let stamp = self.app.stamps().at_once();
        let known = stamp.as_ref();
        let told = known.and_then(|stamp| self.remembered.told(stamp, &question));
        if told.is_some() {
            return told;
        }
        let asked = self.together.ask(question.clone()).await?;
        let (viewer, until) = match asked.signed {
            None if question.1.is_none() => (Viewer::visitor(), None),
            signed => {
                let (viewer, until) = identify::at_once(signed?)?;
                (viewer, Some(until))
            }
        };
        let known = Arc::new(Known::video(key, asked.bytes, &viewer));
        let told = Told {
            viewer,
            known,
            until,
        };
        if told.known.access != Access::Allowed {
            return None;
        }
        if let Some(stamp) = stamp {
            self.remembered.keep(stamp, question, told.clone());
        }
        Some(told)
    }
}
