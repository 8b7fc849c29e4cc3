//! What members reported, as the admin site shows and settles it: of posts and comments alike.

use super::{
    AnyId, Desk, Filters,
    changelist::Act,
    log,
    model::{Model, Verb},
    models::users,
    rights::Rights,
};
use crate::{
    db::{Time, Tx},
    reports::{
        Kind, Reported,
        store::{self, Settled},
    },
    web::{
        errors::Result,
        form::Typed,
        frame::{Frame, Level, Message},
        page,
        text::summary,
    },
    words::{fill, format},
};

/// Reports that a form shows at most: [`store::of`]'s own limit.
const MOST: i64 = 100;

/// Characters of a name in a message.
const SHOWN: usize = 60;

/// One person's report.
pub struct ReportLine {
    /// Who.
    pub who: String,
    /// Their page, for who may see it.
    pub user: Option<String>,
    /// Why, in their words; may be empty.
    pub why: String,
    /// When.
    pub when: String,
}

/// The reports of one thing, in its form.
pub struct Reports {
    /// The newest, at most a hundred.
    pub lines: Vec<ReportLine>,
    /// How many there are.
    pub count: i64,
    /// Where they are settled, when there are any and the viewer may.
    pub settle: Option<String>,
}

impl Reports {
    /// The reports of the object `id` of a model that is reported as `kind`.
    pub async fn of(desk: &Desk, model: &Model, kind: Kind, id: i64) -> Result<Reports> {
        let reported = match kind {
            Kind::Posts => Reported::Post(id),
            Kind::Comments => Reported::Comment(id),
        };
        let (rights, frame, db) = (&desk.rights, &desk.frame, &desk.app().db);
        let lines = store::of(db, reported).await?;
        let mut count = lines.len() as i64;
        if count == MOST {
            count = store::count(db, reported).await?;
        }
        let may = count > 0 && rights.may(Verb::Change, model);
        let lines = lines.into_iter().map(|report| ReportLine {
            user: rights.link(&users::MODEL, report.user_id),
            when: format::date_time(frame.lang(), report.created_at, &frame.zone),
            who: report.username,
            why: report.reason,
        });
        Ok(Reports {
            lines: lines.collect(),
            count,
            settle: may.then(|| desk.page_of(model, id, "settle")),
        })
    }

    /// "신고 3건"
    pub fn heading(&self, frame: &Frame) -> String {
        let words = frame.t.admin_board;
        fill(words.reports_heading, &[&format::number(self.count)])
    }

    /// That there are more than are shown.
    pub fn more(&self, frame: &Frame) -> Option<String> {
        let words = frame.t.admin_board;
        (self.count > MOST).then(|| fill(words.reports_some, &[&MOST]))
    }
}

/// `GET …/{id}/settle/`: the object's form, where its reports are settled. A login leads here when
/// the session had ended before the form was sent.
pub async fn form_of(model: &'static Model, rights: Rights, id: AnyId, filters: Filters) -> Result {
    rights.need(Verb::View, model)?;
    let form = model.object_address(id.id.unwrap_or(0), "change");
    Ok(page::found(&filters.carried(&form)))
}

/// `POST …/{id}/settle/`; field `hide`, `1` to take the thing out of sight.
pub async fn settle(
    desk: Desk,
    id: AnyId,
    Typed(form): Typed,
    model: &'static Model,
    kind: Kind,
) -> Result {
    desk.rights.need(Verb::Change, model)?;
    let Some(number) = id.id else {
        return desk.gone(model, id.written).await;
    };
    let hide = super::forms::value(&form, "hide") == "1";
    let db = &desk.app().db;
    let settled = settle_all(db, &desk.rights, model, kind, &[number], hide).await?;
    if settled == 0 && !store::is_there(db, kind, number).await? {
        return desk.gone(model, id.written).await;
    }
    let words = desk.frame.t.admin_board;
    let message = if settled == 0 {
        Message::new(Level::Warning, words.settled_before.to_owned())
    } else {
        Message::new(Level::Success, told(&desk.frame, model, settled, hide))
    };
    desk.lead_on(message).await?;
    Ok(page::see_other(&desk.list(model)))
}

/// Settles the reports of the chosen rows; the sentence that tells how many it changed.
pub async fn settle_chosen(act: &Act, kind: Kind, hide: bool) -> Result<String> {
    let db = &act.visit.app.db;
    let settled = settle_all(db, &act.rights, act.model, kind, &act.ids, hide).await?;
    Ok(told(&act.frame, act.model, settled, hide))
}

async fn settle_all(
    db: &crate::db::Db,
    rights: &Rights,
    model: &Model,
    kind: Kind,
    ids: &[i64],
    hide: bool,
) -> Result<i64> {
    let mut tx = db.begin().await?;
    let rights = &rights.renewed(&mut tx).await?;
    rights.need(Verb::Change, model)?;
    let now = Time::now();
    let settled = store::settle(&mut tx, kind, ids, hide, now).await?;
    for thing in &settled {
        note(&mut tx, rights, model, thing, hide, now).await?;
    }
    tx.commit().await?;
    Ok(settled.len() as i64)
}

async fn note(
    tx: &mut Tx,
    rights: &Rights,
    model: &Model,
    thing: &Settled,
    hide: bool,
    now: Time,
) -> Result<()> {
    let object = (thing.id, thing.name.as_str());
    let fields = fields(thing, hide);
    log::note_at(tx, now, rights, model, Verb::Change, object, &fields).await?;
    Ok(())
}

/// What settling changed, as the log names it.
pub fn fields(thing: &Settled, hide: bool) -> Vec<&'static str> {
    let fields = [
        ("is_hidden", thing.was_hidden != hide),
        ("reports", thing.reports > 0),
    ];
    let changed = fields.into_iter().filter(|(_, changed)| *changed);
    changed.map(|(field, _)| field).collect()
}

fn told(frame: &Frame, model: &Model, count: i64, hide: bool) -> String {
    let words = frame.t.admin_board;
    let sentence = match (hide, count) {
        (false, 1) => words.shown_one,
        (false, _) => words.shown_many,
        (true, 1) => words.hidden_one,
        (true, _) => words.hidden_many,
    };
    let name = if count == 1 {
        (model.one)(frame.t).to_owned()
    } else {
        (model.many)(frame.t).to_lowercase()
    };
    fill(sentence, &[&format::number(count), &name])
}

/// A name as messages and headings have it.
pub fn short(name: &str) -> String {
    summary(name, SHOWN)
}

/// Something about a post or a comment that its form only tells.
pub struct Fact {
    /// What it is.
    pub label: &'static str,
    /// What it says.
    pub text: String,
    /// Where it leads, for who may go there.
    pub url: Option<String>,
}

impl Fact {
    /// A fact that leads nowhere.
    pub fn new(label: &'static str, text: String) -> Fact {
        Fact {
            label,
            text,
            url: None,
        }
    }
}
