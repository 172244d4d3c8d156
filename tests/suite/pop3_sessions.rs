//! Sessions of the protocol engine for tests, driven without a network.

use poptui::pop3::{
    Capa, Credentials, Error, Event, Limits, Nonce, Security, Session, Setup, Step,
};

pub(crate) fn setup(user: &str, password: &str, security: Security, limits: Limits) -> Setup {
    let who = Credentials::password(user, password);
    Setup {
        capa: Capa::Skip,
        limits,
        ..Setup::new(security, who, Nonce([7; 36]))
    }
}

pub(crate) fn signed_in(limits: Limits) -> Session {
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

pub(crate) fn written(session: &mut Session) -> Vec<u8> {
    match session.step() {
        Ok(Step::Write(octets)) => octets.to_vec(),
        other => panic!("{other:?}"),
    }
}

/// Steps until nothing is left to do; what is written goes nowhere, and TLS comes up by itself.
pub(crate) fn events(session: &mut Session) -> Vec<Result<Event, Error>> {
    let mut events = Vec::new();
    loop {
        match session.step() {
            Ok(Step::Read) => return events,
            Ok(Step::Write(_)) => {}
            Ok(Step::StartTls) => session.tls_started(None),
            Ok(Step::Hash(hashing)) => session.hashed(&hashing.run()),
            Ok(Step::Event(event)) => events.push(Ok(event)),
            Err(error) => {
                events.push(Err(error));
                return events;
            }
        }
    }
}
