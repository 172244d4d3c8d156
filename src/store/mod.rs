//! The mail on disk: one SQLite file, one writer, readers of their own. All the SQL there is.

mod api;
pub use api::*;
