//! What ffmpeg does for videos in the background, where it is there: a film whose codecs are fine is put from MKV or
//! MOV into MP4 without being encoded again, and a video without a picture gets one.
//!
//! A job is a row: put in by the transaction that publishes the file, taken by one [`worker`], and gone with the file
//! or the video. What came out goes through the same doors as an upload: it is examined here, placed under a new key,
//! and given to the row only if that still has the file it was made from.

mod picture;
mod remux;
mod store;
pub mod worker;

use crate::{
    db::{Result, Time, Tx},
    state::App,
    videos::{
        playable,
        store::{File, Thumbnail, Video},
    },
    web::text,
};

pub use store::{Job, of_video};

/// How often a job is begun at most, when the site ends in the middle of it.
const TRIES: i64 = 3;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The same pictures and sounds in an MP4.
    Remux,
    /// A picture out of the film.
    Thumbnail,
}

impl Kind {
    /// In the order in which they are shown.
    pub const ALL: [Kind; 2] = [Kind::Remux, Kind::Thumbnail];

    /// The value in the database and in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Remux => "remux",
            Kind::Thumbnail => "thumbnail",
        }
    }

    /// Reads the value of the database or an address.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether a video with this file and picture is in need of it.
    pub fn helps(self, file: &File, thumbnail: &Thumbnail) -> bool {
        match self {
            Kind::Remux => is_better_as_mp4(file),
            Kind::Thumbnail => thumbnail.large.is_none(),
        }
    }
}

impl TryFrom<String> for Kind {
    type Error = String;

    fn try_from(name: String) -> std::result::Result<Kind, String> {
        Kind::from_name(&name).ok_or_else(|| format!("kind of job {name:?} in the database"))
    }
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has taken it yet.
    Waiting,
    /// A worker has it.
    Running,
    /// It was done.
    Done,
    /// It came to nothing, and is left alone until somebody asks for it again.
    Failed,
}

impl State {
    const ALL: [State; 4] = [State::Waiting, State::Running, State::Done, State::Failed];

    /// The value in the database.
    pub fn name(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Running => "running",
            State::Done => "done",
            State::Failed => "failed",
        }
    }
}

impl TryFrom<String> for State {
    type Error = String;

    fn try_from(name: String) -> std::result::Result<State, String> {
        let mut all = State::ALL.into_iter();
        all.find(|state| state.name() == name)
            .ok_or_else(|| format!("state of a job {name:?} in the database"))
    }
}

/// Why a job came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// ffmpeg could not do it.
    Program,
    /// It took too long.
    Time,
    /// The disk has no room for the result.
    Room,
    /// What came out is not what went in.
    Different,
    /// The site ended in the middle of it every time.
    Interrupted,
    /// The video's file is not there.
    Missing,
    /// Our own fault, which the log tells.
    Site,
}

impl Fault {
    const ALL: [Fault; 7] = [
        Fault::Program,
        Fault::Time,
        Fault::Room,
        Fault::Different,
        Fault::Interrupted,
        Fault::Missing,
        Fault::Site,
    ];

    /// The value in the database.
    pub fn name(self) -> &'static str {
        match self {
            Fault::Program => "program",
            Fault::Time => "time",
            Fault::Room => "room",
            Fault::Different => "different",
            Fault::Interrupted => "interrupted",
            Fault::Missing => "missing",
            Fault::Site => "site",
        }
    }

    /// Reads the value of the database.
    pub fn from_name(name: &str) -> Option<Fault> {
        Fault::ALL.into_iter().find(|fault| fault.name() == name)
    }
}

/// Why a job came to nothing, and what ffmpeg said of it.
struct Failed(Fault, Option<String>);

impl Failed {
    /// With what ffmpeg said, fit to be shown.
    fn said(fault: Fault, line: &str) -> Failed {
        let line: String = line
            .chars()
            .filter(|letter| !text::hides(*letter))
            .collect();
        Failed(fault, Some(line).filter(|line| !line.is_empty()))
    }
}

/// What MP4 holds, and browsers play in it.
const PICTURES: [&str; 3] = ["H.264", "AV1", "VP9"];

/// Likewise.
const SOUNDS: [&str; 4] = ["AAC", "MP3", "Opus", "FLAC"];

/// Whether a file's container is all that keeps it from playing everywhere, or from being known by every player.
fn is_better_as_mp4(file: &File) -> bool {
    let container = file.facts.container.as_deref();
    let names = file
        .codecs
        .as_deref()
        .map(playable::names)
        .unwrap_or_default();
    matches!(container, Some("mkv" | "mov"))
        && matches!(names.split_first(), Some((picture, sounds))
            if PICTURES.contains(picture) && sounds.iter().all(|sound| SOUNDS.contains(sound)))
}

/// Notes, in the transaction that gives a video this file, what is to be done for it; what was to be done for another
/// file is forgotten. Afterwards [`App::work`](crate::state::Parts::work) is to be told.
pub async fn begin(
    app: &App,
    tx: &mut Tx,
    id: i64,
    (file, thumbnail): (&File, &Thumbnail),
    now: Time,
) -> Result<()> {
    for kind in Kind::ALL {
        store::forget(tx, id, kind).await?;
        if app.ffmpeg.is_some() && kind.helps(file, thumbnail) {
            store::add(tx, id, kind, now).await?;
        }
    }
    Ok(())
}

/// Notes, in the transaction that gives a video another picture or takes it away, that ffmpeg's is not wanted.
pub async fn forget_picture(tx: &mut Tx, id: i64) -> Result<()> {
    store::forget(tx, id, Kind::Thumbnail).await
}

/// Puts a job in that somebody asked for, in the transaction that has found the video with
/// [`find_in`](crate::videos::store::find_in); `false` when there is nothing to be done, or somebody is at it.
pub async fn ask(tx: &mut Tx, video: &Video, kind: Kind, now: Time) -> Result<bool> {
    if !kind.helps(&video.file, &video.thumbnail) {
        return Ok(false);
    }
    store::ask(tx, video.id, kind, now).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{storage::Key, videos::store::Facts};

    fn file(container: &str, codecs: Option<&str>) -> File {
        let key = Key::random("mkv").unwrap();
        File {
            codecs: codecs.map(str::to_owned),
            facts: Facts {
                container: Some(container.to_owned()),
                ..Facts::default()
            },
            ..File::plain(key, String::new(), "video/x-matroska", 1)
        }
    }

    #[test]
    fn only_what_mp4_holds_and_browsers_play_is_put_into_it() {
        for (container, codecs, expected) in [
            ("mkv", "avc1.64001f,mp4a.40.2", true),
            ("mkv", "avc1", true),
            ("mkv", "vp9,opus", true),
            ("mkv", "av01.0.08M.10,flac", true),
            ("mov", "avc1.64001f,mp4a.6B", true),
            ("mov", "avc1.64001f,sowt", false),
            ("mov", "apch,mp4a.40.2", false),
            ("mkv", "avc1.64001f,ac-3", false),
            ("mkv", "hvc1.1.6.L93.B0,mp4a.40.2", false),
            ("mkv", "vp8,vorbis", false),
            ("mp4", "avc1.64001f,mp4a.40.2", false),
            ("webm", "vp9,opus", false),
        ] {
            let file = file(container, Some(codecs));
            let none = Thumbnail::default();
            assert_eq!(
                Kind::Remux.helps(&file, &none),
                expected,
                "{container} {codecs}"
            );
        }
        assert!(!is_better_as_mp4(&file("mkv", None)));
    }

    #[test]
    fn every_value_of_the_database_reads_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::try_from(kind.name().to_owned()), Ok(kind));
        }
        for state in State::ALL {
            assert_eq!(State::try_from(state.name().to_owned()), Ok(state));
        }
        for fault in Fault::ALL {
            assert_eq!(Fault::from_name(fault.name()), Some(fault));
        }
    }
}
