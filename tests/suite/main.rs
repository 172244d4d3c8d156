//! One test binary: linking is paid once.

mod mind;
mod screens;
mod support;
