//! Uploads in pieces, as the tus protocol has them.

mod crashes;
mod disk;
mod ended;
mod finished;
mod limits;
mod pieces;
mod protocol;

use axum::{
    body::Body,
    http::{Method, StatusCode},
};

use crate::house::{Answer, House, Person};

pub const UPLOADS: &str = "/admin/uploads/";

const PIECE: &str = "application/offset+octet-stream";

/// A request of the protocol, in its version.
pub async fn tus(
    person: &Person,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let mut all = vec![("tus-resumable", "1.0.0")];
    all.extend_from_slice(headers);
    person.ask(method, path, &all, body.into()).await
}

/// Begins an upload of so many bytes, called film.mp4; its address.
pub async fn begin(person: &Person, length: usize) -> String {
    let length = length.to_string();
    let headers = [
        ("upload-length", &*length),
        ("upload-metadata", "filename ZmlsbS5tcDQ="),
    ];
    let answer = tus(person, Method::POST, UPLOADS, &headers, "").await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.location().to_owned()
}

/// Sends a piece.
pub async fn send(person: &Person, path: &str, offset: usize, body: impl Into<Body>) -> Answer {
    send_with(person, path, offset, &[], body).await
}

/// Sends a piece, with headers.
pub async fn send_with(
    person: &Person,
    path: &str,
    offset: usize,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let offset = offset.to_string();
    let mut all = vec![("content-type", PIECE), ("upload-offset", &*offset)];
    all.extend_from_slice(headers);
    tus(person, Method::PATCH, path, &all, body).await
}

/// How far an upload has come.
pub async fn head(person: &Person, path: &str) -> Answer {
    tus(person, Method::HEAD, path, &[], "").await
}

/// Asserts how far it has come.
#[track_caller]
pub fn is_at(answer: &Answer, offset: usize) {
    let offset = offset.to_string();
    assert_eq!(answer.header("upload-offset"), offset, "{}", answer.status);
}

/// Files of uploads that have not arrived whole.
pub fn partials(house: &House) -> usize {
    let folder = house.app.storage.root().join(".uploads");
    std::fs::read_dir(folder).into_iter().flatten().count()
}

/// How many uploads are not finished, and how many wait for their form.
pub async fn rows(house: &House) -> (i64, i64) {
    let count = async |table: &'static str| -> i64 {
        let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        house.app.db.get(sql, ()).await.expect("a count")
    };
    (count("unfinished_uploads").await, count("uploads").await)
}

/// The fields of a video's form with an upload.
pub fn form(upload: &str) -> [crate::house::Part<'_>; 3] {
    use crate::house::Part::Text;
    [
        Text("title", "조각으로 온 강의"),
        Text("visibility", "public"),
        Text("upload", upload),
    ]
}

/// The bytes of the newest video, as they are stored.
pub async fn newest(house: &House) -> Vec<u8> {
    let sql = "SELECT file FROM videos ORDER BY id DESC LIMIT 1";
    let (key,): (String,) = house.app.db.one(sql, ()).await.expect("a video");
    std::fs::read(house.app.storage.root().join(key)).expect("its file")
}
