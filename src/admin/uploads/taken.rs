//! A piece that arrives: taken, refused, or taken without a word of it in the database.

use axum::{
    http::{StatusCode, header},
    response::Response,
};

use super::{
    arriving::Arriving,
    protocol::{self, said},
    sender::Sender,
};
use crate::{
    admin::models::videos::said_of,
    db::Time,
    ingest::unfinished::{
        self, Held,
        finish::{self, Outcome},
        piece::{self, Checksum, Ending},
        room,
    },
    web::errors::{Error, Result},
    words::{fill, format},
};

/// How far the upload has come and when it is thrown away, or the answer to a piece that was not taken
/// whole.
type Taken = std::result::Result<(u64, Time), Response>;

/// Takes a piece, and ends the upload if it was the last one.
pub(super) async fn taken(
    sender: &Sender,
    mut held: Held,
    declared: Option<u64>,
    mut body: Arriving,
    checksum: Option<Checksum>,
) -> Result<Taken> {
    let app = &sender.app;
    if declared.is_some_and(|bytes| bytes > held.room(app)) {
        return Ok(Err(too_long(sender, held.upload.length.is_some())));
    }
    if !room::takes(app, declared.unwrap_or_default()).await {
        let full = sender.words.uploads.full;
        return Ok(Err(said(StatusCode::INSUFFICIENT_STORAGE, full)));
    }
    let proves = checksum.is_some();
    let mut noted = false;
    let done = match piece::receive(app, &mut held, body.read(), checksum).await {
        Ok(ending) => settled(sender, held, (ending, proves), &mut noted).await,
        Err(error) => Err(error),
    };
    match done {
        Err(error) => unnoted(sender, error, noted || !proves).await,
        done => done,
    }
}

/// The answer to more bytes than an upload has, or than any may have where its length is not known.
pub(super) fn too_long(sender: &Sender, is_known: bool) -> Response {
    let words = sender.words.uploads;
    let limit = sender.app.settings.max_upload_size;
    let sentence = if is_known {
        words.too_long.to_owned()
    } else {
        let limit = format::size(i64::try_from(limit).unwrap_or(i64::MAX));
        fill(words.over_limit, &[&limit])
    };
    said(StatusCode::PAYLOAD_TOO_LARGE, &sentence)
}

/// Notes that a piece has ended, and ends the upload if it is whole. `noted` is set once what is on the
/// disk counts, whatever comes after that.
async fn settled(
    sender: &Sender,
    mut held: Held,
    (ending, proves): (Ending, bool),
    noted: &mut bool,
) -> Result<Taken> {
    let (app, words) = (&sender.app, sender.words.uploads);
    match sender.still().await {
        Err(Error::Forbidden) => {
            unfinished::discard(app, held).await?;
            return Err(Error::Forbidden);
        }
        Err(Error::SignedOut) => {
            // With its sender's account it is gone at once.
            if !unfinished::went_on(app, &mut held).await? {
                unfinished::discard(app, held).await?;
            }
            return Err(Error::SignedOut);
        }
        other => other?,
    }
    if ending == Ending::NotAVideo {
        unfinished::discard(app, held).await?;
        let sentence = sender.words.admin.file_not_a_video;
        return Ok(Err(said(StatusCode::UNPROCESSABLE_ENTITY, sentence)));
    }
    if !unfinished::went_on(app, &mut held).await? {
        unfinished::discard(app, held).await?;
        return Ok(Err(sender.nothing()));
    }
    *noted = true;
    let lost = |kept| if proves { words.dropped } else { kept };
    let (status, sentence) = match ending {
        Ending::Taken | Ending::NotAVideo => (StatusCode::OK, ""),
        Ending::Broken => (StatusCode::BAD_REQUEST, lost(words.broken)),
        Ending::Stalled => (StatusCode::REQUEST_TIMEOUT, lost(words.broken)),
        Ending::Stopped => (StatusCode::LOCKED, lost(words.stopped)),
        Ending::Full => (StatusCode::INSUFFICIENT_STORAGE, full(sender, !proves)),
        Ending::Mismatch => (protocol::mismatch(), words.mismatch),
        Ending::TooLong => {
            let is_known = held.upload.length.is_some();
            return Ok(Err(too_long(sender, is_known)));
        }
    };
    if ending != Ending::Taken {
        return Ok(Err(said(status, sentence)));
    }
    if !held.is_whole() {
        return Ok(Ok((held.partial.len(), held.upload.expires_at)));
    }
    let length = held.partial.len();
    Ok(match finish::finish(app, held).await? {
        Outcome::Finished(finished) => Ok((length, finished.expires_at)),
        Outcome::Refused(fault) => {
            let sentence = said_of(&fault, sender.words);
            Err(said(StatusCode::UNPROCESSABLE_ENTITY, sentence))
        }
        Outcome::Gone => Err(sender.nothing()),
    })
}

fn full(sender: &Sender, kept: bool) -> &'static str {
    let words = sender.words.uploads;
    if kept { words.full } else { words.full_dropped }
}

/// The answer when the database did not take what was to be noted of a piece: whether its bytes are
/// there all the same is what its sender has to know.
async fn unnoted(sender: &Sender, error: Error, kept: bool) -> Result<Taken> {
    let words = sender.words.uploads;
    let sentence = match &error {
        Error::Full => {
            sender.app.storage.drop_ballast().await;
            full(sender, kept)
        }
        Error::Busy(_) | Error::Unreachable(_) if kept => words.unnoted,
        Error::Busy(_) | Error::Unreachable(_) => words.unnoted_dropped,
        _ => return Err(error),
    };
    tracing::warn!("a piece of an upload could not be noted: {error}");
    let mut response = said(error.status(), sentence);
    if let Some(seconds) = error.retry_after() {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    Ok(Err(response))
}
