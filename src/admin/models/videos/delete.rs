//! Deleting one video: what goes with it, the question, the end.

use askama::Template;

use super::{
    MODEL,
    form::{found, told},
    page::Current,
    save,
};
use crate::{
    admin::{AnyId, Desk, model::Verb, site::Sidebar},
    comments::{self, Subject},
    ingest::keep,
    videos::store,
    web::{
        errors::Result,
        frame::{Frame, Level},
        page, text,
    },
    words::{fill, format},
};

/// `GET,POST /admin/videos/video/{id}/delete/`
#[derive(Template)]
#[template(path = "admin/video_delete.html")]
pub struct VideoDeletePage {
    /// The page's surroundings.
    pub frame: Frame,
    /// The models beside it.
    pub sidebar: Sidebar,
    /// The list with the filters one came from.
    pub list: String,
    /// The form one came from; also where Cancel leads.
    pub change: String,
    /// Where the form goes.
    pub action: String,
    /// The video.
    pub current: Current,
    /// The thumbnail's size, when there is one.
    pub thumbnail_size: Option<String>,
    /// Views counted.
    pub views: String,
    /// Comments under it.
    pub comments: i64,
    /// How many captions it has.
    pub captions: usize,
}

impl VideoDeletePage {
    fn question(&self) -> String {
        let title = text::summary(&self.current.title, 100);
        fill(self.frame.t.admin.delete_question, &[&title])
    }

    fn record(&self) -> String {
        let words = self.frame.t.admin;
        format!("{} ({})", words.delete_record, self.views)
    }

    fn comments(&self) -> String {
        let words = self.frame.t.admin_board;
        fill(words.doomed_comments, &[&format::number(self.comments)])
    }

    fn captions(&self) -> String {
        fill(self.frame.t.captions.goes, &[&self.captions])
    }

    fn file(&self) -> String {
        let (name, size) = (&self.current.file_name, &self.current.size);
        fill(self.frame.t.admin.delete_file, &[name, size])
    }

    fn thumbnail(&self) -> String {
        let words = self.frame.t.admin;
        match &self.thumbnail_size {
            Some(size) => format!("{} ({size})", words.delete_thumbnail),
            None => words.delete_thumbnail.to_owned(),
        }
    }
}

pub(super) async fn delete_form(desk: Desk, id: AnyId) -> Result {
    desk.rights.need(Verb::Delete, &MODEL)?;
    let video = match found(&desk, &id).await? {
        Ok(video) => video,
        Err(gone) => return Ok(gone),
    };
    let mut size = None;
    for key in video.thumbnail.keys() {
        if let Ok(Some(file)) = desk.app().storage.file(key).await {
            let len = i64::try_from(file.len).unwrap_or(i64::MAX);
            size = Some(len.saturating_add(size.unwrap_or_default()));
        }
    }
    let captions = store::captions::of_video(&desk.app().db, video.id).await?;
    page::ok(&VideoDeletePage {
        captions: captions.len(),
        sidebar: desk.sidebar(&MODEL),
        list: desk.list(&MODEL),
        change: if desk.rights.may(Verb::View, &MODEL) {
            desk.page_of(&MODEL, video.id, "change")
        } else {
            desk.list(&MODEL)
        },
        action: desk.page_of(&MODEL, video.id, "delete"),
        comments: comments::store::count(&desk.app().db, Subject::Video(video.id)).await?,
        thumbnail_size: size.map(format::size),
        views: format::exact_views(desk.frame.lang(), video.views),
        current: Current::new(&video, &desk.frame),
        frame: desk.frame,
    })
}

pub(super) async fn delete(desk: Desk, id: AnyId) -> Result {
    desk.rights.need(Verb::Delete, &MODEL)?;
    let title = match id.id {
        Some(id) => match save::delete(desk.app(), &desk.rights, id).await {
            Err(error) if keep::may_again(desk.app(), &error).await => {
                save::delete(desk.app(), &desk.rights, id).await?
            }
            deleted => deleted?,
        },
        None => None,
    };
    let Some(title) = title else {
        return desk.gone(&MODEL, &id.written).await;
    };
    let sentence = desk.frame.t.admin.deleted;
    told(&desk, Level::Success, sentence, (&title, None)).await?;
    Ok(page::see_other(&desk.list(&MODEL)))
}
