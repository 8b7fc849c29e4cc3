//! `GET` of a change list: asks the database and makes the page; each link keeps the rest of the
//! address.

use tower_sessions::Session;

use super::{
    Act, Changelist, PAGE_SIZE, Refused, SHOW_ALL,
    asked::Asked,
    cell::Cell,
    counts::Counts,
    dates::Drill,
    drill,
    edit::Chosen,
    links::{filters, heads},
    page::{ChangelistPage, RowView},
    query::Query,
};
use crate::{
    admin::{model::Verb, rights::Rights, site::sidebar},
    db::Row,
    state::App,
    videos::Visibility,
    web::{
        errors::Result,
        frame::{Frame, Level, Message},
        page,
        paging::{self, Paging},
        sessions,
    },
};

/// `GET`: the list, or back to the plain one with a message when the address means nothing. `held` is
/// what was chosen in it before the login.
pub async fn show<R: Row>(
    list: &'static Changelist<R>,
    app: &App,
    rights: &Rights,
    session: &Session,
    mut frame: Frame,
    query: Option<&str>,
    held: Option<Vec<(String, String)>>,
) -> Result {
    if !rights.may(Verb::View, list.model) {
        return Err(crate::web::errors::Error::Forbidden);
    }
    let path = list.model.address();
    let Ok((asked, sql)) = read(list, &frame, query) else {
        return senseless(session, &frame, &path).await;
    };
    let (counts, rows) = futures_util::future::try_join(
        sql.counts(&app.db, list, frame.t, &asked, &frame.zone),
        sql.rows(&app.db, list, limit(&asked), offset(&asked)),
    )
    .await?;
    let pages = (counts.found + PAGE_SIZE - 1) / PAGE_SIZE;
    let too_far = !asked.all && asked.page > pages.max(1);
    if too_far && !frame.messages.is_empty() {
        // An action has emptied the last page: what it did is told on the page before it.
        sessions::tell_again(session, frame.messages).await?;
        let last = (pages > 1).then(|| pages.to_string());
        return Ok(page::found(&asked.with(&path, &[("p", last)])));
    }
    if too_far || asked.all && counts.found > SHOW_ALL {
        return senseless(session, &frame, &path).await;
    }
    if held.is_some() {
        let text = frame.t.admin.held_again.to_owned();
        frame.messages.push(Message::new(Level::Warning, text));
    }
    let chosen = Chosen {
        form: held.unwrap_or_default(),
        marks: Vec::new(),
    };
    page::ok(&view(list, rights, frame, &asked, counts, rows, &chosen))
}

/// The list as it was asked for, with everything that `form` chose in it, when nothing was saved.
pub(super) async fn again<R: Row>(
    list: &'static Changelist<R>,
    act: Act,
    query: Option<&str>,
    form: Vec<(String, String)>,
    refused: Refused,
) -> Result {
    let Act {
        visit,
        rights,
        mut frame,
        ..
    } = act;
    let Ok((asked, sql)) = read(list, &frame, query) else {
        return senseless(&visit.session, &frame, &list.model.address()).await;
    };
    let db = &visit.app.db;
    let (counts, rows) = futures_util::future::try_join(
        sql.counts(db, list, frame.t, &asked, &frame.zone),
        sql.rows(db, list, limit(&asked), offset(&asked)),
    )
    .await?;
    frame
        .messages
        .push(Message::new(Level::Error, refused.sentence));
    let chosen = Chosen {
        form,
        marks: refused.marks,
    };
    let page = view(list, &rights, frame, &asked, counts, rows, &chosen);
    page::html(refused.status, &page)
}

/// Reads an address and turns it into SQL.
pub(super) fn read<R>(
    list: &Changelist<R>,
    frame: &Frame,
    query: Option<&str>,
) -> std::result::Result<(Asked, Query), super::asked::Senseless> {
    let asked = Asked::read(list, query)?;
    let sql = Query::new(list, &asked, frame.t, &frame.zone)?;
    Ok((asked, sql))
}

async fn senseless(session: &Session, frame: &Frame, path: &str) -> Result {
    let text = frame.t.admin.senseless.to_owned();
    sessions::tell_again(session, frame.messages.clone()).await?;
    sessions::tell(session, Message::new(Level::Warning, text)).await?;
    Ok(page::found(path))
}

fn limit(asked: &Asked) -> i64 {
    if asked.all { SHOW_ALL } else { PAGE_SIZE }
}

fn offset(asked: &Asked) -> i64 {
    if asked.all {
        0
    } else {
        (asked.page - 1).saturating_mul(PAGE_SIZE)
    }
}

fn view<R: Row>(
    list: &'static Changelist<R>,
    rights: &Rights,
    frame: Frame,
    asked: &Asked,
    counts: Counts,
    rows: Vec<R>,
    chosen: &Chosen,
) -> ChangelistPage {
    let path = list.model.address();
    let path = path.as_str();
    let here = asked.with(
        path,
        &[("p", (asked.page > 1).then(|| asked.page.to_string()))],
    );
    let preserved = here.split_once('?').map_or(String::new(), |(_, query)| {
        paging::address("", &[("_changelist_filters", query)])
    });
    let may_change = rights.may(Verb::Change, list.model);
    let rows: Vec<RowView> = rows
        .iter()
        .map(|row| RowView {
            id: (list.row_id)(row),
            name: (list.row_name)(row),
            url: format!(
                "{}{preserved}",
                list.model.object_address((list.row_id)(row), "change")
            ),
            cells: list
                .columns
                .iter()
                .map(|column| match (column.cell)(row, &frame) {
                    Cell::VisibilityChoice { value, .. } if !may_change => Cell::Visibility(value),
                    Cell::VisibilityChoice { field, value, .. } => {
                        choice(chosen, (list.row_id)(row), field, value)
                    }
                    cell => cell,
                })
                .collect(),
            ticked: chosen.ticks((list.row_id)(row)),
        })
        .collect();
    let page_url = |page: i64| asked.with(path, &[("p", Some(page.to_string()))]);
    let mut paging = Paging::new(asked.page, counts.found, PAGE_SIZE, page_url);
    let shows_all = asked.all && counts.found > PAGE_SIZE;
    if shows_all {
        paging.links.clear();
        paging.previous = None;
        paging.next = None;
    }
    let show_all = counts.found > PAGE_SIZE && counts.found <= SHOW_ALL && !asked.all;
    ChangelistPage {
        sidebar: sidebar(rights, &frame, Some(list.model)),
        one: (list.model.one)(frame.t),
        many: (list.model.many)(frame.t),
        add: rights
            .may(Verb::Add, list.model)
            .then(|| format!("{path}add/{preserved}")),
        searchable: !list.search.is_empty(),
        query: asked.q.clone(),
        kept: kept(asked),
        total: counts.total,
        narrowed: !asked.q.is_empty() || !asked.chosen.is_empty() || asked.drill != Drill::All,
        heads: heads(list, &frame, path, asked),
        filters: filters(list, &frame, path, asked, &counts),
        clear: (!asked.chosen.is_empty() || asked.drill != Drill::All)
            .then(|| asked.without_filters(path)),
        drill: drill::view(&frame, path, asked, counts.drills),
        show_all: show_all.then(|| asked.with(path, &[("all", Some(String::new()))])),
        actions: list
            .actions
            .iter()
            .filter(|action| rights.may(action.needs, list.model))
            .map(|action| (action.name, (action.word)(frame.t)))
            .collect(),
        action: chosen.value("action").unwrap_or_default().to_owned(),
        elsewhere: elsewhere(list, chosen, &rows),
        first_is_picture: rows
            .first()
            .is_some_and(|row| matches!(row.cells.first(), Some(Cell::Picture { .. }))),
        changeable: may_change,
        editable: list.editable.is_some() && may_change,
        path: path.to_owned(),
        here,
        preserved,
        rows,
        paging,
        frame,
    }
}

fn choice(chosen: &Chosen, id: i64, field: String, present: Visibility) -> Cell {
    let (value, shown) = chosen.visibility(id, &field, present);
    Cell::VisibilityChoice {
        mark: chosen.mark(id).map(str::to_owned),
        field,
        value,
        shown,
    }
}

fn elsewhere<R>(list: &Changelist<R>, chosen: &Chosen, rows: &[RowView]) -> Vec<(String, String)> {
    let rows: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let unseen = list
        .editable
        .map(|editable| chosen.elsewhere(editable, &rows));
    unseen.unwrap_or_default()
}

/// What the search form sends along.
fn kept(asked: &Asked) -> Vec<(String, String)> {
    let kept = asked.parameters.iter();
    kept.filter(|(name, _)| !["q", "p", "all"].contains(&name.as_str()))
        .cloned()
        .collect()
}
