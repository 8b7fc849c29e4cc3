-- A thumbnail in two sizes. Those from before have one, of whatever size it was sent in.
ALTER TABLE videos ADD COLUMN thumbnail_small TEXT;
-- Pixels across the larger one, when known.
ALTER TABLE videos ADD COLUMN thumbnail_width BIGINT;
CREATE UNIQUE INDEX videos_thumbnail_small ON videos (thumbnail_small);

-- The same of one that is kept for a form; its width stands in width.
ALTER TABLE uploads ADD COLUMN small TEXT;
