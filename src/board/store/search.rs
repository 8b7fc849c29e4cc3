//! Searching posts by their index of letter pairs, and leafing through what was found.

use std::collections::BTreeSet;

use sqlx::AssertSqlSafe;

use super::Listed;
use crate::{
    db::{Db, Result, like_escaped},
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
    /// Whether the index of letter pairs was asked.
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
            found.by_pairs(search);
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

    /// PostgreSQL's knows which pairs a post has, and the text whether they stand together.
    fn by_pairs(&mut self, search: &Search) {
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

    /// A SELECT of some of the ids. PostgreSQL finds them all first: it would think a page of a
    /// search cheaper by reading texts until the page is full.
    fn some(&self, db: &Db, which: &str) -> String {
        let found = &self.sql;
        match db {
            Db::Postgres(_) if self.indexed => {
                format!("WITH found AS MATERIALIZED ({found}) SELECT id FROM found {which}")
            }
            _ => format!("SELECT id FROM ({found}) AS found {which}"),
        }
    }
}

fn pattern(term: &Term) -> String {
    format!("%{}%", like_escaped(term.text()))
}

/// How many posts a search finds.
pub async fn count_found(db: &Db, search: &Search) -> Result<i64> {
    let found = Found::new(db, search);
    let sql = format!("SELECT COUNT(*) FROM ({}) AS found", found.sql);
    db.get(AssertSqlSafe(sql), found.values).await
}

/// A page of what a search finds, the newest first.
pub async fn found(db: &Db, search: &Search, limit: i64, offset: i64) -> Result<Vec<Listed>> {
    let found = Found::new(db, search);
    let page = format!("ORDER BY id DESC LIMIT {limit} OFFSET {offset}");
    let sql = format!(
        "{} WHERE posts.id IN ({}) ORDER BY posts.id DESC",
        super::listed_posts!(""),
        found.some(db, &page)
    );
    db.all(AssertSqlSafe(sql), found.values).await
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
    let older = found.some(db, &format!("WHERE id < {id} ORDER BY id DESC LIMIT 1"));
    let newer = found.some(db, &format!("WHERE id > {id} ORDER BY id LIMIT 1"));
    let named = async |one: String| {
        let sql = format!("SELECT id, title FROM posts WHERE id IN ({one})");
        db.opt(AssertSqlSafe(sql), found.values.clone()).await
    };
    Ok((named(older).await?, named(newer).await?))
}
