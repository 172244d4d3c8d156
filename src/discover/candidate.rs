//! A server that may be the right one: who told of it, and how far that is to be trusted.

use crate::config::Security;
use crate::mail::SafeText;
use crate::providers::{Provider, User};

use super::{Address, HostName};

/// Who told of a server, most trusted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// The table inside the program.
    Table,
    /// The domain itself, at `autoconfig.DOMAIN`, under a certificate for that name.
    Autoconfig,
    /// The domain itself, below `/.well-known/`, under a certificate for its name.
    WellKnown,
    /// Mozilla's database, if the user wants it asked: it learns the domain.
    Mozilla,
    /// The domain's SRV records (RFC 6186). Who can forge DNS can forge these.
    Srv,
    /// The domain's MX records: they name a provider that is in the table.
    Mx,
    /// Nobody: usual names, tried.
    Guess,
}

impl Source {
    /// All but the table, which needs no network.
    pub(super) const REMOTE: [Self; 6] = [
        Self::Autoconfig,
        Self::WellKnown,
        Self::Mozilla,
        Self::Srv,
        Self::Mx,
        Self::Guess,
    ];

    /// The word of the JSON output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Autoconfig => "autoconfig",
            Self::WellKnown => "well-known",
            Self::Mozilla => "mozilla",
            Self::Srv => "srv",
            Self::Mx => "mx",
            Self::Guess => "guess",
        }
    }

    /// Whether somebody who can only forge answers on the way could have named any host by this. (By MX they could
    /// only choose among the providers of the table.) The certificate proves that a
    /// server is who it says; it does not prove that it is the one that was meant (RFC 6186, section 6).
    pub const fn can_be_forged(self) -> bool {
        matches!(self, Self::Srv)
    }
}

/// A server that may be the right one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who told of it.
    pub source: Source,
    /// Which of those the source told of; 0 is its first choice.
    pub place: usize,
    /// The server.
    pub host: HostName,
    /// Its port.
    pub port: u16,
    /// [`Security::Tls`] or [`Security::Stls`]; a line in clear is no candidate.
    pub security: Security,
    /// The log-in name.
    pub user: String,
}

impl Candidate {
    /// The POP3 server of a provider of the table; `None` if it has none.
    pub fn of_provider(provider: &Provider, address: &Address) -> Option<Self> {
        Some(Self {
            source: Source::Table,
            place: 0,
            host: HostName::parse(provider.host.as_deref()?)?,
            port: 995,
            security: Security::Tls,
            user: match provider.user {
                User::Address => address.in_ascii(),
                User::LocalPart => address.local_part().to_owned(),
            },
        })
    }

    /// Whether the host lies outside this domain, so that somebody else will see the password.
    pub fn is_outside(&self, domain: &HostName) -> bool {
        !self.host.is_within(domain)
    }

    /// Whether the user has to be asked before anything is signed in there: a host elsewhere, named by what can be
    /// forged (RFC 6186, section 6).
    pub fn needs_consent(&self, domain: &HostName) -> bool {
        self.source.can_be_forged() && self.is_outside(domain)
    }

    /// Smaller is better.
    pub(super) fn rank(&self) -> (Source, usize) {
        (self.source, self.place)
    }

    /// Whether it is the same server under the same protection.
    pub(super) fn is_same_server(&self, other: &Self) -> bool {
        (&self.host, self.port, self.security) == (&other.host, other.port, other.security)
    }
}

/// What a source answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Servers, the best first.
    pub candidates: Vec<Candidate>,
    /// What else it said, or what of it is not taken and why.
    pub remarks: Vec<SafeText>,
}

impl Answer {
    /// Puts TLS before STLS (RFC 8314, section 3), cuts what is too much, and numbers the rest.
    pub(super) fn ordered(mut self) -> Self {
        self.candidates
            .sort_by_key(|candidate| candidate.security != Security::Tls);
        self.candidates.truncate(MOST);
        for (place, candidate) in self.candidates.iter_mut().enumerate() {
            candidate.place = place;
        }
        self
    }
}

/// So many servers of one source are tried: nobody may use us to knock at a thousand doors.
const MOST: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_of_the_table_is_a_candidate_under_the_name_it_wants_to_hear() {
        let of = |address: &str| {
            let address = Address::parse(address).unwrap();
            let provider = Provider::of(address.domain().as_str()).unwrap();
            Candidate::of_provider(provider, &address)
        };
        let gmail = of("ada@gmail.com").unwrap();
        assert_eq!((gmail.host.as_str(), gmail.port), ("pop.gmail.com", 995));
        assert_eq!(gmail.user, "ada@gmail.com");
        assert_eq!(of("ada@web.de").unwrap().user, "ada");
        assert_eq!(of("ada@icloud.com"), None);
    }
}
