//! Moments in a video as people write them: `1:30` in a text, `t=1m30s` in an address.

/// The largest number of minutes in `m:ss`.
const MOST_MINUTES: u32 = 599;

/// Seconds of an address's `t`: `90`, `90s`, `1m30s` or `1h2m3s`; anything else is the beginning.
pub fn start(t: &str) -> u32 {
    let mut total: u32 = 0;
    let mut number = String::new();
    for letter in t.chars().take(20) {
        let unit = match letter {
            '0'..='9' => {
                number.push(letter);
                continue;
            }
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return 0,
        };
        let Ok(value) = number.parse::<u32>() else {
            return 0;
        };
        total = total.saturating_add(value.saturating_mul(unit));
        number.clear();
    }
    if number.is_empty() {
        total
    } else {
        total.saturating_add(number.parse().unwrap_or(0))
    }
}

/// A text in its parts, each with its second when it is a time.
pub(super) fn parts(text: &str) -> Vec<(&str, Option<u32>)> {
    let mut parts = Vec::new();
    let mut before = 0;
    let mut at = 0;
    while let Some(digit) = text[at..].find(|letter: char| letter.is_ascii_digit()) {
        let start = at + digit;
        let is_part = |letter: char| letter.is_ascii_digit() || letter == ':';
        let end = text[start..].find(|letter| !is_part(letter));
        let end = end.map_or(text.len(), |length| start + length);
        at = end;
        // "1:30: the chorus" ends in a colon that is not the time's.
        let time = text[start..end].trim_end_matches(':');
        let (left, right) = (&text[..start], &text[start + time.len()..]);
        if let Some(seconds) = seconds(time).filter(|_| stands_alone(left, right)) {
            parts.push((&text[before..start], None));
            parts.push((time, Some(seconds)));
            before = start + time.len();
        }
    }
    parts.push((&text[before..], None));
    parts
}

/// Whether what is beside a time leaves it a time, and not a part of an address, a date or a number.
/// Korean may follow at once: `1:30에`.
fn stands_alone(left: &str, right: &str) -> bool {
    let mut before = left.chars().rev();
    let mut after = right.chars();
    let joins = |letter: char| letter.is_ascii_alphanumeric() || "/@%&=#_+\\".contains(letter);
    let joins_before = |letter: char| joins(letter) || ".:,?".contains(letter);
    if before.next().is_some_and(joins_before) {
        return false;
    }
    match (after.next(), after.next()) {
        (Some(next), _) if joins(next) => false,
        (Some('.' | ','), Some(digit)) if digit.is_ascii_digit() => false,
        _ => true,
    }
}

/// Seconds of `m:ss` or `h:mm:ss`.
fn seconds(time: &str) -> Option<u32> {
    let fields: Vec<&str> = time.splitn(4, ':').collect();
    let first = |field: &str, most: u32| {
        let value = field.parse::<u32>().ok()?;
        (value <= most && field.len() <= 3).then_some(value)
    };
    let sixtieth = |field: &str| first(field, 59).filter(|_| field.len() == 2);
    match fields[..] {
        [minutes, seconds] => Some(first(minutes, MOST_MINUTES)? * 60 + sixtieth(seconds)?),
        [hours, minutes, seconds] => {
            let minutes = first(hours, 99)? * 60 + sixtieth(minutes)?;
            Some(minutes * 60 + sixtieth(seconds)?)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_read_as_people_write_it() {
        for (t, seconds) in [
            ("90", 90),
            ("90s", 90),
            ("1m30s", 90),
            ("1h2m3s", 3723),
            ("1m30", 90),
            ("", 0),
            ("-5", 0),
            ("abc", 0),
            ("99999999999", 0),
            ("m", 0),
            ("1.5", 0),
        ] {
            assert_eq!(start(t), seconds, "{t:?}");
        }
    }

    #[test]
    fn times_are_found_among_words() {
        let times = |text| -> Vec<(String, u32)> {
            let found = parts(text).into_iter();
            found
                .filter_map(|(part, second)| Some((part.to_owned(), second?)))
                .collect()
        };
        for (text, expected) in [
            ("1:30", &[("1:30", 90)][..]),
            (
                "1:02:03에서 (0:05), 12:34~13:00.",
                &[
                    ("1:02:03", 3723),
                    ("0:05", 5),
                    ("12:34", 754),
                    ("13:00", 780),
                ],
            ),
            ("여기1:30: 후렴", &[("1:30", 90)]),
            ("120:00", &[("120:00", 7200)]),
        ] {
            let expected: Vec<_> = expected
                .iter()
                .map(|(part, second)| ((*part).to_owned(), *second))
                .collect();
            assert_eq!(times(text), expected, "{text}");
        }
        for text in [
            "3:1",
            "1:60",
            "1:75:00",
            "1:2:03",
            "1:30:20:10",
            "::1",
            "a1:30",
            "1:30pm",
            "v1.1:30",
            "1:30.5",
            "a.kr/1:30",
            "1:30/2",
            "?1:30",
            "1000:00",
            "600:00",
            "",
            "1:",
            "10:1:",
            "한글",
        ] {
            assert_eq!(times(text), [], "{text}");
        }
    }

    #[test]
    fn nothing_of_a_text_is_lost() {
        let text = "가 1:30 나 99:99 2:00: 다:3";
        let whole: String = parts(text).into_iter().map(|(part, _)| part).collect();
        assert_eq!(whole, text);
    }
}
