//! A form that came when its sender's session had ended. It goes through the login as one field of
//! that page and waits in the new session until its own page is asked for. That page shows it again:
//! nothing is done with it before whoever logged in sends it anew, with their own rights.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::{errors::Result, form::is_secret, preferences::Preferences};

/// The longest form that is held, in bytes as it is encoded: a session is read at every request.
pub const LIMIT: usize = 64 << 10;

/// Its name in the session.
const HELD: &str = "held_form";

/// The form, urlencoded, and its page's address.
#[derive(Serialize, Deserialize)]
struct Waiting {
    page: String,
    form: String,
}

/// What of a form can be carried through the login: all but passwords, urlencoded. `None` when that
/// is nothing, or more than [`LIMIT`].
pub fn carried(fields: &[(String, String)]) -> Option<String> {
    let open: Vec<_> = fields.iter().filter(|(name, _)| !is_secret(name)).collect();
    let form = serde_html_form::to_string(open).ok()?;
    (!form.is_empty() && form.len() <= LIMIT).then_some(form)
}

/// Lets a form wait for its page, in the place of any other.
pub async fn keep(session: &Session, page: &str, form: &str) -> Result<()> {
    if form.len() > LIMIT {
        return Ok(());
    }
    let waiting = Waiting {
        page: page.to_owned(),
        form: form.to_owned(),
    };
    Ok(session.insert(HELD, waiting).await?)
}

/// The fields of the form that waits for the page being asked for. Extracting it takes it: only for
/// handlers that show it.
pub struct Held(pub Option<Vec<(String, String)>>);

impl<S: Sync> FromRequestParts<S> for Held {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Held, Infallible> {
        let page = Preferences::of(&parts.extensions).path().to_owned();
        let form = match parts.extensions.get::<Session>() {
            Some(session) => take(session, &page).await,
            None => None,
        };
        let fields = form.and_then(|form| serde_html_form::from_str(&form).ok());
        Ok(Held(fields))
    }
}

/// A session that cannot be read holds nothing; the page itself will tell of it.
async fn take(session: &Session, page: &str) -> Option<String> {
    let waiting: Waiting = session.get(HELD).await.ok()??;
    if waiting.page != page {
        return None;
    }
    session.remove_value(HELD).await.ok()?;
    Some(waiting.form)
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, carried};

    fn fields(all: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        all.iter().map(owned).collect()
    }

    #[test]
    fn passwords_are_never_carried() {
        let form = fields(&[
            ("username", "a&b"),
            ("password1", "s"),
            ("_password", "s"),
            ("old_password", "s"),
        ]);
        assert_eq!(carried(&form).as_deref(), Some("username=a%26b"));
        assert_eq!(carried(&form[1..]), None);
    }

    #[test]
    fn a_form_is_carried_up_to_its_limit() {
        let longest = "a".repeat(LIMIT - 2);
        assert!(carried(&fields(&[("b", &longest)])).is_some());
        assert!(carried(&fields(&[("bb", &longest)])).is_none());
    }
}
