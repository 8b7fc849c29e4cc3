//! What people type, as safe HTML: CommonMark with tables, task lists, strikethrough and bare
//! addresses. Knows no table, no viewer and no request.
//!
//! A text goes one way: [`parse`] reads it into a tree within its limits, [`write`](mod@write) turns
//! the tree into markup (asking [`links`] about every address and [`times`] about every `1:30`), and
//! [`sanitise`] lets through only what is on its list, so that a fault in one of them does not
//! become a script in a page. HTML that a member types is shown as the text it is.
//!
//! # Links, and what search engines are told
//!
//! Whoever may sign up may write, so every link out of the site is `ugc` (content of users). From an
//! author whom the site does not know yet it is `nofollow` as well: that takes the profit out of
//! signing up to place a link, and `ugc` alone is not understood everywhere. Members of long
//! standing are spared it, since their links are the good ones. `noopener` says what browsers do
//! anyway. Links within the site have no `rel` and no host, so they outlive a change of address.
//!
//! # Limits
//!
//! A text over one of the limits in [`parse`] is not refused: it is shown as typed, in paragraphs
//! with line breaks, which costs no more than its length. Nobody meets them who is not looking for
//! them. Rendering is plain computing without waiting; see [`render`] for what it costs at worst.

mod links;
mod parse;
mod plain;
mod sanitise;
mod times;
mod write;

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod xss_tests;

pub use plain::plain;
pub use times::start;

use comrak::{Arena, nodes::Node, nodes::NodeValue};

use links::Judge;

/// Characters of the longest text that is read as Markdown; a longer one is shown as typed.
pub const MOST_CHARACTERS: usize = 50_000;

/// Video cards in one text; further videos stay links.
pub const MOST_VIDEOS: usize = 10;

/// What a text is rendered for.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// This site as its visitors address it, such as `https://madang.example`; when it is not an
    /// address, only links without a host count as the site's own.
    pub origin: &'a str,
    /// Beginnings of the paths whose images are shown, such as `/media/`. Images from anywhere else
    /// become links: the site's policy would not load them, and they would tell their host who reads.
    pub images: &'a [&'a str],
    /// The level that `# heading` gets, 1 to 6: one below the heading the text stands under.
    pub heading: u8,
    /// What a time such as `1:30` becomes.
    pub times: Times,
    /// Whether links out of the site ask search engines not to follow them.
    pub author_is_new: bool,
}

/// What `m:ss` and `h:mm:ss` in a text become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// Text: there is no video beside it.
    Text,
    /// `<a href="?t=90" data-seek="90">`: the video's length is not known.
    Links,
    /// The same up to the video's length in seconds; later times stay text.
    LinksUntil(u32),
    /// `<a href="/video/7/?t=90" data-seek="90">`, into the last video that stands apart before it;
    /// text before the first.
    LinksToCards,
}

/// A part of a rendered text, in reading order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Whole elements of safe HTML.
    Html(String),
    /// A link to one of this site's videos that stands alone, for the page to show as a card.
    Video(Video),
}

/// A link to one of this site's videos, which may not exist and which the reader may not be allowed
/// to see: the page finds out, and shows [`link`](Video::link) otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Video {
    /// The video's id.
    pub id: i64,
    /// Seconds at which it is to start.
    pub start: u32,
    /// The paragraph as it would be without a card, as safe HTML.
    pub link: String,
}

impl Piece {
    /// The piece as HTML, a video as the link that was typed.
    pub fn into_html(self) -> String {
        match self {
            Piece::Html(html) => html,
            Piece::Video(video) => video.link,
        }
    }
}

/// A text as safe HTML, with the videos that stand alone in it apart.
///
/// The HTML is at most 40 bytes a byte of text (and 1 KiB) long, whatever is typed. Of all the
/// hostile texts of [`MOST_CHARACTERS`] tried against a release build, the dearest is named in
/// `hostile_tests`; an ordinary post takes far less than a millisecond.
pub fn render(text: &str, options: &Options) -> Vec<Piece> {
    let arena = Arena::new();
    let Some(root) = parse::parse(&arena, text) else {
        return vec![Piece::Html(sanitise::clean(&write::as_typed(text)))];
    };
    let mut judge = Judge::new(options);
    let mut pieces = Vec::new();
    let mut run = String::new();
    let mut videos = 0;
    for block in root.children() {
        let alone = videos_alone(block, &judge).filter(|alone| videos + alone.len() <= MOST_VIDEOS);
        let Some(alone) = alone else {
            write::node(&mut run, block, &judge);
            continue;
        };
        push_html(&mut pieces, &mut run);
        videos += alone.len();
        judge.card = alone.last().map(|video| video.id);
        pieces.extend(alone.into_iter().map(Piece::Video));
    }
    push_html(&mut pieces, &mut run);
    pieces
}

fn push_html(pieces: &mut Vec<Piece>, run: &mut String) {
    if !run.is_empty() {
        pieces.push(Piece::Html(sanitise::clean(run)));
        run.clear();
    }
}

/// The videos of a paragraph that has nothing but links to videos, each on a line of its own.
fn videos_alone<'a>(block: Node<'a>, judge: &Judge) -> Option<Vec<Video>> {
    if !matches!(block.data().value, NodeValue::Paragraph) {
        return None;
    }
    let mut videos = Vec::new();
    let mut line_is_new = true;
    for node in block.children() {
        let value = &node.data().value;
        if matches!(value, NodeValue::SoftBreak | NodeValue::LineBreak) {
            line_is_new = true;
            continue;
        }
        let address = match value {
            NodeValue::Link(link) => &*link.url,
            NodeValue::Text(text) => text.trim(),
            _ => return None,
        };
        let (id, start) = judge.video(address).filter(|_| line_is_new)?;
        let mut link = String::from("<p>");
        match value {
            NodeValue::Link(_) => write::node(&mut link, node, judge),
            _ => write::link(&mut link, address, judge),
        }
        link.push_str("</p>");
        let link = sanitise::clean(&link);
        videos.push(Video { id, start, link });
        line_is_new = false;
    }
    (!videos.is_empty()).then_some(videos)
}
