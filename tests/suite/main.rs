//! One test binary: linking is paid once.

mod exchange;
mod pop3_properties;
mod store;
mod store_lists;
mod store_schema;
mod support;
mod tls;
mod transcripts;
