-- Videos, and who has been counted as a viewer lately.
CREATE TABLE videos (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    -- The title for sorting and title and description for searching: NFKC, lower case.
    title_key TEXT NOT NULL,
    search_key TEXT NOT NULL,
    description TEXT NOT NULL,
    visibility TEXT NOT NULL CHECK (visibility IN ('public', 'unlisted', 'private', 'draft')),
    file TEXT NOT NULL UNIQUE,
    file_name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    thumbnail TEXT UNIQUE,
    duration BIGINT,
    width BIGINT,
    height BIGINT,
    codecs TEXT,
    views BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX videos_latest ON videos (created_at DESC, id DESC, visibility);
CREATE INDEX videos_most_viewed ON videos (views DESC, id DESC, visibility);
CREATE INDEX videos_by_title ON videos (title_key, id, visibility);
CREATE INDEX videos_visibility ON videos (visibility);

CREATE TABLE video_viewers (
    video_id BIGINT NOT NULL REFERENCES videos ON DELETE CASCADE,
    -- A keyed hash of the account or of address and browser; never either in clear.
    viewer TEXT NOT NULL,
    counted_at BIGINT NOT NULL,
    PRIMARY KEY (video_id, viewer)
) WITHOUT ROWID;
CREATE INDEX video_viewers_counted_at ON video_viewers (counted_at);

-- Files that no row names yet, or any more: removed when they are still here after an hour. A file
-- is written here before it is put in place, and again in the transaction that lets go of it.
CREATE TABLE file_removals (
    file TEXT NOT NULL PRIMARY KEY,
    since BIGINT NOT NULL
) WITHOUT ROWID;
