//! One test binary: linking is paid once.

mod commands;
mod corpus;
mod docs;
mod documents;
mod dovecot;
mod exchange;
mod generate;
mod kill;
mod pop3_hostile;
mod pop3_properties;
mod pop3_sessions;
mod sample;
mod servers;
mod store;
mod store_lists;
mod store_schema;
mod support;
mod tls;
mod transcripts;
