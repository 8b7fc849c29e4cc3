//! The answer of every permission question.

/// Whether a viewer may have a thing: its page, its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// They may.
    Allowed,
    /// They may once they have signed in.
    LoginNeeded,
    /// For them there is no such thing.
    Hidden,
}
