//! One test binary: linking is paid once.

mod commands;
mod corpus;
mod docs;
mod pop3_properties;
mod transcripts;
