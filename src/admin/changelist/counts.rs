//! The counts of a change list's page: rows found, rows beside every choice of a filter, and which
//! dates have rows. A search is counted for everything at once.

use sqlx::{AssertSqlSafe, ColumnIndex, Decode, FromRow, Type, postgres::PgRow, sqlite::SqliteRow};

use super::{
    Changelist, Filter, Kind,
    asked::Asked,
    dates::{self, Drill},
    query::{Query, all_of},
};
use crate::{
    db::{Db, Result, Row, Time},
    words::Catalogue,
};

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
    /// Every count of the page.
    pub async fn counts<R: Row>(
        &self,
        db: &Db,
        list: &Changelist<R>,
        catalogue: &Catalogue,
        asked: &Asked,
        zone: &jiff::tz::TimeZone,
    ) -> Result<Counts> {
        let drills = next_drills(db, list, asked, zone).await?;
        let (scanned, linked, total) = futures_util::future::try_join3(
            self.scan(db, list, catalogue, &drills, zone),
            self.linked(db, list),
            self.total(db, list),
        )
        .await?;
        let mut numbers = scanned.into_iter();
        let found = numbers.next().unwrap_or_default();
        let mut linked = linked.into_iter();
        let facets = list.filters.iter().map(|filter| {
            if is_linked(filter) {
                return linked.next().unwrap_or_default();
            }
            let choices = filter.choices(catalogue).into_iter();
            choices
                .map(|(value, word)| Facet {
                    value: value.to_owned(),
                    word: word.to_owned(),
                    count: numbers.next().unwrap_or_default(),
                })
                .collect()
        });
        Ok(Counts {
            found,
            total: total.unwrap_or(found),
            facets: facets.collect(),
            drills: drills
                .into_iter()
                .zip(numbers)
                .filter(|(_, count)| *count > 0)
                .map(|(drill, _)| drill)
                .collect(),
        })
    }

    /// The rows found, the rows of every choice but linked ones, by filter, and of every drill.
    async fn scan<R: Row>(
        &self,
        db: &Db,
        list: &Changelist<R>,
        catalogue: &Catalogue,
        drills: &[Drill],
        zone: &jiff::tz::TimeZone,
    ) -> Result<Vec<i64>> {
        // What every count shares narrows the scan: the search, the dates (the next steps lie
        // within them), and linked choices, which are counted apart.
        let shared = self.conditions(|filter| is_linked(&list.filters[filter]));
        let beside = |own: Option<usize>| {
            self.of_filters(|filter| Some(filter) != own && !is_linked(&list.filters[filter]))
        };
        let mut counted = vec![all_of(&beside(None))];
        for (index, filter) in list.filters.iter().enumerate() {
            for (value, _) in filter.choices(catalogue) {
                let own = filter.condition(value, list.id, catalogue, &self.spans);
                let own = own.unwrap_or_else(|| "1 = 0".to_owned());
                counted.push(all_of(&[beside(Some(index)), vec![&own]].concat()));
            }
        }
        for drill in drills {
            let own = match (list.dates, drill.bounds(zone)) {
                (Some(column), Some((from, to))) => dates::between(column, from, to),
                _ => "1 = 0".to_owned(),
            };
            counted.push(all_of(&[beside(None), vec![&own]].concat()));
        }
        let from = list.from;
        // A search has to look at every row, so once is enough for all. Without one SQLite is quicker
        // by an index for each; PostgreSQL reads the table several rows at a time.
        let apart = self.patterns.is_empty() && db.dialect(true, false);
        let each = |condition: &String| match apart {
            true => format!("(SELECT COUNT(*) FROM {from} WHERE {shared} AND {condition})"),
            false => format!("COUNT(*) FILTER (WHERE {condition})"),
        };
        let counts = counted.iter().map(each).collect::<Vec<_>>().join(", ");
        let sql = match apart {
            true => format!("SELECT {counts}"),
            false => format!("SELECT {counts} FROM {from} WHERE {shared}"),
        };
        let Numbers(numbers) = db.one(AssertSqlSafe(sql), self.patterns.clone()).await?;
        Ok(numbers)
    }

    /// The choices of every linked filter.
    async fn linked<R: Row>(&self, db: &Db, list: &Changelist<R>) -> Result<Vec<Vec<Facet>>> {
        let mut all = Vec::new();
        for (index, filter) in list.filters.iter().enumerate() {
            let Kind::Linked {
                choices,
                table,
                own,
                other,
            } = &filter.kind
            else {
                continue;
            };
            let sql = format!("{choices} LIMIT 100");
            let choices: Vec<(i64, String)> = db.all(AssertSqlSafe(sql), ()).await?;
            let mut counts: Vec<(i64, i64)> = Vec::new();
            if !choices.is_empty() {
                let sql = format!(
                    "SELECT {table}.{other}, COUNT(*) FROM {} JOIN {table} ON {table}.{own} = {} \
                     WHERE {} GROUP BY {table}.{other}",
                    list.from,
                    list.id,
                    self.conditions(|filter| filter != index)
                );
                counts = db.all(AssertSqlSafe(sql), self.patterns.clone()).await?;
            }
            let facets = choices.into_iter().map(|(id, word)| Facet {
                value: id.to_string(),
                word,
                count: counts
                    .iter()
                    .find(|(known, _)| *known == id)
                    .map_or(0, |(_, count)| *count),
            });
            all.push(facets.collect());
        }
        Ok(all)
    }

    /// Rows there are; `None` when they are all found.
    async fn total<R: Row>(&self, db: &Db, list: &Changelist<R>) -> Result<Option<i64>> {
        if !self.is_narrowed() {
            return Ok(None);
        }
        let sql = format!("SELECT COUNT(*) FROM {}", list.from);
        db.get(AssertSqlSafe(sql), ()).await.map(Some)
    }
}

fn is_linked(filter: &Filter) -> bool {
    matches!(filter.kind, Kind::Linked { .. })
}

/// A row of numbers, as many as were asked for.
struct Numbers(Vec<i64>);

fn numbers<'r, X: sqlx::Row>(row: &'r X) -> sqlx::Result<Numbers>
where
    usize: ColumnIndex<X>,
    i64: Decode<'r, X::Database> + Type<X::Database>,
{
    let numbers = (0..row.len()).map(|index| row.try_get(index));
    numbers.collect::<sqlx::Result<_>>().map(Numbers)
}

impl FromRow<'_, SqliteRow> for Numbers {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Numbers> {
        numbers(row)
    }
}

impl FromRow<'_, PgRow> for Numbers {
    fn from_row(row: &PgRow) -> sqlx::Result<Numbers> {
        numbers(row)
    }
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
