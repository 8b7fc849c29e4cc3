//! `madang media [--clean]`: files that no row knows, and rows whose files are missing. Works beside
//! the running server and without it.

use clap::Args;

use super::{
    output::{plain, say},
    start,
};
use crate::{
    ingest::inventory::{self, Finding, Named, Tally, What, size},
    settings::Settings,
    state::App,
    storage::Key,
    web::errors::Error,
    words::{console::Words, fill, format},
};

#[derive(Args)]
pub(super) struct Arguments {
    /// Remove the files that no row knows; foreign files and rows are left alone
    #[arg(long)]
    clean: bool,
}

/// Prints the findings. The error, for exit code 1, is how many of them remain.
pub(super) async fn run(settings: Settings, arguments: Arguments) -> Result<(), String> {
    let t = settings.language.words();
    let app = start::app_with_files(settings).await?;
    let done = compare(&app, arguments.clean).await;
    app.db.close().await;
    let remaining = done.map_err(|fault| match fault {
        Fault::Strange => {
            let root = app.storage.root().display();
            fill(t.console.media_strange, &[&root])
        }
        Fault::Error(error) => error.to_string(),
    })?;
    if remaining == 0 {
        Ok(())
    } else {
        let remaining = number(remaining);
        Err(fill(t.console.media_found, &[&remaining]))
    }
}

enum Fault {
    /// Nothing here belongs to this database.
    Strange,
    Error(Error),
}

/// Looks, prints, and with `clean` removes; how much is left that is not as it should be.
async fn compare(app: &App, clean: bool) -> Result<u64, Fault> {
    let words = app.settings.language.words().console;
    let mut orphans: Vec<(Key, u64)> = Vec::new();
    let looked = inventory::look(app, |finding| {
        say(line(words, &finding));
        if let (true, Finding::Orphan(key, len)) = (clean, finding) {
            orphans.push((key, len));
        }
    });
    let tally = looked.await.map_err(Fault::Error)?;
    print(words, &tally);
    if !clean {
        if tally.orphans.files > 0 {
            say(words.media_clean_hint);
        }
        return Ok(tally.orphans.files + tally.foreign.files + tally.missing);
    }
    if tally.is_strange() {
        return Err(Fault::Strange);
    }
    let (removed, faults) = inventory::clean(app, &orphans)
        .await
        .map_err(Fault::Error)?;
    if removed.files > 0 {
        let values = (number(removed.files), size(removed.bytes));
        say(fill(words.removed, &[&values.0, &values.1]));
    }
    for fault in &faults {
        say(fill(words.not_removed, &[fault]));
    }
    Ok(faults.len() as u64 + tally.foreign.files + tally.missing)
}

fn print(words: &Words, tally: &Tally) {
    let known = (number(tally.known.files), size(tally.known.bytes));
    say(fill(words.tally_known, &[&known.0, &known.1]));
    for (sentence, pile) in [
        (words.tally_orphans, tally.orphans),
        (words.tally_foreign, tally.foreign),
    ] {
        if pile.files > 0 {
            let values = (number(pile.files), size(pile.bytes));
            say(fill(sentence, &[&values.0, &values.1]));
        }
    }
    if tally.missing > 0 {
        say(fill(words.tally_missing, &[&number(tally.missing)]));
    }
    if tally.is_clean() {
        say(words.media_fine);
    }
}

fn line(words: &Words, finding: &Finding) -> String {
    match finding {
        Finding::Orphan(key, len) => fill(words.orphan, &[key, &size(*len)]),
        Finding::Stray(token, len) => fill(words.stray, &[token, &size(*len)]),
        Finding::Foreign(name, len) => fill(words.foreign, &[&plain(name), &size(*len)]),
        Finding::Missing(what, Named { id, title, file }) => {
            let sentence = match what {
                What::Video => words.missing_video,
                What::Thumbnail => words.missing_thumbnail,
                What::Captions => words.missing_captions,
                What::Attachment => words.missing_attachment,
                What::Kept => words.missing_kept,
            };
            fill(sentence, &[id, &plain(title), &plain(file.as_str())])
        }
    }
}

fn number(count: u64) -> String {
    format::number(i64::try_from(count).unwrap_or(i64::MAX))
}
