//! One test binary: linking is paid once.

mod exchange;
mod pop3_properties;
mod support;
mod tls;
mod transcripts;
