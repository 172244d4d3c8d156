//! What the screen says of fetches that ended before it opened, by itself or by `poptui fetch`.

use poptui::app::event::{Ended, News};
use poptui::app::{Before, Event, FAILED, Failures};
use poptui::mail::SafeText;

use crate::support::fake::{NOW, World, letters, source};

const MINUTE: i64 = 60_000;

/// Two accounts: mail was fetched eight minutes ago, and from one of them it could not be fetched since.
fn world(failed: Option<&str>) -> World {
    World::with(80, 24, &letters(), |start| {
        start.accounts = vec![source("home", None), source("work", None)];
        let mut failures = Failures::default();
        if let Some(account) = failed {
            failures.note(&SafeText::new(account), Some(NOW - 5 * MINUTE));
        }
        start.before = Before {
            done_at: Some(NOW - 8 * MINUTE),
            failures,
        };
    })
}

fn ends(world: &mut World, account: usize, error: Option<&str>, cancelled: bool) {
    let ended = Ended {
        error: error.map(SafeText::new),
        cancelled,
        ..Ended::default()
    };
    let news = News::Ended(ended);
    world.tell(Event::Fetch { account, news });
}

/// What is remembered of failures, as often as it was said.
fn remembered(world: &World) -> Vec<&str> {
    let failures = world.remembered.iter().filter(|(key, _)| key == FAILED);
    failures.map(|(_, value)| value.as_str()).collect()
}

#[test]
fn a_fetch_that_failed_before_is_told_until_that_account_does_well() {
    let screen = world(None).screen();
    assert!(screen.contains("✓ fetched 8 min ago"), "{screen}");
    // One that is no longer in the config has nothing to tell.
    let screen = world(Some("elsewhere")).screen();
    assert!(screen.contains("✓ fetched 8 min ago"), "{screen}");
    let mut world = world(Some("work"));
    let screen = world.screen();
    assert!(
        screen.contains("✗ 1 of 2 fetches failed 5 min ago"),
        "{screen}"
    );
    ends(&mut world, 0, None, false);
    let screen = world.screen();
    assert!(screen.contains("✗ 1 of 2 fetches failed"), "{screen}");
    ends(&mut world, 1, None, false);
    let screen = world.screen();
    assert!(screen.contains("✓ fetched just now"), "{screen}");
    assert_eq!(remembered(&world), [""]);
}

#[test]
fn a_fetch_that_fails_is_remembered_and_one_that_was_stopped_is_no_failure() {
    let mut world = world(None);
    ends(&mut world, 1, Some("stopped"), true);
    assert!(remembered(&world).is_empty());
    ends(&mut world, 1, Some("no answer"), false);
    let failures = Failures::parse(remembered(&world)[0]);
    assert_eq!(failures.of(&SafeText::new("work")), Some(world.model.now));
    assert_eq!(failures.of(&SafeText::new("home")), None);
}

#[cfg(unix)]
#[test]
fn a_fetch_of_the_command_line_that_failed_is_seen_when_the_screen_opens() {
    use crate::support::pty::{Home, Pty};
    use std::net::TcpListener;

    // Bound and closed again: nobody listens on it now.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let home = Home::new();
    home.configure(&format!(
        "[accounts.work]\naddress = 'ada@example.org'\nhost = '127.0.0.1'\nport = {port}\nsecurity = 'none'\n\
         password = 'x'\nfetch-every = 'manual'\n"
    ));
    let mut fetch = Pty::start(home.poptui(&["fetch"]), 80, 24);
    assert_eq!(fetch.wait(), 69);
    let mut screen = Pty::start(home.poptui(&[]), 80, 24);
    let seen = screen.until(&["✗ fetch failed", "The last fetch failed."]);
    assert!(!seen.contains("tells why"), "the log is empty: {seen}");
    screen.press("q");
    assert_eq!(screen.wait(), 0);
}
