//! Usual names of POP3 servers: the last resort, believed only where a certificate for the name answers.

use crate::config::Security;

use super::candidate::{Answer, Candidate, Source};
use super::{Address, HostName};

/// What servers are usually called below their domain; the most usual first.
const NAMES: [&str; 3] = ["pop", "pop3", "mail"];

/// The usual names of the address's domain, each with TLS and with STLS. Nothing is asked for it.
pub(super) fn answer(address: &Address) -> Answer {
    let domain = address.domain();
    let below = NAMES.iter().filter_map(|name| domain.with_prefix(name));
    let hosts: Vec<HostName> = below.chain([domain.clone()]).collect();
    let with = |security, port| {
        let candidate = move |host: &HostName| Candidate {
            source: Source::Guess,
            place: 0,
            host: host.clone(),
            port,
            security,
            user: address.in_ascii(),
        };
        hosts.iter().map(candidate)
    };
    let candidates = with(Security::Tls, 995).chain(with(Security::Stls, 110));
    Answer {
        candidates: candidates.collect(),
        remarks: Vec::new(),
    }
    .ordered()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_comes_first_and_every_name_gets_its_turn() {
        let address = Address::parse("ada@example.org").unwrap();
        let answer = answer(&address);
        let guessed: Vec<_> = answer
            .candidates
            .iter()
            .map(|candidate| format!("{}:{}", candidate.host, candidate.port))
            .collect();
        assert_eq!(
            guessed,
            [
                "pop.example.org:995",
                "pop3.example.org:995",
                "mail.example.org:995",
                "example.org:995",
                "pop.example.org:110",
                "pop3.example.org:110",
                "mail.example.org:110",
                "example.org:110",
            ]
        );
        assert!(
            answer
                .candidates
                .iter()
                .all(|guess| guess.user == "ada@example.org")
        );
    }
}
