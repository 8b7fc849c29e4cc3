//! A change list's SQL: what was asked, as conditions, and the rows of a page. Its counts are in
//! `counts`.

use sqlx::AssertSqlSafe;

use super::{
    Changelist, Search,
    asked::{self, Asked, Senseless},
    dates,
};
use crate::{
    db::{Db, Result, Row, Time, like_escaped},
    words::Catalogue,
};

/// What the database is asked, as SQL: only texts of ours and numbers; what was typed are `$n`.
pub struct Query {
    /// `$1` …: one a word.
    pub(super) patterns: Vec<String>,
    /// Every word somewhere in one of the fields; empty when there is no search.
    search: String,
    /// Of the chosen filters, by filter.
    chosen: Vec<(usize, String)>,
    /// Of the drill-down.
    dates: Option<String>,
    /// What a date filter offers.
    pub(super) spans: Vec<(&'static str, Time, Time)>,
    /// Expressions and `ASC` or `DESC`.
    order: Vec<(&'static str, &'static str)>,
}

impl Query {
    /// Turns what was asked into SQL.
    pub fn new<R>(
        list: &Changelist<R>,
        asked: &Asked,
        catalogue: &Catalogue,
        zone: &jiff::tz::TimeZone,
    ) -> std::result::Result<Query, Senseless> {
        let mut words = asked::words(&asked.q);
        // A row that lacks one word is not looked through for the others, and long words are rare.
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        let spans = dates::spans(Time::now(), zone);
        let mut chosen = Vec::new();
        for (filter, value) in &asked.chosen {
            let condition = list.filters[*filter].condition(value, list.id, catalogue, &spans);
            chosen.push((*filter, condition.ok_or(Senseless)?));
        }
        let dates = list.dates.zip(asked.drill.bounds(zone));
        Ok(Query {
            search: search(list.search, words.len()),
            patterns: words
                .iter()
                .map(|word| format!("%{}%", like_escaped(word)))
                .collect(),
            chosen,
            dates: dates.map(|(column, (from, to))| dates::between(column, from, to)),
            order: order(list, asked),
            spans,
        })
    }

    /// Whether anything narrows the list.
    pub(super) fn is_narrowed(&self) -> bool {
        !self.patterns.is_empty() || !self.chosen.is_empty() || self.dates.is_some()
    }

    /// The conditions of the chosen filters that `wanted` picks.
    pub(super) fn of_filters(&self, wanted: impl Fn(usize) -> bool) -> Vec<&str> {
        let wanted = self.chosen.iter().filter(|(filter, _)| wanted(*filter));
        wanted.map(|(_, condition)| condition.as_str()).collect()
    }

    /// The conditions of the filters that `wanted` picks, of the drill-down and of the search. The
    /// search comes last, because it takes the longest.
    pub(super) fn conditions(&self, wanted: impl Fn(usize) -> bool) -> String {
        let mut conditions = self.of_filters(wanted);
        conditions.extend(self.dates.as_deref());
        if !self.search.is_empty() {
            conditions.push(&self.search);
        }
        all_of(&conditions)
    }

    /// A page of rows.
    pub async fn rows<R: Row>(
        &self,
        db: &Db,
        list: &Changelist<R>,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<R>> {
        // SQLite would follow the order's index from row to row, wherever they lie, until enough
        // are found: of a rare word never. A plus sign keeps it from that.
        let searched = !self.patterns.is_empty();
        let scanned = if searched { db.dialect("+", "") } else { "" };
        // The rows before the page are passed over by their ids alone, which an index holds.
        let sql = format!(
            "SELECT {} FROM {} WHERE {} IN (SELECT {} FROM {} WHERE {} ORDER BY {} \
             LIMIT {limit} OFFSET {offset}) ORDER BY {}",
            list.select,
            list.from,
            list.id,
            list.id,
            list.from,
            self.conditions(|_| true),
            self.order_by(scanned),
            self.order_by("")
        );
        db.all(AssertSqlSafe(sql), self.patterns.clone()).await
    }

    /// The ids of every row that search, filters and dates leave.
    pub async fn ids<R: Row>(&self, db: &Db, list: &Changelist<R>) -> Result<Vec<i64>> {
        let sql = format!(
            "SELECT {} FROM {} WHERE {} ORDER BY {}",
            list.id,
            list.from,
            self.conditions(|_| true),
            self.order_by("")
        );
        let ids: Vec<(i64,)> = db.all(AssertSqlSafe(sql), self.patterns.clone()).await?;
        Ok(ids.into_iter().map(|(id,)| id).collect())
    }

    fn order_by(&self, before: &str) -> String {
        let terms = self.order.iter();
        let terms = terms.map(|(expression, way)| format!("{before}{expression} {way}"));
        terms.collect::<Vec<_>>().join(", ")
    }
}

/// Conditions in one; true of every row when there is none.
pub(super) fn all_of(conditions: &[&str]) -> String {
    if conditions.is_empty() {
        return "1 = 1".to_owned();
    }
    conditions.join(" AND ")
}

impl Search {
    /// The condition for the word that is `$n`.
    fn condition(&self, n: usize) -> String {
        match self {
            Search::In(field) => format!("{field} LIKE ${n} ESCAPE '\\'"),
            Search::Of { own, table, field } => format!(
                "{own} IN (SELECT {table}.id FROM {table} WHERE {field} LIKE ${n} ESCAPE '\\')"
            ),
        }
    }
}

/// Every word somewhere in one of the fields.
fn search(fields: &[Search], words: usize) -> String {
    let every = (1..=words).map(|word| {
        let any: Vec<String> = fields.iter().map(|field| field.condition(word)).collect();
        format!("({})", any.join(" OR "))
    });
    every.collect::<Vec<_>>().join(" AND ")
}

/// The asked order, else the list's own; the id at the end makes paging stable.
fn order<R>(list: &Changelist<R>, asked: &Asked) -> Vec<(&'static str, &'static str)> {
    let default = asked::order(list, list.order).unwrap_or_default();
    let order = if asked.order.is_empty() {
        &default
    } else {
        &asked.order
    };
    let way = |descending: bool| if descending { "DESC" } else { "ASC" };
    let mut terms: Vec<_> = order
        .iter()
        .filter_map(|(column, descending)| Some((list.columns[*column].sort?, way(*descending))))
        .collect();
    // Along with the first column, so that one index serves both.
    let first = order.first().is_some_and(|(_, descending)| *descending);
    terms.push((list.id, way(first)));
    terms
}
