//! `kill -9` of a fetch that deletes on the server, again and again: every mail is here exactly once in the end.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use poptui::demo::Maildrop;

use super::support::dovecot::{self, Dovecot};
use super::support::generate;
use super::support::profile::{Profile, contents_of};
use super::support::slow_server::{self, SlowServer};

/// Half a second of mail, so that a kill can hit in the middle of every stage.
const PAUSE: Duration = Duration::from_millis(2);
const PIECE: usize = 8 * 1024;

#[test]
fn a_fetch_killed_at_fifty_instants_loses_nothing_and_brings_nothing_twice() {
    const KILLS: u32 = 50;
    let mails = generate::mails(9, 60);
    let yardstick = start(&mails);
    let whole = undisturbed(&profile_at(&yardstick));

    let mut killed = 0;
    let mut server = start(&mails);
    let mut profile = profile_at(&server);
    let mut round = 0;
    // A fetch that had ended by itself was not killed: it does not count.
    while killed < KILLS {
        round += 1;
        assert!(
            round <= 20 * KILLS,
            "{killed} kills hit a running fetch in {round} rounds"
        );
        let mut fetch = spawn(&profile);
        // Multiples of the golden ratio cover the whole time evenly, however many there are.
        std::thread::sleep(whole.mul_f64((f64::from(round) * 0.618_034).fract()));
        killed += u32::from(kill(&mut fetch));
        server.wait_until_free();
        nothing_is_lost_or_doubled(&profile, &server, &mails);
        if server.maildrop.is_empty() {
            // Nothing is left to interrupt.
            server = start(&mails);
            profile = profile_at(&server);
        }
    }
    undisturbed(&profile);
    assert_eq!(profile.contents(), contents_of(&mails));
    assert!(server.maildrop.is_empty());
}

#[test]
fn a_fetch_killed_at_any_point_of_the_conversation_loses_nothing_and_brings_nothing_twice() {
    let mails = generate::mails(11, 30);
    let yardstick = start(&mails);
    undisturbed(&profile_at(&yardstick));
    let whole = yardstick.passed();
    // The log-in, the download here and there, and every one of the last pieces: DELE, QUIT and what they are told.
    let points = (1..whole).filter(|&at| at < 12 || at % 16 == 0 || at + 8 > whole);
    let mut reached = Vec::new();
    for at in points {
        let server = start(&mails);
        let profile = profile_at(&server);
        server.hold_at(at);
        let mut fetch = spawn(&profile);
        while server.passed() < at && fetch.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        if kill(&mut fetch) {
            reached.push(at);
        }
        server.wait_until_free();
        nothing_is_lost_or_doubled(&profile, &server, &mails);
        server.hold_at(usize::MAX);
        undisturbed(&profile);
        assert_eq!(
            profile.contents(),
            contents_of(&mails),
            "killed at {at} of {whole}"
        );
        assert!(server.maildrop.is_empty(), "killed at {at} of {whole}");
    }
    assert!(reached.len() > 12, "killed only at {reached:?} of {whole}");
}

#[test]
fn a_fetch_from_dovecot_killed_again_and_again_ends_with_every_mail_exactly_once() {
    let mails = generate::mails(10, 300);
    let server = Dovecot::start(&[("robin", &mails)]);
    let profile = Profile::new(&slow_server::config(
        server.port,
        "robin",
        dovecot::PASSWORD,
        "never",
    ));
    for round in 0..12 {
        let mut fetch = spawn(&profile);
        std::thread::sleep(Duration::from_millis(15 * round));
        kill(&mut fetch);
    }
    // Dovecot may take a moment to notice that the last one is gone.
    let fetched = (0..50).any(|_| {
        let ran = profile.fetch();
        let busy = matches!(ran.value("error_kind").as_str(), Some("busy" | "temporary"));
        assert!(busy || ran.code == Some(0), "{}", ran.stderr);
        if busy {
            std::thread::sleep(Duration::from_millis(200));
        }
        !busy
    });
    assert!(fetched, "the maildrop stays locked");
    assert_eq!(profile.contents(), contents_of(&mails));
    assert_eq!(server.count("robin"), 0);
}

fn start(mails: &[Vec<u8>]) -> SlowServer {
    let maildrop = Maildrop::new();
    for (number, mail) in mails.iter().enumerate() {
        maildrop.deliver(format!("uid-{number}"), mail);
    }
    SlowServer::start(maildrop, PIECE, PAUSE)
}

fn profile_at(server: &SlowServer) -> Profile {
    Profile::new(&server.config("never"))
}

fn spawn(profile: &Profile) -> Child {
    let mut command = profile.command(&["fetch", "--json"]);
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// SIGKILL. Whether it hit: the fetch may have ended before.
fn kill(fetch: &mut Child) -> bool {
    fetch.kill().unwrap();
    fetch.wait().unwrap().code().is_none()
}

/// How long a fetch takes that runs to its end, program start included.
fn undisturbed(profile: &Profile) -> Duration {
    let start = Instant::now();
    let ran = profile.fetch();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    start.elapsed()
}

fn nothing_is_lost_or_doubled(profile: &Profile, server: &SlowServer, mails: &[Vec<u8>]) {
    let here = profile.contents();
    let wanted = contents_of(mails);
    let strange = here
        .iter()
        .find(|(content, times)| **times != 1 || !wanted.contains_key(*content));
    assert_eq!(strange, None, "here twice, or never sent");
    // The maildrop's own content cannot be asked for without a session, but this is clear: it loses mails only all at
    // once, at QUIT, and then all of them have to be here.
    let there = server.maildrop.len();
    assert!(
        there == mails.len() || here == wanted,
        "{} here, {there} there",
        here.len()
    );
}
