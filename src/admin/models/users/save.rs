//! Saving the form of a user: every question is asked in the transaction that writes the answer.

use axum::http::StatusCode;

use super::{
    MODEL,
    form::status,
    values::{Person, Values},
};
use crate::{
    accounts::{
        names::Username,
        store::{
            administration::{self, Details, administer, are_last_superusers},
            groups,
        },
    },
    admin::{
        forms::{Fields, version},
        log,
        model::Verb,
        rights::Rights,
    },
    db::{Time, Tx},
    state::App,
    web::{
        errors::{Error, Result},
        form::Errors,
        frame::Frame,
        sessions,
    },
};

/// Changing one of these gives or takes power, so the password is asked again.
const POWER: [&str; 4] = ["is_staff", "is_superuser", "groups", "user_permissions"];

/// What came of it.
pub(super) enum Outcome {
    /// There is no such user.
    Gone,
    /// The password has to be proved first.
    Unproven,
    /// The form comes back.
    Again(Box<Again>),
    /// Saved, under this name.
    Saved(String),
}

/// A form that comes back.
pub(super) struct Again {
    pub(super) status: StatusCode,
    pub(super) values: Values,
    pub(super) errors: Errors,
    /// The version that the form was made of, when somebody else has saved since.
    pub(super) stale: Option<Time>,
}

/// Saves what `form` says of the user `id`, or nothing. `fresh` tells whether the password of whoever
/// sends it was proved lately.
pub(super) async fn save(
    app: &App,
    rights: &Rights,
    frame: &Frame,
    id: i64,
    form: &Fields,
    fresh: bool,
) -> Result<Outcome> {
    let mut tx = administer(&app.db).await?;
    let rights = &rights.renewed(&mut tx).await?;
    rights.need(Verb::Change, &MODEL)?;
    let Some(person) = Person::find(&mut tx, id).await? else {
        return Ok(Outcome::Gone);
    };
    if !rights.reach(&mut tx, &[id]).await? {
        return Err(Error::Forbidden);
    }
    let carried = groups::all_permissions(&mut tx).await?;
    let mut values = Values::read(form, rights, &person, &carried)?;
    let mut errors = Errors::default();
    let username = values.check(&mut tx, &person, frame.t, &mut errors).await?;
    let version = version(form);
    let stale = version != person.it.updated_at;
    let user = &person.it.user;
    let was_super = user.is_superuser && user.is_active && user.is_staff;
    if was_super
        && !(values.is_superuser && values.is_active && values.is_staff)
        && are_last_superusers(&mut tx, &[id]).await?
    {
        errors.add("", frame.t.admin.last_superuser);
    }
    let again = |errors, values, stale: bool| {
        Ok(Outcome::Again(Box::new(Again {
            status: status(stale),
            stale: stale.then_some(version),
            values,
            errors,
        })))
    };
    let Some(username) = username.filter(|_| errors.is_empty() && !stale) else {
        return again(errors, values, stale);
    };
    let changed = values.changed(&username, &person);
    if !fresh && changed.iter().any(|field| POWER.contains(field)) {
        return Ok(Outcome::Unproven);
    }
    match write(&mut tx, rights, &person, &username, &values, &changed).await {
        Ok(()) => {}
        // Somebody signed up under this name at this very moment.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            errors.add("username", frame.t.accounts.username_taken);
            return again(errors, values, false);
        }
        Err(error) => return Err(error.into()),
    }
    tx.commit().await?;
    Ok(Outcome::Saved(username.as_str().to_owned()))
}

async fn write(
    tx: &mut Tx,
    rights: &Rights,
    person: &Person,
    username: &Username,
    values: &Values,
    changed: &[&'static str],
) -> crate::db::Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let id = person.it.user.id;
    let details = Details {
        username,
        email: &values.email,
        is_active: values.is_active,
        is_staff: values.is_staff,
        is_superuser: values.is_superuser,
    };
    administration::change(tx, id, &details).await?;
    if changed.contains(&"groups") {
        administration::set_groups(tx, id, &values.groups).await?;
    }
    if changed.contains(&"user_permissions") {
        administration::set_permissions(tx, id, &values.permissions).await?;
    }
    if !values.is_active {
        sessions::end_all(tx, id).await?;
    }
    let object = (id, username.as_str());
    log::note(tx, rights, &MODEL, Verb::Change, object, changed).await?;
    administration::touch(tx, id).await
}
