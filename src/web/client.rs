//! Who is at the other end: address, scheme and host, believed only from a trusted proxy.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{
        Extensions, HeaderMap, HeaderValue, StatusCode, Version, header, request::Parts,
        uri::Authority,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{errors::Error, page};
use crate::{settings::Settings, state::App};

/// The other end of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The viewer's address; the peer's own unless the peer is a trusted proxy.
    pub address: IpAddr,
    /// Whether the viewer came by https.
    pub https: bool,
    /// The Host header (or the request line's authority), with its port.
    pub host: String,
}

impl Client {
    /// The one that [`know`] found; a local visitor when it did not run.
    pub fn of(extensions: &Extensions) -> Client {
        extensions.get().cloned().unwrap_or(Client {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            https: false,
            host: String::new(),
        })
    }

    /// `https://host`, empty when the request named no host.
    pub fn origin(&self) -> String {
        match self.host.as_str() {
            "" => String::new(),
            host => format!("{}://{host}", if self.https { "https" } else { "http" }),
        }
    }

    /// The one that a request came from over a connection from `peer`.
    pub fn read(settings: &Settings, peer: IpAddr, request: &Parts) -> Client {
        let headers = &request.headers;
        let peer = peer.to_canonical();
        let trusted = |address: IpAddr| {
            settings
                .trusted_proxies
                .iter()
                .any(|network| network.contains(&address))
        };
        let believed = trusted(peer);
        let (ssl_header, ssl_value) = &settings.proxy_ssl_header;
        let host = request.uri.authority().map(Authority::as_str).or_else(|| {
            headers
                .get(header::HOST)
                .and_then(|host| host.to_str().ok())
        });
        Client {
            address: if believed {
                forwarded(headers, &settings.client_ip_header, peer, trusted)
            } else {
                peer
            },
            // Of several proxies the first one, nearest to the viewer, writes the leftmost value.
            https: believed
                && headers
                    .get(ssl_header)
                    .and_then(|value| value.to_str().ok())
                    .is_some_and(|value| {
                        let first = value.split(',').next().unwrap_or_default();
                        first.trim().eq_ignore_ascii_case(ssl_value)
                    }),
            host: host.unwrap_or_default().to_ascii_lowercase(),
        }
    }
}

/// Walks `X-Forwarded-For` from the right, each step written by the proxy before it, and stops at
/// the first address that is not a trusted proxy's: what stands left of it could be made up.
fn forwarded(
    headers: &HeaderMap,
    name: &str,
    peer: IpAddr,
    trusted: impl Fn(IpAddr) -> bool,
) -> IpAddr {
    let lines: Vec<&str> = headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    let mut nearest = peer;
    for step in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let step = step.trim();
        let parsed = step
            .parse::<IpAddr>()
            .or_else(|_| step.parse::<SocketAddr>().map(|s| s.ip()));
        let Ok(address) = parsed else { break };
        nearest = address.to_canonical();
        if !trusted(nearest) {
            break;
        }
    }
    nearest
}

/// Layer: knows the client, and marks cookies `Secure` when it came by https.
pub async fn know(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.ip());
    let client = Client::read(&app.settings, peer, &parts);
    let https = client.https;
    parts.extensions.insert(client);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if https {
        mark_cookies_secure(response.headers_mut());
    }
    response
}

fn mark_cookies_secure(headers: &mut HeaderMap) {
    let cookies: Vec<HeaderValue> = headers
        .get_all(header::SET_COOKIE)
        .iter()
        .cloned()
        .collect();
    headers.remove(header::SET_COOKIE);
    for cookie in cookies {
        let secure = [cookie.as_bytes(), b"; Secure"].concat();
        headers.append(
            header::SET_COOKIE,
            HeaderValue::from_bytes(&secure).unwrap_or(cookie),
        );
    }
}

/// Layer: refuses a Host that is none, or not in `ALLOWED_HOSTS`, and sends http on to https when
/// `SECURE_SSL_REDIRECT` is set. `/healthz` is always answered: a health check names no host.
pub async fn gate(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let client = Client::of(&parts.extensions);
    if let Some(refusal) = refusal(&app.settings, &client, &parts) {
        return refusal;
    }
    next.run(Request::from_parts(parts, body)).await
}

/// What [`gate`] answers by itself.
pub fn refusal(settings: &Settings, client: &Client, request: &Parts) -> Option<Response> {
    if request.uri.path() == "/healthz" {
        return None;
    }
    if !names_one_host(request) || !could_be_a_host(client.host.as_bytes()) {
        return Some(Error::BadRequest.into_response());
    }
    if !allowed(&settings.allowed_hosts, &client.host) {
        let host = client.host.chars().take(100).collect();
        return Some(Error::BadHost(host).into_response());
    }
    if settings.ssl_redirect && !client.https && !client.host.is_empty() {
        let path = request.uri.path_and_query();
        let path = path.map_or("/", |path| path.as_str());
        let mut response = page::see_other(&format!("https://{}{path}", client.host));
        *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
        return Some(response);
    }
    None
}

/// RFC 9112 §3.2: a request of HTTP/1.1 has one Host, none has two, and each is a host's name.
fn names_one_host(request: &Parts) -> bool {
    let hosts = || request.headers.get_all(header::HOST).iter();
    if !hosts().all(|host| could_be_a_host(host.as_bytes())) {
        return false;
    }
    match hosts().count() {
        0 => request.version < Version::HTTP_11 || request.uri.authority().is_some(),
        count => count == 1,
    }
}

/// The letters of a name, an address or a port, narrower than RFC 3986 §3.2.2: a host is written into
/// links and redirects. Other alphabets come as Punycode.
fn could_be_a_host(host: &[u8]) -> bool {
    host.iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(byte))
}

/// Django's rule: an exact name, `.example.com` for it and all below, `*` for any.
fn allowed(hosts: &[String], host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    hosts.is_empty()
        || hosts.iter().any(|allowed| {
            allowed == "*"
                || allowed == name
                || allowed
                    .strip_prefix('.')
                    .is_some_and(|parent| name == parent || name.ends_with(allowed.as_str()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded_for: &str) -> String {
        let networks: Vec<ipnet::IpNet> = vec!["10.0.0.0/8".parse().expect("network")];
        let trusted = |address: IpAddr| networks.iter().any(|network| network.contains(&address));
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded_for.parse().expect("header"));
        let peer = peer.parse().expect("address");
        if !trusted(peer) {
            return peer.to_string();
        }
        forwarded(&headers, "x-forwarded-for", peer, trusted).to_string()
    }

    #[test]
    fn a_made_up_step_left_of_the_proxies_is_not_believed() {
        assert_eq!(seen("10.1.1.1", "1.2.3.4"), "1.2.3.4");
        assert_eq!(seen("10.1.1.1", "6.6.6.6, 1.2.3.4, 10.2.2.2"), "1.2.3.4");
        assert_eq!(seen("10.1.1.1", "nonsense, 10.2.2.2"), "10.2.2.2");
        assert_eq!(seen("10.1.1.1", ""), "10.1.1.1");
        assert_eq!(seen("9.9.9.9", "1.2.3.4"), "9.9.9.9");
        assert_eq!(seen("10.1.1.1", "[2001:db8::1]:443"), "2001:db8::1");
    }

    #[test]
    fn hosts_are_matched_as_django_matches_them() {
        let hosts = ["example.com".to_owned(), ".school.kr".to_owned()];
        assert!(allowed(&hosts, "example.com:8000"));
        assert!(allowed(&hosts, "school.kr") && allowed(&hosts, "a.school.kr"));
        assert!(!allowed(&hosts, "evilschool.kr") && !allowed(&hosts, "www.example.com"));
        assert!(!allowed(&hosts, ""));
        assert!(allowed(&[], "anything"));
    }
}
