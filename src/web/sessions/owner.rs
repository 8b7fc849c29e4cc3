//! A session and its account in one question: the account's row is kept for whoever asks for it next.

use std::cell::Cell;

use axum::http::{HeaderMap, HeaderValue, header};
use serde::de::DeserializeOwned;
use tower_sessions::session::Id;

use super::{COOKIE, hashed};
use crate::{
    db::{Db, Result, Time},
    state::App,
    web::viewer::Account,
};

tokio::task_local! {
    /// The account of the session that this request has read last.
    static OWNER: Cell<Option<Owner>>;
}

/// The account that a session belongs to, active or not.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Owner {
    /// Who it is.
    #[sqlx(flatten)]
    pub account: Account,
    /// Whether the account may be used at all.
    pub is_active: bool,
    /// Counts the changes of the password.
    pub password_version: i64,
}

impl Owner {
    /// The account, if it may be used and this is the version of its password that was proved.
    pub fn account_for(self, version: i64) -> Option<Account> {
        (self.is_active && version == self.password_version).then_some(self.account)
    }
}

/// A session that has not run out, and its account, as one row of a larger question tells them.
#[derive(Clone, Debug)]
pub struct Signed {
    data: String,
    /// When it runs out.
    pub expires: Time,
    /// Its account.
    pub owner: Owner,
}

impl Signed {
    /// With what it holds.
    pub fn new(data: String, expires: Time, owner: Owner) -> Signed {
        Signed {
            data,
            expires,
            owner,
        }
    }

    /// What the session holds, as far as `T` names it.
    ///
    /// # Errors
    /// It holds something else under these names.
    pub fn notes<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(&self.data)
    }
}

/// What a request's cookies say of its session.
#[derive(Clone, Debug)]
pub enum Sent {
    /// There is none.
    Nothing,
    /// What the row of the one is found by.
    One(String),
    /// The session layer has to say what they mean.
    Unusual,
}

/// The last cookies of a connection: a browser sends the same with every range of a film, and what they
/// mean takes a hash to find out.
#[derive(Debug, Default)]
pub struct LastSent(Option<(HeaderValue, Sent)>);

impl LastSent {
    /// What these headers say of a session.
    pub fn sent(&mut self, app: &App, headers: &HeaderMap) -> Sent {
        let mut lines = headers.get_all(header::COOKIE).iter();
        let (Some(line), None) = (lines.next(), lines.next()) else {
            return sent(app, headers);
        };
        match &self.0 {
            Some((last, sent)) if last == line => sent.clone(),
            _ => {
                let sent = sent(app, headers);
                self.0 = Some((line.clone(), sent.clone()));
                sent
            }
        }
    }
}

/// What these headers say of a session.
fn sent(app: &App, headers: &HeaderMap) -> Sent {
    let mut named = None;
    for line in headers.get_all(header::COOKIE) {
        let Some(line) = line.to_str().ok().filter(|line| !line.contains('%')) else {
            return Sent::Unusual;
        };
        for pair in line.split(';') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if name.trim() == COOKIE && named.replace(value.trim()).is_some() {
                return Sent::Unusual;
            }
        }
    }
    match named.map(str::parse::<Id>) {
        None => Sent::Nothing,
        Some(Ok(id)) => Sent::One(hashed(&app.settings.secret_key, &id)),
        Some(Err(_)) => Sent::Unusual,
    }
}

/// What a session that has not run out holds and when it will, and its account for [`owner_of`].
pub(super) async fn load(db: &Db, key: String) -> Result<Option<(String, Time)>> {
    type Found = (
        String,
        Time,
        Option<i64>,
        Option<String>,
        Option<bool>,
        Option<bool>,
        Option<bool>,
        Option<i64>,
    );
    let sql = "SELECT data, expires_at, users.id, username, is_staff, is_superuser, is_active, \
               password_version FROM sessions LEFT JOIN users ON users.id = sessions.user_id \
               WHERE sessions.key = $1 AND expires_at > $2";
    let found: Option<Found> = db.opt(sql, (key, Time::now())).await?;
    let Some((data, expires, id, username, staff, superuser, active, version)) = found else {
        return Ok(None);
    };
    let owner = id
        .zip(username)
        .zip(version)
        .map(|((id, username), version)| Owner {
            account: Account {
                id,
                username,
                is_staff: staff.unwrap_or_default(),
                is_superuser: superuser.unwrap_or_default(),
            },
            is_active: active.unwrap_or_default(),
            password_version: version,
        });
    // Without a request there is nobody to keep it for.
    let _ = OWNER.try_with(|kept| kept.set(owner));
    Ok(Some((data, expires)))
}

/// The account with this id, if this request has just read it with its session. It is given once: who
/// asks again wants to know what has become of it since.
pub fn owner_of(id: i64) -> Option<Owner> {
    let kept = OWNER.try_with(Cell::take).ok().flatten();
    kept.filter(|owner| owner.account.id == id)
}

/// Keeps for [`owner_of`] what `request` reads.
pub(super) fn kept_during<F: Future>(request: F) -> impl Future<Output = F::Output> {
    OWNER.scope(Cell::new(None), request)
}
