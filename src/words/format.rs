//! Numbers and times as people say them: ages, dates, views, durations, sizes.

use jiff::{Zoned, tz::TimeZone};

use super::{Lang, fill};
use crate::db::Time;

/// `4:05` or `1:02:03`, from milliseconds, rounded down; never negative.
pub fn duration(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// A number with a comma every three digits.
pub fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        out.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count in at most three digits and a unit (1.2만, 12K), rounded down so that it never promises more.
pub fn short_number(lang: Lang, value: i64) -> String {
    let units: &[(i64, &str)] = match lang {
        Lang::Ko => &[(100_000_000, "억"), (10_000, "만"), (1_000, "천")],
        Lang::En => &[(1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K")],
    };
    let Some((size, unit)) = units.iter().find(|(size, _)| value >= *size) else {
        return value.to_string();
    };
    let (whole, tenth) = (value / size, value % size * 10 / size);
    if whole < 10 && tenth > 0 {
        format!("{whole}.{tenth}{unit}")
    } else {
        format!("{}{unit}", number(whole))
    }
}

/// "조회수 1.2만회" or "12K views".
pub fn views(lang: Lang, views: i64) -> String {
    let words = lang.words().site;
    let sentence = if views == 1 {
        words.one_view
    } else {
        words.views
    };
    fill(sentence, &[&short_number(lang, views)])
}

/// The exact count, for a tooltip: "조회수 12,345회".
pub fn exact_views(lang: Lang, views: i64) -> String {
    let words = lang.words().site;
    let sentence = if views == 1 {
        words.one_view
    } else {
        words.views
    };
    fill(sentence, &[&number(views)])
}

/// Bytes in binary units with one decimal below ten: `512 B`, `1.5 MB`, `2 GB`, as Django's
/// `filesizeformat` counts (1 KB = 1024 bytes).
pub fn size(bytes: i64) -> String {
    let mut value = bytes.max(0) as f64;
    let mut unit = "B";
    for next in ["KB", "MB", "GB", "TB"] {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = next;
    }
    if unit != "B" && value < 10.0 && (value * 10.0).round() % 10.0 != 0.0 {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}

/// Bits a second in decimal units, as those who measure lines count: `640 kbps`, `2.4 Mbps`.
pub fn bit_rate(bits: i64) -> String {
    let kilobits = bits.max(0) as f64 / 1000.0;
    if kilobits < 999.5 {
        format!("{kilobits:.0} kbps")
    } else {
        format!("{:.1} Mbps", kilobits / 1000.0)
    }
}

/// `2026년 11월 20일` or `Nov 20, 2026`, in the site's time zone.
pub fn date(lang: Lang, time: Time, zone: &TimeZone) -> String {
    let day = local(time, zone);
    match lang {
        Lang::Ko => format!("{}년 {}월 {}일", day.year(), day.month(), day.day()),
        Lang::En => day.strftime("%b %-d, %Y").to_string(),
    }
}

/// The date with hours and minutes, for tooltips and the admin.
pub fn date_time(lang: Lang, time: Time, zone: &TimeZone) -> String {
    let moment = local(time, zone);
    format!(
        "{} {:02}:{:02}",
        date(lang, time, zone),
        moment.hour(),
        moment.minute()
    )
}

/// The time when it is today, else the date, as narrow columns have it: `14:05`, `2026.11.20` or
/// `Nov 20, 2026`. "Today" is the calendar's in the site's time zone.
pub fn time_or_date(lang: Lang, then: Time, now: Time, zone: &TimeZone) -> String {
    let moment = local(then, zone);
    if moment.date() == local(now, zone).date() {
        return format!("{:02}:{:02}", moment.hour(), moment.minute());
    }
    match lang {
        Lang::Ko => moment.strftime("%Y.%m.%d").to_string(),
        Lang::En => date(lang, then, zone),
    }
}

/// A month's name: `11월` or `November`. Outside 1 to 12 it is the number.
pub fn month(lang: Lang, month: i8) -> String {
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let name = usize::try_from(month - 1)
        .ok()
        .and_then(|index| ENGLISH.get(index));
    match (lang, name) {
        (Lang::En, Some(name)) => (*name).to_owned(),
        _ => format!("{month}월"),
    }
}

/// RFC 3339 in UTC, for `<time datetime>`.
pub fn machine_time(time: Time) -> String {
    time.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// How long ago: 방금 전, 5분 전, 3시간 전, 어제, 3일 전, and from a week on the date. "Yesterday"
/// is the calendar's in the site's time zone. A time ahead of the clock counts as now.
pub fn age(lang: Lang, then: Time, now: Time, zone: &TimeZone) -> String {
    let words = lang.words().site;
    let say = |one: &str, many: &str, n: i64| fill(if n == 1 { one } else { many }, &[&n]);
    let seconds = (now.0 - then.0) / 1_000_000;
    let days = i64::from((local(now, zone).date() - local(then, zone).date()).get_days());
    match seconds {
        ..60 => words.just_now.to_owned(),
        60..3_600 => say(words.one_minute_ago, words.minutes_ago, seconds / 60),
        3_600..86_400 if days == 0 || seconds < 6 * 3_600 => {
            say(words.one_hour_ago, words.hours_ago, seconds / 3_600)
        }
        _ if days <= 1 => words.yesterday.to_owned(),
        _ if days < 7 => fill(words.days_ago, &[&days]),
        _ => date(lang, then, zone),
    }
}

fn local(time: Time, zone: &TimeZone) -> Zoned {
    time.timestamp().to_zoned(zone.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_are_short_and_never_promise_more() {
        let ko = |n| views(Lang::Ko, n);
        assert_eq!(ko(0), "조회수 0회");
        assert_eq!(ko(999), "조회수 999회");
        assert_eq!(ko(1_999), "조회수 1.9천회");
        assert_eq!(ko(12_345), "조회수 1.2만회");
        assert_eq!(ko(123_456_789), "조회수 1.2억회");
        assert_eq!(views(Lang::En, 1), "1 view");
        assert_eq!(views(Lang::En, 12_345), "12K views");
        assert_eq!(exact_views(Lang::En, 12_345), "12,345 views");
    }

    #[test]
    fn durations_and_sizes_read_as_people_write_them() {
        assert_eq!(duration(245_900), "4:05");
        assert_eq!(duration(3_723_000), "1:02:03");
        assert_eq!(duration(-5), "0:00");
        assert_eq!(size(0), "0 B");
        assert_eq!(size(1_572_864), "1.5 MB");
        assert_eq!(size(2 << 30), "2 GB");
        assert_eq!(bit_rate(-1), "0 kbps");
        assert_eq!(bit_rate(640_400), "640 kbps");
        assert_eq!(bit_rate(999_600), "1.0 Mbps");
        assert_eq!(bit_rate(24_350_000), "24.4 Mbps");
    }

    #[test]
    fn ages_follow_the_calendar_of_the_site() {
        let seoul = TimeZone::get("Asia/Seoul").expect("bundled zone");
        let at = |text: &str| {
            Time(
                text.parse::<jiff::Timestamp>()
                    .expect("time")
                    .as_microsecond(),
            )
        };
        let now = at("2026-11-21T01:00:00Z");
        let say = |then: &str| age(Lang::Ko, at(then), now, &seoul);
        assert_eq!(say("2026-11-21T00:59:30Z"), "방금 전");
        assert_eq!(say("2026-11-21T02:00:00Z"), "방금 전");
        assert_eq!(say("2026-11-21T00:55:00Z"), "5분 전");
        assert_eq!(say("2026-11-20T22:00:00Z"), "3시간 전");
        assert_eq!(say("2026-11-20T10:00:00Z"), "어제");
        assert_eq!(say("2026-11-18T10:00:00Z"), "3일 전");
        assert_eq!(say("2026-11-01T20:00:00Z"), "2026년 11월 2일");
        assert_eq!(
            age(Lang::En, at("2026-11-01T20:00:00Z"), now, &seoul),
            "Nov 2, 2026"
        );
    }

    #[test]
    fn a_narrow_date_is_the_time_only_today() {
        let seoul = TimeZone::get("Asia/Seoul").expect("bundled zone");
        let at = |text: &str| {
            let time: jiff::Timestamp = text.parse().expect("time");
            Time(time.as_microsecond())
        };
        let now = at("2026-11-20T15:30:00Z");
        let say = |lang, then| time_or_date(lang, at(then), now, &seoul);
        // Half past midnight in Seoul, so ten minutes past is today and ten to is yesterday.
        assert_eq!(say(Lang::Ko, "2026-11-20T15:10:00Z"), "00:10");
        assert_eq!(say(Lang::Ko, "2026-11-20T14:50:00Z"), "2026.11.20");
        assert_eq!(say(Lang::En, "2026-11-20T14:50:00Z"), "Nov 20, 2026");
        assert_eq!(say(Lang::Ko, "2025-01-02T03:04:00Z"), "2025.01.02");
    }
}
