//! The names of stored files: made once, never used again for other bytes. Touches nothing but random numbers.
use std::{fmt, io};

/// RFC 4648 §6, in lower case: safe in a URL and on a file system that ignores case.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Five random bits a letter: 130 in all, so that a key can neither be guessed nor met twice.
const LETTERS: usize = 26;

/// The name of one stored file, `{26 letters of base32}.{2 to 4 letters or digits}`, in lower case.
///
/// A key is write-once: new bytes get a new key, so what a key names never changes and may be cached for ever.
///
/// As a database value it is its text, read back unchecked; [`Storage`](super::Storage) parses it again before it
/// becomes a path, so a row edited by hand can break one picture but never a page, nor leave the folder.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct Key(String);

impl Key {
    /// A fresh random key that ends in `.{extension}`.
    ///
    /// # Errors
    /// `InvalidInput` where the extension is not 2 to 4 lowercase letters or digits; otherwise when the system has no
    /// random numbers.
    pub fn random(extension: &str) -> io::Result<Key> {
        let stem = random_name()?;
        Key::parse(&format!("{stem}.{extension}"))
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not a key's extension"))
    }

    /// Reads a key out of a URL or another text; `None` for anything that is not exactly a key.
    ///
    /// No separator, dot-dot, percent sign or NUL is in the alphabet, so a path outside the folder cannot be spelled.
    pub fn parse(text: &str) -> Option<Key> {
        let (stem, extension) = text.split_once('.')?;
        let right = stem.len() == LETTERS
            && stem.bytes().all(|letter| ALPHABET.contains(&letter))
            && (2..=4).contains(&extension.len())
            && extension
                .bytes()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
        right.then(|| Key(text.to_owned()))
    }

    /// The key as it stands in a URL or a file name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a file that has not arrived whole, 26 letters of base32 in lower case: it cannot be guessed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct Token(String);

impl Token {
    /// A fresh random one.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn random() -> io::Result<Token> {
        random_name().map(Token)
    }

    /// Reads a token out of a URL or another text; `None` for anything that is not exactly one.
    pub fn parse(text: &str) -> Option<Token> {
        let right = text.len() == LETTERS && text.bytes().all(|letter| ALPHABET.contains(&letter));
        right.then(|| Token(text.to_owned()))
    }

    /// The token as it stands in a URL or a file name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// 26 random letters of [`ALPHABET`].
pub(super) fn random_name() -> io::Result<String> {
    let mut bytes = [0; LETTERS];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    // The top three bits of each byte are dropped, so every letter is equally likely.
    Ok(bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "abcdefghijklmnopqrstuvwxyz.mp4";

    #[test]
    fn a_key_reads_back_as_it_was_written() {
        let key = Key::random("webm").unwrap();
        assert_eq!(Key::parse(&key.to_string()), Some(key.clone()));
        assert!(key.as_str().ends_with(".webm"));
        assert_eq!(key.as_str().len(), 31);
        assert!(Key::parse(GOOD).is_some());
    }

    #[test]
    fn two_keys_are_never_the_same() {
        let keys: std::collections::HashSet<_> =
            (0..1000).map(|_| Key::random("mp4").unwrap()).collect();
        assert_eq!(keys.len(), 1000);
    }

    #[test]
    fn every_letter_of_the_alphabet_appears() {
        let text: String = (0..100).map(|_| random_name().unwrap()).collect();
        assert!(
            ALPHABET
                .iter()
                .all(|&letter| text.contains(char::from(letter)))
        );
    }

    #[test]
    fn nothing_but_a_key_is_a_key() {
        let long = "a".repeat(100_000);
        for text in [
            "",
            ".",
            "..",
            "/",
            "mp4",
            ".mp4",
            "abcdefghijklmnopqrstuvwxyz",
            "abcdefghijklmnopqrstuvwxyz.",
            "abcdefghijklmnopqrstuvwxyz.a",
            "abcdefghijklmnopqrstuvwxyz.abcde",
            "abcdefghijklmnopqrstuvwxyz.MP4",
            "abcdefghijklmnopqrstuvwxyz.m/4",
            "abcdefghijklmnopqrstuvwxyz.mp4/",
            "abcdefghijklmnopqrstuvwxyz.mp4\0",
            "abcdefghijklmnopqrstuvwxyz.mp4 ",
            "abcdefghijklmnopqrstuvwxyz.mp4\n",
            "abcdefghijklmnopqrstuvwxyz.tar.gz",
            "abcdefghijklmnopqrstuvwxyz..mp4",
            "abcdefghijklmnopqrstuvwxy.mp4",
            "abcdefghijklmnopqrstuvwxyza.mp4",
            "Abcdefghijklmnopqrstuvwxyz.mp4",
            "abcdefghijklmnopqrstuvwxy1.mp4",
            "abcdefghijklmnopqrstuvwx%2f.mp4",
            "../bcdefghijklmnopqrstuvwx.mp4",
            "/abcdefghijklmnopqrstuvwxy.mp4",
            "\0abcdefghijklmnopqrstuvwxy.mp4",
            "..\\bcdefghijklmnopqrstuvwx.mp4",
            "가나다라마바사아자차카타파하.mp4",
            "../../../../etc/passwd",
            "%2e%2e%2fetc%2fpasswd",
            &long,
        ] {
            assert_eq!(Key::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn nothing_but_a_token_is_a_token() {
        let token = Token::random().unwrap();
        assert_eq!(Token::parse(token.as_str()), Some(token));
        for text in [
            "",
            "../../../../../etc/passwd",
            "abcdefghijklmnopqrstuvwxy",
            "abcdefghijklmnopqrstuvwxyza",
            "Abcdefghijklmnopqrstuvwxyz",
            "abcdefghijklmnopqrstuvwx/.",
        ] {
            assert_eq!(Token::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_extension_that_is_none_is_refused() {
        for extension in ["", "m", "MP4", "../", "abcde", "m p"] {
            let error = Key::random(extension).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{extension:?}");
        }
    }
}
