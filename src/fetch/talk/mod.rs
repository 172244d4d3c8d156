//! The talk over it, step by step: from the log-in to the last DELE, and the way out when it is stopped.

pub(super) mod client;
pub(super) mod delete;
pub(super) mod download;
pub(super) mod idle;
pub(super) mod leave;
pub(super) mod listing;
pub(super) mod outcome;
pub(super) mod prove;
pub(super) mod recognise;
pub(super) mod refusals;
pub(super) mod sign_in;
pub(super) mod task;
pub(super) mod unkept;
