//! What the tests stand on: mail, servers good and bad, a profile for the program, a store and a screen in memory.

#[cfg(unix)]
pub(crate) mod audit;
pub(crate) mod desk;
pub(crate) mod dice;
pub(crate) mod dns;
pub(crate) mod dovecot;
pub(crate) mod fake;
pub(crate) mod generate;
pub(crate) mod golden;
#[cfg(unix)]
pub(crate) mod hostile;
pub(crate) mod maildrop;
pub(crate) mod model_server;
pub(crate) mod not_run;
pub(crate) mod pages;
pub(crate) mod profile;
#[cfg(unix)]
pub(crate) mod pty;
pub(crate) mod screen;
pub(crate) mod server;
pub(crate) mod slow_server;
pub(crate) mod socks;
pub(crate) mod tls;
pub(crate) mod town;
pub(crate) mod world;
