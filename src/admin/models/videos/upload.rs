//! A video's form as it was sent: every field read by `receive`, every file kept, and what is wrong
//! noted beside its field while the rest is still read, so that nothing typed is lost.

mod captions_sent;
mod files_sent;

use axum::{extract::multipart::Multipart, http::StatusCode};

use super::{
    captions::CaptionsForm,
    receive::{Caption, Picture, Video, caption, picture, video},
};
use crate::{
    db::Time,
    ingest::{
        captions,
        kept::Kept,
        receive::{Arrival, Refusal, broken, is_chosen, typed},
    },
    state::App,
    videos::{DESCRIPTION_LIMIT, TITLE_LIMIT, Visibility},
    web::{
        errors::{Error, Result},
        form::{Errors, FORM_LIMIT},
        text,
    },
    words::{Lang, fill, format},
};

/// A video's form as it was sent.
pub struct VideoForm {
    /// What was typed.
    pub title: String,
    /// What was typed.
    pub description: String,
    /// What was chosen.
    pub visibility: Visibility,
    /// The button that was pressed.
    pub after: After,
    /// The version of the video that the form was made from; `None` when none was sent.
    pub version: Option<Time>,
    /// The video file, received now or before, examined and kept.
    pub video: Option<Kept>,
    /// The video that took the file this form names, when it was sent before.
    pub became: Option<i64>,
    /// The thumbnail, likewise.
    pub thumbnail: Option<Kept>,
    /// The captions, likewise.
    pub captions: CaptionsForm,
    /// Those files that came with this very request.
    fresh: Vec<Kept>,
    /// Whether the thumbnail shall go.
    pub clear_thumbnail: bool,
    /// What is wrong.
    pub errors: Errors,
    /// The status it comes back with: of the first file that was not taken, else 422.
    pub status: StatusCode,
}

/// What a form's file fields sent, before it is kept.
#[derive(Default)]
struct Sent {
    video: Option<Video>,
    picture: Option<Picture>,
    /// Each with its mark.
    captions: Vec<(String, Caption)>,
    /// The tokens of files kept before, and whether to throw them away.
    upload: (String, bool),
    thumbnail_upload: (String, bool),
}

/// Where to go after saving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// The list (`_save`).
    List,
    /// An empty form (`_addanother`).
    Another,
    /// The same form (`_continue`).
    Same,
}

impl VideoForm {
    fn new(visibility: Visibility) -> VideoForm {
        VideoForm {
            title: String::new(),
            description: String::new(),
            visibility,
            after: After::List,
            version: None,
            video: None,
            became: None,
            thumbnail: None,
            captions: CaptionsForm::default(),
            fresh: Vec::new(),
            clear_thumbnail: false,
            errors: Errors::default(),
            status: StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// One that nobody sent, filled in and checked here.
    pub fn unsent(lang: Lang, title: &str, description: &str, visibility: Visibility) -> VideoForm {
        let mut form = VideoForm::new(visibility);
        form.title = text::tidy(title);
        form.description = text::tidy(description);
        form.check(lang);
        form
    }

    /// Gives it its video file.
    pub fn hold(&mut self, video: Kept) {
        self.fresh.push(video.clone());
        self.video = Some(video);
    }

    /// Reads the whole form; its files are kept for `user`. `before` is the visibility a faulty form
    /// comes back with when it has none of its own, so that nothing becomes public unasked. An error
    /// is for a request that cannot be answered with the form.
    pub async fn read(
        app: &App,
        user: i64,
        lang: Lang,
        before: Visibility,
        (mut parts, arrival): (Multipart, Arrival),
    ) -> Result<VideoForm> {
        let mut form = VideoForm::new(before);
        let mut sent = Sent::default();
        let mut chosen = None;
        let mut room = FORM_LIMIT;
        let mut caption_files = 0;
        while let Some(field) = parts.next_field().await.map_err(broken)? {
            arrival.got();
            let name = field.name().unwrap_or_default().to_owned();
            if name == "video_file" && is_chosen(&field) {
                let read = video(app, lang, &arrival, field).await?;
                sent.video = form.noted("video_file", lang, read);
                continue;
            }
            if name == "thumbnail" && is_chosen(&field) {
                let read = picture(app, lang, &arrival, field).await?;
                sent.picture = form.noted("thumbnail", lang, read);
                continue;
            }
            if name.starts_with("captions") && is_chosen(&field) {
                let mark = format!("n{caption_files}");
                caption_files += 1;
                let read = caption(app, lang, &arrival, field).await?;
                let file = form.noted_captions(caption_files, lang, read);
                sent.captions.extend(file.map(|file| (mark, file)));
                continue;
            }
            let typed = typed(field, &arrival, &mut room).await?;
            match name.as_str() {
                "title" => form.title = text::tidy(&typed),
                "description" => form.description = text::tidy(&typed),
                "visibility" => chosen = Visibility::from_name(&typed),
                // A version that is no number is no version of ours.
                "version" => form.version = Some(Time(typed.parse().unwrap_or(-1))),
                "_addanother" => form.after = After::Another,
                "_continue" => form.after = After::Same,
                "thumbnail-clear" => form.clear_thumbnail = true,
                "upload" => sent.upload.0 = typed,
                "upload-clear" => sent.upload.1 = true,
                "thumbnail_upload" => sent.thumbnail_upload.0 = typed,
                "thumbnail_upload-clear" => sent.thumbnail_upload.1 = true,
                name => form.captions.choices.note(name, &typed),
            }
        }
        match chosen {
            Some(chosen) => form.visibility = chosen,
            None => form
                .errors
                .add("visibility", lang.words().admin.choose_visibility),
        }
        form.keep(app, user, lang, sent).await?;
        form.check(lang);
        Ok(form)
    }

    /// Comes back with a 403 and this sentence: who sent it may not save it any more. The files of
    /// an account that cannot use them again go at once.
    pub async fn refuse(&mut self, app: &App, sentence: &str, keep: bool) {
        self.errors.add("", sentence);
        self.status = StatusCode::FORBIDDEN;
        if !keep {
            self.discard(app).await;
            (self.video, self.thumbnail) = (None, None);
            self.captions.kept.clear();
        }
    }

    /// Says at the field that its kept file has been used or thrown away meanwhile.
    pub fn lost(&mut self, field: &'static str, lang: Lang) {
        self.errors.add(field, lang.words().admin.kept_gone);
        match field {
            "video_file" => self.video = None,
            captions::FIELD => self.captions.kept.clear(),
            _ => self.thumbnail = None,
        }
    }

    fn check(&mut self, lang: Lang) {
        let words = lang.words().admin;
        let limits = [
            ("title", self.title.chars().count(), TITLE_LIMIT),
            (
                "description",
                self.description.chars().count(),
                DESCRIPTION_LIMIT,
            ),
        ];
        for (field, length, limit) in limits {
            if length > limit {
                self.errors.add(
                    field,
                    fill(
                        words.too_long,
                        &[
                            &format::number(limit as i64),
                            &format::number(length as i64),
                        ],
                    ),
                );
            }
        }
        // A title is one line wherever it is shown.
        self.title = self.title.replace(['\n', '\t'], " ");
        if text::is_blank(&self.title) {
            self.errors.add("title", words.title_missing);
        }
    }

    fn noted<T>(
        &mut self,
        field: &'static str,
        lang: Lang,
        read: std::result::Result<T, Refusal>,
    ) -> Option<T> {
        let (status, message) = match read {
            Ok(file) => return Some(file),
            Err(Refusal::TooLarge(limit)) => {
                let error = Error::UploadTooLarge(limit);
                (error.status(), error.words(lang.words()).1)
            }
            Err(Refusal::NotTaken(message)) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, message),
            Err(Refusal::NoRoom(error)) => (error.status(), error.words(lang.words()).1),
        };
        self.refused(field, status, message);
        None
    }

    /// Notes a file that was not taken.
    fn refused(&mut self, field: &'static str, status: StatusCode, message: String) {
        self.errors.add(field, message);
        // The first file that was not taken says it; 422 is for a form whose files were right.
        if self.status == StatusCode::UNPROCESSABLE_ENTITY {
            self.status = status;
        }
    }
}
