//! Searching posts by their index of letters, and leafing through what was found.

use std::collections::BTreeSet;

use sqlx::AssertSqlSafe;

use crate::{
    db::{Db, Result, Row, like_escaped},
    web::search::Term,
};

/// Where a search looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Within {
    /// In title or body.
    #[default]
    Both,
    /// In the title.
    Title,
    /// In the body.
    Body,
    /// In the writer's name.
    Writer,
}

/// A search. Without terms it is the whole list but for notices.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// What must be found, every one.
    pub terms: Vec<Term>,
    /// Where.
    pub within: Within,
}

/// The ids that a search finds, as a SELECT of one column `id`, with the values of `$1` on.
struct Found {
    /// Whether PostgreSQL's index of letters was asked.
    indexed: bool,
    sql: String,
    values: Vec<String>,
}

impl Found {
    fn new(db: &Db, search: &Search) -> Found {
        let mut found = Found {
            indexed: false,
            sql: String::new(),
            values: Vec::new(),
        };
        if search.terms.is_empty() {
            found.sql = "SELECT id FROM posts WHERE is_notice = FALSE AND is_hidden = FALSE".into();
        } else if search.within == Within::Writer {
            found.by_writer(search);
        } else if let Db::Sqlite { .. } = db {
            found.by_phrases(search);
        } else {
            found.by_grams(search);
            found.indexed = true;
        }
        found
    }

    fn value(&mut self, value: String) -> usize {
        self.values.push(value);
        self.values.len()
    }

    fn by_writer(&mut self, search: &Search) {
        self.sql = "SELECT id FROM posts WHERE is_hidden = FALSE \
                    AND user_id IN (SELECT id FROM users WHERE TRUE"
            .into();
        for term in &search.terms {
            let n = self.value(pattern(term));
            let condition = format!(" AND username_key LIKE ${n} ESCAPE '\\'");
            self.sql.push_str(&condition);
        }
        self.sql.push(')');
    }

    /// SQLite's index knows the order of the pairs, so it knows all.
    fn by_phrases(&mut self, search: &Search) {
        let columns = match search.within {
            Within::Title => "title",
            Within::Body => "body",
            Within::Both | Within::Writer => "{title body}",
        };
        let phrases: Vec<String> = search.terms.iter().map(Term::phrase).collect();
        let n = self.value(format!("{columns} : ({})", phrases.join(" AND ")));
        self.sql = format!(
            "SELECT rowid AS id FROM post_grams WHERE post_grams MATCH ${n} \
             AND rowid NOT IN (SELECT id FROM posts WHERE is_hidden)"
        );
    }

    /// PostgreSQL's knows which rows of letters a post has; of a long term the text tells whether
    /// they stand together. All terms are one condition: of several the planner leaves some to be
    /// made anew from the text of every row.
    fn by_grams(&mut self, search: &Search) {
        let place = match search.within {
            Within::Title => "title_key",
            Within::Body => "body_key",
            Within::Both | Within::Writer => "title_key || ' ' || body_key",
        };
        let grams: BTreeSet<String> = search.terms.iter().flat_map(Term::grams).collect();
        let n = self.value(Vec::from_iter(grams).join(" "));
        self.sql = format!(
            "SELECT post_id AS id FROM post_texts \
             WHERE grams({place}) @> string_to_array(${n}, ' ') \
             AND post_id NOT IN (SELECT id FROM posts WHERE is_hidden)"
        );
        for term in search.terms.iter().filter(|term| !term.is_exact()) {
            let n = self.value(pattern(term));
            let condition = match search.within {
                Within::Title => format!(" AND title_key LIKE ${n} ESCAPE '\\'"),
                Within::Body => format!(" AND body_key LIKE ${n} ESCAPE '\\'"),
                Within::Both | Within::Writer => format!(
                    " AND (title_key LIKE ${n} ESCAPE '\\' OR body_key LIKE ${n} ESCAPE '\\')"
                ),
            };
            self.sql.push_str(&condition);
        }
    }

    /// Asks a question about the ids, which are a table `found` in it.
    ///
    /// PostgreSQL finds them by its index: it would think a word that most posts have cheaper by
    /// making anew what the index holds. Compiling the statement takes longer than answering it.
    async fn ask<T: Row>(self, db: &Db, question: &str) -> Result<Vec<T>> {
        let Found {
            indexed,
            sql,
            values,
        } = self;
        let sql = format!("WITH found AS NOT MATERIALIZED ({sql}) {question}");
        if !indexed {
            return db.all(AssertSqlSafe(sql), values).await;
        }
        let mut tx = db.begin().await?;
        let by_index = "SELECT set_config('enable_seqscan', 'off', TRUE), \
                        set_config('jit', 'off', TRUE), \
                        set_config('max_parallel_workers_per_gather', '0', TRUE)";
        tx.run(by_index, ()).await?;
        let answer = tx.all(AssertSqlSafe(sql), values).await?;
        tx.commit().await?;
        Ok(answer)
    }
}

fn pattern(term: &Term) -> String {
    format!("%{}%", like_escaped(term.text()))
}

/// How many posts a search finds, and the ids of those of a page, the newest first: of the last
/// page, where there are fewer posts than `offset`.
pub async fn found(db: &Db, search: &Search, limit: i64, offset: i64) -> Result<(i64, Vec<i64>)> {
    let first = format!(
        "CASE WHEN posts > {offset} THEN {offset} ELSE (posts - 1) / {limit} * {limit} END"
    );
    let found = Found::new(db, search);
    // PostgreSQL goes through all of them once; to sort and count rows takes it twice as long.
    let question = match found.indexed {
        true => format!(
            "SELECT posts, unnest(list[first + 1 : first + {limit}]) \
             FROM (SELECT list, posts, CAST({first} AS INTEGER) AS first FROM ( \
                 SELECT array_agg(id ORDER BY id DESC) AS list, COUNT(*) AS posts FROM found \
             ) AS ids) AS page"
        ),
        false => format!(
            ", total AS (SELECT COUNT(*) AS posts FROM found) \
             SELECT (SELECT posts FROM total), id FROM found ORDER BY id DESC LIMIT {limit} \
             OFFSET (SELECT {first} FROM total)"
        ),
    };
    let rows: Vec<(i64, i64)> = found.ask(db, &question).await?;
    let total = rows.first().map_or(0, |(total, _)| *total);
    Ok((total, rows.into_iter().map(|(_, id)| id).collect()))
}

/// A post's id and title.
pub type Named = (i64, String);

/// The posts beside a post in what a search finds: the older one and the newer one.
pub async fn neighbours(
    db: &Db,
    search: &Search,
    id: i64,
) -> Result<(Option<Named>, Option<Named>)> {
    let found = Found::new(db, search);
    let both = match found.indexed {
        true => format!(
            "SELECT unnest(ARRAY[MAX(id) FILTER (WHERE id < {id}), MIN(id) FILTER (WHERE id > {id})]) \
             FROM found"
        ),
        false => format!(
            "(SELECT id FROM found WHERE id < {id} ORDER BY id DESC LIMIT 1), \
             (SELECT id FROM found WHERE id > {id} ORDER BY id LIMIT 1)"
        ),
    };
    let question = format!("SELECT id, title FROM posts WHERE id IN ({both})");
    let beside: Vec<Named> = found.ask(db, &question).await?;
    let (older, newer): (Vec<_>, Vec<_>) = beside.into_iter().partition(|post| post.0 < id);
    Ok((older.into_iter().next(), newer.into_iter().next()))
}
