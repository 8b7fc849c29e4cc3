//! The site as its people meet it: the real binary, and a real Chromium that clicks and types.
//!
//! `script/test` runs it on SQLite and, with `TEST_DATABASE_URL`, on PostgreSQL. Every test has a
//! site and a browser of its own; nothing is skipped, and what is missing fails by its name.

mod accounts;
mod admin;
mod admin_actions;
mod admin_captions;
mod admin_desk;
mod admin_forms;
mod admin_frames;
mod admin_hostile;
mod admin_list;
mod admin_pages;
mod admin_proof;
mod admin_upload_rows;
mod admin_uploads;
mod admin_users;
mod board;
mod board_comments;
mod board_desk;
mod board_hostile;
mod board_write;
mod chromium;
mod driver;
mod hands;
mod house;
mod keyboard;
mod pages;
mod payloads;
mod phone;
mod videos;
mod wire;

use std::time::Duration;

/// Longer than anything takes on a busy machine: only what never comes takes longer.
const PATIENCE: Duration = Duration::from_secs(180);

/// Asks every 50 ms until there is an answer, or gives up after [`PATIENCE`].
async fn settles<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let end = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return Some(answer);
        }
        if tokio::time::Instant::now() >= end {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until it is so; the test fails with `what` when it does not become so in time.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let so = settles(async || is_so().await.then_some(())).await;
    assert!(so.is_some(), "not within {PATIENCE:?}: {what}");
}
