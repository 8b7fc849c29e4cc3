//! Deleting posts, one or several: what goes with them, the question, the end.

use super::MODEL;
use crate::{
    admin::{
        AnyId, Desk,
        changelist::{Act, Doomed},
        forms::DeletePage,
        log,
        model::Verb,
        rights::Rights,
    },
    board::{
        deletion,
        store::{
            self, Post,
            ending::{self, Belongings},
        },
    },
    ingest::keep,
    state::App,
    web::{errors::Result, frame::Frame, page},
    words::{fill, format},
};

/// Names that a confirmation lists at most; the rest is counted.
const MOST_NAMES: usize = 50;

/// What goes with the chosen posts.
pub(super) async fn doomed(act: &Act) -> Result<Vec<Doomed>> {
    let db = &act.visit.app.db;
    let words = act.frame.t.admin_board;
    let named = &act.ids[..act.ids.len().min(MOST_NAMES)];
    let titles = ending::titles(db, named).await?;
    let mut all: Vec<Doomed> = titles
        .into_iter()
        .map(|(id, title)| Doomed {
            text: fill(words.doomed_post, &[&title]),
            url: act.rights.link(&MODEL, id),
        })
        .collect();
    let more = act.ids.len() - named.len();
    if more > 0 {
        let text = fill(
            act.frame.t.admin.doomed_more,
            &[&format::number(more as i64)],
        );
        all.push(Doomed { text, url: None });
    }
    let with = ending::belongings(db, &act.ids).await?;
    all.extend(beside(&act.frame, &with));
    Ok(all)
}

/// Comments and files that go with posts, counted.
fn beside(frame: &Frame, with: &Belongings) -> Vec<Doomed> {
    let words = frame.t.admin_board;
    let mut all = Vec::new();
    if with.comments > 0 {
        let text = fill(words.doomed_comments, &[&format::number(with.comments)]);
        all.push(Doomed { text, url: None });
    }
    if with.files > 0 {
        let values = [format::number(with.files), format::size(with.size)];
        let text = fill(words.doomed_files, &[&values[0], &values[1]]);
        all.push(Doomed { text, url: None });
    }
    all
}

/// Deletes the chosen posts.
pub(super) async fn delete_chosen(act: &Act) -> Result<String> {
    let t = act.frame.t;
    let count = deleted(&act.visit.app, &act.rights, &act.ids).await?;
    let (sentence, name) = if count == 1 {
        (t.admin.deleted_one, t.admin_board.post.to_owned())
    } else {
        (t.admin.deleted_many, t.admin_board.posts.to_lowercase())
    };
    Ok(fill(sentence, &[&format::number(count), &name]))
}

async fn deleted(app: &App, rights: &Rights, ids: &[i64]) -> Result<i64> {
    let mut tx = app.db.begin().await?;
    let rights = &rights.renewed(&mut tx).await?;
    rights.need(Verb::Delete, &MODEL)?;
    let deleted = deletion::delete(&mut tx, ids).await?;
    for (id, title) in &deleted.posts {
        let object = (*id, title.as_str());
        log::note(&mut tx, rights, &MODEL, Verb::Delete, object, &[]).await?;
    }
    tx.commit().await?;
    keep::remove(app, &deleted.keys).await;
    Ok(deleted.posts.len() as i64)
}

async fn target(desk: &Desk, id: &AnyId) -> Result<Option<Post>> {
    desk.rights.need(Verb::Delete, &MODEL)?;
    Ok(store::find(&desk.app().db, id.id.unwrap_or(0)).await?)
}

pub(super) async fn delete_form(desk: Desk, id: AnyId) -> Result {
    let Some(post) = target(&desk, &id).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    let words = desk.frame.t.admin_board;
    let files = store::attachments(&desk.app().db, post.id).await?;
    let mut goes = vec![words.doomed_words.to_owned()];
    if post.comments > 0 {
        let count = format::number(post.comments);
        goes.push(fill(words.doomed_comments, &[&count]));
    }
    goes.extend(files.iter().map(|file| {
        let size = format::size(file.size);
        fill(words.doomed_file, &[&file.file_name, &size])
    }));
    let doomed = goes.into_iter().map(|text| Doomed { text, url: None });
    let object = (post.id, post.title);
    page::ok(&DeletePage::new(desk, &MODEL, object, doomed.collect()))
}

pub(super) async fn delete(desk: Desk, id: AnyId) -> Result {
    let Some(post) = target(&desk, &id).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    if deleted(desk.app(), &desk.rights, &[post.id]).await? == 0 {
        return desk.gone(&MODEL, id.written).await;
    }
    desk.tell(&MODEL, (post.id, &post.title), Verb::Delete)
        .await?;
    Ok(page::see_other(&desk.list(&MODEL)))
}
