//! A house: one fresh site with its own database and media folder, and the people in it.

use std::{
    io::{Read, Write},
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Method, Request, Response, StatusCode, header},
};
use http_body_util::BodyExt;
use madang::{
    accounts::{
        hashing::Hasher,
        login::Doorkeeper,
        names::Username,
        store::{self, NewUser},
    },
    db::{Db, Time},
    ffmpeg::Ffmpeg,
    settings::{Database, Written},
    state::{App, Parts},
    storage::Storage,
};
use tower::ServiceExt;

/// Every account's password in tests.
pub const PASSWORD: &str = "마당 깊은 집 1988";

/// A fresh site.
pub struct House {
    /// The running site, for looking behind the pages.
    pub app: App,
    router: Router,
    hasher: Hasher,
    /// The set-up link's path and query, from before anybody was added.
    pub setup_link: Option<String>,
    /// Removed when dropped; the PostgreSQL schema goes with the server.
    pub folder: tempfile::TempDir,
}

impl House {
    /// With default settings.
    pub async fn open() -> House {
        House::with(|_| ()).await
    }

    /// With some settings changed.
    pub async fn with(change: impl FnOnce(&mut Written)) -> House {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut written = Written {
            secret_key: Some("a key for tests, long enough to be taken".to_owned()),
            database_url: Some(database_url(folder.path()).await),
            media_root: Some(folder.path().join("media").display().to_string()),
            ffmpeg: Some("off".to_owned()),
            ..Written::default()
        };
        change(&mut written);
        let settings = written.check().expect("settings");
        let db = Db::open(&settings.database).await.expect("database");
        db.migrate(&settings.database).await.expect("migrations");
        let storage = Storage::open(&settings.media_root).expect("media folder");
        let ffmpeg = Ffmpeg::find(&settings.ffmpeg).await.expect("ffmpeg");
        // The least that argon2 takes: tests prove rules, not costs.
        let hasher = Hasher::new(argon2::Params::new(8, 1, 1, None).expect("parameters"));
        let doorkeeper = Doorkeeper::new(hasher.clone()).expect("doorkeeper");
        let setup_link = doorkeeper.setup.link(&db).await.expect("set-up link");
        let app = App::new(Parts {
            settings,
            db,
            storage,
            ffmpeg,
            work: Default::default(),
        });
        let router = madang::app::router(app.clone(), doorkeeper);
        House {
            app,
            router,
            hasher,
            setup_link,
            folder,
        }
    }

    /// Somebody who is not signed in.
    pub fn visitor(&self) -> Person {
        Person {
            router: self.router.clone(),
            jar: Arc::default(),
            headers: HeaderMap::new(),
            id: 0,
        }
    }

    /// A signed-in member.
    pub async fn member(&self, name: &str) -> Person {
        self.somebody(name, false, false).await
    }

    /// A signed-in superuser, named 주인.
    pub async fn staff(&self) -> Person {
        self.somebody("주인", true, true).await
    }

    /// A signed-in account with these rights.
    pub async fn somebody(&self, name: &str, is_staff: bool, is_superuser: bool) -> Person {
        let username = Username::read(name).expect("a username");
        let password = self.hasher.hash(PASSWORD).await.expect("hash");
        let new = NewUser {
            username: &username,
            password,
            superuser: false,
        };
        let id = store::create(&self.app.db, new, Time::now())
            .await
            .expect("insert");
        let id = id.expect("a free name");
        let sql = "UPDATE users SET is_staff = $2, is_superuser = $3 WHERE id = $1";
        self.app
            .db
            .run(sql, (id, is_staff, is_superuser))
            .await
            .expect("rights");
        let mut person = self.visitor();
        person.id = id;
        person.log_in(name, PASSWORD).await;
        person
    }

    /// The site itself, to be put behind a listener.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Names of the files in the media folder, those being received included.
    pub fn files(&self) -> Vec<String> {
        let mut names = Vec::new();
        for folder in [
            self.app.storage.root().to_owned(),
            self.app.storage.root().join(".incoming"),
            self.app.storage.root().join(".uploads"),
        ] {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.path().is_file() {
                    names.push(entry.file_name().to_string_lossy().into_owned());
                }
            }
        }
        names.sort();
        names
    }

    /// Whether this house stands on PostgreSQL.
    pub fn on_postgres(&self) -> bool {
        matches!(self.app.settings.database, Database::Postgres(_))
    }
}

/// A new SQLite file, or a new schema on the PostgreSQL server of the tests.
pub async fn database_url(folder: &std::path::Path) -> String {
    let Ok(server) = std::env::var("TEST_DATABASE_URL") else {
        return format!("sqlite:///{}", folder.join("site.sqlite3").display());
    };
    let mut number = [0; 8];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut number))
        .expect("random numbers");
    let schema = format!("house_{:016x}", u64::from_le_bytes(number));
    let db = Db::open(&Database::Postgres(server.clone()))
        .await
        .expect("PostgreSQL for tests");
    let sql = format!("CREATE SCHEMA {schema}");
    db.run(sqlx::AssertSqlSafe(sql), ()).await.expect("schema");
    db.close().await;
    let join = if server.contains('?') { '&' } else { '?' };
    format!("{server}{join}options=-c%20search_path%3D{schema}")
}

/// Somebody with a cookie jar.
#[derive(Clone)]
pub struct Person {
    router: Router,
    jar: Arc<Mutex<Vec<(String, String)>>>,
    /// Sent with every request.
    pub headers: HeaderMap,
    /// The account's id; 0 for a visitor.
    pub id: i64,
}

impl Person {
    /// Signs in, and must succeed.
    pub async fn log_in(&mut self, name: &str, password: &str) {
        let form = [("username", name), ("password", password)];
        let answer = self.post("/login/", &form).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{name} could not log in"
        );
    }

    /// `GET path`.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], Body::empty()).await
    }

    /// `GET path` with headers.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask(Method::GET, path, headers, Body::empty()).await
    }

    /// `POST path` with an urlencoded form, as a browser sends it from a page of this site.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = serde_html_form::to_string(form).expect("a form");
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.ask(Method::POST, path, &headers, Body::from(body))
            .await
    }

    /// `POST path` with a multipart form.
    pub async fn post_parts(&self, path: &str, parts: &[Part<'_>]) -> Answer {
        let headers = [("content-type", "multipart/form-data; boundary=XboundaryX")];
        self.ask(Method::POST, path, &headers, Body::from(multipart(parts)))
            .await
    }

    /// Any request; `sec-fetch-site: same-origin` is added to unsafe ones unless told otherwise.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Answer {
        let mut request = Request::builder()
            .method(&method)
            .uri(path)
            .header(header::HOST, "madang.test");
        let own_fetch_site = headers
            .iter()
            .any(|(name, _)| *name == "sec-fetch-site" || *name == "origin");
        if !method.is_safe() && !own_fetch_site {
            request = request.header("sec-fetch-site", "same-origin");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let cookies = self.cookies();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        let request = request.body(body).expect("a request");
        let Ok(response) = self.router.clone().oneshot(request).await;
        self.keep_cookies(&response);
        Answer::read(response).await
    }

    /// The jar, as a Cookie header.
    pub fn cookies(&self) -> String {
        let jar = self.jar.lock().expect("jar");
        jar.iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// One cookie of the jar.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let jar = self.jar.lock().expect("jar");
        jar.iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    }

    /// Puts a cookie into the jar.
    pub fn set_cookie(&self, name: &str, value: &str) {
        let mut jar = self.jar.lock().expect("jar");
        jar.retain(|(known, _)| known != name);
        jar.push((name.to_owned(), value.to_owned()));
    }

    fn keep_cookies(&self, response: &Response<Body>) {
        for line in response.headers().get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("a cookie is ASCII");
            let (name, value) = line
                .split(';')
                .next()
                .and_then(|pair| pair.split_once('='))
                .expect("a pair");
            if line.to_ascii_lowercase().contains("max-age=0") {
                self.jar
                    .lock()
                    .expect("jar")
                    .retain(|(known, _)| known != name);
            } else {
                self.set_cookie(name, value);
            }
        }
    }
}

/// One part of a multipart form.
pub enum Part<'a> {
    /// A text field.
    Text(&'a str, &'a str),
    /// A file: field, file name, bytes.
    File(&'a str, &'a str, &'a [u8]),
}

/// The body of a multipart form with the boundary `XboundaryX`.
pub fn multipart(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        let written = match part {
            Part::Text(name, value) => write!(
                body,
                "--XboundaryX\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ),
            Part::File(name, file_name, bytes) => write!(
                body,
                "--XboundaryX\r\ncontent-disposition: form-data; name=\"{name}\"; \
                 filename=\"{file_name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
            )
            .and_then(|()| body.write_all(bytes))
            .and_then(|()| body.write_all(b"\r\n")),
        };
        written.expect("memory");
    }
    body.extend_from_slice(b"--XboundaryX--\r\n");
    body
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    async fn read(response: Response<Body>) -> Answer {
        let (parts, body) = response.into_parts();
        let body = body
            .collect()
            .await
            .map(|body| body.to_bytes())
            .unwrap_or_default();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// Asserts that the page says this.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Answer {
        assert!(
            self.text().contains(words),
            "“{words}” is missing in {}:\n{}",
            self.status,
            self.text()
        );
        self
    }

    /// Asserts that the page does not say this.
    #[track_caller]
    pub fn keeps_quiet_about(&self, words: &str) -> &Answer {
        assert!(
            !self.text().contains(words),
            "“{words}” stands in {}:\n{}",
            self.status,
            self.text()
        );
        self
    }
}

/// A file of `tests/media`.
pub fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/media/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Uploads a fixture as `owner`; the new video's id and its key.
pub async fn upload(
    house: &House,
    owner: &Person,
    title: &str,
    visibility: &str,
    name: &str,
) -> (i64, String) {
    let bytes = fixture(name);
    let parts = [
        Part::Text("title", title),
        Part::Text("description", "설명"),
        Part::Text("visibility", visibility),
        Part::File("video_file", name, &bytes),
    ];
    let answer = owner.post_parts("/admin/videos/video/add/", &parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let sql = "SELECT id, file FROM videos ORDER BY id DESC LIMIT 1";
    house
        .app
        .db
        .one::<(i64, String)>(sql, ())
        .await
        .expect("the new video")
}
