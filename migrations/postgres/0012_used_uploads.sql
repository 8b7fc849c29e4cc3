-- Which video an upload has become, so that a form that is sent again, because its answer was lost, adds
-- no second one.
CREATE TABLE used_uploads (
    -- What the form named it by.
    id TEXT NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    video_id BIGINT NOT NULL REFERENCES videos ON DELETE CASCADE,
    -- When it is forgotten.
    expires_at BIGINT NOT NULL
);
CREATE INDEX used_uploads_user ON used_uploads (user_id);
CREATE INDEX used_uploads_video ON used_uploads (video_id);
CREATE INDEX used_uploads_expiry ON used_uploads (expires_at);
