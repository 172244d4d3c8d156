//! One test binary: linking is paid once.

mod architecture;
mod bombs;
mod checks;
mod commands;
mod corpus;
mod discovery;
mod docs;
mod documents;
mod dovecot;
mod exchange;
mod faults;
mod generate;
mod journeys;
mod kill;
mod mind;
mod pop3_hostile;
mod pop3_properties;
mod pop3_sessions;
mod proxies;
mod sample;
mod screens;
mod secrets;
mod servers;
mod store;
mod store_lists;
mod store_schema;
mod support;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod terminal_octets;
mod tls;
mod tls_identity;
mod traces;
mod transcripts;
