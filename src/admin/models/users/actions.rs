//! What can be done to chosen users, each in one transaction with its log.

use super::MODEL;
use crate::{
    accounts::store::administration::{self, administer, are_last_superusers, belongings, named},
    admin::{
        changelist::{Act, Doomed},
        log,
        model::Verb,
        rights::Rights,
    },
    board::{deletion, store::ending},
    comments,
    db::Time,
    ingest::keep,
    reports,
    state::App,
    web::{
        errors::{Error, Result},
        frame::{Frame, Level, Message},
        sessions,
    },
    words::{fill, format},
};

/// Names that a confirmation lists at most; the rest is counted.
const MOST_NAMES: usize = 50;

/// What goes with the chosen users; a 403 when one of them is out of reach.
pub(super) async fn doomed(act: &Act) -> Result<Vec<Doomed>> {
    let app = &act.visit.app;
    if !act.rights.reach(&mut &app.db, &act.ids).await? {
        return Err(Error::Forbidden);
    }
    let mut all = doomed_of(app, &act.rights, &act.frame, &act.ids).await?;
    if are_last_superusers(&mut &app.db, &act.ids).await? {
        let text = act.frame.t.admin.last_superuser.to_owned();
        all.insert(0, Doomed { text, url: None });
    }
    Ok(all)
}

/// What goes with these users.
pub(super) async fn doomed_of(
    app: &App,
    rights: &Rights,
    frame: &Frame,
    ids: &[i64],
) -> Result<Vec<Doomed>> {
    let words = frame.t.admin;
    let users = named(&mut &app.db, ids).await?;
    let mut all: Vec<Doomed> = users
        .iter()
        .take(MOST_NAMES)
        .map(|user| Doomed {
            text: fill(words.doomed_user, &[&user.username]),
            url: rights.link(&MODEL, user.id),
        })
        .collect();
    let posts = ending::belongings_of(&app.db, ids).await?;
    let elsewhere = comments::store::count_elsewhere(&app.db, ids).await?;
    let (sessions, memberships) = belongings(&mut &app.db, ids).await?;
    let more = users.len().saturating_sub(MOST_NAMES) as i64;
    let board = frame.t.admin_board;
    for (sentence, count) in [
        (words.doomed_more, more),
        (board.doomed_posts, posts.posts),
        (board.doomed_under, posts.comments),
        (board.doomed_elsewhere, elsewhere),
        (words.doomed_sessions, sessions),
        (words.doomed_memberships, memberships),
    ] {
        if count > 0 {
            all.push(Doomed {
                text: fill(sentence, &[&format::number(count)]),
                url: None,
            });
        }
    }
    if posts.files > 0 {
        let values = [format::number(posts.files), format::size(posts.size)];
        all.push(Doomed {
            text: fill(board.doomed_files, &[&values[0], &values[1]]),
            url: None,
        });
    }
    Ok(all)
}

/// Deletes these users with their sessions, memberships, posts and comments; how many there were. `None`, and
/// nothing is done, when no active superuser would be left.
pub(super) async fn deleted(app: &App, rights: &Rights, ids: &[i64]) -> Result<Option<i64>> {
    let mut tx = administer(&app.db).await?;
    let rights = rights.renewed(&mut tx).await?;
    rights.need(Verb::Delete, &MODEL)?;
    if !rights.reach(&mut tx, ids).await? {
        return Err(Error::Forbidden);
    }
    if are_last_superusers(&mut tx, ids).await? {
        return Ok(None);
    }
    let users = named(&mut tx, ids).await?;
    // All entries first: who deletes themselves among others could write none after it.
    for user in &users {
        let object = (user.id, user.username.as_str());
        log::note(&mut tx, &rights, &MODEL, Verb::Delete, object, &[]).await?;
    }
    administration::hold(&mut tx, ids).await?;
    comments::store::delete_of(&mut tx, ids, Time::now()).await?;
    let posts = deletion::delete_of(&mut tx, ids).await?;
    reports::store::withdraw(&mut tx, ids).await?;
    for user in &users {
        administration::delete(&mut tx, user.id).await?;
    }
    tx.commit().await?;
    keep::remove(app, &posts.keys).await;
    Ok(Some(users.len() as i64))
}

/// Deletes the chosen users.
pub(super) async fn delete(act: &Act) -> Result<String> {
    let words = act.frame.t.admin;
    match deleted(&act.visit.app, &act.rights, &act.ids).await? {
        Some(1) => Ok(fill(words.deleted_one, &[&"1", &words.user])),
        Some(count) => Ok(fill(
            words.deleted_many,
            &[&format::number(count), &words.users.to_lowercase()],
        )),
        None => refused(act).await,
    }
}

/// Activates or deactivates the chosen users; those that are so already are not counted.
pub(super) async fn set_active(act: &Act, active: bool) -> Result<String> {
    let ids = &act.ids;
    let mut tx = administer(&act.visit.app.db).await?;
    let rights = act.rights.renewed(&mut tx).await?;
    rights.need(Verb::Change, &MODEL)?;
    if !rights.reach(&mut tx, ids).await? {
        return Err(Error::Forbidden);
    }
    if !active && are_last_superusers(&mut tx, ids).await? {
        drop(tx);
        return refused(act).await;
    }
    let users = named(&mut tx, ids).await?;
    let mut count = 0;
    for user in users.iter().filter(|user| user.is_active != active) {
        administration::set_active(&mut tx, user.id, active).await?;
        if !active {
            sessions::end_all(&mut tx, user.id).await?;
        }
        let object = (user.id, user.username.as_str());
        let fields = ["is_active"];
        log::note(&mut tx, &rights, &MODEL, Verb::Change, object, &fields).await?;
        administration::touch(&mut tx, user.id).await?;
        count += 1;
    }
    tx.commit().await?;
    let words = act.frame.t.admin;
    let sentence = match (active, count) {
        (true, 1) => words.activated_one,
        (true, _) => words.activated_many,
        (false, 1) => words.deactivated_one,
        (false, _) => words.deactivated_many,
    };
    Ok(fill(sentence, &[&format::number(count)]))
}

/// Tells why nothing was done.
async fn refused(act: &Act) -> Result<String> {
    let text = act.frame.t.admin.last_superuser.to_owned();
    sessions::tell(&act.visit.session, Message::new(Level::Error, text)).await?;
    Ok(String::new())
}
