//! Searching posts by their index of letters, and leafing through what was found.

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
    /// they stand together.
    fn by_grams(&mut self, search: &Search) {
        let keys: &[&str] = match search.within {
            Within::Title => &["title_key"],
            Within::Body => &["body_key"],
            Within::Both | Within::Writer => &["title_key", "body_key"],
        };
        self.sql = "SELECT post_id AS id FROM post_texts \
                    WHERE post_id NOT IN (SELECT id FROM posts WHERE is_hidden)"
            .into();
        for term in &search.terms {
            let n = self.value(Vec::from_iter(term.grams()).join(" "));
            let indexed = |key: &str| format!("grams({key}) @> string_to_array(${n}, ' ')");
            self.any(keys, indexed);
            // Apart from the index's own condition, which would otherwise be made anew for each row.
            if !term.is_exact() {
                let n = self.value(pattern(term));
                self.any(keys, |key| format!("{key} LIKE ${n} ESCAPE '\\'"));
            }
        }
    }

    /// One of the keys must be as `condition` says.
    fn any(&mut self, keys: &[&str], condition: impl Fn(&str) -> String) {
        let conditions: Vec<String> = keys.iter().map(|key| condition(key)).collect();
        self.sql
            .push_str(&format!(" AND ({})", conditions.join(" OR ")));
    }

    /// Asks a question about the ids, which are a table `found` in it.
    ///
    /// PostgreSQL finds them all first, and by its index: it would think a page of a search cheaper by
    /// reading texts until the page is full, and a word that most posts have cheaper by making
    /// anew what the index holds. Compiling the statement takes longer than answering it.
    async fn ask<T: Row>(self, db: &Db, question: &str) -> Result<Vec<T>> {
        let Found {
            indexed,
            sql,
            values,
        } = self;
        if !indexed {
            let sql = format!("WITH found AS NOT MATERIALIZED ({sql}) {question}");
            return db.all(AssertSqlSafe(sql), values).await;
        }
        let sql = format!("WITH found AS MATERIALIZED ({sql}) {question}");
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
    let question = format!(
        ", total AS (SELECT COUNT(*) AS posts FROM found) \
         SELECT (SELECT posts FROM total), id FROM found ORDER BY id DESC LIMIT {limit} \
         OFFSET (SELECT CASE WHEN posts > {offset} THEN {offset} ELSE (posts - 1) / {limit} * {limit} END \
         FROM total)"
    );
    let rows: Vec<(i64, i64)> = Found::new(db, search).ask(db, &question).await?;
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
    let question = format!(
        "SELECT id, title FROM posts WHERE id IN \
         ((SELECT id FROM found WHERE id < {id} ORDER BY id DESC LIMIT 1), \
         (SELECT id FROM found WHERE id > {id} ORDER BY id LIMIT 1))"
    );
    let beside: Vec<Named> = Found::new(db, search).ask(db, &question).await?;
    let (older, newer): (Vec<_>, Vec<_>) = beside.into_iter().partition(|post| post.0 < id);
    Ok((older.into_iter().next(), newer.into_iter().next()))
}
