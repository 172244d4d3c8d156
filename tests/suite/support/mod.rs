//! What several suites stand on: generated mail, servers good and bad, the program with a profile of its own.

pub(crate) mod dovecot;
pub(crate) mod generate;
pub(crate) mod profile;
pub(crate) mod server;
pub(crate) mod slow_server;
pub(crate) mod world;
