//! What a comment stands under: whether the viewer may be there, and the way back to it.

use crate::{
    board,
    comments::{
        Subject,
        store::{self, Comment},
    },
    markdown::Times,
    state::App,
    videos,
    web::{
        access::Access,
        errors::{Error, Result},
        next,
        viewer::Viewer,
    },
};

/// A post or video that the viewer may have.
pub struct Place {
    /// Which one.
    pub subject: Subject,
    /// Its title.
    pub title: String,
    /// What times in its comments become.
    pub times: Times,
}

/// Whether somebody gets to a post or video.
pub enum Reached {
    /// They do.
    Place(Place),
    /// Once they have signed in.
    LoginFirst,
}

/// A post or video, for `viewer`.
///
/// # Errors
/// [`Error::NotFound`] also for one that this viewer may not know of.
pub async fn reach(app: &App, viewer: &Viewer, subject: Subject) -> Result<Reached> {
    let (title, times, access) = match subject {
        Subject::Post(id) => {
            let post = board::store::find(&app.db, id).await?;
            let post = post.ok_or(Error::NotFound)?;
            (post.title, Times::Text, post.standing.access(viewer))
        }
        Subject::Video(id) => {
            let video = videos::store::find(&app.db, id).await?;
            let video = video.ok_or(Error::NotFound)?;
            let times = times(video.file.duration);
            (video.title, times, video.visibility.access(viewer))
        }
    };
    match access {
        Access::Allowed => Ok(Reached::Place(Place {
            subject,
            title,
            times,
        })),
        Access::LoginNeeded => Ok(Reached::LoginFirst),
        Access::Hidden => Err(Error::NotFound),
    }
}

/// A comment whose words `viewer`, who is signed in, may read, and what it stands under.
///
/// # Errors
/// [`Error::NotFound`] for any other.
pub async fn reach_comment(app: &App, viewer: &Viewer, id: i64) -> Result<(Comment, Place)> {
    let comment = store::find(&app.db, id).await?.ok_or(Error::NotFound)?;
    match reach(app, viewer, comment.subject()).await? {
        Reached::Place(place) if comment.standing.may_read(viewer) => Ok((comment, place)),
        _ => Err(Error::NotFound),
    }
}

/// A comment that `viewer`, who is signed in, may edit and delete, and what it stands under.
///
/// # Errors
/// [`Error::Forbidden`] for one they may only read, [`Error::NotFound`] for any other.
pub async fn reach_changeable(app: &App, viewer: &Viewer, id: i64) -> Result<(Comment, Place)> {
    let reached = reach_comment(app, viewer, id).await?;
    if reached.0.standing.may_change(viewer) {
        Ok(reached)
    } else {
        Err(Error::Forbidden)
    }
}

/// What times under a video become, whose length may be known (in milliseconds).
pub fn times(duration: Option<i64>) -> Times {
    let seconds = duration.and_then(|milliseconds| u32::try_from(milliseconds / 1000).ok());
    seconds.map_or(Times::Links, Times::LinksUntil)
}

impl Subject {
    /// The way back: `asked` as far as it is this post's or video's own address, since it carries
    /// the search that led there.
    pub fn back(self, asked: &str) -> String {
        let own = self.path();
        let asked = next::safe(asked);
        let asked = asked.split('#').next().unwrap_or_default();
        match asked.strip_prefix(&own) {
            Some(rest) if rest.is_empty() || rest.starts_with('?') => asked.to_owned(),
            _ => own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_at_its_own_address() {
        let post = Subject::Post(3);
        assert_eq!(post.back("/board/3/?q=a&page=2#c9"), "/board/3/?q=a&page=2");
        for other in [
            "",
            "/",
            "/board/33/",
            "/board/3/edit/",
            "//evil.kr/board/3/",
        ] {
            assert_eq!(post.back(other), "/board/3/", "{other}");
        }
    }
}
