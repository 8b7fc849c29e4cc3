//! One Chromium for one test, driven through a chromedriver of its own.
//!
//! What a page's console says and which requests it makes are collected all along and judged at
//! the end by [`Chromium::close`]: an error, a content-security violation or a request to another
//! site fails the test. It knows nothing of the site's pages.

use std::ops::Deref;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::driver::{Driver, wishes};
use crate::house::House;
use crate::{settles, until, wire};

/// What kind of window looks at the site.
#[derive(Clone, Copy, PartialEq)]
pub enum Window {
    /// 1280 × 800 with a mouse.
    Desk,
    /// As [`Window::Desk`], but the browser's question before a page with unsaved changes is left
    /// waits for the test's answer.
    DeskThatAsks,
    /// 390 × 844 with a finger.
    Phone,
    /// As [`Window::Desk`], but scripts are switched off in the browser's settings.
    DeskWithoutScripts,
}

/// A request that a page made.
#[derive(Clone, Debug)]
struct Request {
    method: String,
    url: String,
    /// `Document`, `XHR`, `Image` …, as the DevTools protocol calls them.
    means: String,
    /// `Upload-Offset`, where a piece of an upload was sent.
    offset: Option<u64>,
}

/// A browser looking at one site. End it with [`Chromium::close`]: a test that forgets fails.
pub struct Chromium {
    client: Client,
    driver: Driver,
    site: String,
    requests: Mutex<Vec<Request>>,
    excused: Vec<&'static str>,
    closed: bool,
}

impl Deref for Chromium {
    type Target = Client;
    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Chromium {
    /// Opens a window with an empty profile that prefers Korean.
    pub async fn open(house: &House, window: Window) -> Chromium {
        Chromium::at(house.url(""), window).await
    }

    /// The same for any site, given as `http://host:port`.
    pub async fn at(site: String, window: Window) -> Chromium {
        let driver = Driver::start();
        let wishes = wishes(driver.profile(), window);
        // chromedriver gives a browser a minute to start, and on a busy machine that may be too short.
        let mut fault = String::new();
        let client = settles(async || {
            let asked = ClientBuilder::new(HttpConnector::new())
                .capabilities(wishes.as_object().expect("an object").clone())
                .connect(&format!("http://127.0.0.1:{}", driver.port))
                .await;
            asked.map_err(|error| fault = error.to_string()).ok()
        })
        .await
        .unwrap_or_else(|| panic!("Chromium does not start: {fault}"));
        Chromium {
            client,
            driver,
            site,
            requests: Mutex::default(),
            excused: Vec::new(),
            closed: false,
        }
    }

    /// Goes to a path of the site.
    pub async fn visit(&self, path: &str) {
        self.client
            .goto(&format!("{}{path}", self.site))
            .await
            .expect("the page loads");
    }

    /// The path (with its query) of the page now shown.
    pub async fn path(&self) -> String {
        let address = self.client.current_url().await.expect("an address");
        assert_eq!(
            address.origin().ascii_serialization(),
            self.site,
            "left the site"
        );
        match address.query() {
            Some(query) => format!("{}?{query}", address.path()),
            None => address.path().to_owned(),
        }
    }

    /// Runs a script's body in the page; it `return`s the answer.
    pub async fn run(&self, script: &str) -> Value {
        self.client
            .execute(script, Vec::new())
            .await
            .unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Waits until a script's body returns true.
    pub async fn until(&self, what: &str, script: &str) {
        // While a page is being replaced a script may find none; that is not an answer.
        until(what, async || {
            self.client
                .execute(script, Vec::new())
                .await
                .is_ok_and(|answer| answer == Value::Bool(true))
        })
        .await;
    }

    /// Lets console messages that contain `text` pass, where a test provokes them.
    pub fn excuse(&mut self, text: &'static str) {
        self.excused.push(text);
    }

    /// By which means (`Document`, `XHR`, …) the requests of this method to this path were made
    /// since the browser opened.
    pub async fn sent(&self, method: &str, path: &str) -> Vec<String> {
        let url = format!("{}{path}", self.site);
        let requests = self.requests().await;
        let these = requests
            .into_iter()
            .filter(|request| request.method == method && request.url == url);
        these.map(|request| request.means).collect()
    }

    /// Where the pieces of uploads began that were sent since the browser opened, in order.
    pub async fn offsets(&self) -> Vec<u64> {
        let requests = self.requests().await;
        let pieces = requests
            .into_iter()
            .filter(|request| request.method == "PATCH");
        pieces.filter_map(|request| request.offset).collect()
    }

    /// Makes the line slow, in bytes a second each way.
    pub async fn slow_down(&self, bytes_a_second: u32) {
        self.line(false, bytes_a_second).await;
    }

    /// Takes the line away.
    pub async fn cut_off(&self) {
        self.line(true, 0).await;
    }

    async fn line(&self, offline: bool, bytes_a_second: u32) {
        self.command(
            "chromium/network_conditions",
            json!({ "network_conditions": { "offline": offline, "latency": 0,
                "download_throughput": bytes_a_second, "upload_throughput": bytes_a_second } }),
        )
        .await;
    }

    /// A command of the DevTools protocol, for what no page and no WebDriver can do.
    pub async fn devtools(&self, command: &str, wish: Value) {
        let wish = json!({ "cmd": command, "params": wish });
        self.command("goog/cdp/execute", wish).await;
    }

    /// Every request made since the browser opened.
    async fn requests(&self) -> Vec<Request> {
        let mut requests = self.requests.lock().await;
        for entry in self.log("performance").await {
            let entry: Value =
                serde_json::from_str(entry["message"].as_str().unwrap_or("{}")).unwrap_or_default();
            if entry["message"]["method"] == "Network.requestWillBeSent" {
                let request = &entry["message"]["params"]["request"];
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                requests.push(Request {
                    method: text(&request["method"]),
                    url: text(&request["url"]),
                    means: text(&entry["message"]["params"]["type"]),
                    offset: text(&request["headers"]["Upload-Offset"]).parse().ok(),
                });
            }
        }
        requests.clone()
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.command("se/log", json!({ "type": kind })).await;
        serde_json::from_value(entries).expect("a list")
    }

    /// A command that only chromedriver has.
    async fn command(&self, name: &str, wish: Value) -> Value {
        let session = self
            .client
            .session_id()
            .await
            .expect("a session")
            .expect("its id");
        let path = format!("/session/{session}/{name}");
        let answer = wire::post(self.driver.port, &path, &wish)
            .await
            .expect("chromedriver answers");
        assert_eq!(answer.status, 200, "{}", answer.body);
        let mut answer: Value = serde_json::from_str(&answer.body).expect("JSON");
        answer["value"].take()
    }

    /// Ends the browser, and fails the test for what its pages did wrong on the way.
    pub async fn close(mut self) {
        let complaints: Vec<String> = self
            .log("browser")
            .await
            .into_iter()
            .filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING")
            .filter_map(|entry| entry["message"].as_str().map(str::to_owned))
            .filter(|message| !self.excused.iter().any(|text| message.contains(text)))
            .collect();
        let requests = self.requests().await;
        let here = format!("{}/", self.site);
        // The window's first page, before any visit, is the browser's own.
        let own = ["data:", "blob:", "about:", "chrome:"];
        let strangers: Vec<_> = requests
            .iter()
            .filter(|request| {
                let url = &request.url;
                !url.starts_with(&here) && !own.iter().any(|scheme| url.starts_with(scheme))
            })
            .collect();
        self.closed = true;
        self.client.clone().close().await.expect("the session ends");
        assert!(
            complaints.is_empty(),
            "the console complains: {complaints:#?}"
        );
        assert!(
            strangers.is_empty(),
            "requests left the site: {strangers:#?}"
        );
        assert!(
            !requests.is_empty(),
            "the log of requests is empty, so it proves nothing"
        );
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        if !self.closed && !std::thread::panicking() {
            panic!("this test does not close its browser");
        }
    }
}
