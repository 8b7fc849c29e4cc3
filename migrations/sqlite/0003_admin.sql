-- Groups and permissions as Django has them, the log of the admin site, and files kept for a form
-- that is not finished.
CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    updated_at BIGINT NOT NULL
);

CREATE TABLE user_groups (
    user_id BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    group_id BIGINT NOT NULL REFERENCES groups ON DELETE CASCADE,
    PRIMARY KEY (user_id, group_id)
) WITHOUT ROWID;
CREATE INDEX user_groups_group ON user_groups (group_id);

-- A permission is Django's code: videos.add_video.
CREATE TABLE user_permissions (
    user_id BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    permission TEXT NOT NULL,
    PRIMARY KEY (user_id, permission)
) WITHOUT ROWID;

CREATE TABLE group_permissions (
    group_id BIGINT NOT NULL REFERENCES groups ON DELETE CASCADE,
    permission TEXT NOT NULL,
    PRIMARY KEY (group_id, permission)
) WITHOUT ROWID;

CREATE TABLE admin_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    action_time BIGINT NOT NULL,
    user_id BIGINT REFERENCES users ON DELETE SET NULL,
    -- Who it was, also when the account is gone.
    username TEXT NOT NULL,
    model TEXT NOT NULL,
    object_id BIGINT NOT NULL,
    object_text TEXT NOT NULL,
    -- The object's name and the user's for searching: NFKC, lower case.
    search_key TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('add', 'change', 'delete')),
    -- The names of the changed fields, a JSON list.
    changes TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX admin_log_time ON admin_log (action_time DESC, id DESC);
CREATE INDEX admin_log_object ON admin_log (model, object_id, action_time DESC);
CREATE INDEX admin_log_user ON admin_log (user_id, action_time DESC);

CREATE TABLE uploads (
    -- A random token: whoever has it and sent the file may finish the form with it.
    id TEXT NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    -- The form's field it was sent in: it is taken in no other.
    field TEXT NOT NULL,
    file TEXT NOT NULL UNIQUE,
    file_name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    duration BIGINT,
    width BIGINT,
    height BIGINT,
    codecs TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX uploads_user ON uploads (user_id, created_at);
CREATE INDEX uploads_expiry ON uploads (expires_at);

-- When a user's form was last saved, and what the admin's list of users sorts by.
ALTER TABLE users ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX users_date_joined ON users (date_joined, id);
CREATE INDEX users_last_login ON users (last_login, id);

-- A session holds the version of the password that was proved for it, and ends with that: a counter
-- is right whatever the clock says.
DELETE FROM sessions WHERE EXISTS (
    SELECT 1 FROM users WHERE users.id = user_id AND password_changed_at > created_at
);
ALTER TABLE users DROP COLUMN password_changed_at;
ALTER TABLE users ADD COLUMN password_version BIGINT NOT NULL DEFAULT 0;

-- Where somebody is signed in. A session gets a number, since the admin site's addresses have one.
CREATE TABLE sessions_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- A keyed hash of the cookie's id, never the id: who reads the table cannot use it.
    key TEXT NOT NULL UNIQUE,
    data TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    user_id BIGINT REFERENCES users ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    address TEXT NOT NULL DEFAULT '',
    agent TEXT NOT NULL DEFAULT ''
);
INSERT INTO sessions_new (key, data, expires_at, user_id, created_at)
    SELECT id, data, expires_at, user_id, created_at FROM sessions;
DROP TABLE sessions;
ALTER TABLE sessions_new RENAME TO sessions;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_created ON sessions (created_at);
