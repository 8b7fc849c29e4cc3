//! The feeds: posts and public videos, in Atom (RFC 4287), as a visitor may have them.

use askama::Template;
use axum::{Extension, Router, extract::State, http::header, response::IntoResponse, routing::get};

use crate::{
    board,
    db::Time,
    markdown,
    state::App,
    videos::{self, pages::Picture},
    web::{errors::Result, preferences::Preferences, text},
    words::{Catalogue, format},
};

/// Entries of a feed.
const LENGTH: i64 = 30;

/// Letters of an entry's summary.
const SUMMARY: usize = 300;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/feed.xml", get(new_videos))
        .route("/board/feed.xml", get(new_posts))
}

#[derive(Template)]
#[template(path = "board/feed.xml")]
struct Feed<'a> {
    t: &'a Catalogue,
    title: &'a str,
    /// Whole addresses of the page that shows the same, and of the feed itself.
    page: String,
    address: String,
    updated: String,
    entries: Vec<Entry>,
}

struct Entry {
    url: String,
    title: String,
    writer: Option<String>,
    published: String,
    updated: String,
    summary: String,
    file: Option<File>,
    /// The thumbnail's whole address.
    picture: Option<String>,
}

struct File {
    url: String,
    content_type: String,
    size: i64,
}

async fn new_posts(
    State(app): State<App>,
    Extension(preferences): Extension<Preferences>,
) -> Result {
    let posts = board::store::fed(&app.db, LENGTH).await?;
    let newest = posts
        .iter()
        .map(|post| post.edited_at.unwrap_or(post.created_at))
        .max();
    let origin = preferences.origin();
    let entries = posts.into_iter().map(|post| Entry {
        url: format!("{origin}/board/{}/", post.id),
        title: xml(&post.title),
        writer: Some(xml(&post.username)),
        published: format::machine_time(post.created_at),
        updated: format::machine_time(post.edited_at.unwrap_or(post.created_at)),
        summary: xml(&markdown::plain(&post.body, SUMMARY)),
        file: None,
        picture: None,
    });
    let t = app.settings.language.words();
    answer(&Feed {
        t,
        title: t.board.title,
        page: format!("{origin}/board/"),
        address: format!("{origin}/board/feed.xml"),
        updated: format::machine_time(newest.unwrap_or_else(Time::now)),
        entries: entries.collect(),
    })
}

async fn new_videos(
    State(app): State<App>,
    Extension(preferences): Extension<Preferences>,
) -> Result {
    let videos = videos::store::fed(&app.db, LENGTH).await?;
    let newest = videos.iter().map(|video| video.updated_at).max();
    let origin = preferences.origin();
    let entries = videos.into_iter().map(|video| Entry {
        url: format!("{origin}/video/{}/", video.id),
        title: xml(&video.title),
        writer: None,
        published: format::machine_time(video.created_at),
        updated: format::machine_time(video.updated_at),
        summary: xml(&text::summary(&video.description, SUMMARY)),
        file: Some(File {
            url: format!("{origin}/media/{}", video.key),
            content_type: video.content_type,
            size: video.size,
        }),
        picture: Picture::of(&video.thumbnail).map(|picture| format!("{origin}{}", picture.large)),
    });
    let t = app.settings.language.words();
    answer(&Feed {
        t,
        title: t.videos.videos,
        page: format!("{origin}/"),
        address: format!("{origin}/feed.xml"),
        updated: format::machine_time(newest.unwrap_or_else(Time::now)),
        entries: entries.collect(),
    })
}

/// The same for everybody, so any cache may keep it for a few minutes.
fn answer(feed: &Feed) -> Result {
    let headers = [
        (header::CONTENT_TYPE, "application/atom+xml; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    Ok((headers, feed.render()?).into_response())
}

/// Without the letters that XML 1.0 (§2.2) cannot have in any way.
fn xml(text: &str) -> String {
    let allowed =
        |letter: &char| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(allowed).collect()
}

#[cfg(test)]
mod tests {
    use super::xml;

    #[test]
    fn letters_that_xml_cannot_have_are_left_out() {
        assert_eq!(
            xml("가\u{0}\u{8}나\u{fffe}\u{ffff}\u{1f600}\t"),
            "가나\u{1f600}\t"
        );
    }
}
