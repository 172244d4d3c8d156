//! The sample server behind a TCP port of this machine: as slow as a test wants it, and silent from where it wants on.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use poptui::demo::{Login, Maildrop, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, ReadHalf, WriteHalf};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

pub(crate) const USER: &str = "robin";
pub(crate) const PASSWORD: &str = "lantern";

/// A config with one account, in clear on this machine.
pub(crate) fn config(port: u16, user: &str, password: &str, keep_on_server: &str) -> String {
    format!(
        "[accounts.robin]\naddress = \"robin@example.org\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n\
         user = \"{user}\"\npassword = \"{password}\"\nkeep-on-server = \"{keep_on_server}\"\n"
    )
}

/// A server on 127.0.0.1 that serves one maildrop; gone when dropped.
pub(crate) struct SlowServer {
    /// What it serves.
    pub(crate) maildrop: Arc<Maildrop>,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    pace: Arc<Pace>,
    _runtime: Runtime,
}

/// How octets pass. A piece is what is read at once, at most `piece` octets, in either direction.
struct Pace {
    piece: usize,
    pause: Duration,
    passed: AtomicUsize,
    hold_at: AtomicUsize,
}

impl SlowServer {
    /// A config with this server as its only account.
    pub(crate) fn config(&self, keep_on_server: &str) -> String {
        config(self.address.port(), USER, PASSWORD, keep_on_server)
    }

    /// Octets go to the client in pieces of at most `piece`, with `pause` after each.
    pub(crate) fn start(maildrop: Arc<Maildrop>, piece: usize, pause: Duration) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let pace = Arc::new(Pace {
            piece,
            pause,
            passed: AtomicUsize::new(0),
            hold_at: AtomicUsize::new(usize::MAX),
        });
        let (served, kept) = (Arc::clone(&maildrop), Arc::clone(&pace));
        runtime.spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                tokio::spawn(session(line, Arc::clone(&served), Arc::clone(&kept)));
            }
        });
        Self {
            maildrop,
            address,
            pace,
            _runtime: runtime,
        }
    }

    /// How many pieces have passed, both ways together.
    pub(crate) fn passed(&self) -> usize {
        self.pace.passed.load(Ordering::SeqCst)
    }

    /// From piece `at` on (counted from the start of the server) nothing passes any more, either way.
    pub(crate) fn hold_at(&self, at: usize) {
        self.pace.hold_at.store(at, Ordering::SeqCst);
    }

    /// Waits until no session has the maildrop open: a killed client's line is noticed a moment later.
    pub(crate) fn wait_until_free(&self) {
        while self.maildrop.is_locked() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Pace {
    /// Counts a piece; whether it may pass.
    fn lets_pass(&self) -> bool {
        let hold_at = self.hold_at.load(Ordering::SeqCst);
        let count = |passed| (passed < hold_at).then_some(passed + 1);
        let counted = self
            .passed
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, count);
        counted.is_ok()
    }
}

async fn session(line: TcpStream, maildrop: Arc<Maildrop>, pace: Arc<Pace>) -> io::Result<()> {
    let login = Login {
        user: USER.into(),
        password: PASSWORD.into(),
    };
    let (server, carrier) = tokio::io::duplex(pace.piece);
    tokio::spawn(serve(server, maildrop, login));
    let (from_server, to_server) = tokio::io::split(carrier);
    let (from_client, to_client) = line.into_split();
    // Whichever way ends first ends the session: a client that was killed sends no more, and reads no more.
    tokio::select! {
        done = commands(from_client, to_server, &pace) => done,
        done = answers(from_server, to_client, &pace) => done,
    }
}

async fn commands(
    mut from: OwnedReadHalf,
    mut to: WriteHalf<DuplexStream>,
    pace: &Pace,
) -> io::Result<()> {
    let mut octets = vec![0; pace.piece];
    loop {
        let length = from.read(&mut octets).await?;
        if length == 0 {
            return to.shutdown().await;
        }
        // What is held is dropped: it counts as still under way when the client was killed.
        if pace.lets_pass() {
            to.write_all(&octets[..length]).await?;
        }
    }
}

async fn answers(
    mut from: ReadHalf<DuplexStream>,
    mut to: OwnedWriteHalf,
    pace: &Pace,
) -> io::Result<()> {
    let mut octets = vec![0; pace.piece];
    loop {
        let length = from.read(&mut octets).await?;
        if !pace.lets_pass() {
            return std::future::pending().await;
        }
        if length == 0 {
            return to.shutdown().await;
        }
        to.write_all(&octets[..length]).await?;
        tokio::time::sleep(pace.pause).await;
    }
}
