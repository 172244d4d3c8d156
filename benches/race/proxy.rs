//! A line with latency: a proxy on loopback that hands octets on after half a round trip, as many as come. It knows
//! nothing of what passes, so TLS passes; and it counts round trips.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::sleep;
use std::time::{Duration, Instant};

use memchr::memmem;

/// Octets read at once.
const READ: usize = 64 << 10;
/// Pieces under way in one direction: 256 MiB, so that nothing but latency is added.
const UNDER_WAY: usize = 4096;

/// What the server announces and the client does not get to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hide {
    Nothing,
    /// `PIPELINING`: the client has to ask for one mail at a time.
    Pipelining,
}

/// A proxy; its port is closed when it is dropped.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    target: u16,
    round_trip: Duration,
    hide: Hide,
    stopped: AtomicBool,
    /// How often the client spoke after the server had spoken.
    turns: AtomicUsize,
    server_spoke: AtomicBool,
}

impl Proxy {
    pub(crate) fn start(target: u16, round_trip: Duration, hide: Hide) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            target,
            round_trip,
            hide,
            stopped: AtomicBool::new(false),
            turns: AtomicUsize::new(0),
            server_spoke: AtomicBool::new(false),
        });
        let listening = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if listening.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&listening);
                std::thread::spawn(move || line(client, &shared));
            }
        });
        Ok(Self { port, shared })
    }

    /// Round trips since the last call: how often the client waited for an answer before it spoke again.
    pub(crate) fn take_turns(&self) -> usize {
        self.shared.turns.swap(0, Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// A piece, and when it arrives. An empty one is the end.
type Piece = (Instant, Vec<u8>);

/// The client sees its connection at once. On a real line it would after one round trip, and the server would after
/// one and a half: so nothing that it says counts as said before the first, nor reaches the server before the second.
fn line(client: TcpStream, shared: &Arc<Shared>) -> io::Result<()> {
    let accepted = Instant::now();
    let round_trip = shared.round_trip;
    client.set_nodelay(true)?;
    let (commands, to_server) = sync_channel(UNDER_WAY);
    let (answers, to_client) = sync_channel(UNDER_WAY);
    let (from_client, also) = (client.try_clone()?, Arc::clone(shared));
    std::thread::spawn(move || {
        take(from_client, &commands, |said, _| {
            if also.server_spoke.swap(false, Ordering::SeqCst) {
                also.turns.fetch_add(1, Ordering::SeqCst);
            }
            said.max(accepted + round_trip) + round_trip / 2
        });
    });
    sleep(accepted + round_trip * 3 / 2 - Instant::now());
    let server = TcpStream::connect(("127.0.0.1", shared.target))?;
    server.set_nodelay(true)?;
    let (from_server, also) = (server.try_clone()?, Arc::clone(shared));
    std::thread::spawn(move || {
        take(from_server, &answers, |said, octets| {
            if also.hide == Hide::Pipelining {
                hide_pipelining(octets);
            }
            said + round_trip / 2
        });
    });
    std::thread::spawn(move || give(server, &to_server, || ()));
    give(client, &to_client, || {
        shared.server_spoke.store(true, Ordering::SeqCst);
    })
}

fn take(
    mut from: TcpStream,
    pieces: &SyncSender<Piece>,
    mut arrives: impl FnMut(Instant, &mut Vec<u8>) -> Instant,
) {
    let mut octets = vec![0; READ];
    loop {
        let length = from.read(&mut octets).unwrap_or(0);
        let mut piece = octets[..length].to_vec();
        let arrives = arrives(Instant::now(), &mut piece);
        if pieces.send((arrives, piece)).is_err() || length == 0 {
            return;
        }
    }
}

fn give(mut to: TcpStream, pieces: &Receiver<Piece>, given: impl Fn()) -> io::Result<()> {
    while let Ok((arrives, piece)) = pieces.recv() {
        if let Some(left) = arrives.checked_duration_since(Instant::now()) {
            sleep(left);
        }
        if piece.is_empty() {
            break;
        }
        given();
        if let Err(error) = to.write_all(&piece) {
            // Whoever is behind the line has gone: the other direction ends, too.
            let _ = to.shutdown(Shutdown::Both);
            return Err(error);
        }
    }
    to.shutdown(Shutdown::Write)
}

fn hide_pipelining(octets: &mut Vec<u8>) {
    const LINE: &[u8] = b"PIPELINING\r\n";
    if let Some(at) = memmem::find(octets, LINE) {
        octets.drain(at..at + LINE.len());
    }
}
