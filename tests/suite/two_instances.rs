//! Two programs at one store: the second names the first at once, and nothing comes twice.

use std::process::Stdio;
use std::time::Duration;

use poptui::demo::Maildrop;

use super::support::generate;
use super::support::profile::{Profile, contents_of};
use super::support::slow_server::SlowServer;

#[test]
fn a_hundred_rounds_of_two_fetches_at_once_bring_nothing_twice() {
    const ROUNDS: u64 = 100;
    let mut mails = Vec::new();
    let maildrop = Maildrop::new();
    let server = SlowServer::start(maildrop, 64 * 1024, Duration::from_millis(30));
    let profile = Profile::new(&server.config("never"));
    let mut refused = 0;
    for round in 0..ROUNDS {
        let mail = generate::mail(31, round);
        server.maildrop.deliver(format!("uid-{round}"), &mail);
        mails.push(mail);
        let two = [(); 2].map(|()| {
            let mut command = profile.command(&["fetch", "--json"]);
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().unwrap()
        });
        let pids = two.each_ref().map(std::process::Child::id);
        let ended = two.map(|fetch| fetch.wait_with_output().unwrap());
        assert!(ended.iter().any(|one| one.status.success()), "{ended:?}");
        for (one, other) in ended.iter().zip([pids[1], pids[0]]) {
            let said = String::from_utf8_lossy(&one.stderr);
            assert!(!said.contains("database is locked"), "{said}");
            if !one.status.success() {
                refused += 1;
                assert!(
                    said.contains(&other.to_string()),
                    "{other} is not named: {said}"
                );
            }
        }
        server.wait_until_free();
    }
    assert!(refused > 0, "the two never met");
    assert_eq!(profile.contents(), contents_of(&mails));
    assert!(server.maildrop.is_empty());
}
