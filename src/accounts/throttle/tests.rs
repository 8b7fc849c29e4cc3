//! Who waits how long, and who does not.

use super::{counts::MOST_ENTRIES, *};

const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

fn after(start: Instant, seconds: u64) -> Instant {
    start + Duration::from_secs(seconds)
}

fn address(number: u32) -> IpAddr {
    IpAddr::V4(std::net::Ipv4Addr::from_bits(0x0a00_0000 + number))
}

fn wait(throttle: &Throttle, account: &str, from: IpAddr, now: Instant) -> Option<u64> {
    // A guess that is let through fails.
    throttle
        .begin(account, from, now)
        .err()
        .map(|wait| wait.seconds)
}

#[test]
fn five_failures_are_free_then_the_delay_doubles() {
    let (throttle, mut now) = (Throttle::default(), Instant::now());
    for _ in 0..5 {
        assert_eq!(wait(&throttle, "ada", HOME, now), None);
    }
    for delay in [30, 60, 120, 240, 480, 900, 900] {
        assert_eq!(wait(&throttle, "ada", HOME, now), Some(delay));
        assert_eq!(wait(&throttle, "ada", HOME, after(now, delay - 1)), Some(1));
        now = after(now, delay);
        assert_eq!(wait(&throttle, "ada", HOME, now), None);
    }
    now = after(now, 30 * 60);
    assert_eq!(wait(&throttle, "ada", HOME, now), None);
    assert_eq!(wait(&throttle, "ada", HOME, now), None);
}

#[test]
fn guesses_begun_at_once_are_not_all_let_through() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    let mut running: Vec<_> = (0..100)
        .filter_map(|_| throttle.begin("ada", HOME, now).ok())
        .collect();
    assert_eq!(running.len(), 5);
    assert_eq!(wait(&throttle, "ada", HOME, now), Some(2));
    running.clear();
    assert_eq!(wait(&throttle, "ada", HOME, now), Some(30));
    let later = after(now, 30);
    let running: Vec<_> = (0..100)
        .filter_map(|_| throttle.begin("ada", HOME, later).ok())
        .collect();
    assert_eq!(running.len(), 1);
}

#[test]
fn a_right_password_clears_the_account_but_not_the_address() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(wait(&throttle, "ada", HOME, now), None);
        }
        throttle.begin("ada", HOME, now).expect("free").succeeded();
    }
    for number in 0..8 {
        assert_eq!(wait(&throttle, &number.to_string(), HOME, now), None);
    }
    assert_eq!(wait(&throttle, "bob", HOME, now), Some(30));
    assert_eq!(wait(&throttle, "bob", address(1), now), None);
}

#[test]
fn what_ended_by_our_own_fault_is_not_counted() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    for _ in 0..50 {
        throttle.begin("ada", HOME, now).expect("free").forgiven();
    }
    assert_eq!(wait(&throttle, "ada", HOME, now), None);
}

#[test]
fn a_class_room_signs_in_together() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    let class: Vec<_> = (0..40)
        .map(|number| throttle.begin(&number.to_string(), HOME, now))
        .collect();
    for attempt in class {
        attempt.expect("free").succeeded();
    }
    assert_eq!(wait(&throttle, "ada", HOME, now), None);
}

#[test]
fn somebody_elses_guesses_do_not_keep_the_owner_out() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    throttle.begin("ada", HOME, now).expect("free").succeeded();
    for number in 0..100 {
        assert_eq!(wait(&throttle, "ada", address(number), now), None);
    }
    assert_eq!(wait(&throttle, "ada", address(100), now), Some(30));
    // From where the owner signed in before, and elsewhere after a short wait.
    throttle.begin("ada", HOME, now).expect("free").succeeded();
    assert_eq!(wait(&throttle, "ada", address(101), after(now, 30)), None);
    for _ in 0..5 {
        assert_eq!(wait(&throttle, "ada", HOME, now), None);
    }
    assert_eq!(wait(&throttle, "ada", HOME, now), Some(30));
}

#[test]
fn a_neighbours_guesses_do_not_keep_the_owner_out() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    throttle.begin("ada", HOME, now).expect("free").succeeded();
    for number in 0..20 {
        assert_eq!(wait(&throttle, &number.to_string(), HOME, now), None);
    }
    assert_eq!(wait(&throttle, "bob", HOME, now), Some(30));
    throttle.begin("ada", HOME, now).expect("free").succeeded();
    for _ in 0..5 {
        assert_eq!(wait(&throttle, "ada", HOME, now), None);
    }
    assert_eq!(wait(&throttle, "ada", HOME, now), Some(30));
}

#[test]
fn one_ipv6_customer_is_one_address() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    let from = |text: &str| text.parse().expect("address");
    for number in 0..5 {
        let near = from(&format!("2001:db8:1:2::{number}"));
        assert_eq!(wait(&throttle, "ada", near, now), None);
    }
    assert_eq!(
        wait(&throttle, "ada", from("2001:db8:1:2:ffff::"), now),
        Some(30)
    );
    assert_eq!(wait(&throttle, "ada", from("2001:db8:1:3::"), now), None);
    assert_eq!(prefix(from("::ffff:192.0.2.1")), prefix(HOME));
}

#[test]
fn the_counts_do_not_grow_for_ever() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    for number in 0..25_000 {
        let now = now + Duration::from_millis(number.into());
        assert_eq!(
            wait(&throttle, &number.to_string(), address(number), now),
            None
        );
    }
    let counts = throttle.0.lock();
    assert!(counts.pairs.len() <= MOST_ENTRIES && counts.pairs.len() > MOST_ENTRIES / 2);
    assert!(counts.addresses.len() <= MOST_ENTRIES);
    assert!(counts.accounts.len() <= MOST_ENTRIES);
}

#[test]
fn sixty_accounts_an_hour_come_from_one_address() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    for _ in 0..60 {
        throttle.sign_up(HOME, now).expect("room");
    }
    assert_eq!(
        throttle.sign_up(HOME, after(now, 600)),
        Err(Wait { seconds: 3000 })
    );
    throttle.sign_up(address(1), now).expect("room");
    throttle
        .sign_up(HOME, after(now, 3600))
        .expect("room again");
}
