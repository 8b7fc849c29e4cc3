//! The video noun: its limits, and who may see it. Every page, file and search result asks
//! [`Visibility::access`]; SQL asks [`listed_sql`], which is made of the same answers.

pub mod cards;
pub mod pages;
pub mod playable;
pub mod store;
pub mod views;

pub use crate::web::access::Access;
pub use views::forget as forget_viewers;

use crate::web::viewer::Viewer;

/// The longest title, in characters.
pub const TITLE_LIMIT: usize = 200;

/// The longest description, in characters.
pub const DESCRIPTION_LIMIT: usize = 20_000;

/// Who may see a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody, and listed.
    Public,
    /// Everybody with the link, never listed.
    Unlisted,
    /// Anybody signed in.
    Private,
    /// Staff only, never listed outside the admin site.
    Draft,
}

impl Visibility {
    /// In the order of a form's choices.
    pub const ALL: [Visibility; 4] = [
        Visibility::Public,
        Visibility::Unlisted,
        Visibility::Private,
        Visibility::Draft,
    ];

    /// The value in the database and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Visibility::Public => "public",
            Visibility::Unlisted => "unlisted",
            Visibility::Private => "private",
            Visibility::Draft => "draft",
        }
    }

    /// Reads the value of the database or a form.
    pub fn from_name(name: &str) -> Option<Visibility> {
        Visibility::ALL
            .into_iter()
            .find(|visibility| visibility.name() == name)
    }

    /// Whether `viewer` may have a video of this visibility. That a draft exists is not told to
    /// anybody but staff.
    pub fn access(self, viewer: &Viewer) -> Access {
        match self {
            Visibility::Public | Visibility::Unlisted => Access::Allowed,
            Visibility::Private if viewer.is_signed_in() => Access::Allowed,
            Visibility::Private => Access::LoginNeeded,
            Visibility::Draft if viewer.is_staff() => Access::Allowed,
            Visibility::Draft => Access::Hidden,
        }
    }

    /// Whether lists and searches show it to `viewer`: what they may see and what is not meant for
    /// those with the link, or for staff at work, only.
    pub fn listed_for(self, viewer: &Viewer) -> bool {
        let meant_for_lists = matches!(self, Visibility::Public | Visibility::Private);
        meant_for_lists && self.access(viewer) == Access::Allowed
    }

    /// Whether any cache between here and the viewer may keep its bytes.
    pub fn is_for_everybody(self) -> bool {
        self.access(&Viewer::visitor()) == Access::Allowed
    }
}

impl TryFrom<String> for Visibility {
    type Error = String;

    fn try_from(name: String) -> Result<Visibility, String> {
        Visibility::from_name(&name).ok_or_else(|| format!("visibility {name:?} in the database"))
    }
}

/// The SQL condition for what lists show to `viewer`: `visibility IN ('public', 'private')`.
pub fn listed_sql(viewer: &Viewer) -> String {
    let listed = Visibility::ALL
        .into_iter()
        .filter(|visibility| visibility.listed_for(viewer));
    let names: Vec<String> = listed
        .map(|visibility| format!("'{}'", visibility.name()))
        .collect();
    format!("visibility IN ({})", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::viewer::Account;

    fn somebody(is_staff: bool) -> Viewer {
        let username = "지민".to_owned();
        Viewer::signed_in(Account {
            id: 1,
            username,
            is_staff,
            is_superuser: false,
        })
    }

    #[test]
    fn who_may_have_what() {
        use Access::{Allowed, Hidden, LoginNeeded};
        for (visibility, visitor, member, staff) in [
            (Visibility::Public, Allowed, Allowed, Allowed),
            (Visibility::Unlisted, Allowed, Allowed, Allowed),
            (Visibility::Private, LoginNeeded, Allowed, Allowed),
            (Visibility::Draft, Hidden, Hidden, Allowed),
        ] {
            assert_eq!(
                visibility.access(&Viewer::visitor()),
                visitor,
                "{visibility:?}"
            );
            assert_eq!(
                visibility.access(&somebody(false)),
                member,
                "{visibility:?}"
            );
            assert_eq!(visibility.access(&somebody(true)), staff, "{visibility:?}");
        }
    }

    #[test]
    fn lists_show_only_what_is_meant_for_them() {
        assert_eq!(listed_sql(&Viewer::visitor()), "visibility IN ('public')");
        assert_eq!(
            listed_sql(&somebody(false)),
            "visibility IN ('public', 'private')"
        );
        assert_eq!(
            listed_sql(&somebody(true)),
            "visibility IN ('public', 'private')"
        );
    }
}
