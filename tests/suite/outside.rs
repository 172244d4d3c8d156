//! What leaves a mail for the world outside, through the real loop: links, files, commands, the clipboard.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::shelf::{Shelf, files, until};
use crate::support::not_run::not_shared;

const MAIL: &str = "From: Ada <ada@example.org>\r\nSubject: With files\r\nMessage-ID: <7@example.org>\r\n\
    Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nRead https://docs.example/a?b=1&c=$(id) now.\r\n\
    --b\r\nContent-Type: application/pdf; name=\"../plan.pdf\"\r\nContent-Disposition: attachment\r\n\r\n%PDF-1.7\r\n\
    --b\r\nContent-Type: image/png; name=\"photo.png\"\r\nContent-Disposition: attachment\r\n\r\n#!/bin/sh\r\ntouch evil\r\n\
    --b\r\nContent-Type: text/plain; name=\"a.desktop\"\r\nContent-Disposition: attachment\r\n\r\n[Desktop Entry]\r\n\
    --b\r\nContent-Type: message/rfc822\r\n\r\nSubject: Inside\r\nFrom: eve@example.org\r\n\r\nA mail in a mail.\r\n--b--\r\n";

fn shelf() -> Shelf {
    Shelf::new(&[MAIL.as_bytes().to_vec()])
}

#[test]
fn a_link_goes_to_the_opener_as_one_argument_without_a_shell() {
    let shelf = shelf();
    let client = shelf.client(80, 24);
    client.until(&["With files"]);
    client.press("Enter");
    client.until(&["Read https://docs.example"]);
    client.press("o");
    client.until(&["Open which link"]);
    client.press("1 Enter");
    let opened = shelf.until_opened(1);
    assert_eq!(opened, ["1", "https://docs.example/a?b=1&c=$(id)"]);
    client.leave();
}

#[test]
fn a_file_is_handed_out_in_a_private_place_that_is_cleared_at_the_end() {
    let shelf = shelf();
    let client = shelf.client(80, 24);
    client.until(&["With files"]);
    client.press("Enter");
    client.until(&["plan.pdf"]);
    client.press("Enter");
    client.until(&["Open which attachment"]);
    client.press("Enter");
    let opened = shelf.until_opened(1);
    let path = Path::new(&opened[1]);
    assert!(path.starts_with(shelf.handed_out()) && path.ends_with("plan.pdf"));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(fs::read(path).unwrap().trim_ascii(), b"%PDF-1.7");
    assert_eq!((mode(path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert_eq!(mode(&shelf.handed_out()), 0o700);
    client.leave();
    assert!(!shelf.handed_out().exists());
    assert!(!shelf.downloads().exists(), "nothing was saved");
}

#[test]
fn a_script_under_another_name_is_asked_about_and_a_desktop_file_is_not_opened() {
    let shelf = shelf();
    let client = shelf.client(80, 24);
    client.until(&["With files"]);
    client.press("Enter");
    client.until(&["photo.png"]);
    client.press("Enter ↓ Enter");
    client.until(&["Open photo.png?", "it is a script"]);
    client.press("n Enter ↓ ↓ Enter");
    client.until(&["a.desktop is not opened from here, only saved"]);
    assert!(shelf.opened().is_empty());
    client.press("Enter ↓ Enter");
    client.until(&["Open photo.png?"]);
    client.press("y");
    let opened = shelf.until_opened(1);
    assert!(opened[1].ends_with("photo.png"), "{opened:?}");
    client.leave();
}

#[test]
fn a_command_gets_the_file_and_its_words_are_shown() {
    let shelf = shelf();
    let client = shelf.client(80, 24);
    client.until(&["With files"]);
    client.press("Enter");
    client.until(&["plan.pdf"]);
    client.press("| Enter");
    client.until(&["Pipe to a command", "It gets: "]);
    for key in "cat".chars() {
        client.press(&key.to_string());
    }
    client.press("Enter");
    client.until(&["cat: done", "%PDF-1.7"]);
    client.press("Esc");
    client.leave();
}

#[test]
fn the_clipboard_gets_what_was_asked_for() {
    let shelf = shelf();
    let client = shelf.client(80, 24);
    client.until(&["With files"]);
    client.press("Enter");
    client.until(&["Read https://docs.example"]);
    for (keys, text) in [
        ("ya", "ada@example.org"),
        ("yi", "7@example.org"),
        ("yl", "https://docs.example/a?b=1&c=$(id)"),
    ] {
        client.press(keys);
        let sequence = format!("\x1b]52;c;{}\x1b\\", STANDARD.encode(text));
        until(keys, || shelf.copied().ends_with(&sequence));
    }
    client.leave();
}

#[test]
fn parts_are_told_and_shown_and_a_mail_in_a_mail_is_read_in_place() {
    let shelf = shelf();
    let client = shelf.client(80, 24);
    client.until(&["With files"]);
    client.press("Enter");
    client.until(&["plan.pdf"]);
    client.press("v");
    client.until(&[
        "Parts of this mail",
        "multipart/mixed",
        "1.4",
        "message/rfc822",
    ]);
    client.press("↓ ↓ Enter");
    client.until(&["Part 1.2: application/pdf", "25 50 44 46"]);
    client.press("Esc v");
    client.until(&["Parts of this mail"]);
    client.press("↓ ↓ ↓ ↓ ↓ Enter");
    client.until(&["Part 1.5: message/rfc822", "A mail in a mail."]);
    client.press("Esc i");
    client.until(&[
        "Why is this here, and is it true?",
        "this is the first mail",
    ]);
    client.press("Esc");
    client.leave();
}

/// The mails of one scenario of the lab, or nothing where there is no lab.
fn of_the_lab(scenario: &str) -> Option<Vec<Vec<u8>>> {
    const DUMP: &str = "import sys, types\nsys.path.insert(0, sys.argv[1])\nimport evil_pop3\n\
        cfg = types.SimpleNamespace(canary=9)\n\
        for n, m in enumerate(evil_pop3.REG[sys.argv[2]].maildrop(cfg)):\n    open('%s/%03d' % (sys.argv[3], n), 'wb').write(m.data)\n";
    let Some(shared) = std::env::var_os("POPTUI_SHARED") else {
        not_shared(scenario);
        return None;
    };
    let dir = tempfile::tempdir().unwrap();
    let dumped = Command::new("python3")
        .args(["-B", "-c", DUMP])
        .arg(Path::new(&shared).join("lab/hostile"))
        .arg(scenario)
        .arg(dir.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&dumped.stderr);
    assert!(dumped.status.success(), "{told}");
    let mut paths = files(dir.path());
    paths.sort();
    Some(paths.iter().map(|path| fs::read(path).unwrap()).collect())
}

/// Bar 13: everything is saved twice into a directory with planted links and files.
#[test]
fn hostile_attachments_are_all_saved_inside_and_nothing_is_overwritten() {
    let Some(mails) = of_the_lab("msg-attachments") else {
        return;
    };
    let counts: Vec<usize> = mails
        .iter()
        .map(|mail| poptui::mail::Message::read(mail).attachments.len())
        .collect();
    let shelf = Shelf::new(&mails);
    let (downloads, elsewhere) = (shelf.downloads(), shelf.dir.path().join("elsewhere"));
    fs::create_dir(&downloads).unwrap();
    fs::create_dir(&elsewhere).unwrap();
    for name in [
        "evil-att",
        "authorized_keys",
        "symlink-target",
        "dup.txt",
        "x.sh",
        "a.sh",
    ] {
        symlink(elsewhere.join(name), downloads.join(name)).unwrap();
    }
    fs::write(downloads.join("x.html"), "mine").unwrap();
    fs::write(elsewhere.join("kept"), "mine").unwrap();
    symlink(elsewhere.join("kept"), downloads.join("c.txt")).unwrap();
    let planted = files(&downloads);
    let client = shelf.client(80, 24);
    client.until(&["attachment name 0"]);
    client.press("Enter");
    let mut wanted = planted.len();
    for _ in 0..2 {
        client.press("q gg Enter");
        for (index, count) in counts.iter().enumerate() {
            let place = format!(" {}/{} ", index + 1, counts.len());
            client.until_that(&place, |screen| {
                let here = screen
                    .lines()
                    .any(|line| format!("{line} ").contains(&place));
                here && (*count == 0 || screen.contains("+ [1]"))
            });
            if *count > 0 {
                client.press("W");
                wanted += count;
                until("the files", || files(&downloads).len() == wanted);
            }
            client.press("J");
        }
    }
    client.leave();
    let saved: Vec<_> = files(&downloads)
        .into_iter()
        .filter(|path| !planted.contains(path))
        .collect();
    assert_eq!(saved.len(), 2 * counts.iter().sum::<usize>());
    for path in &saved {
        let facts = fs::symlink_metadata(path).unwrap();
        assert!(facts.is_file(), "{path:?}");
        assert_eq!(facts.permissions().mode() & 0o7777, 0o600, "{path:?}");
        assert_eq!(path.parent().unwrap(), downloads, "{path:?}");
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(
            !name.starts_with(['.', '-']) && !name.contains(char::is_control),
            "{name:?}"
        );
    }
    assert_eq!(
        files(&elsewhere),
        [elsewhere.join("kept")],
        "no link was followed"
    );
    for mine in [downloads.join("x.html"), elsewhere.join("kept")] {
        assert_eq!(fs::read_to_string(mine).unwrap(), "mine");
    }
    assert!(shelf.opened().is_empty(), "nothing was started");
}

/// Bar 14: every link of the lab's mails is opened, with a yes to every question.
#[test]
fn of_hostile_links_only_web_and_mail_addresses_leave_each_as_one_argument() {
    let Some(mails) = of_the_lab("msg-html-spoof") else {
        return;
    };
    let shelf = Shelf::new(&mails[..1]);
    let client = shelf.client(80, 24);
    client.until(&["links"]);
    client.press("Enter");
    client.until(&["bank.example/login"]);
    let (mut opened, mut asked, mut number) = (0, 0, 0);
    loop {
        number += 1;
        client.press("o");
        let picker = client.until(&["Open which link"]);
        assert!(picker.contains("[1]"));
        for digit in number.to_string().chars() {
            client.press(&digit.to_string());
        }
        let typed = format!("Find: {number}▏");
        let picker = client.until(&[&typed]);
        if !picker.contains(&format!("▌[{number}]")) {
            break;
        }
        client.press("Enter");
        let after = client.until_that("what becomes of the link", |screen| {
            !screen.contains("Open which link")
        });
        if after.contains("yes, open it") {
            asked += 1;
            client.press("y");
        } else if !after.contains("Opening ") {
            continue;
        }
        opened += 1;
        shelf.until_opened(opened);
    }
    client.press("Esc");
    client.leave();
    assert!(
        opened > 10 && asked > 10,
        "{opened} opened, {asked} asked about"
    );
    let log = shelf.opened();
    assert_eq!(log.len(), 2 * opened);
    for call in log.chunks(2) {
        assert_eq!(call[0], "1", "one argument: {call:?}");
        let known = ["http://", "https://", "mailto:"];
        assert!(
            known.iter().any(|scheme| call[1].starts_with(scheme)),
            "{call:?}"
        );
        let octets = call[1].to_ascii_lowercase();
        assert!(
            octets.bytes().all(|octet| octet.is_ascii_graphic()),
            "{call:?}"
        );
        for word in ["attach", "bcc=", "%0d", "%0a"] {
            assert!(
                !(octets.starts_with("mailto:") && octets.contains(word)),
                "{call:?}"
            );
        }
    }
}
