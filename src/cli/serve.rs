//! `madang serve`: start, tell where, serve until asked to end.

use std::{io, sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::Notify, time};

use super::{log, start};
use crate::{
    accounts::{
        login::Doorkeeper,
        setup::{Ensured, ensure_superuser},
    },
    app, board,
    db::Db,
    ffmpeg::Ffmpeg,
    ingest::{
        inventory,
        jobs::worker::{self, Worker},
        keep, unfinished,
    },
    media::AtOnce,
    server::{self, Limits},
    settings::Settings,
    state::{App, Parts},
    storage::Storage,
    videos,
    web::sessions,
};

const HOUR: Duration = Duration::from_secs(3600);

/// Hours between two looks at all files and rows.
const DAY: u64 = 24;

/// From the start, or an hour's, to the look at all files and rows.
const CALM: Duration = Duration::from_secs(60);

pub(super) async fn run(settings: Settings) -> Result<(), String> {
    let _log = log::to_standard_error(settings.log_json);
    // First, so that a second start beside a running one touches nothing.
    let listener = bind(&settings)?;
    let storage = open_storage(&settings)?;
    if storage.is_full() {
        tracing::warn!("{}", start::full(&settings));
    }
    let ffmpeg = Ffmpeg::find(&settings.ffmpeg).await?;
    let db = start::database(&settings).await?;
    let doorkeeper = Doorkeeper::new(start::hasher()?).map_err(|error| error.to_string())?;
    superuser(&settings, &db, &doorkeeper).await?;
    let address = address(&settings, &listener);
    let app = App::new(Parts {
        settings,
        db,
        storage,
        ffmpeg,
        work: Notify::new(),
    });
    tracing::info!("Madang {} serves {address}", env!("CARGO_PKG_VERSION"));
    match &app.ffmpeg {
        Some(ffmpeg) => tracing::info!("{} works in the background", ffmpeg.path().display()),
        None => tracing::info!("no ffmpeg works in the background; nothing needs it"),
    }
    if app.settings.debug && !app.settings.address.ip().is_loopback() {
        tracing::warn!("DEBUG is on and others can reach this site; turn it off");
    }
    let link = doorkeeper
        .setup
        .link(&app.db)
        .await
        .map_err(|error| error.to_string())?;
    if let Some(link) = link {
        tracing::info!("no superuser yet: open {address}{link} to create the first one");
    }
    let chores = tokio::spawn(chores(app.clone()));
    let worker = Worker::new(app.clone(), worker::Limits::default());
    let worker = worker.map_err(|error| error.to_string())?.map(Arc::new);
    let work = worker
        .clone()
        .map(|worker| tokio::spawn(async move { worker.run().await }));
    let router = app::router(app.clone(), doorkeeper);
    let at_once = AtOnce::new(app.clone());
    let limits = Limits::of(&app.settings);
    let all_ended = server::serve(listener, router, at_once, limits, asked_to_end()).await;
    if !all_ended {
        tracing::info!("requests still running were cut");
    }
    chores.abort();
    if let (Some(worker), Some(work)) = (worker, work) {
        work.abort();
        // Awaited, so that it cannot take another job after the one it has is put back.
        let _ = work.await;
        let put_back = time::timeout(Duration::from_secs(5), worker.release()).await;
        if !matches!(put_back, Ok(Ok(()))) {
            tracing::warn!("the job that ran is taken up again only after a while");
        }
    }
    if time::timeout(Duration::from_secs(5), app.db.close())
        .await
        .is_err()
    {
        tracing::warn!("the database did not close in time");
    }
    tracing::info!("Madang has ended");
    Ok(())
}

fn bind(settings: &Settings) -> Result<TcpListener, String> {
    let address = settings.address;
    server::listen(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "port {} is in use by another program; end that one, or choose another port with PORT",
            address.port()
        ),
        io::ErrorKind::PermissionDenied => {
            format!(
                "port {} may not be used by this user; choose one above 1023",
                address.port()
            )
        }
        _ => format!("{address} cannot be listened on: {error}; check HOST and PORT"),
    })
}

fn open_storage(settings: &Settings) -> Result<Storage, String> {
    Storage::open(&settings.media_root).map_err(|error| {
        format!(
            "the media folder {} cannot be written to: {error}; make it writable, or set MEDIA_ROOT",
            settings.media_root.display()
        )
    })
}

async fn superuser(settings: &Settings, db: &Db, door: &Doorkeeper) -> Result<(), String> {
    let Some((name, password)) = &settings.superuser else {
        return Ok(());
    };
    match ensure_superuser(db, &door.hasher, name, password).await {
        Ok(Ensured::Made) => tracing::info!("the superuser {name:?} was created"),
        Ok(Ensured::Exists) => {}
        Err(fault) => return Err(fault.to_string()),
    }
    Ok(())
}

/// What to type into a browser on this machine.
fn address(settings: &Settings, listener: &TcpListener) -> String {
    let bound = listener.local_addr().unwrap_or(settings.address);
    if bound.ip().is_unspecified() {
        format!("http://localhost:{}", bound.port())
    } else {
        format!("http://{bound}")
    }
}

/// Once at start and once an hour: expired sessions, counted viewers and files of nobody go, and a
/// little room is laid up for a full disk. A minute after the start and once a day it is looked whether
/// files and rows belong together.
async fn chores(app: App) {
    let mut hours = time::interval(HOUR);
    hours.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    for hour in 0.. {
        hours.tick().await;
        let done = async {
            sessions::clear_expired(&app.db).await?;
            videos::forget_viewers(&app).await?;
            board::views::forget(&app).await?;
            unfinished::sweep(&app).await?;
            keep::sweep(&app).await?;
            // After what has made room.
            app.storage.take_ballast().await.map_err(keep::failed)
        };
        if let Err(error) = done.await {
            tracing::warn!("the hourly cleaning failed, tried again in an hour: {error}");
        }
        if hour % DAY != 0 {
            continue;
        }
        // Those who have waited for the start come first.
        time::sleep(CALM).await;
        if let Err(error) = inventory::report(&app).await {
            tracing::warn!("files and rows could not be compared, tried again tomorrow: {error}");
        }
    }
}

/// Ctrl-C, or SIGTERM as hosting services send it. That one is waited for from this call on: it may come with the very
/// first request, before anybody looks at this future.
pub(super) fn asked_to_end() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let terminate = {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::terminate())
    };
    async move {
        let interrupted = async {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        #[cfg(unix)]
        let terminated = async move {
            match terminate {
                Ok(mut signal) => {
                    signal.recv().await;
                }
                Err(_) => std::future::pending().await,
            }
        };
        #[cfg(not(unix))]
        let terminated = std::future::pending::<()>();
        tokio::select! {
            () = interrupted => {}
            () = terminated => {}
        }
    }
}
