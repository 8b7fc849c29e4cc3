//! A moment as both databases store it.

use jiff::Timestamp;

/// Unix microseconds in UTC, a BIGINT on both databases: it sorts the same everywhere and keeps
/// Django's precision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct Time(pub i64);

impl Time {
    /// The clock's time.
    pub fn now() -> Time {
        Time(Timestamp::now().as_microsecond())
    }

    /// The same moment for calendars; a value outside jiff's range becomes the epoch.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// This moment moved by `seconds`, held within the range of an `i64`.
    pub fn plus_seconds(self, seconds: i64) -> Time {
        Time(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
}
