//! The line to a server: where it comes from, how it is protected, and whom to believe at its other end.

pub(super) mod certificate;
pub(super) mod connect;
pub(super) mod identity;
pub(super) mod network;
pub(super) mod prompt;
pub(super) mod proxy;
pub(super) mod tls;
pub(super) mod trust;
