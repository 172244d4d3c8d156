//! One test binary: linking is paid once.

mod corpus;
mod documents;
