//! Mail from files: every dialect and shape, what is refused, and what is said of it.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::support::not_run::not_shared;
use super::support::profile::{Profile, Ran, contents_of};

const FROM: &str = "From ada@example.org Mon Nov 23 14:02:03 2026\n";

/// A profile, and a directory with files to import.
struct Desk {
    profile: Profile,
    dir: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self {
            profile: Profile::new(""),
            dir: tempfile::tempdir().unwrap(),
        }
    }

    /// Writes a file and the directories it lies in.
    fn put(&self, name: &str, octets: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, octets).unwrap();
        path
    }

    fn maildir(&self, name: &str) {
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(self.dir.path().join(name).join(part)).unwrap();
        }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Imports these, told as JSON.
    fn import(&self, arguments: &[&str]) -> Ran {
        self.profile
            .run(&[&["import", "--json"], arguments].concat())
    }

    /// `imported`, `duplicates`, `failed` of the one path, and the exit code.
    fn counts(&self, arguments: &[&str]) -> ([u64; 3], Option<i32>) {
        let ran = self.import(arguments);
        assert_eq!(ran.objects.len(), 1, "{}", ran.stderr);
        let keys = ["imported", "duplicates", "failed"];
        (keys.map(|key| ran.number(key)), ran.code)
    }

    /// All mails by subject: folder, unread, flagged, answered.
    fn mails(&self) -> Vec<(String, String, [bool; 3])> {
        let ran = self.profile.run(&["list", "--json", "in:any"]);
        let text = |mail: &Value, key: &str| mail[key].as_str().unwrap().to_owned();
        let told = ran.objects.iter().map(|mail| {
            let signs = ["unread", "flagged", "answered"];
            let signs = signs.map(|sign| mail[sign].as_bool().unwrap());
            (text(mail, "subject"), text(mail, "folder"), signs)
        });
        let mut told: Vec<_> = told.collect();
        told.sort();
        told
    }

    fn folders(&self) -> Vec<(String, String)> {
        let mails = self.mails().into_iter();
        mails
            .map(|(subject, folder, _)| (subject, folder))
            .collect()
    }
}

fn mail(subject: &str) -> String {
    format!("Subject: {subject}\n\ntext\n")
}

fn shown(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(one, other): &(&str, &str)| ((*one).to_owned(), (*other).to_owned());
    expected.iter().map(owned).collect()
}

#[test]
fn an_mbox_gives_its_mails_octet_for_octet_and_their_state() {
    let desk = Desk::new();
    let mails = [
        "Subject: new\n\n>From x\nFrom here\n",
        "Subject: read\nStatus: RO\n\ntext\n",
        "Subject: both\nStatus: O\nX-Status: AF\n\ntext\n",
        "Subject: gone\nX-Mozilla-Status: 0009\n\ntext\n",
    ];
    // As mboxrd: every `From ` is one deeper.
    let quoted = mails.map(|mail| mail.replace(">From", ">>From").replace("\nFrom", "\n>From"));
    let entries = quoted.map(|mail| format!("{FROM}{mail}\n"));
    let file = desk.put("old", entries.concat());
    assert_eq!(desk.counts(&[shown(&file)]), ([4, 0, 0], Some(0)));
    assert_eq!(desk.profile.contents(), contents_of(&mails.map(Vec::from)));
    let told = |subject: &str, folder: &str, signs| (subject.to_owned(), folder.to_owned(), signs);
    assert_eq!(
        desk.mails(),
        [
            told("both", "Inbox", [true, true, true]),
            told("gone", "Trash", [false, false, false]),
            told("new", "Inbox", [true, false, false]),
            told("read", "Inbox", [false, false, false]),
        ]
    );
    let ran = desk.profile.run(&["list", "--json", "in:any"]);
    assert!(ran.objects.iter().all(|mail| mail["account"].is_null()));
    assert!(
        ran.objects
            .iter()
            .all(|mail| mail["arrived"] == "2026-11-23T14:02:03Z")
    );
}

#[test]
fn what_is_here_is_not_taken_twice_from_whatever_shape() {
    let desk = Desk::new();
    let one = desk.put("one.eml", mail("one"));
    let file = desk.put(
        "box",
        format!(
            "{FROM}{}\n{FROM}{}\n{FROM}{}\n",
            mail("one"),
            mail("two"),
            mail("two")
        ),
    );
    assert_eq!(desk.counts(&[shown(&one)]), ([1, 0, 0], Some(0)));
    assert_eq!(desk.counts(&[shown(&file)]), ([1, 2, 0], Some(0)));
    assert_eq!(desk.counts(&[shown(&file)]), ([0, 3, 0], Some(0)));
    assert_eq!(desk.mails().len(), 2);
    let ran = desk
        .profile
        .command(&["import", shown(&file)])
        .output()
        .unwrap();
    let told = String::from_utf8(ran.stdout).unwrap();
    assert!(
        told.ends_with("box: nothing new, 3 were here already\n"),
        "{told}"
    );
}

#[test]
fn a_maildir_has_flags_and_folders_and_what_is_being_delivered_is_not_mail_yet() {
    let desk = Desk::new();
    for folder in [
        "mail",
        "mail/.Lists",
        "mail/.Lists.rust",
        "mail/.Entw&APw-rfe",
        "mail/plain",
    ] {
        desk.maildir(folder);
    }
    desk.put("mail/new/1.a.host", mail("new"));
    desk.put("mail/cur/2.a.host:2,", mail("seen by nobody"));
    desk.put("mail/cur/3.a.host:2,FRS", mail("all"));
    desk.put("mail/cur/4.a.host:2,ST", mail("trashed"));
    desk.put("mail/tmp/5.a.host", mail("unfinished"));
    desk.put("mail/dovecot-uidlist", "3 V1\n");
    desk.put("mail/.Lists.rust/cur/6.a.host:2,S", mail("rust"));
    desk.put("mail/.Entw&APw-rfe/cur/7.a.host:2,DS", mail("draft"));
    desk.put("mail/plain/new/8.a.host", mail("nested"));
    let ran = desk.import(&[shown(&desk.path().join("mail"))]);
    assert_eq!(
        (ran.number("imported"), ran.code),
        (7, Some(0)),
        "{}",
        ran.stderr
    );
    let told = |subject: &str, folder: &str, signs| (subject.to_owned(), folder.to_owned(), signs);
    assert_eq!(
        desk.mails(),
        [
            told("all", "Inbox", [false, true, true]),
            told("draft", "Entwürfe", [false, false, false]),
            told("nested", "plain", [true, false, false]),
            told("new", "Inbox", [true, false, false]),
            told("rust", "Lists/rust", [false, false, false]),
            told("seen by nobody", "Inbox", [true, false, false]),
            told("trashed", "Trash", [false, false, false]),
        ]
    );
}

#[test]
fn folders_keep_their_names_below_the_one_that_is_named() {
    let desk = Desk::new();
    desk.maildir("mail/.Lists");
    desk.maildir("mail");
    desk.put("mail/cur/1.a:2,S", mail("a"));
    desk.put("mail/.Lists/cur/2.a:2,S", mail("b"));
    desk.import(&["--folder", "Old", shown(&desk.path().join("mail"))]);
    assert_eq!(desk.folders(), pairs(&[("a", "Old"), ("b", "Old/Lists")]));
    for bad in ["", "a\nb"] {
        let ran = desk.import(&["--folder", bad, "."]);
        assert_eq!(ran.code, Some(64), "{}", ran.stderr);
    }
}

#[test]
fn a_thunderbird_profile_gives_the_folders_that_thunderbird_shows() {
    let desk = Desk::new();
    let folder = |subject: &str| format!("From - Mon Nov 23 14:02:03 2026\n{}\n", mail(subject));
    let account = "profile/Mail/pop.example.org";
    desk.put(&format!("{account}/Inbox"), folder("in"));
    desk.put(
        &format!("{account}/Inbox.msf"),
        "// <!-- <mdb:mork:z v=\"1.4\"/> -->\n",
    );
    desk.put(&format!("{account}/Trash"), folder("out"));
    desk.put(&format!("{account}/Trash.msf"), "//\n");
    desk.put(&format!("{account}/Lists"), "");
    desk.put(&format!("{account}/Lists.msf"), "//\n");
    desk.put(&format!("{account}/Lists.sbd/rust"), folder("rust"));
    desk.put(&format!("{account}/Lists.sbd/rust.msf"), "//\n");
    desk.put(&format!("{account}/popstate.dat"), "# POP3 State File\n");
    desk.put(&format!("{account}/msgFilterRules.dat"), "version=\"9\"\n");
    desk.put("profile/prefs.js", "user_pref(\"a\", true);\n");
    symlink("127.0.1.1:+1234", desk.path().join("profile/lock")).unwrap();
    let ran = desk.import(&[shown(&desk.path().join("profile"))]);
    assert_eq!(
        (ran.number("failed"), ran.code),
        (0, Some(0)),
        "{}",
        ran.stderr
    );
    let expected = [("in", "Inbox"), ("out", "Trash"), ("rust", "Lists/rust")];
    assert_eq!(desk.folders(), pairs(&expected));
}

#[test]
fn a_directory_gives_its_mails_to_inbox_and_its_mailboxes_to_folders() {
    let desk = Desk::new();
    desk.put("d/a.eml", mail("a"));
    desk.put("d/2019/05/b.EML", mail("b"));
    desk.put("d/c.eml", format!("{FROM}{}", mail("c")));
    desk.put("d/work.mbox", format!("{FROM}{}\n", mail("w")));
    desk.put("d/lists/rust", format!("{FROM}{}\n", mail("r")));
    desk.put("d/notes.txt", "no mail\n");
    let ran = desk.import(&[shown(&desk.path().join("d"))]);
    assert_eq!(
        (ran.number("imported"), ran.code),
        (5, Some(0)),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("1 file in"), "{}", ran.stderr);
    let folders = desk.folders();
    let expected = [
        ("a", "Inbox"),
        ("b", "Inbox"),
        ("c", "Inbox"),
        ("r", "lists/rust"),
        ("w", "work"),
    ];
    assert_eq!(folders, pairs(&expected));
}

#[test]
fn links_and_pipes_are_neither_followed_nor_waited_for() {
    let desk = Desk::new();
    let secret = desk.put("secret", mail("secret"));
    desk.put("d/a.eml", mail("a"));
    symlink(&secret, desk.path().join("d/link.eml")).unwrap();
    symlink("/", desk.path().join("d/root")).unwrap();
    desk.maildir("d/m");
    symlink(&secret, desk.path().join("d/m/cur/1.a:2,S")).unwrap();
    let pipe = desk.path().join("d/pipe.eml");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let ran = desk.import(&[shown(&desk.path().join("d"))]);
    assert_eq!(ran.number("imported"), 1, "{}", ran.stderr);
    assert_eq!(
        (ran.number("failed"), ran.code),
        (1, Some(1)),
        "{}",
        ran.stderr
    );
    for name in ["link.eml", "root", "pipe.eml", "1.a:2,S"] {
        assert!(ran.stderr.contains(name), "{name}: {}", ran.stderr);
    }
    assert_eq!(desk.import(&[shown(&pipe)]).code, Some(66));
    // What the user names himself may be a link.
    let link = desk.path().join("d/link.eml");
    assert_eq!(desk.counts(&[shown(&link)]), ([1, 0, 0], Some(0)));
}

#[test]
fn a_broken_mbox_gives_what_it_can_and_says_what_it_could_not() {
    let desk = Desk::new();
    let file = format!(
        "the rest of a mail\n\n{FROM}{}\n{FROM}Subject: cut o",
        mail("a")
    );
    let file = desk.put("broken", file);
    let ran = desk.import(&[shown(&file)]);
    assert_eq!(
        (ran.number("imported"), ran.number("failed"), ran.code),
        (2, 1, Some(1))
    );
    assert!(
        ran.stderr.contains("20 B at the beginning"),
        "{}",
        ran.stderr
    );
    assert_eq!(desk.mails()[0].0, "a");
}

#[test]
fn what_cannot_be_read_is_told_from_what_is_no_mail() {
    let desk = Desk::new();
    let none = desk.path().join("none");
    let rubbish = desk.put("rubbish", "\x7fELF rubbish\n");
    let texts = desk.put("texts/a.txt", "text\n");
    let good = desk.put("good.eml", mail("good"));
    assert_eq!(desk.import(&[shown(&none)]).code, Some(66));
    assert_eq!(desk.import(&[shown(&rubbish)]).code, Some(65));
    assert_eq!(
        desk.import(&[shown(texts.parent().unwrap())]).code,
        Some(65)
    );
    let ran = desk.import(&[shown(&none), shown(&good)]);
    assert_eq!(
        (ran.code, ran.objects.len()),
        (Some(1), 2),
        "{}",
        ran.stderr
    );
    let locked = desk.put("locked/a.eml", mail("a"));
    desk.put("locked/b.eml", mail("b"));
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    // Root reads everything.
    if fs::File::open(&locked).is_err() {
        assert_eq!(
            desk.counts(&[shown(locked.parent().unwrap())]),
            ([1, 0, 1], Some(1))
        );
    }
    let empty = desk.put("empty", "");
    assert_eq!(desk.counts(&[shown(&empty)]), ([0, 0, 0], Some(0)));
}

#[test]
fn while_the_client_is_open_nothing_is_imported_and_it_is_said_why() {
    let desk = Desk::new();
    let good = desk.put("good.eml", mail("good"));
    let client = poptui::store::Store::open(&desk.profile.data()).unwrap();
    let ran = desk.import(&[shown(&good)]);
    assert_eq!(ran.code, Some(75), "{}", ran.stderr);
    client.close();
}

#[test]
fn directories_without_end_end() {
    let desk = Desk::new();
    let deep: PathBuf = std::iter::repeat_n("d", 100).collect();
    desk.put(&format!("top/{}/a.eml", deep.display()), mail("deep"));
    desk.put("top/b.eml", mail("b"));
    let (counts, code) = desk.counts(&[shown(&desk.path().join("top"))]);
    assert_eq!((counts, code), ([1, 0, 1], Some(1)));
}

#[test]
fn other_peoples_mail_is_imported_octet_for_octet() {
    let Some(shared) = std::env::var_os("POPTUI_SHARED") else {
        return not_shared("the import of other people's mail");
    };
    let desk = Desk::new();
    let corpus = Path::new(&shared).join("corpus/mail");
    let mails = fs::read_dir(&corpus).unwrap();
    let mails: Vec<_> = mails
        .map(|entry| fs::read(entry.unwrap().path()).unwrap())
        .collect();
    let (counts, code) = desk.counts(&[shown(&corpus)]);
    assert_eq!((counts, code), ([mails.len() as u64, 0, 0], Some(0)));
    assert_eq!(desk.profile.contents(), contents_of(&mails));
}
