//! What DNS says: the SRV records `_pop3s._tcp` and `_pop3._tcp` of a domain (RFC 6186, RFC 8314).

use hickory_resolver::TokioResolver;
use hickory_resolver::net::NetError;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::proto::rr::rdata::SRV;

use crate::config::Security;
use crate::mail::SafeText;

use super::candidate::{Answer, Candidate, Source};
use super::dns::{resolver, why};
use super::{Address, HostName, Sources};

/// The two services, and how their lines are protected.
const SERVICES: [(&str, Security); 2] = [("_pop3s", Security::Tls), ("_pop3", Security::Stls)];

/// Asks for both services.
pub(super) async fn ask(address: &Address, sources: &Sources) -> Result<Answer, SafeText> {
    let resolver = resolver(sources.dns).map_err(|error| why(&error))?;
    let lookups = SERVICES.map(|(service, _)| records(&resolver, service, address.domain()));
    let [tls, stls] = lookups;
    let (tls, stls) = tokio::join!(tls, stls);
    // One of them may be missing; none at all is a failure.
    if let (Err(error), Err(_)) = (&tls, &stls) {
        return Err(why(error));
    }
    let mut answer = Answer::default();
    for ((service, security), records) in SERVICES.into_iter().zip([tls, stls]) {
        for record in records.unwrap_or_default() {
            match understand(&record, security, address) {
                Ok(candidate) => answer.candidates.push(candidate),
                Err(remark) => answer
                    .remarks
                    .push(SafeText::new(&format!("{service}._tcp {remark}"))),
            }
        }
    }
    Ok(answer.ordered())
}

/// The records of one service, in the order of RFC 2782. (Weights are for many clients that share servers out; one
/// config wants the strongest.)
async fn records(
    resolver: &TokioResolver,
    service: &str,
    domain: &HostName,
) -> Result<Vec<SRV>, NetError> {
    // The final dot keeps the system's search list out of it.
    let found = match resolver
        .srv_lookup(format!("{service}._tcp.{domain}."))
        .await
    {
        Ok(found) => found,
        Err(error) if error.is_no_records_found() => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let srv = found
        .answers()
        .iter()
        .filter_map(|record| match &record.data {
            RData::SRV(srv) => Some(srv.clone()),
            _ => None,
        });
    let mut records: Vec<SRV> = srv.collect();
    records.sort_by_key(|srv| (srv.priority, std::cmp::Reverse(srv.weight)));
    Ok(records)
}

fn understand(record: &SRV, security: Security, address: &Address) -> Result<Candidate, String> {
    let target = record.target.to_utf8();
    if target == "." {
        return Err("says that there is no such service".to_owned());
    }
    let host = HostName::parse(&target)
        .filter(|host| record.port != 0 && host.may_be_told_by(address.domain()))
        .ok_or_else(|| format!("names {target} port {}, which cannot be", record.port))?;
    Ok(Candidate {
        source: Source::Srv,
        place: 0,
        host,
        port: record.port,
        security,
        user: address.in_ascii(),
    })
}
