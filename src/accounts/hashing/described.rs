//! A stored hash as the admin site tells it: how, never what.

use argon2::{Params, PasswordHash};

/// Algorithm and parameters of a stored hash: `argon2id, 19 MiB, t=2, p=1`, or
/// `pbkdf2_sha256, 1000000`; `None` for a value that no password matches.
pub fn described(stored: &str) -> Option<String> {
    if let Some(rest) = stored.strip_prefix("pbkdf2_sha256$") {
        let rounds: u32 = rest.split('$').next()?.parse().ok()?;
        return Some(format!("pbkdf2_sha256, {rounds}"));
    }
    let hash = PasswordHash::new(stored).ok()?;
    let params = Params::try_from(&hash).ok()?;
    let kib = params.m_cost();
    let memory = if kib.is_multiple_of(1024) {
        format!("{} MiB", kib / 1024)
    } else {
        format!("{kib} KiB")
    };
    let (passes, lanes) = (params.t_cost(), params.p_cost());
    Some(format!(
        "{}, {memory}, t={passes}, p={lanes}",
        hash.algorithm
    ))
}

#[cfg(test)]
mod tests {
    use super::described;

    #[test]
    fn a_hash_is_told_by_its_parameters_alone() {
        let stored = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$\
                      MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI";
        let told = described(stored);
        assert_eq!(told.as_deref(), Some("argon2id, 19 MiB, t=2, p=1"));
        let told = described("pbkdf2_sha256$1000000$salt$aGFzaA==");
        assert_eq!(told.as_deref(), Some("pbkdf2_sha256, 1000000"));
        for no_hash in ["", "!", "!unusable", "pbkdf2_sha256$", "secret"] {
            assert_eq!(described(no_hash), None, "{no_hash}");
        }
    }
}
