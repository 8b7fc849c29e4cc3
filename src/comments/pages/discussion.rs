//! The comments under a post or a video, as a part of its page: the list, its pages, the form.

use askama::Template;

use super::on_page;
use crate::{
    comments::{
        BODY_LIMIT, PAGE_SIZE, Subject,
        store::{self, Comment},
    },
    db::{Db, Time},
    markdown::{self, Times},
    state::App,
    videos::cards,
    web::{
        errors::Result,
        frame::Frame,
        newcomer, next,
        paging::{self, PageLink, Paging},
    },
    words::{fill, format},
};

/// The comments of a post or video, written into its page with `{{ discussion|safe }}`. The page
/// needs `comments.css`, `markdown.css`, `forms.css` and `comments.js`, and one `h1` above.
#[derive(Template)]
#[template(path = "comments/_discussion.html")]
pub struct Discussion {
    frame: Frame,
    subject: Subject,
    /// How many there are, those without words not counted.
    count: i64,
    comments: Vec<Shown>,
    paging: Paging,
    /// The page's own address, with what it has of a search, without the page of comments.
    address: String,
}

/// A comment as the page shows it.
struct Shown {
    id: i64,
    words: Words,
    answered: Option<Answered>,
    age: String,
    date: String,
    machine_date: String,
}

/// What is there of a comment.
enum Words {
    /// Everything.
    Here(Here),
    /// Its place, since it was reported.
    Hidden,
    /// Its place, for its replies.
    Deleted,
}

struct Here {
    username: String,
    hue: i64,
    html: String,
    edited: Option<String>,
    is_hidden: bool,
    may_change: bool,
    may_report: bool,
}

impl Here {
    fn initial(&self) -> String {
        self.username
            .chars()
            .take(1)
            .flat_map(char::to_uppercase)
            .collect()
    }
}

/// The comment that another one answers.
struct Answered {
    /// Who wrote it, when its words are still there.
    username: Option<String>,
    url: String,
}

impl Discussion {
    /// The comments of `subject`, which the viewer of `frame` may read; whether they may is the
    /// caller's to ask. `address` is the page's own path with what it has of a search, `page` the
    /// value of `?comments=`, `times` what times become: see [`super::place::times`].
    pub async fn of(
        app: &App,
        frame: &Frame,
        subject: Subject,
        address: &str,
        page: &str,
        times: Times,
    ) -> Result<Discussion> {
        let (places, count) = store::places(&app.db, subject).await?;
        let paging = Paging::new(paging::asked(page), places, PAGE_SIZE, |page| {
            format!("{}#comments", on_page(address, page))
        });
        let comments = store::page(&app.db, subject, PAGE_SIZE, paging.offset).await?;
        let here: Vec<i64> = comments.iter().map(|comment| comment.id).collect();
        let now = Time::now();
        let mut shown = Vec::with_capacity(comments.len());
        for comment in comments {
            let answered = comment.reply_to.map(|to| Answered {
                username: comment.answered.clone(),
                url: if here.contains(&to) {
                    format!("#c{to}")
                } else {
                    with_back(&format!("/comments/{to}/"), address, subject)
                },
            });
            shown.push(Shown {
                id: comment.id,
                answered,
                age: format::age(frame.lang(), comment.created_at, now, &frame.zone),
                date: format::date_time(frame.lang(), comment.created_at, &frame.zone),
                machine_date: format::machine_time(comment.created_at),
                words: words(&app.db, frame, comment, times, now).await?,
            });
        }
        Ok(Discussion {
            frame: frame.clone(),
            subject,
            count,
            comments: shown,
            paging,
            address: address.to_owned(),
        })
    }

    /// "댓글 12개", for a link from elsewhere on the page to `#comments`.
    pub fn count(&self) -> String {
        let words = self.frame.t.comments;
        let one = self.count == 1;
        let sentence = if one { words.one_comment } else { words.count };
        fill(sentence, &[&format::number(self.count)])
    }

    fn action(&self) -> String {
        format!("{}comments/", self.subject.path())
    }

    /// The address of something about a comment, which leads back to this page.
    fn to(&self, comment: &i64, what: &str) -> String {
        let path = format!("/comments/{comment}/{what}");
        with_back(&path, &self.address, self.subject)
    }

    fn mention(&self, username: &str) -> String {
        fill(self.frame.t.comments.answers, &[&username])
    }

    fn reply_label(&self, username: &str) -> String {
        fill(self.frame.t.comments.reply_to, &[&username])
    }

    fn menu_label(&self, username: &str) -> String {
        fill(self.frame.t.comments.menu, &[&username])
    }

    fn sign_in(&self) -> String {
        next::login_for("/login/", &format!("{}#comments", self.address))
    }

    fn help(&self) -> String {
        help(&self.frame, self.subject)
    }
}

/// What may be written under a subject.
pub(super) fn help(frame: &Frame, subject: Subject) -> String {
    let words = frame.t.comments;
    let sentence = match subject {
        Subject::Post(_) => words.help,
        Subject::Video(_) => words.help_video,
    };
    fill(sentence, &[&format::number(BODY_LIMIT as i64)])
}

/// `path`, and the way back when it is more than the subject's own address.
fn with_back(path: &str, address: &str, subject: Subject) -> String {
    if address == subject.path() {
        path.to_owned()
    } else {
        paging::address(path, &[("back", address)])
    }
}

/// A comment's words for the viewer of `frame`.
async fn words(db: &Db, frame: &Frame, comment: Comment, times: Times, now: Time) -> Result<Words> {
    let standing = comment.standing;
    let (Some(writer), Some(username)) = (standing.writer, comment.username.clone()) else {
        return Ok(Words::Deleted);
    };
    if !standing.may_read(&frame.viewer) {
        return Ok(Words::Hidden);
    }
    let edited = comment.edited_at.map(|at| {
        let at = format::date_time(frame.lang(), at, &frame.zone);
        fill(frame.t.comments.edited_at, &[&at])
    });
    let own = frame.viewer.id() == Some(writer);
    Ok(Words::Here(Here {
        username,
        hue: writer.rem_euclid(12),
        html: html(db, frame, &comment, times, now).await?,
        edited,
        is_hidden: standing.is_hidden,
        may_change: standing.may_change(&frame.viewer),
        may_report: frame.viewer.is_signed_in() && !own && !standing.is_hidden,
    }))
}

/// A comment's words as safe HTML.
pub(super) async fn html(
    db: &Db,
    frame: &Frame,
    comment: &Comment,
    times: Times,
    now: Time,
) -> Result<String> {
    let options = markdown::Options {
        origin: &frame.origin,
        images: &[],
        heading: 3,
        times,
        author_is_new: comment
            .date_joined
            .is_none_or(|joined| newcomer::is_new(joined, now)),
    };
    cards::dressed(db, frame, markdown::render(&comment.body, &options)).await
}
