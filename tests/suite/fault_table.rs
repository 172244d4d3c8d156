//! The faults under which fetchers were measured, one row each: ten mails, three fetches, and what is left of them.
//! The table that the README shows is made here.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use poptui::config::Keep;
use poptui::demo::Maildrop;
use rustix::process::{Pid, Signal, kill_process};

use super::support::generate;
use super::support::maildrop::{Mail, large, letter, mail};
use super::support::profile::{Profile, contents_of};
use super::support::server::{Fault, Harm, Point, Server};
use super::support::slow_server::SlowServer;
use super::support::world::World;

/// How a row is played.
enum Case {
    /// The server gets this wrong in the first session.
    Once(Fault),
    /// The server gets this wrong in every session.
    Always(Fault),
    /// The server gets this wrong in the second of three fetches.
    Later(Fault),
    /// The maildrop holds something odd.
    Mails(fn(&mut [Mail])),
    /// The maildrop holds something odd, and the server gets this wrong in every session.
    Both(fn(&mut [Mail]), Fault),
    /// The maildrop is changed after the first fetch.
    Change(fn(&mut [Mail])),
    /// The program gets this signal when half of its first fetch has passed.
    Signal(Signal),
}

use Case::{Always, Both, Change, Later, Mails, Once};

/// Fault, mode, what poptui has to come to, and what the others came to: mpop 1.4.21, fetchmail 6.4.37, getmail 6.20.01
/// and the same with `to_oldmail_on_each_mail`, measured on 2026-11-23 over the same ten mails.
const ROWS: &[(&str, Case)] = &[
    (
        "Server closes in mid-mail | keep | 10 d0 | 10 d5, hangs | 10 d0 p1 | 10 d5 | 10 d0",
        Once(Fault::At(Point::RetrMid, Harm::Close)),
    ),
    (
        "the same | delete | 10 d0 L0 | 10 d5 L0, hangs | 10 p1 L5 | 10 d5 L0 | 10 d0 L0",
        Once(Fault::At(Point::RetrMid, Harm::Close)),
    ),
    (
        "Reset in mid-mail | delete | 10 d0 L0 | 10 d0 L0 | 10 p1 L5 | 10 d5 L0 | 10 d0 L0",
        Once(Fault::At(Point::RetrMid, Harm::Reset)),
    ),
    (
        "Silence in mid-mail | keep | 10 d0 | 10 d0 | 10 p1 | 10 d5 | 10 d0",
        Once(Fault::At(Point::RetrMid, Harm::Stall)),
    ),
    (
        "Drop at DELE | delete | 10 d0 L0 | 10 d0 L0 | 10 L5 | 10 d5 L0 | 10 d0 L0",
        Once(Fault::At(Point::Dele, Harm::Close)),
    ),
    (
        "Close at QUIT, nothing deleted | delete | 10 d0 L0 | 10 d0 L0 | 10 L10 | 10 d0 L0 | 10 d0 L0",
        Once(Fault::At(Point::Quit, Harm::Close)),
    ),
    (
        "-ERR to QUIT, nothing deleted | delete | 10 d0 L0 | 10 d0 L0 | 10 L10 | 10 d0 L0 | 10 d0 L0",
        Once(Fault::QuitRefused),
    ),
    (
        "Answer to QUIT lost | delete | 10 d0 L0 | 10 d0 L0 | 10 d0 L0 | 10 d0 L0 | 10 d0 L0",
        Once(Fault::QuitLost),
    ),
    (
        "SIGKILL half-way | keep | 10 d0 | 10 d5 | 10 d5 | 10 d5 | 10 d1",
        Case::Signal(Signal::KILL),
    ),
    (
        "SIGINT half-way | delete | 10 d0 L0 | 10 d0 L0 | 10 d1 L4 | 10 d1 L0 | 10 d1 L0",
        Case::Signal(Signal::INT),
    ),
    (
        "One listing is empty | keep | 10 d0 | 10 d0 | 10 d0 | 10 d0 | 10 d0",
        Later(Fault::ListsNone),
    ),
    (
        "One listing shows half | keep | 10 d0 | 10 d5 | 10 d5 | 10 d0 | 10 d0",
        Later(Fault::ListsHalf),
    ),
    (
        "Two mails of one unique-id | keep | 10 d0 | 10 | 10 | 0, refused | 0, refused",
        Mails(one_name_for_two),
    ),
    (
        "the same | delete | 10 d0 L0 | 10 | 10 | 0, refused | 0, refused",
        Mails(one_name_for_two),
    ),
    (
        "Unique-id used again for another mail | keep | 11 d0 | 10, never fetched | 10, never fetched \
         | 10, never fetched | 10, never fetched",
        Change(use_a_name_again),
    ),
    (
        "All unique-ids change form | keep | 10 d0 | 10 d10 | 10 d10 | 10 d10 | 10 d10",
        Change(rename),
    ),
    (
        "No UIDL | keep | 10 d0 | 10 d20 | 10 d20 | 0, refused | 0, refused",
        Always(Fault::NoUidl),
    ),
    (
        "-ERR to RETR of one mail | keep | 9 d0 | 4, stuck | 9 | 9 | 9",
        Always(Fault::Refuses("m6")),
    ),
    (
        "the same | delete | 9 d0 L1 | 4 L10, stuck | 9 | 9 | 9",
        Always(Fault::Refuses("m6")),
    ),
    (
        "Short body, properly ended | delete | 9 d0 p1 L1 | deleted | deleted | deleted | deleted",
        Always(Fault::Sends("m6", b"Subject: mail m6\r\n\r\nha\r\n.\r\n")),
    ),
    (
        "the same, once | delete | 10 d0 L0 | deleted | deleted | deleted | deleted",
        Once(Fault::Sends("m6", b"Subject: mail m6\r\n\r\nha\r\n.\r\n")),
    ),
    (
        "Empty body | delete | 9 d0 L1 | deleted | deleted | deleted | deleted",
        Always(Fault::Sends("m6", b".\r\n")),
    ),
    (
        "Lone dot not stuffed | delete | 9 d0 p1 L1 | cut, deleted | cut, deleted | 4 d12 p4 L10 | cut, deleted",
        Both(lone_dot, Fault::Unstuffed("m6")),
    ),
    (
        "LF “.” LF in a body | delete | 10 d0 L0 | cut, deleted | cut, deleted | 4 d12 p4 L10 | cut, deleted",
        Mails(bare_dot),
    ),
    (
        "Final CRLF missing, once | delete | 10 d0 L0 | 9 d1 L0, two glued | 10 d1 L2 | 10 d2 | 10 d0",
        Once(Fault::Sends("m6", b"Subject: mail m6\r\n\r\nthe end.\r\n")),
    ),
    (
        "STAT and LIST disagree | keep | 10 d0 | 0, refused | crash | 10 | 10",
        Always(Fault::StatLies),
    ),
    (
        "Blank unique-id of one mail | keep | 10 d0 | 0, refused | 10 | 0, refused | 0, refused",
        Mails(no_name),
    ),
    (
        "Unique-id of 600 characters | keep | 10 d0 | 10 | 0 | 10 | 10",
        Mails(long_name),
    ),
    (
        "Server closes at CAPA | keep | 10 d0 | 0 | 10 | 10 | 10",
        Always(Fault::ClosesOnCapa),
    ),
    (
        "Line of 3 MB | keep | 10 d0 | 10 | altered | stuck | stuck",
        Mails(long_line),
    ),
    (
        "Bare CR in a body | keep | 10 d0 | 10 | altered | altered | altered",
        Mails(bare_return),
    ),
    (
        "Blank line before answers to DELE | delete | 10 d0 L0 | 10 L10 | 2 | 1 d1 | 1 d1",
        Always(Fault::BlankBeforeDele),
    ),
];

#[test]
fn every_fault_of_the_table_ends_as_it_should() {
    let mut wrong = Vec::new();
    for (text, case) in ROWS {
        let row = Row::read(text);
        let cell = match case {
            Case::Signal(signal) => after_signal(row.keep(), *signal),
            case => runtime().block_on(after_fault(row.keep(), case)),
        };
        if cell != row.wanted {
            wrong.push(format!(
                "{} ({}): {cell}, not {}",
                row.fault, row.mode, row.wanted
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_maildrop_whose_unique_ids_all_change_is_known_without_downloading_it_again() {
    let mails = (0..10).map(|number| large(&format!("m{number}"), 20_000));
    let mut mails: Vec<Mail> = mails.collect();
    let server = Server::new(mails.clone());
    let world = World::new(Keep::Forever);
    world.fetch(&server).await;
    rename(&mut mails);
    server.fill(mails);
    assert_eq!(world.fetch(&server).await.new, 0);
    assert_eq!(server.heard("RETR"), 10);
}

#[test]
fn the_table_of_faults_in_the_readme_is_this_one() {
    const BEGIN: &str = "<!-- faults:begin -->\n";
    const END: &str = "<!-- faults:end -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("the mark faults:begin");
    let (_, after) = rest.split_once(END).expect("the mark faults:end");
    let wanted = format!("{before}{BEGIN}{}{END}{after}", markdown());
    if std::env::var_os("POPTUI_BLESS").is_some() {
        std::fs::write(path, wanted).unwrap();
        return;
    }
    assert!(
        readme == wanted,
        "the README's table of faults has drifted; POPTUI_BLESS=1 writes it anew"
    );
}

fn markdown() -> String {
    let mut table =
        "| Fault | mode | **poptui** | mpop | fetchmail | getmail | getmail, careful |\n"
            .to_owned();
    table += "|---|---|---|---|---|---|---|\n";
    for (text, _) in ROWS {
        let row = Row::read(text);
        let others = row.others.join(" | ");
        let _ = writeln!(
            table,
            "| {} | {} | **{}** | {others} |",
            row.fault, row.mode, row.wanted
        );
    }
    table
}

/// A row in words.
struct Row {
    fault: &'static str,
    mode: &'static str,
    wanted: &'static str,
    others: Vec<&'static str>,
}

impl Row {
    fn read(text: &'static str) -> Self {
        let mut cells = text.split('|').map(str::trim);
        let mut next = || cells.next().expect("a cell");
        let (fault, mode, wanted) = (next(), next(), next());
        let others: Vec<_> = cells.collect();
        assert_eq!(others.len(), 4, "{text}");
        Self {
            fault,
            mode,
            wanted,
            others,
        }
    }

    fn keep(&self) -> Keep {
        match self.mode {
            "keep" => Keep::Forever,
            "delete" => Keep::Never,
            mode => panic!("{mode}"),
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime")
}

/// Three fetches in memory. A mail that was sent as it is not counts as partial.
async fn after_fault(keep: Keep, case: &Case) -> String {
    let mut mails: Vec<Mail> = (0..10).map(|number| mail(&format!("m{number}"))).collect();
    if let Mails(odd) | Both(odd, _) = case {
        odd(&mut mails);
    }
    let server = Server::new(mails.clone());
    match case {
        Once(fault) => server.once(fault.clone()),
        Always(fault) | Both(_, fault) => server.always(fault.clone()),
        Later(_) | Mails(_) | Change(_) | Case::Signal(_) => {}
    }
    let mut ever = mails.clone();
    let world = World::new(keep);
    for round in 0..3 {
        match case {
            Later(fault) if round == 1 => server.once(fault.clone()),
            Change(change) if round == 1 => {
                change(&mut mails);
                ever.extend(mails.iter().cloned());
                server.fill(mails.clone());
            }
            _ => {}
        }
        world.fetch(&server).await;
    }
    let octets: Vec<Vec<u8>> = ever.into_iter().map(|mail| mail.octets).collect();
    cell(keep, &octets, &world.stored(), server.mails().len())
}

fn cell(keep: Keep, ever: &[Vec<u8>], stored: &[Vec<u8>], left: usize) -> String {
    let ever: BTreeSet<&Vec<u8>> = ever.iter().collect();
    let distinct: BTreeSet<&Vec<u8>> = stored.iter().collect();
    let complete = distinct.intersection(&ever).count();
    let partial = distinct.len() - complete;
    let mut cell = format!("{complete} d{}", stored.len() - distinct.len());
    if partial > 0 {
        let _ = write!(cell, " p{partial}");
    }
    if keep == Keep::Never {
        let _ = write!(cell, " L{left}");
    }
    cell
}

/// The program itself: it gets a signal when half of its first fetch has passed, and fetches twice more.
fn after_signal(keep: Keep, signal: Signal) -> String {
    let mails = generate::mails(21, 10);
    let whole = {
        let (server, profile) = stage(&mails, keep);
        profile.fetch();
        server.passed()
    };
    let (server, profile) = stage(&mails, keep);
    server.hold_at(whole / 2);
    let mut command = profile.command(&["fetch", "--json"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut fetch = command.spawn().unwrap();
    while server.passed() < whole / 2 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let pid = Pid::from_child(&fetch);
    kill_process(pid, signal).unwrap();
    fetch.wait().unwrap();
    server.hold_at(usize::MAX);
    for _ in 0..2 {
        server.wait_until_free();
        profile.fetch();
    }
    let (here, wanted) = (profile.contents(), contents_of(&mails));
    let complete = here
        .keys()
        .filter(|content| wanted.contains_key(*content))
        .count();
    assert_eq!(complete, here.len(), "a mail that was never sent");
    let twice: usize = here.values().map(|times| times - 1).sum();
    let left = match keep {
        Keep::Never => format!(" L{}", server.maildrop.len()),
        _ => String::new(),
    };
    format!("{complete} d{twice}{left}")
}

fn stage(mails: &[Vec<u8>], keep: Keep) -> (SlowServer, Profile) {
    let maildrop = Maildrop::new();
    for (number, mail) in mails.iter().enumerate() {
        maildrop.deliver(format!("uid-{number}"), mail);
    }
    let server = SlowServer::start(maildrop, 4096, Duration::from_millis(1));
    let keep = if keep == Keep::Never {
        "never"
    } else {
        "forever"
    };
    let profile = Profile::new(&server.config(keep));
    (server, profile)
}

fn one_name_for_two(mails: &mut [Mail]) {
    let uid = mails[3].uid.clone();
    mails[6].uid = uid;
}

fn use_a_name_again(mails: &mut [Mail]) {
    let uid = mails[6].uid.clone();
    mails[6] = Mail {
        uid,
        ..mail("another mail")
    };
}

fn rename(mails: &mut [Mail]) {
    for (number, mail) in mails.iter_mut().enumerate() {
        mail.uid = format!("0000{number:08x}");
    }
}

fn lone_dot(mails: &mut [Mail]) {
    mails[6] = letter(
        "m6",
        b"Subject: mail m6\r\n\r\nfirst\r\n.\r\nsecond\r\n".to_vec(),
    );
}

fn bare_dot(mails: &mut [Mail]) {
    mails[6] = letter(
        "m6",
        b"Subject: mail m6\r\n\r\nfirst\n.\nsecond\r\n".to_vec(),
    );
}

fn bare_return(mails: &mut [Mail]) {
    mails[6] = letter("m6", b"Subject: mail m6\r\n\r\nold\rMac\r\n".to_vec());
}

fn no_name(mails: &mut [Mail]) {
    mails[6].uid.clear();
}

fn long_name(mails: &mut [Mail]) {
    mails[6].uid = "x".repeat(600);
}

fn long_line(mails: &mut [Mail]) {
    let line = "x".repeat(3_000_000);
    mails[6] = letter(
        "m6",
        format!("Subject: mail m6\r\n\r\n{line}\r\n").into_bytes(),
    );
}
