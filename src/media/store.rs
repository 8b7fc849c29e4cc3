//! The one question of a request for a video's bytes.

use crate::{
    db::{Db, Result, Time},
    storage::Key,
    videos::store::{Bytes, behind_key_sql},
    web::sessions::Signed,
};

/// What a key names, and who asks for it.
#[derive(sqlx::FromRow)]
pub(super) struct Asked {
    /// The video behind it.
    #[sqlx(flatten)]
    pub(super) bytes: Bytes,
    /// The session that was sent.
    #[sqlx(flatten)]
    pub(super) signed: Signed,
}

/// What is behind a key, beside the session with this hash; `None` unless there are both and the session
/// is somebody's.
pub(super) async fn asked(db: &Db, key: &Key, session: String) -> Result<Option<Asked>> {
    let sql = concat!(
        "SELECT bytes.visibility, bytes.content_type, bytes.file_name, sessions.data, users.id, \
         users.username, users.is_staff, users.is_superuser, users.is_active, \
         users.password_version FROM (",
        behind_key_sql!(),
        ") AS bytes JOIN sessions ON sessions.key = $2 AND sessions.expires_at > $3 \
         JOIN users ON users.id = sessions.user_id"
    );
    db.opt(sql, (key.clone(), session, Time::now())).await
}
