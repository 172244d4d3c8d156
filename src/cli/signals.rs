//! Ctrl-C and its relatives during a fetch: the first asks to stop, the second does not ask.

use tokio_util::sync::CancellationToken;

use super::failure::Exit;

/// Cancels at the first signal; at the second one the process ends where it stands, which the store
/// survives by its transactions.
pub(super) async fn obey(cancel: CancellationToken) {
    // Without handlers a signal ends the process at once: rougher, but nothing is lost.
    let Ok(mut signals) = Signals::listen() else {
        return;
    };
    signals.next().await;
    cancel.cancel();
    signals.next().await;
    std::process::exit(Exit::TRY_LATER.0.into());
}

/// SIGINT, SIGTERM and SIGHUP.
#[cfg(unix)]
struct Signals([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
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

/// Ctrl-C is all there is.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
