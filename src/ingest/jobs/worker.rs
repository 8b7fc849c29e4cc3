//! Who does the jobs: one at a time for the whole process, as long as the site runs. Several processes may share a
//! database; each takes what no other has.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
    time::Duration,
};

use tokio::time;

use super::{
    Failed, Fault, Kind, picture, remux,
    store::{self, Task},
};
use crate::{
    db::Time,
    ffmpeg::{Bounds, Ffmpeg, Stopped},
    ingest::{VideoKind, keep},
    state::App,
    storage::Token,
    videos,
    web::errors::{Error, Result},
};

/// How long between two looks for jobs that nobody has told of: those of `madang upload`.
const POLL: Duration = Duration::from_secs(600);

/// How long to wait after a fault of the database.
const RETRY: Duration = Duration::from_secs(60);

/// Seconds without a word after which a worker counts as dead.
const SILENCE: i64 = 120;

/// What a job may cost. The defaults are the site's; a test is in more of a hurry.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a job may take whatever the file.
    pub time: Duration,
    /// Bytes a second that are expected of the slowest disk, on top of that.
    pub pace: u64,
    /// Bytes of address space.
    pub memory: u64,
    /// How often a worker says that it lives, and looks whether its job is still wanted.
    pub beat: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            time: Duration::from_secs(1800),
            pace: 1 << 20,
            memory: 1 << 30,
            beat: Duration::from_secs(10),
        }
    }
}

/// One process's worker.
pub struct Worker {
    app: App,
    ffmpeg: Ffmpeg,
    name: Token,
    limits: Limits,
}

/// What came out of a job.
enum Made {
    Film(Box<remux::Film>),
    Picture(picture::Picture),
}

impl Worker {
    /// A worker, when there is something for it to work with.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn new(app: App, limits: Limits) -> std::io::Result<Option<Worker>> {
        let Some(ffmpeg) = app.ffmpeg.clone() else {
            return Ok(None);
        };
        Ok(Some(Worker {
            name: Token::random()?,
            app,
            ffmpeg,
            limits,
        }))
    }

    /// Works until it is dropped; then ffmpeg ends too. See [`release`](Worker::release).
    pub async fn run(&self) {
        if let Err(error) = store::resume(&self.app.db).await {
            tracing::warn!("jobs of the last run wait a while longer: {error}");
        }
        loop {
            let wait = match self.next().await {
                Ok(true) => continue,
                Ok(false) => self.patience().await,
                Err(error) => {
                    tracing::warn!("the background work rests for a minute: {error:#}");
                    RETRY
                }
            };
            tokio::select! {
                () = self.app.work.notified() => {}
                () = time::sleep(wait) => {}
            }
        }
    }

    /// Until when nothing is to be expected: sooner where somebody may have died over a job.
    async fn patience(&self) -> Duration {
        match store::is_any_running(&self.app.db).await {
            Ok(false) => POLL,
            Ok(true) => Duration::from_secs(SILENCE as u64),
            Err(_) => RETRY,
        }
    }

    /// Puts back the job that was dropped half-way, so that the next start goes on with it.
    ///
    /// # Errors
    /// Of the database.
    pub async fn release(&self) -> Result<()> {
        store::release(&self.app.db, &self.name).await?;
        Ok(())
    }

    /// Takes one job and sees it to its end; `false` when there is none.
    ///
    /// # Errors
    /// Of the database.
    pub async fn next(&self) -> Result<bool> {
        let now = Time::now();
        let silent = now.plus_seconds(-SILENCE);
        let Some(task) = store::take(&self.app.db, &self.name, now, silent).await? else {
            return Ok(false);
        };
        let made = tokio::select! {
            made = self.make(task) => made,
            () = self.unwanted(task) => {
                tracing::info!("{} of video {} is not wanted any more", task.kind.name(), task.video);
                return Ok(true);
            }
        };
        let ended = match made {
            Ok(Ok(made)) => self.publish(task, made).await.map(Ok),
            Ok(Err(failed)) => Ok(Err(failed)),
            Err(error) => Err(error),
        };
        let failed = match ended {
            Ok(Ok(())) => return Ok(true),
            Ok(Err(failed)) => failed,
            Err(Error::Full) => Failed(Fault::Room, None),
            Err(error) => {
                tracing::warn!("{} of video {}: {error:#}", task.kind.name(), task.video);
                Failed(Fault::Site, None)
            }
        };
        let Failed(fault, said) = failed;
        tracing::warn!(
            "{} of video {} failed ({}){}{}",
            task.kind.name(),
            task.video,
            fault.name(),
            if said.is_some() { ": " } else { "" },
            said.as_deref().unwrap_or_default()
        );
        store::fail(&self.app.db, task, &self.name, (fault, said)).await?;
        Ok(true)
    }

    /// Ends when the job is not this worker's any more: its video is gone, or has another file.
    async fn unwanted(&self, task: Task) {
        loop {
            time::sleep(self.limits.beat).await;
            match store::beat(&self.app.db, task, &self.name, Time::now()).await {
                Ok(true) => {}
                Ok(false) => return,
                // Whoever takes it meanwhile is found out when this one is done.
                Err(error) => tracing::warn!("background work goes on unseen: {error}"),
            }
        }
    }

    async fn make(&self, task: Task) -> Result<std::result::Result<Made, Failed>> {
        let missing = Ok(Err(Failed(Fault::Missing, None)));
        let Some(video) = videos::store::find(&self.app.db, task.video).await? else {
            return missing;
        };
        let key = &video.file.key;
        let Some(path) = self.app.storage.path_of(key).await.map_err(keep::failed)? else {
            return missing;
        };
        Ok(match task.kind {
            Kind::Remux => remux::make(self, video, &path)
                .await?
                .map(|film| Made::Film(Box::new(film))),
            Kind::Thumbnail => picture::make(self, &video, &path).await?.map(Made::Picture),
        })
    }

    async fn publish(&self, task: Task, made: Made) -> Result<()> {
        match made {
            Made::Film(film) => film.publish(&self.app, task, &self.name).await,
            Made::Picture(picture) => picture.publish(&self.app, task, &self.name).await,
        }
    }

    /// Runs ffmpeg over one file, which is all that it may read, and reads as what it was found to be.
    pub(super) async fn ffmpeg(
        &self,
        (path, kind): (&Path, VideoKind),
        before: &[&str],
        after: &[&str],
        out: &Path,
    ) -> std::result::Result<(), Failed> {
        let size = path.metadata().map_or(0, |found| found.len());
        let (from, to) = (file_url(path), file_url(out));
        // A playlist in a film's clothes names other files and servers; so may the index of a MOV.
        let container: &[&str] = match kind {
            VideoKind::Mp4 | VideoKind::M4v | VideoKind::Mov => {
                &["-enable_drefs", "0", "-use_absolute_path", "0", "-f", "mov"]
            }
            VideoKind::WebM | VideoKind::Matroska => &["-f", "matroska"],
            VideoKind::Ogg => &["-f", "ogg"],
        };
        let first = "-hide_banner -loglevel error -nostdin -y -threads 1 -protocol_whitelist file";
        let mut arguments: Vec<&OsStr> = first.split(' ').map(OsStr::new).collect();
        arguments.extend(container.iter().chain(before).map(OsStr::new));
        arguments.extend([OsStr::new("-i"), &from]);
        arguments.extend(after.iter().map(OsStr::new));
        arguments.push(&to);
        let bounds = Bounds {
            time: self.limits.time + Duration::from_secs(size / self.limits.pace.max(1)),
            memory: self.limits.memory,
        };
        match self.ffmpeg.run(&arguments, bounds).await {
            Ok(()) => Ok(()),
            Err(Stopped::Time) => Err(Failed(Fault::Time, None)),
            Err(Stopped::Failed(line)) => Err(Failed::said(Fault::Program, &line)),
            Err(Stopped::Io(error)) => Err(Failed::said(Fault::Program, &error.to_string())),
        }
    }

    pub(super) fn app(&self) -> &App {
        &self.app
    }
}

/// A path as ffmpeg takes it for nothing else, whatever letters are in it.
fn file_url(path: &Path) -> OsString {
    let mut url = OsString::from("file:");
    url.push(path);
    url
}
