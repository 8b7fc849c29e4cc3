//! How many connections each address holds.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

use ipnet::IpNet;

/// Connections by address; cheap to clone.
#[derive(Clone)]
pub(super) struct Addresses(Arc<Counted>);

struct Counted {
    /// Connections that one address may hold.
    most: usize,
    /// Addresses that may hold any number.
    uncounted: Vec<IpNet>,
    held: Mutex<HashMap<IpAddr, usize>>,
}

/// One connection of an address, until it is dropped.
pub(super) struct Held {
    addresses: Addresses,
    address: IpAddr,
}

impl Addresses {
    pub(super) fn new(most: Option<usize>, uncounted: Vec<IpNet>) -> Addresses {
        Addresses(Arc::new(Counted {
            most: most.unwrap_or(usize::MAX),
            uncounted,
            held: Mutex::default(),
        }))
    }

    /// Counts one more connection; `None` when the address holds all that it may.
    pub(super) fn one_more(&self, address: IpAddr) -> Option<Held> {
        let address = address.to_canonical();
        let is_free = self.0.uncounted.iter().any(|net| net.contains(&address));
        let most = if is_free { usize::MAX } else { self.0.most };
        let address = household(address);
        let mut held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Held {
            addresses: self.clone(),
            address,
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let held = &self.addresses.0.held;
        let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.address);
            }
        }
    }
}

/// What one customer of a provider has: a single IPv4 address, but 2⁶⁴ IPv6 ones.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_holds_so_many_and_no_more() {
        let addresses = Addresses::new(Some(2), vec!["10.0.0.0/8".parse().expect("a network")]);
        let one = addresses.one_more(ip("192.0.2.1"));
        // The same address, as a socket for both families tells it.
        let two = addresses.one_more(ip("::ffff:192.0.2.1"));
        assert!(one.is_some() && two.is_some());
        assert!(addresses.one_more(ip("192.0.2.1")).is_none());
        assert!(addresses.one_more(ip("192.0.2.2")).is_some());
        drop(one);
        assert!(addresses.one_more(ip("192.0.2.1")).is_some());
        let proxy: Vec<_> = (0..9).map(|_| addresses.one_more(ip("10.1.2.3"))).collect();
        assert!(proxy.iter().all(Option::is_some));
        let home = ["2001:db8::1", "2001:db8::2"].map(|text| addresses.one_more(ip(text)));
        assert!(home.iter().all(Option::is_some));
        assert!(addresses.one_more(ip("2001:db8::3")).is_none());
        assert!(addresses.one_more(ip("2001:db8:0:1::3")).is_some());
        drop((two, proxy, home));
        assert!(addresses.0.held.lock().expect("counts").is_empty());
    }
}
