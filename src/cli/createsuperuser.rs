//! `madang createsuperuser`, as Django has it: asks for name and password, or with `--noinput`
//! reads `SUPERUSER_USERNAME` and `SUPERUSER_PASSWORD`.

use std::io;

use clap::Args;

use super::{
    output::{ask, say, warn},
    start,
};
use crate::{
    accounts::{
        hashing::Hasher,
        names::Username,
        passwords,
        setup::{EnsureFault, Ensured, ensure_superuser},
        store::{self, NewUser},
    },
    db::{Db, Time},
    settings::Settings,
    words::{accounts::Words, fill},
};

#[derive(Args)]
pub(super) struct Arguments {
    /// The name; asked for when not given
    #[arg(long)]
    username: Option<String>,
    /// Ask nothing: take SUPERUSER_USERNAME and SUPERUSER_PASSWORD
    #[arg(long, visible_alias = "no-input")]
    noinput: bool,
}

pub(super) async fn run(settings: Settings, arguments: Arguments) -> Result<(), String> {
    let db = start::database(&settings).await?;
    let hasher = start::hasher()?;
    let done = if arguments.noinput {
        unattended(&settings, &db, &hasher, arguments.username).await
    } else {
        attended(
            &db,
            &hasher,
            settings.language.words().accounts,
            arguments.username,
        )
        .await
    };
    db.close().await;
    done
}

async fn unattended(
    settings: &Settings,
    db: &Db,
    hasher: &Hasher,
    username: Option<String>,
) -> Result<(), String> {
    let words = settings.language.words().accounts;
    let Some((name, password)) = &settings.superuser else {
        return Err(words.console_needs_variables.to_owned());
    };
    let (source, name) = match &username {
        Some(given) => ("--username", given),
        None => ("SUPERUSER_USERNAME", name),
    };
    match ensure_superuser(db, hasher, name, password).await {
        Ok(Ensured::Made) => {
            say(fill(words.console_superuser_made, &[name]));
            Ok(())
        }
        Ok(Ensured::Exists) => Err(fill(words.console_name_taken, &[name])),
        Err(EnsureFault::Name(fault)) => Err(format!("{source}: {}", fault.sentence(words))),
        Err(EnsureFault::Password) => Err(format!("SUPERUSER_PASSWORD: {}", too_long(words))),
        Err(fault) => Err(fault.to_string()),
    }
}

fn too_long(words: &Words) -> String {
    fill(words.password_too_long, &[&passwords::MAX_BYTES])
}

async fn attended(
    db: &Db,
    hasher: &Hasher,
    words: &Words,
    given: Option<String>,
) -> Result<(), String> {
    let username = free_name(db, words, given).await?;
    let password = new_password(words, username.as_str()).await?;
    let hash = hasher
        .hash(&password)
        .await
        .map_err(|error| error.to_string())?;
    let new = NewUser {
        username: &username,
        password: hash,
        superuser: true,
    };
    let made = store::create(db, new, Time::now())
        .await
        .map_err(|error| error.to_string())?;
    match made {
        Some(_) => {
            say(fill(words.console_superuser_made, &[&username.as_str()]));
            Ok(())
        }
        None => Err(fill(words.console_name_taken, &[&username.as_str()])),
    }
}

async fn free_name(db: &Db, words: &Words, given: Option<String>) -> Result<Username, String> {
    let mut given = given;
    loop {
        let asked = given.is_none();
        let typed = match given.take() {
            Some(name) => name,
            None => line(&prompt(words.username), words)?,
        };
        let fault = match Username::read(typed.trim()) {
            Ok(name) => {
                match store::by_name(db, &name)
                    .await
                    .map_err(|error| error.to_string())?
                {
                    None => return Ok(name),
                    Some(_) => words.username_taken.to_owned(),
                }
            }
            Err(fault) => fault.sentence(words),
        };
        if !asked {
            return Err(fault);
        }
        warn(fault);
    }
}

/// Asks twice, hidden, until the password is good and typed the same; a weak one may be taken
/// after a question, as Django does.
pub(super) async fn new_password(words: &Words, username: &str) -> Result<String, String> {
    loop {
        let password = hidden(&prompt(words.password), words)?;
        if hidden(&prompt(words.password_again), words)? != password {
            warn(words.passwords_differ);
            continue;
        }
        if password.is_empty() {
            warn(words.password_missing);
            continue;
        }
        if password.len() > passwords::MAX_BYTES {
            warn(too_long(words));
            continue;
        }
        let faults = passwords::faults(&password, username, "");
        if faults.is_empty() {
            return Ok(password);
        }
        for fault in faults {
            warn(fault.sentence(words));
        }
        let answer = line(words.console_weak_anyway, words)?;
        if answer.trim().eq_ignore_ascii_case("y") {
            return Ok(password);
        }
    }
}

fn prompt(label: &str) -> String {
    format!("{label}: ")
}

fn line(prompt: &str, words: &Words) -> Result<String, String> {
    ask(prompt);
    let mut line = String::new();
    match io::stdin().read_line(&mut line) {
        Ok(0) => Err(words.console_nothing_typed.to_owned()),
        Ok(_) => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
        Err(error) => Err(fill(words.console_no_terminal, &[&error])),
    }
}

fn hidden(prompt: &str, words: &Words) -> Result<String, String> {
    rpassword::prompt_password(prompt).map_err(|error| fill(words.console_no_terminal, &[&error]))
}
