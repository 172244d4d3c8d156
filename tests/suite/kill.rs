//! `kill -9` of a fetch that deletes on the server, at fifty instants: every mail is here exactly once in the end.

use std::process::Stdio;
use std::time::{Duration, Instant};

use poptui::demo::Maildrop;

use super::support::dovecot::{self, Dovecot};
use super::support::generate;
use super::support::profile::{Profile, contents_of};
use super::support::slow_server::{self, SlowServer};

const MAILS: u64 = 60;
const KILLS: u32 = 50;

fn config(port: u16, user: &str, password: &str) -> String {
    format!(
        "[accounts.robin]\naddress = \"robin@example.org\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n\
         user = \"{user}\"\npassword = \"{password}\"\nkeep-on-server = \"never\"\n"
    )
}

/// Starts a fetch and kills it after `delay`, unless it ended before. Says whether it was killed.
fn fetch_and_kill(profile: &Profile, delay: Duration) -> bool {
    let mut command = profile.command(&["fetch", "--json"]);
    let mut fetch = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(delay);
    fetch.kill().unwrap(); // SIGKILL
    fetch.wait().unwrap().code().is_none()
}

/// How long an undisturbed fetch takes, program start included.
fn undisturbed(profile: &Profile) -> Duration {
    let start = Instant::now();
    let ran = profile.fetch();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    start.elapsed()
}

#[test]
fn a_fetch_killed_at_fifty_instants_loses_nothing_and_brings_nothing_twice() {
    let mails = generate::mails(9, MAILS);
    let start = || {
        let maildrop = Maildrop::new();
        for (number, mail) in mails.iter().enumerate() {
            maildrop.deliver(format!("uid-{number}"), mail);
        }
        // About half a second for the whole mailbox, so that a kill can hit in the middle of every stage.
        SlowServer::start(maildrop, 8 * 1024, Duration::from_millis(2))
    };
    let profile_at = |server: &SlowServer| {
        Profile::new(&config(
            server.address.port(),
            slow_server::USER,
            slow_server::PASSWORD,
        ))
    };
    let yardstick = start();
    let whole = undisturbed(&profile_at(&yardstick));
    assert!(yardstick.maildrop.is_empty());

    let mut killed = 0;
    let mut server = start();
    let mut profile = profile_at(&server);
    for round in 0..KILLS {
        // The fractions of the golden ratio: they cover the whole time evenly, whatever the number of rounds.
        let fraction = (f64::from(round) * 0.618_034).fract();
        killed += u32::from(fetch_and_kill(&profile, whole.mul_f64(fraction)));
        server.wait_until_free();
        let here = profile.contents();
        let wanted = contents_of(&mails);
        let strange = here
            .iter()
            .find(|(content, times)| **times != 1 || !wanted.contains_key(*content));
        assert_eq!(strange, None, "round {round}: twice, or never sent");
        let lost = here.len() + server.maildrop.len() < mails.len();
        assert!(
            !lost,
            "round {round}: {} here, {} there",
            here.len(),
            server.maildrop.len()
        );
        if server.maildrop.is_empty() {
            // Nothing left to interrupt: a new mailbox.
            assert_eq!(here, wanted);
            server = start();
            profile = profile_at(&server);
        }
    }
    undisturbed(&profile);
    assert_eq!(profile.contents(), contents_of(&mails));
    assert!(server.maildrop.is_empty());
    assert!(
        killed > KILLS / 4,
        "only {killed} of {KILLS} fetches were still running when they were killed"
    );
}

#[test]
fn a_fetch_from_dovecot_killed_again_and_again_ends_with_every_mail_exactly_once() {
    let mails = generate::mails(10, 300);
    let server = Dovecot::start(&[("robin", &mails)]);
    let profile = Profile::new(&config(server.port, "robin", dovecot::PASSWORD));
    for round in 0_u32..12 {
        fetch_and_kill(&profile, Duration::from_millis(15 * u64::from(round)));
    }
    // Dovecot may hold the lock of a killed session for a moment.
    let done = (0..50).any(|_| {
        let ran = profile.fetch();
        let busy = matches!(ran.value("error_kind").as_str(), Some("busy" | "temporary"));
        assert!(busy || ran.code == Some(0), "{}", ran.stderr);
        if busy {
            std::thread::sleep(Duration::from_millis(200));
        }
        !busy
    });
    assert!(done, "the maildrop stays locked");
    assert_eq!(profile.contents(), contents_of(&mails));
    assert_eq!(server.count("robin"), 0);
}
