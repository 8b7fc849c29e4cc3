//! The list: notices, numbered posts, search.

use askama::Template;
use axum::{Router, extract::State, routing::get};
use axum_extra::routing::RouterExt;

use super::{
    place::Place,
    row::{Found, Row},
};
use crate::{
    board::store::{self, Listed, Within},
    db::Time,
    state::App,
    web::{
        errors::Result,
        frame::Frame,
        page,
        paging::{PageLink, Paging},
    },
    words::{fill, format},
};

/// Posts on a page of the list, notices not counted.
const PAGE_SIZE: i64 = 20;

pub(super) fn routes() -> Router<App> {
    Router::new().route_with_tsr("/board/", get(list))
}

/// `GET /board/`
#[derive(Template)]
#[template(path = "board/list.html")]
struct ListPage {
    frame: Frame,
    place: Place,
    notices: Vec<Row>,
    rows: Vec<Row>,
    paging: Paging,
}

impl ListPage {
    fn heading(&self) -> String {
        let words = self.frame.t.board;
        if self.place.query.is_empty() {
            words.title.to_owned()
        } else {
            fill(words.results_for, &[&self.place.query])
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
        let words = self.frame.t.board;
        let one = self.paging.total == 1;
        let sentence = if one { words.one_post } else { words.count };
        fill(sentence, &[&format::number(self.paging.total)])
    }

    fn comments(&self, count: &i64) -> String {
        let words = self.frame.t.board;
        let one = *count == 1;
        let sentence = if one {
            words.one_comment
        } else {
            words.comments
        };
        fill(sentence, &[&format::number(*count)])
    }

    fn no_results(&self) -> String {
        fill(self.frame.t.board.no_results, &[&self.place.query])
    }

    fn write_address(&self) -> String {
        self.place.carried("/board/new/")
    }

    /// Where one may search, with the words for it.
    fn choices(&self) -> impl Iterator<Item = (Within, &'static str)> {
        let words = self.frame.t.board;
        Within::ALL.into_iter().map(|within| {
            let word = match within {
                Within::Both => words.in_both,
                Within::Title => words.in_title,
                Within::Body => words.in_body,
                Within::Writer => words.writer,
            };
            (within, word)
        })
    }
}

async fn list(State(app): State<App>, frame: Frame, mut place: Place) -> Result {
    let search = place.search();
    let offset = (place.page.max(1) - 1).saturating_mul(PAGE_SIZE);
    let (total, ids) = match search.terms.is_empty() {
        true => (store::count(app.counts()).await?, Vec::new()),
        false => store::found(&app.db, &search, PAGE_SIZE, offset).await?,
    };
    let paging = Paging::new(place.page, total, PAGE_SIZE, |page| place.list_page(page));
    place.page = paging.page;
    let (mut posts, mut pinned) = (Vec::new(), Vec::new());
    if search.terms.is_empty() {
        posts = store::listed(&app.db, PAGE_SIZE, paging.offset).await?;
        if paging.page == 1 {
            pinned = store::notices(&app.db).await?;
        }
    } else if !ids.is_empty() {
        posts = store::listed_of(&app.db, &ids).await?;
    }
    let mut found = Found {
        terms: search.terms,
        within: search.within,
        bodies: Vec::new(),
    };
    if !found.in_bodies().is_empty() {
        let ids: Vec<i64> = posts.iter().map(|post| post.id).collect();
        found.bodies = store::bodies(&app.db, &ids).await?;
    }
    let now = Time::now();
    let row = |post: Listed, number| Row::new(&frame, &place, post, number, &found, now);
    let rows = (0..)
        .zip(posts)
        .map(|(n, post)| row(post, Some(total - paging.offset - n)))
        .collect();
    let notices = pinned.into_iter().map(|post| row(post, None)).collect();
    page::ok(&ListPage {
        notices,
        rows,
        paging,
        place,
        frame,
    })
}
