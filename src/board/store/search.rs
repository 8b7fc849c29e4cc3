//! Searching posts by their index of letter pairs, and leafing through what was found.

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

/// FROM and WHERE of a search, with the values of `$1` on.
struct Conditions {
    sql: String,
    values: Vec<String>,
}

impl Conditions {
    fn new(db: &Db, search: &Search) -> Conditions {
        let mut conditions = Conditions {
            sql: "posts.is_hidden = FALSE".to_owned(),
            values: Vec::new(),
        };
        if search.terms.is_empty() {
            conditions.sql.push_str(" AND posts.is_notice = FALSE");
            return conditions;
        }
        if search.within == Within::Writer {
            conditions.writer(search);
        } else {
            conditions.grams(db, search);
            conditions.texts(search);
        }
        conditions
    }

    fn value(&mut self, value: String) -> usize {
        self.values.push(value);
        self.values.len()
    }

    fn writer(&mut self, search: &Search) {
        self.sql
            .push_str(" AND posts.user_id IN (SELECT id FROM users WHERE TRUE");
        for term in &search.terms {
            let n = self.value(pattern(term));
            self.sql
                .push_str(&format!(" AND username_key LIKE ${n} ESCAPE '\\'"));
        }
        self.sql.push(')');
    }

    /// Posts whose index has every pair of every term, each term in one place.
    fn grams(&mut self, db: &Db, search: &Search) {
        let columns: &[&str] = match search.within {
            Within::Title => &["title"],
            Within::Body => &["body"],
            Within::Both | Within::Writer => &["title", "body"],
        };
        let fts = search.terms.iter().map(|term| {
            let grams = term.grams().join(" AND ");
            let places = columns.iter().map(|column| format!("{column} : ({grams})"));
            format!("({})", places.collect::<Vec<_>>().join(" OR "))
        });
        match db {
            Db::Sqlite { .. } => {
                let question = fts.collect::<Vec<_>>().join(" AND ");
                let n = self.value(question);
                self.sql.push_str(&format!(
                    " AND posts.id IN (SELECT rowid FROM post_grams WHERE post_grams MATCH ${n})"
                ));
            }
            Db::Postgres(_) => {
                self.sql
                    .push_str(" AND posts.id IN (SELECT post_id FROM post_grams WHERE TRUE");
                for term in &search.terms {
                    let n = self.value(term.grams().join(" "));
                    let places = columns
                        .iter()
                        .map(|column| format!("{column} @> string_to_array(${n}, ' ')"));
                    let places = places.collect::<Vec<_>>().join(" OR ");
                    self.sql.push_str(&format!(" AND ({places})"));
                }
                self.sql.push(')');
            }
        }
    }

    /// What the index cannot know: whether the pairs stand together.
    fn texts(&mut self, search: &Search) {
        for term in search.terms.iter().filter(|term| !term.is_exact()) {
            let n = self.value(pattern(term));
            let title = format!("title_key LIKE ${n} ESCAPE '\\'");
            let body = format!(
                "EXISTS (SELECT 1 FROM post_texts WHERE post_id = posts.id \
                 AND body_key LIKE ${n} ESCAPE '\\')"
            );
            let place = match search.within {
                Within::Title => title,
                Within::Body => body,
                Within::Both | Within::Writer => format!("({title} OR {body})"),
            };
            self.sql.push_str(&format!(" AND {place}"));
        }
    }
}

fn pattern(term: &Term) -> String {
    format!("%{}%", like_escaped(term.text()))
}

/// How many posts a search finds.
pub async fn count_found(db: &Db, search: &Search) -> Result<i64> {
    let conditions = Conditions::new(db, search);
    let sql = format!("SELECT COUNT(*) FROM posts WHERE {}", conditions.sql);
    db.get(AssertSqlSafe(sql), conditions.values).await
}

/// A page of what a search finds, the newest first.
pub async fn found(db: &Db, search: &Search, limit: i64, offset: i64) -> Result<Vec<Listed>> {
    let conditions = Conditions::new(db, search);
    let sql = format!(
        "{} WHERE posts.id IN (SELECT id FROM posts WHERE {} ORDER BY id DESC \
         LIMIT {limit} OFFSET {offset}) ORDER BY posts.id DESC",
        super::listed_posts!(""),
        conditions.sql
    );
    db.all(AssertSqlSafe(sql), conditions.values).await
}

/// The posts beside a post in what a search finds, ids and titles: the older one, the newer one.
pub async fn neighbours(
    db: &Db,
    search: &Search,
    id: i64,
) -> Result<(Option<(i64, String)>, Option<(i64, String)>)> {
    let conditions = Conditions::new(db, search);
    let beside = |side, order| {
        let sql = format!(
            "SELECT id, title FROM posts WHERE {} AND id {side} {id} ORDER BY id {order} LIMIT 1",
            conditions.sql
        );
        db.opt(AssertSqlSafe(sql), conditions.values.clone())
    };
    Ok((beside("<", "DESC").await?, beside(">", "ASC").await?))
}
