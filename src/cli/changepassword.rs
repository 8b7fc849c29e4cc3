//! `madang changepassword NAME`, as Django has it: asks twice, hidden. Every session of the account
//! ends.

use clap::Args;

use super::{createsuperuser::new_password, output::say, start};
use crate::{
    accounts::{names::Username, store},
    settings::Settings,
    words::fill,
};

#[derive(Args)]
pub(super) struct Arguments {
    /// The account's name
    username: String,
}

pub(super) async fn run(settings: Settings, arguments: Arguments) -> Result<(), String> {
    let db = start::database(&settings).await?;
    let words = settings.language.words().accounts;
    let unknown = || fill(words.console_name_unknown, &[&arguments.username]);
    let name = Username::read(&arguments.username).map_err(|_| unknown())?;
    let user = store::by_name(&db, &name)
        .await
        .map_err(|error| error.to_string())?;
    let user = user.ok_or_else(unknown)?;
    say(fill(words.console_changing, &[&user.username]));
    let password = new_password(words, &user.username).await?;
    let hash = start::hasher()?
        .hash(&password)
        .await
        .map_err(|error| error.to_string())?;
    store::set_password(&db, user.id, hash)
        .await
        .map_err(|error| error.to_string())?;
    say(fill(words.console_changed, &[&user.username]));
    db.close().await;
    Ok(())
}
