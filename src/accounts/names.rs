//! Usernames: which are allowed, and which are the same. Pure; touches nothing else.

use unicode_normalization::UnicodeNormalization;

use crate::words::{accounts::Words, fill};

/// The most characters a username may have after normalisation, as Django's `AbstractUser`.
pub const MAX_CHARACTERS: usize = 150;

/// Input longer than this many characters is not normalised at all. A Hangul syllable typed on
/// macOS may arrive as three characters, so the bound leaves room for that.
const MAX_RAW_CHARACTERS: usize = 4 * MAX_CHARACTERS;

/// Letters that draw nothing: a name of Hangul fillers looks empty.
const INVISIBLE_LETTERS: [char; 4] = ['\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}'];

/// A username in the form that is stored and shown: trimmed, NFKC (as Django's `UsernameField`),
/// 1 to 150 characters, each a Unicode letter or digit, `_`, `@`, `.`, `+` or `-` (as Django's
/// `UnicodeUsernameValidator`, and additionally the vowel signs that Indic scripts write with).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username(String);

/// Why a name cannot be a username.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// Nothing but white space.
    Missing,
    /// More than [`MAX_CHARACTERS`].
    TooLong,
    /// A character outside the allowed ones.
    Letters,
}

impl NameFault {
    /// The fault in the viewer's words.
    pub fn sentence(self, words: &Words) -> String {
        match self {
            NameFault::Missing => words.username_missing.to_owned(),
            NameFault::TooLong => fill(words.username_too_long, &[&MAX_CHARACTERS]),
            NameFault::Letters => words.username_letters.to_owned(),
        }
    }
}

impl Username {
    /// Reads what somebody typed.
    ///
    /// # Errors
    /// The first fault found: missing, too long, then the characters.
    pub fn read(typed: &str) -> Result<Username, NameFault> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(NameFault::Missing);
        }
        if typed.chars().nth(MAX_RAW_CHARACTERS).is_some() {
            return Err(NameFault::TooLong);
        }
        let name: String = typed.nfkc().collect();
        if name.chars().nth(MAX_CHARACTERS).is_some() {
            return Err(NameFault::TooLong);
        }
        if !name.chars().all(allowed) {
            return Err(NameFault::Letters);
        }
        Ok(Username(name))
    }

    /// The name as its owner writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two names are the same when they differ only in case; `users.username_key`.
    pub fn key(&self) -> String {
        let mut key = self.0.clone();
        // Normalising can compose letters that fold once more, so until nothing changes.
        for _ in 0..4 {
            let folded = fold(&key);
            if folded == key {
                break;
            }
            key = folded;
        }
        key
    }
}

fn allowed(letter: char) -> bool {
    (letter.is_alphanumeric() && !INVISIBLE_LETTERS.contains(&letter))
        || matches!(letter, '_' | '@' | '.' | '+' | '-')
}

/// Upper case then lower case, letter by letter: the nearest the standard library has to Unicode's
/// full case folding. `str::to_lowercase` would keep a final `ς` apart from `σ`.
fn fold(name: &str) -> String {
    name.chars()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfkc()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> String {
        Username::read(name).expect(name).key()
    }

    #[test]
    fn names_are_trimmed_and_normalised() {
        let shown = |typed| Username::read(typed).map(|name| name.as_str().to_owned());
        assert_eq!(shown("  Ada "), Ok("Ada".into()));
        assert_eq!(shown("ｄｊａｎｇｏ"), Ok("django".into()));
        assert_eq!(shown("\u{1112}\u{1161}\u{11ab}"), Ok("한".into()));
        assert_eq!(shown("Ⅳ"), Ok("IV".into()));
    }

    #[test]
    fn letters_digits_and_five_signs_are_allowed() {
        for good in ["지민", "a@b.c", "x+y-z_1", "Ünal", "李雷", "٣"] {
            assert!(Username::read(good).is_ok(), "{good}");
        }
        for bad in [
            "a b",
            "a/b",
            "<b>",
            "a\0",
            "a\u{200b}b",
            "\u{3164}",
            "😀",
            "a:b",
            "a\nb",
        ] {
            assert_eq!(Username::read(bad), Err(NameFault::Letters), "{bad:?}");
        }
        assert_eq!(Username::read(" \u{a0} "), Err(NameFault::Missing));
    }

    #[test]
    fn the_limit_counts_characters_after_normalisation() {
        assert!(Username::read(&"가".repeat(150)).is_ok());
        assert!(Username::read(&"\u{1112}\u{1161}\u{11ab}".repeat(150)).is_ok());
        assert_eq!(Username::read(&"a".repeat(151)), Err(NameFault::TooLong));
        // One character that normalises to eighteen.
        assert_eq!(
            Username::read(&"\u{fdfa}".repeat(100)),
            Err(NameFault::TooLong)
        );
        assert_eq!(
            Username::read(&"a".repeat(1_000_000)),
            Err(NameFault::TooLong)
        );
    }

    #[test]
    fn names_that_differ_in_case_have_one_key() {
        for (one, other) in [
            ("Ada", "aDA"),
            ("ΟΔΟΣ", "οδος"),
            ("οδοσ", "οδος"),
            ("STRASSE", "straße"),
            ("straẞe", "straße"),
            ("ÉCOLE", "e\u{301}cole"),
            ("Ｋ", "\u{212a}"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
        assert_ne!(key("ada"), key("ada1"));
    }

    #[test]
    fn the_key_of_every_letter_is_stable() {
        for letter in (char::MIN..=char::MAX).filter(|letter| allowed(*letter)) {
            let Ok(name) = Username::read(&letter.to_string()) else {
                continue;
            };
            let key = name.key();
            assert_eq!(Username(key.clone()).key(), key, "{letter:?}");
            for other in [
                letter.to_uppercase().to_string(),
                letter.to_lowercase().to_string(),
            ] {
                // An upper case such as `İ` in lower case has a combining dot: no username itself.
                let other: String = other.nfkc().collect();
                assert_eq!(Username(other).key(), key, "{letter:?}");
            }
        }
    }
}
