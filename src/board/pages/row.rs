//! A post as the list shows it, with what a search found marked.

use super::place::Place;
use crate::{
    board::store::{Listed, Within},
    db::Time,
    markdown,
    web::{frame::Frame, marks, search::Term},
    words::format,
};

/// Seconds for which a post is marked as new.
const NEW: i64 = 24 * 3600;

/// Letters of the body shown before what was found in it, and after.
const BEFORE: usize = 30;
const AFTER: usize = 130;

/// A line of the list.
pub struct Row {
    /// `posts.id`.
    pub id: i64,
    /// Its number, counted down from how many there are; pinned ones have none.
    pub number: Option<String>,
    /// Where it is read, and the way back.
    pub url: String,
    /// The title as HTML, with the marks of a search.
    pub title: String,
    /// The writer's name as HTML, with the marks of a search.
    pub writer: String,
    /// The words of the body around what was found in it, as HTML.
    pub excerpt: Option<String>,
    /// Whether it is a notice.
    pub is_notice: bool,
    /// Whether it was written in the last day.
    pub is_new: bool,
    /// How many comments it has.
    pub comments: i64,
    /// How many files it has.
    pub attachments: i64,
    /// `14:05` today, else `2026.11.20`.
    pub date: String,
    /// The exact date, for the tooltip.
    pub exact_date: String,
    /// RFC 3339, for `<time datetime>`.
    pub machine_date: String,
    /// How often it was read: `1,234`.
    pub views: String,
}

impl Row {
    /// A post in the list at `place`.
    pub fn new(
        frame: &Frame,
        place: &Place,
        post: Listed,
        number: Option<i64>,
        found: &Found,
        now: Time,
    ) -> Row {
        let lang = frame.lang();
        Row {
            id: post.id,
            number: number.map(format::number),
            url: place.post(post.id),
            title: marks::marked(&post.title, found.in_titles()),
            writer: marks::marked(&post.username, found.in_writers()),
            excerpt: found.excerpt(post.id),
            is_notice: post.is_notice,
            is_new: post.created_at > now.plus_seconds(-NEW),
            comments: post.comments,
            attachments: post.attachments,
            date: format::time_or_date(lang, post.created_at, now, &frame.zone),
            exact_date: format::date_time(lang, post.created_at, &frame.zone),
            machine_date: format::machine_time(post.created_at),
            views: format::number(post.views),
        }
    }
}

/// What a search looked for, and the bodies it looked through.
#[derive(Default)]
pub struct Found {
    /// What must be found, every one.
    pub terms: Vec<Term>,
    /// Where.
    pub within: Within,
    /// The bodies of the posts shown, with their ids.
    pub bodies: Vec<(i64, String)>,
}

impl Found {
    /// What is marked in titles.
    pub fn in_titles(&self) -> &[Term] {
        match self.within {
            Within::Both | Within::Title => &self.terms,
            Within::Body | Within::Writer => &[],
        }
    }

    /// What is marked in bodies.
    pub fn in_bodies(&self) -> &[Term] {
        match self.within {
            Within::Both | Within::Body => &self.terms,
            Within::Title | Within::Writer => &[],
        }
    }

    fn in_writers(&self) -> &[Term] {
        match self.within {
            Within::Writer => &self.terms,
            _ => &[],
        }
    }

    fn excerpt(&self, post: i64) -> Option<String> {
        let (_, body) = self.bodies.iter().find(|(id, _)| *id == post)?;
        let part = marks::around(body, self.in_bodies(), BEFORE, AFTER)?;
        let words = markdown::plain(part, BEFORE + AFTER);
        let mut excerpt = marks::marked(&words, self.in_bodies());
        if !body.starts_with(part) {
            excerpt.insert_str(0, "… ");
        }
        if !body.ends_with(part) {
            excerpt.push_str(" …");
        }
        Some(excerpt)
    }
}
