//! The values of a user's form: as stored, as typed, and what lies between them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    accounts::{
        names::Username,
        store::{
            self,
            administration::{Administered, administered, groups_of, permissions_of},
            groups::Group,
        },
    },
    admin::{
        forms::{Fields, Theirs, value, values},
        rights::{Rights, matrix},
    },
    db::{Ask, Tx},
    web::{
        errors::{Error, Result},
        form::Errors,
        text,
    },
    words::Catalogue,
};

/// The longest address that mail can be sent to (RFC 5321 §4.5.3.1.3), in characters.
const LONGEST_EMAIL: usize = 254;

/// A user with everything the form shows.
pub(super) struct Person {
    pub(super) it: Administered,
    pub(super) groups: BTreeSet<i64>,
    pub(super) permissions: BTreeSet<String>,
}

impl Person {
    pub(super) async fn find(on: &mut impl Ask, id: i64) -> Result<Option<Person>> {
        let Some(it) = administered(on, id).await? else {
            return Ok(None);
        };
        Ok(Some(Person {
            groups: groups_of(on, id).await?,
            permissions: permissions_of(on, id).await?,
            it,
        }))
    }
}

/// What a form says of a user.
#[derive(Clone)]
pub struct Values {
    /// As typed.
    pub username: String,
    /// As typed, without space around it.
    pub email: String,
    /// Whether the account may be used at all.
    pub is_active: bool,
    /// May enter the admin site.
    pub is_staff: bool,
    /// May do everything there.
    pub is_superuser: bool,
    /// Ids of the chosen groups.
    pub groups: BTreeSet<i64>,
    /// Codes granted directly.
    pub permissions: BTreeSet<String>,
}

impl Values {
    /// As stored.
    pub(super) fn of(person: &Person) -> Values {
        let user = &person.it.user;
        Values {
            username: user.username.clone(),
            email: user.email.clone(),
            is_active: user.is_active,
            is_staff: user.is_staff,
            is_superuser: user.is_superuser,
            groups: person.groups.clone(),
            permissions: person.permissions.clone(),
        }
    }

    /// As typed by somebody with `rights`. What they could not have granted stays as it was; a 403
    /// for what they try to grant all the same. `carried` is what each group carries.
    pub(super) fn read(
        form: &Fields,
        rights: &Rights,
        person: &Person,
        carried: &BTreeMap<i64, BTreeSet<String>>,
    ) -> Result<Values> {
        let ticked = |name: &str| !value(form, name).is_empty();
        let before = person.it.user.is_superuser;
        let is_superuser = match (rights.account.is_superuser, ticked("is_superuser")) {
            (true, ticked) => ticked,
            (false, true) if !before => return Err(Error::Forbidden),
            (false, _) => before,
        };
        let grantable = |group: &i64| carried.get(group).is_none_or(|codes| rights.cover(codes));
        let mut groups: BTreeSet<i64> = person.groups.iter().copied().collect();
        groups.retain(|group| !grantable(group));
        for group in values(form, "groups") {
            let group = group.parse().map_err(|_| Error::BadRequest)?;
            if !groups.contains(&group) && !grantable(&group) {
                return Err(Error::Forbidden);
            }
            groups.insert(group);
        }
        let codes = values(form, "user_permissions");
        Ok(Values {
            username: value(form, "username").to_owned(),
            email: text::tidy(value(form, "email")),
            is_active: ticked("is_active"),
            is_staff: ticked("is_staff"),
            is_superuser,
            groups,
            permissions: matrix::chosen(rights, &person.permissions, codes)?,
        })
    }

    /// Of a form that somebody else may have filled in, what somebody with `rights` may send: then
    /// [`Values::read`] refuses nothing of it.
    pub(super) fn permitted(
        form: &Fields,
        rights: &Rights,
        person: &Person,
        carried: &BTreeMap<i64, BTreeSet<String>>,
    ) -> Vec<(String, String)> {
        let may = |(name, value): &&(String, String)| match name.as_str() {
            "is_superuser" => rights.account.is_superuser || person.it.user.is_superuser,
            "groups" => value.parse().is_ok_and(|group| {
                let codes = carried.get(&group);
                person.groups.contains(&group) || codes.is_none_or(|codes| rights.cover(codes))
            }),
            "user_permissions" => matrix::may_send(rights, &person.permissions, value),
            _ => true,
        };
        form.iter().filter(may).cloned().collect()
    }

    /// The name, when it can be one; every fault goes to `errors`.
    pub(super) async fn check(
        &mut self,
        tx: &mut Tx,
        person: &Person,
        t: &Catalogue,
        errors: &mut Errors,
    ) -> Result<Option<Username>> {
        let username = match Username::read(&self.username) {
            Ok(username) => Some(username),
            Err(fault) => {
                errors.add("username", fault.sentence(t.accounts));
                None
            }
        };
        if let Some(username) = &username
            && store::administration::is_taken(tx, username, person.it.user.id).await?
        {
            errors.add("username", t.accounts.username_taken);
        }
        if !self.email.is_empty() && !is_address(&self.email) {
            errors.add("email", t.admin.email_wrong);
        }
        let known = store::groups::all(tx).await?;
        let lost = |group: &i64| !known.iter().any(|known| known.id == *group);
        if self.groups.iter().any(lost) {
            errors.add("groups", t.admin.group_lost);
            self.groups.retain(|group| !lost(group));
        }
        Ok(username)
    }

    /// The names of the fields that differ from what is stored.
    pub(super) fn changed(&self, username: &Username, person: &Person) -> Vec<&'static str> {
        let user = &person.it.user;
        let fields = [
            ("username", username.as_str() != user.username),
            ("email", self.email != user.email),
            ("is_active", self.is_active != user.is_active),
            ("is_staff", self.is_staff != user.is_staff),
            ("is_superuser", self.is_superuser != user.is_superuser),
            ("groups", self.groups != person.groups),
            ("user_permissions", self.permissions != person.permissions),
        ];
        let changed = fields.into_iter().filter(|(_, changed)| *changed);
        changed.map(|(name, _)| name).collect()
    }
}

/// What is stored of `person`, where it differs from what was typed.
pub(super) fn theirs(t: &Catalogue, values: &Values, person: &Person, groups: &[Group]) -> Theirs {
    let user = &person.it.user;
    let mut theirs = Theirs::default();
    theirs.note("username", values.username != user.username, || {
        user.username.clone()
    });
    theirs.note("email", values.email != user.email, || user.email.clone());
    for (field, typed, stored) in [
        ("is_active", values.is_active, user.is_active),
        ("is_staff", values.is_staff, user.is_staff),
        ("is_superuser", values.is_superuser, user.is_superuser),
    ] {
        let word = if stored { t.admin.yes } else { t.admin.no };
        theirs.note(field, typed != stored, || word.to_owned());
    }
    theirs.note("groups", values.groups != person.groups, || {
        let chosen = groups
            .iter()
            .filter(|group| person.groups.contains(&group.id));
        let names: Vec<&str> = chosen.map(|group| group.name.as_str()).collect();
        names.join(", ")
    });
    let differ = values.permissions != person.permissions;
    theirs.note("user_permissions", differ, || {
        matrix::words_of(t, &person.permissions)
    });
    theirs
}

/// Whether mail could be sent there, as far as its look tells: one `@` with something on both sides
/// of it, no space.
fn is_address(email: &str) -> bool {
    let (name, host) = email.split_once('@').unwrap_or_default();
    !name.is_empty()
        && !host.is_empty()
        && !host.contains('@')
        && !email.contains(char::is_whitespace)
        && email.chars().count() <= LONGEST_EMAIL
}
