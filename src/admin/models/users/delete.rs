//! Deleting one user: what goes with it, the question, the password, the end.

use axum::http::StatusCode;

use super::{MODEL, actions};
use crate::{
    accounts::store::administration::{Administered, administered, are_last_superusers},
    admin::{AnyId, Desk, forms::DeletePage, model::Verb},
    web::{
        errors::{Error, Result},
        form::Typed,
        page,
    },
};

pub(super) async fn delete_form(desk: Desk, id: AnyId) -> Result {
    let Some(found) = target(&desk, &id).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    let refused = are_last_superusers(&mut &desk.app().db, &[found.user.id]).await?;
    page::ok(&delete_page(desk, found, refused).await?)
}

async fn target(desk: &Desk, id: &AnyId) -> Result<Option<Administered>> {
    let id = id.id.unwrap_or(0);
    let db = &mut &desk.app().db;
    desk.rights.need(Verb::Delete, &MODEL)?;
    if !desk.rights.reach(db, &[id]).await? {
        return Err(Error::Forbidden);
    }
    Ok(administered(db, id).await?)
}

async fn delete_page(desk: Desk, found: Administered, refused: bool) -> Result<DeletePage> {
    let id = found.user.id;
    let sentence = desk.frame.t.admin.last_superuser;
    let doomed = actions::doomed_of(desk.app(), &desk.rights, &desk.frame, &[id]).await?;
    Ok(DeletePage {
        refused: refused.then_some(sentence),
        ..DeletePage::new(desk, &MODEL, (id, found.user.username), doomed)
    })
}

pub(super) async fn delete(desk: Desk, id: AnyId, Typed(form): Typed) -> Result {
    let Some(found) = target(&desk, &id).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    if let Some(page) = desk.asked(&form).await? {
        return Ok(page);
    }
    let number = found.user.id;
    let deleted = actions::deleted(desk.app(), &desk.rights, &[number]).await?;
    if deleted.is_none() {
        let page = delete_page(desk, found, true).await?;
        return page::html(StatusCode::CONFLICT, &page);
    }
    let object = (number, found.user.username.as_str());
    desk.tell(&MODEL, object, Verb::Delete).await?;
    Ok(page::see_other(&desk.list(&MODEL)))
}
