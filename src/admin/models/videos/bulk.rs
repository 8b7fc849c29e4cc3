//! Videos that come without a browser, from files of this machine: what a form would be asked, and the
//! same way into storage, database and log.

use std::{
    io,
    path::Path,
    sync::{Arc, atomic::AtomicU64},
};

use super::{
    MODEL,
    receive::{Video, examined, said_of},
    save::{self, Outcome},
    upload::VideoForm,
};
use crate::{
    admin::{model::Verb, rights::Rights},
    ingest::{self, ProbeError, faststart, inventory::size, local, receive::Refusal},
    state::App,
    storage::Lack,
    videos::{
        Visibility,
        store::{self, File},
    },
    web::errors::{Error, Result},
    words::{Lang, fill},
};

/// Why a file is not taken, said to whoever gave it.
pub struct Refused(pub String);

/// A file that is copied, looked at and ready to be published. Dropped, it is gone.
pub struct Ready(Video);

/// Whether this account may add videos.
pub fn may_add(rights: &Rights) -> bool {
    rights.account.is_staff && rights.may(Verb::Add, &MODEL)
}

/// A form filled in here; what is wrong with it, if anything is, as the form would say it.
pub fn form(
    lang: Lang,
    title: &str,
    description: &str,
    visibility: Visibility,
) -> std::result::Result<VideoForm, Refused> {
    let form = VideoForm::unsent(lang, title, description, visibility);
    let mut faults = form.errors.of("title").chain(form.errors.of("description"));
    let fault = faults.next().map(str::to_owned);
    drop(faults);
    fault.map_or(Ok(form), |fault| Err(Refused(fault)))
}

/// The id of a video that was made from this very file: the same name, length in bytes (with its index
/// moved or not), duration and size. The content is not compared.
pub async fn there(
    app: &App,
    path: &Path,
    name: &str,
) -> Result<std::result::Result<Option<i64>, Refused>> {
    let lang = app.settings.language;
    match path.metadata() {
        Ok(metadata) if metadata.len() == 0 => {
            let sentence = lang.words().admin.file_empty;
            return Ok(Err(Refused(sentence.to_owned())));
        }
        Ok(_) => {}
        Err(error) => return Ok(Err(refused(error.into(), lang))),
    }
    let (kind, probe) = match ingest::examine_video(path).await {
        Ok(examined) => examined,
        Err(fault) => return Ok(Err(refused(fault, lang))),
    };
    let lengths = match faststart::lengths(path).await {
        Ok((before, after)) => [before, after].map(|len| i64::try_from(len).unwrap_or(i64::MAX)),
        Err(error) => return Ok(Err(refused(error.into(), lang))),
    };
    let name = ingest::receive::named(name, "video", kind.extension());
    let of = (probe.duration_ms, probe.width, probe.height);
    Ok(Ok(store::same_file(&app.db, &name, lengths, of).await?))
}

/// Copies a file, looks what it is and puts its index in front. Dropped on the way, nothing is left.
pub async fn take_in(
    app: &App,
    path: &Path,
    name: &str,
    copied: Arc<AtomicU64>,
) -> Result<std::result::Result<Ready, Refused>> {
    let lang = app.settings.language;
    let words = lang.words().console;
    if let Ok(metadata) = path.metadata()
        && let Some(Lack { needed, free }) = app.storage.lack(metadata.len()).await
    {
        let sentence = fill(words.upload_no_room, &[&size(needed), &size(free)]);
        return Ok(Err(Refused(sentence)));
    }
    let incoming = match local::copy(&app.storage, path, copied).await {
        Ok(incoming) => incoming,
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Ok(Err(Refused(words.upload_changed.to_owned())));
        }
        Err(error) => return Err(ingest::keep::failed(error)),
    };
    Ok(match examined(incoming, name, lang).await? {
        Ok(video) => Ok(Ready(video.fast(app).await?)),
        Err(Refusal::NotTaken(sentence)) => Err(Refused(sentence)),
        Err(Refusal::NoRoom(error)) => return Err(error),
        Err(Refusal::TooLarge(limit)) => return Err(Error::UploadTooLarge(limit)),
    })
}

/// A video that has its row.
pub struct Published {
    /// Its id.
    pub id: i64,
    /// Whether its index stayed at the end, for want of room to put it in front.
    pub starts_late: bool,
}

/// Gives a file its row, in one transaction with the entry in the log. To be waited for: dropped
/// half-way, the file stays for a day without a video.
///
/// # Errors
/// [`Error::Forbidden`] for who may not add videos any more; whatever the error, nothing is left.
pub async fn publish(
    app: &App,
    rights: &Rights,
    mut form: VideoForm,
    ready: Ready,
) -> Result<Published> {
    let kept = ready.0.keep(app, rights.account.id).await?;
    let starts_late = starts_late(app, &kept.file).await;
    form.hold(kept);
    let saved = save::add(app, rights, &form).await;
    match saved {
        Ok(Outcome::Saved(id)) => Ok(Published { id, starts_late }),
        // Only the day it is kept for, run out in between, could lose it.
        Ok(_) => Err(Error::Timeout),
        Err(error) => {
            form.discard(app).await;
            Err(error)
        }
    }
}

/// Whether a stored file could have its index in front and has not. That is only told: a file that
/// cannot be read now is none.
async fn starts_late(app: &App, file: &File) -> bool {
    if file.facts.starts_fast != Some(false) {
        return false;
    }
    match app.storage.path_of(&file.key).await {
        Ok(Some(path)) => faststart::is_late(&path).await.unwrap_or(false),
        _ => false,
    }
}

fn refused(fault: ProbeError, lang: Lang) -> Refused {
    match fault {
        ProbeError::Io(error) => Refused(fill(lang.words().console.upload_unreadable, &[&error])),
        fault => Refused(said_of(&fault, lang.words()).to_owned()),
    }
}
