//! The command line: one file a command.

// They panic when nobody reads any more, with the work half done.
#![warn(clippy::print_stdout, clippy::print_stderr)]

mod changepassword;
mod check;
mod createsuperuser;
mod log;
mod media;
mod output;
mod serve;
mod start;
mod upload;

use std::{process::ExitCode, time::Duration};

use clap::{Parser, Subcommand};

use crate::settings::Written;

/// Madang: a self-hosted video site in one binary.
#[derive(Parser)]
#[command(name = "madang", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Written,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the site; the same as no command
    Serve,
    /// Bring the database up to date, and stop
    Migrate,
    /// Create an account that may do everything
    Createsuperuser(createsuperuser::Arguments),
    /// Give an account another password
    Changepassword(changepassword::Arguments),
    /// Look for what is wrong; changes nothing
    Check(check::Arguments),
    /// Look for files that no row knows, and rows whose files are missing
    Media(media::Arguments),
    /// Add videos from this machine, files or whole folders
    Upload(upload::Arguments),
}

/// How long work that cannot be cut (a hash, a write to the disk) may go on after the end.
const LAST_WORK: Duration = Duration::from_secs(2);

/// Runs the command line. Exit codes: 0 when all went well, 1 for a fault told in one sentence,
/// 2 for a command line that cannot be read.
pub fn run() -> ExitCode {
    // Password hashes and private videos are nobody else's on this machine: every file and folder
    // that is made from here on is its owner's alone.
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    // The environment wins over `.env`; a missing file is the usual case.
    if let Err(error) = dotenvy::dotenv()
        && !error.not_found()
    {
        return failed(&format!("the file .env cannot be read: {error}"));
    }
    let cli = Cli::parse();
    let settings = match cli.settings.check() {
        Ok(settings) => settings,
        Err(faults) => return failed(&faults),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // Enough for files and hashes; each thread costs memory.
        .max_blocking_threads(32)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("the system gives no threads: {error}")),
    };
    let done = runtime.block_on(async {
        match cli.command.unwrap_or(Command::Serve) {
            Command::Serve => serve::run(settings).await,
            Command::Migrate => start::database(&settings).await.map(|_| ()),
            Command::Createsuperuser(arguments) => createsuperuser::run(settings, arguments).await,
            Command::Changepassword(arguments) => changepassword::run(settings, arguments).await,
            Command::Check(arguments) => check::run(settings, arguments).await,
            Command::Media(arguments) => media::run(settings, arguments).await,
            Command::Upload(arguments) => upload::run(settings, arguments).await,
        }
    });
    runtime.shutdown_timeout(LAST_WORK);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => failed(&fault),
    }
}

fn failed(fault: &str) -> ExitCode {
    for line in fault.lines() {
        output::warn(format_args!("madang: {line}"));
    }
    ExitCode::FAILURE
}
