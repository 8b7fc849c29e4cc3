//! What a member of staff may do: a superuser all, anybody else what was granted to them or to
//! their groups. The door writes [`Rights`] into the request; every page, link and action asks them.

pub mod matrix;

use std::{collections::BTreeSet, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};

use super::model::{Model, Verb};
use crate::{
    accounts::store,
    db::{Ask, Db, Tx},
    web::{
        errors::{Error, Result},
        viewer::Account,
    },
};

/// Who acts, and what they may do.
#[derive(Clone, Debug)]
pub struct Rights {
    /// The member of staff.
    pub account: Account,
    granted: Arc<BTreeSet<String>>,
}

impl Rights {
    /// The rights of a member of staff, in one query; none for a superuser, who needs no grant.
    pub async fn of(db: &Db, account: &Account) -> Result<Rights> {
        Rights::read(&mut &*db, account.clone()).await
    }

    async fn read(on: &mut impl Ask, account: Account) -> Result<Rights> {
        let granted = if account.is_superuser {
            BTreeSet::new()
        } else {
            store::administration::powers_of(on, &[account.id]).await?
        };
        Ok(Rights {
            account,
            granted: Arc::new(granted),
        })
    }

    /// The rights as they are now, read in the transaction that is about to rely on them: somebody
    /// else may have taken them away since the request began. A 403 for who is no longer staff.
    pub async fn renewed(&self, tx: &mut Tx) -> Result<Rights> {
        let found = store::administration::administered(tx, self.account.id).await?;
        let account = found.and_then(|found| found.user.account());
        match account.filter(|account| account.is_staff) {
            Some(account) => Rights::read(tx, account).await,
            None => Err(Error::Forbidden),
        }
    }

    /// Whether they may do this to objects of the model. Who may change may also look.
    pub fn may(&self, verb: Verb, model: &Model) -> bool {
        model.verbs.contains(&verb)
            && (self.has(&model.permission(verb))
                || verb == Verb::View && self.may(Verb::Change, model))
    }

    /// As [`may`](Rights::may); a refusal is a 403.
    pub fn need(&self, verb: Verb, model: &Model) -> Result<()> {
        if self.may(verb, model) {
            Ok(())
        } else {
            Err(Error::Forbidden)
        }
    }

    /// The form of an object, for who may see it.
    pub fn link(&self, model: &Model, id: i64) -> Option<String> {
        self.may(Verb::View, model)
            .then(|| model.object_address(id, "change"))
    }

    /// Whether a permission's code was granted to them; all are to a superuser.
    pub fn has(&self, code: &str) -> bool {
        self.account.is_superuser || self.granted.contains(code)
    }

    /// Whether they have every one of these codes, and so may grant them, and change whoever or
    /// whatever carries them: nobody gives more than they have, nor takes over who has more.
    pub fn cover<'a>(&self, codes: impl IntoIterator<Item = &'a String>) -> bool {
        codes.into_iter().all(|code| self.has(code))
    }

    /// Whether none of these users has more than they do, so that changing them, their password
    /// or their end takes nothing over. Superusers are reached by superusers alone.
    pub async fn reach(&self, on: &mut impl Ask, users: &[i64]) -> Result<bool> {
        if self.account.is_superuser {
            return Ok(true);
        }
        let named = store::administration::named(on, users).await?;
        if named.iter().any(|user| user.is_superuser) {
            return Ok(false);
        }
        let powers = store::administration::powers_of(on, users).await?;
        Ok(self.cover(&powers))
    }

    /// Whether they may see anything of the model, and so its name in the sidebar.
    pub fn may_anything(&self, model: &Model) -> bool {
        Verb::ALL.into_iter().any(|verb| self.may(verb, model))
    }
}

impl<S: Sync> FromRequestParts<S> for Rights {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Rights> {
        parts.extensions.get().cloned().ok_or(Error::Forbidden)
    }
}
