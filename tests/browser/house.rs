//! One site for one test: the real binary in a folder of its own, with a database of its own.
//!
//! It knows nothing of browsers. It may start the binary and, when `TEST_DATABASE_URL` is set,
//! make and drop a database beside the one named there.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};
use tempfile::TempDir;

use crate::{PATIENCE, until, wire};

/// The superuser that every site starts with.
pub const OWNER: &str = "owner";
/// Its password, as good as Django's validators ask.
pub const OWNER_PASSWORD: &str = "courtyard-gate-1742";

/// A running site. End it with [`House::close`]: a test that forgets fails.
pub struct House {
    binary: Child,
    database: Option<PostgresDatabase>,
    folder: TempDir,
    port: u16,
    closed: bool,
}

impl House {
    /// Starts the binary on a port of the system's choice and waits until `/readyz` says 200.
    pub async fn open() -> House {
        let folder = tempfile::Builder::new()
            .prefix("madang-house")
            .tempdir()
            .expect("a temporary folder");
        let (database, database_url) = match std::env::var("TEST_DATABASE_URL") {
            Ok(beside) => {
                let database = PostgresDatabase::create(&beside).await;
                let url = database.url.clone();
                (Some(database), url)
            }
            Err(_) => (None, "sqlite:///madang.sqlite3".to_owned()),
        };
        let mut house = House {
            binary: start(folder.path(), &database_url),
            database,
            folder,
            port: 0,
            closed: false,
        };
        until("the site is ready", async || {
            let ended = house.binary.try_wait().expect("the binary's state");
            assert!(ended.is_none(), "the site ended: {ended:?}");
            let Some(port) = port(&said(house.folder.path())) else {
                return false;
            };
            house.port = port;
            wire::get(port, "/readyz")
                .await
                .is_ok_and(|answer| answer.status == 200)
        })
        .await;
        house
    }

    /// A path on this site as an absolute address.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Runs SQL that both databases read, beside the site, for what no page can do: dates in the
    /// past, a hundred rows, an hour gone by.
    pub async fn sql(&self, statement: &str) {
        match &self.database {
            Some(database) => database.run_inside(statement).await,
            None => {
                let mut connection = self.sqlite().connect().await.expect("the site's database");
                sqlx::raw_sql(AssertSqlSafe(statement))
                    .execute(&mut connection)
                    .await
                    .unwrap_or_else(|error| panic!("{statement}: {error}"));
                connection.close().await.expect("a clean goodbye");
            }
        }
    }

    /// One text from the site's database.
    pub async fn text(&self, query: &str) -> String {
        let query = AssertSqlSafe(query);
        let found = match &self.database {
            Some(database) => {
                let mut connection = database.connect().await;
                sqlx::query_scalar(query).fetch_one(&mut connection).await
            }
            None => {
                let mut connection = self.sqlite().connect().await.expect("the site's database");
                sqlx::query_scalar(query).fetch_one(&mut connection).await
            }
        };
        found.expect("one text")
    }

    /// Whether the site's database is SQLite.
    pub fn is_sqlite(&self) -> bool {
        self.database.is_none()
    }

    fn sqlite(&self) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(self.folder.path().join("madang.sqlite3"))
            .foreign_keys(true)
            .busy_timeout(PATIENCE)
    }

    /// SIGTERM, then the end with exit code 0, as a host that stops a site sees it.
    pub async fn close(mut self) {
        self.closed = true;
        signal("TERM", self.binary.id().into());
        let mut status: Option<ExitStatus> = None;
        until("the site ends after SIGTERM", async || {
            status = self.binary.try_wait().expect("the binary's state");
            status.is_some()
        })
        .await;
        let status = status.expect("set by the wait");
        assert!(
            status.success(),
            "after SIGTERM: {status}\n{}",
            said(self.folder.path())
        );
        if let Some(database) = self.database.take() {
            database.drop().await;
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if self.closed {
            return;
        }
        let _ = self.binary.kill();
        let _ = self.binary.wait();
        if std::thread::panicking() {
            eprintln!("the site said:\n{}", said(self.folder.path()));
        } else {
            panic!("this test does not close its site");
        }
    }
}

/// A file that the tests bring along, as an absolute path: a browser takes no other.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/media")
        .join(name)
}

/// Sends a signal to a process, or with its negative number to a whole group.
pub fn signal(name: &str, process: i64) {
    // The shell's own `kill`, since a bare machine may have no other.
    let sent = Command::new("sh")
        .args(["-c", &format!("kill -s {name} -- {process} 2>/dev/null")])
        .status();
    let sent = sent.is_ok_and(|status| status.success());
    assert!(sent, "cannot send SIG{name} to {process}");
}

fn start(folder: &Path, database_url: &str) -> Child {
    let log = std::fs::File::options()
        .create(true)
        .append(true)
        .open(folder.join("log"))
        .expect("a log");
    Command::new(env!("CARGO_BIN_EXE_madang"))
        .current_dir(folder)
        .env_clear()
        .env("HOST", "127.0.0.1")
        .env("PORT", "0")
        .env("DATABASE_URL", database_url)
        .env("MEDIA_ROOT", folder.join("media"))
        .env("SUPERUSER_USERNAME", OWNER)
        .env("SUPERUSER_PASSWORD", OWNER_PASSWORD)
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("the log once more"))
        .stderr(log)
        .spawn()
        .expect("the binary starts")
}

fn said(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("log")).unwrap_or_default()
}

/// The port that the site's log names, once its line is whole.
fn port(log: &str) -> Option<u16> {
    let (_, address) = log.split_once("serves http://127.0.0.1:")?;
    address.split_once('\n')?.0.trim_end().parse().ok()
}

/// A database made for one test on the server that `TEST_DATABASE_URL` names.
struct PostgresDatabase {
    server: String,
    name: String,
    url: String,
}

impl PostgresDatabase {
    async fn create(beside: &str) -> PostgresDatabase {
        let number = getrandom::u64().expect("random numbers");
        let name = format!("madang_browser_{number:016x}");
        let (server, _) = beside
            .rsplit_once('/')
            .expect("TEST_DATABASE_URL ends in a database's name");
        let database = PostgresDatabase {
            server: beside.to_owned(),
            url: format!("{server}/{name}"),
            name,
        };
        database
            .run(format!("CREATE DATABASE {}", database.name))
            .await;
        database
    }

    async fn drop(self) {
        self.run(format!("DROP DATABASE {} WITH (FORCE)", self.name))
            .await;
    }

    async fn run(&self, sql: String) {
        let mut connection = PgConnection::connect(&self.server)
            .await
            .expect("TEST_DATABASE_URL answers");
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut connection)
            .await
            .expect("the server takes it");
        connection.close().await.expect("a clean goodbye");
    }

    async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url)
            .await
            .expect("the site's database answers")
    }

    async fn run_inside(&self, sql: &str) {
        let mut connection = self.connect().await;
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut connection)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        connection.close().await.expect("a clean goodbye");
    }
}
