//! A POST to a change list: an action on the chosen rows; saving the column that is edited in the list
//! goes on to `edit`. An action that takes something away asks first.

use askama::Template;
use axum::http::StatusCode;
use sqlx::AssertSqlSafe;

use super::{Action, Changelist, edit, show::read};
use crate::{
    accounts::login::Visit,
    admin::{
        model::{Model, Verb},
        reproof,
        rights::Rights,
        site::{Sidebar, sidebar},
    },
    db::{Row, id_list},
    web::{
        errors::{Error, Result},
        frame::{Frame, Level, Message},
        page, sessions,
    },
    words::{fill, format},
};

/// Rows that one action, or one save, takes at most: more would hold the database's only writer too
/// long.
pub(super) const MOST: usize = 10_000;

/// Who does what to which rows.
pub struct Act {
    /// The site, and the session of whoever acts.
    pub visit: Visit,
    /// Who.
    pub rights: Rights,
    /// The language and the zone.
    pub frame: Frame,
    /// The model.
    pub model: &'static Model,
    /// The chosen rows, at most ten thousand.
    pub ids: Vec<i64>,
}

/// Something that goes with what is deleted.
pub struct Doomed {
    /// What it is and, where it is one thing, its name.
    pub text: String,
    /// Its page, when it has one.
    pub url: Option<String>,
}

/// The question before an action that takes something away.
#[derive(Template)]
#[template(path = "admin/confirm_action.html")]
struct ConfirmPage {
    frame: Frame,
    sidebar: Sidebar,
    /// The model's name for many.
    many: &'static str,
    /// The list to go back to.
    here: String,
    list: String,
    action: &'static str,
    action_word: String,
    ids: Vec<i64>,
    count: i64,
    doomed: Vec<Doomed>,
}

impl ConfirmPage {
    fn question(&self) -> String {
        let words = self.frame.t.admin;
        let one = self.count == 1;
        let sentence = if one {
            words.one_action_question
        } else {
            words.action_question
        };
        fill(sentence, &[&format::number(self.count)])
    }
}

/// `POST`.
pub async fn act<R: Row>(
    list: &'static Changelist<R>,
    visit: Visit,
    rights: Rights,
    frame: Frame,
    query: Option<&str>,
    form: Vec<(String, String)>,
) -> Result {
    rights.need(Verb::View, list.model)?;
    let path = list.model.address();
    let here = query.map_or_else(|| path.clone(), |query| format!("{path}?{query}"));
    let value = |name: &str| {
        form.iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    };
    let mut act = Act {
        visit,
        rights,
        frame,
        model: list.model,
        ids: Vec::new(),
    };
    if value("_save").is_some()
        && let Some(editable) = list.editable
    {
        return edit::save(list, editable, act, query, form, &here).await;
    }
    let words = act.frame.t.admin;
    let chosen = value("action").unwrap_or_default();
    let Some(action) = list.actions.iter().find(|action| action.name == chosen) else {
        return told(&act, Level::Warning, words.no_action.to_owned(), &here).await;
    };
    act.rights.need(action.needs, list.model)?;
    let across = value("select_across") == Some("1");
    act.ids = match chosen_ids(list, &act, query, &form, across).await? {
        Ok(ids) => ids,
        Err(sentence) => return told(&act, Level::Warning, sentence, &here).await,
    };
    if act.ids.is_empty() {
        return told(&act, Level::Warning, words.none_chosen.to_owned(), &here).await;
    }
    if let Some(confirm) = action.confirm
        && value("post") != Some("yes")
    {
        return ask(action, confirm(&act).await?, act, here, path);
    }
    if action.fresh_password
        && let Some(page) =
            reproof::asked(&act.visit, &act.rights, &act.frame, &here, &form).await?
    {
        return Ok(page);
    }
    let sentence = (action.run)(&act).await?;
    if sentence.is_empty() {
        return Ok(page::see_other(&here));
    }
    told(&act, Level::Success, sentence, &here).await
}

/// The chosen rows: those ticked, or with `select_across` all that the address leaves.
async fn chosen_ids<R: Row>(
    list: &'static Changelist<R>,
    act: &Act,
    query: Option<&str>,
    form: &[(String, String)],
    across: bool,
) -> Result<std::result::Result<Vec<i64>, String>> {
    let words = act.frame.t.admin;
    let ids = if across {
        let Ok((_, sql)) = read(list, &act.frame, query) else {
            return Ok(Err(words.senseless.to_owned()));
        };
        sql.ids(&act.visit.app.db, list).await?
    } else {
        let ticked = form.iter().filter(|(name, _)| name == "_selected_action");
        let ids: std::result::Result<Vec<i64>, _> =
            ticked.map(|(_, value)| value.parse::<i64>()).collect();
        let Ok(mut ids) = ids else {
            return Err(Error::BadRequest);
        };
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    if ids.len() > MOST {
        return Ok(Err(fill(
            words.too_many_chosen,
            &[&format::number(MOST as i64)],
        )));
    }
    // Another tab may have deleted some meanwhile: what is asked and told is exact.
    let sql = format!(
        "SELECT {} FROM {} WHERE {} IN {} ORDER BY {}",
        list.id,
        list.from,
        list.id,
        id_list(&ids),
        list.id
    );
    let there: Vec<(i64,)> = act.visit.app.db.all(AssertSqlSafe(sql), ()).await?;
    Ok(Ok(there.into_iter().map(|(id,)| id).collect()))
}

fn ask(
    action: &'static Action,
    doomed: Vec<Doomed>,
    act: Act,
    here: String,
    list: String,
) -> Result {
    let page = ConfirmPage {
        sidebar: sidebar(&act.rights, &act.frame, Some(act.model)),
        many: (act.model.many)(act.frame.t),
        action: action.name,
        action_word: (action.word)(act.frame.t),
        count: act.ids.len() as i64,
        // Each by its id, as Django does: what is answered is what was asked, whatever has come to
        // match the search meanwhile.
        ids: act.ids,
        frame: act.frame,
        doomed,
        here,
        list,
    };
    page::html(StatusCode::OK, &page)
}

pub(super) async fn told(act: &Act, level: Level, text: String, to: &str) -> Result {
    sessions::tell_again(&act.visit.session, act.frame.messages.clone()).await?;
    sessions::tell(&act.visit.session, Message::new(level, text)).await?;
    Ok(page::see_other(to))
}
