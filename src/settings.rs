//! The settings: one struct whose fields are flag, environment variable and help text at once;
//! read once at start, checked together, every fault in one message.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use clap::Args;
use ipnet::IpNet;
use jiff::tz::TimeZone;

use crate::words::Lang;

pub mod limits;
mod read;
mod secret;
pub mod warnings;

/// The settings as they are written: by flag, by environment variable, or in `.env`.
#[derive(Args, Clone, Debug, Default)]
pub struct Written {
    /// Where the data is: sqlite:///madang.sqlite3 or postgres://user:password@host/name
    #[arg(long, env = "DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,
    /// At least 32 random characters that nobody else knows
    #[arg(long, env = "SECRET_KEY", global = true, hide_env_values = true)]
    pub secret_key: Option<String>,
    /// on while developing: assets are read from static/ at every request
    #[arg(long, env = "DEBUG", global = true)]
    pub debug: Option<String>,
    /// Names this site answers to, with commas; .example.com means all below; empty means any
    #[arg(long, env = "ALLOWED_HOSTS", global = true)]
    pub allowed_hosts: Option<String>,
    /// Address to listen on: 127.0.0.1, or 0.0.0.0 when PORT is set
    #[arg(long, env = "HOST", global = true)]
    pub host: Option<String>,
    /// Port to listen on, 8000 by default
    #[arg(long, env = "PORT", global = true)]
    pub port: Option<String>,
    /// Folder of the uploaded files
    #[arg(long, env = "MEDIA_ROOT", global = true)]
    pub media_root: Option<String>,
    /// Time zone of the dates that are shown, Asia/Seoul by default
    #[arg(long, env = "TIME_ZONE", global = true)]
    pub time_zone: Option<String>,
    /// ko or en, for viewers whose browser asks for neither
    #[arg(long, env = "LANGUAGE_CODE", global = true)]
    pub language_code: Option<String>,
    /// Seconds a login lasts, 1209600 (14 days) by default
    #[arg(long, env = "SESSION_COOKIE_AGE", global = true)]
    pub session_cookie_age: Option<String>,
    /// on sends http visitors to https
    #[arg(long, env = "SECURE_SSL_REDIRECT", global = true)]
    pub secure_ssl_redirect: Option<String>,
    /// Seconds browsers shall insist on https, 0 by default
    #[arg(long, env = "SECURE_HSTS_SECONDS", global = true)]
    pub secure_hsts_seconds: Option<String>,
    /// Header and value by which a trusted proxy tells https: X-Forwarded-Proto,https
    #[arg(long, env = "SECURE_PROXY_SSL_HEADER", global = true)]
    pub secure_proxy_ssl_header: Option<String>,
    /// Proxies whose headers are believed: addresses, networks, or the word private; none by default
    #[arg(long, env = "TRUSTED_PROXIES", global = true)]
    pub trusted_proxies: Option<String>,
    /// Header by which a trusted proxy names the client: X-Forwarded-For
    #[arg(long, env = "CLIENT_IP_HEADER", global = true)]
    pub client_ip_header: Option<String>,
    /// The largest upload: bytes, or 500M, or 2G (the default)
    #[arg(long, env = "MAX_UPLOAD_SIZE", global = true)]
    pub max_upload_size: Option<String>,
    /// auto (ffmpeg when PATH has one), off, or where the program is
    #[arg(long, env = "FFMPEG", global = true)]
    pub ffmpeg: Option<String>,
    /// open or closed
    #[arg(long, env = "SIGNUP", global = true)]
    pub signup: Option<String>,
    /// Members whose reports hide a post or comment until it is reviewed: 3 by default, 0 never
    #[arg(long, env = "REPORTS_TO_HIDE", global = true)]
    pub reports_to_hide: Option<String>,
    /// Name of a superuser to create at start, unless it exists
    #[arg(long, env = "SUPERUSER_USERNAME", global = true)]
    pub superuser_username: Option<String>,
    /// That superuser's password
    #[arg(
        long,
        env = "SUPERUSER_PASSWORD",
        global = true,
        hide_env_values = true
    )]
    pub superuser_password: Option<String>,
    /// text or json
    #[arg(long, env = "LOG_FORMAT", global = true)]
    pub log_format: Option<String>,
    /// Where an nginx in front has MEDIA_ROOT as an internal location, and sends the files: /protected/
    #[arg(long, env = "X_ACCEL_REDIRECT", global = true)]
    pub x_accel_redirect: Option<String>,
    /// What connections may cost.
    #[command(flatten)]
    pub limits: limits::WrittenLimits,
}

/// Where the data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// An SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL server's URL.
    Postgres(String),
}

/// Which ffmpeg works in the background.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ffmpeg {
    /// The one in `PATH`, if there is one.
    Auto,
    /// None.
    Off,
    /// This one.
    At(PathBuf),
}

/// The settings, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the data is.
    pub database: Database,
    /// The key of every keyed hash, at least 32 bytes.
    pub secret_key: Vec<u8>,
    /// Whether that key is one that was made for want of a `SECRET_KEY`.
    pub secret_key_made: bool,
    /// Whether assets are read from the disk and the start is lenient.
    pub debug: bool,
    /// Names the site answers to; empty for any.
    pub allowed_hosts: Vec<String>,
    /// Where to listen.
    pub address: SocketAddr,
    /// Folder of the uploaded files.
    pub media_root: PathBuf,
    /// The zone dates are shown in.
    pub time_zone: TimeZone,
    /// The language of viewers who ask for none the site speaks.
    pub language: Lang,
    /// Seconds a session lasts without use.
    pub session_cookie_age: i64,
    /// Whether http is sent on to https.
    pub ssl_redirect: bool,
    /// `max-age` of Strict-Transport-Security in seconds; 0 sends none.
    pub hsts_seconds: u64,
    /// Header name and value by which a trusted proxy tells https.
    pub proxy_ssl_header: (String, String),
    /// Networks of the proxies whose headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Header by which a trusted proxy names the client.
    pub client_ip_header: String,
    /// The largest upload, in bytes.
    pub max_upload_size: u64,
    /// Which ffmpeg works in the background.
    pub ffmpeg: Ffmpeg,
    /// Whether anybody may sign up.
    pub signup_open: bool,
    /// How many members' reports hide a post or comment until it is reviewed; 0 for never.
    pub reports_to_hide: i64,
    /// A superuser to create at start: name and password.
    pub superuser: Option<(String, String)>,
    /// Whether log lines are JSON.
    pub log_json: bool,
    /// The internal location of an nginx in front that sends the files itself, with `/` at both ends.
    pub x_accel_redirect: Option<String>,
    /// What connections may cost.
    pub limits: limits::Limits,
}

impl Written {
    /// Checks everything together. The error is one text that names every fault.
    pub fn check(self) -> Result<Settings, String> {
        let mut faults = Vec::new();
        let f = &mut faults;
        let database = read::database(f, self.database_url.as_deref());
        let debug = read::switch(f, "DEBUG", self.debug.as_deref(), false);
        let port_given = self
            .port
            .as_deref()
            .is_some_and(|port| !port.trim().is_empty());
        let default_host = if port_given {
            Ipv4Addr::UNSPECIFIED
        } else {
            Ipv4Addr::LOCALHOST
        };
        let host = read::host(f, self.host.as_deref(), IpAddr::V4(default_host));
        let port = read::number(f, "PORT", self.port.as_deref(), 8000, 0..=65_535, "8000");
        let address = SocketAddr::new(host, port as u16);
        let settings = Settings {
            debug,
            address,
            allowed_hosts: read::list(self.allowed_hosts.as_deref()),
            media_root: read::text(self.media_root, "media").into(),
            time_zone: read::time_zone(f, self.time_zone.as_deref()),
            language: read::language(f, self.language_code.as_deref()),
            session_cookie_age: read::number(
                f,
                "SESSION_COOKIE_AGE",
                self.session_cookie_age.as_deref(),
                1_209_600,
                60..=315_360_000,
                "1209600",
            ) as i64,
            ssl_redirect: read::switch(
                f,
                "SECURE_SSL_REDIRECT",
                self.secure_ssl_redirect.as_deref(),
                false,
            ),
            hsts_seconds: read::number(
                f,
                "SECURE_HSTS_SECONDS",
                self.secure_hsts_seconds.as_deref(),
                0,
                0..=315_360_000,
                "31536000",
            ),
            proxy_ssl_header: read::proxy_ssl_header(f, self.secure_proxy_ssl_header.as_deref()),
            trusted_proxies: read::networks(f, self.trusted_proxies.as_deref()),
            client_ip_header: read::header_name(
                f,
                "CLIENT_IP_HEADER",
                self.client_ip_header.as_deref(),
                "x-forwarded-for",
            ),
            max_upload_size: read::size(
                f,
                "MAX_UPLOAD_SIZE",
                self.max_upload_size.as_deref(),
                2 << 30,
            ),
            ffmpeg: read::ffmpeg(self.ffmpeg.as_deref()),
            signup_open: read::choice(f, "SIGNUP", self.signup.as_deref(), ["open", "closed"]) == 0,
            reports_to_hide: read::number(
                f,
                "REPORTS_TO_HIDE",
                self.reports_to_hide.as_deref(),
                3,
                0..=1_000_000,
                "3",
            ) as i64,
            superuser: read::superuser(f, self.superuser_username, self.superuser_password),
            log_json: read::choice(
                f,
                "LOG_FORMAT",
                self.log_format.as_deref(),
                ["text", "json"],
            ) == 1,
            x_accel_redirect: read::location(
                f,
                "X_ACCEL_REDIRECT",
                self.x_accel_redirect.as_deref(),
            ),
            limits: self.limits.check(f),
            secret_key_made: read::is_empty(self.secret_key.as_deref()),
            secret_key: secret::key(f, self.secret_key, &database, debug || host.is_loopback()),
            database,
        };
        if faults.is_empty() {
            Ok(settings)
        } else {
            Err(faults.join("\n"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl FnOnce(&mut Written)) -> Result<Settings, String> {
        let mut written = Written {
            secret_key: Some("k".repeat(40)),
            ..Written::default()
        };
        change(&mut written);
        written.check()
    }

    #[test]
    fn nothing_set_means_a_local_site_on_sqlite() {
        let settings = with(|_| ()).expect("defaults are right");
        assert_eq!(settings.database, Database::Sqlite("madang.sqlite3".into()));
        assert_eq!(settings.address.to_string(), "127.0.0.1:8000");
        assert_eq!(settings.max_upload_size, 2 * 1024 * 1024 * 1024);
        assert!(settings.signup_open && !settings.debug && settings.trusted_proxies.is_empty());
    }

    #[test]
    fn port_alone_binds_to_all_addresses_and_host_overrides_it() {
        let bound = |host: Option<&str>| {
            with(|w| {
                w.port = Some("10000".into());
                w.host = host.map(str::to_owned);
            })
            .expect("right")
            .address
            .to_string()
        };
        assert_eq!(bound(None), "0.0.0.0:10000");
        assert_eq!(bound(Some("127.0.0.1")), "127.0.0.1:10000");
        assert_eq!(bound(Some("localhost")), "127.0.0.1:10000");
    }

    #[test]
    fn both_spellings_of_an_sqlite_path_are_read() {
        let path = |url: &str| with(|w| w.database_url = Some(url.into())).map(|s| s.database);
        let sqlite = |path: &str| Ok(Database::Sqlite(path.into()));
        assert_eq!(path("sqlite:///site.db"), sqlite("site.db"));
        assert_eq!(
            path("sqlite:////var/lib/site.db"),
            sqlite("/var/lib/site.db")
        );
        assert_eq!(path("sqlite://data/site.db"), sqlite("data/site.db"));
        assert_eq!(path("sqlite:site.db"), sqlite("site.db"));
        assert!(path("mysql://x").is_err());
        assert!(path("sqlite://").is_err());
        assert!(path("sqlite::memory:").is_err());
    }

    #[test]
    fn all_faults_are_told_at_once_each_with_an_example() {
        let told = with(|w| {
            w.debug = Some("perhaps".into());
            w.port = Some("eighty".into());
            w.time_zone = Some("Mars/Olympus".into());
            w.max_upload_size = Some("big".into());
            w.trusted_proxies = Some("10.0.0.0/99".into());
            w.superuser_username = Some("owner".into());
        })
        .expect_err("six faults");
        for name in [
            "DEBUG",
            "PORT",
            "TIME_ZONE",
            "MAX_UPLOAD_SIZE",
            "TRUSTED_PROXIES",
            "SUPERUSER_PASSWORD",
        ] {
            assert!(told.contains(name), "{name} is missing in:\n{told}");
        }
        assert_eq!(told.lines().count(), 6);
    }

    #[test]
    fn a_public_bind_without_a_secret_key_says_what_to_set() {
        let public = |debug: &str| {
            with(|w| {
                w.secret_key = None;
                w.port = Some("8000".into());
                w.debug = Some(debug.into());
                w.database_url = Some("postgres://localhost/never-opened".into());
                w.time_zone = Some("nowhere, so that no key is written".into());
            })
            .expect_err("a fault at least")
        };
        assert!(public("off").contains("SECRET_KEY"));
        let short = with(|w| w.secret_key = Some("short".into())).expect_err("too short");
        assert!(short.contains("SECRET_KEY") && !short.contains("short\""));
    }

    #[test]
    fn ffmpeg_is_sought_left_alone_or_named() {
        let ffmpeg = |text: &str| with(|w| w.ffmpeg = Some(text.into())).map(|s| s.ffmpeg);
        assert_eq!(ffmpeg(""), Ok(Ffmpeg::Auto));
        assert_eq!(ffmpeg("AUTO"), Ok(Ffmpeg::Auto));
        assert_eq!(ffmpeg(" off "), Ok(Ffmpeg::Off));
        let path = "/opt/ffmpeg/bin/ffmpeg";
        assert_eq!(ffmpeg(path), Ok(Ffmpeg::At(path.into())));
    }

    #[test]
    fn sizes_are_read_with_their_units() {
        let size =
            |text: &str| with(|w| w.max_upload_size = Some(text.into())).map(|s| s.max_upload_size);
        assert_eq!(size("500M"), Ok(500 << 20));
        assert_eq!(size("3 GiB"), Ok(3 << 30));
        assert_eq!(size("1048576"), Ok(1 << 20));
        assert!(size("99999999999T").is_err());
        assert!(size("-1").is_err());
    }
}
