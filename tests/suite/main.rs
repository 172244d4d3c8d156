//! One test binary: linking is paid once.

mod acting;
mod architecture;
mod asked_away;
mod backlog;
mod beside;
mod bombs;
mod channel_binding;
mod checks;
mod choosing;
mod clearing;
mod commands;
mod corpus;
mod cut;
mod deceit;
mod discovery;
mod docs;
mod documents;
mod dovecot;
mod exchange;
#[cfg(unix)]
mod exporting;
mod fault_table;
mod faults;
mod flights;
mod folder_note;
mod for_good;
mod full_disk;
mod fuzz_corpus;
mod fuzzing;
mod generate;
mod giants;
mod hashing;
mod hostile_matrix;
#[cfg(unix)]
mod hostile_walk;
mod identity;
#[cfg(unix)]
mod importing;
#[cfg(unix)]
mod importing_killed;
mod incomplete;
mod journeys;
#[cfg(unix)]
mod keeping;
mod kill;
mod last_fetch;
mod leads;
mod log_in;
mod mechanisms;
mod mind;
mod misnamed;
mod newsletters;
mod odd_ends;
mod on_server;
mod only_there;
#[cfg(unix)]
mod outside;
mod partial;
mod pop3_hostile;
mod pop3_properties;
mod pop3_sessions;
mod proxies;
mod readable;
mod reading;
mod refused;
mod sample;
mod schedule;
mod screens;
mod secrets;
mod servers;
#[cfg(unix)]
mod shelf;
mod simulation;
mod stopping;
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
mod thread_oracle;
mod threads;
mod tls;
mod tls_identity;
mod traces;
mod transcripts;
mod twins;
mod two_instances;
mod unkept;
#[cfg(unix)]
mod untouched;
