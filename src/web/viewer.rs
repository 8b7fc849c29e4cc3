//! Who is asking: read from the request, written there by `accounts`. Touches no database.

use std::{convert::Infallible, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};

/// The part of an account that pages and permission questions need.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Account {
    /// `users.id`.
    pub id: i64,
    /// The name as its owner writes it.
    pub username: String,
    /// May enter the admin site.
    pub is_staff: bool,
    /// May do everything there.
    pub is_superuser: bool,
}

/// The one asking for a page: a visitor, or an active account.
#[derive(Clone, Debug, Default)]
pub struct Viewer(Option<Arc<Account>>);

impl Viewer {
    /// Somebody not signed in.
    pub fn visitor() -> Viewer {
        Viewer(None)
    }

    /// Somebody signed in to an active account.
    pub fn signed_in(account: Account) -> Viewer {
        Viewer(Some(Arc::new(account)))
    }

    /// The account, when signed in.
    pub fn account(&self) -> Option<&Account> {
        self.0.as_deref()
    }

    /// The account's id, when signed in.
    pub fn id(&self) -> Option<i64> {
        self.account().map(|account| account.id)
    }

    /// Whether somebody is signed in.
    pub fn is_signed_in(&self) -> bool {
        self.0.is_some()
    }

    /// Whether this is a member of staff.
    pub fn is_staff(&self) -> bool {
        self.account().is_some_and(|account| account.is_staff)
    }
}

impl<S: Sync> FromRequestParts<S> for Viewer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Viewer, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}
