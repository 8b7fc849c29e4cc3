//! A change list's SQL. A page takes two scans of the table at most when it is searched: one for
//! the rows, one for every count; they run side by side.

use std::fmt::Write;

use sqlx::{AssertSqlSafe, ColumnIndex, Decode, FromRow, Type, postgres::PgRow, sqlite::SqliteRow};

use super::{
    Changelist, Kind,
    asked::{self, Asked, Drill, Senseless},
};
use crate::{
    db::{Db, Result, Row, Time, like_escaped},
    words::Catalogue,
};

/// What the database is asked, as SQL: only texts of ours and numbers; what was typed are `$n`.
pub struct Query {
    /// `$1` …: one a word.
    patterns: Vec<String>,
    /// Of the search; `TRUE` when there is none.
    search: String,
    /// Of the chosen filters, by filter.
    chosen: Vec<(usize, String)>,
    /// The same, on the columns of `found`.
    chosen_found: Vec<(usize, String)>,
    /// Of the drill-down: from when until before when.
    dates: Option<(Time, Time)>,
    spans: Vec<(&'static str, Time, Time)>,
    order: String,
}

/// A choice of a filter, and how many rows it would leave beside the other filters.
pub struct Facet {
    /// Its value in the address.
    pub value: String,
    /// Its word.
    pub word: String,
    /// How many rows.
    pub count: i64,
}

/// Every count of a page.
pub struct Counts {
    /// Rows that search, filters and dates leave.
    pub found: i64,
    /// Rows there are.
    pub total: i64,
    /// The choices, by filter.
    pub facets: Vec<Vec<Facet>>,
    /// The next step of the drill-down: those that have rows.
    pub drills: Vec<Drill>,
}

impl Query {
    /// Turns what was asked into SQL.
    pub fn new<R>(
        list: &Changelist<R>,
        asked: &Asked,
        catalogue: &Catalogue,
        zone: &jiff::tz::TimeZone,
    ) -> std::result::Result<Query, Senseless> {
        let words = asked::words(&asked.q);
        let spans = asked::spans(Time::now(), zone);
        let condition = |filter: usize, value: &str, column: &str, id: &str| {
            list.filters[filter]
                .condition(value, column, id, catalogue, &spans)
                .ok_or(Senseless)
        };
        let mut chosen = Vec::new();
        let mut chosen_found = Vec::new();
        for (filter, value) in &asked.chosen {
            let column = list.filters[*filter].column;
            chosen.push((*filter, condition(*filter, value, column, list.id)?));
            let found = condition(*filter, value, &format!("f{filter}"), "found.id")?;
            chosen_found.push((*filter, found));
        }
        Ok(Query {
            search: search(list.search, words.len()),
            patterns: words
                .iter()
                .map(|word| format!("%{}%", like_escaped(word)))
                .collect(),
            chosen,
            chosen_found,
            dates: asked.drill.bounds(zone),
            order: order(list, asked),
            spans,
        })
    }

    /// Whether anything narrows the list.
    fn is_narrowed(&self) -> bool {
        !self.patterns.is_empty() || !self.chosen.is_empty() || self.dates.is_some()
    }

    fn conditions<R>(&self, list: &Changelist<R>) -> String {
        let mut sql = self.search.clone();
        for (_, condition) in &self.chosen {
            let _ = write!(sql, " AND {condition}");
        }
        if let (Some(column), Some((from, to))) = (list.dates, self.dates) {
            let _ = write!(sql, " AND {column} >= {} AND {column} < {}", from.0, to.0);
        }
        sql
    }

    /// The conditions on `found` but the one of `filter`.
    fn others(&self, filter: Option<usize>, with_dates: bool) -> String {
        let mut sql = "1 = 1".to_owned();
        for (_, condition) in self
            .chosen_found
            .iter()
            .filter(|(known, _)| Some(*known) != filter)
        {
            let _ = write!(sql, " AND {condition}");
        }
        if let Some((from, to)) = self.dates.filter(|_| with_dates) {
            let _ = write!(sql, " AND moment >= {} AND moment < {}", from.0, to.0);
        }
        sql
    }

    /// A page of rows.
    pub async fn rows<R: Row>(
        &self,
        db: &Db,
        list: &Changelist<R>,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<R>> {
        // The rows before the page are passed over by their ids alone, which an index holds.
        let sql = format!(
            "SELECT {} FROM {} WHERE {} IN (SELECT {} FROM {} WHERE {} ORDER BY {order} \
             LIMIT {limit} OFFSET {offset}) ORDER BY {order}",
            list.select,
            list.from,
            list.id,
            list.id,
            list.from,
            self.conditions(list),
            order = self.order
        );
        db.all(AssertSqlSafe(sql), self.patterns.clone()).await
    }

    /// The ids of every row that search, filters and dates leave.
    pub async fn ids<R: Row>(&self, db: &Db, list: &Changelist<R>) -> Result<Vec<i64>> {
        let sql = format!(
            "SELECT {} FROM {} WHERE {} ORDER BY {}",
            list.id,
            list.from,
            self.conditions(list),
            self.order
        );
        let ids: Vec<(i64,)> = db.all(AssertSqlSafe(sql), self.patterns.clone()).await?;
        Ok(ids.into_iter().map(|(id,)| id).collect())
    }

    /// Every count of the page, in one statement over the rows found.
    pub async fn counts<R: Row>(
        &self,
        db: &Db,
        list: &Changelist<R>,
        catalogue: &Catalogue,
        asked: &Asked,
        zone: &jiff::tz::TimeZone,
    ) -> Result<Counts> {
        let linked = linked_choices(db, list).await?;
        let drills = next_drills(db, list, asked, zone).await?;
        let branches = self.branches(list, &drills, zone);
        let columns: String = list
            .filters
            .iter()
            .enumerate()
            .filter(|(_, filter)| !matches!(filter.kind, Kind::Linked { .. }))
            .map(|(index, filter)| format!(", {} AS f{index}", filter.column))
            .chain(list.dates.map(|column| format!(", {column} AS moment")))
            .collect();
        // Without a search the indexes answer every branch; with one, the scan is done once.
        let how = if self.patterns.is_empty() {
            "NOT MATERIALIZED"
        } else {
            "MATERIALIZED"
        };
        let sql = format!(
            "WITH found AS {how} (SELECT {} AS id{columns} FROM {} WHERE {}) {branches}",
            list.id, list.from, self.search
        );
        let rows: Vec<Branch> = db.all(AssertSqlSafe(sql), self.patterns.clone()).await?;
        let of = |branch: i64| rows.iter().filter(move |row| row.branch == branch);
        let count = |branch: i64, value: &str| {
            of(branch)
                .find(|row| row.value == value)
                .map_or(0, |row| row.count)
        };
        let found = count(-1, "");
        let total = if self.is_narrowed() {
            let sql = format!("SELECT COUNT(*) FROM {}", list.from);
            db.get(AssertSqlSafe(sql), ()).await?
        } else {
            found
        };
        let facets = list.filters.iter().enumerate().map(|(index, filter)| {
            let branch = index as i64;
            let facet = |value: &str, word: String| Facet {
                value: value.to_owned(),
                word,
                count: count(branch, value),
            };
            let words = catalogue.admin;
            match &filter.kind {
                Kind::Choices(choices) => choices(catalogue)
                    .into_iter()
                    .map(|(value, word)| facet(value, word.to_owned()))
                    .collect(),
                Kind::Flag => vec![
                    facet("1", words.yes.to_owned()),
                    facet("0", words.no.to_owned()),
                ],
                Kind::Date => [
                    ("today", words.today),
                    ("past_7_days", words.past_7_days),
                    ("this_month", words.this_month),
                    ("this_year", words.this_year),
                ]
                .into_iter()
                .map(|(value, word)| facet(value, word.to_owned()))
                .collect(),
                Kind::Linked { .. } => linked
                    .iter()
                    .filter(|(known, ..)| *known == index)
                    .map(|(_, id, name)| facet(&id.to_string(), name.clone()))
                    .collect(),
            }
        });
        let facets = facets.collect();
        let drills = drills
            .into_iter()
            .enumerate()
            .filter(|(index, _)| count(-2, &index.to_string()) > 0)
            .map(|(_, drill)| drill)
            .collect();
        Ok(Counts {
            found,
            total,
            facets,
            drills,
        })
    }

    fn branches<R>(
        &self,
        list: &Changelist<R>,
        drills: &[Drill],
        zone: &jiff::tz::TimeZone,
    ) -> String {
        let all = self.others(None, true);
        let mut branches = vec![format!(
            "SELECT CAST(-1 AS BIGINT) AS branch, '' AS value, COUNT(*) AS count FROM found WHERE {all}"
        )];
        for (index, filter) in list.filters.iter().enumerate() {
            let others = self.others(Some(index), true);
            match &filter.kind {
                Kind::Choices(_) => branches.push(format!(
                    "SELECT {index}, f{index}, COUNT(*) FROM found WHERE {others} GROUP BY f{index}"
                )),
                Kind::Flag => branches.push(format!(
                    "SELECT {index}, CASE WHEN f{index} THEN '1' ELSE '0' END, COUNT(*) FROM found \
                     WHERE {others} GROUP BY f{index}"
                )),
                Kind::Date => branches.extend(self.spans.iter().map(|(name, from, to)| {
                    format!(
                        "SELECT {index}, '{name}', COUNT(*) FROM found WHERE {others} AND \
                         f{index} >= {} AND f{index} < {}",
                        from.0, to.0
                    )
                })),
                Kind::Linked { table, own, other, .. } => branches.push(format!(
                    "SELECT {index}, CAST({table}.{other} AS TEXT), COUNT(*) FROM found JOIN {table} \
                     ON {table}.{own} = found.id WHERE {others} GROUP BY {table}.{other}"
                )),
            }
        }
        let others = self.others(None, false);
        for (index, drill) in drills.iter().enumerate() {
            if let Some((from, to)) = drill.bounds(zone) {
                branches.push(format!(
                    "SELECT -2, '{index}', CASE WHEN EXISTS (SELECT 1 FROM found WHERE {others} AND \
                     moment >= {} AND moment < {}) THEN 1 ELSE 0 END",
                    from.0, to.0
                ));
            }
        }
        branches.join(" UNION ALL ")
    }
}

/// One row of a page's counts.
struct Branch {
    branch: i64,
    value: String,
    count: i64,
}

fn branch<'r, X: sqlx::Row>(row: &'r X) -> sqlx::Result<Branch>
where
    usize: ColumnIndex<X>,
    i64: Decode<'r, X::Database> + Type<X::Database>,
    String: Decode<'r, X::Database> + Type<X::Database>,
{
    Ok(Branch {
        branch: row.try_get(0)?,
        value: row.try_get(1)?,
        count: row.try_get(2)?,
    })
}

impl FromRow<'_, SqliteRow> for Branch {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Branch> {
        branch(row)
    }
}

impl FromRow<'_, PgRow> for Branch {
    fn from_row(row: &PgRow) -> sqlx::Result<Branch> {
        branch(row)
    }
}

/// Every word somewhere in one of the fields.
fn search(fields: &[&str], words: usize) -> String {
    let mut sql = "1 = 1".to_owned();
    for word in 1..=words {
        let any: Vec<String> = fields
            .iter()
            .map(|field| format!("{field} LIKE ${word} ESCAPE '\\'"))
            .collect();
        let _ = write!(sql, " AND ({})", any.join(" OR "));
    }
    sql
}

/// The asked order, else the list's own; the id at the end makes paging stable.
fn order<R>(list: &Changelist<R>, asked: &Asked) -> String {
    let default = asked::order(list, list.order).unwrap_or_default();
    let order = if asked.order.is_empty() {
        &default
    } else {
        &asked.order
    };
    let mut sql = String::new();
    for (column, descending) in order {
        if let Some(expression) = list.columns[*column].sort {
            let way = if *descending { "DESC" } else { "ASC" };
            let _ = write!(sql, "{expression} {way}, ");
        }
    }
    // Along with the first column, so that one index serves both.
    let way = if order.first().is_some_and(|(_, descending)| *descending) {
        "DESC"
    } else {
        "ASC"
    };
    let _ = write!(sql, "{} {way}", list.id);
    sql
}

async fn linked_choices<R>(db: &Db, list: &Changelist<R>) -> Result<Vec<(usize, i64, String)>> {
    let mut all = Vec::new();
    for (index, filter) in list.filters.iter().enumerate() {
        if let Kind::Linked { choices, .. } = &filter.kind {
            let sql = format!("{choices} LIMIT 100");
            let rows: Vec<(i64, String)> = db.all(AssertSqlSafe(sql), ()).await?;
            all.extend(rows.into_iter().map(|(id, name)| (index, id, name)));
        }
    }
    Ok(all)
}

/// The steps that could come next: it starts where there is a choice, as Django's does.
async fn next_drills<R>(
    db: &Db,
    list: &Changelist<R>,
    asked: &Asked,
    zone: &jiff::tz::TimeZone,
) -> Result<Vec<Drill>> {
    let Some(column) = list.dates else {
        return Ok(Vec::new());
    };
    let (first, last) = match asked.drill {
        Drill::Month(year, month) => return Ok(days(year, month)),
        Drill::Day(..) => return Ok(Vec::new()),
        Drill::Year(year) => return Ok((1..=12).map(|month| Drill::Month(year, month)).collect()),
        Drill::All => {
            let edge = |way: &str| {
                format!(
                    "SELECT {column} FROM {} ORDER BY {column} {way} LIMIT 1",
                    list.from
                )
            };
            let first: Option<(Time,)> = db.opt(AssertSqlSafe(edge("ASC")), ()).await?;
            let last: Option<(Time,)> = db.opt(AssertSqlSafe(edge("DESC")), ()).await?;
            match (first, last) {
                (Some((first,)), Some((last,))) => (first, last),
                _ => return Ok(Vec::new()),
            }
        }
    };
    let day = |time: Time| time.timestamp().to_zoned(zone.clone()).date();
    let (first, last) = (day(first), day(last));
    Ok(if first.year() != last.year() {
        // Newest first matters more than completeness in a list of centuries.
        (first.year().max(last.year() - 49)..=last.year())
            .map(Drill::Year)
            .collect()
    } else if first.month() != last.month() {
        (1..=12)
            .map(|month| Drill::Month(first.year(), month))
            .collect()
    } else {
        days(first.year(), first.month())
    })
}

fn days(year: i16, month: i8) -> Vec<Drill> {
    (1..=31).map(|day| Drill::Day(year, month, day)).collect()
}
