//! The same way without a fetch: `poptui check`, what it finds, and what it advises.

pub(super) mod advice;
pub(super) mod findings;
pub(super) mod probe;
pub(super) mod refused;
pub(super) mod steps;
pub(super) mod wording;
