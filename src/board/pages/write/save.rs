//! What a post's form writes: one transaction each, in which the post, its files and the rights are
//! looked at again.

use super::form::PostForm;
use crate::{
    board::{
        MOST_ATTACHMENTS,
        store::{self, Written},
    },
    db::{Time, Tx},
    ingest::{
        keep,
        kept::{self, Kept},
    },
    state::App,
    web::{
        errors::{Error, Result},
        viewer::Viewer,
    },
};

/// Posts somebody may write in [`WINDOW`]; staff as many as they like.
const POSTS: i64 = 5;

/// Seconds.
const WINDOW: i64 = 600;

/// Seconds in which the same words once more are the same post, sent twice.
const TWICE: i64 = 60;

/// What became of a form.
pub(super) enum Outcome {
    /// It is in the database.
    Saved(i64),
    /// It says what the database says already; nothing was written.
    Unchanged,
    /// Somebody else has changed the post since the form was made; nothing was written.
    Stale,
    /// The post is not there any more.
    Gone,
    /// These kept files were used or thrown away meanwhile; nothing was written.
    Lost(Vec<String>),
    /// Too many posts; try again after this many seconds.
    Wait(u64),
}

/// Adds a post. The same form sent twice, as after an answer that was lost, is one post.
pub(super) async fn add(app: &App, viewer: &Viewer, form: &PostForm) -> Result<Outcome> {
    let writer = viewer.id().ok_or(Error::Forbidden)?;
    let written = Written {
        title: &form.title,
        body: &form.body,
        is_notice: form.is_notice && viewer.is_staff(),
    };
    let mut tx = app.db.begin().await?;
    if !store::hold_writer(&mut tx, writer).await? {
        return Err(Error::Forbidden);
    }
    let now = Time::now();
    if let Some(id) = same(&mut tx, writer, &written, form, now).await? {
        // On SQLite the writer must be free before the files can go.
        drop(tx);
        form.discard(app).await;
        return Ok(Outcome::Saved(id));
    }
    if !viewer.is_staff() {
        let since = now.plus_seconds(-WINDOW);
        if let Some(at) = store::written_at(&mut tx, writer, POSTS - 1, since).await? {
            let left = at.plus_seconds(WINDOW).0 - now.0;
            let seconds = u64::try_from(left).unwrap_or_default().div_ceil(1_000_000);
            return Ok(Outcome::Wait(seconds.max(1)));
        }
    }
    let lost = take(&mut tx, form).await?;
    if !lost.is_empty() {
        return Ok(Outcome::Lost(lost));
    }
    let id = store::add(&mut tx, writer, &written, now).await?;
    attach(&mut tx, id, form).await?;
    tx.commit().await?;
    Ok(Outcome::Saved(id))
}

/// The post that this very form has made before, when the files it names are gone since that post
/// has them.
pub(super) async fn sent_before(
    app: &App,
    viewer: &Viewer,
    form: &PostForm,
) -> Result<Option<i64>> {
    let (Some(writer), true) = (viewer.id(), form.gone > 0) else {
        return Ok(None);
    };
    let written = Written {
        title: &form.title,
        body: &form.body,
        is_notice: false,
    };
    let mut tx = app.db.begin().await?;
    same(&mut tx, writer, &written, form, Time::now()).await
}

/// The post of a moment ago with the form's words and files; of files that are gone only how many
/// they were is known.
async fn same(
    tx: &mut Tx,
    writer: i64,
    written: &Written<'_>,
    form: &PostForm,
    now: Time,
) -> Result<Option<i64>> {
    let since = now.plus_seconds(-TWICE);
    let Some(id) = store::same(tx, writer, written, since).await? else {
        return Ok(None);
    };
    let attached = store::attachments_in(tx, id).await?;
    let has = |kept: &Kept| {
        attached
            .iter()
            .any(|file| file.file_name == kept.file.file_name && file.size == kept.file.size)
    };
    let is_same = attached.len() == form.kept.len() + form.gone && form.kept.iter().all(has);
    Ok(is_same.then_some(id))
}

/// Changes a post: only if it is still the version that the form was made from.
pub(super) async fn change(
    app: &App,
    viewer: &Viewer,
    id: i64,
    form: &PostForm,
) -> Result<Outcome> {
    let writer = viewer.id().ok_or(Error::Forbidden)?;
    let mut tx = app.db.begin().await?;
    if !store::hold_writer(&mut tx, writer).await? {
        return Err(Error::Forbidden);
    }
    let Some(before) = store::find_in(&mut tx, id).await? else {
        return Ok(Outcome::Gone);
    };
    if !before.standing.may_change(viewer) {
        return Err(Error::Forbidden);
    }
    let written = Written {
        title: &form.title,
        body: &form.body,
        is_notice: if viewer.is_staff() {
            form.is_notice
        } else {
            before.is_notice
        },
    };
    let attached = store::attachments_in(&mut tx, id).await?;
    let (go, stay): (Vec<_>, Vec<_>) = attached
        .into_iter()
        .partition(|file| form.removed.contains(&file.id));
    let is_same = before.title == written.title
        && before.body == written.body
        && before.is_notice == written.is_notice;
    if is_same && go.is_empty() && form.kept.is_empty() {
        return Ok(Outcome::Unchanged);
    }
    let was = form.version.unwrap_or(before.updated_at);
    // A form without a version may have been made before other files came.
    if was != before.updated_at || stay.len() + form.kept.len() > MOST_ATTACHMENTS {
        return Ok(Outcome::Stale);
    }
    let lost = take(&mut tx, form).await?;
    if !lost.is_empty() {
        return Ok(Outcome::Lost(lost));
    }
    // Two saves within one tick of the clock, or a clock set back, must not share a version.
    let now = Time::now().max(Time(before.updated_at.0 + 1));
    if !store::change(&mut tx, id, &written, was, now).await? {
        return Ok(Outcome::Stale);
    }
    let mut let_go = Vec::new();
    for file in go {
        if let Some(key) = store::detach(&mut tx, id, file.id).await? {
            keep::doom(&mut tx, &key).await?;
            let_go.push(key);
        }
    }
    attach(&mut tx, id, form).await?;
    tx.commit().await?;
    keep::remove(app, &let_go).await;
    Ok(Outcome::Saved(id))
}

/// Takes the form's files over; the tokens of those that are lost.
async fn take(tx: &mut Tx, form: &PostForm) -> Result<Vec<String>> {
    let mut lost = Vec::new();
    for file in &form.kept {
        if !kept::used(tx, file).await? {
            lost.push(file.token.clone());
        }
    }
    Ok(lost)
}

async fn attach(tx: &mut Tx, post: i64, form: &PostForm) -> Result<()> {
    for kept in &form.kept {
        let file = &kept.file;
        store::attach(
            tx,
            post,
            &file.key,
            &file.file_name,
            &file.content_type,
            file.size,
        )
        .await?;
    }
    Ok(())
}
