//! One session's page, and ending sessions. Ending one's own signs out; whoever has more rights than
//! the viewer is out of reach, as in the forms of users.

use askama::Template;

use super::{MODEL, agent};
use crate::{
    accounts::login::Visit,
    admin::{
        AnyId, Desk,
        changelist::{Act, Doomed},
        forms::DeletePage,
        log,
        model::Verb,
        models::users,
        rights::Rights,
        site::Sidebar,
    },
    db::Ask,
    web::{
        errors::{Error, Result},
        form::Typed,
        frame::{Frame, Level, Message},
        page,
        sessions::{self, Shown},
    },
    words::{fill, format},
};

/// Names that a confirmation lists at most; the rest is counted.
const MOST_NAMES: usize = 50;

/// `GET /admin/accounts/session/{id}/change/`: read-only, as a session is never changed by hand.
#[derive(Template)]
#[template(path = "admin/session_page.html")]
pub struct SessionPage {
    /// The page's surroundings.
    pub frame: Frame,
    /// The models beside it.
    pub sidebar: Sidebar,
    /// Who is signed in.
    pub username: String,
    /// Their page, when the viewer may see it.
    pub user: Option<String>,
    /// Where they signed in from; may be empty.
    pub address: String,
    /// The browser, shortened.
    pub browser: String,
    /// What the browser called itself; may be empty.
    pub agent: String,
    /// When they signed in.
    pub signed_in: String,
    /// When it runs out.
    pub expires: String,
    /// Whether it is the viewer's own.
    pub own: bool,
    /// Where it is ended, when the viewer may.
    pub end: Option<String>,
    /// The list.
    pub list: String,
}

/// The browser of a session in words.
pub(super) fn browser(frame: &Frame, told: &str) -> String {
    agent::short(told).unwrap_or_else(|| frame.t.admin.agent_unknown.to_owned())
}

/// Whether all of these may be ended by somebody with `rights`.
async fn may_end(on: &mut impl Ask, rights: &Rights, chosen: &[Shown]) -> Result<bool> {
    let users: Vec<i64> = chosen.iter().map(|session| session.user_id).collect();
    Ok(rights.may(Verb::Delete, &MODEL) && rights.reach(on, &users).await?)
}

async fn one(desk: &Desk, id: &AnyId) -> Result<Option<Shown>> {
    let ids = [id.id.unwrap_or(0)];
    Ok(sessions::shown(&mut &desk.app().db, &ids).await?.pop())
}

async fn is_own(desk: &Desk, shown: &Shown) -> Result<bool> {
    let own = sessions::own_number(desk.app(), &desk.visit.session).await?;
    Ok(own == Some(shown.id))
}

pub(super) async fn show(desk: Desk, id: AnyId) -> Result {
    desk.rights.need(Verb::View, &MODEL)?;
    let Some(shown) = one(&desk, &id).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    let frame = &desk.frame;
    let date = |time| format::date_time(frame.lang(), time, &frame.zone);
    let chosen = std::slice::from_ref(&shown);
    let may_end = may_end(&mut &desk.app().db, &desk.rights, chosen).await?;
    page::ok(&SessionPage {
        sidebar: desk.sidebar(&MODEL),
        user: desk.rights.link(&users::MODEL, shown.user_id),
        browser: browser(frame, &shown.agent),
        signed_in: date(shown.created_at),
        expires: date(shown.expires_at),
        end: may_end.then(|| desk.page_of(&MODEL, shown.id, "delete")),
        list: desk.list(&MODEL),
        own: is_own(&desk, &shown).await?,
        username: shown.username,
        address: shown.address,
        agent: shown.agent,
        frame: desk.frame,
    })
}

pub(super) async fn end_form(desk: Desk, id: AnyId) -> Result {
    desk.rights.need(Verb::Delete, &MODEL)?;
    let Some(shown) = one(&desk, &id).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    let chosen = std::slice::from_ref(&shown);
    if !may_end(&mut &desk.app().db, &desk.rights, chosen).await? {
        return Err(Error::Forbidden);
    }
    let words = desk.frame.t.admin;
    let what = if is_own(&desk, &shown).await? {
        words.session_own
    } else {
        words.session_what
    };
    let what = Doomed {
        text: what.to_owned(),
        url: None,
    };
    let doomed = vec![told(&desk.frame, &shown), what];
    let question = fill(words.end_question, &[&shown.username]);
    page::ok(&DeletePage {
        question: (question, words.end_session),
        ..DeletePage::new(desk, &MODEL, (shown.id, shown.username), doomed)
    })
}

fn told(frame: &Frame, session: &Shown) -> Doomed {
    let since = format::date_time(frame.lang(), session.created_at, &frame.zone);
    let browser = browser(frame, &session.agent);
    Doomed {
        text: fill(
            frame.t.admin.doomed_session,
            &[&session.username, &browser, &since],
        ),
        url: None,
    }
}

pub(super) async fn end(desk: Desk, id: AnyId, _: Typed) -> Result {
    desk.rights.need(Verb::Delete, &MODEL)?;
    let Some(shown) = one(&desk, &id).await? else {
        return desk.gone(&MODEL, id.written).await;
    };
    let Desk {
        visit,
        rights,
        frame,
        ..
    } = &desk;
    let Some(_) = ended(visit, rights, frame, &[shown.id]).await? else {
        return Ok(page::see_other("/admin/login/"));
    };
    let text = fill(frame.t.admin.session_ended, &[&shown.username]);
    sessions::tell(&visit.session, Message::new(Level::Success, text)).await?;
    Ok(page::see_other(&desk.list(&MODEL)))
}

/// Ends these sessions; how many there were, or `None` when the viewer's own was among them and so
/// they are signed out.
async fn ended(visit: &Visit, rights: &Rights, frame: &Frame, ids: &[i64]) -> Result<Option<i64>> {
    let own = sessions::own_number(&visit.app, &visit.session).await?;
    let mut tx = visit.app.db.begin().await?;
    let rights = rights.renewed(&mut tx).await?;
    rights.need(Verb::Delete, &MODEL)?;
    let chosen = sessions::shown(&mut tx, ids).await?;
    if !may_end(&mut tx, &rights, &chosen).await? {
        return Err(Error::Forbidden);
    }
    for session in &chosen {
        sessions::end(&mut tx, session.id).await?;
        let name = format!("{} · {}", session.username, browser(frame, &session.agent));
        let object = (session.id, name.as_str());
        log::note(&mut tx, &rights, &MODEL, Verb::Delete, object, &[]).await?;
    }
    tx.commit().await?;
    if chosen.iter().any(|session| Some(session.id) == own) {
        sessions::sign_out(&visit.session).await?;
        return Ok(None);
    }
    Ok(Some(chosen.len() as i64))
}

/// What the chosen sessions are; a 403 when one is of somebody out of reach.
pub(super) async fn doomed(act: &Act) -> Result<Vec<Doomed>> {
    let db = &act.visit.app.db;
    let chosen = sessions::shown(&mut &*db, &act.ids).await?;
    if !may_end(&mut &*db, &act.rights, &chosen).await? {
        return Err(Error::Forbidden);
    }
    let words = act.frame.t.admin;
    let named = chosen.iter().take(MOST_NAMES);
    let mut all: Vec<Doomed> = named.map(|session| told(&act.frame, session)).collect();
    if chosen.len() > MOST_NAMES {
        let more = format::number((chosen.len() - MOST_NAMES) as i64);
        all.push(Doomed {
            text: fill(words.doomed_more, &[&more]),
            url: None,
        });
    }
    let own = sessions::own_number(&act.visit.app, &act.visit.session).await?;
    if chosen.iter().any(|session| Some(session.id) == own) {
        all.push(Doomed {
            text: words.session_own.to_owned(),
            url: None,
        });
    }
    Ok(all)
}

/// Ends the chosen sessions.
pub(super) async fn end_chosen(act: &Act) -> Result<String> {
    let words = act.frame.t.admin;
    let ended = ended(&act.visit, &act.rights, &act.frame, &act.ids).await?;
    Ok(match ended {
        None => String::new(),
        Some(1) => fill(words.sessions_ended_one, &[&"1"]),
        Some(count) => fill(words.sessions_ended_many, &[&format::number(count)]),
    })
}
