//! The one question of requests for videos' bytes: of as many as came while the last one was answered.

use crate::{
    db::{Db, Result, Time},
    storage::Key,
    videos::store::Bytes,
    web::sessions::Signed,
};

/// What a key names, and who asks for it.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Asked {
    /// The place among those that asked.
    pub(super) place: i64,
    /// The video behind the key.
    #[sqlx(flatten)]
    pub(super) bytes: Bytes,
    /// The session that was sent.
    #[sqlx(flatten)]
    pub(super) signed: Signed,
}

macro_rules! asked {
    ($asked:literal) => {
        concat!(
            "WITH asked (place, file, session) AS MATERIALIZED (",
            $asked,
            "), \
             bytes (place, session, visibility, content_type, file_name) AS (\
             SELECT place, session, visibility, content_type, file_name \
             FROM asked JOIN videos ON videos.file = asked.file \
             UNION ALL \
             SELECT place, session, visibility, NULL, NULL \
             FROM asked JOIN videos ON thumbnail = asked.file \
             UNION ALL \
             SELECT place, session, visibility, NULL, NULL \
             FROM asked JOIN videos ON thumbnail_small = asked.file \
             UNION ALL \
             SELECT place, session, visibility, 'text/vtt; charset=utf-8', captions.file_name \
             FROM asked JOIN captions ON captions.file = asked.file \
             JOIN videos ON videos.id = captions.video_id) \
             SELECT place, visibility, content_type, file_name, data, users.id, username, is_staff, \
             is_superuser, is_active, password_version \
             FROM bytes JOIN sessions ON sessions.key = session AND expires_at > $2 \
             JOIN users ON users.id = sessions.user_id"
        )
    };
}

/// What is behind these keys, beside the sessions with these hashes: rows for those where there are
/// both and the session is somebody's.
pub(super) async fn asked(db: &Db, asks: &[(Key, String)]) -> Result<Vec<Asked>> {
    let asks: Vec<[&str; 2]> = asks
        .iter()
        .map(|(key, session)| [key.as_str(), session])
        .collect();
    let asks = serde_json::to_string(&asks).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let sql = db.dialect(
        asked!("SELECT key, value ->> 0, value ->> 1 FROM json_each($1)"),
        asked!(
            "SELECT place - 1, value ->> 0, value ->> 1 \
             FROM json_array_elements(CAST($1 AS json)) WITH ORDINALITY AS each (value, place)"
        ),
    );
    db.all(sql, (asks, Time::now())).await
}
