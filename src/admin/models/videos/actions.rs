//! What can be done to chosen videos, each in one transaction with its log.

use axum::http::StatusCode;

use super::save::still;
use crate::{
    admin::{
        changelist::{Act, Doomed, Edit, Refused, Saved},
        log,
        model::Verb,
    },
    comments,
    db::{Time, Tx},
    ingest::keep,
    storage::Key,
    videos::{Visibility, store},
    web::errors::{Error, Result},
    words::{Catalogue, fill, format},
};

/// Names that a confirmation lists at most; the rest is counted.
const MOST_NAMES: usize = 50;

/// What goes with the chosen videos: each by its name with its files.
pub(super) async fn doomed(act: &Act) -> Result<Vec<Doomed>> {
    let words = act.frame.t.admin;
    let mut all = Vec::new();
    let mut bytes = 0;
    for (index, id) in act.ids.iter().enumerate() {
        let Some(video) = store::find(&act.visit.app.db, *id).await? else {
            continue;
        };
        bytes += video.file.size;
        if index < MOST_NAMES {
            let size = format::size(video.file.size);
            all.push(Doomed {
                text: fill(
                    words.doomed_video,
                    &[&video.title, &video.file.file_name, &size],
                ),
                url: act.rights.link(act.model, video.id),
            });
        }
    }
    let one = act.ids.len() == 1;
    let sentence = if one {
        words.doomed_file
    } else {
        words.doomed_files
    };
    let files = fill(
        sentence,
        &[&format::number(act.ids.len() as i64), &format::size(bytes)],
    );
    all.push(Doomed {
        text: files,
        url: None,
    });
    let comments = comments::store::count_under_videos(&act.visit.app.db, &act.ids).await?;
    if comments > 0 {
        let sentence = act.frame.t.admin_board.doomed_comments;
        all.push(Doomed {
            text: fill(sentence, &[&format::number(comments)]),
            url: None,
        });
    }
    Ok(all)
}

/// Deletes the chosen videos with their files.
pub(super) async fn delete(act: &Act) -> Result<String> {
    let count = match deleted(act).await {
        Err(error) if keep::may_again(&act.visit.app, &error).await => deleted(act).await?,
        count => count?,
    };
    Ok(counted(
        act,
        count,
        act.frame.t.admin.deleted_one,
        act.frame.t.admin.deleted_many,
    ))
}

async fn deleted(act: &Act) -> Result<i64> {
    let db = &act.visit.app.db;
    let mut let_go: Vec<Key> = Vec::new();
    let mut count = 0;
    let mut tx = db.begin().await?;
    let rights = still(&mut tx, &act.rights, Verb::Delete).await?;
    for id in &act.ids {
        let Some(video) = store::delete(&mut tx, *id).await? else {
            continue;
        };
        for key in video.keys() {
            keep::doom(&mut tx, &key).await?;
            let_go.push(key);
        }
        log::note(
            &mut tx,
            &rights,
            act.model,
            Verb::Delete,
            (*id, &video.title),
            &[],
        )
        .await?;
        count += 1;
    }
    tx.commit().await?;
    keep::remove(&act.visit.app, &let_go).await;
    Ok(count)
}

/// Gives the chosen videos a visibility; those that have it already are not counted.
pub(super) async fn set_visibility(act: &Act, visibility: Visibility) -> Result<String> {
    let values = act.ids.iter().map(|id| (*id, None, visibility)).collect();
    let Saved::All(count) = change(act, values).await? else {
        return Err(Error::Unprocessable);
    };
    let words = act.frame.t.admin;
    let word = visibility.word(act.frame.lang());
    let sentence = if count == 1 {
        words.set_one
    } else {
        words.set_many
    };
    Ok(fill(sentence, &[&format::number(count as i64), &word]))
}

/// Saves the visibilities chosen in the list, all or none. A row that is sent as it was shown says
/// nothing; one that somebody else has changed since is told, and then nothing is saved.
pub(super) async fn save_visibilities(act: &Act, edits: Vec<Edit>) -> Result<Saved> {
    let words = act.frame.t.admin;
    let mut values = Vec::new();
    let mut marks = Vec::new();
    let changed = |edit: &&Edit| edit.shown.as_ref() != Some(&edit.value);
    for edit in edits.iter().filter(changed) {
        let shown = edit.shown.as_deref().map(Visibility::from_name);
        match (Visibility::from_name(&edit.value), shown) {
            (None, _) | (_, Some(None)) => {
                marks.push((edit.id, words.choose_visibility.to_owned()));
            }
            (Some(value), shown) => values.push((edit.id, shown.flatten(), value)),
        }
    }
    if marks.is_empty() {
        return change(act, values).await;
    }
    Ok(Saved::Refused(Refused {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        sentence: words.list_wrong.to_owned(),
        marks,
    }))
}

async fn change(act: &Act, values: Vec<(i64, Option<Visibility>, Visibility)>) -> Result<Saved> {
    let now = Time::now();
    let mut count = 0;
    let mut tx = act.visit.app.db.begin().await?;
    let rights = still(&mut tx, &act.rights, Verb::Change).await?;
    if let Some(refused) = overtaken(act, &mut tx, &values).await? {
        return Ok(Saved::Refused(refused));
    }
    for (id, _, visibility) in values {
        if let Some(title) = store::set_visibility(&mut tx, id, visibility, now).await? {
            let object = (id, title.as_str());
            let fields = ["visibility"];
            log::note_at(
                &mut tx,
                now,
                &rights,
                act.model,
                Verb::Change,
                object,
                &fields,
            )
            .await?;
            count += 1;
        }
    }
    tx.commit().await?;
    Ok(Saved::All(count))
}

/// The refusal, when somebody else has changed one of these since it was shown.
async fn overtaken(
    act: &Act,
    tx: &mut Tx,
    values: &[(i64, Option<Visibility>, Visibility)],
) -> Result<Option<Refused>> {
    let words = act.frame.t.admin;
    let mut titles = Vec::new();
    let mut marks = Vec::new();
    for (id, shown, _) in values {
        if let Some(shown) = shown
            && let Some(now) = store::listed_as(tx, *id).await?
            && now.visibility != *shown
        {
            let word = now.visibility.word(act.frame.lang());
            marks.push((*id, fill(words.list_theirs, &[&word])));
            titles.push(now.title);
        }
    }
    Ok((!marks.is_empty()).then(|| Refused {
        status: StatusCode::CONFLICT,
        sentence: fill(words.list_overtaken, &[&titles.join(", ")]),
        marks,
    }))
}

/// "공개로 바꾸기".
pub(super) fn set_word(t: &Catalogue, visibility: Visibility) -> String {
    fill(t.admin.set_visibility, &[&visibility.word(t.lang)])
}

fn counted(act: &Act, count: i64, one: &str, many: &str) -> String {
    let t = act.frame.t;
    let (sentence, name) = if count == 1 {
        (one, (act.model.one)(t).to_owned())
    } else {
        (many, (act.model.many)(t).to_lowercase())
    };
    fill(sentence, &[&format::number(count), &name])
}
