//! The fields of a form with files while they arrive: texts into memory, files straight to the disk.

use axum::{
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError, MultipartRejection},
    },
    http::header,
};
use http_body_util::LengthLimitError;
use tower_http::timeout::TimeoutError;

use super::unfinished::room;
use crate::{
    state::App,
    storage::{Incoming, Promise, is_full},
    web::{
        errors::{Error, Result},
        form::has_source,
        meter::{Endless, Meter, metered},
        text,
    },
};

/// Why a file was not taken.
pub enum Refusal {
    /// Larger than this many bytes.
    TooLarge(u64),
    /// Of a kind that is not taken; the sentence for its sender.
    NotTaken(String),
    /// The disk has no room for it: [`Error::Full`] or [`Error::RoomTaken`].
    NoRoom(Error),
}

/// Bytes of a request for which nobody asks beforehand whether they fit.
const SMALL: u64 = 1 << 20;

/// A form on its way: what of it waits in memory, and the room that its files are promised.
pub struct Arrival {
    meter: Meter,
    /// `None` where the request is small, or does not tell its length.
    room: Option<Result<Promise>>,
}

impl Arrival {
    async fn new(app: &App, meter: Meter, length: Option<u64>) -> Result<Arrival> {
        let room = match length.filter(|length| *length > SMALL) {
            Some(length) => match room::promise(app, length).await {
                Err(error @ (Error::Full | Error::RoomTaken)) => Some(Err(error)),
                other => Some(Ok(other?)),
            },
            None => None,
        };
        Ok(Arrival { meter, room })
    }

    /// Notes that the reader has got something: see [`Meter::got`].
    pub fn got(&self) {
        self.meter.got();
    }

    /// Why no file of it is taken.
    fn refusal(&self) -> Option<Refusal> {
        match &self.room {
            Some(Err(Error::RoomTaken)) => Some(Refusal::NoRoom(Error::RoomTaken)),
            Some(Err(_)) => Some(Refusal::NoRoom(Error::Full)),
            Some(Ok(_)) | None => None,
        }
    }

    /// Notes that so many bytes of a file are about to be on the disk.
    fn took(&self, bytes: usize) {
        self.got();
        if let Some(Ok(promise)) = &self.room {
            promise.kept(bytes as u64);
        }
    }
}

/// The body as multipart: refused by its header when it is longer than a file of `limit` bytes, or as
/// many files as may come at once, and `slack` bytes for the rest. One that the disk has no room for is
/// read all the same, so that what was typed comes back, but its files are not taken.
pub async fn multipart(
    app: &App,
    request: Request,
    limit: u64,
    slack: u64,
) -> Result<(Multipart, Arrival)> {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit.saturating_add(slack)) {
        return Err(Error::UploadTooLarge(limit));
    }
    let (head, body) = request.into_parts();
    let (body, meter) = metered(body);
    let parts = Multipart::from_request(Request::from_parts(head, body), app)
        .await
        .map_err(|rejection| match rejection {
            MultipartRejection::InvalidBoundary(_) => Error::Unsupported,
            _ => Error::BadRequest,
        })?;
    Ok((parts, Arrival::new(app, meter, length).await?))
}

/// A file field without a file has an empty name.
pub fn is_chosen(field: &Field<'_>) -> bool {
    field.file_name().is_some_and(|name| !name.is_empty())
}

/// The name of a field's file: see [`name_in`].
pub fn last_part(field: &Field<'_>) -> String {
    name_in(field.file_name().unwrap_or_default())
}

/// A file's name as it is stored: see [`text::file_name`].
pub fn name_in(name: &str) -> String {
    text::tidy(&text::file_name(name))
}

/// A file's name in at most 255 characters with its ending kept, or one made for it.
pub fn named(name: &str, alone: &str, extension: &str) -> String {
    const LONGEST: usize = 255;
    if name.is_empty() {
        return format!("{alone}.{extension}");
    }
    let length = name.chars().count();
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if length > LONGEST && ending.len() < 20 => (stem, ending),
        _ => return name.chars().take(LONGEST).collect(),
    };
    let stem: String = stem.chars().take(LONGEST - 1 - ending.len()).collect();
    format!("{stem}.{ending}")
}

/// A text field; all of them together at most `room` bytes.
pub async fn typed(mut field: Field<'_>, arrival: &Arrival, room: &mut usize) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        arrival.got();
        *room = room.checked_sub(chunk.len()).ok_or(Error::TooLarge)?;
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Error::BadRequest)
}

/// Streams a file of at most `limit` bytes to the disk. Once it is refused the rest is read and thrown
/// away: a browser reads no answer before it has sent everything, and so the form comes back with
/// what was typed. That ends at `most` bytes.
pub async fn receive(
    app: &App,
    limit: u64,
    most: u64,
    arrival: &Arrival,
    mut field: Field<'_>,
) -> Result<std::result::Result<Incoming, Refusal>> {
    let mut read: u64 = 0;
    let mut state = match arrival.refusal() {
        Some(refusal) => Err(refusal),
        None => match app.storage.receive().await {
            Ok(incoming) => Ok(incoming),
            Err(error) => Err(refused(error)?),
        },
    };
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        arrival.took(chunk.len());
        read += chunk.len() as u64;
        if read > most {
            return Err(Error::UploadTooLarge(limit));
        }
        if read > limit && state.is_ok() {
            state = Err(Refusal::TooLarge(limit));
        }
        if let Ok(incoming) = &mut state
            && let Err(error) = incoming.write(&chunk).await
        {
            state = Err(refused(error)?);
        }
    }
    if let Ok(incoming) = &mut state
        && let Err(error) = incoming.flush().await
    {
        state = Err(refused(error)?);
    }
    Ok(state)
}

fn refused(error: std::io::Error) -> Result<Refusal> {
    if is_full(&error) {
        Ok(Refusal::NoRoom(Error::Full))
    } else {
        Err(Error::Internal(error.into()))
    }
}

/// A body that ended early, stalled, never came to an end, or is no multipart.
pub fn broken(error: MultipartError) -> Error {
    let is_too_long = has_source::<Endless>(&error) || has_source::<LengthLimitError>(&error);
    if has_source::<TimeoutError>(&error) {
        Error::Timeout
    } else if is_too_long {
        Error::TooLarge
    } else {
        Error::BadRequest
    }
}
