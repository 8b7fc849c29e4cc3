//! One piece of an upload, from the network to the disk.

use axum::body::Body;
use http_body_util::BodyExt;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use tower_http::timeout::TimeoutError;

use super::{Held, store};
use crate::{
    ingest::{self, keep},
    state::App,
    storage::{Partial, is_full},
    web::{
        errors::{Error, Result},
        form::has_source,
    },
};

/// Once this many bytes are there, what is no video at all is refused, however long it would be.
const JUDGED: u64 = 64 << 10;

/// What a piece is said to hash to.
pub enum Checksum {
    /// FIPS 180-4.
    Sha1(Sha1, Vec<u8>),
    /// FIPS 180-4.
    Sha256(Sha256, Vec<u8>),
}

impl Checksum {
    /// The names of the algorithms, as the protocol writes them.
    pub const ALGORITHMS: &str = "sha1,sha256";

    /// By an algorithm's name; `None` for one that is not known.
    pub fn new(algorithm: &str, expected: Vec<u8>) -> Option<Checksum> {
        match algorithm {
            "sha1" => Some(Checksum::Sha1(Sha1::new(), expected)),
            "sha256" => Some(Checksum::Sha256(Sha256::new(), expected)),
            _ => None,
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Checksum::Sha1(hash, _) => hash.update(bytes),
            Checksum::Sha256(hash, _) => hash.update(bytes),
        }
    }

    fn proves(self) -> bool {
        match self {
            Checksum::Sha1(hash, expected) => hash.finalize()[..] == expected,
            Checksum::Sha256(hash, expected) => hash.finalize()[..] == expected,
        }
    }
}

/// How a piece ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All of it is there.
    Taken,
    /// The connection broke; what came is there, unless it had a checksum.
    Broken,
    /// The connection stood still; as broken.
    Stalled,
    /// Somebody else asked for the upload; as broken.
    Stopped,
    /// The disk is full; as broken.
    Full,
    /// It is not what its checksum says; nothing of it is there.
    Mismatch,
    /// It goes on after the upload's end; nothing of it is there.
    TooLong,
    /// No video begins like this.
    NotAVideo,
}

/// Receives a piece. When this returns, what [`Partial::len`] counts would outlive a power cut.
///
/// # Errors
/// A fault of the disk other than a full one, or of the database.
pub async fn receive(
    app: &App,
    held: &mut Held,
    body: &mut Body,
    checksum: Option<Checksum>,
) -> Result<Ending> {
    let begin = held.partial.len();
    let proves = checksum.is_some();
    if proves {
        let from = i64::try_from(begin).unwrap_or(i64::MAX);
        store::unproved(&app.db, &held.upload.token, from).await?;
    }
    let room = held.room(app);
    let partial = &mut held.partial;
    let ending = match stream(partial, body, room, checksum).await {
        Ok(ending) => ending,
        Err(error) if is_full(&error) => Ending::Full,
        Err(error) => {
            let _ = partial.sync().await;
            return Err(keep::failed(error));
        }
    };
    let loses_it = ending == Ending::TooLong || proves && ending != Ending::Taken;
    if loses_it {
        partial.cut(begin).await.map_err(keep::failed)?;
        return Ok(ending);
    }
    match partial.sync().await {
        Ok(()) if begin < JUDGED && ending == Ending::Taken => judged(partial).await,
        Ok(()) => Ok(ending),
        Err(error) if is_full(&error) => {
            if proves {
                partial.cut(begin).await.map_err(keep::failed)?;
            }
            Ok(Ending::Full)
        }
        Err(error) => Err(Error::Internal(error.into())),
    }
}

/// What is too short to be judged is judged at its end.
async fn judged(partial: &Partial) -> Result<Ending> {
    let is_video = partial.len() < JUDGED
        || ingest::begins_a_video(partial.path())
            .await
            .map_err(keep::failed)?;
    Ok(if is_video {
        Ending::Taken
    } else {
        Ending::NotAVideo
    })
}

async fn stream(
    partial: &mut Partial,
    body: &mut Body,
    room: u64,
    mut checksum: Option<Checksum>,
) -> std::io::Result<Ending> {
    let stop = partial.asked_to_stop();
    let mut waits_for_judgement = partial.len() < JUDGED && checksum.is_none();
    let mut got = 0;
    loop {
        let frame = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(Ending::Stopped),
            frame = body.frame() => frame,
        };
        let bytes = match frame {
            None => break,
            Some(Ok(frame)) => frame.into_data().unwrap_or_default(),
            Some(Err(error)) if has_source::<TimeoutError>(&error) => return Ok(Ending::Stalled),
            Some(Err(_)) => return Ok(Ending::Broken),
        };
        got += bytes.len() as u64;
        if got > room {
            return Ok(Ending::TooLong);
        }
        if let Some(checksum) = &mut checksum {
            checksum.update(&bytes);
        }
        partial.write(&bytes).await?;
        if waits_for_judgement && partial.len() >= JUDGED {
            partial.flush().await?;
            if !ingest::begins_a_video(partial.path()).await? {
                return Ok(Ending::NotAVideo);
            }
            waits_for_judgement = false;
        }
    }
    let is_right = checksum.is_none_or(Checksum::proves);
    Ok(if is_right {
        Ending::Taken
    } else {
        Ending::Mismatch
    })
}
