//! One test binary: linking is paid once.

mod mind;
mod pop3_hostile;
mod pop3_properties;
mod pop3_sessions;
mod screens;
mod support;
mod transcripts;
