//! One piece of an upload: taken, and answered with how far the whole has come.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    arriving::Arriving,
    protocol::{self, said},
    sender::Sender,
    taken::{taken, too_long},
    unknown_algorithm,
};
use crate::{
    db::Time,
    ingest::unfinished::{self, State as At},
    storage::Token,
    web::errors::{Error, Result},
};

/// `PATCH`: the next piece.
pub(super) async fn go_on(
    sender: &Sender,
    token: &Token,
    headers: &HeaderMap,
    mut body: Arriving,
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
            } else if declared.is_none_or(|bytes| bytes > 0) && !body.is_empty().await {
                too_long(sender, true)
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
