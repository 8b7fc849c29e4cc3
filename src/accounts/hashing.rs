//! Passwords to hashes and back: argon2id, off the async workers, at most two at a time.
//! Touches no database.

mod described;
mod gate;

use std::{sync::Arc, time::Duration};

use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier,
    Version,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use subtle::ConstantTimeEq;

pub use self::described::described;
use self::gate::Gate;

/// Hashes that run at the same time; each takes the memory of [`OWASP`].
const RUNNING: usize = 2;

/// Hashes that may wait for their turn; one more is refused.
const WAITING: usize = 64;

/// How long one waits for its turn before it is refused.
const PATIENCE: Duration = Duration::from_secs(10);

/// The costliest stored hash that is still verified: someone who can write to the table must not
/// be able to stop the server with one row. 64 MiB, 10 passes, 8 lanes; for Django's, 10 million rounds.
const MOST_MEMORY_KIB: u32 = 64 * 1024;
const MOST_PASSES: u32 = 10;
const MOST_LANES: u32 = 8;
const MOST_ROUNDS: u32 = 10_000_000;

/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane (Password Storage Cheat Sheet).
pub const OWASP: (u32, u32, u32) = (19 * 1024, 2, 1);

/// What comparing a password with a stored hash tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password.
    Right,
    /// The password, but hashed with other parameters than today's or by Django: hash it again.
    RightButOld,
    /// Another password, or a stored value that no password matches (Django's `!…`).
    Wrong,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// Too many passwords are being hashed; try again in a few seconds.
    #[error("too many passwords are being hashed")]
    Busy,
    /// Hashing itself failed: out of memory or of random numbers.
    #[error("hashing a password failed: {0}")]
    Failed(String),
}

/// Hashes and verifies passwords. Clones share the two places.
#[derive(Clone)]
pub struct Hasher {
    argon: Argon2<'static>,
    gate: Arc<Gate>,
}

impl Hasher {
    /// A hasher with these parameters; [`OWASP`]'s for a site, cheaper ones for tests.
    pub fn new(params: Params) -> Hasher {
        Hasher {
            argon: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            gate: Arc::new(Gate::new(RUNNING, WAITING, PATIENCE)),
        }
    }

    /// The hash to store, a PHC string with a salt of its own.
    ///
    /// # Errors
    /// [`HashError::Busy`] when 64 wait already or after ten seconds of waiting.
    pub async fn hash(&self, password: &str) -> Result<String, HashError> {
        let (argon, password) = (self.argon.clone(), password.to_owned());
        self.gate
            .run(move || argon.hash_password(password.as_bytes()))
            .await?
            .map(|hash| hash.to_string())
            .map_err(|error| HashError::Failed(error.to_string()))
    }

    /// Compares a password with `users.password`. A stored value that is no hash takes as long as
    /// one of today's.
    ///
    /// # Errors
    /// As [`Hasher::hash`].
    pub async fn verify(&self, password: &str, stored: &str) -> Result<Verdict, HashError> {
        let (argon, password, stored) =
            (self.argon.clone(), password.to_owned(), stored.to_owned());
        self.gate
            .run(move || compare(&argon, password.as_bytes(), &stored))
            .await
    }

    /// The work of [`Hasher::verify`] for a name that nobody has, so that the time does not tell.
    ///
    /// # Errors
    /// As [`Hasher::hash`].
    pub async fn verify_nobody(&self, password: &str) -> Result<(), HashError> {
        self.verify(password, "").await.map(drop)
    }
}

impl Default for Hasher {
    fn default() -> Hasher {
        let (memory, passes, lanes) = OWASP;
        Hasher::new(Params::new(memory, passes, lanes, None).unwrap_or_default())
    }
}

fn compare(argon: &Argon2<'_>, password: &[u8], stored: &str) -> Verdict {
    if let Some(hash) = stored.strip_prefix("pbkdf2_sha256$")
        && let Some(right) = compare_django(password, hash)
    {
        return if right {
            Verdict::RightButOld
        } else {
            Verdict::Wrong
        };
    }
    let Some(hash) = PasswordHash::new(stored).ok().filter(affordable) else {
        spend_the_same(argon, password);
        return Verdict::Wrong;
    };
    if argon.verify_password(password, &hash).is_err() {
        Verdict::Wrong
    } else if is_todays(argon, &hash) {
        Verdict::Right
    } else {
        Verdict::RightButOld
    }
}

/// Django's `PBKDF2PasswordHasher`: `iterations$salt$base64`, the salt as its UTF-8 bytes. `None`
/// when it is malformed or too costly.
fn compare_django(password: &[u8], hash: &str) -> Option<bool> {
    let mut fields = hash.split('$');
    let (rounds, salt, expected) = (fields.next()?, fields.next()?, fields.next()?);
    let rounds: u32 = rounds.parse().ok()?;
    let expected = STANDARD.decode(expected).ok()?;
    if !(1..=MOST_ROUNDS).contains(&rounds) || fields.next().is_some() || expected.len() != 32 {
        return None;
    }
    let found = pbkdf2::pbkdf2_hmac_array::<sha2::Sha256, 32>(password, salt.as_bytes(), rounds);
    Some(found.ct_eq(expected.as_slice()).into())
}

fn affordable(hash: &PasswordHash) -> bool {
    Params::try_from(hash).is_ok_and(|params| {
        params.m_cost() <= MOST_MEMORY_KIB
            && params.t_cost() <= MOST_PASSES
            && params.p_cost() <= MOST_LANES
    })
}

fn is_todays(argon: &Argon2<'_>, hash: &PasswordHash) -> bool {
    let today = argon.params();
    hash.algorithm == ARGON2ID_IDENT
        && hash.version == Some(Version::V0x13.into())
        && Params::try_from(hash).is_ok_and(|params| {
            (params.m_cost(), params.t_cost(), params.p_cost())
                == (today.m_cost(), today.t_cost(), today.p_cost())
        })
}

/// Computes a hash and throws it away.
fn spend_the_same(argon: &Argon2<'_>, password: &[u8]) {
    let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
    if argon
        .hash_password_into(password, &[0; 16], &mut out)
        .is_ok()
    {
        std::hint::black_box(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap() -> Hasher {
        Hasher::new(Params::new(64, 1, 1, None).expect("parameters"))
    }

    #[tokio::test]
    async fn a_password_is_right_only_for_its_own_hash() {
        let hasher = cheap();
        let stored = hasher.hash("마당 열쇠").await.expect("hash");
        assert!(
            stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"),
            "{stored}"
        );
        let verdict = |password: &'static str, stored: String| {
            let hasher = hasher.clone();
            async move { hasher.verify(password, &stored).await.expect("verdict") }
        };
        assert_eq!(verdict("마당 열쇠", stored.clone()).await, Verdict::Right);
        assert_eq!(verdict("마당 열쇄", stored.clone()).await, Verdict::Wrong);
        assert_ne!(stored, hasher.hash("마당 열쇠").await.expect("hash"));
        for broken in [
            "",
            "!",
            "!unusable",
            "$argon2id$v=19$m=64",
            "마당 열쇠",
            "$x$y",
        ] {
            assert_eq!(verdict("마당 열쇠", broken.into()).await, Verdict::Wrong);
        }
    }

    #[tokio::test]
    async fn older_parameters_ask_for_a_new_hash() {
        let stored = cheap().hash("secret word").await.expect("hash");
        let today = Hasher::new(Params::new(128, 1, 1, None).expect("parameters"));
        assert_eq!(
            today.verify("secret word", &stored).await.expect("verdict"),
            Verdict::RightButOld
        );
        assert_eq!(
            today.verify("secret ward", &stored).await.expect("verdict"),
            Verdict::Wrong
        );
    }

    #[tokio::test]
    async fn a_hash_of_djangos_is_known_and_asks_for_a_new_one() {
        // Python: hashlib.pbkdf2_hmac("sha256", "비밀 word".encode(), b"saltsalt", 1000)
        let stored = "pbkdf2_sha256$1000$saltsalt$QJz0ykJ8fKYFSslHnMtrE821v+Yioc4x7265FYul9dc=";
        let verify = |password: &'static str, stored: String| async move {
            cheap().verify(password, &stored).await.expect("verdict")
        };
        assert_eq!(
            verify("비밀 word", stored.into()).await,
            Verdict::RightButOld
        );
        assert_eq!(verify("비밀 Word", stored.into()).await, Verdict::Wrong);
        for costly_or_broken in [
            stored.replace("1000", "4000000000"),
            stored.replace("1000", "0"),
            stored.replace("1000", "-1"),
            format!("{stored}$"),
            "pbkdf2_sha256$1000$saltsalt$".into(),
            "pbkdf2_sha256$$$".into(),
        ] {
            assert_eq!(verify("비밀 word", costly_or_broken).await, Verdict::Wrong);
        }
    }

    #[tokio::test]
    async fn a_stored_hash_that_would_take_all_memory_is_not_computed() {
        let stored = cheap().hash("secret word").await.expect("hash");
        let stored = stored.replace("m=64", "m=4000000000");
        assert_eq!(
            cheap()
                .verify("secret word", &stored)
                .await
                .expect("verdict"),
            Verdict::Wrong
        );
    }

    #[tokio::test]
    async fn a_name_that_nobody_has_takes_as_long_as_a_wrong_password() {
        let slow = Hasher::new(Params::new(16 * 1024, 2, 1, None).expect("parameters"));
        let stored = slow.hash("secret word").await.expect("hash");
        let (mut wrong, mut nobody) = (Duration::MAX, Duration::MAX);
        let given_up = std::time::Instant::now() + Duration::from_secs(120);
        // A busy machine stretches either, so the shortest of each are compared, until they are alike;
        // a hash that is not made takes a thousandth for ever.
        for round in 1.. {
            let began = std::time::Instant::now();
            slow.verify("guess", &stored).await.expect("verdict");
            wrong = wrong.min(began.elapsed());
            let began = std::time::Instant::now();
            slow.verify_nobody("guess").await.expect("no verdict");
            nobody = nobody.min(began.elapsed());
            let ratio = wrong.as_secs_f64() / nobody.as_secs_f64();
            if round >= 5 && (0.3..3.0).contains(&ratio) {
                break;
            }
            assert!(began < given_up, "{wrong:?} {nobody:?}");
        }
    }

    #[test]
    fn the_default_is_owasps() {
        let hasher = Hasher::default();
        let params = hasher.argon.params();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), OWASP);
    }
}
