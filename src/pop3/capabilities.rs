//! What the server says it can do: the answer to CAPA (RFC 2449, section 5).

/// The longest answer to CAPA that is read, in octets: some hundred times what servers send.
pub(super) const MAX_OCTETS: usize = 64 << 10;

/// What the server announced (RFC 2449).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a word of the server's, and any set of them can come"
)]
pub struct Capabilities {
    /// `CAPA` was answered with `+OK`.
    pub known: bool,
    /// `PIPELINING`
    pub pipelining: bool,
    /// `UIDL`
    pub uidl: bool,
    /// `TOP`
    pub top: bool,
    /// `STLS`
    pub stls: bool,
    /// `USER`
    pub user: bool,
    /// `LOGIN-DELAY`: seconds that must lie between two log-ins. Before the log-in it can be the longest of all users.
    pub login_delay: Option<u32>,
    /// `SASL` mechanisms, in upper case.
    pub sasl: Vec<String>,
    /// `IMPLEMENTATION`, as sent: foreign.
    pub implementation: Option<String>,
}

impl Capabilities {
    /// Whether AUTH PLAIN is announced.
    pub(super) fn offers_plain(&self) -> bool {
        self.sasl.iter().any(|mechanism| mechanism == "PLAIN")
    }

    /// Understands one line. What is not known to us is passed over, as section 5 asks.
    pub(super) fn add(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_ascii();
        let (tag, arguments) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        match tag.to_ascii_uppercase().as_str() {
            "PIPELINING" => self.pipelining = true,
            "UIDL" => self.uidl = true,
            "TOP" => self.top = true,
            "STLS" => self.stls = true,
            "USER" => self.user = true,
            "LOGIN-DELAY" => self.login_delay = first_word(arguments).parse().ok(),
            "SASL" => self.sasl.extend(
                arguments
                    .split_ascii_whitespace()
                    .map(str::to_ascii_uppercase),
            ),
            "IMPLEMENTATION" => self.implementation = Some(arguments.trim_ascii().to_owned()),
            _ => {}
        }
    }
}

/// Behind it can stand `USER`: another user's value may differ.
fn first_word(arguments: &str) -> &str {
    arguments.split_ascii_whitespace().next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_are_read_in_any_case_and_order() {
        let mut can = Capabilities::default();
        for line in ["sasl Plain  login", "Pipelining", "UIDL", "x-unknown 1", ""] {
            can.add(line.as_bytes());
        }
        can.add(b"IMPLEMENTATION  Shlemazle Plotz-v302 ");
        assert_eq!(can.sasl, ["PLAIN", "LOGIN"]);
        assert_eq!(can.implementation.as_deref(), Some("Shlemazle Plotz-v302"));
        assert!(can.pipelining && can.uidl && can.offers_plain());
        assert!(!can.top && !can.stls && !can.user);
    }
}
