//! One test binary: linking is paid once.

mod architecture;
mod backlog;
mod bombs;
mod channel_binding;
mod checks;
mod clearing;
mod commands;
mod corpus;
mod docs;
mod documents;
mod dovecot;
mod exchange;
mod faults;
mod generate;
mod identity;
mod journeys;
mod kill;
mod log_in;
mod mechanisms;
mod mind;
mod partial;
mod pop3_hostile;
mod pop3_properties;
mod pop3_sessions;
mod proxies;
mod sample;
mod screens;
mod secrets;
mod servers;
mod store;
mod store_ledger;
mod store_lists;
mod store_schema;
mod store_upgrade;
mod support;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod terminal_octets;
mod tls;
mod tls_identity;
mod traces;
mod transcripts;
