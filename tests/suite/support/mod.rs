//! What the tests stand on: generated mail, servers good and bad, a profile of its own for the program, a store and a screen in memory.

pub(crate) mod dovecot;
pub(crate) mod fake;
pub(crate) mod generate;
pub(crate) mod golden;
pub(crate) mod profile;
pub(crate) mod screen;
pub(crate) mod server;
pub(crate) mod slow_server;
pub(crate) mod world;
