//! The log of the admin site: who added, changed or deleted what, written in the transaction that
//! does it. Every SQL statement for `admin_log`.

use super::{
    model::{Model, Verb},
    rights::Rights,
};
use crate::{
    db::{Db, Result, Time, Tx},
    web::text,
};

/// An entry of the log.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Entry {
    /// `admin_log.id`.
    pub id: i64,
    /// When.
    pub action_time: Time,
    /// Who, also when the account is gone.
    pub username: String,
    /// Of which model: `videos.video`.
    pub model: String,
    /// Which object.
    pub object_id: i64,
    /// Its name then.
    pub object_text: String,
    /// `add`, `change` or `delete`.
    pub action: String,
    /// The names of the changed fields, a JSON list.
    pub changes: String,
}

impl Entry {
    /// The names of the changed fields.
    pub fn fields(&self) -> Vec<String> {
        serde_json::from_str(&self.changes).unwrap_or_default()
    }
}

macro_rules! entry_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, action_time, username, model, object_id, object_text, action, changes \
             FROM admin_log ",
            $rest
        )
    };
}

/// Notes what was done to an object. `fields` are names of form fields; their labels are found when
/// the log is read, in the reader's language.
pub async fn note(
    tx: &mut Tx,
    rights: &Rights,
    model: &Model,
    verb: Verb,
    object: (i64, &str),
    fields: &[&str],
) -> Result<()> {
    note_at(tx, Time::now(), rights, model, verb, object, fields).await
}

/// As [`note`], at the very moment that the row's `updated_at` tells: then [`since`] that version
/// does not tell of the change that made it.
pub async fn note_at(
    tx: &mut Tx,
    at: Time,
    rights: &Rights,
    model: &Model,
    verb: Verb,
    object: (i64, &str),
    fields: &[&str],
) -> Result<()> {
    let (id, name) = object;
    let name = text::summary(name, 200);
    let search = text::search_key(&name, &rights.account.username);
    let changes = serde_json::to_string(fields).unwrap_or_else(|_| "[]".to_owned());
    let sql = "INSERT INTO admin_log (action_time, user_id, username, model, object_id, \
               object_text, search_key, action, changes) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values = (
        at,
        rights.account.id,
        rights.account.username.clone(),
        model.label(),
        id,
        name,
        search,
        verb.name(),
        changes,
    );
    tx.run(sql, values).await.map(|_| ())
}

/// The newest entries of one object, at most a hundred.
pub async fn of_object(db: &Db, model: &Model, id: i64) -> Result<Vec<Entry>> {
    let sql = entry_sql!(
        "WHERE model = $1 AND object_id = $2 ORDER BY action_time DESC, id DESC LIMIT 100"
    );
    db.all(sql, (model.label(), id)).await
}

/// The newest entries of one object after `since`, the oldest first.
pub async fn since(db: &Db, model: &Model, id: i64, since: Time) -> Result<Vec<Entry>> {
    let sql = entry_sql!(
        "WHERE model = $1 AND object_id = $2 AND action_time > $3 ORDER BY action_time, id LIMIT 100"
    );
    db.all(sql, (model.label(), id, since)).await
}

/// What one user did last.
pub async fn recent(db: &Db, user: i64, limit: i64) -> Result<Vec<Entry>> {
    let sql = entry_sql!("WHERE user_id = $1 ORDER BY action_time DESC, id DESC LIMIT $2");
    db.all(sql, (user, limit)).await
}
