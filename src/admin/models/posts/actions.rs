//! Making chosen posts notices, in one transaction with its log.

use super::MODEL;
use crate::{
    admin::{changelist::Act, log, model::Verb},
    board::store,
    db::Time,
    web::errors::Result,
    words::{fill, format},
};

/// Pins the chosen posts or lets go of them; those that are so already are not counted.
pub(super) async fn set_notice(act: &Act, notice: bool) -> Result<String> {
    let now = Time::now();
    let mut tx = act.visit.app.db.begin().await?;
    let rights = &act.rights.renewed(&mut tx).await?;
    rights.need(Verb::Change, &MODEL)?;
    let changed = store::set_notice(&mut tx, &act.ids, notice, now).await?;
    for (id, title) in &changed {
        let object = (*id, title.as_str());
        let fields = ["is_notice"];
        log::note_at(&mut tx, now, rights, &MODEL, Verb::Change, object, &fields).await?;
    }
    tx.commit().await?;
    let words = act.frame.t.admin_board;
    let sentence = match (notice, changed.len()) {
        (true, 1) => words.noticed_one,
        (true, _) => words.noticed_many,
        (false, 1) => words.unnoticed_one,
        (false, _) => words.unnoticed_many,
    };
    Ok(fill(sentence, &[&format::number(changed.len() as i64)]))
}
