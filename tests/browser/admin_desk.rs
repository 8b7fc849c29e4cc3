//! What the tests of the admin site share: rows put into the database, and what one does with a
//! list, a form and a question of the browser. It knows the admin's markup, and no test.

use std::time::Duration;

use fantoccini::Locator;
use fantoccini::actions::{
    Actions, InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use serde_json::{Value, json};

use crate::chromium::Chromium;
use crate::house::{House, OWNER};
use crate::settles;

/// The list of videos.
pub const VIDEOS: &str = "/admin/videos/video/";
/// The list of users.
pub const USERS: &str = "/admin/accounts/user/";
/// The list of groups.
pub const GROUPS: &str = "/admin/accounts/group/";
/// The list of sessions.
pub const SESSIONS: &str = "/admin/accounts/session/";
/// The log.
pub const LOG: &str = "/admin/admin/logentry/";

impl House {
    /// A video without a file, added at noon of a day such as `2025-11-03`; its id.
    pub async fn video(&self, title: &str, visibility: &str, views: i64, day: &str) -> i64 {
        let noon = format!("{day}T03:00:00Z").parse::<jiff::Timestamp>();
        let at = noon.expect("a day").as_microsecond();
        let number = self.text("SELECT CAST(COUNT(*) AS TEXT) FROM videos").await;
        // Ten of the letters of which a key is made stand for the digits.
        let letters = number.bytes().map(|digit| char::from(digit - b'0' + b'a'));
        let key: String = std::iter::repeat_n('z', 26 - number.len())
            .chain(letters)
            .collect();
        let low = title.to_lowercase();
        self.sql(&format!(
            "INSERT INTO videos (title, title_key, search_key, description, visibility, file, file_name, \
             content_type, size, duration, width, height, codecs, views, created_at, updated_at) VALUES \
             ('{title}', '{low}', '{low}', '', '{visibility}', '{key}.mp4', '강의 녹화.mp4', 'video/mp4', \
             {size}, {duration}, 1920, 1080, 'avc1.64001f, mp4a.40.2', {views}, {at}, {at})",
            size = 73_400_320 + views * 1_048_576,
            duration = 245_000 + views * 1_000,
        ))
        .await;
        self.id(&format!(
            "SELECT CAST(MAX(id) AS TEXT) FROM videos WHERE file = '{key}.mp4'"
        ))
        .await
    }

    /// As many videos as asked for, "강의 001" and on.
    pub async fn lectures(&self, count: usize) {
        let rows = (1..=count).map(|n| {
            let key: String = format!("{n:0>26}")
                .bytes()
                .map(|digit| char::from(digit - b'0' + b'k'))
                .collect();
            format!(
                "('강의 {n:03}', '강의 {n:03}', '강의 {n:03}', '', 'public', '{key}.mp4', '{n}.mp4', 'video/mp4', \
                 1000, {n}, 1750000000000000, 1750000000000000)"
            )
        });
        self.sql(&format!(
            "INSERT INTO videos (title, title_key, search_key, description, visibility, file, file_name, \
             content_type, size, views, created_at, updated_at) VALUES {}",
            rows.collect::<Vec<_>>().join(", ")
        ))
        .await;
    }

    /// A user with the owner's password, who joined in October 2025; their id.
    pub async fn user(&self, name: &str, staff: bool, superuser: bool) -> i64 {
        self.sql(&format!(
            "INSERT INTO users (username, username_key, email, password, is_staff, is_superuser, date_joined) \
             SELECT '{name}', '{name}', '', password, {staff}, {superuser}, 1760000000000000 \
             FROM users WHERE username = '{OWNER}'"
        ))
        .await;
        self.id(&format!(
            "SELECT CAST(id AS TEXT) FROM users WHERE username = '{name}'"
        ))
        .await
    }

    /// Gives a user a permission, by Django's code.
    pub async fn permit(&self, user: i64, code: &str) {
        self.sql(&format!(
            "INSERT INTO user_permissions (user_id, permission) VALUES ({user}, '{code}')"
        ))
        .await;
    }

    /// A group without permissions; its id.
    pub async fn group(&self, name: &str) -> i64 {
        self.sql(&format!(
            "INSERT INTO groups (name, name_key, updated_at) VALUES ('{name}', '{name}', 0)"
        ))
        .await;
        self.id(&format!(
            "SELECT CAST(id AS TEXT) FROM groups WHERE name = '{name}'"
        ))
        .await
    }

    /// A number that a query gives as text.
    pub async fn id(&self, query: &str) -> i64 {
        self.text(query).await.parse().expect("a number")
    }

    /// Half an hour goes by for everybody who is signed in: passwords are no longer fresh.
    pub async fn half_an_hour_goes_by(&self) {
        let ids = "SELECT CAST(MAX(id) AS TEXT) FROM sessions WHERE user_id IS NOT NULL";
        let last = self.id(ids).await;
        for id in 1..=last {
            let query = format!(
                "SELECT COALESCE(MAX(data), '') FROM sessions WHERE id = {id} AND user_id IS NOT NULL"
            );
            let Ok(Value::Object(mut data)) = serde_json::from_str(&self.text(&query).await) else {
                continue;
            };
            let proved = data["signed_in"]
                .as_i64()
                .expect("when the password was proved");
            data.insert("signed_in".to_owned(), json!(proved - 31 * 60 * 1_000_000));
            let data = Value::Object(data).to_string();
            self.sql(&format!(
                "UPDATE sessions SET data = '{data}' WHERE id = {id}"
            ))
            .await;
        }
    }
}

impl Chromium {
    /// The names in the list, in order.
    pub async fn names(&self) -> Vec<String> {
        let found = self
            .run("return [...document.querySelectorAll('.table tbody th a')].map(a => a.textContent)")
            .await;
        serde_json::from_value(found).expect("a list")
    }

    /// The ticked names, in order.
    pub async fn ticked(&self) -> Vec<String> {
        let found = self
            .run("return [...document.querySelectorAll('[data-tick]:checked')].map(e => e.ariaLabel)")
            .await;
        serde_json::from_value(found).expect("a list")
    }

    /// Ticks, or unticks, a row by its place from 1.
    pub async fn tick(&self, row: usize) {
        self.press(&format!("tbody tr:nth-child({row}) [data-tick]"))
            .await;
    }

    /// The same with Shift held down.
    pub async fn tick_with_shift(&self, row: usize) {
        const SHIFT: char = '\u{e008}';
        let tick = self
            .see(&format!("tbody tr:nth-child({row}) [data-tick]"))
            .await;
        let wait = || KeyAction::Pause {
            duration: Duration::ZERO,
        };
        let hand = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: SHIFT })
            .then(wait())
            .then(wait())
            .then(wait())
            .then(KeyAction::Up { value: SHIFT });
        let mouse = MouseActions::new("mouse".to_owned())
            .then(PointerAction::Pause {
                duration: Duration::ZERO,
            })
            .then(PointerAction::MoveToElement {
                element: tick,
                duration: None,
                x: 0.0,
                y: 0.0,
            })
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            })
            .then(PointerAction::Up {
                button: MOUSE_BUTTON_LEFT,
            })
            .then(PointerAction::Pause {
                duration: Duration::ZERO,
            });
        self.perform_actions(Actions::from(hand).and(mouse))
            .await
            .expect("a click with Shift");
    }

    /// As [`Chromium::turn`], with the mouse alone: WebDriver takes a drawer that a style sheet holds
    /// open for a closed one, and presses nothing in it.
    pub async fn turn_at(&self, selector: &str) {
        let element = self.find(Locator::Css(selector)).await;
        let mouse = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveToElement {
                element: element.unwrap_or_else(|error| panic!("{selector}: {error}")),
                duration: None,
                x: 0.0,
                y: 0.0,
            })
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            })
            .then(PointerAction::Up {
                button: MOUSE_BUTTON_LEFT,
            });
        self.run("document.documentElement.dataset.before = 'yes'")
            .await;
        self.perform_actions(mouse).await.expect("a click");
        self.turned(selector).await;
    }

    /// Chooses in a menu by the value.
    pub async fn choose(&self, selector: &str, value: &str) {
        let menu = self.see(selector).await;
        menu.select_by_value(value)
            .await
            .unwrap_or_else(|error| panic!("{value} in {selector}: {error}"));
    }

    /// Runs an action on the ticked rows, and waits for the next page.
    pub async fn act(&self, action: &str) {
        self.choose("[name=action]", action).await;
        self.turn("[data-go]").await;
    }

    /// What the site says on top of the page.
    pub async fn told(&self) -> String {
        self.see(".messages .message").await;
        self.words(".messages").await.trim().to_owned()
    }

    /// What the browser asks the person, once it asks.
    pub async fn asked(&self) -> String {
        settles(async || self.get_alert_text().await.ok())
            .await
            .expect("the browser asks")
    }

    /// Presses the tabulator until the focus is where a selector says, as often as a page can need.
    pub async fn tab_to(&self, selector: &str) {
        for _ in 0..80 {
            let there = format!("return document.activeElement.matches({selector:?})");
            if self.run(&there).await == Value::Bool(true) {
                return;
            }
            self.keys("\u{e004}").await;
        }
        panic!("the tabulator does not lead to {selector}");
    }

    /// The `name` of the field that has the focus.
    pub async fn focused(&self) -> Value {
        self.run("return document.activeElement.getAttribute('name')")
            .await
    }

    /// How many elements of a selector are on the page.
    pub async fn count(&self, selector: &str) -> usize {
        self.find_all(Locator::Css(selector))
            .await
            .expect("a list")
            .len()
    }
}
