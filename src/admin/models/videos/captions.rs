//! The captions in a video's form: what the form says of those that are there, of those kept for it and of those that
//! came with it, and what is to be done in the end.
//!
//! Fields: `captions` the files (a form that comes back calls it `captions-1`, so that a script which carries chosen files
//! over leaves out those that are kept); `caption_upload` the token of each kept file; `caption-language-{mark}`,
//! `caption-delete-{mark}` and `caption_default` with the mark of one or nothing. A mark is `s` and the id of stored
//! captions, `k` and the token of a kept file, or `n` and the place of a new file among those sent.

use crate::{
    ingest::{
        captions::{self, Fault, known},
        kept::Kept,
    },
    videos::store::captions::Caption,
    words::{Lang, fill, format},
};

/// What the fields say.
#[derive(Debug, Default)]
pub struct Choices {
    languages: Vec<(String, String)>,
    deleted: Vec<String>,
    /// The mark of the default, empty for none; `None` when the form does not say.
    default: Option<String>,
    /// Tokens of kept files.
    pub(super) tokens: Vec<String>,
}

impl Choices {
    /// Takes a field's value if it is one of captions.
    pub(super) fn note(&mut self, name: &str, value: &str) {
        // Beyond what a form of ours can have, nothing is taken.
        let room = self
            .languages
            .len()
            .max(self.deleted.len())
            .max(self.tokens.len());
        if room >= 4 * captions::MOST {
            return;
        }
        if let Some(mark) = name.strip_prefix("caption-language-") {
            self.languages.push((mark.to_owned(), value.to_owned()));
        } else if let Some(mark) = name.strip_prefix("caption-delete-") {
            self.deleted.push(mark.to_owned());
        } else if name == "caption_default" {
            self.default = Some(value.to_owned());
        } else if name == "caption_upload" {
            self.tokens.push(value.to_owned());
        }
    }

    /// The language chosen for a mark.
    pub(super) fn language(&self, mark: &str) -> Option<&'static str> {
        let mut chosen = self.languages.iter();
        let (_, tag) = chosen.find(|(known, _)| known == mark)?;
        known(tag)
    }

    /// Whether a mark shall go.
    pub(super) fn is_deleted(&self, mark: &str) -> bool {
        self.deleted.iter().any(|deleted| deleted == mark)
    }

    /// Says that a new file is a kept one now.
    pub(super) fn renamed(&mut self, from: &str, to: &str) {
        if let Some(default) = self.default.as_mut().filter(|default| *default == from) {
            *default = to.to_owned();
        }
    }

    /// Whether this row is the default.
    pub(super) fn is_default(&self, mark: &str, stored: bool) -> bool {
        self.default
            .as_ref()
            .map_or(stored, |default| default == mark)
    }
}

/// A caption file that is kept for the form.
pub struct KeptCaption {
    /// The file.
    pub kept: Kept,
    /// Its language, once it is known.
    pub language: Option<&'static str>,
}

impl KeptCaption {
    /// Its mark.
    pub(super) fn mark(&self) -> String {
        format!("k{}", self.kept.token)
    }
}

/// The mark of stored captions.
pub(super) fn mark(stored: &Caption) -> String {
    format!("s{}", stored.id)
}

/// All that a form has of captions.
#[derive(Default)]
pub struct CaptionsForm {
    /// What its fields say.
    pub(super) choices: Choices,
    /// The files kept for it.
    pub(super) kept: Vec<KeptCaption>,
}

/// Captions in the form: stored, or kept for the next try.
pub struct CaptionRow {
    /// By which the fields mean it.
    pub mark: String,
    /// What the form sends back of a kept file.
    pub token: Option<String>,
    /// Where a stored one is.
    pub url: Option<String>,
    /// The file's name.
    pub file_name: String,
    /// `12 KB`.
    pub size: String,
    /// The language's tag; empty while nobody knows it.
    pub language: String,
    /// Whether they are shown unasked.
    pub is_default: bool,
    /// Whether they shall go.
    pub is_deleted: bool,
}

impl CaptionRow {
    /// The rows of a form.
    pub(super) fn all(stored: &[Caption], form: &CaptionsForm) -> Vec<CaptionRow> {
        let choices = &form.choices;
        let stored = stored.iter().map(|caption| {
            let mark = mark(caption);
            CaptionRow {
                token: None,
                url: Some(format!("/media/{}", caption.key)),
                file_name: caption.file_name.clone(),
                size: format::size(caption.size),
                language: choices
                    .language(&mark)
                    .unwrap_or(&caption.language)
                    .to_owned(),
                is_default: choices.is_default(&mark, caption.is_default),
                is_deleted: choices.is_deleted(&mark),
                mark,
            }
        });
        let kept = form.kept.iter().map(|new| CaptionRow {
            mark: new.mark(),
            token: Some(new.kept.token.clone()),
            url: None,
            file_name: new.kept.file.file_name.clone(),
            size: format::size(new.kept.file.size),
            language: new.language.unwrap_or_default().to_owned(),
            is_default: choices.is_default(&new.mark(), false),
            is_deleted: false,
        });
        stored.chain(kept).collect()
    }
}

/// What is to be done with a video's captions.
#[derive(Default)]
pub(super) struct Plan<'a> {
    /// Those that go.
    pub delete: Vec<&'a Caption>,
    /// Those that stay, each with its language and whether it is the default.
    pub stay: Vec<(&'a Caption, &'a str, bool)>,
    /// Those that come, likewise.
    pub add: Vec<(&'a Kept, &'static str, bool)>,
}

impl Plan<'_> {
    /// Whether anything differs from what is stored.
    pub fn changes(&self) -> bool {
        let differs = |(stored, language, default): &(&Caption, &str, bool)| {
            stored.language != *language || stored.is_default != *default
        };
        !self.delete.is_empty() || !self.add.is_empty() || self.stay.iter().any(differs)
    }
}

/// Why there is no plan; the words for it.
pub(super) type Wrong = Vec<String>;

impl CaptionsForm {
    /// What the form means for a video with these captions. A new file takes the place of the one in its language.
    pub(super) fn plan<'a>(&'a self, stored: &'a [Caption], lang: Lang) -> Result<Plan<'a>, Wrong> {
        let words = lang.words().captions;
        let choices = &self.choices;
        let mut plan = Plan::default();
        let mut wrong = Wrong::new();
        let mut languages: Vec<&str> = Vec::new();
        for new in &self.kept {
            match new.language {
                Some(language) => {
                    let is_default = choices.is_default(&new.mark(), false);
                    plan.add.push((&new.kept, language, is_default));
                    languages.push(language);
                }
                None => wrong.push(fill(words.no_language, &[&new.kept.file.file_name])),
            }
        }
        for caption in stored {
            let mark = mark(caption);
            if choices.is_deleted(&mark) {
                plan.delete.push(caption);
                continue;
            }
            let language = choices.language(&mark).unwrap_or(&caption.language);
            let is_default = choices.is_default(&mark, caption.is_default);
            match plan.add.iter_mut().find(|(_, new, _)| *new == language) {
                Some((_, _, default)) => {
                    *default |= is_default;
                    plan.delete.push(caption);
                }
                None => {
                    plan.stay.push((caption, language, is_default));
                    languages.push(language);
                }
            }
        }
        // A form from before the default was changed may leave the old one beside its own.
        let mut first = true;
        let adds = plan.add.iter_mut().map(|(_, _, default)| default);
        for default in adds.chain(plan.stay.iter_mut().map(|(_, _, default)| default)) {
            *default &= first;
            first &= !*default;
        }
        if languages.len() > captions::MOST {
            wrong.push(fill(words.too_many, &[&captions::MOST]));
        }
        languages.sort_unstable();
        let mut twice: Vec<&str> = languages
            .windows(2)
            .filter(|pair| pair[0] == pair[1])
            .map(|pair| pair[0])
            .collect();
        twice.dedup();
        wrong.extend(
            twice
                .iter()
                .map(|tag| fill(words.twice, &[&words.name(tag)])),
        );
        if wrong.is_empty() {
            Ok(plan)
        } else {
            Err(wrong)
        }
    }
}

/// Why a file is not taken, to its sender.
pub(super) fn said_of(fault: &Fault, file_name: &str, lang: Lang) -> String {
    let words = lang.words().captions;
    let line = |sentence, line: &usize| fill(sentence, &[&format::number(*line as i64)]);
    let sentence = match fault {
        Fault::Empty => words.empty.to_owned(),
        Fault::TooLarge => fill(words.too_large, &[&limit()]),
        Fault::NotText => words.not_text.to_owned(),
        Fault::OtherKind => words.other_kind.to_owned(),
        Fault::NoTime(number) => line(words.no_time, number),
        Fault::BadTime(number) => line(words.bad_time, number),
        Fault::EndsFirst(number) => line(words.ends_first, number),
        Fault::NoCue => words.no_cue.to_owned(),
    };
    fill(words.in_file, &[&file_name, &sentence])
}

/// The largest file in words, `2 MB`.
pub(super) fn limit() -> String {
    format::size(captions::LIMIT as i64)
}
