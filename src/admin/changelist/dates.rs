//! Stretches of time that narrow a list: the drill-down by date, and the choices of a date filter.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::db::Time;

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

impl Drill {
    pub(super) fn read(year: Option<i64>, month: Option<i64>, day: Option<i64>) -> Option<Drill> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
