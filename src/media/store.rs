//! The one question of requests for videos' bytes: of as many as came while the last one was answered.

use super::remembered::Question;
use crate::{
    db::{Db, Result, Time},
    videos::store::{Bytes, captions::CONTENT_TYPE},
    web::{
        sessions::{Owner, Signed},
        viewer::Account,
    },
};

/// What a key names, and who asks for it.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The video behind the key.
    pub(super) bytes: Bytes,
    /// The session that was sent, if it has not run out and is somebody's.
    pub(super) signed: Option<Signed>,
}

/// An [`Asked`] as it comes.
#[derive(sqlx::FromRow)]
struct Found {
    /// The place among those that asked.
    place: i64,
    #[sqlx(flatten)]
    bytes: Bytes,
    data: Option<String>,
    expires_at: Option<Time>,
    id: Option<i64>,
    username: Option<String>,
    is_staff: Option<bool>,
    is_superuser: Option<bool>,
    is_active: Option<bool>,
    password_version: Option<i64>,
}

impl Found {
    fn signed(&mut self) -> Option<Signed> {
        let account = Account {
            id: self.id?,
            username: self.username.take()?,
            is_staff: self.is_staff?,
            is_superuser: self.is_superuser?,
        };
        let owner = Owner {
            account,
            is_active: self.is_active?,
            password_version: self.password_version?,
        };
        Some(Signed::new(self.data.take()?, self.expires_at?, owner))
    }
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
    SELECT place, visibility, data, expires_at, users.id, username, is_staff, is_superuser, is_active, \
    password_version, \
    CASE WHEN videos.file = found.file THEN content_type \
    WHEN EXISTS (SELECT 1 FROM captions WHERE captions.file = found.file) \
    THEN $3 END AS content_type, \
    CASE WHEN videos.file = found.file THEN file_name \
    ELSE (SELECT file_name FROM captions WHERE captions.file = found.file) END AS file_name \
    FROM found CROSS JOIN videos ON videos.id = video \
    LEFT JOIN sessions ON sessions.id = signed \
    LEFT JOIN users ON users.id = sessions.user_id";

/// What stands behind LATERAL is looked up for each that asks; the limit keeps it so.
const POSTGRES: &str = "\
    SELECT place - 1 AS place, visibility, content_type, file_name, data, expires_at, id, username, is_staff, \
    is_superuser, is_active, password_version \
    FROM json_array_elements(CAST($1 AS json)) WITH ORDINALITY AS asked (value, place) \
    CROSS JOIN LATERAL (\
    SELECT visibility, content_type, file_name FROM videos WHERE file = value ->> 0 \
    UNION ALL \
    SELECT visibility, NULL, NULL FROM videos WHERE thumbnail = value ->> 0 \
    UNION ALL \
    SELECT visibility, NULL, NULL FROM videos WHERE thumbnail_small = value ->> 0 \
    UNION ALL \
    SELECT visibility, $3, captions.file_name \
    FROM captions JOIN videos ON videos.id = captions.video_id \
    WHERE captions.file = value ->> 0 LIMIT 1) AS bytes \
    LEFT JOIN LATERAL (\
    SELECT data, expires_at, users.id, username, is_staff, is_superuser, is_active, password_version \
    FROM sessions JOIN users ON users.id = sessions.user_id \
    WHERE sessions.key = value ->> 1 AND expires_at > $2 LIMIT 1) AS signed ON TRUE";

/// What is behind these keys, beside the sessions with these hashes; in the order of those that asked,
/// `None` where no video is behind the key.
pub(super) async fn asked(db: &Db, asks: &[Question]) -> Result<Vec<Option<Asked>>> {
    let named: Vec<(&str, Option<&str>)> = asks
        .iter()
        .map(|(key, session)| (key.as_str(), session.as_deref()))
        .collect();
    let named = serde_json::to_string(&named).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let sql = db.dialect(SQLITE, POSTGRES);
    let found: Vec<Found> = db.all(sql, (named, Time::now(), CONTENT_TYPE)).await?;
    let mut answers = vec![None; asks.len()];
    for mut found in found {
        let place = usize::try_from(found.place).ok();
        if let Some(answer) = place.and_then(|place| answers.get_mut(place)) {
            let signed = found.signed();
            let bytes = found.bytes;
            *answer = Some(Asked { bytes, signed });
        }
    }
    Ok(answers)
}
