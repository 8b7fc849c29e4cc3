-- A search in posts is answered by the index alone for words of up to eight letters: pairs left the
-- question whether they stand together to the texts, too slow for a word that many posts have.
DROP INDEX post_texts_title;
DROP INDEX post_texts_body;
DROP INDEX post_texts_both;

-- Every row of one to eight letters within a word, for searching inside Korean words: see
-- web/search.rs. Its cost is told truly, since without it the planner would read every text. Long
-- words are cut into pieces that overlap, so that the work grows with the text and no faster; a
-- compilation for each call would cost more than the call.
CREATE OR REPLACE FUNCTION grams(key TEXT) RETURNS TEXT[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000 SET jit = off AS $$
    SELECT COALESCE(array_agg(DISTINCT substr(piece, start, size) COLLATE "C"), '{}')
    FROM (SELECT DISTINCT word FROM string_to_table(key, ' ') AS words (word)) AS words,
        LATERAL (
            SELECT substr(word, place, 71)
            FROM generate_series(1, length(word), 64) AS places (place)
            OFFSET 0
        ) AS pieces (piece),
        LATERAL generate_series(1, length(piece)) AS starts (start),
        LATERAL generate_series(1, LEAST(8, length(piece) - start + 1)) AS sizes (size)
$$;
CREATE INDEX post_texts_title ON post_texts USING gin (grams(title_key));
CREATE INDEX post_texts_body ON post_texts USING gin (grams(body_key));
CREATE INDEX post_texts_both ON post_texts USING gin (grams(title_key || ' ' || body_key));
