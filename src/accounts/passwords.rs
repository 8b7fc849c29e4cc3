//! Django's four password validators, all faults at once, and an upper limit. Pure.

use std::collections::HashMap;

use zxcvbn::{matching::patterns::MatchPattern, zxcvbn};

use crate::words::{accounts::Words, fill};

/// The fewest characters, as Django's `MinimumLengthValidator`.
pub const MIN_CHARACTERS: usize = 8;

/// The most bytes. Django has no limit; here a longer one would only cost memory and time.
pub const MAX_BYTES: usize = 4096;

/// From this ratio on a password counts as the name again, as Django's `max_similarity`.
const MAX_SIMILARITY: f64 = 0.7;

/// The length of Django's list of common passwords.
const COMMON_GUESSES: u64 = 20_000;

/// The longest word in the list of common passwords; a longer one is not looked up.
const LONGEST_COMMON: usize = 20;

/// Looking up tries every reading of letters written as signs (`p@$$`), and the readings multiply;
/// no common password has more than three different signs, one with more is not looked up.
const MOST_COMMON_SIGNS: usize = 3;

/// What is wrong with a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordFault {
    /// Nothing was typed.
    Missing,
    /// More than [`MAX_BYTES`]; the only fault told then.
    TooLong,
    /// Too like the username.
    LikeUsername,
    /// Too like the e-mail address.
    LikeEmail,
    /// Fewer than [`MIN_CHARACTERS`].
    TooShort,
    /// One of the first that are tried.
    Common,
    /// Digits only.
    Numeric,
}

impl PasswordFault {
    /// The fault in the viewer's words.
    pub fn sentence(self, words: &Words) -> String {
        let plain = match self {
            PasswordFault::TooLong => return fill(words.password_too_long, &[&MAX_BYTES]),
            PasswordFault::TooShort => return fill(words.password_too_short, &[&MIN_CHARACTERS]),
            PasswordFault::Missing => words.password_missing,
            PasswordFault::LikeUsername => words.password_like_username,
            PasswordFault::LikeEmail => words.password_like_email,
            PasswordFault::Common => words.password_common,
            PasswordFault::Numeric => words.password_numeric,
        };
        plain.to_owned()
    }
}

/// Every fault of a new password, in the order of Django's validators. `email` may be empty.
pub fn faults(password: &str, username: &str, email: &str) -> Vec<PasswordFault> {
    if password.is_empty() {
        return vec![PasswordFault::Missing];
    }
    if password.len() > MAX_BYTES {
        return vec![PasswordFault::TooLong];
    }
    let checks = [
        (like(password, username), PasswordFault::LikeUsername),
        (like(password, email), PasswordFault::LikeEmail),
        (
            password.chars().nth(MIN_CHARACTERS - 1).is_none(),
            PasswordFault::TooShort,
        ),
        (is_common(password), PasswordFault::Common),
        (
            password.chars().all(char::is_numeric),
            PasswordFault::Numeric,
        ),
    ];
    checks
        .into_iter()
        .filter_map(|(wrong, fault)| wrong.then_some(fault))
        .collect()
}

/// [`faults`] off the async workers: the first call builds the dictionaries.
///
/// # Errors
/// The look-up panicked.
pub async fn faults_off_thread(
    password: &str,
    username: &str,
    email: &str,
) -> Result<Vec<PasswordFault>, tokio::task::JoinError> {
    let (password, username) = (password.to_owned(), username.to_owned());
    let email = email.to_owned();
    tokio::task::spawn_blocking(move || faults(&password, &username, &email)).await
}

/// Django's `UserAttributeSimilarityValidator`: the whole value and each part of it between
/// characters that are no letters, digits or `_`.
fn like(password: &str, value: &str) -> bool {
    let password: Vec<char> = password.to_lowercase().chars().collect();
    let value = value.to_lowercase();
    value
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .chain([value.as_str()])
        .map(|part| part.chars().collect::<Vec<char>>())
        .filter(|part| !part.is_empty() && !far_shorter(part.len(), password.len()))
        .any(|part| quick_ratio(&password, &part) >= MAX_SIMILARITY)
}

/// Django's `exceeds_maximum_length_ratio`: too short beside the password to reach the ratio.
fn far_shorter(value: usize, password: usize) -> bool {
    password >= 10 * value && (value as f64) < MAX_SIMILARITY / 2.0 * password as f64
}

/// Python's `SequenceMatcher.quick_ratio`: twice the letters in common, in any order, among all.
fn quick_ratio(one: &[char], other: &[char]) -> f64 {
    let mut left: HashMap<char, usize> = HashMap::new();
    for letter in other {
        *left.entry(*letter).or_default() += 1;
    }
    let mut common = 0;
    for letter in one {
        if let Some(count) = left.get_mut(letter).filter(|count| **count > 0) {
            *count -= 1;
            common += 1;
        }
    }
    2.0 * f64::from(common) / (one.len() + other.len()) as f64
}

/// Whether the whole password, in lower case and trimmed as Django compares it, is one known
/// pattern that a guesser reaches within as many tries as Django's list is long. zxcvbn's list of
/// passwords is ranked and overlaps Django's; names, words, runs such as `abcdefgh` and the list's
/// words with letters written as signs count too. Takes 5 MB for good at the first call.
fn is_common(password: &str) -> bool {
    let password = password.trim().to_lowercase();
    if password.len() > LONGEST_COMMON || !password.is_ascii() {
        return false;
    }
    let mut signs: Vec<u8> = password.bytes().filter(u8::is_ascii_punctuation).collect();
    signs.sort_unstable();
    signs.dedup();
    if signs.len() > MOST_COMMON_SIGNS {
        return false;
    }
    let entropy = zxcvbn(&password, &[]);
    let [whole] = entropy.sequence() else {
        return false;
    };
    !matches!(whole.pattern, MatchPattern::BruteForce) && entropy.guesses() <= COMMON_GUESSES
}

#[cfg(test)]
mod tests {
    use super::*;
    use PasswordFault::*;

    fn of(password: &str) -> Vec<PasswordFault> {
        faults(password, "jimin", "")
    }

    #[test]
    fn common_passwords_are_known_in_any_case() {
        for common in [
            "password",
            "Password",
            " qwerty123 ",
            "letmein1",
            "iloveyou",
            "password123",
            "abcd1234",
            "qwer1234",
            "p@ssw0rd",
            "trustno1",
            "1q2w3e4r",
            "aaaaaaaa",
            "princess1",
            "admin123",
            "sunshine",
            "football",
            "qwertyuiop",
        ] {
            assert_eq!(of(common), [Common], "{common}");
        }
        assert_eq!(of("12345678"), [Common, Numeric]);
    }

    #[test]
    fn good_passwords_pass() {
        for good in [
            "testpass123",
            "Tr0ub4dor&3",
            "correct horse battery",
            "마당에서 놀자 2026",
            "s3cure-enough",
            "한글비밀번호입니다",
            "xK9#mQ2$vL",
            "!@#$%^&*()_+",
        ] {
            assert_eq!(of(good), [], "{good}");
        }
    }

    #[test]
    fn all_faults_are_told_at_once() {
        assert_eq!(of("1234"), [TooShort, Common, Numeric]);
        assert_eq!(of("jimin"), [LikeUsername, TooShort]);
        assert_eq!(of("٣٣٣٣٣٣٣٣٣٣"), [Numeric]);
        assert_eq!(of(""), [Missing]);
        assert_eq!(of(&"1".repeat(4097)), [TooLong]);
    }

    #[test]
    fn the_name_again_is_no_password() {
        let like = |password, name| faults(password, name, "").contains(&LikeUsername);
        assert!(like("minji2001", "MinJi2001"));
        assert!(like("1002ijnim", "minji2001"));
        assert!(like("testclient", "testclient"));
        // 0.7 is reached: 2·7/(7+13).
        assert!(like("abcdefg", "abcdefg.uvwxy"));
        assert!(like("verybigname", "x@verybigname-yz"));
        assert!(!like("a1b2c3d4e5", "jimin"));
        // A name far shorter than the password is passed over.
        assert!(!like("aaaaaaaaaaaaaaaaaaaaaaaaaa", "a"));
        assert!(!like("xxxxxxxx", ""));
        assert_eq!(
            faults("ada.lovelace", "x", "ada.lovelace@example.org"),
            [LikeEmail]
        );
    }

    #[test]
    fn hostile_passwords_are_looked_up_quickly() {
        let started = std::time::Instant::now();
        for hostile in [
            "4@8({[<369!1|7+$5%20",
            "4831670529483167052x",
            "@(!$@(!$483167052948",
            "1!|1!|1!|4@4@3e69g20",
            "48369175202948369175",
            "\u{130}\u{130}aaaaaaaaaaaaaaaaa",
            "1728394056abcdefghij",
        ] {
            of(hostile);
        }
        assert!(started.elapsed().as_secs() < 300);
    }
}
