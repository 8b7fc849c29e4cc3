//! The page of a video's forms: what it shows, and in which words.

use askama::Template;

use super::{
    MODEL, THUMBNAIL_LIMIT,
    captions::{self, CaptionRow},
    facts::Described,
    filled::{Conflict, Filled, Typed},
    jobs::{JobRow, is_becoming_mp4},
    receive::MEGAPIXEL,
    view_as::{self, ViewAs},
};
use crate::{
    admin::{Desk, model::Verb, site::Sidebar},
    ingest::{
        captions::{LANGUAGES, MOST},
        jobs::Job,
        kept::Kept,
        picture::PIXELS,
    },
    videos::{
        Visibility,
        pages::Picture,
        store::{Video, captions::Caption},
    },
    web::{form::Errors, frame::Frame},
    words::{fill, format},
};

/// The fields in the order of the form, in which the first faulty one is focused.
const FIELDS: [&str; 6] = [
    "title",
    "description",
    "visibility",
    "video_file",
    "thumbnail",
    "captions",
];

/// What a video has already.
pub struct Current {
    /// `videos.id`.
    pub id: i64,
    /// Its title in the database.
    pub title: String,
    /// Address of the file.
    pub file: String,
    /// The name it was uploaded under.
    pub file_name: String,
    /// `1.5 MB`.
    pub size: String,
    /// What it is and where it plays.
    pub described: Described,
    /// The thumbnail, when there is one.
    pub thumbnail: Option<Picture>,
}

impl Current {
    /// A video as the viewer of `frame` reads it.
    pub fn new(video: &Video, frame: &Frame) -> Current {
        let file = &video.file;
        Current {
            id: video.id,
            title: video.title.clone(),
            file: format!("/media/{}", file.key),
            file_name: file.file_name.clone(),
            size: format::size(file.size),
            described: Described::new(file, frame.t),
            thumbnail: Picture::of(&video.thumbnail),
        }
    }
}

/// A file that was received and is kept for the next try.
pub struct KeptFile {
    /// What the form sends back.
    pub token: String,
    /// The name it was uploaded under.
    pub file_name: String,
    /// Its length in bytes.
    pub size: i64,
    /// "파일 강의.mp4 (1.2 MB)을 받아 두었습니다…"
    pub sentence: String,
    /// What a video is and where it plays.
    pub described: Option<Described>,
}

impl KeptFile {
    fn new(kept: &Kept, frame: &Frame) -> KeptFile {
        let words = frame.t.admin;
        let file = &kept.file;
        KeptFile {
            token: kept.token.clone(),
            file_name: file.file_name.clone(),
            size: file.size,
            sentence: fill(words.kept, &[&file.file_name, &format::size(file.size)]),
            described: None,
        }
    }

    /// The same of a video.
    fn video(kept: &Kept, frame: &Frame) -> KeptFile {
        KeptFile {
            described: Some(Described::new(&kept.file, frame.t)),
            ..KeptFile::new(kept, frame)
        }
    }
}

/// What a video has in other tables.
pub struct Beside {
    /// Its captions.
    pub captions: Vec<Caption>,
    /// What is done for it in the background.
    pub jobs: Vec<Job>,
}

/// `GET,POST /admin/videos/video/add/` and `…/{id}/change/`; multipart fields `title` `description`
/// `visibility` `video_file` `upload` `upload-clear` `thumbnail` `thumbnail_upload`
/// `thumbnail_upload-clear` `thumbnail-clear` `version` and those of captions; buttons `_save` `_addanother` `_continue`.
#[derive(Template)]
#[template(path = "admin/video_form.html")]
pub struct VideoFormPage {
    /// The page's surroundings.
    pub frame: Frame,
    /// The models beside it.
    pub sidebar: Sidebar,
    /// The list with the filters one came from.
    pub list: String,
    /// Where the form goes.
    pub action: String,
    /// The video being changed; `None` when adding.
    pub current: Option<Current>,
    /// What stands in the fields.
    pub typed: Typed,
    /// The version the form is made from; 0 when adding.
    pub version: i64,
    /// A received video file.
    pub kept: Option<KeptFile>,
    /// A received thumbnail.
    pub kept_thumbnail: Option<KeptFile>,
    /// Whether "remove the thumbnail" is ticked.
    pub clear_thumbnail: bool,
    /// What is done for it in the background.
    pub jobs: Vec<JobRow>,
    /// The captions.
    pub captions: Vec<CaptionRow>,
    /// The name of the field for more of them.
    pub captions_field: String,
    /// What somebody else changed meanwhile.
    pub conflict: Option<Conflict>,
    /// Whether the viewer may save it; otherwise everything is read-only.
    pub may_save: bool,
    /// Whether the viewer may add another.
    pub may_add: bool,
    /// Whether the viewer may look at what they saved.
    pub may_view: bool,
    /// Where it is deleted, when the viewer may.
    pub delete: Option<String>,
    /// Its history, when there is something to have one.
    pub history: Option<String>,
    /// The page as a visitor and as a member.
    pub view_as: Vec<ViewAs>,
    /// What is wrong: `""` or a field.
    pub errors: Errors,
    /// The largest upload allowed, in bytes.
    pub max_upload_size: i64,
    /// The same in words, `2 GB`.
    pub max_upload_size_text: String,
}

impl VideoFormPage {
    /// The form of a video, or of a new one.
    pub fn new(
        desk: Desk,
        video: Option<&Video>,
        beside: &Beside,
        filled: Filled,
    ) -> VideoFormPage {
        let (rights, frame) = (&desk.rights, &desk.frame);
        let most = desk.app().settings.max_upload_size;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let page = |page: &str| {
            let may_see = page != "delete" || rights.may(Verb::Delete, &MODEL);
            let video = video.filter(|_| may_see)?;
            Some(desk.page_of(&MODEL, video.id, page))
        };
        let verb = if video.is_some() {
            Verb::Change
        } else {
            Verb::Add
        };
        let action = page("change").unwrap_or_else(|| desk.add(&MODEL));
        let mut current = video.map(|video| Current::new(video, frame));
        if let Some(current) = &mut current
            && is_becoming_mp4(&beside.jobs)
        {
            current.described.remedy = None;
        }
        VideoFormPage {
            sidebar: desk.sidebar(&MODEL),
            list: desk.list(&MODEL),
            action,
            current,
            jobs: video.map_or_else(Vec::new, |video| {
                let may = (
                    desk.app().ffmpeg.is_some(),
                    rights.may(Verb::Change, &MODEL),
                );
                JobRow::all(video, &beside.jobs, may, frame.t)
            }),
            captions: CaptionRow::all(&beside.captions, &filled.captions),
            captions_field: match filled.captions.kept.len() {
                0 => "captions".to_owned(),
                kept => format!("captions-{kept}"),
            },
            typed: filled.typed,
            version: filled
                .version
                .or(video.map(|video| video.updated_at.0))
                .unwrap_or_default(),
            kept: filled.kept.0.map(|kept| KeptFile::video(&kept, frame)),
            kept_thumbnail: filled.kept.1.map(|kept| KeptFile::new(&kept, frame)),
            clear_thumbnail: filled.clear_thumbnail,
            conflict: filled.conflict,
            may_save: rights.may(verb, &MODEL),
            may_add: rights.may(Verb::Add, &MODEL),
            may_view: rights.may(Verb::View, &MODEL),
            delete: page("delete"),
            history: page("history"),
            view_as: video.map_or_else(Vec::new, |video| view_as::ways(video, rights, frame)),
            errors: filled.errors,
            max_upload_size: most,
            max_upload_size_text: format::size(most),
            frame: desk.frame,
        }
    }

    fn heading(&self) -> &'static str {
        let words = self.frame.t.admin;
        match self.current {
            Some(_) if self.may_save => words.change_video,
            Some(_) => words.view_video,
            None => words.add_video,
        }
    }

    fn crumb(&self) -> &str {
        match &self.current {
            Some(current) => &current.title,
            None => self.frame.t.admin.add_video,
        }
    }

    fn file_help(&self) -> String {
        let words = self.frame.t.admin;
        let sentence = match self.current {
            Some(_) => words.replace_file_help,
            None => words.file_help,
        };
        fill(sentence, &[&self.max_upload_size_text])
    }

    fn thumbnail_help(&self) -> String {
        let limit = i64::try_from(THUMBNAIL_LIMIT).unwrap_or(i64::MAX);
        let limit = format::size(limit.min(self.max_upload_size));
        let pixels = PIXELS / MEGAPIXEL;
        fill(self.frame.t.admin.thumbnail_help, &[&limit, &pixels])
    }

    fn captions_help(&self) -> String {
        fill(self.frame.t.captions.help, &[&captions::limit(), &MOST])
    }

    /// Whether captions are shown unasked.
    fn has_default(&self) -> bool {
        self.captions.iter().any(|caption| caption.is_default)
    }

    /// Whether typing begins in this field: the first faulty one, or the title of a new video.
    fn starts_at(&self, field: &str) -> bool {
        if self.conflict.is_some() {
            return false;
        }
        let faulty = FIELDS.into_iter().find(|known| self.errors.on(known));
        match faulty {
            Some(first) => first == field,
            None => self.errors.is_empty() && self.current.is_none() && field == "title",
        }
    }

    /// What stands in this field now, when somebody else changed it.
    fn theirs(&self, field: &str) -> Option<&str> {
        self.conflict.as_ref()?.theirs.of(field)
    }
}
