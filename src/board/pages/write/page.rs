//! The page with a post's form.

use askama::Template;

use super::{
    files::is_picture,
    form::{Button, PostForm},
    preview,
};
use crate::{
    board::pages::place::Place,
    board::{
        ATTACHMENT_LIMIT, BODY_LIMIT, MOST_ATTACHMENTS, TITLE_LIMIT,
        store::{self, Post},
    },
    state::App,
    web::{errors::Result, form::Errors, frame::Frame},
    words::{fill, format},
};

/// `GET,POST /board/new/` and `/board/{id}/edit/`.
#[derive(Template)]
#[template(path = "board/write.html")]
pub(super) struct WritePage {
    /// The page's surroundings.
    pub frame: Frame,
    /// Where the form is sent.
    action: String,
    /// Where it leads when nothing is to be saved.
    back: String,
    /// The post that is changed; `None` for a new one.
    post: Option<i64>,
    title: String,
    body: String,
    is_notice: bool,
    /// The version of the post that the form is made from.
    version: Option<i64>,
    files: Vec<FileRow>,
    errors: Errors,
    conflict: Option<Conflict>,
    /// The text as the post will show it, when that was asked for.
    preview: Option<String>,
}

/// A file of the post, or one that will be.
pub(super) struct FileRow {
    name: String,
    size: String,
    url: String,
    is_picture: bool,
    /// The form's field that names it, and its value: `kept` and a token, or `remove` and an id.
    way: Way,
}

enum Way {
    Kept(String),
    Attached { id: i64, goes: bool },
}

/// What somebody else has saved meanwhile, where it is not what was typed.
pub(super) struct Conflict {
    title: Option<String>,
    body: Option<String>,
}

impl FileRow {
    fn goes(&self) -> bool {
        matches!(self.way, Way::Attached { goes: true, .. })
    }
}

impl WritePage {
    /// An empty form.
    pub fn new(frame: Frame, place: &Place) -> WritePage {
        WritePage {
            frame,
            action: place.carried("/board/new/"),
            back: place.list(),
            post: None,
            title: String::new(),
            body: String::new(),
            is_notice: false,
            version: None,
            files: Vec::new(),
            errors: Errors::default(),
            conflict: None,
            preview: None,
        }
    }

    /// The form of a post.
    pub async fn of(app: &App, frame: Frame, place: &Place, post: &Post) -> Result<WritePage> {
        let mut page = WritePage::new(frame, place);
        page.action = place.carried(&format!("/board/{}/edit/", post.id));
        page.back = place.post(post.id);
        page.post = Some(post.id);
        page.title.clone_from(&post.title);
        page.body.clone_from(&post.body);
        page.is_notice = post.is_notice;
        page.version = Some(post.updated_at.0);
        let attached = store::attachments(&app.db, post.id).await?;
        page.files = attached
            .into_iter()
            .map(|file| FileRow {
                is_picture: file.is_picture(),
                name: file.file_name,
                size: format::size(file.size),
                url: format!("/media/{}", file.key),
                way: Way::Attached {
                    id: file.id,
                    goes: false,
                },
            })
            .collect();
        Ok(page)
    }

    /// The form as it was sent.
    pub async fn again(
        app: &App,
        frame: Frame,
        place: &Place,
        post: Option<&Post>,
        form: PostForm,
    ) -> Result<WritePage> {
        let mut page = match post {
            Some(post) => WritePage::of(app, frame, place, post).await?,
            None => WritePage::new(frame, place),
        };
        if form.is_stale
            && let Some(post) = post
        {
            page.conflict = Some(Conflict {
                title: (post.title != form.title).then(|| post.title.clone()),
                body: (post.body != form.body).then(|| post.body.clone()),
            });
        }
        for file in &mut page.files {
            if let Way::Attached { id, goes } = &mut file.way {
                *goes = form.removed.contains(id);
            }
        }
        page.files.extend(form.kept.into_iter().map(|kept| FileRow {
            name: kept.file.file_name,
            size: format::size(kept.file.size),
            url: format!("/media/{}", kept.file.key),
            is_picture: is_picture(&kept.file.content_type),
            way: Way::Kept(kept.token),
        }));
        if form.button == Button::Preview {
            page.preview = Some(preview::rendered(app, &page.frame, &form.body).await?);
        }
        page.title = form.title;
        page.body = form.body;
        page.is_notice = form.is_notice;
        page.version = form.version.map(|version| version.0).or(page.version);
        page.errors = form.errors;
        Ok(page)
    }

    fn heading(&self) -> &'static str {
        let words = self.frame.t.editor;
        match self.post {
            Some(_) => words.edit_title,
            None => words.new_title,
        }
    }

    /// The name of the draft in the browser: the writer's own, of this post.
    fn draft(&self) -> String {
        let writer = self.frame.viewer.id().unwrap_or_default();
        match self.post {
            Some(post) => format!("{writer}.{post}"),
            None => format!("{writer}.new"),
        }
    }

    fn largest(&self) -> String {
        format::size(ATTACHMENT_LIMIT as i64)
    }

    /// What a script makes new rows of.
    fn blank(&self) -> FileRow {
        FileRow {
            name: String::new(),
            size: String::new(),
            url: String::new(),
            is_picture: false,
            way: Way::Kept(String::new()),
        }
    }

    fn files_help(&self) -> String {
        let sentence = self.frame.t.editor.files_help;
        fill(sentence, &[&MOST_ATTACHMENTS, &self.largest()])
    }

    /// Whether the page begins at this field.
    fn starts_at(&self, field: &str) -> bool {
        if self.conflict.is_some() || self.preview.is_some() {
            return false;
        }
        let fresh = self.errors.is_empty() && self.post.is_none();
        self.errors.first(field) || (field == "title" && (fresh || self.errors.first("")))
    }
}
