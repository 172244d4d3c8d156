//! One test binary: linking is paid once.

mod mind;
mod pop3_properties;
mod screens;
mod support;
mod transcripts;
