//! What connections may cost: settings of their own, in seconds, bytes and numbers.

use clap::Args;

use super::read;

/// The limits as they are written.
#[derive(Args, Clone, Debug, Default)]
pub struct WrittenLimits {
    /// Connections at once; as many as open files allow by default, 16384 at most
    #[arg(long, env = "MAX_CONNECTIONS", global = true)]
    pub max_connections: Option<String>,
    /// Connections at once from one address that is no trusted proxy: 1024 by default, 0 any number
    #[arg(long, env = "MAX_CONNECTIONS_PER_ADDRESS", global = true)]
    pub max_connections_per_address: Option<String>,
    /// Seconds for the head of a request, and between two of one connection, 20 by default
    #[arg(long, env = "REQUEST_HEAD_TIMEOUT", global = true)]
    pub request_head_timeout: Option<String>,
    /// Seconds that an upload may stand still, 60 by default
    #[arg(long, env = "REQUEST_BODY_TIMEOUT", global = true)]
    pub request_body_timeout: Option<String>,
    /// Seconds that a viewer may take nothing of an answer, 90 by default
    #[arg(long, env = "READER_TIMEOUT", global = true)]
    pub reader_timeout: Option<String>,
    /// Seconds for requests in flight when the program is to end, 30 by default
    #[arg(long, env = "SHUTDOWN_TIMEOUT", global = true)]
    pub shutdown_timeout: Option<String>,
    /// Bytes the system may hold for a slow viewer (it takes up to twice as many): 128K; 0 lets it choose
    #[arg(long, env = "SEND_BUFFER", global = true)]
    pub send_buffer: Option<String>,
}

/// The limits, checked.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at once; `None` for as many as open files allow.
    pub connections: Option<usize>,
    /// Connections at once from one address; `None` for any number.
    pub per_address: Option<usize>,
    /// Seconds for the head of a request.
    pub head_seconds: u64,
    /// Seconds that a request's body may stand still.
    pub body_seconds: u64,
    /// Seconds that a viewer may take nothing.
    pub reader_seconds: u64,
    /// Seconds for requests in flight at the end.
    pub last_seconds: u64,
    /// Bytes of a socket's send buffer; `None` for the system's choice.
    pub send_buffer: Option<usize>,
}

impl WrittenLimits {
    pub(super) fn check(&self, faults: &mut Vec<String>) -> Limits {
        let mut number = |name: &str, value: &Option<String>, default: u64, most: u64| {
            let least = u64::from(default != 0 && name.ends_with("TIMEOUT"));
            read::number(
                faults,
                name,
                value.as_deref(),
                default,
                least..=most,
                &default.to_string(),
            )
        };
        let seconds = 86_400;
        let head_seconds = number(
            "REQUEST_HEAD_TIMEOUT",
            &self.request_head_timeout,
            20,
            seconds,
        );
        let body_seconds = number(
            "REQUEST_BODY_TIMEOUT",
            &self.request_body_timeout,
            60,
            seconds,
        );
        let reader_seconds = number("READER_TIMEOUT", &self.reader_timeout, 90, seconds);
        let last_seconds = number("SHUTDOWN_TIMEOUT", &self.shutdown_timeout, 30, seconds);
        let name = "MAX_CONNECTIONS_PER_ADDRESS";
        let per_address = number(name, &self.max_connections_per_address, 1024, 1_000_000);
        let written = self.max_connections.as_deref();
        let connections = (!read::is_empty(written)).then(|| {
            read::number(
                faults,
                "MAX_CONNECTIONS",
                written,
                1024,
                1..=1_000_000,
                "1024",
            )
        });
        let send_buffer = match self.send_buffer.as_deref().map(str::trim) {
            Some("0") => 0,
            written => read::size(faults, "SEND_BUFFER", written, 128 << 10),
        };
        if send_buffer > 64 << 20 {
            faults.push("SEND_BUFFER is more than 64M; write SEND_BUFFER=128K".to_owned());
        }
        let some = |number: u64| usize::try_from(number).ok().filter(|number| *number > 0);
        Limits {
            connections: connections.and_then(some),
            per_address: some(per_address),
            head_seconds,
            body_seconds,
            reader_seconds,
            last_seconds,
            send_buffer: some(send_buffer),
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        WrittenLimits::default().check(&mut Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_lifts_a_limit_where_it_may() {
        let zero = || Some("0".to_owned());
        let mut faults = Vec::new();
        let limits = WrittenLimits {
            max_connections_per_address: zero(),
            send_buffer: zero(),
            ..WrittenLimits::default()
        }
        .check(&mut faults);
        assert_eq!((limits.per_address, limits.send_buffer), (None, None));
        assert!(faults.is_empty(), "{faults:?}");
        WrittenLimits {
            max_connections: zero(),
            reader_timeout: zero(),
            send_buffer: Some("1G".into()),
            ..WrittenLimits::default()
        }
        .check(&mut faults);
        assert_eq!(faults.len(), 3, "{faults:?}");
    }
}
