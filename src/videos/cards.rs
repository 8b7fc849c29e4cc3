//! Texts of members in which a link to a video of this site is a card.

use std::collections::HashMap;

use askama::Template;

use super::{Access, pages::Card, store};
use crate::{
    db::{Db, Time},
    markdown::Piece,
    web::{errors::Result, frame::Frame},
};

#[derive(Template)]
#[template(path = "videos/_text_card.html")]
struct TextCard<'a> {
    frame: &'a Frame,
    card: &'a Card,
    start: u32,
}

/// A rendered text whole, for the viewer of `frame`: a video they may see is a card, any other stays
/// the link that was typed, so that nothing is told of it.
pub async fn dressed(db: &Db, frame: &Frame, pieces: Vec<Piece>) -> Result<String> {
    let wanted = pieces.iter().filter_map(|piece| match piece {
        Piece::Video(video) => Some(video.id),
        Piece::Html(_) => None,
    });
    let wanted: Vec<i64> = wanted.collect();
    let cards = cards(db, frame, &wanted).await?;
    let mut html = String::new();
    for piece in pieces {
        match piece {
            Piece::Video(video) if cards.contains_key(&video.id) => {
                let card = TextCard {
                    frame,
                    card: &cards[&video.id],
                    start: video.start,
                };
                html.push_str(&card.render()?);
            }
            piece => html.push_str(&piece.into_html()),
        }
    }
    Ok(html)
}

async fn cards(db: &Db, frame: &Frame, ids: &[i64]) -> Result<HashMap<i64, Card>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let now = Time::now();
    let videos = store::with_ids(db, ids).await?;
    let seen = videos
        .into_iter()
        .filter(|video| video.visibility.access(&frame.viewer) == Access::Allowed);
    Ok(seen
        .map(|video| (video.id, Card::new(frame, video, now)))
        .collect())
}
