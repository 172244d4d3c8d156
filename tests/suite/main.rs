//! One test binary: linking is paid once.

mod commands;
mod docs;
