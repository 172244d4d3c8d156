//! Fetches that come by themselves: what the mind asks for as time passes, and what the status row says of it.

use std::time::Duration;

use poptui::app::Event;
use poptui::app::effect::Effect;
use poptui::app::event::{Ended, News};
use poptui::app::model::Standing;
use poptui::app::schedule::Outlook;
use poptui::mail::SafeText;

use crate::support::fake::{NOW, World, letters, source};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60_000;

/// One account that is fetched every five minutes.
fn world(width: u16, height: u16) -> World {
    World::with(width, height, &letters(), |start| {
        start.accounts = vec![source("home", Some(Duration::from_mins(5)))];
    })
}

fn ends(world: &mut World, account: usize, outlook: Outlook) {
    let error = (outlook != Outlook::Good).then(|| SafeText::new("it did not work"));
    let ended = Ended {
        error,
        outlook,
        ..Ended::default()
    };
    let news = News::Ended(ended);
    world.tell(Event::Fetch { account, news });
}

fn fetches(world: &World) -> Vec<Vec<usize>> {
    let accounts = |effect: &Effect| match effect {
        Effect::Fetch { accounts, .. } => Some(accounts.clone()),
        _ => None,
    };
    world.asked.iter().filter_map(accounts).collect()
}

/// Tells the time as the runtime does: no sooner than the mind asked for.
fn pass(world: &mut World, until: i64) {
    while world.model.now < until {
        let every = i64::try_from(world.model.tick().unwrap()).unwrap();
        let now = (world.model.now + every).min(until);
        world.tell(Event::Tick(now));
    }
}

const BUSY: Outlook = Outlook::Wait("mailbox in use");

#[test]
fn an_account_is_fetched_shortly_after_the_start_and_then_every_fetch_every() {
    let mut world = world(80, 24);
    assert!(fetches(&world).is_empty(), "the screen comes first");
    pass(&mut world, NOW + 4 * SECOND);
    assert_eq!(fetches(&world).len(), 1);
    pass(&mut world, NOW + 5 * SECOND);
    ends(&mut world, 0, Outlook::Good);
    assert_eq!(world.said(), "", "nothing new is nothing to say");
    pass(&mut world, NOW + 4 * MINUTE);
    assert_eq!(fetches(&world).len(), 1);
    assert!(
        world.screen().contains("next fetch in"),
        "{}",
        world.screen()
    );
    pass(&mut world, NOW + 6 * MINUTE);
    assert_eq!(fetches(&world).len(), 2);
}

#[test]
fn an_account_of_manual_is_fetched_when_it_is_asked_for_and_never_else() {
    let mut world = World::new(80, 24, &letters());
    pass(&mut world, NOW + 24 * 60 * MINUTE);
    assert!(world.asked.is_empty());
}

#[test]
fn a_reader_beside_another_poptui_fetches_nothing() {
    let mut world = World::with(80, 24, &letters(), |start| {
        start.accounts = vec![source("home", Some(Duration::from_mins(5)))];
        start.standing = Standing::ReadOnly(4711);
    });
    pass(&mut world, NOW + MINUTE);
    assert!(world.asked.is_empty());
}

#[test]
fn only_the_accounts_that_are_due_are_fetched_and_one_that_runs_is_left_alone() {
    let mut world = World::with(80, 24, &letters(), |start| {
        let every = |minutes| Some(Duration::from_mins(minutes));
        start.accounts = vec![
            source("home", every(5)),
            source("work", every(60)),
            source("old", None),
        ];
    });
    pass(&mut world, NOW + 4 * SECOND);
    let mut first = fetches(&world).concat();
    first.sort_unstable();
    assert_eq!(first, [0, 1]);
    ends(&mut world, 0, Outlook::Good);
    pass(&mut world, NOW + 11 * MINUTE);
    assert_eq!(fetches(&world).concat()[2..], [0], "work still runs");
    let asked = |world: &World| match world.asked.last() {
        Some(Effect::Fetch { asked, .. }) => *asked,
        other => panic!("{other:?}"),
    };
    assert!(!asked(&world), "its time has come");
    world.press("F5");
    assert!(asked(&world), "the user wants it");
    assert_eq!(
        fetches(&world).last().unwrap(),
        &[2],
        "those that run are left alone"
    );
}

#[test]
fn a_mailbox_in_use_is_waited_for_and_the_status_row_says_so_at_every_width() {
    for (width, height, wanted) in [
        (120, 40, "waits: mailbox in use, tries again in 5 min"),
        (80, 24, "waits: mailbox in use, tries again in 5 min"),
        (40, 10, "again in 5 min"),
    ] {
        let mut world = world(width, height);
        pass(&mut world, NOW + 4 * SECOND);
        ends(&mut world, 0, BUSY);
        world.press("gl Esc");
        assert!(world.screen().contains(wanted), "{}", world.screen());
        pass(&mut world, NOW + 4 * MINUTE);
        assert_eq!(fetches(&world).len(), 1);
        pass(&mut world, NOW + 7 * MINUTE);
        assert_eq!(fetches(&world).len(), 2, "by itself");
    }
}

#[test]
fn a_refused_password_stops_until_the_user_presses_the_key() {
    let mut world = world(100, 24);
    pass(&mut world, NOW + 4 * SECOND);
    ends(&mut world, 0, Outlook::Stop("log-in refused"));
    world.press("gl Esc");
    let wanted = "stopped: log-in refused, press F5 to try again";
    assert!(world.screen().contains(wanted), "{}", world.screen());
    // A key that is held down is one wish.
    world.press("F5 F5 F5");
    let said = "failed just now; the next one begins in 2 s";
    assert!(world.said().contains(said), "{}", world.said());
    assert_eq!(fetches(&world).len(), 1);
    pass(&mut world, NOW + 7 * SECOND);
    assert_eq!(fetches(&world).len(), 2);
    ends(&mut world, 0, Outlook::Stop("log-in refused"));
    assert_eq!(
        world.said(),
        "it did not work",
        "asked for, so it is told again"
    );
    pass(&mut world, NOW + 24 * 60 * MINUTE);
    assert_eq!(fetches(&world).len(), 2, "a day later: no storm of log-ins");
    world.press("F5 F5");
    assert_eq!(fetches(&world).len(), 3);
    ends(&mut world, 0, Outlook::Good);
    pass(&mut world, NOW + (24 * 60 + 6) * MINUTE);
    assert_eq!(fetches(&world).len(), 4, "it goes on by itself");
}

#[test]
fn the_same_error_is_said_once_and_the_account_that_stopped_is_marked_by_a_word() {
    let mut world = World::with(120, 40, &letters(), |start| {
        let every = Some(Duration::from_mins(5));
        start.accounts = vec![source("home", every), source("work", every)];
    });
    pass(&mut world, NOW + 4 * SECOND);
    ends(&mut world, 0, Outlook::Good);
    for minutes in [0, 10, 20] {
        pass(&mut world, NOW + 5 * SECOND + minutes * MINUTE);
        ends(&mut world, 1, Outlook::Doubtful);
    }
    assert_eq!(world.model.notices.log().len(), 1);
    world.press("gl Esc");
    pass(&mut world, NOW + 21 * MINUTE);
    let screen = world.screen();
    assert!(screen.contains("work ✗ stopped"), "{screen}");
}
