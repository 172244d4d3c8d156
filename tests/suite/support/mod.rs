//! What the tests stand on: generated mail, a real Dovecot, a slow server, and the program with a profile of its own.

pub(crate) mod dovecot;
pub(crate) mod generate;
pub(crate) mod profile;
pub(crate) mod slow_server;
