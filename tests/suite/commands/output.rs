//! What list, count and read write: the right mails, in the contract's form, harmless, down any pipe.

use std::process::Stdio;

use poptui::mail::Completeness;
use poptui::store::NewMail;
use serde_json::Value;

use super::profile::{Profile, mail};

const PLAIN: &[u8] = b"From: Ada Lovelace <ada@example.org>\r\nTo: me@example.org\r\nSubject: Numbers\r\n\
Date: Mon, 23 Nov 2026 14:02:00 +0100\r\nMessage-ID: <1@example.org>\r\n\r\nCan you check sheet 2?\r\n";

/// Escape sequences wherever a sender can put octets; `=1B` and `=C2=9B` are the same in encoded form.
const HOSTILE: &[u8] = b"From: =?utf-8?q?E=1B]0;gotcha=07ve?= <eve\x1b[31m@example.org>\r\n\
Subject: a\x1b[2Jb =?utf-8?q?=1B[41m=C2=9B31mc=E2=80=AEd?=\r\nX-Evil: \x1bc\r\n\
Message-ID: <\x1b[5m@x>\r\nDate: Mon, 23 Nov 2026 15:02:00 +0100\r\nMIME-Version: 1.0\r\n\
Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
VISIBLE \x1b[31mred\x1b[0m \xc2\x9b1m \x07\x7f https://example.org/\x1b[7m\r\n--b\r\n\
Content-Type: application/x-\x1b[1m; name=\"\x1b[1mpwn.txt\"\r\nContent-Disposition: attachment\r\n\r\nx\r\n--b--\r\n";

/// The keys of the contract, in its words.
const LIST: &str = "id account folder subject from to cc date arrived unread flagged answered size sha256 uid \
                    on_server message_id thread tags attachments partial";
const READ: &str = "headers text plain html links parts";

fn objects(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn keys(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn sorted(words: &str) -> Vec<&str> {
    let mut words: Vec<_> = words.split_whitespace().collect();
    words.sort_unstable();
    words
}

#[track_caller]
fn harmless(text: &str) {
    let bad = text
        .chars()
        .find(|c| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c));
    assert_eq!(bad, None, "{text:?}");
}

#[test]
fn list_shows_the_newest_first_in_straight_columns() {
    let (profile, ids) = Profile::with_mails(&[PLAIN, HOSTILE]);
    let text = profile.run(&["list"]).results();
    let rows: Vec<_> = text.lines().collect();
    assert_eq!(rows.len(), 2, "{text}");
    assert!(rows[0].starts_with(&format!("{} ●", ids[1].0)), "{text}");
    assert!(
        rows[1].contains("Ada Lovelace") && rows[1].ends_with("  Numbers"),
        "{text}"
    );
    let of_subject = |row: &str, subject: &str| row[..row.find(subject).unwrap()].chars().count();
    assert_eq!(
        of_subject(rows[1], "Numbers"),
        of_subject(rows[0], "a␛"),
        "{text}"
    );
}

#[test]
fn queries_limits_and_counts_agree() {
    let (profile, ids) = Profile::with_mails(&[PLAIN, HOSTILE]);
    let found = objects(&profile.run(&["list", "ada", "numbers", "--json"]).results());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["id"], ids[0].0);
    assert_eq!(
        objects(&profile.run(&["list", "--limit", "1", "--json"]).results())[0]["id"],
        ids[1].0
    );
    for (query, count) in [
        (&["count"][..], "2\n"),
        (&["count", "in:any", "is:unread"], "2\n"),
        (&["count", "account:alice"], "2\n"),
        (&["count", "account:bob"], "0\n"),
        (&["count", "in:Trash"], "0\n"),
        (&["count", "-numbers"], "1\n"),
    ] {
        let ran = profile.run(query);
        assert_eq!(
            (ran.code, ran.stdout.as_slice()),
            (0, count.as_bytes()),
            "{query:?}"
        );
    }
}

#[test]
fn options_work_before_and_behind_the_command() {
    let (profile, _) = Profile::with_mails(&[PLAIN]);
    let data = profile.data().display().to_string();
    let elsewhere = Profile::empty();
    assert_eq!(
        elsewhere.run(&["--data-dir", &data, "count"]).results(),
        "1\n"
    );
    assert_eq!(
        elsewhere.run(&["count", "--data-dir", &data]).results(),
        "1\n"
    );
}

#[test]
fn json_has_exactly_the_keys_of_the_contract() {
    let (profile, ids) = Profile::with_mails(&[PLAIN]);
    let id = ids[0].0.to_string();
    let listed = &objects(&profile.run(&["list", "--json"]).results())[0];
    let read = &objects(&profile.run(&["read", &id, "--json"]).results())[0];
    assert_eq!(keys(listed), sorted(LIST));
    assert_eq!(keys(read), sorted(&format!("{LIST} {READ}")));
    for key in sorted(LIST) {
        assert_eq!(listed[key], read[key], "{key}");
    }
    assert_eq!(keys(&read["from"][0]), ["address", "name"]);
    assert_eq!(
        keys(&read["parts"][0]),
        ["disposition", "name", "path", "size", "type"]
    );
}

#[test]
fn a_mail_of_which_only_the_head_is_here_is_partial_and_one_of_doubtful_size_is_not() {
    let (profile, _) = Profile::with_mails(&[PLAIN]);
    let store = profile.open_store();
    let parts = [
        (b"Subject: large\r\n\r\n", 1, Completeness::Head),
        (b"Subject: short\r\n\r\n", 2, Completeness::Doubtful),
    ];
    let mails = parts.map(|(octets, number, completeness)| NewMail {
        completeness,
        ..mail(octets, number)
    });
    store
        .write_now(move |writer| {
            let alice = writer.account("alice", "alice@example.org")?;
            writer.add(alice, &mails)
        })
        .unwrap();
    store.close();
    let told = |query: &str| -> Vec<(Value, Value)> {
        let listed = objects(&profile.run(&["list", query, "--json"]).results());
        let told = listed.iter();
        told.map(|mail| (mail["subject"].clone(), mail["partial"].clone()))
            .collect()
    };
    assert_eq!(told("is:partial"), [("large".into(), true.into())]);
    let rest = told("in:inbox -is:partial");
    assert_eq!(rest.len(), 2);
    assert!(rest.iter().all(|(_, partial)| partial == false));
}

#[test]
fn json_values_are_those_of_the_mail() {
    let (profile, ids) = Profile::with_mails(&[PLAIN]);
    let mail = &objects(
        &profile
            .run(&["read", &ids[0].0.to_string(), "--json"])
            .results(),
    )[0];
    let expected = serde_json::json!({
        "id": ids[0].0, "account": "alice", "folder": "Inbox", "subject": "Numbers",
        "from": [{"name": "Ada Lovelace", "address": "ada@example.org"}], "cc": [],
        "to": [{"name": null, "address": "me@example.org"}],
        "date": "2026-11-23T13:02:00Z", "arrived": "2025-11-24T16:00:00Z",
        "unread": true, "flagged": false, "answered": false, "size": PLAIN.len(), "uid": "uid-0",
        "on_server": true, "message_id": "1@example.org", "tags": [], "attachments": [], "partial": false,
        "plain": "Can you check sheet 2?\r\n", "html": null, "links": [],
    });
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&mail[key], value, "{key}");
    }
    let digest = ring::digest::digest(&ring::digest::SHA256, PLAIN);
    let hex: String = digest
        .as_ref()
        .iter()
        .flat_map(|octet| format!("{octet:02x}").into_bytes())
        .map(char::from)
        .collect();
    assert_eq!(mail["sha256"], hex);
    assert_eq!(
        mail["headers"][2],
        serde_json::json!(["Subject", "Numbers"])
    );
    assert!(
        mail["text"]
            .as_str()
            .unwrap()
            .contains("Can you check sheet 2?")
    );
}

#[test]
fn no_escape_sequence_of_a_mail_reaches_the_output_unless_asked_for() {
    let (profile, ids) = Profile::with_mails(&[HOSTILE]);
    let id = ids[0].0.to_string();
    for command in [
        &["list"][..],
        &["list", "--json"],
        &["read", &id],
        &["read", &id, "--json"],
    ] {
        harmless(&profile.run(command).results());
    }
    assert!(profile.run(&["read", &id]).results().contains("VISIBLE"));
    let ran = profile.run(&["read", &id, "--raw"]);
    assert_eq!((ran.code, ran.stdout.as_slice()), (0, HOSTILE));
    let text = &objects(&profile.run(&["read", &id, "--json"]).results())[0]["text"];
    harmless(text.as_str().unwrap());
}

#[test]
fn several_mails_come_in_the_order_asked_for() {
    let (profile, ids) = Profile::with_mails(&[PLAIN, HOSTILE]);
    let [first, second] = [ids[0].0.to_string(), ids[1].0.to_string()];
    let text = profile.run(&["read", &second, &first]).results();
    assert!(text.find("VISIBLE").unwrap() < text.find("sheet 2").unwrap());
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let read = objects(&profile.run(&["read", &second, &first, "--json"]).results());
    assert_eq!([&read[0]["id"], &read[1]["id"]], [ids[1].0, ids[0].0]);
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    // More than a pipe holds, so that the program is still writing when its reader leaves.
    let large = [
        PLAIN,
        &b"0123456789abcdef0123456789abcdef0123456789abcdef\r\n".repeat(20_000),
    ]
    .concat();
    let (profile, ids) = Profile::with_mails(&[&large]);
    let id = ids[0].0.to_string();
    for arguments in [
        &["read", &id, "--raw"][..],
        &["read", &id],
        &["read", &id, "--json"],
    ] {
        let mut child = profile
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (output.status.code(), output.stderr.as_slice()),
            (Some(0), &b""[..]),
            "{arguments:?}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_74() {
    let (profile, _) = Profile::with_mails(&[PLAIN]);
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = profile
        .command(&["list"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(74));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .starts_with("poptui: cannot write to standard output")
    );
}

#[test]
fn mail_can_be_read_while_another_poptui_has_it_open() {
    let (profile, ids) = Profile::with_mails(&[PLAIN]);
    let open = profile.open_store();
    assert_eq!(profile.run(&["count"]).results(), "1\n");
    assert!(profile.run(&["list"]).results().contains("Numbers"));
    assert!(
        profile
            .run(&["read", &ids[0].0.to_string()])
            .results()
            .contains("sheet 2")
    );
    open.close();
}

#[test]
fn keys_prints_the_table_of_actions() {
    assert!(!Profile::empty().run(&["keys"]).results().is_empty());
}

#[cfg(unix)]
#[test]
fn files_are_the_users_alone_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;

    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let profile = Profile::with_config(&format!(
        "[accounts.a]\naddress='a@b'\nhost='127.0.0.1'\nsecurity='none'\npassword='x'\nport={port}"
    ));
    let poptui = env!("CARGO_BIN_EXE_poptui");
    let mut shell = std::process::Command::new("sh");
    shell
        .arg("-c")
        .arg(format!("umask 000; exec '{poptui}' fetch"));
    shell
        .env("POPTUI_CONFIG", profile.config())
        .env("POPTUI_DATA_DIR", profile.data());
    assert_eq!(shell.output().unwrap().status.code(), Some(69));
    let entries: Vec<_> = std::fs::read_dir(profile.data())
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(!entries.is_empty());
    for path in entries
        .iter()
        .map(std::fs::DirEntry::path)
        .chain([profile.data()])
    {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
    }
}

#[test]
fn a_query_that_finds_nothing_says_how_it_was_read() {
    let (profile, _) = Profile::with_mails(&[b"Subject: here\r\n\r\nx\r\n"]);
    for command in ["list", "count"] {
        let ran = profile.run(&[command, "is:bogus"]);
        assert_eq!(ran.code, 0);
        assert!(ran.stderr.contains("with “is:bogus…”"), "{}", ran.stderr);
        assert_eq!(profile.run(&[command, "here"]).stderr, "");
    }
}
