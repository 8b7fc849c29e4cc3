//! The pages of a video's forms: what they show, and in which words.

use askama::Template;

use super::{MODEL, THUMBNAIL_LIMIT, codecs, field_label};
use crate::{
    admin::{
        Filters,
        log::Entry,
        model::Verb,
        object::{Fields, Theirs, value},
        rights::Rights,
        site::{Sidebar, sidebar},
    },
    ingest::kept::Kept,
    state::App,
    videos::{Access, Visibility, store::Video, text},
    web::{form::Errors, frame::Frame, viewer::Viewer},
    words::{fill, format},
};

/// The fields in the order of the form, in which the first faulty one is focused.
const FIELDS: [&str; 5] = [
    "title",
    "description",
    "visibility",
    "video_file",
    "thumbnail",
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
    /// `4:05`, or `-`.
    pub duration: String,
    /// `320 × 180`, or `-`.
    pub dimensions: String,
    /// `avc1.64001f, mp4a.40.2`, or `-`.
    pub codecs: String,
    /// What browsers will make of the codecs, when it is not good.
    pub warnings: Vec<String>,
    /// Address of the thumbnail, when there is one.
    pub thumbnail: Option<String>,
}

impl Current {
    /// A video as the viewer of `frame` reads it.
    pub fn new(video: &Video, frame: &Frame) -> Current {
        let file = &video.file;
        let codecs = file.codecs.as_deref().unwrap_or_default();
        let dimensions = file.width.zip(file.height);
        // What Django shows for an empty value.
        let nothing = || "-".to_owned();
        Current {
            id: video.id,
            title: video.title.clone(),
            file: format!("/media/{}", file.key),
            file_name: file.file_name.clone(),
            size: format::size(file.size),
            duration: file.duration.map_or_else(nothing, format::duration),
            dimensions: dimensions.map_or_else(nothing, |(w, h)| format!("{w} × {h}")),
            codecs: if codecs.is_empty() {
                nothing()
            } else {
                codecs.to_owned()
            },
            warnings: codecs::warnings(codecs, frame.t),
            thumbnail: video.thumbnail.as_ref().map(|key| format!("/media/{key}")),
        }
    }
}

/// A file that was received and is kept for the next try.
pub struct KeptFile {
    /// What the form sends back.
    pub token: String,
    /// "파일 강의.mp4 (1.2 MB)을 받아 두었습니다…"
    pub sentence: String,
    /// What browsers will make of it.
    pub warnings: Vec<String>,
}

impl KeptFile {
    fn new(kept: &Kept, frame: &Frame) -> KeptFile {
        let words = frame.t.admin;
        let file = &kept.file;
        KeptFile {
            token: kept.token.clone(),
            sentence: fill(words.kept, &[&file.file_name, &format::size(file.size)]),
            warnings: codecs::warnings(file.codecs.as_deref().unwrap_or_default(), frame.t),
        }
    }
}

/// What somebody else changed while this form was open.
pub struct Conflict {
    /// Who changed what, and when: one sentence each.
    pub changes: Vec<String>,
    /// The values of now beside the typed ones that differ.
    theirs: Theirs,
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

/// A way to look at the page as somebody else.
pub struct ViewAs {
    /// Where it is.
    pub url: String,
    /// "방문자로 보기".
    pub word: &'static str,
    /// What they get: the page, the login, or nothing.
    pub outcome: &'static str,
}

/// `GET,POST /admin/videos/video/add/` and `…/{id}/change/`; multipart fields `title` `description`
/// `visibility` `video_file` `upload` `upload-clear` `thumbnail` `thumbnail_upload`
/// `thumbnail_upload-clear` `thumbnail-clear` `version`; buttons `_save` `_addanother` `_continue`.
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

/// What a form page is made from beside the video itself.
pub struct Filled {
    /// The version the form was made from; `None` for the video's present one.
    pub version: Option<i64>,
    /// What stands in the fields.
    pub typed: Typed,
    /// The files received.
    pub kept: (Option<Kept>, Option<Kept>),
    /// Whether "remove the thumbnail" is ticked.
    pub clear_thumbnail: bool,
    /// What is wrong.
    pub errors: Errors,
    /// What somebody else changed meanwhile.
    pub conflict: Option<Conflict>,
}

impl Filled {
    /// An untouched form: of a video, or empty.
    pub fn fresh(video: Option<&Video>) -> Filled {
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
            clear_thumbnail: false,
            errors: Errors::default(),
            conflict: None,
        }
    }

    /// A form as it was sent before the login. What it does not tell is as in an untouched one.
    pub fn held(video: Option<&Video>, form: &Fields) -> Filled {
        let mut filled = Filled::fresh(video);
        filled.typed.title = value(form, "title").to_owned();
        filled.typed.description = value(form, "description").to_owned();
        if let Some(chosen) = Visibility::from_name(value(form, "visibility")) {
            filled.typed.visibility = chosen;
        }
        filled.version = value(form, "version").parse().ok();
        filled.clear_thumbnail = !value(form, "thumbnail-clear").is_empty();
        filled
    }
}

impl VideoFormPage {
    /// The form of a video, or of a new one.
    pub fn new(
        app: &App,
        rights: &Rights,
        frame: Frame,
        filters: &Filters,
        video: Option<&Video>,
        filled: Filled,
    ) -> VideoFormPage {
        let most = i64::try_from(app.settings.max_upload_size).unwrap_or(i64::MAX);
        let page = |page: &str| {
            let may_see = page != "delete" || rights.may(Verb::Delete, &MODEL);
            let video = video.filter(|_| may_see)?;
            Some(filters.carried(&MODEL.object_address(video.id, page)))
        };
        let verb = if video.is_some() {
            Verb::Change
        } else {
            Verb::Add
        };
        let action = page("change").unwrap_or_else(|| {
            let add = format!("{}add/", MODEL.address());
            filters.carried(&add)
        });
        VideoFormPage {
            sidebar: sidebar(rights, &frame, Some(&MODEL)),
            list: filters.list(rights, &MODEL),
            action,
            current: video.map(|video| Current::new(video, &frame)),
            typed: filled.typed,
            version: filled
                .version
                .or(video.map(|video| video.updated_at.0))
                .unwrap_or_default(),
            kept: filled.kept.0.map(|kept| KeptFile::new(&kept, &frame)),
            kept_thumbnail: filled.kept.1.map(|kept| KeptFile::new(&kept, &frame)),
            clear_thumbnail: filled.clear_thumbnail,
            conflict: filled.conflict,
            may_save: rights.may(verb, &MODEL),
            may_add: rights.may(Verb::Add, &MODEL),
            may_view: rights.may(Verb::View, &MODEL),
            delete: page("delete"),
            history: page("history"),
            view_as: video.map_or_else(Vec::new, |video| view_as(video, rights, &frame)),
            errors: filled.errors,
            max_upload_size: most,
            max_upload_size_text: format::size(most),
            frame,
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
        fill(self.frame.t.admin.thumbnail_help, &[&limit])
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

/// The two who can be looked at the page as, and what each gets.
fn view_as(video: &Video, rights: &Rights, frame: &Frame) -> Vec<ViewAs> {
    let words = frame.t.admin;
    let both = [
        ("visitor", words.view_as_visitor, Viewer::visitor()),
        ("member", words.view_as_member, as_member(rights)),
    ];
    let all = both.into_iter().map(|(name, word, viewer)| ViewAs {
        url: MODEL.object_address(video.id, &format!("view-as/{name}")),
        word,
        outcome: match video.visibility.access(&viewer) {
            Access::Allowed => words.sees_video,
            Access::LoginNeeded => words.sees_login,
            Access::Hidden => words.sees_nothing,
        },
    });
    all.collect()
}

/// The viewer themselves without any rights.
pub fn as_member(rights: &Rights) -> Viewer {
    let mut account = rights.account.clone();
    account.is_staff = false;
    account.is_superuser = false;
    Viewer::signed_in(account)
}

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
