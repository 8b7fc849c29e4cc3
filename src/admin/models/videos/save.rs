//! What a video's forms write: row, files and log change together or not at all. Files come in before
//! the transaction and go after it.

use super::{MODEL, captions::Plan, upload::VideoForm};
use crate::{
    admin::{log, model::Verb, rights::Rights},
    db::{Time, Tx},
    ingest::{jobs, keep, kept, kept::Kept},
    state::App,
    storage::Key,
    videos::store::{self, Thumbnail, Video, Written, captions},
    web::errors::Result,
    words::Lang,
};

/// What became of a form.
pub(super) enum Outcome {
    /// It is in the database.
    Saved(i64),
    /// It says what the database says already; nothing was written.
    Unchanged,
    /// Somebody else has changed the video since the form was made; nothing was written.
    Stale,
    /// The video is not there any more.
    Gone,
    /// The file kept for this field was used or thrown away meanwhile; nothing was written.
    Lost(&'static str),
}

fn written(form: &VideoForm) -> Written<'_> {
    Written {
        title: &form.title,
        description: &form.description,
        visibility: form.visibility,
    }
}

fn thumbnail(form: &VideoForm) -> Thumbnail {
    let kept = form.thumbnail.as_ref();
    kept.map(Kept::thumbnail).unwrap_or_default()
}

/// Takes the form's files over; the field of one that is lost.
async fn take(tx: &mut Tx, form: &VideoForm) -> Result<Option<&'static str>> {
    let files: [(&str, &Option<Kept>); 2] =
        [("video_file", &form.video), ("thumbnail", &form.thumbnail)];
    for (field, file) in files {
        if let Some(kept) = file
            && !kept::used(tx, kept).await?
        {
            return Ok(Some(field));
        }
    }
    for new in &form.captions.kept {
        if !kept::used(tx, &new.kept).await? {
            return Ok(Some("captions"));
        }
    }
    Ok(None)
}

/// Gives the video its captions; the files of those that go, doomed.
async fn caption(tx: &mut Tx, id: i64, plan: &Plan<'_>, now: Time) -> Result<Vec<Key>> {
    if !plan.changes() {
        return Ok(Vec::new());
    }
    let mut let_go = Vec::new();
    for gone in &plan.delete {
        captions::delete(tx, gone.id).await?;
        keep::doom(tx, &gone.key).await?;
        let_go.push(gone.key.clone());
    }
    captions::loosen(tx, id).await?;
    for (caption, language, is_default) in &plan.stay {
        captions::set(tx, caption.id, language, *is_default).await?;
    }
    for (kept, language, is_default) in &plan.add {
        let file = &kept.file;
        let new = captions::New {
            language,
            is_default: *is_default,
            key: &file.key,
            file_name: &file.file_name,
            size: file.size,
        };
        captions::add(tx, id, &new, now).await?;
    }
    Ok(let_go)
}

/// The rights as they are now: an upload takes hours, and they may have been taken away meanwhile.
pub(super) async fn still(tx: &mut Tx, rights: &Rights, verb: Verb) -> Result<Rights> {
    let rights = rights.renewed(tx).await?;
    rights.need(verb, &MODEL)?;
    Ok(rights)
}

/// Adds a video.
pub(super) async fn add(app: &App, rights: &Rights, form: &VideoForm) -> Result<Outcome> {
    let Some(file) = &form.video else {
        return Ok(Outcome::Lost("video_file"));
    };
    let thumbnail = thumbnail(form);
    let now = Time::now();
    let mut tx = app.db.begin().await?;
    let rights = &still(&mut tx, rights, Verb::Add).await?;
    if let Some(field) = take(&mut tx, form).await? {
        return Ok(Outcome::Lost(field));
    }
    let Ok(plan) = form.captions.plan(&[], Lang::Ko) else {
        return Ok(Outcome::Lost("captions"));
    };
    let id = store::add(&mut tx, &written(form), &file.file, &thumbnail, now).await?;
    jobs::begin(app, &mut tx, id, (&file.file, &thumbnail), now).await?;
    kept::became(&mut tx, rights.account.id, file, id).await?;
    caption(&mut tx, id, &plan, now).await?;
    let object = (id, form.title.as_str());
    log::note_at(&mut tx, now, rights, &MODEL, Verb::Add, object, &[]).await?;
    tx.commit().await?;
    app.work.notify_one();
    Ok(Outcome::Saved(id))
}

/// Changes a video: only if it is still the version that the form was made from.
pub(super) async fn change(
    app: &App,
    rights: &Rights,
    id: i64,
    form: &VideoForm,
) -> Result<Outcome> {
    let mut tx = app.db.begin().await?;
    let rights = &still(&mut tx, rights, Verb::Change).await?;
    let Some(before) = store::find_in(&mut tx, id).await? else {
        return Ok(Outcome::Gone);
    };
    let stored = captions::of_video_in(&mut tx, id).await?;
    // Right when the form was read: they have changed since.
    let Ok(plan) = form.captions.plan(&stored, Lang::Ko) else {
        return Ok(Outcome::Stale);
    };
    let fields = changed(&before, form, &plan);
    if fields.is_empty() {
        return Ok(Outcome::Unchanged);
    }
    if form
        .version
        .is_some_and(|version| version != before.updated_at)
    {
        return Ok(Outcome::Stale);
    }
    if let Some(field) = take(&mut tx, form).await? {
        return Ok(Outcome::Lost(field));
    }
    // Two saves within one tick of the clock, or a clock set back, must not share a version.
    let now = Time::now().max(Time(before.updated_at.0 + 1));
    if !store::change(&mut tx, id, &written(form), before.updated_at, now).await? {
        return Ok(Outcome::Stale);
    }
    let mut let_go = replace(&mut tx, &before, form).await?;
    renew_jobs(app, &mut tx, &before, form, now).await?;
    if let Some(file) = &form.video {
        kept::became(&mut tx, rights.account.id, file, id).await?;
    }
    let_go.extend(caption(&mut tx, id, &plan, now).await?);
    let object = (id, form.title.as_str());
    log::note_at(&mut tx, now, rights, &MODEL, Verb::Change, object, &fields).await?;
    tx.commit().await?;
    app.work.notify_one();
    keep::remove(app, &let_go).await;
    Ok(Outcome::Saved(id))
}

/// The fields in which the form differs from the video.
fn changed(before: &Video, form: &VideoForm, captions: &Plan<'_>) -> Vec<&'static str> {
    let picture =
        form.thumbnail.is_some() || form.clear_thumbnail && before.thumbnail.large.is_some();
    let fields = [
        ("title", before.title != form.title),
        ("description", before.description != form.description),
        ("visibility", before.visibility != form.visibility),
        ("video_file", form.video.is_some()),
        ("thumbnail", picture),
        ("captions", captions.changes()),
    ];
    let changed = fields.into_iter().filter(|(_, differs)| *differs);
    changed.map(|(field, _)| field).collect()
}

/// Gives the video its new files; the old ones, doomed.
async fn replace(tx: &mut Tx, before: &Video, form: &VideoForm) -> Result<Vec<Key>> {
    let mut let_go = Vec::new();
    if let Some(new) = &form.video {
        store::replace_file(tx, before.id, &new.file).await?;
        let_go.push(before.file.key.clone());
    }
    // A new picture wins over the wish to have none.
    if form.thumbnail.is_some() || form.clear_thumbnail {
        store::replace_thumbnail(tx, before.id, &thumbnail(form)).await?;
        let_go.extend(before.thumbnail.keys().cloned());
    }
    for key in &let_go {
        keep::doom(tx, key).await?;
    }
    Ok(let_go)
}

/// What is to be done in the background for other files than before.
async fn renew_jobs(
    app: &App,
    tx: &mut Tx,
    before: &Video,
    form: &VideoForm,
    now: Time,
) -> Result<()> {
    let is_other_picture = form.thumbnail.is_some() || form.clear_thumbnail;
    let picture = if is_other_picture {
        thumbnail(form)
    } else {
        before.thumbnail.clone()
    };
    match &form.video {
        Some(new) => jobs::begin(app, tx, before.id, (&new.file, &picture), now).await?,
        None if is_other_picture => jobs::forget_picture(tx, before.id).await?,
        None => {}
    }
    Ok(())
}

/// Deletes a video with its files; its title, or `None` when it is gone already.
pub(super) async fn delete(app: &App, rights: &Rights, id: i64) -> Result<Option<String>> {
    let mut tx = app.db.begin().await?;
    let rights = &still(&mut tx, rights, Verb::Delete).await?;
    let Some(video) = store::delete(&mut tx, id).await? else {
        return Ok(None);
    };
    let keys = video.keys();
    for key in &keys {
        keep::doom(&mut tx, key).await?;
    }
    let object = (id, video.title.as_str());
    log::note(&mut tx, rights, &MODEL, Verb::Delete, object, &[]).await?;
    tx.commit().await?;
    keep::remove(app, &keys).await;
    Ok(Some(video.title))
}
