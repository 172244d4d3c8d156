//! A disk on which nothing more goes, at any point of a fetch that deletes: what left the server is here, once, the error
//! says so, and when there is room again the rest comes.

use std::process::Command;
use std::time::Duration;

use poptui::demo::Maildrop;

use super::support::generate;
use super::support::profile::{Profile, contents_of};
use super::support::slow_server::SlowServer;

/// Runs a fetch none of whose files may become longer than so many KiB.
fn fetch_within(profile: &Profile, kib: usize) -> (Option<i32>, String) {
    let fetch = profile.command(&["fetch"]);
    // Without the signal a write fails instead, as it does where a disk is full. A block has 512 octets.
    let limited = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\""])
        .arg((2 * kib).to_string())
        .arg(fetch.get_program())
        .args(fetch.get_args())
        .output()
        .expect("a shell");
    let said = String::from_utf8_lossy(&limited.stderr).into_owned();
    (limited.status.code(), said)
}

#[test]
fn a_disk_that_is_full_at_any_point_loses_nothing_and_brings_nothing_twice() {
    const MAILS: u64 = 120;
    let mut refused = 0;
    for step in [1, 2, 3] {
        let server = SlowServer::start(Maildrop::new(), 64 * 1024, Duration::ZERO);
        let mails: Vec<Vec<u8>> = (0..MAILS)
            .map(|number| generate::mail(77, number))
            .collect();
        for (number, mail) in mails.iter().enumerate() {
            server.maildrop.deliver(format!("uid-{number}"), mail);
        }
        let profile = Profile::new(&server.config("never"));
        let mut kib = 40;
        while kib < 4_000 {
            let (code, said) = fetch_within(&profile, kib);
            server.wait_until_free();
            if code != Some(0) {
                refused += 1;
                assert!(
                    [Some(73), Some(74)].contains(&code),
                    "{kib} KiB: {code:?} {said}"
                );
                assert!(said.contains("data"), "it names no file: {said}");
            }
            let here = profile.contents();
            assert!(here.values().all(|times| *times == 1), "{kib} KiB");
            let there = server.maildrop.len();
            assert!(here.len() + there >= mails.len(), "{kib} KiB: {said}");
            kib += kib * step / 4;
        }
        assert_eq!(profile.fetch().code, Some(0));
        server.wait_until_free();
        assert!(server.maildrop.is_empty());
        assert_eq!(profile.contents(), contents_of(&mails));
    }
    assert!(refused > 10, "the disk was hardly ever full: {refused}");
}
