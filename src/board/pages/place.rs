//! Where in the board somebody is: a search and a page of its list. Every address of the board
//! carries it, so that reading, writing and deleting lead back there.

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::{Deserialize, Serialize};

use crate::{
    board::store::{Search, Within},
    web::{errors::Error, form::Query, paging, search},
};

/// The longest search, in characters; the rest is passed over.
const QUERY_LIMIT: usize = 200;

impl Within {
    /// In the order of the choices.
    pub const ALL: [Within; 4] = [Within::Both, Within::Title, Within::Body, Within::Writer];

    /// The value of `?in=`.
    pub fn name(self) -> &'static str {
        match self {
            Within::Both => "both",
            Within::Title => "title",
            Within::Body => "body",
            Within::Writer => "writer",
        }
    }

    /// Reads the value of `?in=`; what is unknown looks in title and body.
    fn from_name(name: &str) -> Within {
        Within::ALL
            .into_iter()
            .find(|within| within.name() == name)
            .unwrap_or_default()
    }
}

/// A search of the board and a page of what it found, as `?q=&in=&page=` say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// What was typed, empty when nothing was.
    pub query: String,
    /// Where it is looked for.
    pub within: Within,
    /// The page of the list, from 1; it may be beyond the last.
    pub page: i64,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default, rename = "in")]
    within: String,
    #[serde(default)]
    page: String,
}

/// What stands in an address; defaults are left out.
#[derive(Serialize)]
struct Carried<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    q: &'a str,
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    within: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<i64>,
}

impl Place {
    /// The first page of a search.
    pub fn new(query: &str, within: Within) -> Place {
        Place {
            query: query.trim().chars().take(QUERY_LIMIT).collect(),
            within,
            page: 1,
        }
    }

    /// The search to ask the store for.
    pub fn search(&self) -> Search {
        Search {
            terms: search::terms(&self.query),
            within: self.within,
        }
    }

    /// `path` with this place: `/board/3/?q=강의&page=2`.
    pub fn carried(&self, path: &str) -> String {
        self.at(path, self.page)
    }

    /// The list, at this place.
    pub fn list(&self) -> String {
        self.carried("/board/")
    }

    /// The list, at another page of it.
    pub fn list_page(&self, page: i64) -> String {
        self.at("/board/", page)
    }

    /// A post, read from here.
    pub fn post(&self, id: i64) -> String {
        self.carried(&format!("/board/{id}/"))
    }

    fn at(&self, path: &str, page: i64) -> String {
        let searching = !self.query.is_empty();
        let carried = Carried {
            q: &self.query,
            within: (searching && self.within != Within::default()).then(|| self.within.name()),
            page: (page > 1).then_some(page),
        };
        paging::address(path, &carried)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Place {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Place, Error> {
        let Query(asked): Query<Asked> = Query::from_request_parts(parts, state).await?;
        Ok(Place {
            page: paging::asked(&asked.page).max(1),
            ..Place::new(&asked.q, Within::from_name(&asked.within))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_only_what_differs() {
        let home = Place::new("  ", Within::Writer);
        assert_eq!(home.list(), "/board/");
        assert_eq!(home.list_page(3), "/board/?page=3");
        let place = Place {
            page: 2,
            ..Place::new(" 강의 a&b ", Within::Title)
        };
        let asked = "q=%EA%B0%95%EC%9D%98+a%26b&in=title";
        assert_eq!(place.list(), format!("/board/?{asked}&page=2"));
        assert_eq!(place.post(7), format!("/board/7/?{asked}&page=2"));
        assert_eq!(place.list_page(1), format!("/board/?{asked}"));
    }

    #[test]
    fn every_place_to_look_has_a_name_of_its_own() {
        for within in Within::ALL {
            assert_eq!(Within::from_name(within.name()), within);
        }
        assert_eq!(Within::from_name("password"), Within::Both);
    }

    #[test]
    fn a_long_search_is_cut() {
        let place = Place::new(&"가".repeat(5_000), Within::Both);
        assert_eq!(place.query.chars().count(), QUERY_LIMIT);
    }
}
