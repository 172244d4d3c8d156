//! What must hold of the protocol engine whatever a mail, a server or a user brings.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use poptui::pop3::{
    BadArgument, Capa, Command, Error, Event, Limits, Mechanism, Reply, Security, Session, Step,
    Window,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::pop3_sessions::{events, setup, signed_in};

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
    fn a_server_hears_the_password_twice_at_most_and_never_before_tls(
        answers in vec(login_answer(), 1..40),
        security in prop_oneof![Just(Security::Tls), Just(Security::Stls)],
        mechanism in prop_oneof![
            Just(Mechanism::Auto),
            Just(Mechanism::Plain),
            Just(Mechanism::Login),
            Just(Mechanism::CramMd5),
            Just(Mechanism::ScramSha256),
            Just(Mechanism::User),
        ],
        login_pipelining in any::<bool>(),
        password in prop_oneof![Just("secret".to_owned()), Just("s".repeat(200))],
    ) {
        let mut setup = setup("alice", &password, security, Limits::default());
        setup.mechanism = mechanism;
        setup.capa = Capa::Ask;
        setup.login_pipelining = login_pipelining;
        let plain = STANDARD.encode(format!("\0alice\0{password}"));
        let mut session = Session::new(setup);
        let mut protected = security == Security::Tls;
        let (mut heard, mut tries) = (0, 0);
        for answer in answers {
            session.receive(answer.as_bytes());
            while let Ok(step) = session.step() {
                match step {
                    Step::Read => break,
                    Step::Event(_) => {}
                    Step::Hash(hashing) => session.hashed(&hashing.run()),
                    Step::StartTls => {
                        protected = true;
                        session.tls_started(None);
                    }
                    Step::Write(octets) => {
                        let line = String::from_utf8_lossy(&octets);
                        let secret = line.contains(&password) || line.contains(&plain);
                        heard += usize::from(secret);
                        tries += usize::from(line.starts_with("AUTH ") || line.starts_with("USER "));
                        prop_assert!(protected || ["CAPA\r\n", "STLS\r\n"].contains(&&*line));
                    }
                }
            }
        }
        prop_assert!(heard <= 2 && tries <= 2, "heard {} times in {} tries", heard, tries);
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
        command_octets: 100_000,
        reply_octets: u64::MAX,
    });
    for number in 1..300 {
        session.send(Command::Uidl, 0);
        session.send(Command::Retr(number), 0);
        session.send(Command::List, 0);
    }
    let mut told = events(&mut session);
    for piece in pieces {
        session.receive(piece);
        told.extend(events(&mut session));
    }
    told.dedup_by(|later, first| later.is_err() && later == first);
    told
}

/// Answers that lead a log-in along all its ways.
fn login_answer() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        4 => Just("+OK\r\n"),
        2 => Just("-ERR no\r\n"),
        1 => Just("-ERR [AUTH] no\r\n"),
        2 => Just("+ \r\n"),
        2 => Just("+OK\r\nUSER\r\nSASL PLAIN\r\nSTLS\r\n.\r\n"),
        2 => Just("+OK\r\nUSER\r\nPIPELINING\r\nSASL PLAIN\r\nSTLS\r\n.\r\n"),
        1 => Just("+OK\r\nUSER\r\nSASL LOGIN PLAIN CRAM-MD5 SCRAM-SHA-256\r\nSTLS\r\n.\r\n"),
        1 => Just("+ VXNlcm5hbWU6\r\n"),
        1 => Just("+ cj1Cd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0h4LHM9UVE9PSxpPTE=\r\n"),
        1 => Just("+OK\r\nUSER\r\n.\r\n"),
    ]
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
