//! A post's form as it was sent, with what is wrong noted beside its fields, so that nothing typed and
//! no file is lost.

use axum::{
    RequestExt,
    extract::{Request, multipart::Multipart},
    http::{StatusCode, header},
};

use super::{
    REQUEST_LIMIT,
    files::{self, Received, Refused},
    while_of,
};
use crate::{
    board::{
        ATTACHMENT_LIMIT, BODY_LIMIT, FILES_FIELD, MOST_ATTACHMENTS, TITLE_LIMIT, store::Post,
    },
    db::Time,
    ingest::{
        kept::{self, Kept},
        receive::{self, Arrival, broken, is_chosen, last_part, typed},
    },
    state::App,
    web::{
        errors::{Error, Result},
        form::{Errors, FORM_LIMIT, Form},
        text,
    },
    words::{Lang, fill, format},
};

/// What a file takes of the room for a form's texts, in bytes: no more than some hundred are read.
const FILE_ROOM: usize = 4 << 10;

/// The button that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Button {
    /// `_save`, or none.
    Save,
    /// `_preview`: the form again with the text as the post will show it.
    Preview,
}

/// A post's form as it was sent.
pub(super) struct PostForm {
    /// What was typed, on one line.
    pub title: String,
    /// What was typed.
    pub body: String,
    /// Whether it shall be pinned; staff only.
    pub is_notice: bool,
    /// The version of the post that the form was made from.
    pub version: Option<Time>,
    /// Which button.
    pub button: Button,
    /// Files received now or before.
    pub kept: Vec<Kept>,
    /// How many files it named that were used or thrown away before.
    pub gone: usize,
    /// Attachments that shall go.
    pub removed: Vec<i64>,
    /// What is wrong: `""`, `title`, `body`, `files`.
    pub errors: Errors,
    /// The status it comes back with.
    pub status: StatusCode,
    /// Seconds to wait, when that is what is wrong.
    pub wait: Option<u64>,
    /// Whether somebody else has changed the post meanwhile.
    pub is_stale: bool,
    /// Those of the files that came with this very request.
    fresh: Vec<Kept>,
}

/// What file fields sent, before it is kept.
#[derive(Default)]
struct Sent {
    files: Vec<Received>,
    /// Names of files beyond those a post may have.
    left_out: Vec<String>,
    /// Tokens of files kept before, and those of them that shall go.
    tokens: Vec<String>,
    thrown: Vec<String>,
}

impl PostForm {
    /// Reads the whole form, multipart or urlencoded; its files are kept for `user`. An error is for a
    /// request that cannot be answered with the form.
    pub async fn read(app: &App, user: i64, lang: Lang, request: Request) -> Result<PostForm> {
        let mut form = PostForm {
            title: String::new(),
            body: String::new(),
            is_notice: false,
            version: None,
            button: Button::Save,
            kept: Vec::new(),
            gone: 0,
            removed: Vec::new(),
            errors: Errors::default(),
            status: StatusCode::UNPROCESSABLE_ENTITY,
            wait: None,
            is_stale: false,
            fresh: Vec::new(),
        };
        let mut sent = Sent::default();
        let content_type = request.headers().get(header::CONTENT_TYPE);
        if content_type.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/")) {
            let slack = REQUEST_LIMIT as u64 - ATTACHMENT_LIMIT;
            let parts = receive::multipart(app, request, ATTACHMENT_LIMIT, slack).await?;
            form.fields(app, lang, &mut sent, parts).await?;
        } else {
            let Form(pairs): Form<Vec<(String, String)>> = request.extract().await?;
            for (name, value) in pairs {
                form.take(&name, value, &mut sent);
            }
        }
        form.keep(app, user, lang, sent).await?;
        if form.button == Button::Preview && form.errors.is_empty() {
            form.status = StatusCode::OK;
        }
        Ok(form)
    }

    async fn fields(
        &mut self,
        app: &App,
        lang: Lang,
        sent: &mut Sent,
        (mut parts, arrival): (Multipart, Arrival),
    ) -> Result<()> {
        let mut room = FORM_LIMIT;
        while let Some(mut field) = parts.next_field().await.map_err(broken)? {
            arrival.got();
            let name = field.name().unwrap_or_default().to_owned();
            if name == FILES_FIELD {
                // Each may come back as a sentence with its name.
                room = room.checked_sub(FILE_ROOM).ok_or(Error::TooLarge)?;
            }
            if name != FILES_FIELD {
                let typed = typed(field, &arrival, &mut room).await?;
                self.take(&name, typed, sent);
            } else if !is_chosen(&field) {
                continue;
            } else if sent.files.len() < MOST_ATTACHMENTS {
                match files::received(app, lang, &arrival, field).await? {
                    Ok(file) => sent.files.push(file),
                    Err(refused) => self.refused(refused),
                }
            } else {
                sent.left_out.push(last_part(&field));
                while field.chunk().await.map_err(broken)?.is_some() {
                    arrival.got();
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, name: &str, typed: String, sent: &mut Sent) {
        match name {
            // A title is one line wherever it is shown.
            "title" => self.title = text::tidy(&typed).replace(['\n', '\t'], " "),
            "body" => self.body = text::tidy(&typed),
            "is_notice" => self.is_notice = true,
            // A version that is no number is no version of ours.
            "version" => self.version = Some(Time(typed.parse().unwrap_or(-1))),
            "remove" => self.removed.extend(typed.parse::<i64>().ok()),
            "kept" if sent.tokens.len() < MOST_ATTACHMENTS => sent.tokens.push(typed),
            "kept-clear" => sent.thrown.push(typed),
            "_preview" => self.button = Button::Preview,
            _ => {}
        }
    }

    fn refused(&mut self, Refused(status, sentence): Refused) {
        self.errors.add("files", sentence);
        // The first file that was not taken says it; 422 is for a form whose files were right.
        if self.status == StatusCode::UNPROCESSABLE_ENTITY {
            self.status = status;
        }
    }

    /// Finds what was kept before and keeps what was received, as many as a post may have.
    async fn keep(&mut self, app: &App, user: i64, lang: Lang, mut sent: Sent) -> Result<()> {
        let words = lang.words().editor;
        sent.tokens.sort();
        sent.tokens.dedup();
        for token in &sent.tokens {
            match kept::find(app, user, FILES_FIELD, token).await? {
                Some(kept) if sent.thrown.contains(token) => kept::discard(app, &kept).await?,
                Some(kept) => self.kept.push(kept),
                None if sent.thrown.contains(token) => {}
                None => self.gone += 1,
            }
        }
        // In the order in which they came.
        self.kept.sort_by_key(|kept| kept.expires_at);
        if self.gone > 0 {
            let sentence = fill(words.files_gone, &[&self.gone]);
            self.errors.add("files", sentence);
        }
        for file in sent.files {
            if self.kept.len() >= MOST_ATTACHMENTS {
                sent.left_out.push(file.file_name().to_owned());
                continue;
            }
            match files::keep(app, user, file).await {
                Ok(kept) => {
                    self.fresh.push(kept.clone());
                    self.kept.push(kept);
                }
                Err(Error::Full) => {
                    let sentence = Error::Full.words(lang.words()).1;
                    self.refused(Refused(Error::Full.status(), sentence));
                }
                Err(error) => return Err(error),
            }
        }
        if !sent.left_out.is_empty() {
            let names = sent.left_out.join(", ");
            let sentence = fill(words.files_left_out, &[&MOST_ATTACHMENTS, &names]);
            self.errors.add("files", sentence);
        }
        Ok(())
    }

    /// Notes what is wrong with the words, and with the number of files when `stay` of the post's own
    /// stay with it.
    pub fn check(&mut self, lang: Lang, stay: usize) {
        let words = lang.words().editor;
        let fields = [
            ("title", &self.title, TITLE_LIMIT, words.title_missing),
            ("body", &self.body, BODY_LIMIT, words.body_missing),
        ];
        let mut errors = Errors::default();
        for (field, typed, limit, missing) in fields {
            let length = typed.chars().count();
            if text::is_blank(typed) {
                errors.add(field, missing);
            } else if length > limit {
                let counts = [limit, length].map(|count| format::number(count as i64));
                errors.add(field, fill(words.too_long, &[&counts[0], &counts[1]]));
            }
        }
        // Fields in the order of the page: the first of them gets the focus.
        let of_files: Vec<String> = self.errors.of("files").map(str::to_owned).collect();
        for sentence in of_files {
            errors.add("files", sentence);
        }
        let over = (stay + self.kept.len()).saturating_sub(MOST_ATTACHMENTS);
        if over > 0 {
            let sentence = fill(words.files_too_many, &[&MOST_ATTACHMENTS, &over]);
            errors.add("files", sentence);
        }
        self.errors = errors;
    }

    /// Says how long to wait.
    pub fn rest(&mut self, lang: Lang, seconds: u64) {
        let sentence = lang.words().editor.too_many_posts;
        self.errors
            .add("", fill(sentence, &[&while_of(lang, seconds)]));
        self.status = StatusCode::TOO_MANY_REQUESTS;
        self.wait = Some(seconds);
    }

    /// Says that kept files have been used or thrown away meanwhile.
    pub fn lost(&mut self, lang: Lang, tokens: &[String]) {
        self.kept.retain(|kept| !tokens.contains(&kept.token));
        let sentence = lang.words().editor.files_gone;
        self.errors.add("files", fill(sentence, &[&tokens.len()]));
    }

    /// Says that somebody else has changed the post. Sent once more it is saved over this version.
    pub fn stale(&mut self, post: &Post) {
        self.version = Some(post.updated_at);
        self.is_stale = true;
        self.status = StatusCode::CONFLICT;
    }

    /// Throws away what came with this request, when no form will be shown that could use it. What
    /// has found a row after all stays.
    pub async fn discard(&self, app: &App) {
        for kept in &self.fresh {
            if let Err(error) = kept::discard(app, kept).await {
                let key = &kept.file.key;
                tracing::warn!("the file {key} is removed in a day only: {error:#}");
            }
        }
    }
}
