//! Sign-up, login, logout, password change, the first superuser. A form with something wrong comes
//! back as 422 with everything typed but the passwords.

mod login;
mod password_change;
mod setup;
mod signup;

use askama::Template;
use axum::{
    Router,
    http::{StatusCode, header},
    routing::{get, post},
};
use axum_extra::routing::RouterExt;
use serde::Deserialize;

pub use self::{
    login::{LoginPage, login_page, login_with},
    password_change::PasswordChangePage,
    setup::SetupPage,
    signup::SignupPage,
};
use self::{
    login::{admin_log_in, log_in, log_out, show_admin_login, show_login},
    password_change::{change_password, show_password_change},
    setup::{set_up, show_setup},
    signup::{show_signup, sign_up},
};
use super::{
    login::{Proven, Visit},
    names::Username,
    passwords,
    store::{self, NewUser},
};
use crate::{
    db::Time,
    state::App,
    web::{
        errors::{Error, Result},
        form::Errors,
        frame::Frame,
        next, page, paging,
    },
};

/// The addresses of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route_with_tsr("/signup/", get(show_signup).post(sign_up))
        .route_with_tsr("/login/", get(show_login).post(log_in))
        .route_with_tsr("/logout/", post(log_out))
        .route_with_tsr(
            "/password_change/",
            get(show_password_change).post(change_password),
        )
        .route_with_tsr("/setup/", get(show_setup).post(set_up))
}

/// The admin site's own door, in Django's place.
pub fn admin_routes() -> Router<App> {
    Router::new()
        .route_with_tsr("/admin/login/", get(show_admin_login).post(admin_log_in))
        .route_with_tsr("/admin/logout/", post(log_out))
}

/// Where to go afterwards, in a query.
#[derive(Deserialize)]
struct Going {
    #[serde(default)]
    next: String,
}

/// `next` for a form to carry on: empty for none.
fn carried(asked: &str) -> String {
    if asked.is_empty() {
        String::new()
    } else {
        next::safe(asked)
    }
}

/// A form again, with what is wrong.
fn again(page: &impl Template) -> Result {
    page::html(StatusCode::UNPROCESSABLE_ENTITY, page)
}

/// A form again, to be sent no sooner than after `seconds`.
fn later(page: &impl Template, seconds: u64) -> Result {
    let mut response = page::html(StatusCode::TOO_MANY_REQUESTS, page)?;
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, seconds.into());
    Ok(response)
}

/// Checks a name and a password typed twice; every fault goes to `errors`. The name, when nothing
/// is wrong.
async fn new_account(
    visit: &Visit,
    frame: &Frame,
    name: &str,
    (password1, password2): (&str, &str),
    errors: &mut Errors,
) -> Result<Option<Username>> {
    let words = frame.t.accounts;
    let username = Username::read(name);
    match &username {
        Err(fault) => errors.add("username", fault.sentence(words)),
        Ok(username) => {
            if store::by_name(&visit.app.db, username).await?.is_some() {
                errors.add("username", words.username_taken);
            }
        }
    }
    let like = username.as_ref().map_or("", Username::as_str);
    new_password(
        frame,
        ("password1", password1),
        ("password2", password2),
        like,
        "",
        errors,
    )
    .await?;
    Ok(username.ok().filter(|_| errors.is_empty()))
}

/// Checks a new password typed twice; every fault goes to `errors`.
pub async fn new_password(
    frame: &Frame,
    (first, password): (&'static str, &str),
    (second, repeated): (&'static str, &str),
    username: &str,
    email: &str,
    errors: &mut Errors,
) -> Result<()> {
    let words = frame.t.accounts;
    let faults = passwords::faults_off_thread(password, username, email).await;
    for fault in faults.map_err(|error| Error::Internal(error.into()))? {
        errors.add(first, fault.sentence(words));
    }
    if password != repeated {
        errors.add(second, words.passwords_differ);
    }
    Ok(())
}

/// Makes an account and signs in to it; false when the name was taken meanwhile.
async fn join(visit: &Visit, username: &Username, password: &str, superuser: bool) -> Result<bool> {
    let new = NewUser {
        username,
        password: visit.door.hasher.hash(password).await?,
        superuser,
    };
    let at = Time::now();
    let Some(id) = store::create(&visit.app.db, new, at).await? else {
        return Ok(false);
    };
    let user = store::by_id(&visit.app.db, id).await?;
    let user = user.ok_or(sqlx::Error::RowNotFound)?;
    visit.sign_in(&Proven { user, at }).await?;
    Ok(true)
}

/// `?next=…`, empty when going home.
fn next_query(next: &str) -> String {
    let next = (!next.is_empty() && next != "/").then_some(("next", next));
    paging::address("", &Vec::from_iter(next))
}
