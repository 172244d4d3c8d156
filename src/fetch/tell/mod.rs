//! What people and scripts see of a fetch: progress, sentences, the trace.

pub(super) mod error;
pub(super) mod foreign;
pub(super) mod progress;
pub(super) mod refusal;
pub(super) mod report;
pub(super) mod retry;
pub(super) mod trace;
pub(super) mod tracer;
pub(super) mod trouble;
