//! The page that says what went wrong.

use askama::Template;

use super::frame::Frame;

/// An error in the site's look.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The page's surroundings.
    pub frame: Frame,
    /// The HTTP status.
    pub status: u16,
    /// What happened, in a few words.
    pub title: String,
    /// What happened, what is safe, what to do.
    pub sentence: String,
    /// The request's id, to be quoted to the owner; shown on a 500 only.
    pub request_id: Option<String>,
}
