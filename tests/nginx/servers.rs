//! Both servers over one folder: the real binary on a port, and nginx on a socket file, of which no two
//! tests can have the same. Neither needs root, and neither minds it.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpStream},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant, UNIX_EPOCH},
};

use tempfile::TempDir;

use super::{replies::Reply, requests::Request};

/// Longer than anything takes on a busy machine: only what never comes takes longer.
const PATIENCE: Duration = Duration::from_secs(180);

const NGINX: &str = "
daemon off; master_process off; user root;
pid nginx.pid; error_log stderr crit;
events {}
http {
  access_log off; types { video/mp4 mp4; }
  # As RFC 9110 §13.1.3 has it; by itself nginx compares for equality.
  if_modified_since before;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  server { listen unix:nginx.sock; location /media/ { root .; } }
}
";

/// The film that both have, and when it was made.
pub struct Film {
    folder: TempDir,
    /// `/media/{key}`.
    pub path: String,
    pub bytes: Vec<u8>,
}

impl Film {
    /// A public video of a new site.
    pub fn uploaded() -> Film {
        let folder = tempfile::tempdir().expect("a folder");
        // Makes the database and the account that uploads.
        let site = serving(folder.path());
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/media/short.mp4");
        let done = madang(folder.path())
            .args(["upload", source])
            .output()
            .expect("madang");
        assert!(done.status.success(), "{done:?}");
        drop(site);
        let media = folder.path().join("media");
        let files = fs::read_dir(media).expect("media").flatten();
        let mut films = files.filter(|file| file.path().extension().is_some_and(|it| it == "mp4"));
        let film = films.next().expect("a film");
        let made = UNIX_EPOCH + Duration::from_secs(super::forms::MADE);
        let file = fs::File::options()
            .append(true)
            .open(film.path())
            .expect("film");
        file.set_modified(made).expect("a date");
        Film {
            path: format!("/media/{}", film.file_name().to_string_lossy()),
            bytes: fs::read(film.path()).expect("film"),
            folder,
        }
    }
}

/// The binary in a folder, with nothing set but what the test needs.
fn madang(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_madang"));
    command.current_dir(folder).env_clear().envs([
        ("HOST", "127.0.0.1"),
        ("PORT", "0"),
        ("SUPERUSER_USERNAME", "owner"),
        ("SUPERUSER_PASSWORD", "courtyard-gate-1742"),
    ]);
    command.stdin(Stdio::null());
    command
}

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The binary serving that folder, and its port.
fn serving(folder: &Path) -> (Running, u16) {
    let mut command = madang(folder);
    let mut child = command.stderr(Stdio::piped()).spawn().expect("madang");
    let mut log = BufReader::new(child.stderr.take().expect("piped")).lines();
    let port = log
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| {
            let (_, port) = line.split_once("serves http://127.0.0.1:")?;
            let end = port.find(|letter: char| !letter.is_ascii_digit());
            port[..end.unwrap_or(port.len())].parse().ok()
        })
        .expect("a port in the log");
    // Or the site would wait for somebody to read its log.
    thread::spawn(move || log.map_while(Result::ok).for_each(drop));
    (Running(child), port)
}

/// Our own server.
pub struct Madang {
    _process: Running,
    port: u16,
    etag: String,
}

impl Madang {
    pub fn start(film: &Film) -> Madang {
        let (process, port) = serving(film.folder.path());
        let mut madang = Madang {
            _process: process,
            port,
            etag: String::new(),
        };
        madang.etag = madang.answer(&Request::plain(), film).header("etag");
        madang
    }

    pub fn answer(&self, request: &Request, film: &Film) -> Reply {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("connect");
        stream.set_read_timeout(Some(PATIENCE)).expect("timeout");
        exchange(stream, request, film, &self.etag)
    }
}

/// nginx, over the same folder.
pub struct Nginx {
    _process: Running,
    socket: PathBuf,
    etag: String,
}

impl Nginx {
    pub fn start(film: &Film) -> Nginx {
        let folder = film.folder.path();
        let config = folder.join("nginx.conf");
        let here = format!("{}/", folder.display());
        let text = NGINX
            .replace("unix:", &format!("unix:{here}"))
            .replace("root .;", &format!("root {here};"));
        fs::write(&config, text).expect("write");
        // Debian keeps it out of users' PATH.
        let path = std::env::var("PATH").unwrap_or_default();
        let child = Command::new("nginx")
            .env("PATH", format!("{path}:/usr/sbin:/usr/local/sbin"))
            .args(["-p", &here, "-c"])
            .arg(&config)
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx, which script/test installs");
        let mut process = Running(child);
        let socket = folder.join("nginx.sock");
        let end = Instant::now() + PATIENCE;
        while UnixStream::connect(&socket).is_err() {
            let ended = process.0.try_wait().expect("wait");
            assert!(ended.is_none(), "nginx ended by itself: {ended:?}");
            assert!(Instant::now() < end, "nginx does not answer");
            thread::sleep(Duration::from_millis(10));
        }
        let mut nginx = Nginx {
            _process: process,
            socket,
            etag: String::new(),
        };
        nginx.etag = nginx.answer(&Request::plain(), film).header("etag");
        nginx
    }

    pub fn answer(&self, request: &Request, film: &Film) -> Reply {
        let stream = UnixStream::connect(&self.socket).expect("connect");
        stream.set_read_timeout(Some(PATIENCE)).expect("timeout");
        exchange(stream, request, film, &self.etag)
    }
}

/// Sends the request and behind it, on the same connection, one whose answer is known: so it shows where
/// the answer to the first ends, and whether the connection lives on.
fn exchange(mut stream: impl Read + Write, request: &Request, film: &Film, etag: &str) -> Reply {
    let mut bytes = request.bytes(&film.path, etag);
    let path = &film.path;
    bytes.extend_from_slice(
        format!("GET {path} HTTP/1.1\r\nHost: x\r\nRange: bytes=0-0\r\nConnection: close\r\n\r\n")
            .as_bytes(),
    );
    stream.write_all(&bytes).expect("write");
    let mut answer = Vec::new();
    // A connection that is closed over unread bytes may end in a reset.
    let _ = stream.read_to_end(&mut answer);
    Reply::parse(&answer, request, etag)
}
