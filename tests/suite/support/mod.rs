//! What several suites need: a POP3 server that can misbehave, and a place to fetch into.

pub(crate) mod maildrop;
pub(crate) mod server;
pub(crate) mod world;
