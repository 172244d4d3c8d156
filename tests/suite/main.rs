//! One test binary: linking is paid once.

mod store;
mod store_lists;
mod store_schema;
