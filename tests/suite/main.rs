//! One test binary: linking is paid once.

mod commands;
mod corpus;
mod docs;
mod pop3_hostile;
mod pop3_properties;
mod pop3_sessions;
mod transcripts;
