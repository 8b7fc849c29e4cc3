//! The listing, and what every list shows of a video.

mod list;

use axum::{Router, routing::get};

pub use self::list::{ListPage, Sort};
use super::{
    Visibility,
    store::{Listed, Thumbnail},
};
use crate::{
    db::Time,
    ingest::picture::SMALL,
    state::App,
    storage::Key,
    web::frame::Frame,
    words::{Lang, format},
};

/// The listing.
pub fn routes() -> Router<App> {
    Router::new().route("/", get(list::list))
}

/// Where a thumbnail's sizes are.
pub struct Picture {
    /// The larger one.
    pub large: String,
    /// The one for a small place.
    pub small: String,
    /// The `srcset` of both, when there are two.
    pub srcset: Option<String>,
}

impl Picture {
    /// `None` for a video without a thumbnail.
    pub fn of(thumbnail: &Thumbnail) -> Option<Picture> {
        let address = |key: &Key| format!("/media/{key}");
        let large = thumbnail.large.as_ref().map(address)?;
        let small = thumbnail.small.as_ref().map(address);
        let both = small.as_ref().zip(thumbnail.width);
        let srcset = both.map(|(small, width)| format!("{small} {SMALL}w, {large} {width}w"));
        Some(Picture {
            small: small.unwrap_or_else(|| large.clone()),
            srcset,
            large,
        })
    }
}

/// A video as a list shows it.
pub struct Card {
    /// `videos.id`.
    pub id: i64,
    /// The title.
    pub title: String,
    /// Who may see it; all but public show a badge.
    pub visibility: Visibility,
    /// The thumbnail, when there is one.
    pub thumbnail: Option<Picture>,
    /// `4:05`, when known.
    pub duration: Option<String>,
    /// "조회수 1.2만회".
    pub views: String,
    /// "조회수 12,345회".
    pub exact_views: String,
    /// "3일 전".
    pub age: String,
    /// The exact date, for the tooltip.
    pub date: String,
    /// RFC 3339, for `<time datetime>`.
    pub machine_date: String,
}

impl Card {
    /// A video as `frame`'s viewer reads it.
    pub fn new(frame: &Frame, video: Listed, now: Time) -> Card {
        let lang = frame.lang();
        Card {
            id: video.id,
            title: video.title,
            visibility: video.visibility,
            thumbnail: Picture::of(&video.thumbnail),
            duration: video.duration.map(format::duration),
            views: format::views(lang, video.views),
            exact_views: format::exact_views(lang, video.views),
            age: format::age(lang, video.created_at, now, &frame.zone),
            date: format::date_time(lang, video.created_at, &frame.zone),
            machine_date: format::machine_time(video.created_at),
        }
    }

    /// The first letter of the title, for a cover when there is no picture.
    pub fn initial(&self) -> String {
        initial(&self.title)
    }

    /// One of twelve colours, always the same for one video: `hue-0` … `hue-11`.
    pub fn hue(&self) -> i64 {
        hue(self.id)
    }
}

impl Visibility {
    /// Its name for people: 비공개.
    pub fn word(self, lang: Lang) -> &'static str {
        let words = lang.words().site;
        match self {
            Visibility::Public => words.visibility_public,
            Visibility::Unlisted => words.visibility_unlisted,
            Visibility::Private => words.visibility_private,
            Visibility::Draft => words.visibility_draft,
        }
    }

    /// Who may watch, as a sentence.
    pub fn audience(self, lang: Lang) -> &'static str {
        let words = lang.words().site;
        match self {
            Visibility::Public => words.audience_public,
            Visibility::Unlisted => words.audience_unlisted,
            Visibility::Private => words.audience_private,
            Visibility::Draft => words.audience_draft,
        }
    }
}

/// The letter of a generated cover: the first of the title.
pub fn initial(title: &str) -> String {
    let letter = title.trim_start().chars().next();
    letter
        .map(|letter| letter.to_uppercase().to_string())
        .unwrap_or_default()
}

/// The colour of a generated cover, 0 to 11: neighbours differ.
pub fn hue(id: i64) -> i64 {
    (id * 5).rem_euclid(12)
}
