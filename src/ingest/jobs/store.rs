//! Every SQL statement for `jobs`.

use super::{Fault, Kind, State, TRIES};
use crate::{
    db::{Db, Result, Time, Tx},
    storage::Token,
};

/// A job as the admin site shows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Job {
    /// What is to be done.
    #[sqlx(try_from = "String")]
    pub kind: Kind,
    /// How far it is.
    #[sqlx(try_from = "String")]
    pub state: State,
    /// Why it failed, by [`Fault::name`].
    pub fault: Option<String>,
    /// The last that ffmpeg said of it.
    pub said: Option<String>,
}

/// A job that was taken.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Task {
    /// The video.
    #[sqlx(rename = "video_id")]
    pub video: i64,
    /// What is to be done.
    #[sqlx(try_from = "String")]
    pub kind: Kind,
}

/// The jobs of a video.
pub async fn of_video(db: &Db, video: i64) -> Result<Vec<Job>> {
    let sql = "SELECT kind, state, fault, said FROM jobs WHERE video_id = $1 ORDER BY kind";
    db.all(sql, (video,)).await
}

/// Puts a job in.
pub async fn add(tx: &mut Tx, video: i64, kind: Kind, now: Time) -> Result<()> {
    let sql = "INSERT INTO jobs (video_id, kind, state, tries, created_at) \
               VALUES ($1, $2, 'waiting', 0, $3)";
    tx.run(sql, (video, kind.name(), now)).await.map(|_| ())
}

/// Puts a job in, or in again unless it waits or runs; whether it did.
pub async fn ask(tx: &mut Tx, video: i64, kind: Kind, now: Time) -> Result<bool> {
    let sql = "INSERT INTO jobs (video_id, kind, state, tries, created_at) \
               VALUES ($1, $2, 'waiting', 0, $3) ON CONFLICT (video_id, kind) DO UPDATE \
               SET state = 'waiting', tries = 0, fault = NULL, said = NULL, created_at = $3 \
               WHERE jobs.state IN ('done', 'failed')";
    Ok(tx.run(sql, (video, kind.name(), now)).await? > 0)
}

/// Takes a job out.
pub async fn forget(tx: &mut Tx, video: i64, kind: Kind) -> Result<()> {
    let sql = "DELETE FROM jobs WHERE video_id = $1 AND kind = $2";
    tx.run(sql, (video, kind.name())).await.map(|_| ())
}

/// Puts back what a process of this database has left that is not there any more. Only SQLite's is known to be: it
/// has one site.
pub async fn resume(db: &Db) -> Result<u64> {
    let sql = db.dialect(
        "UPDATE jobs SET state = 'waiting', worker = NULL WHERE state = 'running'",
        "UPDATE jobs SET state = 'waiting', worker = NULL WHERE FALSE",
    );
    db.run(sql, ()).await
}

/// Puts back what a worker is about to leave, as if it had not been begun.
pub async fn release(db: &Db, worker: &Token) -> Result<u64> {
    let sql = "UPDATE jobs SET state = 'waiting', worker = NULL, tries = tries - 1 \
               WHERE worker = $1 AND state = 'running'";
    db.run(sql, (worker.clone(),)).await
}

/// Gives a job to a worker: pictures before films, and the oldest first. One whose worker was not heard of since
/// `silent` is anybody's; one that was begun too often fails.
pub async fn take(db: &Db, worker: &Token, now: Time, silent: Time) -> Result<Option<Task>> {
    let sql = "UPDATE jobs SET state = 'failed', worker = NULL, fault = $1 WHERE tries >= $2 \
               AND (state = 'waiting' OR state = 'running' AND alive_at <= $3)";
    db.run(sql, (Fault::Interrupted.name(), TRIES, silent))
        .await?;
    macro_rules! take {
        ($lock:literal) => {
            concat!(
                "UPDATE jobs SET state = 'running', worker = $1, tries = tries + 1, alive_at = $2, \
                 started_at = $2 WHERE (video_id, kind) = (SELECT video_id, kind FROM jobs \
                 WHERE state = 'waiting' OR state = 'running' AND alive_at <= $3 \
                 ORDER BY kind DESC, created_at, video_id LIMIT 1",
                $lock,
                ") RETURNING video_id, kind"
            )
        };
    }
    let sql = db.dialect(take!(""), take!(" FOR UPDATE SKIP LOCKED"));
    db.opt(sql, (worker.clone(), now, silent)).await
}

/// Whether anybody is at a job now.
pub async fn is_any_running(db: &Db) -> Result<bool> {
    let count: i64 = db
        .get("SELECT COUNT(*) FROM jobs WHERE state = 'running'", ())
        .await?;
    Ok(count > 0)
}

/// Says that a worker is at its job; `false` when that is not its job any more.
pub async fn beat(db: &Db, task: Task, worker: &Token, now: Time) -> Result<bool> {
    let sql = "UPDATE jobs SET alive_at = $4 \
               WHERE video_id = $1 AND kind = $2 AND worker = $3 AND state = 'running'";
    let values = (task.video, task.kind.name(), worker.clone(), now);
    Ok(db.run(sql, values).await? > 0)
}

/// Ends a job well; `false` when it was not the worker's any more. `sent` is the name and length of a file that was
/// replaced.
pub async fn done(
    tx: &mut Tx,
    task: Task,
    worker: &Token,
    sent: Option<(String, i64)>,
) -> Result<bool> {
    let sql = "UPDATE jobs SET state = 'done', worker = NULL, sent_name = $4, sent_size = $5 \
               WHERE video_id = $1 AND kind = $2 AND worker = $3 AND state = 'running'";
    let (name, size) = sent.unzip();
    let values = (task.video, task.kind.name(), worker.clone(), name, size);
    Ok(tx.run(sql, values).await? > 0)
}

/// Ends a job badly, unless it is not the worker's any more.
pub async fn fail(
    db: &Db,
    task: Task,
    worker: &Token,
    (fault, said): (Fault, Option<String>),
) -> Result<()> {
    let sql = "UPDATE jobs SET state = 'failed', worker = NULL, fault = $4, said = $5 \
               WHERE video_id = $1 AND kind = $2 AND worker = $3 AND state = 'running'";
    let values = (
        task.video,
        task.kind.name(),
        worker.clone(),
        fault.name(),
        said,
    );
    db.run(sql, values).await.map(|_| ())
}
