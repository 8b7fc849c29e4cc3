//! Which part of a file is wanted (RFC 9110 §14). Pure: a header's text in, a decision out.

/// What to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// All of it, as 200.
    Whole,
    /// The bytes from `start` up to and not including `end`, as 206. Never empty, never past the file's end.
    Part {
        /// The first byte's offset.
        start: u64,
        /// The offset after the last byte.
        end: u64,
    },
    /// 416: nothing that was asked for is there.
    Unsatisfiable,
}

/// Decides by a `Range` header's value for a file of `len` bytes.
///
/// - A range past the end is clipped to it; one that begins there or later cannot be satisfied, nor can `bytes=-0`.
///   A number too large for 64 bits counts as the largest.
/// - What is malformed, or in another unit, is ignored (§14.2 allows both): the answer is whole and right.
/// - Several ranges get the whole file, as §14.2 allows. No player asks for several, `multipart/byteranges` would be
///   code without a user, and overlapping ranges are how a short request was made to cost a server the file many times
///   over (§17.15). If none of the several can be satisfied, that is said.
/// - An empty file has no byte to name in `Content-Range`; it is sent whole, whatever was asked for.
pub fn parse(header: &[u8], len: u64) -> Range {
    parse_set(header, len).unwrap_or(Range::Whole)
}

/// `None` for what is malformed.
fn parse_set(header: &[u8], len: u64) -> Option<Range> {
    let header = std::str::from_utf8(header).ok()?;
    let (unit, set) = header.split_once('=')?;
    if !unit.eq_ignore_ascii_case("bytes") || len == 0 {
        return None;
    }
    let mut found = 0;
    let mut answer = Range::Unsatisfiable;
    // Empty members of a list are passed over (§5.6.1.2).
    let members = set
        .split(',')
        .map(|member| member.trim_matches([' ', '\t']));
    for member in members.filter(|member| !member.is_empty()) {
        let part = parse_one(member, len)?;
        found += 1;
        if part != Range::Unsatisfiable {
            answer = part;
        }
    }
    match found {
        0 => None,
        1 => Some(answer),
        _ if answer == Range::Unsatisfiable => Some(answer),
        _ => Some(Range::Whole),
    }
}

fn parse_one(member: &str, len: u64) -> Option<Range> {
    let (first, last) = member.split_once('-')?;
    let (start, end) = if first.is_empty() {
        (len.saturating_sub(digits(last)?), len)
    } else {
        let start = digits(first)?;
        let last = if last.is_empty() {
            u64::MAX
        } else {
            digits(last)?
        };
        if last < start {
            return None;
        }
        (start, last.saturating_add(1).min(len))
    };
    Some(if start < end {
        Range::Part { start, end }
    } else {
        Range::Unsatisfiable
    })
}

/// A run of digits and nothing else; the largest number where it is larger.
fn digits(text: &str) -> Option<u64> {
    let right = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::{Range::*, *};

    fn part(start: u64, end: u64) -> Range {
        Part { start, end }
    }

    fn of_1000(header: &str) -> Range {
        parse(header.as_bytes(), 1000)
    }

    #[test]
    fn first_and_last_byte_are_both_sent() {
        assert_eq!(of_1000("bytes=0-0"), part(0, 1));
        assert_eq!(of_1000("bytes=0-99"), part(0, 100));
        assert_eq!(of_1000("bytes=500-999"), part(500, 1000));
        assert_eq!(of_1000("bytes=999-999"), part(999, 1000));
        assert_eq!(of_1000("bytes=007-0010"), part(7, 11));
    }

    #[test]
    fn an_open_range_goes_to_the_end() {
        assert_eq!(of_1000("bytes=0-"), part(0, 1000));
        assert_eq!(of_1000("bytes=999-"), part(999, 1000));
    }

    #[test]
    fn a_suffix_counts_from_the_end() {
        assert_eq!(of_1000("bytes=-1"), part(999, 1000));
        assert_eq!(of_1000("bytes=-1000"), part(0, 1000));
        assert_eq!(of_1000("bytes=-5000"), part(0, 1000));
        assert_eq!(of_1000("bytes=-0"), Unsatisfiable);
        assert_eq!(of_1000("bytes=-000"), Unsatisfiable);
    }

    #[test]
    fn what_reaches_past_the_end_is_clipped() {
        assert_eq!(of_1000("bytes=0-1000"), part(0, 1000));
        assert_eq!(of_1000("bytes=900-123456789"), part(900, 1000));
    }

    #[test]
    fn what_begins_past_the_end_cannot_be_satisfied() {
        assert_eq!(of_1000("bytes=1000-"), Unsatisfiable);
        assert_eq!(of_1000("bytes=1000-1000"), Unsatisfiable);
        assert_eq!(of_1000("bytes=5000-6000"), Unsatisfiable);
    }

    #[test]
    fn numbers_too_large_are_the_largest() {
        let huge = "9".repeat(400);
        assert_eq!(of_1000(&format!("bytes=10-{huge}")), part(10, 1000));
        assert_eq!(of_1000("bytes=0-18446744073709551615"), part(0, 1000));
        assert_eq!(of_1000("bytes=0-18446744073709551616"), part(0, 1000));
        assert_eq!(of_1000(&format!("bytes=-{huge}")), part(0, 1000));
        assert_eq!(of_1000(&format!("bytes={huge}-")), Unsatisfiable);
        assert_eq!(of_1000(&format!("bytes={huge}-{huge}")), Unsatisfiable);
        let all = parse(b"bytes=0-18446744073709551615", u64::MAX);
        assert_eq!(all, part(0, u64::MAX));
    }

    #[test]
    fn the_unit_s_name_has_no_case() {
        assert_eq!(of_1000("Bytes=0-9"), part(0, 10));
        assert_eq!(of_1000("BYTES=0-9"), part(0, 10));
    }

    #[test]
    fn another_unit_is_ignored() {
        for header in [
            "seconds=0-9",
            "byte=0-9",
            "bytess=0-9",
            "none=",
            "items=1000-",
        ] {
            assert_eq!(of_1000(header), Whole, "{header}");
        }
    }

    #[test]
    fn what_is_malformed_is_ignored() {
        for header in [
            "",
            "bytes",
            "bytes=",
            "bytes=,",
            "bytes=-",
            "bytes=--1",
            "bytes=1",
            "bytes=a-b",
            "bytes=0x0-0x9",
            "bytes=9-0",
            "bytes=5000-4000",
            "bytes=+1-9",
            "bytes=1-+9",
            "bytes=1.0-9",
            "bytes=0 - 9",
            "bytes=0-9-10",
            "bytes=0-9;10-19",
            "bytes=0-9,x",
            "bytes=0-9,9-0",
            "bytes =0-9",
            " bytes=0-9",
            "bytes:0-9",
            "0-9",
            "bytes=٣-٩",
            "bytes=0-9\0",
        ] {
            assert_eq!(of_1000(header), Whole, "{header:?}");
        }
        assert_eq!(parse(b"bytes=0-9\xff", 1000), Whole);
    }

    #[test]
    fn several_ranges_get_the_whole_file() {
        for header in [
            "bytes=0-0,-1",
            "bytes=0-9, 20-29",
            "bytes=0-9,5000-",
            "bytes=5000-,0-9",
            "bytes=0-,0-,0-,0-,0-,0-",
        ] {
            assert_eq!(of_1000(header), Whole, "{header}");
        }
        assert_eq!(of_1000("bytes=5000-,-0"), Unsatisfiable);
    }

    #[test]
    fn white_space_and_empty_members_are_passed_over() {
        assert_eq!(of_1000("bytes= 0-9"), part(0, 10));
        assert_eq!(of_1000("bytes=,, 0-9\t, ,"), part(0, 10));
        assert_eq!(of_1000("bytes=0-9 ,\t20-29"), Whole);
    }

    #[test]
    fn an_empty_file_is_sent_whole() {
        for header in ["bytes=0-", "bytes=0-0", "bytes=-1", "bytes=-0", "bytes=7-"] {
            assert_eq!(parse(header.as_bytes(), 0), Whole, "{header}");
        }
    }

    #[test]
    fn a_part_is_never_empty_and_never_past_the_end() {
        let numbers = ["", "0", "1", "2", "3", "4", "99999999999999999999"];
        for len in 0..4 {
            for first in numbers {
                for last in numbers {
                    let header = format!("bytes={first}-{last}");
                    if let Part { start, end } = parse(header.as_bytes(), len) {
                        assert!(start < end && end <= len, "{header} of {len}");
                    }
                }
            }
        }
    }
}
