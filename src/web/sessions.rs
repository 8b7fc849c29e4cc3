//! Sessions in the database: the store behind tower-sessions, signing in and out, and messages for
//! the next page. One of the few files outside `store.rs` with SQL.

mod owner;

use std::{net::IpAddr, sync::Arc};

use async_trait::async_trait;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sqlx::AssertSqlSafe;
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{Id, Record},
    session_store,
};

use super::{database_errors::for_session, errors::Result, frame::Message};
use crate::{
    db::{Ask, Db, Time, Tx, id_list},
    state::App,
};

/// The cookie's name, as Django has it.
pub const COOKIE: &str = "sessionid";

const USER: &str = "user_id";
const MESSAGES: &str = "messages";
const ADDRESS: &str = "address";
const AGENT: &str = "agent";

/// Unread messages kept for one viewer at most.
const MOST_MESSAGES: usize = 20;

pub use owner::{LastSent, Owner, Sent, Signed, owner_of};

tokio::task_local! {
    /// Whether the request only reads: see [`Store::spared`].
    static READS: bool;
}

/// Sessions in the table `sessions`. The id that a cookie carries is never stored: a row is found
/// by its HMAC, so that a copy of the database signs nobody in.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
    key: Vec<u8>,
}

/// What the row of a session is found by.
fn hashed(key: &[u8], id: &Id) -> String {
    // HMAC takes a key of any length, so this cannot fail.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length is a key");
    mac.update(b"session");
    mac.update(&id.0.to_le_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

impl Store {
    fn hashed(&self, id: &Id) -> String {
        hashed(&self.key, id)
    }

    /// The values of a row that change: key, data, end, user.
    fn row(&self, record: &Record) -> session_store::Result<(String, String, Time, Option<i64>)> {
        let data = serde_json::to_string(&record.data)
            .map_err(|error| session_store::Error::Encode(error.to_string()))?;
        let user = record.data.get(USER).and_then(serde_json::Value::as_i64);
        let expires = Time((record.expiry_date.unix_timestamp_nanos() / 1000) as i64);
        Ok((self.hashed(&record.id), data, expires, user))
    }

    /// What a write came to. While the database is full or locked, a page that only reads is shown
    /// all the same: its messages wait for the next one, and an ended session ends there.
    fn spared(written: crate::db::Result<u64>) -> session_store::Result<()> {
        match written {
            Err(error) if READS.try_with(|reads| *reads).unwrap_or_default() => {
                tracing::warn!("a session could not be written: {error}");
                Ok(())
            }
            written => written.map(|_| ()).map_err(for_session),
        }
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let sql = "INSERT INTO sessions (key, data, expires_at, user_id, created_at, address, agent) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (key) DO NOTHING";
        loop {
            let (key, data, expires, user) = self.row(record)?;
            let note = |name| record.data.get(name).and_then(|value| value.as_str());
            let address = note(ADDRESS).unwrap_or_default().to_owned();
            let agent = note(AGENT).unwrap_or_default().to_owned();
            let values = (key, data, expires, user, Time::now(), address, agent);
            if self.db.run(sql, values).await.map_err(for_session)? > 0 {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    /// Never an insert: a session that was ended meanwhile, by a changed password elsewhere, must
    /// not come back.
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let sql = "UPDATE sessions SET data = $2, expires_at = $3, user_id = $4 WHERE key = $1";
        Store::spared(self.db.run(sql, self.row(record)?).await)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let row = owner::load(&self.db, self.hashed(id)).await;
        let Some((data, expires)) = row.map_err(for_session)? else {
            return Ok(None);
        };
        let data = serde_json::from_str(&data)
            .map_err(|error| session_store::Error::Decode(error.to_string()))?;
        let expiry_date =
            time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(expires.0) * 1000)
                .map_err(|error| session_store::Error::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let sql = "DELETE FROM sessions WHERE key = $1";
        Store::spared(self.db.run(sql, (self.hashed(id),)).await)
    }
}

fn store(app: &App) -> Store {
    Store {
        db: app.db.clone(),
        key: app.settings.secret_key.clone(),
    }
}

/// Layer: `sessionid`, HttpOnly, SameSite=Lax, for `SESSION_COOKIE_AGE` seconds since the session
/// was last written. `Secure` is added by `client::know`, which knows how the viewer came.
pub fn layer(app: &App) -> SessionManagerLayer<Store> {
    let age = time::Duration::seconds(app.settings.session_cookie_age);
    SessionManagerLayer::new(store(app))
        .with_name(COOKIE)
        .with_same_site(SameSite::Lax)
        .with_secure(false)
        .with_expiry(Expiry::OnInactivity(age))
}

/// Layer around [`layer`]: lets [`Store`] know whether the request only reads, and an answer brings
/// no cookie of a session that ended while it was made. The browser may have signed in anew
/// meanwhile, and would lose that.
pub async fn around(State(app): State<App>, request: Request, next: Next) -> Response {
    let reads = request.method().is_safe();
    let answer = owner::kept_during(next.run(request));
    let mut response = READS.scope(reads, answer).await;
    let headers = response.headers_mut();
    let cookies: Vec<HeaderValue> = headers
        .get_all(header::SET_COOKIE)
        .iter()
        .cloned()
        .collect();
    headers.remove(header::SET_COOKIE);
    for cookie in cookies {
        let ended = match session_of(&cookie) {
            Some(id) => matches!(store(&app).load(&id).await, Ok(None)),
            None => false,
        };
        if !ended {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// Whether a request may bring a session, if only in an unusual way of writing its cookie.
pub fn could_be_sent(headers: &HeaderMap) -> bool {
    let mut lines = headers.get_all(header::COOKIE).iter();
    lines.any(|line| {
        let line = line.to_str().ok();
        line.is_none_or(|line| line.contains(COOKIE) || line.contains('%'))
    })
}

/// The session that a `Set-Cookie` line gives; `None` for another cookie and for a removal.
fn session_of(cookie: &HeaderValue) -> Option<Id> {
    let (name, value) = cookie.to_str().ok()?.split(';').next()?.split_once('=')?;
    let value = Some(value).filter(|_| name == COOKIE)?;
    value.parse().ok()
}

/// The session as the database has it by now, to be read only. What is changed in it is not saved,
/// and its cookie is the first one's affair.
pub fn read_again(app: &App, session: &Session) -> Session {
    Session::new(session.id(), Arc::new(store(app)), None)
}

/// The signed-in account's id, if any. Asks the database only when a session cookie was sent.
pub async fn user_id(session: &Session) -> Result<Option<i64>> {
    Ok(session.get(USER).await?)
}

/// Signs in: a new key, so that a session planted before the login is worth nothing. `address` and
/// `agent` (the browser's own name, cut) let the owner see who is signed in where.
pub async fn sign_in(session: &Session, user: i64, address: IpAddr, agent: &str) -> Result<()> {
    session.cycle_id().await?;
    session.insert(USER, user).await?;
    session.insert(ADDRESS, address.to_string()).await?;
    session
        .insert(AGENT, agent.chars().take(200).collect::<String>())
        .await?;
    // Saved now: an answer must not confirm a login that the database did not take.
    session.save().await?;
    Ok(())
}

/// Signs out: the row and the cookie go.
pub async fn sign_out(session: &Session) -> Result<()> {
    session.flush().await?;
    Ok(())
}

/// Ends every session of an account but the one to `keep`.
pub async fn end_others(app: &App, user: i64, keep: Option<&Session>) -> Result<u64> {
    let kept = keep
        .and_then(Session::id)
        .map(|id| store(app).hashed(&id))
        .unwrap_or_default();
    let sql = "DELETE FROM sessions WHERE user_id = $1 AND key <> $2";
    Ok(app.db.run(sql, (user, kept)).await?)
}

/// Ends every session of an account in the transaction that takes it away or gives it another
/// password.
pub async fn end_all(tx: &mut Tx, user: i64) -> crate::db::Result<u64> {
    let sql = "DELETE FROM sessions WHERE user_id = $1";
    tx.run(sql, (user,)).await
}

/// A session as the admin site shows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Shown {
    /// `sessions.id`.
    pub id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// Their name.
    pub username: String,
    /// Where they signed in from.
    pub address: String,
    /// What the browser called itself.
    pub agent: String,
    /// When they signed in.
    pub created_at: Time,
    /// When it runs out.
    pub expires_at: Time,
}

/// The sessions with these numbers that somebody is signed in to, the newest first.
pub async fn shown(on: &mut impl Ask, ids: &[i64]) -> crate::db::Result<Vec<Shown>> {
    let sql = format!(
        "SELECT sessions.id, user_id, username, address, agent, created_at, \
         expires_at FROM sessions JOIN users ON users.id = user_id WHERE sessions.id IN {} \
         ORDER BY created_at DESC, sessions.id DESC",
        id_list(ids)
    );
    on.every(AssertSqlSafe(sql), ()).await
}

/// The number of this browser's own session.
pub async fn own_number(app: &App, session: &Session) -> crate::db::Result<Option<i64>> {
    let Some(id) = session.id() else {
        return Ok(None);
    };
    let sql = "SELECT id FROM sessions WHERE key = $1";
    let row: Option<(i64,)> = app.db.opt(sql, (store(app).hashed(&id),)).await?;
    Ok(row.map(|(id,)| id))
}

/// Ends one session.
pub async fn end(tx: &mut Tx, id: i64) -> crate::db::Result<()> {
    let sql = "DELETE FROM sessions WHERE id = $1";
    tx.run(sql, (id,)).await.map(|_| ())
}

/// Deletes rows that have run out; how many.
pub async fn clear_expired(db: &Db) -> crate::db::Result<u64> {
    db.run(
        "DELETE FROM sessions WHERE expires_at <= $1",
        (Time::now(),),
    )
    .await
}

/// Keeps a sentence for the next page of somebody signed in.
pub async fn tell(session: &Session, message: Message) -> Result<()> {
    let mut waiting: Vec<Message> = session.get(MESSAGES).await?.unwrap_or_default();
    waiting.push(message);
    let excess = waiting.len().saturating_sub(MOST_MESSAGES);
    waiting.drain(..excess);
    session.insert(MESSAGES, waiting).await?;
    Ok(())
}

/// Keeps sentences for the page after this one, which shows none: it only leads on.
pub async fn tell_again(session: &Session, messages: Vec<Message>) -> Result<()> {
    for message in messages {
        tell(session, message).await?;
    }
    Ok(())
}

/// Takes the sentences that wait.
pub async fn told(session: &Session) -> Result<Vec<Message>> {
    // Taking marks the session as changed and so writes it: not when nothing waits.
    if session.get_value(MESSAGES).await?.is_none() {
        return Ok(Vec::new());
    }
    Ok(session.remove(MESSAGES).await?.unwrap_or_default())
}
