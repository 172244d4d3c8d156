//! Who takes a domain's mail (its MX records): the provider of a domain of one's own, if the table knows it.

use hickory_resolver::proto::rr::RData;

use crate::mail::SafeText;
use crate::providers::Provider;

use super::candidate::{Answer, Source};
use super::dns::{resolver, why};
use super::{Address, Candidate, HostName, Sources};

/// Asks, and looks the first mail server up in the table. What has to be known of the provider comes as remarks.
pub(super) async fn ask(address: &Address, sources: &Sources) -> Result<Answer, SafeText> {
    let resolver = resolver(sources.dns).map_err(|error| why(&error))?;
    // The final dot keeps the system's search list out of it.
    let found = match resolver.mx_lookup(format!("{}.", address.domain())).await {
        Ok(found) => found,
        Err(error) if error.is_no_records_found() => return Ok(Answer::default()),
        Err(error) => return Err(why(&error)),
    };
    let exchanges = found
        .answers()
        .iter()
        .filter_map(|record| match &record.data {
            RData::MX(mx) => Some((mx.preference, mx.exchange.to_utf8())),
            _ => None,
        });
    let first = exchanges.min_by_key(|(preference, _)| *preference);
    let host = first.and_then(|(_, exchange)| HostName::parse(&exchange));
    let provider = host.and_then(|host| Provider::of_exchange(host.as_str()));
    Ok(provider.map_or_else(Answer::default, |provider| told(provider, address)))
}

fn told(provider: &Provider, address: &Address) -> Answer {
    let server = Candidate::of_provider(provider, address);
    let is_there = match server {
        Some(_) => format!("the domain's mail is at {}", provider.name),
        None => format!(
            "the domain's mail is at {}, which has no POP3 server",
            provider.name
        ),
    };
    let notes = provider
        .all_notes()
        .map(|note| format!("{}: {note}", provider.name));
    let remarks = [is_there].into_iter().chain(notes);
    let candidate = server.map(|server| Candidate {
        source: Source::Mx,
        ..server
    });
    Answer {
        candidates: candidate.into_iter().collect(),
        remarks: remarks.map(|remark| SafeText::new(&remark)).collect(),
    }
}
