//! What people do on the site's pages: fill in a form, press, choose a file, type.
//!
//! It knows the names of form fields and the addresses of DESIGN's URL table, and nothing of how
//! a page is drawn but what is written here.

use fantoccini::Locator;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use serde_json::Value;

use crate::chromium::{Chromium, Window};
use crate::house::{OWNER, OWNER_PASSWORD, fixture};
use crate::settles;

impl Chromium {
    /// The first visible element of a CSS selector, once there is one.
    pub async fn see(&self, selector: &str) -> Element {
        let seen = settles(async || {
            // While a page is being replaced there may be none, and one of the old page is no answer.
            for element in self.find_all(Locator::Css(selector)).await.ok()? {
                if element.is_displayed().await.unwrap_or(false) {
                    return Some(element);
                }
            }
            None
        });
        seen.await
            .unwrap_or_else(|| panic!("{selector} is never seen"))
    }

    /// Presses the first visible element of a CSS selector.
    pub async fn press(&self, selector: &str) {
        let mut fault = String::new();
        let pressed = settles(async || match self.see(selector).await.click().await {
            Ok(()) => Some(()),
            // What appears above it has moved it from under the finger.
            Err(error) if error.to_string().contains("click intercepted") => {
                fault = error.to_string();
                None
            }
            Err(error) => panic!("press {selector}: {error}"),
        });
        let pressed = pressed.await;
        assert!(pressed.is_some(), "press {selector}: {fault}");
    }

    /// Replaces what stands in a text field.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.see(&format!("main [name={name}]")).await;
        field.clear().await.expect("an editable field");
        field.send_keys(text).await.expect("an editable field");
    }

    /// Presses the button that sends the form in the page's content, and waits for the next page.
    pub async fn send(&self) {
        self.turn("main form button:not([type=button])").await;
    }

    /// Presses what leads to another page, and waits until that page has loaded. A press that missed,
    /// because something that appeared moved the page under the finger, is repeated.
    pub async fn turn(&self, selector: &str) {
        self.run("document.documentElement.dataset.before = 'yes'")
            .await;
        // Where scripts are off nothing listens, but nothing appears and moves the page either.
        self.run(&format!(
            "document.addEventListener('click', ({{ target }}) => {{
               if (!target.closest({selector:?})) document.documentElement.dataset.missed = 'yes';
             }}, true)"
        ))
        .await;
        settles(async || {
            self.press(selector).await;
            let missed = "const { dataset } = document.documentElement;
                          const { missed } = dataset;
                          delete dataset.missed;
                          return missed === 'yes'";
            let missed = self.execute(missed, Vec::new()).await;
            missed.map_or(Some(()), |missed| (missed != true).then_some(()))
        })
        .await;
        self.turned(selector).await;
    }

    /// Waits until the page marked by [`Chromium::turn`] has been replaced and has loaded.
    pub async fn turned(&self, by: &str) {
        let script =
            "return document.readyState === 'complete' && !document.documentElement.dataset.before";
        self.until(&format!("{by} leads to another page"), script)
            .await;
    }

    /// Presses and releases one key after another, wherever the focus is.
    pub async fn keys(&self, keys: &str) {
        for value in keys.chars() {
            let stroke = KeyActions::new("keyboard".to_owned())
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value });
            self.perform_actions(stroke)
                .await
                .unwrap_or_else(|error| panic!("key {value}: {error}"));
        }
    }

    /// The same with Shift held down: `?` is Shift and the slash's key.
    pub async fn keys_with_shift(&self, keys: &str) {
        const SHIFT: char = '\u{e008}';
        for value in keys.chars() {
            let stroke = KeyActions::new("keyboard".to_owned())
                .then(KeyAction::Down { value: SHIFT })
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value })
                .then(KeyAction::Up { value: SHIFT });
            self.perform_actions(stroke)
                .await
                .unwrap_or_else(|error| panic!("key {value}: {error}"));
        }
    }

    /// A key as the page hears it while an input method is on: its place on the keyboard, and
    /// whatever the input method makes of it.
    pub async fn key_of_input_method(&self, code: &str, key: &str) {
        self.run(&format!(
            "document.body.dispatchEvent(new KeyboardEvent('keydown',
               {{ code: {code:?}, key: {key:?}, bubbles: true, cancelable: true }}))"
        ))
        .await;
    }

    /// Logs in at `/login/`, from wherever the browser is.
    pub async fn log_in(&self, username: &str, password: &str) {
        self.visit("/login/").await;
        self.fill("username", username).await;
        self.fill("password", password).await;
        self.send().await;
        assert_eq!(
            self.path().await,
            "/",
            "the login is refused: {}",
            self.words("main").await
        );
    }

    /// Goes home and logs out by the button of the account menu.
    pub async fn log_out(&self) {
        self.visit("/").await;
        self.press("details.menu summary").await;
        self.turn("form[action='/logout/'] button").await;
    }

    /// As the owner: uploads one of the fixtures through the admin's form, and waits until it is
    /// saved. Ends on the list of videos.
    pub async fn upload(&self, title: &str, visibility: &str, file: &str) {
        self.fill_upload(title, visibility, file).await;
        self.turn("button[name=_save]").await;
        assert_eq!(
            self.path().await,
            "/admin/videos/video/",
            "not saved: {}",
            self.words("main").await
        );
    }

    /// The same without pressing the button.
    pub async fn fill_upload(&self, title: &str, visibility: &str, file: &str) {
        self.visit("/admin/videos/video/add/").await;
        self.fill("title", title).await;
        self.press(&format!("label:has([name=visibility][value={visibility}])"))
            .await;
        let path = fixture(file);
        let input = self.see("[name=video_file]").await;
        input
            .send_keys(path.to_str().expect("a path in UTF-8"))
            .await
            .expect("a file input");
    }

    /// The visible words of an element.
    pub async fn words(&self, selector: &str) -> String {
        match self
            .run(&format!(
                "return document.querySelector({selector:?})?.innerText ?? null"
            ))
            .await
        {
            Value::String(words) => words,
            _ => panic!("there is no {selector}"),
        }
    }

    /// A number that a script's expression gives, such as `video.currentTime` of the page's video.
    pub async fn number(&self, expression: &str) -> f64 {
        let script = format!("const video = document.querySelector('video'); return {expression}");
        self.run(&script)
            .await
            .as_f64()
            .unwrap_or_else(|| panic!("{expression} is no number"))
    }

    /// Waits until an expression over the page's `video` is true.
    pub async fn until_video(&self, expression: &str) {
        let script = format!(
            "const video = document.querySelector('video'); return !!video && ({expression})"
        );
        self.until(expression, &script).await;
    }
}

/// A site's owner at a window of their own, logged in.
pub async fn owner(house: &crate::house::House, window: Window) -> Chromium {
    let owner = Chromium::open(house, window).await;
    owner.log_in(OWNER, OWNER_PASSWORD).await;
    owner
}
