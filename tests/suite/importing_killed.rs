//! `kill -9` of an import, again and again: every mail is here exactly once in the end.

use std::fmt::Write as _;
use std::process::{Child, Stdio};
use std::time::Instant;

use super::support::generate;
use super::support::profile::{Profile, contents_of};

#[test]
fn an_import_killed_at_twelve_instants_loses_nothing_and_brings_nothing_twice() {
    const KILLS: u32 = 12;
    let dir = tempfile::tempdir().unwrap();
    let mails = generate::mails(21, 1_000);
    let file = dir.path().join("box");
    std::fs::write(&file, mbox(&mails)).unwrap();
    let path = file.to_str().unwrap();
    let wanted = contents_of(&mails);

    let start = Instant::now();
    let yardstick = Profile::new("");
    assert_eq!(
        yardstick
            .run(&["import", "--json", path])
            .number("imported"),
        1_000
    );
    let whole = start.elapsed();

    let (mut killed, mut round, mut begun) = (0, 0, 0);
    let mut profile = Profile::new("");
    // An import that had ended by itself was not killed: it does not count.
    while killed < KILLS {
        round += 1;
        assert!(
            round <= 20 * KILLS,
            "{killed} of {round} hit a running import"
        );
        let mut import = spawn(&profile, path);
        // Multiples of the golden ratio cover the whole time evenly, however many there are.
        std::thread::sleep(whole.mul_f64((f64::from(round) * 0.618_034).fract()));
        let hit = kill(&mut import);
        killed += u32::from(hit);
        if !profile.data().join("mail.sqlite").exists() {
            continue;
        }
        let here = profile.contents();
        let strange = here
            .iter()
            .find(|(content, times)| **times != 1 || !wanted.contains_key(*content));
        assert_eq!(strange, None, "here twice, or not in the file");
        begun += u32::from(!here.is_empty() && here.len() < mails.len());
        if round % 3 == 0 {
            // Every third one is begun again from where it was, to its end.
            let ran = profile.run(&["import", "--json", path]);
            assert_eq!(
                ran.number("duplicates"),
                here.len() as u64,
                "{}",
                ran.stderr
            );
            assert_eq!(profile.contents(), wanted);
            profile = Profile::new("");
        }
    }
    assert!(begun > 0, "no kill hit between two batches");
}

/// As mboxrd.
fn mbox(mails: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    for (number, mail) in mails.iter().enumerate() {
        let mut from = String::new();
        let (hour, minute) = (number / 60 % 24, number % 60);
        let _ = writeln!(
            from,
            "From x@example.org Mon Nov 23 {hour:02}:{minute:02}:03 2026"
        );
        file.extend_from_slice(from.as_bytes());
        file.extend_from_slice(&poptui::mail::mbox::quote(mail));
        assert!(mail.ends_with(b"\n"), "mail {number} has no end of its own");
        file.push(b'\n');
    }
    file
}

fn spawn(profile: &Profile, path: &str) -> Child {
    let mut command = profile.command(&["import", "--json", path]);
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// SIGKILL. Whether it hit: the import may have ended before.
fn kill(import: &mut Child) -> bool {
    import.kill().unwrap();
    import.wait().unwrap().code().is_none()
}
