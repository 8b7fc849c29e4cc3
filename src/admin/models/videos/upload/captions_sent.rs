//! The captions that a form sent.

use axum::http::StatusCode;

use super::{Caption, VideoForm};
use crate::{
    admin::models::videos::captions::KeptCaption,
    ingest::{captions, receive::Refusal},
    state::App,
    videos::store,
    web::errors::{Error, Result},
    words::{Lang, fill},
};

impl VideoForm {
    /// The `count`th caption file of the form, unless it is not taken.
    pub(super) fn noted_captions(
        &mut self,
        count: usize,
        lang: Lang,
        read: std::result::Result<Caption, (StatusCode, String)>,
    ) -> Option<Caption> {
        match read {
            Ok(file) if count <= captions::MOST => return Some(file),
            Ok(_) if count == captions::MOST + 1 => {
                let sentence = fill(lang.words().captions.too_many, &[&captions::MOST]);
                self.errors.add(captions::FIELD, sentence);
            }
            Ok(_) => {}
            Err((status, sentence)) => self.refused(captions::FIELD, status, sentence),
        }
        None
    }

    /// The same of captions, of which there may be many.
    pub(super) async fn keep_captions(
        &mut self,
        app: &App,
        user: i64,
        lang: Lang,
        files: Vec<(String, Caption)>,
    ) -> Result<()> {
        for token in std::mem::take(&mut self.captions.choices.tokens) {
            let mark = format!("k{token}");
            let clear = self.captions.choices.is_deleted(&mark);
            let before = (token, clear);
            let before = self.before(app, user, lang, captions::FIELD, before);
            if let Some(kept) = before.await? {
                let language = self.captions.choices.language(&mark);
                self.captions.kept.push(KeptCaption { kept, language });
            }
        }
        for (mark, file) in files {
            let chosen = self.captions.choices.language(&mark);
            let language = chosen.or(file.language);
            match file.keep(app, user).await {
                Ok(kept) => {
                    self.fresh.push(kept.clone());
                    let new = KeptCaption { kept, language };
                    self.captions.choices.renamed(&mark, &new.mark());
                    self.captions.kept.push(new);
                }
                Err(Error::Full) => {
                    self.noted::<()>(captions::FIELD, lang, Err(Refusal::NoRoom(Error::Full)));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Notes what is wrong with the captions, beside those that the video has.
    pub fn check_captions(&mut self, stored: &[store::captions::Caption], lang: Lang) {
        if let Err(wrong) = self.captions.plan(stored, lang) {
            for sentence in wrong {
                self.errors.add(captions::FIELD, sentence);
            }
        }
    }
}
