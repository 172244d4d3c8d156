//! What is known of the large providers of mail: their servers, what has to be done first, and how they differ.
//!
//! The one place for it: setup looks up an address here, a check the advice on a refused log-in, a fetch how the server
//! lists and takes tokens.

use std::sync::LazyLock;

/// The table as it is written.
const TABLE: &str = include_str!("../assets/providers.toml");

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
    /// The POP3 server, TLS on port 995; `None` if there is no POP3.
    pub host: Option<String>,
    #[serde(default)]
    servers: Vec<String>,
    /// What the log-in name is.
    #[serde(default)]
    pub user: User,
    /// With what one signs in there.
    #[serde(default)]
    pub sign_in: SignIn,
    /// How XOAUTH2 is said there.
    #[serde(default)]
    pub xoauth2: Xoauth2,
    /// Which mails are listed.
    #[serde(default)]
    pub lists: Lists,
    /// What has to be done before one can sign in: sentences without their full stop.
    #[serde(default)]
    pub notes: Vec<String>,
    #[serde(default)]
    besides: Vec<String>,
}

/// What the log-in name is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum User {
    /// The whole address.
    #[default]
    Address,
    /// What stands before the `@`.
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

/// How XOAUTH2 is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Xoauth2 {
    /// The token stands behind AUTH.
    #[default]
    OneLine,
    /// It stands in a line of its own, and nowhere else is it taken.
    TwoLines,
}

/// Which mails are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lists {
    /// All, as the protocol wants it.
    #[default]
    All,
    /// About 250 that nobody has fetched yet, and once all are fetched, those that came lately.
    InPart,
}

impl Provider {
    /// Whose domain this is: what stands behind the `@`, in ASCII and lower case.
    pub fn of(domain: &str) -> Option<&'static Self> {
        let is_own = |provider: &&Self| provider.domains.iter().any(|own| own == domain);
        PROVIDERS.iter().find(is_own)
    }

    /// Whose mail server this is, and so where a domain of one's own has its mail.
    pub fn of_exchange(host: &str) -> Option<&'static Self> {
        let is_own = |provider: &&Self| provider.mx.iter().any(|domain| is_within(host, domain));
        PROVIDERS.iter().find(is_own)
    }

    /// Whose POP3 server this is, as an account names it.
    pub fn of_server(host: &str) -> Option<&'static Self> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let is_own = |provider: &&Self| {
            let mut below = provider.domains.iter().chain(&provider.servers);
            provider.host.as_ref() == Some(&host) || below.any(|domain| is_within(&host, domain))
        };
        PROVIDERS.iter().find(is_own)
    }

    /// All that its users have to know, what comes first first.
    pub fn all_notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().chain(&self.besides).map(String::as_str)
    }
}

/// Whether a host is this domain itself or lies below it.
pub fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_row_of_the_table_is_well_formed() {
        let table: Table = toml_edit::de::from_str(TABLE).unwrap_or_else(|error| panic!("{error}"));
        assert!(table.provider.len() > 20);
        let is_name = |name: &str| {
            let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            let mut labels = name.split('.');
            name.contains('.')
                && labels.all(|label| !label.is_empty() && label.chars().all(is_part))
        };
        let mut seen = HashSet::new();
        for provider in &table.provider {
            let name = &provider.name;
            assert!(!provider.domains.is_empty(), "{name} has no domain");
            let names = [&provider.mx, &provider.servers, &provider.domains];
            for host in names.into_iter().flatten().chain(&provider.host) {
                assert!(is_name(host), "{name}: {host}");
            }
            for domain in &provider.domains {
                assert!(seen.insert(domain), "{domain} stands there twice");
            }
            if provider.host.is_none() {
                assert!(!provider.notes.is_empty(), "{name}: nobody is told why");
            }
            for note in provider.all_notes() {
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
    fn a_provider_is_known_by_its_domains_its_exchanges_and_its_servers() {
        let name = |provider: Option<&'static Provider>| provider.map(|found| found.name.as_str());
        assert_eq!(name(Provider::of("hotmail.co.uk")), Some("Outlook.com"));
        assert_eq!(name(Provider::of("example.org")), None);
        let of_exchange = |host| name(Provider::of_exchange(host));
        assert_eq!(of_exchange("alt1.aspmx.l.google.com"), Some("Gmail"));
        assert_eq!(
            of_exchange("example-org.mail.protection.outlook.com"),
            Some("Outlook.com")
        );
        assert_eq!(of_exchange("mx.google.com.example.net"), None);
        for (host, provider) in [
            ("pop.gmail.com", Some("Gmail")),
            ("Pop.GoogleMail.com.", Some("Gmail")),
            ("outlook.office365.com", Some("Outlook.com")),
            ("Partner.Office365.COM.", Some("Outlook.com")),
            ("pop-mail.outlook.com", Some("Outlook.com")),
            ("pop3.seznam.cz", Some("Seznam")),
            ("notgmail.com", None),
            ("outlook.com.example.org", None),
            ("127.0.0.1", None),
        ] {
            assert_eq!(name(Provider::of_server(host)), provider, "{host}");
        }
    }

    #[test]
    fn how_the_large_ones_differ_is_known_by_their_servers() {
        let of = |host| Provider::of_server(host).unwrap();
        assert_eq!(of("pop-mail.outlook.com").xoauth2, Xoauth2::TwoLines);
        assert_eq!(of("outlook.office365.com").sign_in, SignIn::Token);
        assert_eq!(of("pop.gmail.com").xoauth2, Xoauth2::OneLine);
        assert_eq!(of("pop.google.com").lists, Lists::InPart);
        assert_eq!(of("pop.gmx.net").lists, Lists::All);
        let notes = of("pop.gmail.com").notes.join("; ");
        assert!(
            notes.contains("app password") && !notes.contains("keep-on-server"),
            "{notes}"
        );
    }
}
