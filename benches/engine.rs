//! How fast mails go through the protocol engine: octets from the wire to whole messages.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use poptui::pop3::{
    Capa, Command, Credentials, Event, Nonce, Reply, Security, Session, Setup, Step, Window,
};

const MAILS: u32 = 1_000;
const MAIL: usize = 12 << 10;
const READ: usize = 64 << 10;

fn engine(criterion: &mut Criterion) {
    let wire = wire();
    let mut group = criterion.benchmark_group("engine");
    group.throughput(Throughput::Bytes(wire.len() as u64));
    group.bench_function("protocol engine MB/s", |bencher| {
        bencher.iter(|| black_box(fetch(&wire)));
    });
    group.finish();
}

/// All mails as a server sends them: lines of 76 octets, now and then one that begins with a dot.
fn wire() -> Vec<u8> {
    let line = format!("{}\r\n", "0123456789abcde.".repeat(5)[..76].to_owned());
    let mut mail = String::new();
    while mail.len() < MAIL {
        mail.push_str(&line);
        if mail.len().is_multiple_of(16) {
            mail.push_str("..stuffed\r\n");
        }
    }
    let reply = format!("+OK {} octets\r\n{mail}.\r\n", mail.len());
    format!("+OK\r\n+OK\r\n+OK\r\n{}", reply.repeat(MAILS as usize)).into_bytes()
}

/// Octets of all mails.
fn fetch(wire: &[u8]) -> usize {
    let mut session = session();
    let mut octets = 0;
    // Greeting, USER, PASS: answers in lock-step.
    let (login, mails) = wire.split_at(15);
    for piece in login.chunks(5).chain(mails.chunks(READ)) {
        session.receive(piece);
        octets += run(&mut session);
    }
    assert_eq!(session.outstanding(), 0, "all mails arrived");
    octets
}

fn run(session: &mut Session) -> usize {
    let mut octets = 0;
    loop {
        match session.step().expect("the server is in step") {
            Step::Read => return octets,
            Step::Write(commands) => drop(black_box(commands)),
            Step::StartTls => unreachable!("TLS is up"),
            Step::Hash(_) => unreachable!("the password goes in clear"),
            Step::Event(Event::LoggedIn(_)) => begin(session),
            Step::Event(Event::Reply(_, Reply::Message(mail))) => octets += black_box(mail).len(),
            Step::Event(Event::Reply(command, reply)) => panic!("{command}: {reply:?}"),
        }
    }
}

fn begin(session: &mut Session) {
    session.set_window(Window::PIPELINED);
    for number in 1..=MAILS {
        session.send(Command::Retr(number), MAIL as u64);
    }
}

fn session() -> Session {
    let who = Credentials::password("alice", "secret");
    Session::new(Setup {
        capa: Capa::Skip,
        ..Setup::new(Security::Tls, who, Nonce([7; 36]))
    })
}

criterion_group!(benches, engine);
criterion_main!(benches);
