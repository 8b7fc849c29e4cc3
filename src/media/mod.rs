//! A key's bytes, by range, to whoever may see them. The steps of one request, in order:
//!
//! 1. the key is parsed, the row that names it is looked up, and the viewer is checked (the handler);
//! 2. the file is opened ([`Storage::file`](crate::storage::Storage::file));
//! 3. [`conditional`]: may the answer be 304, or must it be 412;
//! 4. [`range`]: which part is wanted, or that there is none (416);
//! 5. [`respond`](mod@respond): the headers, and which part of the file is to be sent ([`Content`]).
//!
//! Steps 3 to 5 are pure HTTP: they know no database and no viewer. Whoever may have a video's bytes gets
//! them by [`AtOnce`], where step 1 is one question with who is asking, and from the connection itself.
mod at_once;
mod body;
pub mod conditional;
mod disposition;
pub mod pages;
pub mod range;
mod remembered;
pub mod respond;
mod store;
#[cfg(test)]
mod tests;
mod together;

pub use at_once::{Answer, AtOnce};
pub use body::Content;
pub use respond::{About, respond};
