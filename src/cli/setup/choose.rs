//! Which server it is: the one that was named, the provider's, or the best that the search can find.

use crate::config::Security;
use crate::discover::{self, Candidate, HostName, Mozilla, Source, Sources};
use crate::fetch::Network;
use crate::providers::Provider;

use super::ask::{Asker, Word};
use super::tell::{Teller, Told, server, whom};
use super::{Setup, absolute};
use crate::cli::failure::Failure;

/// The server that is taken.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: String,
    pub tested: Tested,
}

/// Whether the search has seen POP3 answer there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tested {
    Yes,
    No,
}

impl Choice {
    fn of(candidate: &Candidate, tested: Tested) -> Self {
        Self {
            host: candidate.host.to_string(),
            port: candidate.port,
            security: candidate.security,
            user: candidate.user.clone(),
            tested,
        }
    }
}

impl Setup<'_> {
    /// Takes the server that was named, else the provider's, else searches.
    pub(super) fn choose(
        &self,
        provider: Option<&Provider>,
        teller: &mut Teller<'_>,
        asker: &mut Asker,
    ) -> Result<Choice, Failure> {
        if let Some(host) = &self.args.host {
            let security = self.args.security.map_or(Security::Tls, Security::from);
            return Ok(Choice {
                // A name in any script, an IP address, or the name of a machine nearby.
                host: HostName::parse(host).map_or_else(|| host.clone(), |name| name.to_string()),
                port: self.args.port.unwrap_or(security.default_port()),
                security,
                // A user that is not said is the address, in the form that servers know.
                user: self
                    .args
                    .user
                    .clone()
                    .unwrap_or_else(|| self.address.in_ascii()),
                tested: Tested::No,
            });
        }
        let known = provider.and_then(|provider| {
            let candidate = Candidate::of_provider(provider, self.address)?;
            Some((provider, candidate))
        });
        if let Some((provider, candidate)) = known {
            let (name, place) = (&provider.name, server(&candidate));
            let detail = format!("{name} is in the built-in table, so nobody was asked: {place}");
            teller.step(&Told::good("choice", &detail).at(&candidate))?;
            for note in provider.all_notes() {
                teller.step(&Told::open("note", &format!("{name}: {note}")))?;
            }
            return Ok(Choice::of(&candidate, Tested::No));
        }
        if self.args.proxy.is_some() {
            return Err(Failure::Usage(
                "--proxy keeps the server's name from those near you, and the search for a server would tell them: name \
                 it with --host"
                    .to_owned(),
            ));
        }
        let found = self.search(teller)?;
        let candidate = self.decide(&found, teller, asker)?;
        Ok(Choice::of(candidate, Tested::Yes))
    }

    fn search(&self, teller: &mut Teller<'_>) -> Result<Vec<Candidate>, Failure> {
        let sources = Sources {
            ca_file: self.args.ca_file.as_deref().map(absolute),
            mozilla: if self.args.ask_mozilla {
                Mozilla::Asked
            } else {
                Mozilla::NotAsked
            },
            ..Sources::default()
        };
        if sources.mozilla == Mozilla::Asked {
            let detail = format!(
                "Mozilla is asked, and so learns that somebody has mail at {}",
                self.address.domain()
            );
            teller.step(&Told::open("lookup", &detail))?;
        }
        let mut told = Ok(());
        let search = discover::search(self.address, &sources, Network, |finding| {
            if told.is_ok() {
                told = teller.finding(&finding);
            }
        });
        let found = self.runtime.block_on(search);
        told?;
        if found.is_empty() {
            let detail = format!(
                "usual names (pop, pop3, mail, {} itself): no POP3 server answers under a certificate for its name",
                self.address.domain()
            );
            teller.step(&Told::open("lookup", &detail))?;
        }
        Ok(found)
    }

    fn decide<'a>(
        &self,
        found: &'a [Candidate],
        teller: &mut Teller<'_>,
        asker: &mut Asker,
    ) -> Result<&'a Candidate, Failure> {
        let domain = self.address.domain();
        let candidate = first_allowed(found, domain, |candidate| {
            let question = format!(
                "{} lies outside of {domain}, and only DNS names it, which can be forged. Sign in there?",
                server(candidate)
            );
            Ok(asker.ask_a_person(&question)? == Word::Yes)
        })?;
        let (place, why) = (server(candidate), reason(candidate));
        let detail = if candidate.is_outside(domain) {
            format!(
                "taken: {place}, {why}; it lies outside of {domain}, so see whether it is your provider's"
            )
        } else {
            format!("taken: {place}, {why}")
        };
        teller.step(&Told::good("choice", &detail).at(candidate))?;
        Ok(candidate)
    }
}

/// The best one that needs no word of the user, or that the user has given it.
fn first_allowed<'a>(
    found: &'a [Candidate],
    domain: &HostName,
    mut consents: impl FnMut(&Candidate) -> Result<bool, Failure>,
) -> Result<&'a Candidate, Failure> {
    let mut passed = None;
    for candidate in found {
        if !candidate.needs_consent(domain) || consents(candidate)? {
            return Ok(candidate);
        }
        passed = passed.or(Some(candidate));
    }
    Err(Failure::NoServer(match passed {
        Some(candidate) => format!(
            "{} lies outside of {domain}, and only DNS names it, which can be forged: if it is your provider's, \
             run this again with --host {}",
            server(candidate),
            candidate.host
        ),
        None => format!(
            "no POP3 server was found for {domain}; ask your provider for its name, and run this again with --host \
             (and --port, where that is not 995)"
        ),
    }))
}

/// Why this one, after all others.
fn reason(candidate: &Candidate) -> String {
    match candidate.source {
        Source::Guess => "a usual name, which answers under a certificate of its own".to_owned(),
        source => format!("named by {}", whom(source)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(source: Source, host: &str) -> Candidate {
        Candidate {
            source,
            place: 0,
            host: HostName::parse(host).unwrap(),
            port: 995,
            security: Security::Tls,
            user: "ada@example.org".into(),
        }
    }

    #[test]
    fn only_a_host_elsewhere_that_dns_alone_names_is_asked_about_and_passed_over_without_a_yes() {
        let domain = HostName::parse("example.org").unwrap();
        let taken = |found: &[Candidate], answer: bool| {
            let mut asked = 0;
            let taken = first_allowed(found, &domain, |_| {
                asked += 1;
                Ok(answer)
            });
            (
                taken
                    .map(|taken| taken.host.to_string())
                    .map_err(|error| error.to_string()),
                asked,
            )
        };
        let elsewhere = candidate(Source::Srv, "pop.hoster.net");
        let within = candidate(Source::Srv, "pop.example.org");
        let vouched = candidate(Source::Autoconfig, "pop.hoster.net");
        assert_eq!(taken(&[vouched], false), (Ok("pop.hoster.net".into()), 0));
        assert_eq!(
            taken(std::slice::from_ref(&within), false),
            (Ok("pop.example.org".into()), 0)
        );
        let both = [elsewhere.clone(), within];
        assert_eq!(taken(&both, false), (Ok("pop.example.org".into()), 1));
        assert_eq!(taken(&both, true), (Ok("pop.hoster.net".into()), 1));
        let (refused, _) = taken(&[elsewhere], false);
        assert!(refused.unwrap_err().contains("--host pop.hoster.net"));
        let (nothing, _) = taken(&[], true);
        assert!(
            nothing
                .unwrap_err()
                .contains("no POP3 server was found for example.org")
        );
    }
}
