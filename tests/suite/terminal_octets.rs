//! Not one octet that a stranger chose reaches the terminal as more than text: tours through hostile mail and past
//! hostile servers, with the raw octets looked through.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use poptui::demo::Maildrop;

use crate::support::audit::findings;
use crate::support::hostile;
use crate::support::not_run::not_shared;
use crate::support::pty::{Home, POPTUI, Pty};
use crate::support::slow_server::{self, SlowServer};

/// Nothing was found, and what was drawn with is what one start and one end need.
#[track_caller]
fn is_clean(pty: &Pty) {
    let octets = pty.seen(|seen| seen.octets.clone());
    let found = findings(&octets);
    assert!(
        found.is_empty(),
        "{} findings, the first:\n{}",
        found.len(),
        found[..found.len().min(10)].join("\n")
    );
    let count = |what: &[u8]| {
        octets
            .windows(what.len())
            .filter(|some| *some == what)
            .count()
    };
    assert_eq!((count(b"\x1b[?1049h"), count(b"\x1b[?1049l")), (1, 1));
    ask_the_lab(&octets);
}

/// Where the lab's own auditor is at hand it has to agree.
fn ask_the_lab(octets: &[u8]) {
    let Some(shared) = std::env::var_os("POPTUI_SHARED") else {
        return not_shared("the lab's audit of what reached the terminal");
    };
    let recording = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(recording.path(), octets).unwrap();
    let answer = Command::new("python3")
        .arg(Path::new(&shared).join("lab/hostile/term_audit.py"))
        .arg(recording.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&answer.stdout);
    assert!(answer.status.success(), "{told}");
}

/// Presses keys and waits until the screen has come to rest: longer than it takes an escape to be the key Esc.
fn press(pty: &mut Pty, keys: &str) {
    pty.press(keys);
    let mut drawn = pty.seen(|seen| seen.octets.len());
    loop {
        std::thread::sleep(Duration::from_millis(20));
        let now = pty.seen(|seen| seen.octets.len());
        if now == drawn {
            return;
        }
        drawn = now;
    }
}

/// A mail in every view it has.
fn tour(pty: &mut Pty) {
    // All headers and back, as it came and back, links, attachments.
    for keys in ["H", "Hzr", "zro", "\x1b", "w", "\x1b"] {
        press(pty, keys);
    }
}

fn config(port: u16) -> String {
    slow_server::config(port, slow_server::USER, slow_server::PASSWORD, "forever")
}

#[test]
fn a_tour_through_the_sample_mailbox_sends_text_and_nothing_else() {
    let home = Home::new();
    let mut pty = Pty::start(home.command(POPTUI, &["demo"]), 100, 30);
    pty.until(&["30 unread of 30", "fetched just now"]);
    for keys in [
        "?", "\x1b[6~", "\x1b", "gl", "\x1b", "s", "new", "\x1b", "G", "gg", "\r",
    ] {
        press(&mut pty, keys);
    }
    for _ in 0..30 {
        tour(&mut pty);
        press(&mut pty, "J");
    }
    press(&mut pty, "Q");
    assert_eq!(pty.wait(), 0);
    assert!(
        pty.seen(|seen| String::from_utf8_lossy(&seen.octets).contains("YOUR ACCOUNT IS ON FIRE"))
    );
    is_clean(&pty);
}

#[test]
fn a_mailbox_full_of_escape_sequences_is_shown_as_text() {
    let mails = hostile::mails();
    let maildrop = Maildrop::new();
    for (number, mail) in mails.iter().enumerate() {
        maildrop.deliver(format!("uid-{number}"), mail);
    }
    let server = SlowServer::start(maildrop, 64 * 1024, Duration::ZERO);
    let home = Home::new();
    home.configure(&config(server.address.port()));
    let mut pty = Pty::start(home.poptui(&[]), 200, 60);
    pty.until(&["Inbox is empty"]);
    pty.press("\x1b[15~");
    pty.until(&[&format!("{} unread of {}", mails.len(), mails.len())]);
    for keys in ["G", "gg", "\r"] {
        press(&mut pty, keys);
    }
    for _ in &mails {
        tour(&mut pty);
        press(&mut pty, "J");
    }
    press(&mut pty, "Q");
    assert_eq!(pty.wait(), 0);
    is_clean(&pty);
    commands_write_text(&home, mails.len());
}

/// The same mail through the commands, in a terminal as well.
fn commands_write_text(home: &Home, mails: usize) {
    let all: Vec<String> = (1..=mails).map(|id| id.to_string()).collect();
    let mut read = vec!["read"];
    read.extend(all.iter().map(String::as_str));
    for arguments in [
        &["list", "in:any"][..],
        &["list", "--json", "in:any"],
        &read,
        &["fetch"],
    ] {
        let mut pty = Pty::start(home.poptui(arguments), 120, 40);
        assert_eq!(pty.wait(), 0, "{}", arguments[0]);
        let octets = pty.seen(|seen| seen.octets.clone());
        assert!(!octets.is_empty());
        assert_eq!(findings(&octets), Vec::<String>::new(), "{}", arguments[0]);
        assert!(!octets.contains(&0x1b), "{}", arguments[0]);
    }
}

#[test]
fn a_server_cannot_speak_to_the_terminal() {
    let texts = hostile::server_texts();
    for at_login in [false, true] {
        let home = Home::new();
        home.configure(&config(serve(texts.clone(), at_login)));
        let mut pty = Pty::start(home.poptui(&[]), 200, 40);
        pty.until(&["Inbox is empty"]);
        for number in 0..texts.len() {
            pty.press("\x1b[15~");
            pty.until(&[&format!("EVIL{number}")]);
        }
        for keys in ["gl", "\x1b[6~", "\x1b", "Q"] {
            press(&mut pty, keys);
        }
        assert_eq!(pty.wait(), 0);
        is_clean(&pty);

        home.configure(&config(serve(texts.clone(), at_login)));
        for number in 0..texts.len() {
            let mut pty = Pty::start(home.poptui(&["fetch", "robin"]), 200, 40);
            assert_ne!(pty.wait(), 0);
            let octets = pty.seen(|seen| seen.octets.clone());
            let said = String::from_utf8_lossy(&octets).into_owned();
            assert!(said.contains(&format!("EVIL{number}")), "{said}");
            assert_eq!(findings(&octets), Vec::<String>::new());
            assert!(!octets.contains(&0x1b), "{said:?}");
        }
    }
}

/// A server whose every line of refusal carries the next of the texts; its port. Ends with the test.
fn serve(texts: Vec<Vec<u8>>, at_login: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for (number, text) in texts.iter().enumerate() {
            let refusal = [format!("-ERR EVIL{number} ").as_bytes(), text, b"\r\n"].concat();
            let Ok((line, _)) = listener.accept() else {
                return;
            };
            // The client may leave at any point.
            let _ = refuse(line, &refusal, at_login);
        }
    });
    port
}

fn refuse(mut line: TcpStream, refusal: &[u8], at_login: bool) -> std::io::Result<()> {
    if !at_login {
        return line.write_all(refusal);
    }
    line.write_all(b"+OK ready\r\n")?;
    let commands = BufReader::new(line.try_clone()?);
    for command in commands.lines() {
        match command?.split(' ').next() {
            Some("CAPA") => line.write_all(b"+OK\r\nUSER\r\nUIDL\r\n.\r\n")?,
            Some("USER") => line.write_all(b"+OK\r\n")?,
            Some("QUIT") => return line.write_all(b"+OK\r\n"),
            _ => line.write_all(refusal)?,
        }
    }
    Ok(())
}
