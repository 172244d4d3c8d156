//! What must hold of the protocol engine whatever a mail, a server or a user brings.

use poptui::pop3::{
    BadArgument, Capa, Command, Credentials, Error, Event, Limits, Mechanism, Reply, Security,
    Session, Setup, Step, Window,
};
use proptest::collection::vec;
use proptest::prelude::*;
use zeroize::Zeroizing;

proptest! {
    #[test]
    fn any_mail_arrives_octet_for_octet_however_it_is_cut(
        mails in vec(mail(), 1..4),
        cuts in vec(1_usize..50, 1..20),
    ) {
        let mut session = signed_in(Limits::default());
        session.set_window(Window::PIPELINED);
        let mut wire = Vec::new();
        for (number, mail) in (1..).zip(&mails) {
            session.send(Command::Retr(number), mail.len() as u64);
            wire.extend(b"+OK\r\n");
            wire.extend(stuff(mail));
        }
        prop_assert_eq!(events(&mut session), []);
        let mut arrived = Vec::new();
        for piece in cut(&wire, &cuts) {
            session.receive(piece);
            for event in events(&mut session) {
                let Ok(Event::Reply(_, Reply::Message(octets))) = event else {
                    panic!("{event:?}");
                };
                arrived.push(octets);
            }
        }
        prop_assert_eq!(arrived, mails);
    }

    #[test]
    fn whatever_a_server_sends_is_answered_within_limits(
        pieces in vec(server_octets(), 0..60),
        security in prop_oneof![Just(Security::Tls), Just(Security::Stls)],
        pipelined in any::<bool>(),
    ) {
        let limits = Limits { line: 100, listing: 400, entries: 8, message: 60, unannounced: 60 };
        let mut session = Session::new(setup("alice", "secret", security, limits));
        if pipelined {
            session.set_window(Window::PIPELINED);
        }
        for number in 1..40 {
            session.send(Command::Uidl, 0);
            session.send(Command::Retr(number), 0);
            session.send(Command::List, 0);
        }
        let mut over = None;
        for piece in pieces {
            session.receive(&piece);
            for event in events(&mut session) {
                match event {
                    Ok(Event::Reply(_, Reply::Message(octets))) => prop_assert!(octets.len() <= 60),
                    Ok(Event::Reply(_, Reply::List(list))) => prop_assert!(list.len() <= 8),
                    Ok(Event::Reply(_, Reply::Uidl(list))) => prop_assert!(list.len() <= 8),
                    Ok(_) => prop_assert!(over.is_none(), "an event after {:?}", over),
                    Err(error) => {
                        prop_assert!(over.is_none() || over.as_ref() == Some(&error));
                        over = Some(error);
                    }
                }
            }
        }
        session.closed();
        let last = events(&mut session).pop();
        prop_assert!(matches!(last, Some(Err(_))), "{:?} after the end of the line", last);
    }

    #[test]
    fn a_session_is_the_same_however_its_octets_are_cut(
        pieces in vec(server_octets(), 0..30),
        cuts in vec(1_usize..9, 1..20),
    ) {
        let wire = pieces.concat();
        let whole = conversation(&[&wire]);
        let in_pieces = conversation(&cut(&wire, &cuts));
        prop_assert_eq!(whole, in_pieces);
    }

    #[test]
    fn a_name_or_password_with_a_line_break_is_never_sent(
        before in ".{0,20}",
        bad in prop_oneof![Just('\r'), Just('\n'), Just('\0')],
        after in ".{0,20}",
        in_name in any::<bool>(),
    ) {
        let evil = format!("{before}{bad}{after}");
        let (user, password) = if in_name { (evil.as_str(), "x") } else { ("x", evil.as_str()) };
        let mut session = Session::new(setup(user, password, Security::Tls, Limits::default()));
        session.receive(b"+OK\r\n");
        prop_assert_eq!(session.step().err(), Some(Error::Argument(BadArgument::LineBreak)));
    }
}

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
    session.tls_started();
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

fn setup(user: &str, password: &str, security: Security, limits: Limits) -> Setup {
    Setup {
        security,
        credentials: Credentials {
            user: user.into(),
            password: Zeroizing::new(password.into()),
        },
        mechanism: Mechanism::Auto,
        capa: Capa::Skip,
        allow_cleartext: false,
        limits,
    }
}

fn signed_in(limits: Limits) -> Session {
    let mut session = Session::new(setup("u", "p", Security::Tls, limits));
    for said in ["USER u\r\n", "PASS p\r\n"] {
        session.receive(b"+OK\r\n");
        assert_eq!(written(&mut session), said.as_bytes());
    }
    session.receive(b"+OK\r\n");
    let step = session.step();
    assert!(
        matches!(step, Ok(Step::Event(Event::LoggedIn(_)))),
        "{step:?}"
    );
    session
}

fn written(session: &mut Session) -> Vec<u8> {
    match session.step() {
        Ok(Step::Write(octets)) => octets.to_vec(),
        other => panic!("{other:?}"),
    }
}

/// Steps until nothing is left to do; what is written goes nowhere, and TLS comes up by itself.
fn events(session: &mut Session) -> Vec<Result<Event, Error>> {
    let mut events = Vec::new();
    loop {
        match session.step() {
            Ok(Step::Read) => return events,
            Ok(Step::Write(_)) => {}
            Ok(Step::StartTls) => session.tls_started(),
            Ok(Step::Event(event)) => events.push(Ok(event)),
            Err(error) => {
                events.push(Err(error));
                return events;
            }
        }
    }
}

/// What comes of these octets when all of them were asked for.
fn conversation(pieces: &[&[u8]]) -> Vec<Result<Event, Error>> {
    let mut session = signed_in(Limits {
        line: 50,
        entries: 4,
        message: 60,
        unannounced: 60,
        ..Limits::default()
    });
    session.set_window(Window {
        commands: 1000,
        command_octets: 100_000,
        reply_octets: u64::MAX,
    });
    for number in 1..300 {
        session.send(Command::Uidl, 0);
        session.send(Command::Retr(number), 0);
        session.send(Command::Stat, 0);
    }
    let mut told = events(&mut session);
    for piece in pieces {
        session.receive(piece);
        told.extend(events(&mut session));
    }
    told.dedup_by(|later, first| later.is_err() && later == first);
    told
}

/// Words a server uses, and octets it should not.
fn server_octets() -> impl Strategy<Value = Vec<u8>> {
    let word = |word: &'static str| Just(word.as_bytes().to_vec());
    prop_oneof![
        4 => word("+OK\r\n"),
        2 => word("+OK 1 2\r\n"),
        2 => word("-ERR [SYS/TEMP] no\r\n"),
        1 => word("+ \r\n"),
        2 => word(".\r\n"),
        1 => word(".\n"),
        1 => word("\r\n"),
        1 => word("+OK\n"),
        2 => word("1 abc\r\n"),
        1 => word("..\r\n"),
        1 => word("."),
        1 => word("\r"),
        1 => word("text text text text\r\n"),
        1 => vec(any::<u8>(), 0..20),
    ]
}

/// Mails of the octets that matter; each ends a line, as all mails do on the wire.
fn mail() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => Just(b"\r\n".to_vec()),
        3 => Just(b".".to_vec()),
        1 => Just(b"\r".to_vec()),
        1 => Just(b"\n".to_vec()),
        1 => Just(b"\0".to_vec()),
        2 => vec(any::<u8>(), 0..10),
        1 => vec(Just(b'x'), 0..300),
    ];
    vec(piece, 0..60).prop_map(|pieces| {
        let mut mail = pieces.concat();
        if !mail.is_empty() && !mail.ends_with(b"\r\n") {
            mail.extend(b"\r\n");
        }
        mail
    })
}

/// Byte-stuffing as RFC 1939, section 3, has it, written as plainly as can be; with the final dot.
fn stuff(mail: &[u8]) -> Vec<u8> {
    let mut wire = Vec::new();
    for (at, octet) in mail.iter().enumerate() {
        let leads_a_line = at == 0 || mail[..at].ends_with(b"\r\n");
        if leads_a_line && *octet == b'.' {
            wire.push(b'.');
        }
        wire.push(*octet);
    }
    wire.extend(b".\r\n");
    wire
}

/// Cuts at these lengths, over and over.
fn cut<'a>(mut octets: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for length in lengths.iter().cycle() {
        if octets.is_empty() {
            break;
        }
        let (piece, rest) = octets.split_at((*length).min(octets.len()));
        pieces.push(piece);
        octets = rest;
    }
    pieces
}
