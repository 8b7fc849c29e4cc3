-- What ffmpeg does in the background for a video, where there is one: at most one row a kind.
CREATE TABLE jobs (
    video_id BIGINT NOT NULL REFERENCES videos ON DELETE CASCADE,
    -- remux, thumbnail.
    kind TEXT NOT NULL,
    -- waiting, running, done, failed.
    state TEXT NOT NULL,
    -- How often it was begun.
    tries BIGINT NOT NULL,
    -- The process that runs it, and when that was last heard of.
    worker TEXT,
    alive_at BIGINT,
    -- Why it failed, and the last that ffmpeg said of it.
    fault TEXT,
    said TEXT,
    -- Name and length of the file that a remux has replaced.
    sent_name TEXT,
    sent_size BIGINT,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    PRIMARY KEY (video_id, kind)
) WITHOUT ROWID;
CREATE INDEX jobs_open ON jobs (state, created_at) WHERE state IN ('waiting', 'running');
