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

/// In the order in which they are written, index by index: left to itself, SQLite reads whole tables.
const SQLITE: &str = "\
    WITH asked (place, file, session) AS MATERIALIZED (\
    SELECT key, value ->> 0, value ->> 1 FROM json_each($1)), \
    bytes (place, session, visibility, content_type, file_name) AS (\
    SELECT place, session, visibility, content_type, file_name \
    FROM asked CROSS JOIN videos ON videos.file = asked.file \
    UNION ALL \
    SELECT place, session, visibility, NULL, NULL \
    FROM asked CROSS JOIN videos ON thumbnail = asked.file \
    UNION ALL \
    SELECT place, session, visibility, NULL, NULL \
    FROM asked CROSS JOIN videos ON thumbnail_small = asked.file \
    UNION ALL \
    SELECT place, session, visibility, 'text/vtt; charset=utf-8', captions.file_name \
    FROM asked CROSS JOIN captions ON captions.file = asked.file \
    CROSS JOIN videos ON videos.id = captions.video_id) \
    SELECT place, visibility, content_type, file_name, data, users.id, username, is_staff, \
    is_superuser, is_active, password_version \
    FROM bytes CROSS JOIN sessions ON sessions.key = session AND expires_at > $2 \
    CROSS JOIN users ON users.id = sessions.user_id";

/// Likewise: what stands behind LATERAL is looked up for each that asks, the limit keeps it so.
const POSTGRES: &str = "\
    SELECT place - 1 AS place, visibility, content_type, file_name, data, id, username, is_staff, \
    is_superuser, is_active, password_version \
    FROM json_array_elements(CAST($1 AS json)) WITH ORDINALITY AS asked (value, place) \
    CROSS JOIN LATERAL (\
    SELECT visibility, content_type, file_name FROM videos WHERE file = value ->> 0 \
    UNION ALL \
    SELECT visibility, NULL, NULL FROM videos WHERE thumbnail = value ->> 0 \
    UNION ALL \
    SELECT visibility, NULL, NULL FROM videos WHERE thumbnail_small = value ->> 0 \
    UNION ALL \
    SELECT visibility, 'text/vtt; charset=utf-8', captions.file_name \
    FROM captions JOIN videos ON videos.id = captions.video_id \
    WHERE captions.file = value ->> 0 LIMIT 1) AS bytes \
    CROSS JOIN LATERAL (\
    SELECT data, users.id, username, is_staff, is_superuser, is_active, password_version \
    FROM sessions JOIN users ON users.id = sessions.user_id \
    WHERE sessions.key = value ->> 1 AND expires_at > $2 LIMIT 1) AS signed";

/// What is behind these keys, beside the sessions with these hashes: rows for those where there are
/// both and the session is somebody's.
pub(super) async fn asked(db: &Db, asks: &[(Key, String)]) -> Result<Vec<Asked>> {
    let asks: Vec<[&str; 2]> = asks
        .iter()
        .map(|(key, session)| [key.as_str(), session])
        .collect();
    let asks = serde_json::to_string(&asks).map_err(|error| sqlx::Error::Encode(error.into()))?;
    db.all(db.dialect(SQLITE, POSTGRES), (asks, Time::now()))
        .await
}
