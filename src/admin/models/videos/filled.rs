//! What stands in a video's form: as stored, as typed and received, and what somebody else changed
//! meanwhile.

use super::{
    captions::{CaptionsForm, KeptCaption},
    field_label,
    upload::VideoForm,
};
use crate::{
    admin::{
        Desk,
        forms::{Theirs, value},
        log::Entry,
        uploads,
    },
    ingest::{captions, kept, kept::Kept},
    videos::{Visibility, store::Video},
    web::{errors::Result, form::Errors, frame::Frame},
    words::{fill, format},
};

/// What somebody else changed while this form was open.
pub struct Conflict {
    /// Who changed what, and when: one sentence each.
    pub changes: Vec<String>,
    /// The values of now beside the typed ones that differ.
    pub theirs: Theirs,
}

impl Conflict {
    /// From the log since the form was made, and what is typed against what is there.
    pub fn new(entries: &[Entry], video: &Video, form: &Typed, frame: &Frame) -> Conflict {
        let words = frame.t.admin;
        let lang = frame.lang();
        let changes = entries.iter().map(|entry| {
            let fields = entry.fields();
            let labels = fields.iter().map(|field| field_label(lang, field));
            let labels: Vec<&str> = labels.filter(|label| !label.is_empty()).collect();
            let when = format::date_time(lang, entry.action_time, &frame.zone);
            let labels = labels.join(", ");
            fill(words.conflict_entry, &[&when, &entry.username, &labels])
        });
        let mut theirs = Theirs::default();
        theirs.note("title", video.title != form.title, || video.title.clone());
        theirs.note("description", video.description != form.description, || {
            video.description.clone()
        });
        theirs.note("visibility", video.visibility != form.visibility, || {
            video.visibility.word(lang).to_owned()
        });
        let mut changes: Vec<String> = changes.collect();
        if changes.is_empty() {
            changes.push(words.conflict_unknown.to_owned());
        }
        Conflict { changes, theirs }
    }
}

/// What stands in the fields that are typed in.
pub struct Typed {
    /// The title.
    pub title: String,
    /// The description.
    pub description: String,
    /// Who may see it.
    pub visibility: Visibility,
}

/// What a form page is made from beside the video itself.
pub struct Filled {
    /// The version the form was made from; `None` for the video's present one.
    pub version: Option<i64>,
    /// What stands in the fields.
    pub typed: Typed,
    /// The files received.
    pub kept: (Option<Kept>, Option<Kept>),
    /// The captions: what was chosen, and the files received.
    pub captions: CaptionsForm,
    /// Whether "remove the thumbnail" is ticked.
    pub clear_thumbnail: bool,
    /// What is wrong.
    pub errors: Errors,
    /// What somebody else changed meanwhile.
    pub conflict: Option<Conflict>,
}

impl Filled {
    /// An untouched form: of a video, or empty.
    fn fresh(video: Option<&Video>) -> Filled {
        let typed = match video {
            Some(video) => Typed {
                title: video.title.clone(),
                description: video.description.clone(),
                visibility: video.visibility,
            },
            None => Typed {
                title: String::new(),
                description: String::new(),
                visibility: Visibility::Public,
            },
        };
        Filled {
            version: None,
            typed,
            kept: (None, None),
            captions: CaptionsForm::default(),
            clear_thumbnail: false,
            errors: Errors::default(),
            conflict: None,
        }
    }

    /// An untouched form, or with `held` one that was sent before the login: with what was typed and,
    /// for who sent them, the files that were kept. What it does not tell is as in an untouched one.
    pub async fn of(
        desk: &Desk,
        video: Option<&Video>,
        held: Option<Vec<(String, String)>>,
    ) -> Result<Filled> {
        let mut filled = Filled::fresh(video);
        let Some(form) = &held else {
            return Ok(filled);
        };
        filled.typed.title = value(form, "title").to_owned();
        filled.typed.description = value(form, "description").to_owned();
        if let Some(chosen) = Visibility::from_name(value(form, "visibility")) {
            filled.typed.visibility = chosen;
        }
        filled.version = value(form, "version").parse().ok();
        filled.clear_thumbnail = !value(form, "thumbnail-clear").is_empty();
        let (app, user) = (desk.app(), desk.rights.account.id);
        let token = uploads::token_in(value(form, "upload"));
        filled.kept.0 = kept::find(app, user, "video_file", token).await?;
        let token = value(form, "thumbnail_upload");
        filled.kept.1 = kept::find(app, user, "thumbnail", token).await?;
        let captions = &mut filled.captions;
        for (name, value) in form {
            captions.choices.note(name, value);
        }
        for token in std::mem::take(&mut captions.choices.tokens) {
            if let Some(kept) = kept::find(app, user, captions::FIELD, &token).await? {
                let language = captions.choices.language(&format!("k{token}"));
                captions.kept.push(KeptCaption { kept, language });
            }
        }
        filled.errors.add("", desk.frame.t.admin.held_again);
        Ok(filled)
    }

    /// What was sent, with everything typed and every file received.
    pub fn again(form: VideoForm) -> Filled {
        Filled {
            version: form.version.map(|version| version.0),
            typed: Typed {
                title: form.title,
                description: form.description,
                visibility: form.visibility,
            },
            kept: (form.video, form.thumbnail),
            captions: form.captions,
            clear_thumbnail: form.clear_thumbnail,
            errors: form.errors,
            conflict: None,
        }
    }
}
