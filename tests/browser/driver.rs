//! chromedriver as a process, and the browser it is asked for.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::PATIENCE;
use crate::chromium::Window;
use crate::house::signal;

const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// A chromedriver on a port of its own choice, ended together with its browser.
pub struct Driver {
    process: Child,
    profile: TempDir,
    /// Its port of 127.0.0.1.
    pub port: u16,
}

impl Driver {
    /// Starts it, and waits until it says its port.
    pub fn start() -> Driver {
        let profile = tempfile::Builder::new()
            .prefix("madang-chromium")
            .tempdir()
            .expect("a temporary folder");
        let mut process = Command::new(program(
            "CHROMEDRIVER",
            &["chromedriver"],
            "chromium-driver",
        ))
        .args(["--port=0", "--allowed-ips=127.0.0.1"])
        // Where no language is set it takes no file whose name is not ASCII.
        .env("LC_ALL", "C.UTF-8")
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver starts");
        let said = BufReader::new(process.stdout.take().expect("piped"));
        let port = said.lines().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        Driver {
            process,
            profile,
            port: port.expect("chromedriver says its port"),
        }
    }

    /// An empty folder for what its browser keeps.
    pub fn profile(&self) -> &Path {
        self.profile.path()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Left to itself, chromedriver ends without its browser; the group has them both.
        signal("KILL", -i64::from(self.process.id()));
        let _ = self.process.wait();
        // What a dying process still writes makes this fail. That all are gone from the system's table
        // is not waited for: who is left there as a zombie writes nothing, and may be there for seconds.
        let end = Instant::now() + PATIENCE;
        while std::fs::remove_dir_all(&self.profile).is_err() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(25));
        }
    }
}

fn program(variable: &str, names: &[&str], package: &str) -> PathBuf {
    if let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) {
        return path.into();
    }
    let folders: Vec<PathBuf> =
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let found = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!(
            "{} is missing: `apt-get install {package}`, or set {variable}; script/test does it",
            names[0]
        )
    })
}

/// What a new session asks for: a Chromium that plays without being touched, asks nobody on the
/// network, and tells what its pages say and request.
pub fn wishes(profile: &Path, window: Window) -> Value {
    let browser = program("CHROMIUM", &BROWSERS, "chromium");
    let mut options = json!({
        "binary": browser,
        "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-default-apps", "--autoplay-policy=no-user-gesture-required", "--mute-audio",
            "--lang=ko", "--window-size=1280,800", format!("--user-data-dir={}", profile.display()),
        ],
        "prefs": { "intl.accept_languages": "ko-KR,ko" },
    });
    match window {
        Window::Desk | Window::DeskThatAsks => {}
        Window::Phone => {
            options["mobileEmulation"] = json!({
                "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 3.0, "touch": true, "mobile": true },
            });
        }
        Window::DeskWithoutScripts => {
            options["prefs"]["profile.managed_default_content_settings.javascript"] = json!(2);
        }
    }
    let mut wishes = json!({
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        // chromedriver gives a script half a minute, which reading many pages takes on a busy machine.
        "timeouts": { "script": PATIENCE.as_secs() * 1000 },
    });
    if window == Window::DeskThatAsks {
        // chromedriver agrees to leave unasked unless a session may speak WebDriver BiDi too.
        wishes["webSocketUrl"] = json!(true);
        wishes["unhandledPromptBehavior"] =
            json!({ "beforeUnload": "ignore", "default": "dismiss and notify" });
    }
    wishes
}
