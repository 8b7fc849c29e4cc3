//! Reading one value each; a fault is pushed as a sentence that names the variable, what is wrong
//! and a right example, and the default stands in so that the other values are still checked.

use std::{net::IpAddr, ops::RangeInclusive};

use axum::http::HeaderName;
use ipnet::IpNet;
use jiff::tz::TimeZone;

use super::{Database, Ffmpeg};
use crate::words::Lang;

type Faults = Vec<String>;

fn given(value: Option<&str>) -> Option<&str> {
    value.map(str::trim).filter(|value| !value.is_empty())
}

/// Whether a variable is missing or blank.
pub(super) fn is_empty(value: Option<&str>) -> bool {
    given(value).is_none()
}

pub(super) fn text(value: Option<String>, default: &str) -> String {
    given(value.as_deref()).unwrap_or(default).to_owned()
}

pub(super) fn list(value: Option<&str>) -> Vec<String> {
    let items = value
        .unwrap_or_default()
        .split(',')
        .map(|item| item.trim().to_ascii_lowercase());
    items.filter(|item| !item.is_empty()).collect()
}

/// The password of a URL must not reach a log.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => format!("{}…{}", &url[..scheme + 3], &url[at..]),
        _ => url.to_owned(),
    }
}

pub(super) fn database(faults: &mut Faults, value: Option<&str>) -> Database {
    let url = given(value).unwrap_or("sqlite:///madang.sqlite3");
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Database::Postgres(url.to_owned());
    }
    if let Some(rest) = url.strip_prefix("sqlite:") {
        let rest = rest.split('?').next().unwrap_or_default();
        // Django's dj-database-url writes a relative path behind three slashes, an absolute one
        // behind four; sqlx writes either behind two.
        let path = rest
            .strip_prefix("///")
            .or_else(|| rest.strip_prefix("//"))
            .unwrap_or(rest);
        if !path.is_empty() && !path.contains(":memory:") {
            return Database::Sqlite(path.into());
        }
    }
    faults.push(format!(
        "DATABASE_URL is “{}”, which names no database; write sqlite:///madang.sqlite3 or \
         postgres://user:password@host:5432/name",
        without_password(url)
    ));
    Database::Sqlite("madang.sqlite3".into())
}

pub(super) fn switch(faults: &mut Faults, name: &str, value: Option<&str>, default: bool) -> bool {
    match given(value).map(str::to_ascii_lowercase).as_deref() {
        None => default,
        Some("1" | "true" | "yes" | "on") => true,
        Some("0" | "false" | "no" | "off") => false,
        Some(other) => {
            faults.push(format!(
                "{name} is “{other}”, which is neither on nor off; write {name}=on"
            ));
            default
        }
    }
}

pub(super) fn choice<const N: usize>(
    faults: &mut Faults,
    name: &str,
    value: Option<&str>,
    choices: [&str; N],
) -> usize {
    let value = given(value).unwrap_or(choices[0]);
    choices
        .iter()
        .position(|choice| choice.eq_ignore_ascii_case(value))
        .unwrap_or_else(|| {
            faults.push(format!(
                "{name} is “{value}”; it is one of {}; write {name}={}",
                choices.join(", "),
                choices[0]
            ));
            0
        })
}

pub(super) fn ffmpeg(value: Option<&str>) -> Ffmpeg {
    match given(value) {
        None => Ffmpeg::Auto,
        Some(word) if word.eq_ignore_ascii_case("auto") => Ffmpeg::Auto,
        Some(word) if word.eq_ignore_ascii_case("off") => Ffmpeg::Off,
        Some(path) => Ffmpeg::At(path.into()),
    }
}

pub(super) fn number(
    faults: &mut Faults,
    name: &str,
    value: Option<&str>,
    default: u64,
    range: RangeInclusive<u64>,
    example: &str,
) -> u64 {
    let Some(value) = given(value) else {
        return default;
    };
    match value.parse() {
        Ok(number) if range.contains(&number) => number,
        _ => {
            faults.push(format!(
                "{name} is “{value}”, which is not a whole number from {} to {}; write {name}={example}",
                range.start(),
                range.end()
            ));
            default
        }
    }
}

pub(super) fn size(faults: &mut Faults, name: &str, value: Option<&str>, default: u64) -> u64 {
    let Some(value) = given(value) else {
        return default;
    };
    let digits = value.len() - value.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = value.split_at(digits);
    let unit = unit.trim().to_ascii_lowercase();
    let shift = match unit.trim_end_matches("ib").trim_end_matches('b') {
        "" => Some(0),
        "k" => Some(10),
        "m" => Some(20),
        "g" => Some(30),
        "t" => Some(40),
        _ => None,
    };
    let bytes = shift.and_then(|shift| number.parse::<u64>().ok()?.checked_mul(1 << shift));
    match bytes {
        Some(bytes) if (1..=1 << 50).contains(&bytes) => bytes,
        _ => {
            faults.push(format!(
                "{name} is “{value}”, which is not a size; write {name}=500M or {name}=2G"
            ));
            default
        }
    }
}

pub(super) fn host(faults: &mut Faults, value: Option<&str>, default: IpAddr) -> IpAddr {
    let Some(value) = given(value) else {
        return default;
    };
    let value = if value == "localhost" {
        "127.0.0.1"
    } else {
        value
    };
    value.trim_matches(['[', ']']).parse().unwrap_or_else(|_| {
        faults.push(format!(
            "HOST is “{value}”, which is not an IP address; write HOST=0.0.0.0"
        ));
        default
    })
}

/// A path of a proxy in front, with `/` at both ends; `None` unless it is given.
pub(super) fn location(faults: &mut Faults, name: &str, value: Option<&str>) -> Option<String> {
    let value = given(value)?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
    if value.starts_with('/') && value.len() > 1 && value.bytes().all(fits) {
        return Some(format!("{}/", value.trim_end_matches('/')));
    }
    faults.push(format!(
        "{name} is “{value}”, which is no path of letters, digits, - and _; write {name}=/protected/"
    ));
    None
}

pub(super) fn time_zone(faults: &mut Faults, value: Option<&str>) -> TimeZone {
    let name = given(value).unwrap_or("Asia/Seoul");
    TimeZone::get(name).unwrap_or_else(|_| {
        faults.push(format!(
            "TIME_ZONE is “{name}”, which is not a zone of the tz database; write TIME_ZONE=Asia/Seoul"
        ));
        TimeZone::UTC
    })
}

pub(super) fn language(faults: &mut Faults, value: Option<&str>) -> Lang {
    let code = given(value).unwrap_or("ko");
    Lang::from_tag(code).unwrap_or_else(|| {
        faults.push(format!(
            "LANGUAGE_CODE is “{code}”; the site speaks ko and en; write LANGUAGE_CODE=ko"
        ));
        Lang::Ko
    })
}

pub(super) fn header_name(
    faults: &mut Faults,
    name: &str,
    value: Option<&str>,
    default: &str,
) -> String {
    let value = given(value).unwrap_or(default);
    // Django writes a header as its WSGI key: HTTP_X_FORWARDED_PROTO.
    let header = value
        .strip_prefix("HTTP_")
        .unwrap_or(value)
        .replace('_', "-")
        .to_ascii_lowercase();
    if HeaderName::from_bytes(header.as_bytes()).is_err() {
        faults.push(format!(
            "{name} is “{value}”, which is not the name of a header; write {name}={default}"
        ));
    }
    header
}

pub(super) fn proxy_ssl_header(faults: &mut Faults, value: Option<&str>) -> (String, String) {
    let value = given(value).unwrap_or("X-Forwarded-Proto,https");
    let name = "SECURE_PROXY_SSL_HEADER";
    match value.split_once(',') {
        Some((header, secure)) if !secure.trim().is_empty() => (
            header_name(faults, name, Some(header), "X-Forwarded-Proto,https"),
            secure.trim().to_ascii_lowercase(),
        ),
        _ => {
            faults.push(format!(
                "{name} is “{value}”; it is a header and its value with a comma between; write \
                 {name}=X-Forwarded-Proto,https"
            ));
            (String::new(), String::new())
        }
    }
}

/// `private` is what a hosting service's own proxies come from: loopback, RFC 1918, RFC 6598
/// (carrier-grade NAT), RFC 4193 and link-local addresses.
const PRIVATE: [&str; 8] = [
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
];

pub(super) fn networks(faults: &mut Faults, value: Option<&str>) -> Vec<IpNet> {
    let mut networks = Vec::new();
    for item in list(value) {
        if item == "private" {
            networks.extend(
                PRIVATE
                    .iter()
                    .filter_map(|network| network.parse::<IpNet>().ok()),
            );
        } else if let Ok(network) = item.parse::<IpNet>() {
            networks.push(network);
        } else if let Ok(address) = item.parse::<IpAddr>() {
            networks.push(address.into());
        } else {
            faults.push(format!(
                "TRUSTED_PROXIES has “{item}”, which is not an address or network; write \
                 TRUSTED_PROXIES=private or TRUSTED_PROXIES=10.0.0.0/8"
            ));
        }
    }
    networks
}

pub(super) fn superuser(
    faults: &mut Faults,
    username: Option<String>,
    password: Option<String>,
) -> Option<(String, String)> {
    match (
        username.filter(|name| !name.trim().is_empty()),
        password.filter(|p| !p.is_empty()),
    ) {
        (Some(username), Some(password)) => Some((username, password)),
        (None, None) => None,
        (Some(_), None) => {
            faults.push(
                "SUPERUSER_PASSWORD is missing beside SUPERUSER_USERNAME; set both, or neither"
                    .into(),
            );
            None
        }
        (None, Some(_)) => {
            faults.push(
                "SUPERUSER_USERNAME is missing beside SUPERUSER_PASSWORD; set both, or neither"
                    .into(),
            );
            None
        }
    }
}
