//! The way to the disk: digested, stored in batches, noted in the ledger.

pub(super) mod beside;
pub(super) mod commit;
pub(super) mod pipe;
pub(super) mod settle;
