//! The address an account is set up for: its two halves, and its domain as DNS knows it.

use super::HostName;

/// The longest local part (RFC 5321, section 4.5.3.1.1).
const LONGEST_LOCAL_PART: usize = 64;

/// `local@domain`, as typed and in ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    typed: String,
    local: String,
    domain: HostName,
}

/// What is wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// No `@` with something on both sides.
    #[error("is no mail address such as alice@example.org")]
    Form,
    /// Blanks, control characters, or far too long.
    #[error("has a part before the @ that no address can have")]
    Local,
    /// Nothing that DNS could know.
    #[error("has no domain behind the @ that a mail server could be found for")]
    Domain,
}

impl Address {
    /// Reads what was typed.
    pub fn parse(typed: &str) -> Result<Self, BadAddress> {
        let typed = typed.trim();
        let (local, domain) = typed.rsplit_once('@').ok_or(BadAddress::Form)?;
        if local.is_empty() || domain.is_empty() {
            return Err(BadAddress::Form);
        }
        let strange =
            |c: char| c.is_control() || c.is_whitespace() || matches!(c, '@' | '<' | '>' | ',');
        if local.contains(strange) || local.len() > LONGEST_LOCAL_PART {
            return Err(BadAddress::Local);
        }
        Ok(Self {
            typed: typed.to_owned(),
            local: local.to_owned(),
            domain: HostName::parse(domain).ok_or(BadAddress::Domain)?,
        })
    }

    /// As it was typed.
    pub fn as_typed(&self) -> &str {
        &self.typed
    }

    /// What stands before the `@`.
    pub fn local_part(&self) -> &str {
        &self.local
    }

    /// What stands behind it.
    pub fn domain(&self) -> &HostName {
        &self.domain
    }

    /// With its domain in ASCII, as servers know it.
    pub fn in_ascii(&self) -> String {
        format!("{}@{}", self.local, self.domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_what_was_typed_and_knows_its_domain_in_ascii() {
        let address = Address::parse(" Ada.L@Bücher.example ").unwrap();
        assert_eq!(address.as_typed(), "Ada.L@Bücher.example");
        assert_eq!(address.local_part(), "Ada.L");
        assert_eq!(address.in_ascii(), "Ada.L@xn--bcher-kva.example");
    }

    #[test]
    fn what_is_no_address_is_told_by_its_part() {
        for (typed, wrong) in [
            ("alice", BadAddress::Form),
            ("@example.org", BadAddress::Form),
            ("alice@", BadAddress::Form),
            ("al ice@example.org", BadAddress::Local),
            ("a\x1b[2J@example.org", BadAddress::Local),
            ("<alice@example.org", BadAddress::Local),
            ("a@b@example.org", BadAddress::Local),
            ("alice@example", BadAddress::Domain),
            ("alice@[127.0.0.1]", BadAddress::Domain),
            ("alice@example.org>", BadAddress::Domain),
        ] {
            assert_eq!(Address::parse(typed), Err(wrong), "{typed:?}");
        }
    }
}
