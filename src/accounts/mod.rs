//! Users, passwords, sign-up, login, logout, password change.

pub mod hashing;
pub mod identify;
pub mod login;
pub mod names;
pub mod pages;
pub mod passwords;
pub mod setup;
pub mod store;
pub mod throttle;

use crate::{db::Time, web::viewer::Account};

/// Somebody with an account.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct User {
    /// `users.id`.
    pub id: i64,
    /// The name as its owner writes it.
    pub username: String,
    /// May be empty.
    pub email: String,
    /// Whether the account may be used at all.
    pub is_active: bool,
    /// May enter the admin site.
    pub is_staff: bool,
    /// May do everything there.
    pub is_superuser: bool,
    /// When the account was made.
    pub date_joined: Time,
    /// The last login, if there was one.
    pub last_login: Option<Time>,
    /// Counts the changes of the password.
    pub password_version: i64,
}

impl User {
    /// What pages need to know of whoever uses the account; `None` for a deactivated one.
    pub fn account(&self) -> Option<Account> {
        self.is_active.then(|| Account {
            id: self.id,
            username: self.username.clone(),
            is_staff: self.is_staff,
            is_superuser: self.is_superuser,
        })
    }
}
