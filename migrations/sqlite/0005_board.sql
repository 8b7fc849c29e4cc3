-- The board: posts with their files, comments under posts and under videos, and reports of both.
CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    title TEXT NOT NULL,
    -- The title for sorting and searching: NFKC, lower case.
    title_key TEXT NOT NULL,
    is_notice BOOLEAN NOT NULL DEFAULT FALSE,
    -- Out of sight until somebody of the staff has looked at the reports.
    is_hidden BOOLEAN NOT NULL DEFAULT FALSE,
    views BIGINT NOT NULL DEFAULT 0,
    -- How many there are; changed in the transaction that changes what they count.
    comments BIGINT NOT NULL DEFAULT 0,
    attachments BIGINT NOT NULL DEFAULT 0,
    reports BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    -- When its writer last changed the words, for the mark; a form's version is updated_at.
    edited_at BIGINT,
    updated_at BIGINT NOT NULL
);
-- Newest first, counted and leafed through without the rows themselves.
CREATE INDEX posts_list ON posts (is_notice, is_hidden, id);
CREATE INDEX posts_hidden ON posts (id) WHERE is_hidden;
CREATE INDEX posts_user ON posts (user_id, created_at);
CREATE INDEX posts_reports ON posts (reports, id);
CREATE INDEX posts_created_at ON posts (created_at);

-- The long texts beside the posts, so that lists stay small.
CREATE TABLE post_texts (
    post_id INTEGER PRIMARY KEY REFERENCES posts ON DELETE CASCADE,
    -- Title and body for searching: NFKC, lower case, one space between words.
    title_key TEXT NOT NULL,
    body_key TEXT NOT NULL,
    body TEXT NOT NULL
);

-- The pairs of letters of a post, in their order, for searching inside Korean words: see
-- web/search.rs.
CREATE VIRTUAL TABLE post_grams USING fts5 (
    title, body, content = '', contentless_delete = 1, tokenize = 'ascii'
);
CREATE TRIGGER post_grams_end AFTER DELETE ON posts BEGIN
    DELETE FROM post_grams WHERE rowid = old.id;
END;

CREATE TABLE post_viewers (
    post_id BIGINT NOT NULL REFERENCES posts ON DELETE CASCADE,
    -- As in video_viewers.
    viewer TEXT NOT NULL,
    counted_at BIGINT NOT NULL,
    PRIMARY KEY (post_id, viewer)
) WITHOUT ROWID;
CREATE INDEX post_viewers_counted_at ON post_viewers (counted_at);

CREATE TABLE attachments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    post_id BIGINT NOT NULL REFERENCES posts ON DELETE CASCADE,
    file TEXT NOT NULL UNIQUE,
    file_name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL
);
CREATE INDEX attachments_post ON attachments (post_id, id);
-- Whatever takes a row away, its post's deletion or its writer's, the file goes in the end: see
-- ingest's keep.rs.
CREATE TRIGGER attachments_end AFTER DELETE ON attachments BEGIN
    INSERT INTO file_removals (file, since)
    VALUES (old.file, CAST(unixepoch('subsec') * 1000000 AS INTEGER))
    ON CONFLICT (file) DO NOTHING;
END;

-- A comment stands under a post or under a video, never both.
CREATE TABLE comments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    post_id BIGINT REFERENCES posts ON DELETE CASCADE,
    video_id BIGINT REFERENCES videos ON DELETE CASCADE,
    -- NULL when nothing is left but the place: the comment is deleted and has replies.
    user_id BIGINT REFERENCES users ON DELETE CASCADE,
    reply_to BIGINT REFERENCES comments ON DELETE SET NULL,
    body TEXT NOT NULL,
    -- For searching in the admin site: NFKC, lower case.
    search_key TEXT NOT NULL,
    is_hidden BOOLEAN NOT NULL DEFAULT FALSE,
    reports BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    updated_at BIGINT NOT NULL,
    CHECK ((post_id IS NULL) <> (video_id IS NULL))
);
CREATE INDEX comments_post ON comments (post_id, id);
CREATE INDEX comments_video ON comments (video_id, id);
CREATE INDEX comments_user ON comments (user_id, created_at);
CREATE INDEX comments_reply ON comments (reply_to);
CREATE INDEX comments_reports ON comments (reports, id);
CREATE INDEX comments_created_at ON comments (created_at);

-- Who reported what; each person once.
CREATE TABLE reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    post_id BIGINT REFERENCES posts ON DELETE CASCADE,
    comment_id BIGINT REFERENCES comments ON DELETE CASCADE,
    user_id BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CHECK ((post_id IS NULL) <> (comment_id IS NULL)),
    UNIQUE (post_id, user_id),
    UNIQUE (comment_id, user_id)
);
CREATE INDEX reports_user ON reports (user_id);
