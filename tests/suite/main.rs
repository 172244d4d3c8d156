//! One test binary: linking is paid once.

mod pop3_properties;
mod transcripts;
