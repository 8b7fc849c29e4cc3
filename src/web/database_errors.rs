//! What a fault of the database means to the viewer: busy, out of reach, full, or a fault of ours.
//! Knows the codes of SQLite and PostgreSQL.

use tower_sessions::{session, session_store};

use super::errors::Error;

/// Seconds after which it is worth asking again.
pub(super) const PATIENCE: u64 = 10;

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        match &error {
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => Error::Unreachable(error.to_string()),
            sqlx::Error::Database(inner) => match inner.code().as_deref().and_then(meaning) {
                Some(Meaning::Busy) => Error::Busy(PATIENCE),
                Some(Meaning::Full) => Error::Full,
                Some(Meaning::Unreachable) => Error::Unreachable(error.to_string()),
                None => Error::Internal(error.into()),
            },
            _ => Error::Internal(error.into()),
        }
    }
}

enum Meaning {
    Busy,
    Full,
    Unreachable,
}

/// What a code says: SQLite's result code in decimal, PostgreSQL's SQLSTATE in five characters.
fn meaning(code: &str) -> Option<Meaning> {
    match code {
        "53100" => return Some(Meaning::Full),
        // deadlock_detected
        "40P01" => return Some(Meaning::Busy),
        // read_only_sql_transaction (a standby, or a server closed to changes), too_many_connections,
        // admin_shutdown, crash_shutdown, cannot_connect_now
        "25006" | "53300" | "57P01" | "57P02" | "57P03" => return Some(Meaning::Unreachable),
        _ if code.len() >= 5 => return None,
        _ => (),
    }
    // The low byte of an extended result code is the primary one <https://sqlite.org/rescode.html>.
    match code.parse::<u32>().ok()? & 0xff {
        5 | 6 => Some(Meaning::Busy),
        8 => Some(Meaning::Unreachable),
        13 => Some(Meaning::Full),
        _ => None,
    }
}

/// An error in the one form that a session store has: text. [`Error::from`] reads it again.
pub(super) fn for_session(error: sqlx::Error) -> session_store::Error {
    session_store::Error::Backend(Error::from(error).to_string())
}

impl From<session::Error> for Error {
    fn from(error: session::Error) -> Error {
        if let session::Error::Store(session_store::Error::Backend(said)) = &error {
            for known in [Error::Busy(PATIENCE), Error::Full] {
                if known.to_string() == *said {
                    return known;
                }
            }
            let prefix = Error::Unreachable(String::new()).to_string();
            if let Some(cause) = said.strip_prefix(&prefix) {
                return Error::Unreachable(cause.to_owned());
            }
        }
        Error::Internal(error.into())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

    use super::*;

    /// As a handler and as a handler behind a session see it.
    fn both(make: impl Fn() -> sqlx::Error) -> [Error; 2] {
        let session = session::Error::Store(for_session(make()));
        [Error::from(make()), Error::from(session)]
    }

    async fn connection(folder: &tempfile::TempDir) -> SqliteConnection {
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("site.sqlite3"))
            .busy_timeout(Duration::ZERO)
            .create_if_missing(true);
        SqliteConnection::connect_with(&options)
            .await
            .expect("connection")
    }

    #[tokio::test]
    async fn a_locked_sqlite_is_busy() {
        let folder = tempfile::tempdir().expect("folder");
        let mut one = connection(&folder).await;
        let mut other = connection(&folder).await;
        let _held = one.begin_with("BEGIN IMMEDIATE").await.expect("lock");
        let sql = "CREATE TABLE notes (body TEXT)";
        let error = sqlx::query(sql).execute(&mut other).await;
        let session = session::Error::Store(for_session(error.expect_err("locked")));
        assert!(matches!(Error::from(session), Error::Busy(_)));
        let error = sqlx::query(sql).execute(&mut other).await;
        assert!(matches!(
            Error::from(error.expect_err("locked")),
            Error::Busy(_)
        ));
    }

    #[tokio::test]
    async fn a_full_sqlite_is_full() {
        let folder = tempfile::tempdir().expect("folder");
        let mut one = connection(&folder).await;
        for sql in ["CREATE TABLE notes (body)", "PRAGMA max_page_count = 1"] {
            sqlx::query(sql).execute(&mut one).await.expect("setting");
        }
        let sql = "INSERT INTO notes VALUES (zeroblob(1000000))";
        let error = sqlx::query(sql).execute(&mut one).await.expect_err("full");
        assert!(matches!(Error::from(error), Error::Full));
    }

    #[tokio::test]
    async fn a_sqlite_that_takes_no_changes_is_out_of_reach() {
        let folder = tempfile::tempdir().expect("folder");
        let mut one = connection(&folder).await;
        let sql = "PRAGMA query_only = ON";
        sqlx::query(sql).execute(&mut one).await.expect("setting");
        let sql = "CREATE TABLE notes (body TEXT)";
        let error = sqlx::query(sql).execute(&mut one).await;
        let error = Error::from(error.expect_err("read-only"));
        assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
    }

    #[test]
    fn a_database_that_does_not_answer_is_out_of_reach_and_its_cause_is_kept() {
        for error in both(|| sqlx::Error::PoolTimedOut) {
            let cause = sqlx::Error::PoolTimedOut.to_string();
            assert!(
                matches!(&error, Error::Unreachable(said) if *said == cause),
                "{error:?}"
            );
            assert_eq!(error.status(), 503);
        }
        for error in both(|| sqlx::Error::RowNotFound) {
            assert!(matches!(error, Error::Internal(_)), "{error:?}");
        }
    }

    #[test]
    fn codes_of_the_two_databases_are_not_mixed_up() {
        assert!(matches!(meaning("53100"), Some(Meaning::Full)));
        assert!(matches!(meaning("40P01"), Some(Meaning::Busy)));
        for code in ["25006", "57P03", "8"] {
            assert!(
                matches!(meaning(code), Some(Meaning::Unreachable)),
                "{code}"
            );
        }
        assert!(matches!(meaning("261"), Some(Meaning::Busy)));
        // unique_violation of either; 23505 & 0xff would be 209, 22021 & 0xff is 5.
        for code in ["23505", "2067", "22021"] {
            assert!(meaning(code).is_none(), "{code}");
        }
    }
}
