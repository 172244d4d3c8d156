//! How often a fetch waits for the server before it speaks again: what a long line costs it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use poptui::config::{Account, Keep};
use poptui::fetch::{Connect, Error, Line, Stream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::support::maildrop::{Mail, large};
use crate::support::server::{Fault, Server};
use crate::support::world::World;

/// More than any client asks for one by one.
const MAILS: usize = 1_000;

/// Lines to a server, and how often the client spoke on them after it had heard something.
#[derive(Clone)]
struct Counted {
    server: Server,
    flights: Arc<AtomicUsize>,
}

impl Counted {
    fn new(server: &Server) -> Self {
        Self {
            server: server.clone(),
            flights: Arc::default(),
        }
    }

    /// Those since this was last asked.
    fn take(&self) -> usize {
        self.flights.swap(0, Ordering::SeqCst)
    }
}

impl Connect for Counted {
    async fn connect(&self, account: &Account) -> Result<Line, Error> {
        let line = self.server.connect(account).await?;
        let stream = Counting {
            stream: line.stream,
            flights: self.flights.clone(),
            has_heard: AtomicBool::new(false),
        };
        Ok(Line {
            stream: Box::new(stream),
            ..line
        })
    }
}

struct Counting {
    stream: Box<dyn Stream>,
    flights: Arc<AtomicUsize>,
    has_heard: AtomicBool,
}

impl AsyncRead for Counting {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = ready!(Pin::new(&mut self.stream).poll_read(context, buffer));
        self.has_heard.store(true, Ordering::SeqCst);
        Poll::Ready(read)
    }
}

impl AsyncWrite for Counting {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, octets));
        if self.has_heard.swap(false, Ordering::SeqCst) {
            self.flights.fetch_add(1, Ordering::SeqCst);
        }
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

fn mails() -> Vec<Mail> {
    let names = 0..MAILS;
    names.map(|name| large(&format!("m{name}"), 100)).collect()
}

/// A server that is full, and a world that has fetched it all and keeps it there.
async fn fetched() -> (Server, Counted, World) {
    let server = Server::new(mails());
    let line = Counted::new(&server);
    let world = World::new(Keep::Forever);
    assert_eq!(world.fetch(&line).await.new, MAILS as u64);
    line.take();
    (server, line, world)
}

#[tokio::test]
async fn a_first_fetch_of_a_thousand_mails_speaks_four_times() {
    let server = Server::new(mails());
    let line = Counted::new(&server);
    let world = World::new(Keep::Forever);
    assert_eq!(world.fetch(&line).await.new, MAILS as u64);
    // CAPA; the log-in and the listing; RETR and what proves that the answers were in step; QUIT.
    assert_eq!(line.take(), 4);
}

#[tokio::test]
async fn a_fetch_that_finds_nothing_speaks_twice() {
    let (_server, line, world) = fetched().await;
    assert_eq!(world.fetch(&line).await.new, 0);
    // CAPA, and with it the log-in as it was announced before, and the listing; QUIT.
    assert_eq!(line.take(), 2);
}

#[tokio::test]
async fn a_thousand_mails_of_earlier_fetches_are_proven_and_deleted_in_four_flights() {
    let (server, line, mut world) = fetched().await;
    world.account.keep_on_server = Keep::Never;
    assert_eq!(world.fetch(&line).await.deleted, MAILS as u64);
    assert!(server.mails().is_empty());
    // CAPA, the log-in and the listing; TOP; DELE; QUIT.
    assert_eq!((server.heard("TOP"), line.take()), (MAILS, 4));
}

#[tokio::test]
async fn on_a_line_in_clear_that_leaves_the_machine_capa_is_answered_before_the_log_in() {
    let (_server, line, mut world) = fetched().await;
    world.account.host = "pop.example.org".to_owned();
    world.account.allow_cleartext = true;
    world.fetch(&line).await;
    line.take();
    world.fetch(&line).await;
    // One more than where nobody else could have said what is remembered.
    assert_eq!(line.take(), 3);
}

#[tokio::test]
async fn a_server_that_refuses_each_top_is_asked_for_all_at_once_or_for_one_alone() {
    for (faults, asked) in [
        (&[Fault::RefusesTop][..], 3),
        (&[Fault::RefusesTop, Fault::LockStep], 1),
    ] {
        let server = Server::new(mails()[..3].to_vec());
        let mut world = World::new(Keep::Forever);
        for fault in faults {
            server.always(fault.clone());
        }
        world.fetch(&server).await;
        world.account.keep_on_server = Keep::Never;
        assert_eq!(world.fetch(&server).await.deleted, 3, "{faults:?}");
        assert_eq!(server.heard("TOP"), asked, "{faults:?}");
    }
}

#[tokio::test]
async fn a_server_that_closes_at_a_log_in_beside_capa_is_asked_first_from_then_on() {
    let (server, line, world) = fetched().await;
    server.once(Fault::ClosesAtLogin);
    assert_eq!(
        world.fetch(&line).await.error.map(|error| error.sentence),
        None
    );
    line.take();
    world.fetch(&line).await;
    assert_eq!(line.take(), 3);
}
