//! The models of the admin site, one file each: its list, its forms, its actions.

pub mod comments;
pub mod groups;
pub mod log_entries;
pub mod posts;
pub mod sessions;
pub mod users;
pub mod videos;
