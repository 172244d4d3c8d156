//! One test binary: linking is paid once.

mod bombs;
mod corpus;
mod documents;
