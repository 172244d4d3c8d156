//! One test binary: linking is paid once.

mod architecture;
mod backlog;
mod bombs;
mod clearing;
mod commands;
mod corpus;
mod docs;
mod documents;
mod dovecot;
mod exchange;
mod fault_table;
mod faults;
mod fuzz_corpus;
mod fuzzing;
mod generate;
mod hostile_matrix;
mod identity;
mod journeys;
mod kill;
mod mind;
mod partial;
mod pop3_hostile;
mod pop3_properties;
mod pop3_sessions;
mod sample;
mod screens;
mod servers;
mod simulation;
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
mod transcripts;
mod two_instances;
