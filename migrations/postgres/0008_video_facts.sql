-- What a video file says of itself: NULL of files that came before it was read.
ALTER TABLE videos ADD COLUMN container TEXT;
-- Degrees clockwise.
ALTER TABLE videos ADD COLUMN rotation BIGINT;
-- Pictures in 1000 seconds.
ALTER TABLE videos ADD COLUMN frame_rate BIGINT;
-- A tag for each sound track, 'und' where it does not say; '' without any sound.
ALTER TABLE videos ADD COLUMN audio_languages TEXT;
ALTER TABLE videos ADD COLUMN starts_fast BOOLEAN;

ALTER TABLE uploads ADD COLUMN container TEXT;
ALTER TABLE uploads ADD COLUMN rotation BIGINT;
ALTER TABLE uploads ADD COLUMN frame_rate BIGINT;
ALTER TABLE uploads ADD COLUMN audio_languages TEXT;
ALTER TABLE uploads ADD COLUMN starts_fast BOOLEAN;
