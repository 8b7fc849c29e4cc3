//! What the address of a change list asks for: `q` `p` `o` `all`, filters, and the drill-down by
//! date. A value that means nothing is an error, and the plain list is shown with a message.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{Changelist, Filter, Kind};
use crate::{
    db::Time,
    web::{paging, text},
    words::Catalogue,
};

/// Something in the address means nothing.
#[derive(Debug, PartialEq, Eq)]
pub struct Senseless;

/// Letters of a search that are minded; the rest is cut, from its links too, and the search field
/// shows what is left.
pub const LONGEST_SEARCH: usize = 200;

/// Words of a search that are minded at most.
const MOST_WORDS: usize = 10;

/// What the address asks for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Every parameter as it came, to make addresses that keep the others.
    pub parameters: Vec<(String, String)>,
    /// The search as typed.
    pub q: String,
    /// The page, from 1.
    pub page: i64,
    /// Whether all rows shall be shown.
    pub all: bool,
    /// Columns to sort by, first one first: index, and whether descending.
    pub order: Vec<(usize, bool)>,
    /// The chosen values by filter.
    pub chosen: Vec<(usize, String)>,
    /// How far the drill-down has come.
    pub drill: Drill,
}

/// A year, a month of it, a day of that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drill {
    /// Nothing chosen.
    #[default]
    All,
    /// A year.
    Year(i16),
    /// A month.
    Month(i16, i8),
    /// A day.
    Day(i16, i8, i8),
}

impl Asked {
    /// Reads the query of an address.
    pub fn read<R>(list: &Changelist<R>, query: Option<&str>) -> Result<Asked, Senseless> {
        let query = query.unwrap_or_default();
        if query.contains("%00") {
            return Err(Senseless);
        }
        let mut parameters: Vec<(String, String)> =
            serde_html_form::from_str(query).map_err(|_| Senseless)?;
        let mut asked = Asked {
            page: 1,
            ..Asked::default()
        };
        let (mut year, mut month, mut day) = (None, None, None);
        for (name, value) in &mut parameters {
            match name.as_str() {
                "q" => {
                    *value = value.trim().chars().take(LONGEST_SEARCH).collect();
                    asked.q = value.clone();
                }
                "p" => asked.page = whole(value).filter(|page| *page > 0).ok_or(Senseless)?,
                "all" => asked.all = true,
                "o" => asked.order = order(list, value).ok_or(Senseless)?,
                "year" => year = Some(whole(value).ok_or(Senseless)?),
                "month" => month = Some(whole(value).ok_or(Senseless)?),
                "day" => day = Some(whole(value).ok_or(Senseless)?),
                name => {
                    let filter = list.filters.iter().position(|filter| filter.name == name);
                    let filter = filter.ok_or(Senseless)?;
                    if asked.chosen.iter().any(|(known, _)| *known == filter) {
                        return Err(Senseless);
                    }
                    asked.chosen.push((filter, value.clone()));
                }
            }
        }
        asked.drill = Drill::read(year, month, day).ok_or(Senseless)?;
        if asked.drill != Drill::All && list.dates.is_none() {
            return Err(Senseless);
        }
        asked.parameters = parameters;
        Ok(asked)
    }

    /// The address of this list with one parameter set, or taken away; back to the first page
    /// unless the page is what changes.
    pub fn with(&self, path: &str, changes: &[(&str, Option<String>)]) -> String {
        let changed = |name: &str| changes.iter().any(|(known, _)| *known == name);
        let kept = self
            .parameters
            .iter()
            .filter(|(name, value)| !changed(name) && name != "p" && !value.is_empty());
        let kept = kept.map(|(name, value)| (name.as_str(), value.clone()));
        let set = changes
            .iter()
            .filter_map(|(name, value)| Some((*name, value.clone()?)));
        paging::address(path, &kept.chain(set).collect::<Vec<_>>())
    }

    /// The address of this list without filters, drill-down and page, with its search and order.
    pub fn without_filters(&self, path: &str) -> String {
        let kept = self
            .parameters
            .iter()
            .filter(|(name, _)| name == "q" || name == "o");
        paging::address(path, &kept.collect::<Vec<_>>())
    }

    /// The value of `o` for this order.
    pub fn order_value(order: &[(usize, bool)]) -> Option<String> {
        let numbers = order.iter().map(|(column, descending)| {
            format!("{}{}", if *descending { "-" } else { "" }, column + 1)
        });
        let value = numbers.collect::<Vec<_>>().join(".");
        (!value.is_empty()).then_some(value)
    }
}

fn whole(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.len() < 19 && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Reads an `o` such as `1.-4`: column numbers from 1, each at most once, `-` for descending.
pub fn order<R>(list: &Changelist<R>, value: &str) -> Option<Vec<(usize, bool)>> {
    let mut order: Vec<(usize, bool)> = Vec::new();
    for item in value.split('.') {
        let (number, descending) = match item.strip_prefix('-') {
            Some(number) => (number, true),
            None => (item, false),
        };
        let column = usize::try_from(whole(number)?).ok()?.checked_sub(1)?;
        list.columns.get(column)?.sort?;
        if order.iter().any(|(known, _)| *known == column) {
            return None;
        }
        order.push((column, descending));
    }
    Some(order)
}

/// The words and "quoted phrases" of a search, in the form they are looked for. An open quotation
/// mark is a letter like any other.
pub fn words(q: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = q;
    while let Some(open) = rest.find('"') {
        let Some(length) = rest[open + 1..].find('"') else {
            break;
        };
        words.extend(
            text::key(&rest[..open])
                .split_whitespace()
                .map(str::to_owned),
        );
        words.push(
            text::key(&rest[open + 1..open + 1 + length])
                .trim()
                .to_owned(),
        );
        rest = &rest[open + length + 2..];
    }
    words.extend(text::key(rest).split_whitespace().map(str::to_owned));
    words.retain(|word| !word.is_empty());
    words.truncate(MOST_WORDS);
    words
}

impl Drill {
    fn read(year: Option<i64>, month: Option<i64>, day: Option<i64>) -> Option<Drill> {
        let year = year.map(i16::try_from);
        let month = month.map(i8::try_from);
        let day = day.map(i8::try_from);
        let drill = match (year, month, day) {
            (None, None, None) => return Some(Drill::All),
            (Some(year), None, None) => Drill::Year(year.ok()?),
            (Some(year), Some(month), None) => Drill::Month(year.ok()?, month.ok()?),
            (Some(year), Some(month), Some(day)) => Drill::Day(year.ok()?, month.ok()?, day.ok()?),
            _ => return None,
        };
        drill.days().map(|_| drill)
    }

    /// The first day, and the first day after; `None` for dates the calendar does not have.
    fn days(self) -> Option<(Date, Date)> {
        let (first, span) = match self {
            Drill::All => return None,
            Drill::Year(year) => (Date::new(year, 1, 1).ok()?, 1.year()),
            Drill::Month(year, month) => (Date::new(year, month, 1).ok()?, 1.month()),
            Drill::Day(year, month, day) => (Date::new(year, month, day).ok()?, 1.day()),
        };
        // Beyond these a calendar's end would be met.
        if !(1..=9990).contains(&first.year()) {
            return None;
        }
        Some((first, first.checked_add(span).ok()?))
    }

    /// From this moment until before that one, in the site's time zone.
    pub fn bounds(self, zone: &TimeZone) -> Option<(Time, Time)> {
        let (first, after) = self.days()?;
        Some((midnight(first, zone)?, midnight(after, zone)?))
    }
}

/// When a day begins in the site's time zone.
fn midnight(day: Date, zone: &TimeZone) -> Option<Time> {
    let moment: Timestamp = day.to_zoned(zone.clone()).ok()?.timestamp();
    Some(Time(moment.as_microsecond()))
}

/// The spans of a date filter: value, and from when until before when.
pub fn spans(now: Time, zone: &TimeZone) -> Vec<(&'static str, Time, Time)> {
    let today = now.timestamp().to_zoned(zone.clone()).date();
    let tomorrow = today.checked_add(1.day()).ok();
    let week = today.checked_sub(7.days()).ok();
    let day = |day: Option<Date>| day.and_then(|day| midnight(day, zone));
    let month = Drill::Month(today.year(), today.month()).bounds(zone);
    let year = Drill::Year(today.year()).bounds(zone);
    let spans = [
        ("today", day(Some(today)).zip(day(tomorrow))),
        ("past_7_days", day(week).zip(day(tomorrow))),
        ("this_month", month),
        ("this_year", year),
    ];
    spans
        .into_iter()
        .filter_map(|(name, span)| span.map(|(from, to)| (name, from, to)))
        .collect()
}

/// The condition for a moment from `from` until before `to`.
pub fn between(column: &str, from: Time, to: Time) -> String {
    format!("{column} >= {} AND {column} < {}", from.0, to.0)
}

impl Filter {
    /// Its choices, value and word; none of a linked one, whose choices are rows.
    pub fn choices(&self, catalogue: &Catalogue) -> Vec<(&'static str, &'static str)> {
        let words = catalogue.admin;
        match self.kind {
            Kind::Choices(choices) => choices(catalogue),
            Kind::Flag => vec![("1", words.yes), ("0", words.no)],
            Kind::Date => vec![
                ("today", words.today),
                ("past_7_days", words.past_7_days),
                ("this_month", words.this_month),
                ("this_year", words.this_year),
            ],
            Kind::Linked { .. } => Vec::new(),
        }
    }

    /// The condition for one of its choices of rows with the id `id`; `None` for a value that is
    /// none of them. Nothing that was typed goes into the text: choices are compared first.
    pub fn condition(
        &self,
        value: &str,
        id: &str,
        catalogue: &Catalogue,
        spans: &[(&'static str, Time, Time)],
    ) -> Option<String> {
        let column = self.column;
        match &self.kind {
            Kind::Choices(choices) => {
                let known = choices(catalogue)
                    .into_iter()
                    .find(|(known, _)| *known == value)?
                    .0;
                Some(format!("{column} = '{known}'"))
            }
            Kind::Flag => match value {
                "1" => Some(column.to_owned()),
                "0" => Some(format!("NOT {column}")),
                _ => None,
            },
            Kind::Date => {
                let (_, from, to) = spans.iter().find(|(name, ..)| *name == value)?;
                Some(between(column, *from, *to))
            }
            Kind::Linked {
                table, own, other, ..
            } => {
                let other_id = whole(value)?;
                Some(format!(
                    "EXISTS (SELECT 1 FROM {table} WHERE {table}.{own} = {id} AND \
                     {table}.{other} = {other_id})"
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_kept_together() {
        assert_eq!(words("Rust \"첫 강의\"  끝"), ["rust", "첫 강의", "끝"]);
        assert_eq!(words("open \"quote"), ["open", "\"quote"]);
        assert_eq!(words("\"\" \" \""), Vec::<String>::new());
    }

    #[test]
    fn a_drill_that_the_calendar_does_not_have_is_senseless() {
        assert_eq!(Drill::read(Some(2026), Some(2), Some(29)), None);
        assert_eq!(
            Drill::read(Some(2024), Some(2), Some(29)),
            Some(Drill::Day(2024, 2, 29))
        );
        assert_eq!(Drill::read(None, Some(2), None), None);
        assert_eq!(Drill::read(Some(99_999), None, None), None);
        assert_eq!(Drill::read(Some(9999), None, None), None);
    }

    #[test]
    fn spans_begin_at_midnight_of_the_site() {
        let seoul = TimeZone::get("Asia/Seoul").expect("bundled zone");
        let at = |text: &str| Time(text.parse::<Timestamp>().expect("time").as_microsecond());
        let spans = spans(at("2026-11-20T16:00:00Z"), &seoul);
        assert_eq!(
            spans[0],
            (
                "today",
                at("2026-11-20T15:00:00Z"),
                at("2026-11-21T15:00:00Z")
            )
        );
        assert_eq!(spans[1].1, at("2026-11-13T15:00:00Z"));
        assert_eq!(spans[2].1, at("2026-10-31T15:00:00Z"));
        assert_eq!(spans[3].1, at("2025-12-31T15:00:00Z"));
    }
}
