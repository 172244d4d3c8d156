//! Servers that break the protocol, by malice or by mistake: found out at once, within bounds.

use std::fmt::Write;

use poptui::pop3::{Capa, Command, Error, Event, Limits, Reply, Security, Session, Step};

use crate::pop3_sessions::{events, setup, signed_in, written};

#[test]
fn no_password_crosses_an_unprotected_line_unless_it_is_allowed() {
    let clear = |allow_cleartext| {
        let mut setup = setup("u", "p", Security::None, Limits::default());
        setup.allow_cleartext = allow_cleartext;
        let mut session = Session::new(setup);
        session.receive(b"+OK\r\n");
        session.step()
    };
    assert!(matches!(clear(true), Ok(Step::Write(_))));
    assert!(matches!(clear(false), Err(Error::Cleartext)));
}

#[test]
fn octets_behind_the_answer_to_stls_end_the_session() {
    for behind in [&b"+OK\r\n"[..], b"\r\n", b"x"] {
        let mut session = Session::new(setup("u", "p", Security::Stls, Limits::default()));
        session.receive(b"+OK\r\n");
        assert_eq!(written(&mut session), b"STLS\r\n");
        session.receive(&[b"+OK\r\n", behind].concat());
        assert_eq!(session.step().err(), Some(Error::Injected));
    }
}

#[test]
fn octets_between_stls_and_the_handshake_end_the_session() {
    let mut session = Session::new(setup("u", "p", Security::Stls, Limits::default()));
    session.receive(b"+OK\r\n");
    assert_eq!(written(&mut session), b"STLS\r\n");
    session.receive(b"+OK\r\n");
    assert!(matches!(session.step(), Ok(Step::StartTls)));
    session.receive(b"x");
    session.tls_started(None);
    assert_eq!(session.step().err(), Some(Error::Injected));
}

#[test]
fn an_answer_that_was_sent_before_the_question_is_not_believed() {
    let mut session = Session::new(setup("u", "p", Security::Tls, Limits::default()));
    session.receive(b"+OK ready\r\n+OK\r\n");
    assert!(matches!(session.step(), Err(Error::Protocol(_))));

    let mut session = signed_in(Limits::default());
    session.receive(b"+OK\r\n");
    assert!(matches!(session.step(), Err(Error::Protocol(_))));

    let mut session = signed_in(Limits::default());
    session.send(Command::Noop, 0);
    session.send(Command::Dele(1), 0);
    assert_eq!(written(&mut session), b"NOOP\r\n");
    session.receive(b"+OK\r\n+OK\r\n");
    assert_eq!(
        events(&mut session).first(),
        Some(&Ok(Event::Reply(Command::Noop, Reply::Done)))
    );
    assert!(matches!(session.step(), Err(Error::Protocol(_))));
}

#[test]
fn octets_that_were_there_before_a_pipelined_log_in_answer_nothing() {
    let mut setup = setup("u", "p", Security::Tls, Limits::default());
    setup.capa = Capa::Ask;
    setup.login_pipelining = true;
    let mut session = Session::new(setup);
    session.receive(b"+OK\r\n");
    assert_eq!(written(&mut session), b"CAPA\r\n");
    session.receive(b"+OK\r\nPIPELINING\r\n.\r\n+OK\r\n");
    assert!(matches!(session.step(), Err(Error::Protocol(_))));
}

#[test]
fn what_speaks_no_pop3_is_known_by_its_first_octet() {
    for other in [&b"\x16\x03\x03"[..], b"220 smtp", b"HTTP/1.1", b"* OK IMAP"] {
        let mut session = Session::new(setup("u", "p", Security::Tls, Limits::default()));
        session.receive(other);
        assert!(
            matches!(session.step(), Err(Error::Protocol(_))),
            "{other:?}"
        );
    }
}

#[test]
fn a_status_line_without_end_is_given_up() {
    let mut session = Session::new(setup("u", "p", Security::Tls, Limits::default()));
    session.receive(b"+OK ");
    session.receive(&vec![b'x'; 9000]);
    assert_eq!(session.step().err(), Some(Error::Limit("one status line")));
}

#[test]
fn a_listing_without_end_is_given_up() {
    let limits = Limits {
        entries: 1000,
        ..Limits::default()
    };
    let mut session = signed_in(limits);
    session.send(Command::Uidl, 0);
    assert_eq!(written(&mut session), b"UIDL\r\n");
    session.receive(b"+OK\r\n");
    session.receive(&b"1 a\r\n".repeat(1001));
    assert_eq!(session.step().err(), Some(Error::Limit("one listing")));
}

#[test]
fn a_listing_line_of_more_than_4_kib_is_left_out() {
    let mut session = signed_in(Limits::default());
    session.send(Command::Uidl, 0);
    assert_eq!(written(&mut session), b"UIDL\r\n");
    let longest = "x".repeat(4096 - 2);
    session.receive(format!("+OK\r\n1 {longest}\r\n2 {longest}x\r\n3 ").as_bytes());
    assert!(matches!(session.step(), Ok(Step::Read)));
    for _ in 0..10 {
        session.receive(&[b'y'; 5000]);
        assert!(matches!(session.step(), Ok(Step::Read)));
    }
    session.receive(b"\r\n4 z\r\n.\r\n");
    let Ok(Step::Event(Event::Reply(_, Reply::Uidl(list)))) = session.step() else {
        panic!("no listing");
    };
    let numbers: Vec<u32> = list.iter().map(|line| line.number).collect();
    assert_eq!(numbers, [1, 4]);
}

#[test]
fn nothing_that_can_be_printed_holds_the_password() {
    let mut session = Session::new(setup("u", "hunter2", Security::Tls, Limits::default()));
    let mut printed = format!("{session:?}");
    for said in ["+OK\r\n", "+OK\r\n", "-ERR hunter2 is wrong\r\n"] {
        session.receive(said.as_bytes());
        let step = session.step();
        let _ = write!(printed, "{session:?} {step:?}");
        if let Err(error) = step {
            let _ = write!(printed, "{error}");
        }
    }
    // Octets are printed as a list of numbers: stars instead of the password, as in "******** is wrong".
    let stars = format!("{:?}", b"******** is wrong");
    let password = format!("{:?}", b"hunter2");
    assert!(printed.contains(&stars), "{printed}");
    assert!(!printed.contains("hunter2"), "{printed}");
    assert!(
        !printed.contains(password.trim_matches(['[', ']'])),
        "{printed}"
    );
}
