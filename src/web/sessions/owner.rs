//! A session and its account in one question: the account's row is kept for whoever asks for it next.

use std::cell::Cell;

use axum::http::{HeaderMap, header};
use serde::{Deserialize, de::DeserializeOwned};
use tower_sessions::session::Id;

use super::{COOKIE, store};
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
#[derive(Debug, sqlx::FromRow)]
pub struct Signed {
    data: String,
    /// Its account.
    #[sqlx(flatten)]
    pub owner: Owner,
}

impl Signed {
    /// What the session holds, as far as `T` names it.
    ///
    /// # Errors
    /// It holds something else under these names.
    pub fn notes<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(&self.data)
    }

    /// Whether the session, too, says that it is its account's.
    pub fn agrees(&self) -> bool {
        #[derive(Deserialize)]
        struct Notes {
            user_id: i64,
        }
        let notes = self.notes::<Notes>();
        notes.is_ok_and(|notes| notes.user_id == self.owner.account.id)
    }
}

/// What the row of the session that a request's cookie names is found by. `None` when no cookie does, or
/// anything about the cookies is unusual: then the session layer has to say what they mean.
pub fn hashed_of(app: &App, headers: &HeaderMap) -> Option<String> {
    let mut named = None;
    for line in headers.get_all(header::COOKIE) {
        let line = line.to_str().ok().filter(|line| !line.contains('%'))?;
        for (name, value) in line.split(';').filter_map(|pair| pair.split_once('=')) {
            if name.trim() == COOKIE && named.replace(value.trim()).is_some() {
                return None;
            }
        }
    }
    let id: Id = named?.parse().ok()?;
    Some(store(app).hashed(&id))
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
