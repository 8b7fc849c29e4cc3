//! Comments, under posts and under videos: flat, each perhaps the answer to another one. Who may read
//! a comment is decided by what it stands under: the rooms that show comments ask that first, then
//! [`Standing`].

pub mod pages;
pub mod store;

use crate::web::viewer::Viewer;

/// The longest comment, in characters.
pub const BODY_LIMIT: usize = 2_000;

/// Comments on one page.
pub const PAGE_SIZE: i64 = 50;

/// What a comment stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The post with this id.
    Post(i64),
    /// The video with this id.
    Video(i64),
}

impl Subject {
    /// Where it is read, and its comments under it.
    pub fn path(self) -> String {
        match self {
            Subject::Post(id) => format!("/board/{id}/"),
            Subject::Video(id) => format!("/video/{id}/"),
        }
    }
}

/// What decides who may do what with a comment, once they may read what it stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Standing {
    /// Who wrote it; nobody when it was deleted and only its place is kept, for its replies.
    #[sqlx(rename = "user_id")]
    pub writer: Option<i64>,
    /// Whether it waits, reported, for somebody of the staff.
    pub is_hidden: bool,
}

impl Standing {
    /// Whether `viewer` may read its words.
    pub fn may_read(self, viewer: &Viewer) -> bool {
        self.writer.is_some() && (!self.is_hidden || self.may_change(viewer))
    }

    /// Whether `viewer` may edit and delete it: its writer and staff.
    pub fn may_change(self, viewer: &Viewer) -> bool {
        let own = viewer.id().is_some() && viewer.id() == self.writer;
        self.writer.is_some() && (own || viewer.is_staff())
    }
}
