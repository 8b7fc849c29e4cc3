//! What members report, posts and comments: each person each thing once. Enough reports take a thing
//! out of sight until somebody of the staff has looked at it.

pub mod pages;
pub mod store;

/// The longest reason, in characters.
pub const REASON_LIMIT: usize = 200;

/// Kinds of things that are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Posts.
    Posts,
    /// Comments.
    Comments,
}

/// What is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reported {
    /// The post with this id.
    Post(i64),
    /// The comment with this id.
    Comment(i64),
}
