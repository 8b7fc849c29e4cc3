//! Deleting comments, one or several: the question, the end. A comment with replies leaves its place.

use super::{MODEL, name};
use crate::{
    admin::{
        AnyId, Desk,
        changelist::{Act, Doomed},
        forms::DeletePage,
        log,
        model::Verb,
        rights::Rights,
    },
    comments::store::{self, Comment},
    db::{Db, Time},
    web::{errors::Result, page},
    words::{fill, format},
};

/// Comments that a confirmation shows at most; the rest is counted.
const MOST_NAMES: usize = 50;

/// What goes with the chosen comments.
pub(super) async fn doomed(act: &Act) -> Result<Vec<Doomed>> {
    let words = act.frame.t.admin_board;
    let mut all = Vec::new();
    for id in act.ids.iter().take(MOST_NAMES) {
        let comment = store::find(&act.visit.app.db, *id).await?;
        all.extend(comment.map(|comment| Doomed {
            text: fill(words.doomed_comment, &[&name(&comment.body)]),
            url: act.rights.link(&MODEL, *id),
        }));
    }
    let more = act.ids.len().saturating_sub(MOST_NAMES) as i64;
    if more > 0 {
        let text = fill(act.frame.t.admin.doomed_more, &[&format::number(more)]);
        all.push(Doomed { text, url: None });
    }
    Ok(all)
}

/// Deletes the chosen comments.
pub(super) async fn delete_chosen(act: &Act) -> Result<String> {
    let t = act.frame.t;
    let count = deleted(&act.visit.app.db, &act.rights, &act.ids).await?;
    let (sentence, name) = if count == 1 {
        (t.admin.deleted_one, t.admin_board.comment.to_owned())
    } else {
        (t.admin.deleted_many, t.admin_board.comments.to_lowercase())
    };
    Ok(fill(sentence, &[&format::number(count), &name]))
}

async fn deleted(db: &Db, rights: &Rights, ids: &[i64]) -> Result<i64> {
    let mut tx = db.begin().await?;
    let rights = &rights.renewed(&mut tx).await?;
    rights.need(Verb::Delete, &MODEL)?;
    let now = Time::now();
    let mut count = 0;
    for id in ids {
        let Some(comment) = store::find_in(&mut tx, *id).await? else {
            continue;
        };
        if store::delete(&mut tx, *id, now).await? {
            let words = name(&comment.body);
            let object = (*id, words.as_str());
            log::note(&mut tx, rights, &MODEL, Verb::Delete, object, &[]).await?;
            count += 1;
        }
    }
    tx.commit().await?;
    Ok(count)
}

async fn target(desk: &Desk, id: &AnyId) -> Result<Option<Comment>> {
    desk.rights.need(Verb::Delete, &MODEL)?;
    let found = store::find(&desk.app().db, id.id.unwrap_or(0)).await?;
    Ok(found.filter(|comment| comment.standing.writer.is_some()))
}

pub(super) async fn delete_form(desk: Desk, id: AnyId) -> Result {
    let Some(comment) = target(&desk, &id).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    let words = desk.frame.t.admin_board;
    let mut goes = vec![words.doomed_body];
    if store::has_replies(&desk.app().db, comment.id).await? {
        goes.push(words.doomed_keeps_place);
    }
    let doomed = goes.into_iter().map(|text| Doomed {
        text: text.to_owned(),
        url: None,
    });
    let object = (comment.id, name(&comment.body));
    page::ok(&DeletePage::new(desk, &MODEL, object, doomed.collect()))
}

pub(super) async fn delete(desk: Desk, id: AnyId) -> Result {
    let Some(comment) = target(&desk, &id).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    if deleted(&desk.app().db, &desk.rights, &[comment.id]).await? == 0 {
        return desk.gone(&MODEL, id.written).await;
    }
    let object = (comment.id, name(&comment.body));
    desk.tell(&MODEL, (object.0, &object.1), Verb::Delete)
        .await?;
    Ok(page::see_other(&desk.list(&MODEL)))
}
