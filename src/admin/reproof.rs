//! The password asked again, once in half an hour, before something that gives power or takes an
//! account away. What was to be sent is carried through the question: nothing is typed twice.

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::Response,
};

use super::{
    rights::Rights,
    site::{Sidebar, sidebar},
};
use crate::{
    accounts::{identify, login::Visit},
    web::{
        errors::{Error, Result},
        form::Errors,
        frame::Frame,
        page,
    },
    words::{Catalogue, fill},
};

/// The field of the password; never carried on.
pub const FIELD: &str = "_password";

/// The question.
#[derive(Template)]
#[template(path = "admin/reproof.html")]
struct ReproofPage {
    frame: Frame,
    sidebar: Sidebar,
    /// Where the form goes.
    to: String,
    /// What it carries: name and value.
    carried: Vec<(String, String)>,
    errors: Errors,
}

/// Whether the password was proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Within half an hour, or by this form.
    Fresh,
    /// It is wrong, or was not sent.
    Missing,
    /// Too many were wrong: not before this many seconds.
    Later(u64),
}

/// Looks whether the password was proved within half an hour, else proves the one in the form. A
/// wrong one and too many wrong ones go to `errors`.
pub async fn proved(
    visit: &Visit,
    rights: &Rights,
    t: &Catalogue,
    form: &[(String, String)],
    errors: &mut Errors,
) -> Result<Proof> {
    if identify::is_fresh(&visit.session).await? {
        return Ok(Proof::Fresh);
    }
    let typed = form.iter().find(|(name, _)| name == FIELD);
    let Some((_, password)) = typed.filter(|(_, password)| !password.is_empty()) else {
        return Ok(Proof::Missing);
    };
    match visit.prove(&rights.account.username, password).await {
        Ok(Some(proven)) if proven.user.id == rights.account.id => {
            identify::stamp(&visit.session, &proven).await?;
            Ok(Proof::Fresh)
        }
        Ok(_) => {
            errors.add(FIELD, t.admin.wrong_password);
            Ok(Proof::Missing)
        }
        Err(Error::TooMany(seconds)) => {
            errors.add("", fill(t.admin.proof_later, &[&seconds]));
            Ok(Proof::Later(seconds))
        }
        Err(error) => Err(error),
    }
}

/// `None` when the password was proved within half an hour, or is proved by this form; else the
/// page that asks. `form` is what was posted to `to`, and is carried on: it must hold no password
/// but the one in [`FIELD`].
pub async fn asked(
    visit: &Visit,
    rights: &Rights,
    frame: &Frame,
    to: &str,
    form: &[(String, String)],
) -> Result<Option<Response>> {
    let mut errors = Errors::default();
    let proof = proved(visit, rights, frame.t, form, &mut errors).await?;
    let status = match proof {
        Proof::Fresh => return Ok(None),
        Proof::Missing if errors.is_empty() => StatusCode::OK,
        Proof::Missing => StatusCode::UNPROCESSABLE_ENTITY,
        Proof::Later(_) => StatusCode::TOO_MANY_REQUESTS,
    };
    let carried = form.iter().filter(|(name, _)| name != FIELD);
    let page = ReproofPage {
        sidebar: sidebar(rights, frame, None),
        to: to.to_owned(),
        carried: carried.cloned().collect(),
        errors,
        frame: frame.clone(),
    };
    let mut response = page::html(status, &page)?;
    if let Proof::Later(seconds) = proof {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    Ok(Some(response))
}
