//! What a column of a list shows of a row.

use crate::videos::Visibility;

/// What a column shows of a row.
pub enum Cell {
    /// A text, cut by the page where it is long.
    Text(String),
    /// A number or size, at the right.
    Number(String),
    /// A moment: as people read it.
    Date(String),
    /// A picture, or a cover in one of twelve colours with a letter.
    Picture {
        /// Its address.
        url: Option<String>,
        /// 0 to 11.
        hue: i64,
        /// The letter.
        initial: String,
    },
    /// Who may see it.
    Visibility(Visibility),
    /// Yes or no.
    Flag(bool),
    /// Who may see it, chosen in the list.
    VisibilityChoice {
        /// The field's name.
        field: String,
        /// What stands in it: the present value, or in a list that comes back the chosen one.
        value: Visibility,
        /// The value that the choice was made from.
        shown: Visibility,
        /// What is said of it.
        mark: Option<String>,
    },
    /// A link to another page.
    Link {
        /// Where to.
        url: String,
        /// What it says.
        text: String,
    },
    /// A text in short, the whole of it in a tooltip.
    Short {
        /// The short text.
        text: String,
        /// The whole.
        whole: String,
    },
    /// Nothing; shown as `-`.
    Empty,
}

impl Cell {
    /// A text, or nothing when it is empty.
    pub fn text(text: &str) -> Cell {
        if text.is_empty() {
            Cell::Empty
        } else {
            Cell::Text(text.to_owned())
        }
    }
}
