//! `GET` of a change list: asks the database and makes the page; each link keeps the rest of the
//! address.

use tower_sessions::Session;

use super::{
    Changelist, PAGE_SIZE, SHOW_ALL,
    asked::{Asked, Drill},
    counts::Counts,
    page::{Cell, ChangelistPage, ChoiceView, DrillView, FilterView, Head, HeadSort, RowView},
    query::Query,
};
use crate::{
    admin::{model::Verb, rights::Rights, site::sidebar},
    db::Row,
    state::App,
    web::{
        errors::Result,
        frame::{Frame, Level, Message},
        page,
        paging::{self, Paging},
        sessions,
    },
    words::{fill, format},
};

/// `GET`: the list, or back to the plain one with a message when the address means nothing.
pub async fn show<R: Row>(
    list: &'static Changelist<R>,
    app: &App,
    rights: &Rights,
    session: &Session,
    frame: Frame,
    query: Option<&str>,
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
    page::ok(&view(list, rights, frame, &path, &asked, counts, rows))
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
    path: &str,
    asked: &Asked,
    counts: Counts,
    rows: Vec<R>,
) -> ChangelistPage {
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
                    cell => cell,
                })
                .collect(),
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
        drill: drill(&frame, path, asked, counts.drills),
        show_all: show_all.then(|| asked.with(path, &[("all", Some(String::new()))])),
        actions: list
            .actions
            .iter()
            .filter(|action| rights.may(action.needs, list.model))
            .map(|action| (action.name, (action.word)(frame.t)))
            .collect(),
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

/// What the search form sends along.
fn kept(asked: &Asked) -> Vec<(String, String)> {
    let kept = asked.parameters.iter();
    kept.filter(|(name, _)| !["q", "p", "all"].contains(&name.as_str()))
        .cloned()
        .collect()
}

fn heads<R>(list: &Changelist<R>, frame: &Frame, path: &str, asked: &Asked) -> Vec<Head> {
    let default = super::asked::order(list, list.order).unwrap_or_default();
    let order = if asked.order.is_empty() {
        &default
    } else {
        &asked.order
    };
    let heads = list.columns.iter().enumerate().map(|(index, column)| Head {
        word: (column.head)(frame.t),
        sort: column.sort.map(|_| {
            let place = order.iter().position(|(known, _)| *known == index);
            let descending = place.is_some_and(|place| order[place].1);
            let others: Vec<(usize, bool)> = order
                .iter()
                .copied()
                .filter(|(known, _)| *known != index)
                .collect();
            // As in Django: the first click puts a column in front of the order, the next flips it
            // where it stands.
            let mut clicked = order.clone();
            match place {
                Some(place) => clicked[place].1 = !descending,
                None => clicked.insert(0, (index, false)),
            }
            HeadSort {
                url: asked.with(path, &[("o", Asked::order_value(&clicked))]),
                remove: place
                    .filter(|_| !asked.order.is_empty())
                    .map(|_| asked.with(path, &[("o", Asked::order_value(&others))])),
                place: place.map(|place| place + 1),
                descending,
            }
        }),
    });
    heads.collect()
}

fn filters<R>(
    list: &Changelist<R>,
    frame: &Frame,
    path: &str,
    asked: &Asked,
    counts: &Counts,
) -> Vec<FilterView> {
    let views =
        list.filters
            .iter()
            .zip(&counts.facets)
            .enumerate()
            .map(|(index, (filter, facets))| {
                let chosen = asked.chosen.iter().find(|(known, _)| *known == index);
                let all = ChoiceView {
                    word: frame.t.admin.all.to_owned(),
                    count: None,
                    url: asked.with(path, &[(filter.name, None)]),
                    chosen: chosen.is_none(),
                };
                let choices = facets.iter().map(|facet| ChoiceView {
                    word: facet.word.clone(),
                    count: Some(format::number(facet.count)),
                    url: asked.with(path, &[(filter.name, Some(facet.value.clone()))]),
                    chosen: chosen.is_some_and(|(_, value)| *value == facet.value),
                });
                FilterView {
                    head: (filter.head)(frame.t),
                    choices: std::iter::once(all).chain(choices).collect(),
                }
            });
    views.collect()
}

fn drill(frame: &Frame, path: &str, asked: &Asked, next: Vec<Drill>) -> Option<DrillView> {
    if asked.drill == Drill::All && next.len() < 2 {
        return None;
    }
    let back = match asked.drill {
        Drill::All => None,
        Drill::Year(_) => Some(Drill::All),
        Drill::Month(year, _) => Some(Drill::Year(year)),
        Drill::Day(year, month, _) => Some(Drill::Month(year, month)),
    };
    let link = |drill: Drill| (drill_address(path, asked, drill), drill_word(frame, drill));
    Some(DrillView {
        back: back.map(link),
        here: (asked.drill != Drill::All).then(|| drill_word(frame, asked.drill)),
        next: next
            .into_iter()
            .map(|step| (drill_address(path, asked, step), step_word(frame, step)))
            .collect(),
    })
}

fn drill_address(path: &str, asked: &Asked, drill: Drill) -> String {
    let (year, month, day) = match drill {
        Drill::All => (None, None, None),
        Drill::Year(year) => (Some(year), None, None),
        Drill::Month(year, month) => (Some(year), Some(month), None),
        Drill::Day(year, month, day) => (Some(year), Some(month), Some(day)),
    };
    let changes = [
        ("year", year.map(|year| year.to_string())),
        ("month", month.map(|month| month.to_string())),
        ("day", day.map(|day| day.to_string())),
    ];
    asked.with(path, &changes)
}

/// A step's word: the year of a month stands before it already.
fn step_word(frame: &Frame, drill: Drill) -> String {
    match drill {
        Drill::Month(_, month) => format::month(frame.lang(), month),
        other => drill_word(frame, other),
    }
}

fn drill_word(frame: &Frame, drill: Drill) -> String {
    let words = frame.t.admin;
    match drill {
        Drill::All => words.all_dates.to_owned(),
        Drill::Year(year) => fill(words.year, &[&year]),
        Drill::Month(year, month) => {
            fill(words.month, &[&year, &format::month(frame.lang(), month)])
        }
        Drill::Day(_, month, day) => fill(words.day, &[&format::month(frame.lang(), month), &day]),
    }
}
