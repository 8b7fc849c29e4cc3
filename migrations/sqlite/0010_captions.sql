-- Captions of videos: WebVTT files, one a language.
CREATE TABLE captions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    video_id BIGINT NOT NULL REFERENCES videos ON DELETE CASCADE,
    -- BCP 47.
    language TEXT NOT NULL,
    -- Shown unasked.
    is_default BOOLEAN NOT NULL,
    file TEXT NOT NULL UNIQUE,
    file_name TEXT NOT NULL,
    size BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX captions_language ON captions (video_id, language);
CREATE UNIQUE INDEX captions_default ON captions (video_id) WHERE is_default;
