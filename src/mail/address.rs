//! An address as a header names it: decoded, but not yet safe for a screen.

/// One mailbox of an address header (RFC 5322, section 3.4). Either half can be missing in real mail.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Address {
    /// The display name, decoded.
    pub name: Option<String>,
    /// The addr-spec, as written.
    pub address: Option<String>,
}
