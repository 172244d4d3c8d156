//! The sample server behind a TCP port of this machine, as slow as a test wants it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use poptui::demo::{Login, Maildrop, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

pub(crate) const USER: &str = "robin";
pub(crate) const PASSWORD: &str = "lantern";

/// A server on 127.0.0.1 that serves one maildrop; gone when dropped.
pub(crate) struct SlowServer {
    /// What it serves.
    pub(crate) maildrop: Arc<Maildrop>,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    _runtime: Runtime,
}

impl SlowServer {
    /// Octets go to the client in pieces of at most `piece`, with `pause` after each.
    pub(crate) fn start(maildrop: Arc<Maildrop>, piece: usize, pause: Duration) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let served = Arc::clone(&maildrop);
        runtime.spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                tokio::spawn(session(line, Arc::clone(&served), piece, pause));
            }
        });
        Self {
            maildrop,
            address,
            _runtime: runtime,
        }
    }

    /// Waits until no session has the maildrop open: a killed client's line is noticed a moment later.
    pub(crate) fn wait_until_free(&self) {
        while self.maildrop.is_locked() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

async fn session(
    line: TcpStream,
    maildrop: Arc<Maildrop>,
    piece: usize,
    pause: Duration,
) -> io::Result<()> {
    let login = Login {
        user: USER.into(),
        password: PASSWORD.into(),
    };
    let (server, carrier) = tokio::io::duplex(piece);
    tokio::spawn(serve(server, maildrop, login));
    let (mut from_server, mut to_server) = tokio::io::split(carrier);
    let (mut from_client, mut to_client) = line.into_split();
    let commands = async move {
        tokio::io::copy(&mut from_client, &mut to_server).await?;
        to_server.shutdown().await
    };
    let answers = async move {
        let mut octets = vec![0; piece];
        loop {
            let length = from_server.read(&mut octets).await?;
            if length == 0 {
                return to_client.shutdown().await;
            }
            to_client.write_all(&octets[..length]).await?;
            tokio::time::sleep(pause).await;
        }
    };
    // Whichever way ends first ends the session: a client that was killed sends no more, and reads no more.
    tokio::select! {
        done = commands => done,
        done = answers => done,
    }
}
