//! The listing: search, order, numbered pages.

use askama::Template;
use axum::extract::State;
use serde::{Deserialize, Serialize};

use super::Card;
use crate::{
    db::Time,
    state::App,
    videos::store,
    web::{
        errors::Result,
        form::Query,
        frame::Frame,
        page,
        paging::{self, PageLink, Paging},
        text,
    },
    words::{fill, format},
};

/// Cards on a page of the listing.
const PAGE_SIZE: i64 = 24;

/// The longest search, in characters; the rest is passed over.
const QUERY_LIMIT: usize = 200;

/// The order of the listing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Newest first.
    #[default]
    Latest,
    /// Most viewed first.
    Views,
    /// By title.
    Title,
}

impl Sort {
    /// In the order of the choices.
    pub const ALL: [Sort; 3] = [Sort::Latest, Sort::Views, Sort::Title];

    /// Reads `?sort=`; an unknown order is the newest first.
    fn from_name(name: &str) -> Sort {
        Sort::ALL
            .into_iter()
            .find(|sort| sort.name() == name)
            .unwrap_or_default()
    }

    /// The value of `?sort=`.
    pub fn name(self) -> &'static str {
        match self {
            Sort::Latest => "latest",
            Sort::Views => "views",
            Sort::Title => "title",
        }
    }
}

/// `GET /`
#[derive(Template)]
#[template(path = "videos/list.html")]
pub struct ListPage {
    /// The page's surroundings.
    pub frame: Frame,
    /// The videos of this page.
    pub cards: Vec<Card>,
    /// What was searched, empty when nothing.
    pub query: String,
    /// The order.
    pub sort: Sort,
    /// The numbered pages.
    pub paging: Paging,
}

/// A link of the row of orders.
struct Order {
    word: &'static str,
    url: String,
    current: bool,
}

impl ListPage {
    fn heading(&self) -> String {
        let words = self.frame.t.videos;
        if self.query.is_empty() {
            words.videos.to_owned()
        } else {
            fill(words.results_for, &[&self.query])
        }
    }

    fn title(&self) -> String {
        if self.paging.page == 1 {
            return self.heading();
        }
        let page = &[&self.heading() as _, &self.paging.page as _];
        fill(self.frame.t.videos.heading_page, page)
    }

    fn count(&self) -> String {
        let words = self.frame.t.videos;
        let one = self.paging.total == 1;
        let sentence = if one { words.one_video } else { words.count };
        fill(sentence, &[&format::number(self.paging.total)])
    }

    fn no_results(&self) -> String {
        fill(self.frame.t.videos.no_results, &[&self.query])
    }

    /// The orders; each keeps the search and starts at the first page.
    fn orders(&self) -> impl Iterator<Item = Order> {
        let words = self.frame.t.videos;
        Sort::ALL.into_iter().map(move |sort| Order {
            word: match sort {
                Sort::Latest => words.sort_latest,
                Sort::Views => words.sort_views,
                Sort::Title => words.sort_title,
            },
            url: list_address(&self.query, sort, 1),
            current: sort == self.sort,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct ListQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    page: String,
}

/// What a page of the listing has in its address; defaults are left out.
#[derive(Serialize)]
struct ListAddress<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    q: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sort: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<i64>,
}

fn list_address(query: &str, sort: Sort, page: i64) -> String {
    let address_of = ListAddress {
        q: query,
        sort: (sort != Sort::Latest).then(|| sort.name()),
        page: (page > 1).then_some(page),
    };
    paging::address("/", &address_of)
}

pub(super) async fn list(
    State(app): State<App>,
    frame: Frame,
    Query(asked): Query<ListQuery>,
) -> Result {
    let query: String = asked.q.trim().chars().take(QUERY_LIMIT).collect();
    let words = text::words(&query);
    let sort = Sort::from_name(&asked.sort);
    let total = store::count_listed(&app, &frame.viewer, &words).await?;
    let paging = Paging::new(paging::asked(&asked.page), total, PAGE_SIZE, |page| {
        list_address(&query, sort, page)
    });
    let videos = store::listed(
        &app.db,
        &frame.viewer,
        &words,
        sort,
        PAGE_SIZE,
        paging.offset,
    )
    .await?;
    let now = Time::now();
    let cards = videos
        .into_iter()
        .map(|video| Card::new(&frame, video, now))
        .collect();
    page::ok(&ListPage {
        cards,
        query,
        sort,
        paging,
        frame,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        videos::Visibility,
        web::{frame::Theme, viewer::Viewer},
        words::Lang,
    };

    #[test]
    fn a_list_address_says_only_what_differs() {
        assert_eq!(list_address("", Sort::Latest, 1), "/");
        assert_eq!(
            list_address("강의 a&b", Sort::Views, 3),
            "/?q=%EA%B0%95%EC%9D%98+a%26b&sort=views&page=3"
        );
    }

    fn shown(query: &str, page: i64) -> ListPage {
        let frame = Frame {
            t: Lang::Ko.words(),
            theme: Theme::default(),
            viewer: Viewer::visitor(),
            path: "/".to_owned(),
            origin: "https://madang.example".to_owned(),
            signup_open: true,
            messages: Vec::new(),
            zone: jiff::tz::TimeZone::UTC,
            debug: false,
        };
        ListPage {
            frame,
            cards: vec![Card {
                id: 7,
                title: "<script>alert(1)</script>".to_owned(),
                visibility: Visibility::Private,
                thumbnail: None,
                duration: None,
                views: String::new(),
                exact_views: String::new(),
                age: String::new(),
                date: String::new(),
                machine_date: String::new(),
            }],
            query: query.to_owned(),
            sort: Sort::Views,
            paging: Paging::new(page, 100, 24, |n| format!("/?page={n}")),
        }
    }

    #[test]
    fn an_order_keeps_the_search_and_starts_at_the_first_page() {
        let page = shown("마당 & 강의", 3);
        let urls: Vec<_> = page.orders().map(|order| order.url).collect();
        let q = "/?q=%EB%A7%88%EB%8B%B9+%26+%EA%B0%95%EC%9D%98";
        assert_eq!(urls[0], q);
        assert_eq!(urls[1], format!("{q}&sort=views"));
        assert!(
            page.orders()
                .all(|order| order.current == (order.word == "조회수순"))
        );
    }

    #[test]
    fn the_tab_names_the_search_and_the_page() {
        assert_eq!(shown("", 1).title(), "동영상");
        assert_eq!(shown("강의", 2).title(), "‘강의’ 검색 결과 (2쪽)");
    }

    #[test]
    fn a_title_or_a_search_is_text_and_never_markup() {
        let html = shown("\"><img src=x>", 1).render().expect("renders");
        assert!(!html.contains("<script>alert"));
        assert!(!html.contains("<img src=x"));
        assert!(html.contains("비공개"));
    }

    #[test]
    fn a_page_carries_nothing_inline_that_the_policy_would_refuse() {
        let html = shown("", 1).render().expect("renders");
        for refused in [
            " style=",
            "<style",
            " onclick=",
            " onload=",
            "javascript:",
            "data:",
        ] {
            assert!(!html.contains(refused), "{refused}");
        }
    }
}
