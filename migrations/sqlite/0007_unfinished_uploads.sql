-- Files that arrive in pieces. How far one has come is the length of its file, and stands nowhere
-- else.
CREATE TABLE unfinished_uploads (
    -- Random: the name of its file, and its address for who began it.
    id TEXT NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    -- NULL until the sender knows it.
    length BIGINT,
    file_name TEXT NOT NULL,
    -- As the sender wrote it, to be said again.
    metadata TEXT NOT NULL,
    -- Where a piece begins that came with a checksum which has not been proved yet.
    unproved_from BIGINT,
    -- The key it gets, once it is whole and known to be a video.
    file TEXT UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX unfinished_uploads_user ON unfinished_uploads (user_id);
CREATE INDEX unfinished_uploads_expiry ON unfinished_uploads (expires_at);

-- What the sender of a file that arrived in pieces may still ask; NULL for one that came with a form.
ALTER TABLE uploads ADD COLUMN sent_length BIGINT;
ALTER TABLE uploads ADD COLUMN metadata TEXT;
