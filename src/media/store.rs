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

/// Each of the inner questions is about one table and one key, which SQLite answers from its index
/// whatever it believes to know of the tables; in a join it would read whole ones, since an index in
/// which nearly all is NULL seems worth nothing to it.
pub(super) const SQLITE: &str = "\
    WITH asked AS MATERIALIZED (\
    SELECT key AS place, value ->> 0 AS file, value ->> 1 AS session FROM json_each($1)), \
    found AS MATERIALIZED (\
    SELECT place, file, COALESCE(\
    (SELECT id FROM videos WHERE videos.file = asked.file), \
    (SELECT id FROM videos WHERE thumbnail = asked.file), \
    (SELECT id FROM videos WHERE thumbnail_small = asked.file), \
    (SELECT video_id FROM captions WHERE captions.file = asked.file)) AS video, \
    (SELECT id FROM sessions WHERE sessions.key = session AND expires_at > $2) AS signed \
    FROM asked) \
    SELECT place, visibility, data, users.id, username, is_staff, is_superuser, is_active, \
    password_version, \
    CASE WHEN videos.file = found.file THEN content_type \
    WHEN EXISTS (SELECT 1 FROM captions WHERE captions.file = found.file) \
    THEN 'text/vtt; charset=utf-8' END AS content_type, \
    CASE WHEN videos.file = found.file THEN file_name \
    ELSE (SELECT file_name FROM captions WHERE captions.file = found.file) END AS file_name \
    FROM found CROSS JOIN videos ON videos.id = video \
    CROSS JOIN sessions ON sessions.id = signed \
    CROSS JOIN users ON users.id = sessions.user_id";

/// What stands behind LATERAL is looked up for each that asks; the limit keeps it so.
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
