//! A film from another container in an MP4: the same pictures and sounds, not encoded again. Subtitles, chapters and
//! attachments inside the file stay behind; no browser shows them.

use std::path::Path;

use super::{
    Failed, Fault,
    store::{self, Task},
    worker::Worker,
};
use crate::{
    db::Time,
    ingest::{self, Probe, ProbeError, VideoKind, keep, receive::named},
    state::App,
    storage::{Incoming, Key, Token},
    videos::{
        playable,
        store::{File, Video, find_in, replace_file},
    },
    web::errors::{Error, Result},
};

/// Milliseconds by which two containers may measure one film differently.
const TOLERANCE: i64 = 1000;

/// A film that was made anew.
pub(super) struct Film {
    incoming: Incoming,
    kind: VideoKind,
    probe: Probe,
    before: File,
}

/// Makes the film and looks what came out.
pub(super) async fn make(
    worker: &Worker,
    video: Video,
    path: &Path,
) -> Result<std::result::Result<Film, Failed>> {
    let storage = &worker.app().storage;
    let (kind, _) = match ingest::examine_video(path).await {
        Ok(found) => found,
        Err(ProbeError::Io(error)) => return Err(keep::failed(error)),
        Err(_) => return Ok(Err(Failed(Fault::Different, None))),
    };
    // What MP4 adds to a film is less than that; a file that is built to grow is cut, and found out below.
    let size = u64::try_from(video.file.size).unwrap_or_default();
    let most = size + size / 4 + (16 << 20);
    if storage.lack(most).await.is_some() {
        return Ok(Err(Failed(Fault::Room, None)));
    }
    let most = most.to_string();
    let incoming = storage.receive().await.map_err(keep::failed)?;
    let after = [
        "-map",
        "0:V:0",
        "-map",
        "0:a?",
        "-map_chapters",
        "-1",
        "-c",
        "copy",
        "-strict",
        "-2",
        "-write_tmcd",
        "0",
        "-movflags",
        "+faststart",
        "-fs",
        &most,
        "-f",
        "mp4",
    ];
    if let Err(failed) = worker
        .ffmpeg((path, kind), &[], &after, incoming.path())
        .await
    {
        incoming.discard().await;
        return Ok(Err(failed));
    }
    let incoming = incoming.measured().await.map_err(keep::failed)?;
    let (kind, probe) = match ingest::examine_video(incoming.path()).await {
        Ok(found) => found,
        Err(ProbeError::Io(error)) => return Err(keep::failed(error)),
        Err(fault) => return Ok(Err(Failed::said(Fault::Different, &fault.to_string()))),
    };
    if kind != VideoKind::Mp4 || !is_same(&video.file, &probe) {
        return Ok(Err(Failed(Fault::Different, None)));
    }
    Ok(Ok(Film {
        incoming,
        kind,
        probe,
        before: video.file,
    }))
}

/// Whether a film that came out is the one that went in: as long, as large, the same way up, with as many sounds, and
/// of the same codecs, which containers spell differently.
fn is_same(before: &File, after: &Probe) -> bool {
    let near = |one: Option<i64>, other: Option<i64>, most: i64| match (one, other) {
        (Some(one), Some(other)) => one.abs_diff(other) <= most.unsigned_abs(),
        // What the old container did not say cannot be compared.
        (None, _) => true,
        (Some(_), None) => false,
    };
    let duration = before.duration.unwrap_or_default();
    let sounds = before
        .facts
        .audio_languages
        .as_deref()
        .map(|tags| match tags {
            "" => 0,
            tags => tags.split(',').count(),
        });
    let codecs = before.codecs.as_deref().map(playable::names);
    near(
        before.duration,
        after.duration_ms,
        TOLERANCE.max(duration / 200),
    ) && near(before.width, after.width, 2)
        && near(before.height, after.height, 2)
        && before.facts.rotation.unwrap_or_default() == after.rotation.unwrap_or_default()
        && sounds.is_none_or(|sounds| sounds == after.audio.len())
        && codecs.is_some()
        && codecs == after.codecs.as_deref().map(playable::names)
}

impl Film {
    /// Gives the film to its video in place of the one it was made from; throws it away if the video has another by
    /// now, or is gone.
    pub(super) async fn publish(self, app: &App, task: Task, worker: &Token) -> Result<()> {
        let Film {
            incoming,
            kind,
            probe,
            before,
        } = self;
        let size = i64::try_from(incoming.len()).unwrap_or(i64::MAX);
        let key = keep::place(app, incoming, kind.extension(), Time::now()).await?;
        let file = probe.described(kind, key.clone(), renamed(&before.file_name, kind), size);
        match take_over(app, (task, worker), &before, &file).await {
            Ok(true) => {
                keep::remove(app, &[before.key]).await;
                Ok(())
            }
            Ok(false) => {
                keep::remove(app, &[key]).await;
                Ok(())
            }
            // Whether the commit went through is not known: what no row names goes within the hour.
            Err(error) => Err(error),
        }
    }
}

async fn take_over(
    app: &App,
    (task, worker): (Task, &Token),
    before: &File,
    after: &File,
) -> Result<bool> {
    let mut tx = app.db.begin().await?;
    let now: Option<Key> = find_in(&mut tx, task.video)
        .await?
        .map(|video| video.file.key);
    if now.as_ref() != Some(&before.key) {
        return Ok(false);
    }
    let sent = (before.file_name.clone(), before.size);
    if !store::done(&mut tx, task, worker, Some(sent)).await? {
        return Ok(false);
    }
    keep::spare(&mut tx, &after.key).await?;
    replace_file(&mut tx, task.video, after).await?;
    keep::doom(&mut tx, &before.key).await?;
    tx.commit().await.map_err(Error::from)?;
    Ok(true)
}

/// The name that a file was sent under, with the ending of what it is now.
fn renamed(name: &str, kind: VideoKind) -> String {
    let stem = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() < 20 => stem,
        _ => name,
    };
    named(
        &format!("{stem}.{}", kind.extension()),
        "video",
        kind.extension(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::videos::store::Facts;

    #[test]
    fn a_film_is_renamed_by_its_ending_alone() {
        let mp4 = |name: &str| renamed(name, VideoKind::Mp4);
        assert_eq!(mp4("1강. 인사.mkv"), "1강. 인사.mp4");
        assert_eq!(mp4("강의"), "강의.mp4");
        assert_eq!(mp4(".mkv"), ".mkv.mp4");
        assert_eq!(mp4(&"가".repeat(300)).chars().count(), 255);
    }

    fn before() -> File {
        File {
            duration: Some(6000),
            width: Some(320),
            height: Some(180),
            codecs: Some("vp9,mp4a.40.2".to_owned()),
            facts: Facts {
                container: Some("mkv".to_owned()),
                audio_languages: Some("kor,und".to_owned()),
                ..Facts::default()
            },
            ..File::plain(Key::random("mkv").unwrap(), String::new(), "", 1)
        }
    }

    fn after() -> Probe {
        Probe {
            duration_ms: Some(6023),
            width: Some(320),
            height: Some(180),
            codecs: Some("vp09.00.31.08,mp4a.40.2".to_owned()),
            rotation: Some(0),
            audio: vec![Some("kor".to_owned()), None],
            ..Probe::default()
        }
    }

    #[test]
    fn what_comes_out_must_be_what_went_in() {
        assert!(is_same(&before(), &after()));
        type Change = fn(&mut Probe);
        let changes: [Change; 7] = [
            |after| after.duration_ms = Some(4900),
            |after| after.duration_ms = None,
            |after| after.width = Some(180),
            |after| after.rotation = Some(90),
            |after| drop(after.audio.pop()),
            |after| after.codecs = Some("vp09.00.31.08".to_owned()),
            |after| after.codecs = None,
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let mut other = after();
            change(&mut other);
            assert!(!is_same(&before(), &other), "change {number}");
        }
    }
}
