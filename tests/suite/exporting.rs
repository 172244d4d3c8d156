//! Mail out again: `import` of an `export` is what was there, in all formats, whatever the octets.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;

use poptui::mail::mbox::Marks;
use poptui::mail::{Completeness, Envelope};
use poptui::store::{FromFile, NewMail, Shelf, Store};
use proptest::prelude::*;
use ring::digest::{SHA256, digest};
use serde_json::Value;

use super::support::not_run::not_shared;
use super::support::profile::{Profile, contents_of};

const FORMATS: [&str; 3] = ["mbox", "maildir", "eml"];

/// A profile with these mails, in several folders and states.
fn holding(mails: &[Vec<u8>]) -> Profile {
    let profile = Profile::new("");
    let folders = ["Lists/rust", "Entwürfe", "a.b & c", "Trash", "Archive"];
    let mails = mails.iter().enumerate().map(|(number, octets)| FromFile {
        mail: NewMail {
            uid: None,
            listed_size: None,
            octets: octets.clone(),
            sha256: digest(&SHA256, octets).as_ref().try_into().unwrap(),
            envelope: Envelope::read(octets),
            arrived: 1_795_400_000 + i64::try_from(number).unwrap(),
            completeness: Completeness::Whole,
        },
        shelf: match folders.get(number % 7) {
            Some(folder) => Shelf::Folder((*folder).to_owned()),
            None => Shelf::Inbox,
        },
        marks: Marks {
            read: number % 2 > 0,
            flagged: number % 3 > 0,
            answered: number % 5 > 0,
            deleted: false,
        },
    });
    let mails: Vec<_> = mails.collect();
    let store = Store::open(&profile.data()).unwrap();
    store
        .write_now(move |writer| writer.import(&mails))
        .unwrap();
    store.close();
    profile
}

fn export(profile: &Profile, to: &Path, format: &str, query: &[&str]) -> Output {
    let to = to.to_str().unwrap();
    let arguments = [&["export", "--to", to, "--format", format], query].concat();
    profile.command(&arguments).output().unwrap()
}

/// What is told of each mail by these keys, by content.
fn told(profile: &Profile, keys: &[&str]) -> Vec<Vec<Value>> {
    let ran = profile.run(&["list", "--json", "in:any"]);
    let told = ran.objects.iter().map(|mail| {
        let all = ["sha256"].iter().chain(keys);
        all.map(|key| mail[*key].clone()).collect::<Vec<_>>()
    });
    let mut told: Vec<_> = told.collect();
    told.sort_by_key(|mail| mail[0].to_string());
    told
}

/// Exports all and imports it elsewhere: nothing may differ that the format has a place for.
fn there_and_back(mails: &[Vec<u8>]) {
    let profile = holding(mails);
    let wanted = contents_of(mails);
    assert_eq!(profile.contents(), wanted);
    let dir = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let to = dir.path().join(format);
        let ran = export(&profile, &to, format, &[]);
        assert!(
            ran.status.success(),
            "{}",
            String::from_utf8_lossy(&ran.stderr)
        );
        let other = Profile::new("");
        let ran = other.run(&["import", "--json", to.to_str().unwrap()]);
        assert_eq!(ran.code, Some(0), "{format}: {}", ran.stderr);
        assert!(other.contents() == wanted, "{format}");
        let keys = match format {
            "maildir" => &["unread", "flagged", "answered", "arrived", "folder"][..],
            "mbox" => &["unread", "flagged", "answered", "arrived"],
            _ => &["arrived"],
        };
        let (there, here) = (told(&other, keys), told(&profile, keys));
        let differ = there.iter().zip(&here).find(|(there, here)| there != here);
        assert_eq!(differ, None, "{format}");
    }
}

/// Lines that have broken mailboxes, in any order, and anything else.
fn nasty() -> impl Strategy<Value = Vec<u8>> {
    let lines = [
        &b"From "[..],
        b"From x@y Mon Nov 23 14:02:03 2026",
        b">From x@y Mon Nov 23 14:02:03 2026",
        b">>>From b",
        b"Content-Length: 7",
        b"X-Mozilla-Status: 000f",
        b"Status: RO",
        b"Subject: \xff\x00\x80",
        b"\0",
        b"",
    ];
    let ends = [&b"\n"[..], b"\r\n", b"\r", b""];
    let (lines, ends) = (
        prop::sample::select(lines.to_vec()),
        prop::sample::select(ends.to_vec()),
    );
    let line = (lines, ends).prop_map(|(line, end)| [line, end].concat());
    prop::collection::vec(line, 0..9).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 40, ..ProptestConfig::default() })]
    #[test]
    fn whatever_the_octets_an_export_imported_is_what_was_there(
        mails in prop::collection::btree_set(nasty(), 1..60)
    ) {
        there_and_back(&mails.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn other_peoples_mail_comes_back_octet_for_octet() {
    let Some(shared) = std::env::var_os("POPTUI_SHARED") else {
        return not_shared("the export of other people's mail");
    };
    let corpus = Path::new(&shared).join("corpus/mail");
    let mails = fs::read_dir(corpus).unwrap();
    let mails = mails.map(|entry| fs::read(entry.unwrap().path()).unwrap());
    there_and_back(&mails.collect::<Vec<_>>());
}

#[test]
fn what_is_written_is_for_the_owner_alone_and_nothing_else_is_left() {
    let profile = holding(&[b"Subject: a\n\nx\n".to_vec(), b"Subject: b\n\nx\n".to_vec()]);
    let dir = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let mut left = vec![dir.path().join(format)];
        assert!(export(&profile, &left[0], format, &[]).status.success());
        while let Some(path) = left.pop() {
            let mode = path.metadata().unwrap().permissions().mode() & 0o777;
            let wanted = if path.is_dir() { 0o700 } else { 0o600 };
            assert_eq!(mode, wanted, "{}", path.display());
            if path.is_dir() {
                left.extend(
                    fs::read_dir(path)
                        .unwrap()
                        .map(|entry| entry.unwrap().path()),
                );
            }
        }
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), FORMATS.len());
}

#[test]
fn nothing_is_ever_written_over() {
    let profile = holding(&[b"Subject: a\n\nx\n".to_vec()]);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "mine").unwrap();
    let full = dir.path().join("full");
    fs::create_dir(&full).unwrap();
    fs::write(full.join("a"), "mine").unwrap();
    let link = dir.path().join("link");
    std::os::unix::fs::symlink(dir.path().join("nowhere"), &link).unwrap();
    for format in FORMATS {
        for to in [&file, &full, &link] {
            let ran = export(&profile, to, format, &[]);
            let said = String::from_utf8_lossy(&ran.stderr).into_owned();
            assert_eq!(ran.status.code(), Some(73), "{format}: {said}");
            assert!(said.contains("nothing is ever written over"), "{said}");
        }
        let nowhere = dir.path().join("no/such/directory");
        assert_eq!(
            export(&profile, &nowhere, format, &[]).status.code(),
            Some(73)
        );
    }
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3);
    let empty = dir.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert!(export(&profile, &empty, "maildir", &[]).status.success());
}

#[test]
fn a_query_chooses_and_what_a_format_has_no_place_for_is_said() {
    let mails = ["one", "two", "three"].map(|subject| format!("Subject: {subject}\n\nx\n"));
    let mails = mails.map(String::into_bytes);
    let profile = holding(&mails);
    let dir = tempfile::tempdir().unwrap();
    let said = |to: &str, format: &str, query: &[&str]| {
        let ran = export(&profile, &dir.path().join(to), format, query);
        assert!(ran.status.success());
        String::from_utf8(ran.stdout).unwrap() + &String::from_utf8(ran.stderr).unwrap()
    };
    let one = said("one", "mbox", &["subject:two", "in:any"]);
    let named = said("none", "mbox", &["nothing", "like", "this"]);
    assert!(one.contains("written"), "{one}");
    assert!(named.contains("nothing written"), "{named}");
    assert!(!dir.path().join("none").exists());
    assert!(said("all", "mbox", &[]).contains("3 mails written"));
    assert!(said("eml", "eml", &[]).contains("--format maildir keeps both"));
    assert!(said("folders", "mbox", &[]).contains("several folders"));
    assert!(!said("maildir", "maildir", &[]).contains("no place"));
}

#[test]
fn a_damaged_mail_is_told_and_the_others_come_out() {
    let mails =
        ["one", "two"].map(|subject| format!("Subject: {subject}\n\nunharmed\n").into_bytes());
    let profile = holding(&mails);
    let database = profile.data().join("mail.sqlite");
    let mut octets = fs::read(&database).unwrap();
    let at = memchr::memmem::find(&octets, b"two\n\nunharmed").unwrap();
    octets[at + 6] ^= 1;
    fs::write(&database, octets).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let ran = export(&profile, &dir.path().join("out"), "eml", &[]);
    assert_eq!(ran.status.code(), Some(1));
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(
        said.contains("mail 2 (two, in Entwürfe) is damaged"),
        "{said}"
    );
    assert_eq!(fs::read_dir(dir.path().join("out")).unwrap().count(), 2);
}
