//! A key's bytes, by range, to whoever may see them. The steps of one request, in order:
//!
//! 1. the key is parsed, the row that names it is looked up, and the viewer is checked (the handler);
//! 2. the file is opened ([`Storage::file`](crate::storage::Storage::file));
//! 3. [`conditional`]: may the answer be 304, or must it be 412;
//! 4. [`range`]: which part is wanted, or that there is none (416);
//! 5. [`respond`](mod@respond): the headers, and a body that reads as the viewer takes.
//!
//! Steps 3 to 5 are pure HTTP: they know no database and no viewer. Somebody signed in who may have the
//! bytes gets them by [`at_once`], where step 1 is one question with who is asking.
mod at_once;
mod body;
pub mod conditional;
mod disposition;
pub mod pages;
pub mod range;
pub mod respond;
mod store;
#[cfg(test)]
mod tests;
mod together;

pub use at_once::{AtOnce, at_once};
pub use respond::{About, respond};
