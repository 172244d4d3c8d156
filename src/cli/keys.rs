//! `poptui keys`: the table of actions and their keys, as the program itself uses it.

use super::failure::{Exit, Failure};
use super::out::Out;

/// Prints the table.
pub(super) fn run() -> Result<Exit, Failure> {
    let mut out = Out::new();
    out.octets(crate::app::keys_table().as_bytes())?;
    out.finish()
}
