//! `GET /admin/`: the models, what one did last, how the site is doing, and what to look at.

use askama::Template;
use axum::extract::State;

use super::{
    inspection, log,
    log::Entry,
    model::Verb,
    models::{comments, posts},
    registry::{REGISTRY, Registered, action_word, of},
    rights::Rights,
};
use crate::{
    db::Time,
    reports,
    settings::warnings::{Level, Warning},
    state::App,
    web::{errors::Result, frame::Frame, page},
    words::{fill, format},
};

/// Own actions that are shown.
const RECENT: i64 = 10;

/// A model with its ways in.
struct Entrance {
    name: &'static str,
    count: String,
    list: Option<String>,
    add: Option<String>,
    change: Option<String>,
    view: Option<String>,
}

/// Something one did.
struct Deed {
    action: &'static str,
    class: String,
    model: &'static str,
    name: String,
    /// Its page, when it is still there and may be seen.
    url: Option<String>,
    fields: String,
    age: String,
    when: String,
}

/// Something to look at.
struct Notice {
    name: &'static str,
    level: &'static str,
    class: &'static str,
    what: String,
    todo: &'static str,
}

/// How the site is doing.
struct Health {
    database: String,
    database_size: String,
    files: String,
    free: String,
}

#[derive(Template)]
#[template(path = "admin/index.html")]
struct IndexPage {
    frame: Frame,
    entrances: Vec<Entrance>,
    deeds: Vec<Deed>,
    notices: Vec<Notice>,
    /// Reports to settle: where, and how many.
    waiting: Vec<(String, String)>,
    /// For superusers: others need not know of the machine.
    health: Option<Health>,
    version: &'static str,
}

/// `GET /admin/`
pub async fn index(State(app): State<App>, rights: Rights, frame: Frame) -> Result {
    let superuser = rights.account.is_superuser;
    let mut entrances = Vec::new();
    for objects in &REGISTRY {
        if rights.may_anything(objects.model) {
            entrances.push(entrance(&app, &rights, &frame, objects).await?);
        }
    }
    let entries = log::recent(&app.db, rights.account.id, RECENT).await?;
    let mut deeds = Vec::new();
    for entry in entries {
        deeds.extend(deed(&app, &rights, &frame, entry).await?);
    }
    let mut notices = Vec::new();
    if superuser {
        let warnings = inspection::all(&app.db, &app.settings).await?;
        notices = warnings.iter().map(|w| notice(w, &frame)).collect();
    }
    let waiting = waiting(&app, &rights, &frame).await?;
    let health = if superuser {
        Some(health(&app, &frame).await?)
    } else {
        None
    };
    page::ok(&IndexPage {
        version: env!("CARGO_PKG_VERSION"),
        entrances,
        deeds,
        notices,
        waiting,
        health,
        frame,
    })
}

async fn entrance(
    app: &App,
    rights: &Rights,
    frame: &Frame,
    objects: &Registered,
) -> Result<Entrance> {
    let model = objects.model;
    let may = |verb| rights.may(verb, model);
    let count = objects.count(&app.db).await?;
    let name = if count == 1 { model.one } else { model.many };
    let words = [format::number(count), name(frame.t).to_lowercase()];
    Ok(Entrance {
        name: (model.many)(frame.t),
        count: fill(frame.t.admin.count_of, &[&words[0], &words[1]]),
        list: may(Verb::View).then(|| model.address()),
        add: may(Verb::Add).then(|| format!("{}add/", model.address())),
        change: may(Verb::Change).then(|| model.address()),
        view: (may(Verb::View) && !may(Verb::Change)).then(|| model.address()),
    })
}

/// `None` for a model that is not there any more.
async fn deed(app: &App, rights: &Rights, frame: &Frame, entry: Entry) -> Result<Option<Deed>> {
    let Some(objects) = of(&entry.model) else {
        return Ok(None);
    };
    let model = objects.model;
    let there = rights.may(Verb::View, model)
        && entry.action != "delete"
        && objects.name(&app.db, entry.object_id).await?.is_some();
    Ok(Some(Deed {
        action: action_word(frame, &entry),
        model: (model.one)(frame.t),
        url: there.then(|| model.object_address(entry.object_id, "change")),
        fields: objects.labels(&entry, frame.lang()),
        age: format::age(frame.lang(), entry.action_time, Time::now(), &frame.zone),
        when: format::date_time(frame.lang(), entry.action_time, &frame.zone),
        class: entry.action,
        name: entry.object_text,
    }))
}

/// Posts and comments that were reported, as far as the viewer may settle that.
async fn waiting(app: &App, rights: &Rights, frame: &Frame) -> Result<Vec<(String, String)>> {
    let words = frame.t.admin_board;
    let queues = [
        (&posts::MODEL, words.waiting_posts),
        (&comments::MODEL, words.waiting_comments),
    ];
    let mine = queues.map(|(model, _)| rights.may(Verb::Change, model));
    if mine == [false, false] {
        return Ok(Vec::new());
    }
    let (posts, comments) = reports::store::waiting(&app.db).await?;
    let counted = queues.into_iter().zip(mine).zip([posts, comments]);
    let waiting = counted.filter(|((_, mine), count)| *mine && *count > 0);
    Ok(waiting
        .map(|(((model, sentence), _), count)| {
            let queue = format!("{}?reported=1", model.address());
            (queue, fill(sentence, &[&format::number(count)]))
        })
        .collect())
}

fn notice(warning: &Warning, frame: &Frame) -> Notice {
    let words = frame.t.admin;
    let (what, todo) = warning.words(frame.t);
    let (level, class) = match warning.level() {
        Level::Error => (words.level_error, "error"),
        Level::Warning => (words.level_warning, "warning"),
        Level::Info => (words.level_info, "info"),
    };
    Notice {
        name: warning.name(),
        level,
        class,
        what,
        todo,
    }
}

async fn health(app: &App, frame: &Frame) -> Result<Health> {
    let words = frame.t.admin;
    let size = inspection::database_size(&app.db, &app.settings).await?;
    let space = inspection::space(&app.settings).await;
    Ok(Health {
        database: inspection::database_kind(&app.db).await?,
        database_size: format::size(size),
        files: format::size(inspection::videos_size(&app.db).await?),
        free: match space {
            Some(space) => {
                let [free, total] = [space.free, space.total].map(inspection::bytes);
                fill(
                    words.index_free_of,
                    &[&format::size(free), &format::size(total)],
                )
            }
            None => words.index_unknown.to_owned(),
        },
    })
}
