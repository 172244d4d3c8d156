//! One test binary: linking is paid once.

mod bombs;
mod corpus;
mod documents;
mod exchange;
mod faults;
mod pop3_hostile;
mod pop3_properties;
mod pop3_sessions;
mod store;
mod store_lists;
mod store_schema;
mod support;
mod tls;
mod transcripts;
