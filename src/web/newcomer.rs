//! Whether the site knows an author yet: links of newcomers are worth nothing to search engines, so
//! that signing up to place one does not pay.

use crate::db::Time;

/// Days after which a member is no newcomer any more.
const DAYS: i64 = 30;

/// Whether somebody who joined then is new now.
pub fn is_new(joined: Time, now: Time) -> bool {
    joined > now.plus_seconds(-DAYS * 24 * 3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_new_for_thirty_days() {
        let joined = Time(0);
        let day = 24 * 3600;
        assert!(is_new(joined, joined));
        assert!(is_new(joined, joined.plus_seconds(30 * day - 1)));
        assert!(!is_new(joined, joined.plus_seconds(30 * day)));
    }
}
