//! A server may ask for a second's hashing (SCRAM): nobody else waits for it, and whoever stops the fetch does not either.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use poptui::config::{Account, Keep};
use poptui::fetch::{Connect, Error, ErrorKind, Line, Protection, Wish, fetch};
use poptui::pop3::{Credentials, Hashing, Nonce, Security, Session, Setup, Step};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use crate::support::world::World;

/// As many rounds as are taken.
const ROUNDS: u32 = 1_000_000;

/// A server that offers nothing but SCRAM, and stops the fetch once it has asked for all the work there can be.
struct Slow {
    cancel: CancellationToken,
    /// Where it tells what it heard behind that.
    heard: UnboundedSender<String>,
}

impl Connect for Slow {
    async fn connect(&self, _account: &Account) -> Result<Line, Error> {
        let (here, there) = tokio::io::duplex(64 * 1024);
        let (cancel, heard) = (self.cancel.clone(), self.heard.clone());
        tokio::spawn(async move { serve(there, &cancel, &heard).await });
        Ok(Line {
            stream: Box::new(here),
            protection: Protection::Closed,
        })
    }
}

async fn serve(
    stream: DuplexStream,
    cancel: &CancellationToken,
    heard: &UnboundedSender<String>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"+OK ready\r\n").await?;
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let offer = b"+OK\r\nSASL SCRAM-SHA-256\r\n.\r\n";
    stream.write_all(offer).await?;
    line.clear();
    stream.read_line(&mut line).await?;
    stream
        .write_all(challenge(&line, ROUNDS).as_bytes())
        .await?;
    cancel.cancel();
    line.clear();
    stream.read_line(&mut line).await?;
    let _ = heard.send(line);
    Ok(())
}

/// What a server says to the first message of SCRAM.
fn challenge(auth: &str, rounds: u32) -> String {
    let first = auth.split_whitespace().last().expect("a first message");
    let first = STANDARD.decode(first).expect("base64");
    let first = String::from_utf8(first).expect("text");
    let (_, nonce) = first.split_once("r=").expect("a nonce");
    let challenge = format!("r={nonce}X,s=c2FsdA==,i={rounds}");
    format!("+ {}\r\n", STANDARD.encode(challenge))
}

#[tokio::test]
async fn a_fetch_that_is_stopped_while_it_hashes_does_not_wait_for_it() {
    let mut world = World::new(Keep::Forever);
    world.account.timeout = std::time::Duration::from_mins(1);
    let (heard, mut told) = unbounded_channel();
    let cancel = CancellationToken::new();
    let server = Slow {
        cancel: cancel.clone(),
        heard,
    };
    let wish = Wish::default();
    let report = fetch(&world.account, &world.store, &server, &wish, cancel, |_| {}).await;
    let kind = report.error.map(|error| error.kind);
    assert_eq!(kind, Some(ErrorKind::Cancelled));
    drop(server);
    let proof = told.recv().await;
    assert_eq!(
        proof.as_deref(),
        Some(""),
        "the line was dropped without a proof"
    );
}

/// A session that is to do two rounds.
fn asked_to_hash() -> (Session, Hashing) {
    let who = Credentials::password("alice", "secret");
    let mut session = Session::new(Setup::new(Security::Tls, who, Nonce([7; 36])));
    session.receive(b"+OK\r\n");
    session.step().expect("CAPA");
    session.receive(b"+OK\r\nSASL SCRAM-SHA-1\r\n.\r\n");
    let Ok(Step::Write(auth)) = session.step() else {
        panic!("AUTH");
    };
    let auth = String::from_utf8_lossy(&auth).into_owned();
    session.receive(challenge(&auth, 2).as_bytes());
    match session.step() {
        Ok(Step::Hash(work)) => (session, work),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_session_hands_the_work_out_and_says_nothing_until_it_is_done() {
    let (mut session, work) = asked_to_hash();
    assert!(!format!("{work:?}").contains("secret"));
    assert!(matches!(session.step(), Ok(Step::Read)));
    let hashed = work.run();
    session.hashed(&hashed);
    assert!(matches!(session.step(), Ok(Step::Write(_))), "the proof");
    // Once is enough.
    session.hashed(&hashed);
    assert!(matches!(session.step(), Ok(Step::Read)));
}

#[test]
fn what_a_server_says_while_the_password_is_hashed_was_not_asked_for() {
    let (mut session, work) = asked_to_hash();
    session.receive(b"+OK welcome\r\n");
    session.hashed(&work.run());
    assert!(session.step().is_err());
}
