//! What the system asks of the process while the client is on the screen.

use std::io;

/// A signal, and what is to be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// SIGTERM, SIGHUP or SIGINT: end as `Q` does, the terminal restored, what has arrived committed.
    End,
    /// SIGCONT: the process was stopped, by `^Z` or by others, and goes on.
    GoOn,
}

/// The signals from now on.
pub(super) struct Signals {
    #[cfg(unix)]
    ending: [tokio::signal::unix::Signal; 3],
    #[cfg(unix)]
    going_on: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let ending = [
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
            signal(SignalKind::interrupt())?,
        ];
        let going_on = SignalKind::from_raw(rustix::process::Signal::CONT.as_raw());
        Ok(Self {
            ending,
            going_on: signal(going_on)?,
        })
    }

    pub(super) async fn next(&mut self) -> Signal {
        let [terminate, hangup, interrupt] = &mut self.ending;
        tokio::select! {
            _ = terminate.recv() => Signal::End,
            _ = hangup.recv() => Signal::End,
            _ = interrupt.recv() => Signal::End,
            _ = self.going_on.recv() => Signal::GoOn,
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    pub(super) async fn next(&mut self) -> Signal {
        let _ = tokio::signal::ctrl_c().await;
        Signal::End
    }
}
