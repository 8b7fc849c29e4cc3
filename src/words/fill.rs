//! Filling a sentence of the catalogue: `{0}` takes a value, `{을/를}` the particle that fits it.

use std::fmt::{Display, Write};

/// Replaces `{0}`, `{1}` … with `values`, and a particle pair such as `{을/를}` with the one that
/// follows the letter before it. An unknown `{…}` stays as it is.
pub fn fill(sentence: &str, values: &[&dyn Display]) -> String {
    let mut out = String::with_capacity(sentence.len() + 16 * values.len());
    let mut rest = sentence;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('}') else {
            rest = &rest[open..];
            break;
        };
        let hole = &rest[open + 1..open + close];
        if let Some(value) = hole.parse().ok().and_then(|n: usize| values.get(n)) {
            let _ = write!(out, "{value}");
        } else if let Some(particle) = particle(&out, hole) {
            out.push_str(particle);
        } else {
            out.push_str(&rest[open..=open + close]);
        }
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    out
}

/// How a word ends, as far as a particle minds.
#[derive(PartialEq)]
enum Ending {
    Vowel,
    Rieul,
    Consonant,
}

fn particle(before: &str, pair: &str) -> Option<&'static str> {
    let (closed, open) = match pair {
        "을/를" => ("을", "를"),
        "이/가" => ("이", "가"),
        "은/는" => ("은", "는"),
        "과/와" => ("과", "와"),
        "으로/로" => ("으로", "로"),
        _ => return None,
    };
    Some(match ending(before) {
        Ending::Vowel => open,
        // 로 follows ㄹ as it follows a vowel: 서울로.
        Ending::Rieul if closed == "으로" => open,
        _ => closed,
    })
}

fn ending(text: &str) -> Ending {
    let mut letters = text.chars().rev().filter(|c| c.is_alphanumeric());
    let Some(last) = letters.next() else {
        return Ending::Vowel;
    };
    let before = letters.next();
    match last {
        '가'..='힣' => match (last as u32 - '가' as u32) % 28 {
            0 => Ending::Vowel,
            8 => Ending::Rieul,
            _ => Ending::Consonant,
        },
        // Digits by their Sino-Korean reading: 영 일 이 삼 사 오 육 칠 팔 구.
        '1' | '7' | '8' => Ending::Rieul,
        '0' | '3' | '6' => Ending::Consonant,
        // A run of capitals is spelled out: only 엘, 엠, 엔, 알 end in a consonant.
        'L' | 'R' => Ending::Rieul,
        'M' | 'N' => Ending::Consonant,
        'l' => Ending::Rieul,
        'b' | 'c' | 'k' | 'm' | 'n' | 'p' | 't' => Ending::Consonant,
        'g' if before == Some('n') => Ending::Consonant,
        _ => Ending::Vowel,
    }
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn particles_follow_the_last_letter() {
        let with = |word: &str| fill("{0}{을/를} {0}{으로/로} {0}{이/가}", &[&word]);
        assert_eq!(with("강의"), "강의를 강의로 강의가");
        assert_eq!(with("동영상"), "동영상을 동영상으로 동영상이");
        assert_eq!(with("서울"), "서울을 서울로 서울이");
        assert_eq!(with("3"), "3을 3으로 3이");
        assert_eq!(with("7"), "7을 7로 7이");
        assert_eq!(with("2"), "2를 2로 2가");
        assert_eq!(with("HTML"), "HTML을 HTML로 HTML이");
        assert_eq!(
            with("code block"),
            "code block을 code block으로 code block이"
        );
        assert_eq!(with("intro"), "intro를 intro로 intro가");
        assert_eq!(with("‘첫 강의’"), "‘첫 강의’를 ‘첫 강의’로 ‘첫 강의’가");
        assert_eq!(with(""), "를 로 가");
    }

    #[test]
    fn a_value_with_braces_is_not_filled_again() {
        assert_eq!(fill("{0} {1}", &[&"{1}", &2]), "{1} 2");
        assert_eq!(fill("{9} {", &[&1]), "{9} {");
    }
}
