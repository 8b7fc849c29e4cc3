//! The real binary in a folder of its own, and a plain HTTP client that sends exactly what it is
//! told to.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// Longer than anything takes on a busy machine: only what never comes takes longer.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// The superuser of [`Site::with_owner`].
pub const OWNER: &str = "owner";

/// The binary in `folder`, with nothing set but what is given.
pub fn madang(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_madang"));
    command
        .current_dir(folder)
        .env_clear()
        .envs(settings.iter().copied())
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What a command that ends by itself said.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// Runs a command to its end.
pub fn run(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Ended {
    let mut child = madang(folder, arguments, settings).spawn().expect("start");
    let stdout = read_all(child.stdout.take().expect("piped"));
    let stderr = read_all(child.stderr.take().expect("piped"));
    let status = wait(&mut child);
    Ended {
        code: status.code(),
        stdout: stdout.join().expect("stdout"),
        stderr: stderr.join().expect("stderr"),
    }
}

fn read_all(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn wait(child: &mut Child) -> ExitStatus {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("wait") {
            return status;
        }
        if Instant::now() > until {
            let _ = child.kill();
            panic!("the program did not end within {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// Waits for something that another process does.
#[track_caller]
pub fn until(what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < end, "never: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A running server; killed when dropped.
pub struct Site {
    child: Child,
    log: Arc<Mutex<String>>,
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
}

impl Site {
    /// Starts it on a port of the system's choice and waits until it is ready.
    pub fn start(folder: &Path, settings: &[(&str, &str)]) -> Site {
        Site::begin(folder, &[], settings).ready()
    }

    /// With a superuser named [`OWNER`].
    pub fn with_owner(folder: &Path, settings: &[(&str, &str)]) -> Site {
        let mut all = settings.to_vec();
        all.push(("SUPERUSER_USERNAME", OWNER));
        all.push(("SUPERUSER_PASSWORD", crate::house::PASSWORD));
        Site::start(folder, &all)
    }

    /// Starts it and does not wait.
    pub fn begin(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Site {
        let mut command = madang(folder, arguments, settings);
        for (name, value) in [("HOST", "127.0.0.1"), ("PORT", "0")] {
            if !settings.iter().any(|(given, _)| *given == name) {
                command.env(name, value);
            }
        }
        Site::spawn(command)
    }

    /// Runs a command that becomes the site, and does not wait.
    pub fn of(mut command: Command) -> Site {
        command.env("HOST", "127.0.0.1").env("PORT", "0");
        Site::spawn(command)
    }

    fn spawn(mut command: Command) -> Site {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("start");
        let pipe = BufReader::new(child.stderr.take().expect("piped"));
        let log = Arc::new(Mutex::new(String::new()));
        let lines = Arc::clone(&log);
        thread::spawn(move || {
            for line in pipe.lines().map_while(Result::ok) {
                let mut log = lines.lock().expect("log");
                log.push_str(&line);
                log.push('\n');
            }
        });
        Site {
            child,
            log,
            port: 0,
        }
    }

    /// Waits until the address is printed and the site says that it is ready.
    pub fn ready(mut self) -> Site {
        until("the address in the log", || {
            if let Some(status) = self.child.try_wait().expect("wait") {
                panic!("the site ended with {status}:\n{}", self.log());
            }
            self.log().contains("serves http://")
        });
        let log = self.log();
        let address = log
            .split("serves http://127.0.0.1:")
            .nth(1)
            .unwrap_or_default();
        let port = address
            .split(|letter: char| !letter.is_ascii_digit())
            .next();
        self.port = port.and_then(|port| port.parse().ok()).expect("port");
        until("ready", || {
            ask(self.port, &request("GET", "/readyz", "", "")).status == 200
        });
        self
    }

    /// A path as the process sees it, which may have disks of its own.
    pub fn inside(&self, path: &Path) -> PathBuf {
        let path = path.strip_prefix("/").unwrap_or(path);
        Path::new(&format!("/proc/{}/root", self.child.id())).join(path)
    }

    /// What it wrote so far.
    pub fn log(&self) -> String {
        self.log.lock().expect("log").clone()
    }

    /// The set-up link in the log, as path and query.
    pub fn setup_link(&self) -> Option<String> {
        let log = self.log();
        let at = log.find("/setup/?token=")?;
        log[at..].split_whitespace().next().map(str::to_owned)
    }

    /// Bytes of memory it holds now.
    pub fn memory(&self) -> u64 {
        self.kilobytes("VmRSS:") * 1024
    }

    fn kilobytes(&self, name: &str) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).expect("proc");
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = line.expect(name).trim().trim_end_matches("kB").trim();
        kilobytes.parse().expect("a number")
    }

    /// The most memory it ever held, in bytes.
    pub fn most_memory(&self) -> u64 {
        self.kilobytes("VmHWM:") * 1024
    }

    /// Files it may have open.
    pub fn open_files(&self) -> u64 {
        let path = format!("/proc/{}/limits", self.child.id());
        let limits = std::fs::read_to_string(path).expect("proc");
        let line = limits
            .lines()
            .find_map(|line| line.strip_prefix("Max open files"))
            .expect("a limit");
        let soft = line.split_whitespace().next().expect("soft");
        soft.parse().unwrap_or(u64::MAX)
    }

    /// Sends a signal.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status()
            .expect("kill");
        assert!(sent.success());
    }

    /// Waits for its end.
    pub fn ended(&mut self) -> ExitStatus {
        wait(&mut self.child)
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().expect("kill");
        self.child.wait().expect("wait");
    }

    /// Signs in; the Cookie header's value.
    pub fn log_in(&self, name: &str, password: &str) -> String {
        let answer = self.post("/login/", "", &[("username", name), ("password", password)]);
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.cookie("sessionid")
    }

    /// `GET path`.
    pub fn get(&self, path: &str, cookie: &str) -> Reply {
        ask(self.port, &request("GET", path, &cookie_line(cookie), ""))
    }

    /// `POST path` with an urlencoded form.
    pub fn post(&self, path: &str, cookie: &str, form: &[(&str, &str)]) -> Reply {
        let body = serde_html_form::to_string(form).expect("form");
        let lines = format!(
            "{}content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n",
            cookie_line(cookie),
            body.len()
        );
        ask(self.port, &request("POST", path, &lines, &body))
    }

    /// The head of an upload of `length` bytes to the admin's form.
    pub fn upload_head(&self, cookie: &str, length: usize) -> Vec<u8> {
        let lines = format!(
            "{}content-type: multipart/form-data; boundary=XboundaryX\r\ncontent-length: {length}\r\n",
            cookie_line(cookie),
        );
        request("POST", "/admin/videos/video/add/", &lines, "")
    }

    /// Uploads a film through the admin's form.
    pub fn upload(&self, cookie: &str, title: &str, visibility: &str, film: &[u8]) -> Reply {
        use crate::house::{Part, multipart};
        let body = multipart(&[
            Part::Text("title", title),
            Part::Text("description", "설명"),
            Part::Text("visibility", visibility),
            Part::File("video_file", "film.mp4", film),
        ]);
        let mut bytes = self.upload_head(cookie, body.len());
        bytes.extend_from_slice(&body);
        ask(self.port, &bytes)
    }

    /// The address of the file of the newest video.
    pub fn newest_file(&self, cookie: &str) -> String {
        let home = self.get("/", cookie).text();
        let at = home.find("\"/video/").expect("a video at home") + 1;
        let page = home[at..].split('"').next().expect("address").to_owned();
        let page = self.get(&page, cookie).text();
        let at = page.find("/media/").expect("a file");
        page[at..]
            .split(['"', '#'])
            .next()
            .expect("address")
            .to_owned()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("--- the site's log ---\n{}", self.log());
        }
    }
}

fn cookie_line(cookie: &str) -> String {
    match cookie {
        "" => String::new(),
        cookie => format!("cookie: {cookie}\r\n"),
    }
}

/// A request that ends its connection; `lines` are whole header lines.
pub fn request(method: &str, path: &str, lines: &str, body: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: madang.test\r\nconnection: close\r\n{lines}\r\n{body}"
    )
    .into_bytes()
}

/// An answer off the wire.
#[derive(Debug)]
pub struct Reply {
    /// The status; 0 when the connection ended without an answer.
    pub status: u16,
    /// Status line and headers, in lower case but for values.
    pub head: String,
    /// Everything after them.
    pub body: Vec<u8>,
}

impl Reply {
    /// Reads an answer's bytes.
    pub fn parse(bytes: &[u8]) -> Reply {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let (head, body) = match end {
            Some(end) => (&bytes[..end], &bytes[end + 4..]),
            None => (bytes, &[][..]),
        };
        let head = String::from_utf8_lossy(head).into_owned();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        Reply {
            status: status.unwrap_or(0),
            head,
            body: body.to_vec(),
        }
    }

    /// A header's value, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().skip(1);
        lines
            .find_map(|line| {
                let (known, value) = line.split_once(':')?;
                known.eq_ignore_ascii_case(name).then_some(value.trim())
            })
            .unwrap_or_default()
    }

    /// `name=value` of a cookie that was set.
    pub fn cookie(&self, name: &str) -> String {
        let line = self.head.lines().find(|line| {
            let line = line.to_ascii_lowercase();
            line.starts_with(&format!("set-cookie: {name}="))
        });
        let line = line.unwrap_or_else(|| panic!("no cookie {name} in\n{}", self.head));
        let pair = line["set-cookie: ".len()..].split(';').next();
        pair.expect("a pair").to_owned()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A connection that gives up after [`PATIENCE`].
pub fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).expect("connect");
    stream.set_read_timeout(Some(PATIENCE)).expect("timeout");
    stream.set_write_timeout(Some(PATIENCE)).expect("timeout");
    stream
}

/// Sends bytes and reads until the server closes. A server may close before it has read all.
pub fn ask(port: u16, bytes: &[u8]) -> Reply {
    let mut stream = connect(port);
    let _ = stream.write_all(bytes);
    Reply::parse(&rest(&mut stream))
}

/// What comes until the server closes; panics when it does not.
pub fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut piece = [0; 16 * 1024];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return bytes,
            Ok(read) => bytes.extend_from_slice(&piece[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return bytes,
            // A machine that was halted for a moment: a read with a time limit is not taken up again.
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => panic!("the server neither answered nor closed: {error}"),
        }
    }
}

/// A film of about `size` bytes: a fixture with a box of free space behind it.
pub fn long_film(size: u32) -> Vec<u8> {
    let mut film = crate::house::fixture("short.mp4");
    film.extend_from_slice(&size.to_be_bytes());
    film.extend_from_slice(b"free");
    film.resize(film.len() + size as usize - 8, 7);
    film
}
