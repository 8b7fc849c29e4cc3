//! Deleting groups, one or several: what goes with them, the question, the password, the end.

use super::MODEL;
use crate::{
    accounts::store::{
        administration::administer,
        groups::{self, Group},
    },
    admin::{
        AnyId, Desk,
        changelist::{Act, Doomed},
        forms::DeletePage,
        log,
        model::Verb,
        models::users,
        rights::Rights,
    },
    state::App,
    web::{
        errors::{Error, Result},
        form::Typed,
        frame::Frame,
        page,
    },
    words::{fill, format},
};

/// Names that a confirmation lists at most; the rest is counted.
const MOST_NAMES: usize = 50;

/// What goes with the chosen groups; a 403 when one of them carries more than the viewer has.
pub(super) async fn doomed(act: &Act) -> Result<Vec<Doomed>> {
    let app = &act.visit.app;
    reached(app, &act.rights, &act.ids).await?;
    let chosen = groups::some(&mut &app.db, &act.ids).await?;
    let words = act.frame.t.admin;
    let mut all: Vec<Doomed> = chosen
        .iter()
        .take(MOST_NAMES)
        .map(|group| Doomed {
            text: fill(words.doomed_group, &[&group.name]),
            url: act.rights.link(&MODEL, group.id),
        })
        .collect();
    if chosen.len() > MOST_NAMES {
        let more = format::number((chosen.len() - MOST_NAMES) as i64);
        all.push(Doomed {
            text: fill(words.doomed_more, &[&more]),
            url: None,
        });
    }
    all.extend(members(app, &act.rights, &act.frame, &act.ids).await?);
    Ok(all)
}

async fn reached(app: &App, rights: &Rights, ids: &[i64]) -> Result<()> {
    rights.need(Verb::Delete, &MODEL)?;
    let carried = groups::permissions_of(&mut &app.db, ids).await?;
    if rights.cover(&carried) {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}

/// Who loses these groups, by name where the viewer may know.
async fn members(app: &App, rights: &Rights, frame: &Frame, ids: &[i64]) -> Result<Vec<Doomed>> {
    let words = frame.t.admin;
    let count = groups::count_members(&mut &app.db, ids).await?;
    if count == 0 {
        return Ok(Vec::new());
    }
    let mut all = vec![Doomed {
        text: fill(words.doomed_members, &[&format::number(count)]),
        url: None,
    }];
    if rights.may(Verb::View, &users::MODEL) {
        let named = groups::members(&mut &app.db, ids, MOST_NAMES as i64).await?;
        all.extend(named.into_iter().map(|(id, name)| Doomed {
            text: fill(words.doomed_member, &[&name]),
            url: rights.link(&users::MODEL, id),
        }));
    }
    Ok(all)
}

/// Deletes the chosen groups.
pub(super) async fn delete_chosen(act: &Act) -> Result<String> {
    let words = act.frame.t.admin;
    let count = deleted(&act.visit.app, &act.rights, &act.ids).await?;
    let (sentence, name) = if count == 1 {
        (words.deleted_one, words.group.to_owned())
    } else {
        (words.deleted_many, words.groups.to_lowercase())
    };
    Ok(fill(sentence, &[&format::number(count), &name]))
}

async fn deleted(app: &App, rights: &Rights, ids: &[i64]) -> Result<i64> {
    let mut tx = administer(&app.db).await?;
    let rights = rights.renewed(&mut tx).await?;
    rights.need(Verb::Delete, &MODEL)?;
    if !rights.cover(&groups::permissions_of(&mut tx, ids).await?) {
        return Err(Error::Forbidden);
    }
    let chosen = groups::some(&mut tx, ids).await?;
    for group in &chosen {
        let object = (group.id, group.name.as_str());
        log::note(&mut tx, &rights, &MODEL, Verb::Delete, object, &[]).await?;
        groups::delete(&mut tx, group.id).await?;
    }
    tx.commit().await?;
    Ok(chosen.len() as i64)
}

async fn target(desk: &Desk, id: &AnyId) -> Result<Option<Group>> {
    let id = id.id.unwrap_or(0);
    reached(desk.app(), &desk.rights, &[id]).await?;
    Ok(groups::find(&mut &desk.app().db, id).await?)
}

pub(super) async fn delete_form(desk: Desk, id: AnyId) -> Result {
    let Some(group) = target(&desk, &id).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    let doomed = members(desk.app(), &desk.rights, &desk.frame, &[group.id]).await?;
    let object = (group.id, group.name);
    page::ok(&DeletePage::new(desk, &MODEL, object, doomed))
}

pub(super) async fn delete(desk: Desk, id: AnyId, Typed(form): Typed) -> Result {
    let Some(group) = target(&desk, &id).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    if let Some(page) = desk.asked(&form).await? {
        return Ok(page);
    }
    deleted(desk.app(), &desk.rights, &[group.id]).await?;
    let object = (group.id, group.name.as_str());
    desk.tell(&MODEL, object, Verb::Delete).await?;
    Ok(page::see_other(&desk.list(&MODEL)))
}
