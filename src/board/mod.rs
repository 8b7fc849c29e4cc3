//! The post noun: its limits, and who may read and change it. Every page, file, feed and search
//! result asks [`Standing::access`] and [`Standing::may_change`].

pub mod deletion;
pub mod pages;
pub mod store;
pub mod views;

use crate::web::{access::Access, viewer::Viewer};

/// The longest title, in characters.
pub const TITLE_LIMIT: usize = 200;

/// The longest body, in characters.
pub const BODY_LIMIT: usize = 50_000;

/// Files a post may have.
pub const MOST_ATTACHMENTS: usize = 5;

/// The largest of them, in bytes.
pub const ATTACHMENT_LIMIT: u64 = 20 << 20;

/// The form's field under which a post's files are kept until it is saved.
pub const FILES_FIELD: &str = "files";

/// What decides who may do what with a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Standing {
    /// Who wrote it.
    #[sqlx(rename = "user_id")]
    pub writer: i64,
    /// Whether it waits, reported, for somebody of the staff.
    pub is_hidden: bool,
}

impl Standing {
    /// Whether `viewer` may read it and have its files. What is hidden is there for its writer, who
    /// is told, and for staff, who judge.
    pub fn access(self, viewer: &Viewer) -> Access {
        if !self.is_hidden || self.may_change(viewer) {
            Access::Allowed
        } else {
            Access::Hidden
        }
    }

    /// Whether `viewer` may edit and delete it: its writer and staff.
    pub fn may_change(self, viewer: &Viewer) -> bool {
        viewer.is_staff() || viewer.id() == Some(self.writer)
    }
}
