//! The table of large providers that comes with the program: their servers, and what has to be done there first.

use std::sync::LazyLock;

use crate::config::Security;

use super::candidate::{Candidate, Source};
use super::{Address, HostName};

/// The table as it is written.
const TABLE: &str = include_str!("../../assets/providers.toml");

static PROVIDERS: LazyLock<Vec<Provider>> = LazyLock::new(|| {
    // A test reads every row of it.
    toml_edit::de::from_str(TABLE).map_or_else(|_| Vec::new(), |table: Table| table.provider)
});

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    provider: Vec<Provider>,
}

/// A provider of mail for many people.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Provider {
    /// As people call it.
    pub name: String,
    domains: Vec<String>,
    #[serde(default)]
    mx: Vec<String>,
    host: Option<String>,
    #[serde(default)]
    user: User,
    /// With what one signs in there.
    #[serde(default)]
    pub sign_in: SignIn,
    /// What has to be done first, or is unusual: sentences without their full stop.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// What the log-in name is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
enum User {
    #[default]
    Address,
    LocalPart,
}

/// With what one signs in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignIn {
    /// A password, be it of a special kind.
    #[default]
    Password,
    /// An OAuth token, and nothing else.
    Token,
}

impl Provider {
    /// Whose domain this is.
    pub fn of(domain: &HostName) -> Option<&'static Self> {
        PROVIDERS.iter().find(|provider| {
            let mut domains = provider.domains.iter();
            domains.any(|own| own == domain.as_str())
        })
    }

    /// Whose mail server this is, and so where a domain of one's own has its mail.
    pub(super) fn of_exchange(host: &HostName) -> Option<&'static Self> {
        PROVIDERS.iter().find(|provider| {
            let mut domains = provider.mx.iter().filter_map(|mx| HostName::parse(mx));
            domains.any(|domain| host.is_within(&domain))
        })
    }

    /// Its POP3 server; `None` if it has none.
    pub fn server(&self, address: &Address) -> Option<Candidate> {
        Some(Candidate {
            source: Source::Table,
            place: 0,
            host: HostName::parse(self.host.as_deref()?)?,
            port: 995,
            security: Security::Tls,
            user: match self.user {
                User::Address => address.in_ascii(),
                User::LocalPart => address.local_part().to_owned(),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn of(domain: &str) -> &'static Provider {
        Provider::of(&HostName::parse(domain).unwrap()).unwrap()
    }

    #[test]
    fn every_row_of_the_table_is_well_formed() {
        let table: Table = toml_edit::de::from_str(TABLE).unwrap_or_else(|error| panic!("{error}"));
        assert!(table.provider.len() > 20);
        let mut seen = HashSet::new();
        for provider in &table.provider {
            let name = &provider.name;
            assert!(!provider.domains.is_empty(), "{name} has no domain");
            for mx in &provider.mx {
                assert_eq!(HostName::parse(mx).unwrap().as_str(), mx, "{name}");
            }
            for domain in &provider.domains {
                let parsed = HostName::parse(domain);
                assert_eq!(parsed.unwrap().as_str(), domain, "{name}");
                assert!(seen.insert(domain), "{domain} stands there twice");
            }
            if let Some(host) = &provider.host {
                assert_eq!(HostName::parse(host).unwrap().as_str(), host, "{name}");
            } else {
                assert!(!provider.notes.is_empty(), "{name}: nobody is told why");
            }
            for note in &provider.notes {
                assert!(note.len() > 15 && !note.ends_with('.'), "{name}: {note}");
                assert!(
                    note.is_ascii() && !note.contains(|c: char| c.is_control()),
                    "{name}"
                );
            }
        }
        assert_eq!(table.provider, *PROVIDERS);
    }

    #[test]
    fn a_mail_server_betrays_its_provider() {
        let of = |host| Provider::of_exchange(&HostName::parse(host).unwrap());
        let name = |host| of(host).map(|provider| provider.name.as_str());
        assert_eq!(name("alt1.aspmx.l.google.com"), Some("Gmail"));
        assert_eq!(
            name("example-org.mail.protection.outlook.com"),
            Some("Outlook.com")
        );
        assert_eq!(name("mx.google.com.example.net"), None);
    }

    #[test]
    fn the_rows_say_what_their_users_have_to_know() {
        let address = Address::parse("ada@gmail.com").unwrap();
        let gmail = of("gmail.com").server(&address).unwrap();
        assert_eq!((gmail.host.as_str(), gmail.port), ("pop.gmail.com", 995));
        assert_eq!(gmail.user, "ada@gmail.com");
        assert!(
            of("gmail.com")
                .notes
                .iter()
                .any(|note| note.contains("app password"))
        );
        assert_eq!(of("hotmail.co.uk").sign_in, SignIn::Token);
        assert_eq!(of("icloud.com").server(&address), None);
        let address = Address::parse("ada@web.de").unwrap();
        assert_eq!(of("web.de").server(&address).unwrap().user, "ada");
        assert_eq!(Provider::of(&HostName::parse("example.org").unwrap()), None);
    }
}
