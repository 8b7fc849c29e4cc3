//! A caption file while it arrives: small, so it is read in memory and written once it is clean.

use axum::{extract::multipart::Field, http::StatusCode};
use tokio::task::spawn_blocking;

use super::FORM_SLACK;
use crate::{
    admin::models::videos::captions::said_of,
    ingest::{
        captions::{self, FIELD, Fault, LIMIT, proposed},
        kept::{self, Kept},
        receive::{Arrival, broken, last_part, named},
    },
    state::App,
    storage::{Incoming, is_full},
    videos::store::{File, captions::CONTENT_TYPE},
    web::errors::{Error, Result},
    words::Lang,
};

/// Captions on their way in.
pub(in crate::admin::models::videos) struct Caption {
    incoming: Incoming,
    file_name: String,
    /// What their name or their letters tell.
    pub language: Option<&'static str>,
}

impl Caption {
    /// Keeps them for `user` until they find their row.
    pub async fn keep(self, app: &App, user: i64) -> Result<Kept> {
        let name = self.file_name;
        let describe = |key, size| File::plain(key, name, CONTENT_TYPE, size);
        kept::keep(app, user, FIELD, self.incoming, "vtt", describe).await
    }
}

/// Reads a caption file; the status and the sentence for one that is not taken.
pub(in crate::admin::models::videos) async fn caption(
    app: &App,
    lang: Lang,
    arrival: &Arrival,
    mut field: Field<'_>,
) -> Result<std::result::Result<Caption, (StatusCode, String)>> {
    let name = last_part(&field);
    let most = app.settings.max_upload_size.saturating_add(FORM_SLACK);
    let mut bytes = Vec::new();
    let mut length: u64 = 0;
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        arrival.got();
        length += chunk.len() as u64;
        // The rest is read and thrown away, so that the form comes back.
        if length <= LIMIT {
            bytes.extend_from_slice(&chunk);
        }
        if length > most {
            return Err(Error::TooLarge);
        }
    }
    let read = if length > LIMIT {
        Err(Fault::TooLarge)
    } else {
        let read = spawn_blocking(move || captions::read(&bytes)).await;
        read.map_err(|error| Error::Internal(error.into()))?
    };
    let read = match read {
        Ok(read) => read,
        Err(fault) => {
            let status = match fault {
                Fault::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
                _ => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            };
            return Ok(Err((status, said_of(&fault, &name, lang))));
        }
    };
    match app.storage.receive_all(read.vtt.as_bytes()).await {
        Ok(incoming) => Ok(Ok(Caption {
            incoming,
            language: proposed(&name).or(read.language),
            file_name: named(&name, "captions", "vtt"),
        })),
        Err(error) if is_full(&error) => {
            let full = Error::Full;
            Ok(Err((full.status(), full.words(lang.words()).1)))
        }
        Err(error) => Err(Error::Internal(error.into())),
    }
}
