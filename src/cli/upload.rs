//! `madang upload FILE...`: videos of this machine, files or whole folders, straight into storage.
//! Works beside the running server and without it; what fails is said, and the others go on.

mod descriptions;
mod progress;
mod sources;

use std::{
    path::PathBuf,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use clap::{Args, builder::PossibleValuesParser};

use super::{
    output::{plain, say, warn},
    serve::asked_to_end,
    start,
};
use crate::{
    accounts::{names::Username, store},
    admin::{
        models::videos::bulk::{self, Published, Refused},
        rights::Rights,
    },
    settings::Settings,
    state::App,
    videos::Visibility,
    web::errors::Error,
    words::{Catalogue, fill, format},
};
use descriptions::Descriptions;
use progress::{Progress, TICK};
use sources::Source;

#[derive(Args)]
pub(super) struct Arguments {
    /// Videos, or folders of videos (their subfolders are left out)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The title, for one file only; else titles are the files' names
    #[arg(long)]
    title: Option<String>,
    /// Who may see them
    #[arg(long, default_value = "public",
        value_parser = PossibleValuesParser::new(["public", "unlisted", "private", "draft"]))]
    visibility: String,
    /// A text file with the description of all of them; the word `beside` takes for each video the
    /// .txt or .md of the same name that is beside it
    #[arg(long, value_name = "FILE")]
    description_from: Option<PathBuf>,
    /// The account that adds them; else the first superuser
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Upload also what is there already: a video of the same file name, length and picture
    #[arg(long)]
    again: bool,
}

/// How the run went.
#[derive(Default)]
struct Tally {
    uploaded: u64,
    passed_over: u64,
    failed: u64,
}

/// What became of one file.
enum Became {
    Video(Published),
    ThereAlready(i64),
    Stopped,
}

type Interrupted = Pin<Box<dyn Future<Output = ()> + Send>>;

pub(super) async fn run(settings: Settings, arguments: Arguments) -> Result<(), String> {
    let app = start::app(settings).await?;
    let done = upload(&app, arguments).await;
    app.db.close().await;
    done
}

async fn upload(app: &App, arguments: Arguments) -> Result<(), String> {
    let t = app.settings.language.words();
    let words = t.console;
    let rights = rights(app, arguments.user.as_deref(), t).await?;
    let descriptions = Descriptions::read(arguments.description_from.as_deref(), words)?;
    let (sources, faults) = sources::expand(&arguments.files, app.storage.root(), words);
    let mut tally = Tally::default();
    for fault in &faults {
        warn(fault);
        tally.failed += 1;
    }
    if arguments.title.is_some() && sources.len() > 1 {
        return Err(fill(words.upload_one_title, &[&sources.len()]));
    }
    if sources.is_empty() && faults.is_empty() {
        return Err(words.upload_nothing.to_owned());
    }
    let visibility = Visibility::from_name(&arguments.visibility).unwrap_or(Visibility::Draft);
    let mut interrupted: Interrupted = Box::pin(asked_to_end());
    let mut progress = Progress::of(words, sources.iter().map(|source| source.len));
    for source in &sources {
        let made = async {
            let title = arguments.title.as_deref().unwrap_or(&source.title);
            let description = descriptions
                .of(&source.path, words)
                .map_err(Said::Refused)?;
            let form = bulk::form(app.settings.language, title, &description, visibility)?;
            if !arguments.again
                && let Some(id) = bulk::there(app, &source.path, &source.name).await??
            {
                return Ok(Became::ThereAlready(id));
            }
            let copied = Arc::new(AtomicU64::new(0));
            let taken = bulk::take_in(app, &source.path, &source.name, Arc::clone(&copied));
            let Some(taken) = shown(taken, &copied, &mut progress, &mut interrupted).await else {
                return Ok(Became::Stopped);
            };
            let published = bulk::publish(app, &rights, form, taken??).await?;
            Ok(Became::Video(published))
        };
        let made: Result<Became, Said> = made.await;
        progress.over(source.len);
        match made {
            Ok(Became::Stopped) => return Err(words.upload_stopped.to_owned()),
            Ok(became) => said(&became, source, arguments.title.as_deref(), &mut tally, t),
            Err(fault) => {
                tally.failed += 1;
                let name = source.path.display();
                warn(fill(words.upload_fault, &[&name, &fault.sentence(t)]));
            }
        }
    }
    ended(&tally, t)
}

/// What the work gives, with the bar drawn meanwhile; `None` when it was interrupted and dropped.
async fn shown<T>(
    work: impl Future<Output = T>,
    copied: &AtomicU64,
    progress: &mut Progress<'_>,
    interrupted: &mut Interrupted,
) -> Option<T> {
    let mut work = std::pin::pin!(work);
    let mut ticks = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            biased;
            () = interrupted.as_mut() => {
                progress.clear();
                return None;
            }
            done = &mut work => {
                progress.moved(copied.load(Ordering::Relaxed));
                progress.clear();
                return Some(done);
            }
            _ = ticks.tick() => progress.draw(copied.load(Ordering::Relaxed)),
        }
    }
}

fn said(became: &Became, source: &Source, title: Option<&str>, tally: &mut Tally, t: &Catalogue) {
    let name = source.path.display();
    match became {
        Became::Video(Published { id, starts_late }) => {
            tally.uploaded += 1;
            let title = title.unwrap_or(&source.title);
            let size = format::size(i64::try_from(source.len).unwrap_or(i64::MAX));
            say(fill(t.console.upload_done, &[&name, id, &title, &size]));
            if *starts_late {
                warn(fill(t.console.upload_late, &[&name]));
            }
        }
        Became::ThereAlready(id) => {
            tally.passed_over += 1;
            say(fill(t.console.upload_there, &[&name, id]));
        }
        Became::Stopped => {}
    }
}

fn ended(tally: &Tally, t: &Catalogue) -> Result<(), String> {
    let Tally {
        uploaded,
        passed_over,
        failed,
    } = tally;
    if uploaded + passed_over + failed > 1 {
        let values: [&dyn std::fmt::Display; 3] = [uploaded, passed_over, failed];
        say(fill(t.console.upload_tally, &values));
    }
    if *failed == 0 {
        Ok(())
    } else {
        Err(fill(t.console.upload_failed, &[failed]))
    }
}

/// Who adds the videos.
async fn rights(app: &App, name: Option<&str>, t: &Catalogue) -> Result<Rights, String> {
    let found = match name {
        None => store::first_superuser(&app.db).await,
        Some(given) => {
            let unknown = || fill(t.accounts.console_name_unknown, &[&plain(given)]);
            let name = Username::read(given).map_err(|_| unknown())?;
            let user = store::by_name(&app.db, &name).await;
            if matches!(user, Ok(None)) {
                return Err(unknown());
            }
            user
        }
    };
    let user = found.map_err(|error| start::said(&error))?;
    let Some(user) = user else {
        return Err(t.console.upload_nobody.to_owned());
    };
    let refused = fill(t.console.upload_not_allowed, &[&user.username]);
    let account = user.account().ok_or_else(|| refused.clone())?;
    let rights = Rights::of(&app.db, &account).await;
    let rights = rights.map_err(|error| sentence(&error, t))?;
    if bulk::may_add(&rights) {
        Ok(rights)
    } else {
        Err(refused)
    }
}

/// Why a file was not uploaded.
enum Said {
    Refused(String),
    Error(Error),
}

impl From<Refused> for Said {
    fn from(Refused(sentence): Refused) -> Said {
        Said::Refused(sentence)
    }
}

impl From<Error> for Said {
    fn from(error: Error) -> Said {
        Said::Error(error)
    }
}

impl Said {
    fn sentence(&self, t: &Catalogue) -> String {
        match self {
            Said::Refused(sentence) => sentence.clone(),
            Said::Error(error) => sentence(error, t),
        }
    }
}

/// A visitor is not told the cause of a fault of ours; whoever has the machine is.
fn sentence(error: &Error, t: &Catalogue) -> String {
    match error {
        Error::Internal(cause) => format!("{cause:#}"),
        error => error.words(t).1,
    }
}
