//! From octets to facts: header fields, dates, addresses, MIME parts, each within limits.

pub(super) mod addresses;
pub(super) mod body;
pub(super) mod charset;
pub(super) mod date;
pub(super) mod fields;
pub(super) mod file_name;
pub(super) mod ids;
pub(super) mod inlined;
pub(super) mod media;
pub(super) mod mime;
pub(super) mod size;
pub(super) mod words;
