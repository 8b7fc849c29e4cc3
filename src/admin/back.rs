//! The way back to a list with the filters one came from, and ids as addresses have them.

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
};

use super::{
    changelist::LONGEST_SEARCH,
    model::{Model, Verb},
    rights::Rights,
};
use crate::{
    state::App,
    web::{errors::Error, next, paging},
};

/// The parameter that carries a list's query through forms, as Django names it.
pub const FILTERS: &str = "_changelist_filters";

/// Longer queries, in bytes, are dropped: the list is then shown whole. The longest search fits, each
/// letter of it as long as one gets (four bytes, each as `%F0`), and as much again as filters,
/// dates and order take together.
const LONGEST: usize = LONGEST_SEARCH * 12 + 600;

/// The query of the list one came from, carried in `_changelist_filters`. It is only ever put behind
/// a list's own path, so that it cannot lead to another site.
#[derive(Clone, Debug, Default)]
pub struct Filters(String);

impl Filters {
    /// Those in the query of an address; none when it has none that are usable.
    pub fn read(query: Option<&str>) -> Filters {
        let pairs: Vec<(String, String)> = query
            .and_then(|query| serde_html_form::from_str(query).ok())
            .unwrap_or_default();
        let found = pairs.into_iter().find(|(name, _)| name == FILTERS);
        let usable =
            |query: &String| query.len() <= LONGEST && !query.chars().any(char::is_control);
        Filters(
            found
                .map(|(_, query)| query)
                .filter(usable)
                .unwrap_or_default(),
        )
    }

    /// Where one came from: the list with these filters; the index for who may not see the list.
    pub fn list(&self, rights: &Rights, model: &Model) -> String {
        if !rights.may(Verb::View, model) {
            return "/admin/".to_owned();
        }
        if self.0.is_empty() {
            return model.address();
        }
        match next::safe(&format!("{}?{}", model.address(), self.0)) {
            home if home == "/" => model.address(),
            list => list,
        }
    }

    /// An address of the same model with these filters carried on.
    pub fn carried(&self, address: &str) -> String {
        if self.0.is_empty() {
            return address.to_owned();
        }
        paging::address(address, &[(FILTERS, self.0.as_str())])
    }
}

impl<S: Sync> FromRequestParts<S> for Filters {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> std::result::Result<Filters, Self::Rejection> {
        Ok(Filters::read(parts.uri.query()))
    }
}

/// An id in an address, also one that is no number: [`gone`](super::desk::Desk::gone) answers both alike.
pub struct AnyId {
    /// The number; `None` when it is none, or one that no row has.
    pub id: Option<i64>,
    /// As it was written, cut.
    pub written: String,
}

impl AnyId {
    /// As it stands in an address.
    pub fn read(written: &str) -> AnyId {
        let plain = !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit());
        AnyId {
            id: plain.then(|| written.parse().ok()).flatten(),
            written: written.chars().take(40).collect(),
        }
    }
}

impl FromRequestParts<App> for AnyId {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &App,
    ) -> std::result::Result<AnyId, Response> {
        let path = axum::extract::Path::<String>::from_request_parts(parts, app).await;
        let Ok(axum::extract::Path(written)) = path else {
            return Err(Error::NotFound.into_response());
        };
        Ok(AnyId::read(&written))
    }
}

#[cfg(test)]
mod tests {
    use super::{Filters, LONGEST};

    #[test]
    fn filters_are_carried_as_they_came() {
        let query = "x=1&_changelist_filters=q%3D%25EA%25B0%2580%26p%3D2";
        let filters = Filters::read(Some(query));
        assert_eq!(filters.0, "q=%EA%B0%80&p=2");
        assert_eq!(
            filters.carried("/a/"),
            "/a/?_changelist_filters=q%3D%25EA%25B0%2580%26p%3D2"
        );
    }

    #[test]
    fn what_is_no_query_is_dropped() {
        for query in ["", "q=1", "_changelist_filters=a%0d%0ab", "%ff=%ff"] {
            assert_eq!(Filters::read(Some(query)).0, "", "{query}");
        }
        let long = format!("_changelist_filters={}", "a".repeat(LONGEST + 1));
        assert_eq!(Filters::read(Some(&long)).0, "");
        assert_eq!(Filters::read(None).carried("/a/"), "/a/");
    }
}
