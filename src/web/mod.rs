//! Plumbing without nouns: reading requests, writing pages, and the layers around every handler.

pub mod access;
pub mod assets;
pub mod client;
mod database_errors;
pub mod error_page;
pub mod errors;
pub mod form;
pub mod frame;
pub mod held;
pub mod log;
pub mod marks;
pub mod meter;
pub mod newcomer;
pub mod next;
pub mod page;
pub mod paging;
pub mod preferences;
pub mod reader;
pub mod remember;
pub mod search;
pub mod security;
pub mod sessions;
pub mod shared;
pub mod text;
pub mod viewer;
pub mod views;
