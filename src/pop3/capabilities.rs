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
    /// `RESP-CODES`: what stands in brackets behind `-ERR` is meant.
    pub resp_codes: bool,
    /// `AUTH-RESP-CODE` (RFC 3206): `[AUTH]` and `[SYS/…]` are among it.
    pub auth_resp_code: bool,
    /// `LOGIN-DELAY`: seconds that must lie between two log-ins. Before the log-in it can be the longest of all users.
    pub login_delay: Option<u32>,
    /// `EXPIRE`: how long mails stay there. Before the log-in it can be the shortest of all users.
    pub expire: Option<Expire>,
    /// `SASL` mechanisms, in upper case.
    pub sasl: Vec<String>,
    /// `IMPLEMENTATION`, as sent: foreign.
    pub implementation: Option<String>,
}

/// How long mails stay on the server (RFC 2449, section 6.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expire {
    /// As long as nobody deletes them.
    Never,
    /// Days. After 0 days they go with the session that read them.
    Days(u32),
}

impl Capabilities {
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
            "RESP-CODES" => self.resp_codes = true,
            "AUTH-RESP-CODE" => self.auth_resp_code = true,
            "LOGIN-DELAY" => self.login_delay = first_word(arguments).parse().ok(),
            "EXPIRE" => self.expire = Expire::parse(first_word(arguments)),
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

impl Expire {
    fn parse(word: &str) -> Option<Self> {
        if word.eq_ignore_ascii_case("NEVER") {
            return Some(Self::Never);
        }
        word.parse().ok().map(Self::Days)
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
        assert!(can.pipelining && can.uidl);
        assert!(!can.top && !can.stls && !can.user);
    }

    #[test]
    fn delays_and_days_are_read_with_and_without_what_follows_them() {
        let read = |line: &str| {
            let mut can = Capabilities::default();
            can.add(line.as_bytes());
            (can.login_delay, can.expire)
        };
        assert_eq!(read("LOGIN-DELAY 900"), (Some(900), None));
        assert_eq!(read("login-delay  60 USER"), (Some(60), None));
        assert_eq!(read("EXPIRE 0"), (None, Some(Expire::Days(0))));
        assert_eq!(read("EXPIRE never"), (None, Some(Expire::Never)));
        assert_eq!(read("Expire 5 USER"), (None, Some(Expire::Days(5))));
        for nonsense in [
            "LOGIN-DELAY",
            "LOGIN-DELAY soon",
            "EXPIRE -1",
            "EXPIRE 99999999999",
        ] {
            assert_eq!(read(nonsense), (None, None), "{nonsense}");
        }
        let mut can = Capabilities::default();
        can.add(b"RESP-CODES");
        can.add(b"AUTH-RESP-CODE");
        assert!(can.resp_codes && can.auth_resp_code);
    }
}
