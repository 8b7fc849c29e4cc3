//! One piece of an upload: taken, and answered with how far the whole has come.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    arriving::Arriving,
    protocol::{self, said},
    sender::Sender,
    unknown_algorithm,
};
use crate::{
    admin::models::videos::said_of,
    db::Time,
    ingest::unfinished::{
        self, Held, State as At,
        finish::{self, Outcome},
        piece::{self, Checksum, Ending},
    },
    storage::Token,
    web::errors::{Error, Result},
};

/// `PATCH`: the next piece.
pub(super) async fn go_on(
    sender: &Sender,
    token: &Token,
    headers: &HeaderMap,
    body: Arriving,
) -> Result {
    let app = &sender.app;
    if !protocol::is_piece(headers) {
        return Err(Error::Unsupported);
    }
    let offset = protocol::number(headers, protocol::OFFSET)?.ok_or(Error::BadRequest)?;
    let length = protocol::number(headers, protocol::LENGTH)?;
    let declared = protocol::number(headers, header::CONTENT_LENGTH)?;
    let checksum = match protocol::checksum(headers)? {
        Ok(checksum) => checksum,
        Err(()) => return Ok(unknown_algorithm(sender)),
    };
    let mut held = match unfinished::open(app, sender.user, token, false).await? {
        At::Open(held) => held,
        At::Finished(finished) => {
            let there = u64::try_from(finished.length).unwrap_or_default();
            return Ok(if offset != there {
                conflict(sender, there)
            } else if declared.is_none_or(|bytes| bytes > 0) && !body.is_empty() {
                said(StatusCode::PAYLOAD_TOO_LARGE, sender.words.uploads.too_long)
            } else {
                gone_on(there, finished.expires_at)
            });
        }
        other => return Ok(sender.not_open(&other)),
    };
    if offset != held.partial.len() {
        return Ok(conflict(sender, held.partial.len()));
    }
    if let Some(length) = length {
        match held.upload.length() {
            Some(known) if known != length => return Err(Error::BadRequest),
            Some(_) => {}
            None if length < offset => return Err(Error::BadRequest),
            None if length > app.settings.max_upload_size => {
                return Err(Error::UploadTooLarge(app.settings.max_upload_size));
            }
            None => unfinished::set_length(app, &mut held, length).await?,
        }
    }
    Ok(
        match taken(sender, *held, declared, body, checksum).await? {
            Ok((offset, expires)) => gone_on(offset, expires),
            Err(answer) => answer,
        },
    )
}

fn gone_on(offset: u64, end: Time) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    response
        .headers_mut()
        .insert(protocol::OFFSET, offset.into());
    protocol::expires(&mut response, end);
    response
}

fn conflict(sender: &Sender, there: u64) -> Response {
    let mut response = said(StatusCode::CONFLICT, sender.words.uploads.offset);
    response
        .headers_mut()
        .insert(protocol::OFFSET, there.into());
    response
}

/// Takes a piece, and ends the upload if it was the last one: how far it has come and when it is thrown
/// away, or the answer to a piece that was not taken whole.
pub(super) async fn taken(
    sender: &Sender,
    mut held: Held,
    declared: Option<u64>,
    mut body: Arriving,
    checksum: Option<Checksum>,
) -> Result<std::result::Result<(u64, Time), Response>> {
    let (app, words) = (&sender.app, sender.words.uploads);
    if declared.is_some_and(|bytes| bytes > held.room(app)) {
        return Ok(Err(said(StatusCode::PAYLOAD_TOO_LARGE, words.too_long)));
    }
    if !unfinished::takes(app, declared.unwrap_or_default()).await {
        return Ok(Err(said(StatusCode::INSUFFICIENT_STORAGE, words.full)));
    }
    let ending = piece::receive(app, &mut held, body.read(), checksum).await?;
    match sender.still().await {
        Err(Error::Forbidden) => {
            unfinished::discard(app, held).await?;
            return Err(Error::Forbidden);
        }
        Err(Error::SignedOut) => {
            unfinished::went_on(app, &mut held).await?;
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
    let (status, sentence) = match ending {
        Ending::Taken | Ending::NotAVideo => (StatusCode::OK, ""),
        Ending::Broken => (StatusCode::BAD_REQUEST, words.broken),
        Ending::Stalled => (StatusCode::REQUEST_TIMEOUT, words.broken),
        Ending::Stopped => (StatusCode::LOCKED, words.stopped),
        Ending::Full => (StatusCode::INSUFFICIENT_STORAGE, words.full),
        Ending::Mismatch => (protocol::mismatch(), words.mismatch),
        Ending::TooLong => (StatusCode::PAYLOAD_TOO_LARGE, words.too_long),
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
