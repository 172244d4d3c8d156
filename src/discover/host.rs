//! The name of a host as the network may tell it: checked, in ASCII, never an address of this machine's surroundings.

use std::fmt;
use std::net::IpAddr;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use crate::providers::is_within;

/// Names below these are given out by the nearest router or by this machine itself (RFC 6761, RFC 6762, RFC 8375).
const NEARBY: [&str; 6] = [
    "localhost",
    "local",
    "internal",
    "home.arpa",
    "lan",
    "intranet",
];

/// A domain name of two labels or more: lower-case ASCII letters, digits, hyphens and dots (IDNA: RFC 5891).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HostName(String);

impl HostName {
    /// Reads a name that somebody typed or a server told. `None` for what no mail server of the world is called: an
    /// IP address, a single label, anything with a blank, a control character or an underscore.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix('.').unwrap_or(text);
        let ascii = Uts46::new()
            .to_ascii(
                text.as_bytes(),
                AsciiDenyList::STD3,
                Hyphens::Allow,
                DnsLength::Verify,
            )
            .ok()?
            .into_owned();
        let is_number = |label: &str| label.bytes().all(|octet| octet.is_ascii_digit());
        let (_, last) = ascii.rsplit_once('.')?;
        // `10.1` and `0x7f.1` are addresses to some resolvers; no top-level domain begins with a digit.
        let is_address =
            ascii.parse::<IpAddr>().is_ok() || is_number(last) || last.starts_with("0x");
        (!is_address).then_some(Self(ascii))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is `domain` itself or a name below it.
    pub fn is_within(&self, domain: &Self) -> bool {
        self.is_below(&domain.0)
    }

    /// Whether a stranger may send us there: not to names that mean something else in every house, unless the address
    /// is of such a domain itself.
    pub(super) fn may_be_told_by(&self, domain: &Self) -> bool {
        NEARBY
            .iter()
            .all(|nearby| !self.is_below(nearby) || domain.is_below(nearby))
    }

    /// A name below this one.
    pub(super) fn with_prefix(&self, label: &str) -> Option<Self> {
        Self::parse(&format!("{label}.{}", self.0))
    }

    fn is_below(&self, domain: &str) -> bool {
        is_within(&self.0, domain)
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> HostName {
        HostName::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn names_come_out_in_lower_case_ascii() {
        for (written, meant) in [
            ("Pop.Example.ORG.", "pop.example.org"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
            ("pop。example．org", "pop.example.org"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ] {
            assert_eq!(host(written).as_str(), meant);
        }
    }

    #[test]
    fn what_is_no_name_of_a_mail_server_is_refused() {
        let long = format!("{}.example.org", "a".repeat(64));
        let longer = format!("{}org", "abcdefg.".repeat(40));
        for text in [
            "",
            ".",
            "..",
            "localhost",
            "pop example.org",
            "pop.example.org\n",
            "a\x1b[2J.example.org",
            "_x.example.org",
            "127.0.0.1",
            "10.1",
            "1.2.3.0x7f",
            "::1",
            "[::1]",
            "pop.example.org:995",
            "https://example.org",
            "a..org",
            "a@example.org",
            "pop.example.org/x",
            "%00.example.org",
            "\u{202e}.org",
            &long,
            &longer,
        ] {
            assert_eq!(HostName::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_name_is_within_its_domain_and_not_within_one_that_ends_alike() {
        let domain = host("example.org");
        assert!(host("example.org").is_within(&domain));
        assert!(host("pop.example.org").is_within(&domain));
        assert!(!host("badexample.org").is_within(&domain));
        assert!(!host("example.org.evil.net").is_within(&domain));
    }

    #[test]
    fn a_stranger_cannot_send_us_to_our_own_house() {
        let (world, house) = (host("example.org"), host("example.local"));
        for name in [
            "pop.localhost",
            "nas.local",
            "router.lan",
            "vault.internal",
            "x.home.arpa",
        ] {
            assert!(!host(name).may_be_told_by(&world), "{name}");
        }
        assert!(host("pop.example.local").may_be_told_by(&house));
        assert!(host("pop.elsewhere.net").may_be_told_by(&world));
    }
}
