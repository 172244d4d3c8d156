<<<<<<< HEAD
//! What the tests stand on: generated mail, servers, a profile of its own for the program, a store and a screen in memory.

pub(crate) mod dovecot;
pub(crate) mod fake;
pub(crate) mod generate;
pub(crate) mod golden;
pub(crate) mod profile;
pub(crate) mod screen;
pub(crate) mod slow_server;
=======
//! What several suites need: a POP3 server that can misbehave, and a place to fetch into.

pub(crate) mod server;
pub(crate) mod world;
>>>>>>> fetch
