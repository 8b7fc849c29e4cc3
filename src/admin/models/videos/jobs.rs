//! What ffmpeg does for a video in the background, in words, and the button that asks for it.

use super::{
    MODEL,
    form::{found, told},
    save::still,
};
use crate::{
    admin::{AnyId, Desk, forms, model::Verb},
    db::Time,
    ingest::jobs::{self, Fault, Job, Kind, State},
    state::App,
    videos::store::{File, Thumbnail, Video, find_in},
    web::{
        errors::{Error, Result},
        form::Typed,
        frame::Level,
        page,
    },
    words::{Catalogue, jobs::Words},
};

/// A job in words.
pub struct JobRow {
    /// What is done.
    pub name: &'static str,
    /// How far it is.
    pub state: &'static str,
    /// The same for the style sheet: a state's name, or `none`.
    pub tone: &'static str,
    /// What there is to say about it.
    pub sentence: Option<&'static str>,
    /// The last that ffmpeg said of it.
    pub said: Option<String>,
    /// What asks for it: the value to send, and the button's words.
    pub button: Option<(&'static str, &'static str)>,
}

impl JobRow {
    /// What is done, could not be done, or may be asked for; nothing where nothing is to be done. May be asked for by
    /// who may change the video, where there is an ffmpeg.
    pub fn all(
        video: &Video,
        jobs: &[Job],
        (has_ffmpeg, may_change): (bool, bool),
        t: &Catalogue,
    ) -> Vec<JobRow> {
        let words = t.jobs;
        let row = |kind: Kind| {
            let job = jobs.iter().find(|job| job.kind == kind);
            let helps = kind.helps(&video.file, &video.thumbnail);
            let may_ask = has_ffmpeg && may_change && helps;
            let state = job.map(|job| job.state);
            if state.is_none() && !may_ask {
                return None;
            }
            let is_open = matches!(state, Some(State::Waiting | State::Running));
            let ask = if state.is_none() {
                words.now
            } else {
                words.again
            };
            Some(JobRow {
                name: match kind {
                    Kind::Remux => words.remux,
                    Kind::Thumbnail => words.thumbnail,
                },
                state: state_word(state, has_ffmpeg, words),
                tone: state.map_or("none", State::name),
                sentence: match job.and_then(|job| job.fault.as_deref()) {
                    Some(fault) => Fault::from_name(fault).map(|fault| fault_words(fault, words)),
                    None => (helps && kind == Kind::Remux).then_some(words.remux_help),
                },
                said: job.and_then(|job| job.said.clone()),
                button: (may_ask && !is_open).then_some((kind.name(), ask)),
            })
        };
        Kind::ALL.into_iter().filter_map(row).collect()
    }
}

fn state_word(state: Option<State>, has_ffmpeg: bool, words: &Words) -> &'static str {
    match state {
        None => words.not_begun,
        Some(State::Waiting) if !has_ffmpeg => words.waiting_in_vain,
        Some(State::Waiting) => words.waiting,
        Some(State::Running) => words.running,
        Some(State::Done) => words.done,
        Some(State::Failed) => words.failed,
    }
}

fn fault_words(fault: Fault, words: &Words) -> &'static str {
    match fault {
        Fault::Program => words.fault_program,
        Fault::Time => words.fault_time,
        Fault::Room => words.fault_room,
        Fault::Different => words.fault_different,
        Fault::Interrupted => words.fault_interrupted,
        Fault::Missing => words.fault_missing,
        Fault::Site => words.fault_site,
    }
}

/// Whether a file that was just published is put into MP4 by itself.
pub(super) fn will_become_mp4(app: &App, file: &File) -> bool {
    app.ffmpeg.is_some() && Kind::Remux.helps(file, &Thumbnail::default())
}

/// Whether a video's file is about to become an MP4, so that nobody need do it by hand.
pub(super) fn is_becoming_mp4(jobs: &[Job]) -> bool {
    let is_open = |state| matches!(state, State::Waiting | State::Running);
    let mut jobs = jobs.iter();
    jobs.any(|job| job.kind == Kind::Remux && is_open(job.state))
}

/// `POST /admin/videos/video/{id}/jobs/`, field `kind`.
pub(super) async fn ask(desk: Desk, id: AnyId, Typed(asked): Typed) -> Result {
    desk.rights.need(Verb::Change, &MODEL)?;
    let video = match found(&desk, &id).await? {
        Ok(video) => video,
        Err(gone) => return Ok(gone),
    };
    let kind = Kind::from_name(forms::value(&asked, "kind")).ok_or(Error::BadRequest)?;
    let app = desk.app();
    let mut is_put_in = false;
    if app.ffmpeg.is_some() {
        let mut tx = app.db.begin().await?;
        still(&mut tx, &desk.rights, Verb::Change).await?;
        if let Some(video) = find_in(&mut tx, video.id).await? {
            is_put_in = jobs::ask(&mut tx, &video, kind, Time::now()).await?;
        }
        tx.commit().await?;
        app.work.notify_one();
    }
    let words = desk.frame.t.jobs;
    let (level, sentence) = if is_put_in {
        (Level::Success, words.asked)
    } else {
        (Level::Warning, words.not_asked)
    };
    told(&desk, level, sentence, (&video.title, Some(video.id))).await?;
    Ok(page::see_other(&desk.page_of(&MODEL, video.id, "change")))
}
