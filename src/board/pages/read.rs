//! A post: its words, its files, what is said of it, and the posts beside it.

use askama::Template;
use axum::{Router, extract::State, routing::get};
use axum_extra::routing::RouterExt;
use serde::Deserialize;

use super::{place::Place, row::Found};
use crate::{
    board::{
        store::{self, Attachment, Post, Within},
        views::Reader,
    },
    comments::{Subject, pages::Discussion},
    db::Time,
    markdown::{self, Options, Piece, Times},
    state::App,
    videos::cards,
    web::{
        access::Access,
        errors::{Error, Result},
        form::{Id, Query},
        frame::Frame,
        marks, newcomer, page, paging,
        search::Term,
        viewer::Viewer,
    },
    words::{fill, format},
};

/// Beginnings of the paths whose images are shown in a post.
const IMAGES: &[&str] = &["/media/"];

pub(super) fn routes() -> Router<App> {
    Router::new().route_with_tsr("/board/{id}/", get(read))
}

/// `GET /board/{id}/`
#[derive(Template)]
#[template(path = "board/read.html")]
struct ReadPage {
    frame: Frame,
    place: Place,
    post: Post,
    /// The title as HTML, with the marks of a search.
    title: String,
    /// The body as safe HTML, with the marks of a search.
    body: String,
    /// The body's first words as plain text, for metadata.
    summary: String,
    /// Files to download, and pictures whether the body shows them or not.
    files: Vec<File>,
    /// Pictures that the body does not show.
    pictures: Vec<File>,
    /// When it was written: exactly, for machines, and how long ago.
    written: [String; 3],
    /// When it was changed: exactly and for machines.
    edited: Option<[String; 2]>,
    /// The posts beside it in the search: its place, its address and its title as HTML.
    older: Option<(String, String)>,
    newer: Option<(String, String)>,
    /// What is said under it.
    discussion: Discussion,
}

/// A file as the page shows it.
struct File {
    url: String,
    name: String,
    size: String,
}

impl ReadPage {
    /// The whole address of this page, wherever one came from.
    fn address(&self) -> String {
        format!("{}/board/{}/", self.frame.origin, self.post.id)
    }

    /// The list, with this post in sight.
    fn list_address(&self) -> String {
        format!("{}#p{}", self.place.list(), self.post.id)
    }

    fn edit_address(&self) -> String {
        self.place
            .carried(&format!("/board/{}/edit/", self.post.id))
    }

    fn delete_address(&self) -> String {
        self.place
            .carried(&format!("/board/{}/delete/", self.post.id))
    }

    fn writer_address(&self) -> String {
        Place::new(&self.post.username, Within::Writer).list()
    }

    fn views(&self) -> String {
        format::exact_views(self.frame.lang(), self.post.views)
    }

    fn comments(&self) -> String {
        let words = self.frame.t.board;
        let one = self.post.comments == 1;
        let sentence = if one {
            words.one_comment
        } else {
            words.comments
        };
        fill(sentence, &[&format::number(self.post.comments)])
    }

    fn edited_at(&self, exact: &str) -> String {
        fill(self.frame.t.board.edited_at, &[&exact])
    }

    fn report_address(&self) -> String {
        let path = format!("/board/{}/report/", self.post.id);
        paging::address(&path, &[("back", self.place.post(self.post.id))])
    }

    /// Members report what others wrote; what is hidden is in the staff's hands already.
    fn may_report(&self) -> bool {
        let viewer = self.frame.viewer.id();
        let standing = self.post.standing;
        viewer.is_some() && viewer != Some(standing.writer) && !standing.is_hidden
    }

    fn may_change(&self) -> bool {
        self.post.standing.may_change(&self.frame.viewer)
    }
}

#[derive(Deserialize)]
struct ReadQuery {
    /// The page of its comments.
    #[serde(default)]
    comments: String,
}

/// The post with this id, when `viewer` may read it.
///
/// # Errors
/// [`Error::NotFound`] also for a post that this viewer may not know of.
pub(super) async fn readable(app: &App, viewer: &Viewer, id: i64) -> Result<Post> {
    let post = store::find(&app.db, id).await?;
    post.filter(|post| post.standing.access(viewer) == Access::Allowed)
        .ok_or(Error::NotFound)
}

async fn read(
    State(app): State<App>,
    frame: Frame,
    Id(id): Id,
    place: Place,
    Query(asked): Query<ReadQuery>,
    reader: Reader,
) -> Result {
    let mut post = readable(&app, &frame.viewer, id).await?;
    post.views += i64::from(reader.count(&app, id, &frame.viewer).await);
    let search = place.search();
    let (older, newer) = store::neighbours(&app.db, &search, id).await?;
    let found = Found {
        terms: search.terms,
        within: search.within,
        bodies: Vec::new(),
    };
    let beside =
        |(id, title): (i64, String)| (place.post(id), marks::marked(&title, found.in_titles()));
    let (older, newer) = (older.map(beside), newer.map(beside));
    let (subject, address) = (Subject::Post(id), place.post(id));
    let comments = &asked.comments;
    let discussion = Discussion::of(&app, &frame, subject, &address, comments, Times::Text).await?;
    let now = Time::now();
    let is_new = newcomer::is_new(post.date_joined, now);
    let body = body(&app, &frame, &post.body, found.in_bodies(), is_new).await?;
    let (files, pictures) = files(&store::attachments(&app.db, id).await?, &post.body);
    let lang = frame.lang();
    let is_hidden = post.standing.is_hidden;
    let page = ReadPage {
        title: marks::marked(&post.title, found.in_titles()),
        body,
        summary: markdown::plain(&post.body, 160),
        files,
        pictures,
        written: [
            format::date_time(lang, post.created_at, &frame.zone),
            format::machine_time(post.created_at),
            format::age(lang, post.created_at, now, &frame.zone),
        ],
        edited: post.edited_at.map(|edited| {
            [
                format::date_time(lang, edited, &frame.zone),
                format::machine_time(edited),
            ]
        }),
        older,
        newer,
        discussion,
        post,
        place,
        frame,
    };
    let mut response = page::ok(&page)?;
    if is_hidden {
        page::forbid_storing(&mut response);
    }
    Ok(response)
}

/// A body as safe HTML, with the marks of a search. Times such as `1:30` lead into the video whose
/// card stands before them.
pub(super) async fn body(
    app: &App,
    frame: &Frame,
    typed: &str,
    found: &[Term],
    author_is_new: bool,
) -> Result<String> {
    let options = Options {
        origin: &frame.origin,
        images: IMAGES,
        heading: 2,
        times: Times::LinksToCards,
        author_is_new,
    };
    let mut pieces = markdown::render(typed, &options);
    for piece in &mut pieces {
        if let Piece::Html(html) = piece {
            *html = marks::marked_html(html, found);
        }
    }
    cards::dressed(&app.db, frame, pieces).await
}

/// All files, and the pictures among them that `body` does not show.
fn files(attachments: &[Attachment], body: &str) -> (Vec<File>, Vec<File>) {
    let file = |attachment: &Attachment| File {
        url: format!("/media/{}", attachment.key),
        name: attachment.file_name.clone(),
        size: format::size(attachment.size),
    };
    let unseen = |attachment: &&Attachment| {
        attachment.is_picture() && !body.contains(attachment.key.as_str())
    };
    (
        attachments.iter().map(file).collect(),
        attachments.iter().filter(unseen).map(file).collect(),
    )
}
