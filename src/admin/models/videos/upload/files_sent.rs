//! The files that a form sent: kept, found again, thrown away.

use super::{Sent, VideoForm};
use crate::{
    admin::uploads,
    ingest::{kept, kept::Kept, receive::Refusal},
    state::App,
    web::errors::{Error, Result},
    words::Lang,
};

impl VideoForm {
    /// Keeps what was received and finds what was kept before. A new file takes the old one's place.
    pub(super) async fn keep(
        &mut self,
        app: &App,
        user: i64,
        lang: Lang,
        sent: Sent,
    ) -> Result<()> {
        let before = self
            .before(app, user, lang, "video_file", sent.upload)
            .await?;
        let new = match sent.video {
            Some(video) => Some(video.keep(app, user).await),
            None => None,
        };
        self.video = self.newer("video_file", app, lang, before, new).await?;
        let token = sent.thumbnail_upload;
        let before = self.before(app, user, lang, "thumbnail", token).await?;
        let new = match sent.picture {
            Some(picture) => Some(picture.keep(app, user).await),
            None => None,
        };
        self.thumbnail = self.newer("thumbnail", app, lang, before, new).await?;
        self.keep_captions(app, user, lang, sent.captions).await
    }

    /// The file that was kept before, unless it shall be thrown away.
    pub(super) async fn before(
        &mut self,
        app: &App,
        user: i64,
        lang: Lang,
        field: &'static str,
        (token, clear): (String, bool),
    ) -> Result<Option<Kept>> {
        if token.is_empty() {
            return Ok(None);
        }
        let token = uploads::token_in(&token);
        if field == "video_file"
            && let Some(sentence) = uploads::settled(app, user, lang, token, clear).await?
        {
            self.errors.add(field, sentence);
            return Ok(None);
        }
        match kept::find(app, user, field, token).await? {
            Some(kept) if clear => {
                kept::discard(app, &kept).await?;
                Ok(None)
            }
            Some(kept) => Ok(Some(kept)),
            None if clear => Ok(None),
            None => {
                self.became = match field {
                    "video_file" => kept::video_of(app, user, token).await?,
                    _ => None,
                };
                if self.became.is_some() {
                    return Ok(None);
                }
                self.errors.add(field, lang.words().admin.kept_gone);
                Ok(None)
            }
        }
    }

    async fn newer(
        &mut self,
        field: &'static str,
        app: &App,
        lang: Lang,
        before: Option<Kept>,
        new: Option<Result<Kept>>,
    ) -> Result<Option<Kept>> {
        match new {
            None => Ok(before),
            Some(Ok(new)) => {
                // What is wrong with the old one does not matter any more.
                self.errors.forget(field);
                self.fresh.push(new.clone());
                if let Some(before) = before {
                    kept::discard(app, &before).await?;
                }
                Ok(Some(new))
            }
            Some(Err(Error::Full)) => {
                self.noted::<()>(field, lang, Err(Refusal::NoRoom(Error::Full)));
                Ok(before)
            }
            Some(Err(error)) => Err(error),
        }
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
