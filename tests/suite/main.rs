//! One test binary: linking is paid once.

mod commands;
mod docs;
mod mind;
mod pop3_hostile;
mod pop3_properties;
mod pop3_sessions;
mod screens;
mod support;
mod transcripts;
