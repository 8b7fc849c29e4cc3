//! Deleting one user: what goes with it, the question, the password, the end.

use axum::{
    extract::{OriginalUri, State},
    http::StatusCode,
};
use tower_sessions::Session;

use super::{MODEL, actions};
use crate::{
    accounts::{
        login::Visit,
        store::administration::{Administered, administered, are_last_superusers},
    },
    admin::{
        AnyId, Filters, gone,
        model::Verb,
        object::{DeletePage, tell},
        reproof,
        rights::Rights,
        site::sidebar,
    },
    state::App,
    web::{
        errors::{Error, Result},
        form::Typed,
        frame::Frame,
        page,
    },
};

pub(super) async fn delete_form(
    State(app): State<App>,
    session: Session,
    rights: Rights,
    filters: Filters,
    frame: Frame,
    id: AnyId,
) -> Result {
    let Some(found) = target(&app, &rights, id.id.unwrap_or(0)).await? else {
        return gone(&session, &rights, &frame, &filters, &MODEL, id.written).await;
    };
    let refused = are_last_superusers(&mut &app.db, &[found.user.id]).await?;
    let page = delete_page(&app, &rights, &filters, frame, found, refused).await?;
    page::ok(&page)
}

async fn target(app: &App, rights: &Rights, id: i64) -> Result<Option<Administered>> {
    rights.need(Verb::Delete, &MODEL)?;
    if !rights.reach(&mut &app.db, &[id]).await? {
        return Err(Error::Forbidden);
    }
    Ok(administered(&mut &app.db, id).await?)
}

async fn delete_page(
    app: &App,
    rights: &Rights,
    filters: &Filters,
    frame: Frame,
    found: Administered,
    refused: bool,
) -> Result<DeletePage> {
    let id = found.user.id;
    let page = |name| filters.carried(&MODEL.object_address(id, name));
    let object = if rights.may(Verb::View, &MODEL) {
        page("change")
    } else {
        filters.list(rights, &MODEL)
    };
    Ok(DeletePage {
        sidebar: sidebar(rights, &frame, Some(&MODEL)),
        model: &MODEL,
        doomed: actions::doomed_of(app, rights, &frame, &[id]).await?,
        refused: refused.then_some(frame.t.admin.last_superuser),
        list: filters.list(rights, &MODEL),
        to: page("delete"),
        question: DeletePage::question(&frame, &found.user.username),
        name: found.user.username,
        object,
        frame,
    })
}

pub(super) async fn delete(
    visit: Visit,
    rights: Rights,
    filters: Filters,
    frame: Frame,
    id: AnyId,
    OriginalUri(here): OriginalUri,
    Typed(form): Typed,
) -> Result {
    let Some(found) = target(&visit.app, &rights, id.id.unwrap_or(0)).await? else {
        return gone(
            &visit.session,
            &rights,
            &frame,
            &filters,
            &MODEL,
            id.written,
        )
        .await;
    };
    let to = here.to_string();
    if let Some(page) = reproof::asked(&visit, &rights, &frame, &to, &form).await? {
        return Ok(page);
    }
    let number = found.user.id;
    if actions::deleted(&visit.app, &rights, &[number])
        .await?
        .is_none()
    {
        let page = delete_page(&visit.app, &rights, &filters, frame, found, true).await?;
        return page::html(StatusCode::CONFLICT, &page);
    }
    let object = (number, found.user.username.as_str());
    tell(
        &visit.session,
        &rights,
        &frame,
        &MODEL,
        object,
        Verb::Delete,
    )
    .await?;
    Ok(page::see_other(&filters.list(&rights, &MODEL)))
}
