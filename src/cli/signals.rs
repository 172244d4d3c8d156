//! Ctrl-C and its relatives during a fetch: the first asks to stop, the second does not ask.

use std::io;

use tokio_util::sync::CancellationToken;

use super::failure::Exit;

/// SIGINT, SIGTERM and SIGHUP, caught from now on.
#[cfg(unix)]
pub(super) struct Signals([tokio::signal::unix::Signal; 3]);

/// Ctrl-C is all there is.
#[cfg(not(unix))]
pub(super) struct Signals;

impl Signals {
    /// Cancels at the first signal. At the second one the process ends where it stands, which the store
    /// survives by its transactions. Never returns.
    pub(super) async fn obey(mut self, cancel: CancellationToken) {
        self.next().await;
        cancel.cancel();
        self.next().await;
        std::process::exit(Exit::TRY_LATER.0.into());
    }
}

#[cfg(unix)]
impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self([
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
        ]))
    }

    async fn next(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
