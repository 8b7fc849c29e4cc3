//! As much HTTP/1.1 as the suite itself needs: one request, one answer, one connection.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// What came back.
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body, as long as `Content-Length` says.
    pub body: String,
}

/// GETs a path from a port of 127.0.0.1.
pub async fn get(port: u16, path: &str) -> io::Result<Answer> {
    exchange(port, "GET", path, "").await
}

/// POSTs JSON to a port of 127.0.0.1.
pub async fn post(port: u16, path: &str, json: &serde_json::Value) -> io::Result<Answer> {
    exchange(port, "POST", path, &json.to_string()).await
}

async fn exchange(port: u16, method: &str, path: &str, body: &str) -> io::Result<Answer> {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).await?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    connection.write_all(head.as_bytes()).await?;
    connection.write_all(body.as_bytes()).await?;
    let mut connection = BufReader::new(connection);
    let mut line = String::new();
    connection.read_line(&mut line).await?;
    let status = line
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .ok_or(io::ErrorKind::InvalidData)?;
    // chromedriver keeps the connection open whatever it is asked, so the length has the last word.
    let mut length = 0;
    while line != "\r\n" {
        line.clear();
        if connection.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value
                .trim()
                .parse()
                .map_err(|_| io::ErrorKind::InvalidData)?;
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body).await?;
    Ok(Answer {
        status,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}
