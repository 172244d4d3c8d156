//! `poptui backup` and `poptui verify`, as people run them: beside a running client, killed, on damaged files.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use poptui::store::Store;

use super::support::generate;
use super::support::profile::{Profile, contents_of};

/// A profile with these mails, imported one file each.
fn holding(mails: &[Vec<u8>]) -> Profile {
    let profile = Profile::new("");
    let dir = tempfile::tempdir().unwrap();
    for (number, mail) in mails.iter().enumerate() {
        fs::write(dir.path().join(format!("{number:05}.eml")), mail).unwrap();
    }
    let ran = profile.run(&["import", "--json", dir.path().to_str().unwrap()]);
    assert_eq!(ran.number("imported"), mails.len() as u64, "{}", ran.stderr);
    profile
}

fn run(profile: &Profile, arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = profile.command(arguments).output().unwrap();
    let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// A new profile with this file as its store.
fn restored(backup: &Path) -> Profile {
    let profile = Profile::new("");
    fs::create_dir(profile.data()).unwrap();
    fs::copy(backup, profile.data().join("mail.sqlite")).unwrap();
    profile
}

#[test]
fn a_backup_beside_a_running_client_restores_to_the_same_mail() {
    let mails = generate::mails(31, 60);
    let profile = holding(&mails);
    let client = Store::open(&profile.data()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("mail.backup");
    let shown = file.to_str().unwrap();
    let (code, told, said) = run(&profile, &["backup", shown]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        told.contains("60 mails") && told.contains("every one of them checked"),
        "{told}"
    );
    client.close();
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);

    let before = fs::read(&file).unwrap();
    let (code, _, said) = run(&profile, &["backup", shown]);
    assert_eq!(code, Some(73), "{said}");
    assert!(said.contains("nothing is ever written over"), "{said}");
    assert!(fs::read(&file).unwrap() == before);

    let other = restored(&file);
    assert_eq!(other.contents(), contents_of(&mails));
    let (code, told, said) = run(&other, &["verify"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(
        told,
        "60 mails checked: all as they came, and so is the rest\n"
    );
    // It takes new mail as well.
    let more = generate::mails(32, 1);
    let new = dir.path().join("new.eml");
    fs::write(&new, &more[0]).unwrap();
    assert_eq!(
        other
            .run(&["import", "--json", new.to_str().unwrap()])
            .number("imported"),
        1
    );
}

#[test]
fn without_mail_there_is_nothing_to_back_up_or_verify() {
    let profile = Profile::new("");
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("backup");
    for arguments in [
        &["backup", file.to_str().unwrap()][..],
        &["verify"],
        &["verify", "--repair"],
    ] {
        let (code, _, said) = run(&profile, arguments);
        assert_eq!(code, Some(66), "{arguments:?}: {said}");
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_backup_killed_at_any_instant_leaves_no_half_file() {
    const KILLS: u32 = 10;
    let mails = generate::mails(33, 300);
    let profile = holding(&mails);
    let dir = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let whole = dir.path().join("whole");
    assert_eq!(
        run(&profile, &["backup", whole.to_str().unwrap()]).0,
        Some(0)
    );
    let time = start.elapsed();
    let (mut killed, mut round) = (0, 0);
    while killed < KILLS {
        round += 1;
        assert!(
            round <= 20 * KILLS,
            "{killed} of {round} hit a running backup"
        );
        let file = dir.path().join(format!("backup-{round}"));
        let mut command = profile.command(&["backup", file.to_str().unwrap()]);
        let command = command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut backup = command.spawn().unwrap();
        std::thread::sleep(time.mul_f64((f64::from(round) * 0.618_034).fract()));
        backup.kill().unwrap();
        killed += u32::from(backup.wait().unwrap().code().is_none());
        if file.exists() {
            assert_eq!(restored(&file).contents(), contents_of(&mails));
        }
    }
    std::thread::sleep(Duration::from_millis(1));
    assert_eq!(run(&profile, &["verify"]).0, Some(0));
}

/// Changes octets of the database that stand behind these, in the first place where they do.
fn flip(profile: &Profile, behind: &[u8]) {
    let file = profile.data().join("mail.sqlite");
    let mut octets = fs::read(&file).unwrap();
    let at = memchr::memmem::find(&octets, behind).expect("is in the file");
    octets[at + behind.len()] ^= 0x10;
    fs::write(&file, octets).unwrap();
}

fn three() -> Profile {
    let mails = ["one", "two", "THREE Words"];
    let mails = mails.map(|name| format!("Subject: {name}\n\nunharmed {name}\n").into_bytes());
    holding(&mails)
}

#[test]
fn a_damaged_mail_is_named_by_verify_and_by_the_backup_that_has_it_too() {
    let profile = three();
    flip(&profile, b"Subject: two\n\nunha");
    let (code, told, said) = run(&profile, &["verify"]);
    assert_eq!(code, Some(65), "{said}");
    assert!(told.contains("2 as they came, 1 damaged"), "{told}");
    assert!(
        said.contains("(two, in Inbox) is damaged: its octets are not those that came"),
        "{said}"
    );
    let (code, _, _) = run(&profile, &["verify", "--repair"]);
    assert_eq!(code, Some(65), "mails are never repaired");
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("backup");
    let (code, told, said) = run(&profile, &["backup", file.to_str().unwrap()]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("(two, in Inbox)") && told.contains("3 mails"),
        "{told}{said}"
    );
    assert!(file.exists());
}

#[test]
fn what_is_made_from_mails_is_made_anew() {
    let profile = three();
    // The folded words by which it is found, not the mail.
    flip(&profile, b" three wor");
    let (code, told, said) = run(&profile, &["verify"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("--repair") && told.contains("all as they came, but"),
        "{told}{said}"
    );
    let (code, told, said) = run(&profile, &["verify", "--repair"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(told.contains("made anew"), "{told}");
    assert_eq!(run(&profile, &["verify"]).0, Some(0));
    let client = Store::open(&profile.data()).unwrap();
    assert_eq!(run(&profile, &["verify"]).0, Some(0));
    assert_eq!(
        run(&profile, &["verify", "--repair"]).0,
        Some(75),
        "is open elsewhere"
    );
    client.close();
}

#[test]
fn what_is_no_database_is_bad_data_and_stays_as_it_is() {
    let profile = three();
    let file = profile.data().join("mail.sqlite");
    let mut octets = fs::read(&file).unwrap();
    octets[3] ^= 1;
    fs::write(&file, &octets).unwrap();
    for arguments in [&["verify"][..], &["verify", "--repair"]] {
        let (code, _, said) = run(&profile, arguments);
        assert_eq!(code, Some(65), "{said}");
    }
    assert!(fs::read(&file).unwrap() == octets);
}
