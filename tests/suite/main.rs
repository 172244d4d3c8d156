//! One test binary: linking is paid once.

mod dovecot;
mod generate;
mod kill;
mod servers;
mod support;
