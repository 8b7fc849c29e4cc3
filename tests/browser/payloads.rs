//! The payloads of `tests/xss/payloads.txt`, and a browser that would run them.

use serde_json::json;

use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::House;

const CORPUS: &str = include_str!("../xss/payloads.txt");

/// Tells of every payload that runs, in the page and in the console, which is judged at the end.
const WATCHER: &str = "window.pwned = (number) => {
    (window.ran ??= []).push(String(number));
    console.error('a payload ran:', number);
}";

/// Whether a page lets an inline script run.
const RUNS_INLINE: &str = "const runsInline = ({ document }) => {
      const script = document.createElement('script');
      script.textContent = 'window.inlineRan = true';
      document.head.append(script);
      script.remove();
      return document.defaultView.inlineRan === true;
    };";

/// What stands in a page that nobody of this site wrote, and what runs when everything that can
/// happen to an element happens to each of them. A link is followed where it is a script.
const PROVOKE: &str = "const provoke = (view) => {
      const { document } = view;
      const faults = [];
      const tell = (element) => faults.push(element.outerHTML.slice(0, 120));
      const own = `${window.location.origin}/static/`;
      const addresses = ['href', 'xlink:href', 'src', 'action', 'formaction', 'data', 'poster', 'ping', 'background'];
      const foreign = 'script script, iframe, object, embed, base, style, math, frame, meta[http-equiv]';
      const harmless = /^(https?|mailto|blob):$/;
      const protocol = (address) => new URL(address, document.baseURI).protocol;
      for (const element of document.querySelectorAll('*')) {
        for (const { name, value } of element.attributes) {
          if (/^on|^srcdoc$/i.test(name)) tell(element);
          // A script of the site's own tells the list of the admin how high its bars are.
          if (name === 'style' && !element.matches('.changelist-form')) tell(element);
          if (addresses.includes(name) && !harmless.test(protocol(value))) tell(element);
        }
        if (element.localName === 'script' && !element.src?.startsWith?.(own)) tell(element);
        if (element.matches(foreign)) tell(element);
      }
      document.addEventListener('click', (event) => {
        const link = event.target.closest('a, area');
        if (!link || harmless.test(link.protocol)) event.preventDefault();
      }, true);
      const moves = ['mouseover', 'mouseenter', 'mousemove', 'pointerover', 'pointerenter', 'pointermove', 'click'];
      const others = ['focus', 'focusin', 'error', 'load', 'toggle', 'beforetoggle', 'animationstart', 'transitionend'];
      for (const element of document.querySelectorAll('body *:not(video, source)')) {
        // The site's own buttons would do what they are for.
        if (element.closest('button, label, summary')) continue;
        for (const name of moves) element.dispatchEvent(new MouseEvent(name, { bubbles: true, cancelable: true }));
        for (const name of others) element.dispatchEvent(new Event(name));
      }
      const watched = typeof view.pwned === 'function' && runsInline(view);
      return { faults, ran: view.ran ?? [], watched };
    };";

/// Reads pages in frames of this page, many times faster than by going to each: the same parser, in
/// a document that runs scripts. What all pages share, the site's own styles and scripts, is left
/// out.
const READ_IN_FRAMES: &str = "const [paths, done] = arguments;
    const wrong = [];
    const shared = /<link rel=\"stylesheet\" href=\"\\/static[^>]*>|<script type=\"module\" src=\"\\/static[^>]*><\\/script>/g;
    const read = async (path) => {
      const answer = await fetch(path);
      const frame = document.createElement('iframe');
      frame.srcdoc = (await answer.text()).replace(shared, '');
      const loaded = new Promise((loaded) => frame.addEventListener('load', loaded, { once: true }));
      document.body.append(frame);
      await loaded;
      const marks = frame.contentDocument.querySelectorAll('mark').length;
      const found = provoke(frame.contentWindow);
      const fine = answer.ok && found.watched && !found.faults.length && !found.ran.length;
      if (!fine) wrong.push({ path, status: answer.status, ...found });
      frame.remove();
      return marks > 0;
    };
    const queue = [...paths];
    let marked = 0;
    const reader = async () => {
      while (queue.length) if (await read(queue.shift())) marked++;
    };
    Promise.all(Array.from({ length: 4 }, reader)).then(
      () => done({ wrong, marked, ran: window.ran ?? [] }),
      (error) => done({ wrong: [String(error)], marked, ran: [] }),
    );";

/// A line of the corpus.
pub struct Payload {
    /// `title`, `markdown`, `html`, `comment`, `file`, `user` or `link`.
    pub kind: &'static str,
    /// What is typed.
    pub text: String,
}

/// Every payload, in the order of the file.
pub fn payloads() -> Vec<Payload> {
    let lines = CORPUS.lines().enumerate();
    let used = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let payloads: Vec<_> = used
        .map(|(index, line)| {
            let (kind, payload) = line.split_once(": ").expect("a kind and a payload");
            let text = spelled_out(payload, index + 1);
            Payload { kind, text }
        })
        .collect();
    assert!(payloads.len() > 350, "{} payloads", payloads.len());
    payloads
}

/// The payloads of one kind.
pub fn of_kind(kind: &str) -> Vec<String> {
    let these = payloads()
        .into_iter()
        .filter(|payload| payload.kind == kind);
    let these: Vec<_> = these.map(|payload| payload.text).collect();
    assert!(these.len() >= 8, "{kind}");
    these
}

/// The placeholders as the head of the file describes them.
fn spelled_out(payload: &str, number: usize) -> String {
    let mut parts = payload.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').expect("a closed brace");
        match name {
            "n" => text.push_str(&number.to_string()),
            "open" => text.push('{'),
            "close" => text.push('}'),
            "line" => text.push('\n'),
            code => {
                let code = u32::from_str_radix(code, 16).expect("a code point");
                text.push(char::from_u32(code).expect("a character"));
            }
        }
        text.push_str(rest);
    }
    text
}

/// A value of an address' query. NUL is refused in one.
pub fn asked(value: &str) -> String {
    let value = value.replace('\0', "");
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// The owner at a browser that passes over the site's content-security policy: only what the pages
/// themselves do stands between a payload and its script.
pub async fn defenceless(house: &House) -> Chromium {
    let mut page = owner(house, Window::Desk).await;
    page.excuse("violates the following Content Security Policy directive 'script-src");
    let runs = format!("{RUNS_INLINE} return runsInline(window)");
    assert_eq!(page.run(&runs).await, false, "there is a policy");
    page.devtools("Page.setBypassCSP", json!({ "enabled": true }))
        .await;
    let watcher = json!({ "source": WATCHER });
    page.devtools("Page.addScriptToEvaluateOnNewDocument", watcher)
        .await;
    // Pictures and videos that payloads name are not there, and faulty forms are asked for.
    for status in ["404 (Not Found)", "409 (Conflict)", "422 (Unprocessable"] {
        page.excuse(status);
    }
    page
}

impl Chromium {
    /// Provokes whatever the page shown now may hold, and fails when anything in it is not the
    /// site's own. It proves on the very page that a script would run.
    pub async fn withstands(&self) {
        let script = format!("{RUNS_INLINE} {PROVOKE} return provoke(window)");
        let found = self.run(&script).await;
        let path = self.path().await;
        let nothing = json!({ "faults": [], "ran": [], "watched": true });
        assert_eq!(found, nothing, "{path}");
    }

    /// The same for a page to go to.
    pub async fn visit_defenceless(&self, path: &str) {
        self.visit(path).await;
        self.withstands().await;
    }

    /// The same for many pages, in frames of the page shown now; how many of them have a mark of
    /// what a search found.
    pub async fn read_defenceless(&self, paths: &[String]) -> u64 {
        let script = format!("{RUNS_INLINE} {PROVOKE} {READ_IN_FRAMES}");
        let mut marked = 0;
        // A script that takes longer than chromedriver waits would be given up.
        for paths in paths.chunks(50) {
            let found = self.execute_async(&script, vec![json!(paths)]).await;
            let found = found.expect("the pages are read");
            assert_eq!(found["wrong"], json!([]));
            assert_eq!(found["ran"], json!([]));
            marked += found["marked"].as_u64().expect("a number");
        }
        marked
    }
}
