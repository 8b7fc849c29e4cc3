//! Repeated failures slow down: wrong passwords per account and address, sign-ups per address.
//! In memory, bounded; a restart forgets. Touches no request and no database.
//!
//! Three counts see each guess. The strict one is of an account *from one address*, so that
//! somebody else's guesses do not keep the owner out. The address's own is wide, since a class
//! room shares one. The account's from everywhere is wider still and waits shortly. An account
//! passes these two at an address from which its owner has signed in, so that neither a neighbour
//! nor a whole botnet can lock the owner out of the usual places.
//!
//! A guess counts from its beginning: of a hundred begun at once only those that would be allowed
//! one after the other are let through.

mod counts;
#[cfg(test)]
mod tests;

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

pub use self::counts::Wait;
use self::counts::{Rule, Table, keep, look, until};

/// After this long without a failure a count begins anew; longer than any delay.
const QUIET: Duration = Duration::from_secs(30 * 60);

/// Accounts made from one address in an hour: two class rooms.
const SIGNUPS: u32 = 60;

/// The time in which [`SIGNUPS`] may be made.
const SIGNUP_WINDOW: Duration = Duration::from_secs(3600);

const FROM_ONE_ADDRESS: Rule = Rule {
    free: 5,
    at_once: 5,
    delays: (30, 15 * 60),
};
const ADDRESS: Rule = Rule {
    free: 20,
    at_once: 60,
    delays: (30, 15 * 60),
};
const ACCOUNT: Rule = Rule {
    free: 100,
    at_once: 100,
    delays: (30, 60),
};

/// The counts of one server. Clones share them.
#[derive(Clone, Default)]
pub struct Throttle(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// Accounts and addresses are kept as keyed hashes: of one size whatever was typed.
    hashes: RandomState,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    pairs: Table,
    addresses: Table,
    accounts: Table,
    signups: Table,
}

impl Throttle {
    /// Asks whether a password for `account` (the key of a name, whether it exists or not) may be
    /// guessed from `address`. The answer is to be told how it ended; dropped, it was a failure.
    ///
    /// # Errors
    /// [`Wait`] when one of the counts says so; nothing is counted then.
    pub fn begin(&self, account: &str, address: IpAddr, now: Instant) -> Result<Attempt, Wait> {
        let address = prefix(address);
        let keys = Keys {
            pair: self.0.hashes.hash_one((account, address)),
            address: self.0.hashes.hash_one(address),
            account: self.0.hashes.hash_one(account),
        };
        let mut counts = self.0.lock();
        let mut pair = look(&counts.pairs, keys.pair, now, QUIET);
        let mut all = look(&counts.addresses, keys.address, now, QUIET);
        let mut everywhere = look(&counts.accounts, keys.account, now, QUIET);
        FROM_ONE_ADDRESS.allows(&pair, now)?;
        if !pair.known {
            ADDRESS.allows(&all, now)?;
            ACCOUNT.allows(&everywhere, now)?;
        }
        for count in [&mut pair, &mut all, &mut everywhere] {
            count.pending += 1;
        }
        keep(&mut counts.pairs, keys.pair, pair, now);
        keep(&mut counts.addresses, keys.address, all, now);
        keep(&mut counts.accounts, keys.account, everywhere, now);
        drop(counts);
        Ok(Attempt {
            throttle: self.clone(),
            keys,
            begun: now,
            decided: false,
        })
    }

    /// Counts a new account made from `address`: 60 an hour.
    ///
    /// # Errors
    /// [`Wait`] until the hour is over.
    pub fn sign_up(&self, address: IpAddr, now: Instant) -> Result<(), Wait> {
        let key = self.0.hashes.hash_one(prefix(address));
        let mut counts = self.0.lock();
        let mut count = look(&counts.signups, key, now, SIGNUP_WINDOW);
        if count.failures >= SIGNUPS {
            return Err(until(count.at + SIGNUP_WINDOW, now));
        }
        count.failures += 1;
        keep(&mut counts.signups, key, count, now);
        Ok(())
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One guess that was let through; a failure unless told otherwise.
#[must_use = "dropped, it counts as a failure"]
pub struct Attempt {
    throttle: Throttle,
    keys: Keys,
    begun: Instant,
    decided: bool,
}

#[derive(Clone, Copy)]
struct Keys {
    pair: u64,
    address: u64,
    account: u64,
}

impl Attempt {
    /// The password was right: the account's count from this address begins anew.
    pub fn succeeded(mut self) {
        self.decided = true;
        let (keys, begun) = (self.keys, self.begun);
        let mut counts = self.throttle.0.lock();
        counts.each(keys, |count| {
            count.pending = count.pending.saturating_sub(1)
        });
        if let Some(pair) = counts.pairs.get_mut(&keys.pair) {
            (pair.failures, pair.known, pair.at) = (0, true, pair.at.max(begun));
        }
    }

    /// It ended without an answer by our own fault (busy, the database away): as if never begun.
    pub fn forgiven(mut self) {
        self.decided = true;
        let keys = self.keys;
        self.throttle.0.lock().each(keys, |count| {
            count.pending = count.pending.saturating_sub(1);
        });
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if self.decided {
            return;
        }
        let (keys, begun) = (self.keys, self.begun);
        self.throttle.0.lock().each(keys, |count| {
            count.pending = count.pending.saturating_sub(1);
            count.failures = count.failures.saturating_add(1);
            count.at = count.at.max(begun);
        });
    }
}

impl Counts {
    fn each(&mut self, keys: Keys, change: impl Fn(&mut counts::Count)) {
        let counts = [
            self.pairs.get_mut(&keys.pair),
            self.addresses.get_mut(&keys.address),
            self.accounts.get_mut(&keys.account),
        ];
        counts.into_iter().flatten().for_each(change);
    }
}

/// What one customer usually holds: an IPv4 address, an IPv6 /64.
fn prefix(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(four) => u128::from(four.to_bits()),
        IpAddr::V6(six) => six.to_bits() & !u128::from(u64::MAX),
    }
}
