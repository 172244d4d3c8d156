//! The judgement, pure: what to download, in which order and how; whether it came whole; what may go.

pub(super) mod budget;
pub(super) mod order;
pub(super) mod pace;
pub(super) mod plan;
pub(super) mod policy;
pub(super) mod reading;
pub(super) mod renamed;
#[cfg(test)]
mod testing;
pub(super) mod verify;
