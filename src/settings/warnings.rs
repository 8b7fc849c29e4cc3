//! What `madang check --deploy` and the admin's index warn of: settings that are fine while trying
//! the site out and harm once others use it. Reads settings and the machine, no database.

use std::path::{Path, PathBuf};

use super::{Database, Settings};
use crate::words::{Catalogue, fill, format};

/// How much something matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Good to know.
    Info,
    /// Harms sooner or later.
    Warning,
    /// The site does not work.
    Error,
}

/// Something to be warned of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The database does not answer; what it says.
    DatabaseUnreachable(String),
    /// So many migrations have not been run.
    MigrationsMissing(i64),
    /// The media folder cannot be written to; which, and what the system says.
    MediaUnwritable(String, String),
    /// `DEBUG` is on.
    Debug,
    /// The database is on a disk that this host wipes.
    DatabaseWiped(&'static str),
    /// The media folder is on a disk that this host wipes.
    MediaWiped(&'static str),
    /// Passwords travel in the clear: no proxy is trusted to say https.
    NoHttps,
    /// http is not sent on to https.
    NoRedirect,
    /// Browsers are not told to insist on https.
    NoHsts,
    /// The secret key is one the site made itself.
    OwnSecretKey,
    /// The site answers to any name, and others can reach it.
    AnyHost,
    /// Nobody may do everything.
    NoSuperuser,
    /// So many files should have been removed a day ago.
    OldFiles(i64),
    /// Free bytes: less than the largest upload (the second number).
    LittleSpace(i64, i64),
    /// Anybody may sign up.
    SignupOpen,
}

impl Warning {
    /// How much it matters.
    pub fn level(&self) -> Level {
        match self {
            Warning::DatabaseUnreachable(_)
            | Warning::MigrationsMissing(_)
            | Warning::MediaUnwritable(..) => Level::Error,
            Warning::SignupOpen | Warning::NoRedirect | Warning::NoHsts => Level::Info,
            _ => Level::Warning,
        }
    }

    /// A short name that does not change with the language.
    pub fn name(&self) -> &'static str {
        match self {
            Warning::DatabaseUnreachable(_) => "database",
            Warning::MigrationsMissing(_) => "migrations",
            Warning::MediaUnwritable(..) => "media",
            Warning::Debug => "debug",
            Warning::DatabaseWiped(_) => "database-wiped",
            Warning::MediaWiped(_) => "media-wiped",
            Warning::NoHttps => "https",
            Warning::NoRedirect => "ssl-redirect",
            Warning::NoHsts => "hsts",
            Warning::OwnSecretKey => "secret-key",
            Warning::AnyHost => "allowed-hosts",
            Warning::NoSuperuser => "superuser",
            Warning::OldFiles(_) => "old-files",
            Warning::LittleSpace(..) => "space",
            Warning::SignupOpen => "signup",
        }
    }

    /// What is so, and what to do.
    pub fn words(&self, t: &Catalogue) -> (String, &'static str) {
        let w = t.admin;
        let plain = str::to_owned;
        match self {
            Warning::DatabaseUnreachable(said) => {
                (fill(w.warn_database, &[said]), w.warn_database_do)
            }
            Warning::MigrationsMissing(count) => {
                (fill(w.warn_migrations, &[count]), w.warn_migrations_do)
            }
            Warning::MediaUnwritable(folder, said) => {
                (fill(w.warn_media, &[folder, said]), w.warn_media_do)
            }
            Warning::Debug => (plain(w.warn_debug), w.warn_debug_do),
            Warning::DatabaseWiped(host) => (
                fill(w.warn_database_wiped, &[host]),
                w.warn_database_wiped_do,
            ),
            Warning::MediaWiped(host) => (fill(w.warn_media_wiped, &[host]), w.warn_media_wiped_do),
            Warning::NoHttps => (plain(w.warn_https), w.warn_https_do),
            Warning::NoRedirect => (plain(w.warn_redirect), w.warn_redirect_do),
            Warning::NoHsts => (plain(w.warn_hsts), w.warn_hsts_do),
            Warning::OwnSecretKey => (plain(w.warn_secret_key), w.warn_secret_key_do),
            Warning::AnyHost => (plain(w.warn_any_host), w.warn_any_host_do),
            Warning::NoSuperuser => (plain(w.warn_superuser), w.warn_superuser_do),
            Warning::OldFiles(count) => (fill(w.warn_old_files, &[count]), w.warn_old_files_do),
            Warning::LittleSpace(free, most) => (
                fill(w.warn_space, &[&format::size(*free), &format::size(*most)]),
                w.warn_space_do,
            ),
            Warning::SignupOpen => (plain(w.warn_signup), w.warn_signup_do),
        }
    }
}

/// Hosts whose own disk is wiped at every deploy or restart: a variable they always set, and their
/// name. (Each one's documentation of its default environment.)
const WIPING: [(&str, &str); 5] = [
    ("RENDER", "Render"),
    ("DYNO", "Heroku"),
    ("FLY_APP_NAME", "Fly.io"),
    ("RAILWAY_PROJECT_ID", "Railway"),
    ("K_SERVICE", "Cloud Run"),
];

/// The machine the site runs on, as far as warnings ask.
pub struct Machine<'a> {
    /// The host that wipes its disk, when it is one.
    pub wiping: Option<&'static str>,
    /// Whether what is written to a path outlives the host's next deploy.
    pub keeps: &'a dyn Fn(&Path) -> bool,
}

impl Machine<'static> {
    /// This one.
    pub fn this() -> Machine<'static> {
        let host = WIPING
            .into_iter()
            .find(|(variable, _)| std::env::var_os(variable).is_some());
        Machine {
            wiping: host.map(|(_, name)| name),
            keeps: &mounted_apart,
        }
    }
}

/// Whether a path is on another file system than the program's own root: there, a disk was mounted
/// for it. Of a path that does not exist yet its nearest folder is asked.
#[cfg(unix)]
fn mounted_apart(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let path = std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path));
    let there = path.ancestors().find_map(|path| path.metadata().ok());
    let root = Path::new("/").metadata().ok();
    there
        .zip(root)
        .is_some_and(|(there, root)| there.dev() != root.dev())
}

#[cfg(not(unix))]
fn mounted_apart(_: &Path) -> bool {
    false
}

/// What the settings themselves are to be warned of, the worst first.
pub fn of(settings: &Settings, machine: &Machine<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |when: bool, warning: Warning| {
        if when {
            warnings.push(warning);
        }
    };
    let public = !settings.address.ip().is_loopback();
    let no_proxy = settings.trusted_proxies.is_empty();
    warn(settings.debug, Warning::Debug);
    if let Some(host) = machine.wiping {
        if let Database::Sqlite(path) = &settings.database {
            warn(!(machine.keeps)(path), Warning::DatabaseWiped(host));
        }
        let media = &settings.media_root;
        warn(!(machine.keeps)(media), Warning::MediaWiped(host));
    }
    warn(no_proxy, Warning::NoHttps);
    warn(settings.secret_key_made, Warning::OwnSecretKey);
    warn(
        public && settings.allowed_hosts.is_empty(),
        Warning::AnyHost,
    );
    warn(!no_proxy && !settings.ssl_redirect, Warning::NoRedirect);
    warn(!no_proxy && settings.hsts_seconds == 0, Warning::NoHsts);
    warn(settings.signup_open, Warning::SignupOpen);
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Written;

    fn names(change: impl FnOnce(&mut Written), wiping: bool, kept: &str) -> Vec<&'static str> {
        let mut written = Written {
            secret_key: Some("k".repeat(40)),
            trusted_proxies: Some("private".into()),
            secure_ssl_redirect: Some("on".into()),
            secure_hsts_seconds: Some("3600".into()),
            signup: Some("closed".into()),
            allowed_hosts: Some("example.com".into()),
            ..Written::default()
        };
        change(&mut written);
        let settings = written.check().expect("settings");
        let keeps = |path: &Path| path.starts_with(kept);
        let machine = Machine {
            wiping: wiping.then_some("Render"),
            keeps: &keeps,
        };
        let warnings = of(&settings, &machine);
        warnings.iter().map(Warning::name).collect()
    }

    #[test]
    fn a_site_set_up_with_care_has_nothing_to_warn_of() {
        assert_eq!(names(|_| (), false, "/none"), [] as [&str; 0]);
    }

    #[test]
    fn each_setting_is_warned_of_alone() {
        type Change = fn(&mut Written);
        let cases: [(&str, Change); 6] = [
            ("debug", |w| w.debug = Some("on".into())),
            ("https", |w| w.trusted_proxies = None),
            ("ssl-redirect", |w| w.secure_ssl_redirect = None),
            ("hsts", |w| w.secure_hsts_seconds = None),
            ("signup", |w| w.signup = None),
            ("allowed-hosts", |w| {
                w.allowed_hosts = None;
                w.host = Some("0.0.0.0".into());
            }),
        ];
        for (name, change) in cases {
            assert_eq!(names(change, false, "/none"), [name]);
        }
    }

    #[test]
    fn a_key_of_our_own_making_is_warned_of() {
        let folder = tempfile::tempdir().expect("folder");
        let url = format!("sqlite:///{}/a.db", folder.path().display());
        let own = |w: &mut Written| {
            w.secret_key = None;
            w.database_url = Some(url);
        };
        assert_eq!(names(own, false, "/none"), ["secret-key"]);
    }

    #[test]
    fn a_disk_that_is_wiped_is_warned_of_and_a_mounted_one_is_not() {
        let on = |folder: &'static str| {
            move |w: &mut Written| {
                w.database_url = Some(format!("sqlite:///{folder}/a.db"));
                w.media_root = Some(format!("{folder}/media"));
            }
        };
        assert_eq!(
            names(on("/app"), true, "/var/data"),
            ["database-wiped", "media-wiped"]
        );
        assert_eq!(names(on("/var/data"), true, "/var/data"), [] as [&str; 0]);
        assert_eq!(names(on("/app"), false, "/var/data"), [] as [&str; 0]);
        let postgres = |w: &mut Written| w.database_url = Some("postgres://u:p@h/n".into());
        assert_eq!(names(postgres, true, "/none"), ["media-wiped"]);
    }
}
