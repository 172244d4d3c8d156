//! What a check finds, in words: addresses, protection, what the server can do, what lies there.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use jiff::Timestamp;

use crate::config::{Account, Auth};
use crate::mail::words;
use crate::pop3::{Capa, Capabilities, Expire, UniqueId};

use crate::fetch::lessons::LockStep;
use crate::fetch::line::certificate;
use crate::fetch::line::network::{Place, bare};
use crate::fetch::talk::listing::Maildrop;
use crate::fetch::talk::sign_in::Manner;
use crate::fetch::tell::foreign::Quote;

/// More addresses than these are only counted.
const ADDRESSES: usize = 4;
/// A certificate that expires sooner is a matter of now.
const SOON: i64 = 14;

/// What was found, and what to change if something is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fetch) struct Found {
    pub(in crate::fetch) detail: String,
    pub(in crate::fetch) advice: Option<String>,
}

impl Found {
    pub(in crate::fetch) fn plain(detail: String) -> Self {
        Self {
            detail,
            advice: None,
        }
    }

    pub(in crate::fetch) fn advised(detail: String, advice: impl Into<String>) -> Self {
        Self {
            detail,
            advice: Some(advice.into()),
        }
    }

    /// Both in one.
    pub(in crate::fetch) fn sentence(self) -> String {
        let advice = self.advice.map(|advice| format!("; {advice}"));
        self.detail + &advice.unwrap_or_default()
    }
}

pub(in crate::fetch) fn name(account: &Account, addresses: &[SocketAddr]) -> Found {
    let there = Place::of(account);
    if account.proxy.is_some() {
        let host = bare(&account.host);
        return Found::plain(format!(
            "{there} looks up {host}; no name is asked for from here"
        ));
    }
    let mut all: Vec<IpAddr> = Vec::new();
    for address in addresses {
        if !all.contains(&address.ip()) {
            all.push(address.ip());
        }
    }
    if all.iter().any(|ip| there.host.parse() == Ok(*ip)) {
        return Found::plain(format!("{} is an address", there.host));
    }
    let shown: Vec<String> = all
        .iter()
        .take(ADDRESSES)
        .map(ToString::to_string)
        .collect();
    let more = match all.len().saturating_sub(ADDRESSES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Found::plain(format!("{} is {}{more}", there.host, shown.join(", ")))
}

pub(in crate::fetch) fn tcp(account: &Account, peer: Option<SocketAddr>, took: Duration) -> Found {
    let there = Place::of(account);
    let took = took.as_millis();
    if account.proxy.is_some() {
        let (host, port) = (bare(&account.host), account.port);
        return Found::plain(format!(
            "connected to {host} port {port} through {there} in {took} ms"
        ));
    }
    let address = peer.map_or_else(|| there.host.to_owned(), |peer| peer.ip().to_string());
    Found::plain(format!(
        "connected to {address} port {} in {took} ms",
        account.port
    ))
}

pub(in crate::fetch) fn in_clear(account: &Account) -> Found {
    let detail = "none: the line is in clear, as security = \"none\" asks".to_owned();
    if account.stays_here() {
        return Found::plain(detail);
    }
    Found::advised(
        detail,
        "password and mail can be read on the way: use security = \"tls\" or \"stls\" if the server can",
    )
}

pub(in crate::fetch) fn certificate(account: &Account, der: &[u8]) -> Found {
    let (detail, days) = certificate::describe(der, Timestamp::now().as_second());
    if account.fingerprint.is_some() {
        return Found::plain(format!("the one that fingerprint names: {detail}"));
    }
    if days >= SOON {
        return Found::plain(detail);
    }
    let advice = "it must be renewed soon, or it will be refused: tell the server's operator";
    Found::advised(detail, advice)
}

/// `manner` is how the session went about it, as sessions before it taught; `lock_step` is what an earlier fetch learned
/// of pipelining.
pub(in crate::fetch) fn capabilities(
    can: &Capabilities,
    manner: &Manner,
    lock_step: Option<LockStep>,
    quote: &Quote,
) -> Found {
    if manner.capa == Capa::Skip {
        return Found::plain(
            "the server closes the line when it is asked what it can do, so it is not asked"
                .to_owned(),
        );
    }
    if !can.known {
        return Found::plain(
            "the server does not say what it can do (it knows no CAPA)".to_owned(),
        );
    }
    let mut parts = vec![
        if can.pipelining {
            "pipelining"
        } else {
            "no pipelining"
        }
        .to_owned(),
    ];
    let words = [
        (can.uidl, "UIDL"),
        (can.top, "TOP"),
        (can.stls, "STLS"),
        (can.user, "USER"),
    ];
    let words = words.iter().filter(|(announced, _)| *announced);
    parts.extend(words.map(|(_, word)| (*word).to_owned()));
    if !can.sasl.is_empty() {
        let mechanisms = quote.quote(can.sasl.join(" ").as_bytes());
        parts.push(format!("SASL {mechanisms}"));
    }
    if let Some(seconds) = can.login_delay.filter(|seconds| *seconds > 0) {
        let wait = words::duration(seconds.into());
        parts.push(format!("{wait} between log-ins"));
    }
    if let Some(Expire::Days(days)) = can.expire {
        parts.push(format!("mails stay {} days", words::grouped(days.into())));
    }
    if let Some(name) = &can.implementation {
        parts.push(format!(
            "it calls itself \"{}\"",
            quote.quote(name.as_bytes())
        ));
    }
    let out_of_step = can.pipelining && !manner.login_pipelining;
    if out_of_step {
        parts.push(off_since(lock_step));
    }
    let beware = can.expire.and_then(beware).map(str::to_owned);
    Found {
        detail: parts.join(", "),
        advice: beware.or_else(|| out_of_step.then(|| slow_until(lock_step))),
    }
}

fn off_since(lock_step: Option<LockStep>) -> String {
    match lock_step {
        Some(LockStep { since, .. }) => format!(
            "but pipelining is off for this server since {}, when its answers went out of step",
            certificate::date(since)
        ),
        None => "but pipelining is off for this server, as its answers went out of step just now"
            .to_owned(),
    }
}

fn slow_until(lock_step: Option<LockStep>) -> String {
    let back = match lock_step {
        Some(LockStep { until, .. }) => format!(
            "it is tried again by itself with the first fetch from {} on",
            certificate::date(until)
        ),
        None => "the next fetch sees whether it happens again".to_owned(),
    };
    format!("each mail takes a round trip of its own; {back}; tell the server's operator")
}

/// RFC 2449, section 6.7: what a server deletes by itself.
fn beware(expire: Expire) -> Option<&'static str> {
    match expire {
        Expire::Never => None,
        Expire::Days(0) => Some(
            "the server deletes what was read once, whatever keep-on-server says: the copy here is the only one",
        ),
        Expire::Days(_) => Some(
            "the server deletes older mails by itself, whatever keep-on-server says: fetch more often than that",
        ),
    }
}

pub(in crate::fetch) fn login(account: &Account, by: Option<&str>) -> Found {
    let user = &account.user;
    let by = match by {
        Some("USER") => "USER and PASS",
        Some(by) => by,
        None => "no name at all",
    };
    let detail = format!("signed in as {user} by {by}");
    if account.auth == Auth::Apop {
        return Found::advised(
            detail,
            "APOP protects a password badly: use auth = \"auto\" over TLS",
        );
    }
    Found::plain(detail)
}

pub(in crate::fetch) fn mails(maildrop: &Maildrop) -> Found {
    let count = maildrop.mails.len() as u64 + maildrop.unnamed as u64;
    if count == 0 {
        return Found::plain("no mails".to_owned());
    }
    let sizes = maildrop.mails.iter().filter_map(|mail| mail.size);
    let octets = words::octets(sizes.fold(0, u64::saturating_add));
    let all = match count {
        1 => "1 mail".to_owned(),
        count => format!("{} mails", words::grouped(count)),
    };
    let all = format!("{all}, {octets}");
    if !maildrop.has_uids {
        return Found::advised(
            format!("{all}, without unique-ids (no UIDL)"),
            "without them every fetch reads all mails anew to see which are new; keep-on-server = \"never\" keeps that short",
        );
    }
    let nameless = maildrop.mails.iter().filter(|mail| mail.uid.is_none());
    let nameless = nameless.count() + maildrop.unnamed;
    if nameless > 0 {
        return Found::advised(
            format!(
                "{all}, {} of them without a unique-id",
                words::grouped(nameless as u64)
            ),
            "these are read anew with each fetch, to see whether they are here",
        );
    }
    match shared(maildrop) {
        0 => Found::plain(format!("{all}, each with a unique-id of its own")),
        shared => Found::advised(
            format!(
                "{all}, {} of them share their unique-id with another",
                words::grouped(shared)
            ),
            "these are told apart by size and content",
        ),
    }
}

/// Mails whose unique-id another one has, too (RFC 1939, section 7, allows it for equal mails).
fn shared(maildrop: &Maildrop) -> u64 {
    let mut seen: HashMap<&UniqueId, u64> = HashMap::new();
    for uid in maildrop.mails.iter().filter_map(|mail| mail.uid.as_ref()) {
        *seen.entry(uid).or_default() += 1;
    }
    seen.values().filter(|count| **count > 1).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::talk::listing::Listed;

    const ASKING: Manner = Manner {
        capa: Capa::Ask,
        login_pipelining: true,
        recall: None,
    };

    #[test]
    fn addresses_are_told_once_each_and_the_rest_is_counted() {
        let account = Account {
            host: "pop.example.org".to_owned(),
            ..Account::in_clear("work", "alice", "x")
        };
        let address = |last: u8| SocketAddr::from(([192, 0, 2, last], 995));
        let found = name(&account, &[address(1), address(2), address(1)]);
        assert_eq!(found.detail, "pop.example.org is 192.0.2.1, 192.0.2.2");
        let many: Vec<_> = (1..=6).map(address).collect();
        assert!(
            name(&account, &many)
                .detail
                .ends_with("192.0.2.4 and 2 more")
        );
    }

    #[test]
    fn a_certificate_that_expires_soon_is_advised_about_unless_it_is_pinned() {
        let in_days = |days: i64| {
            let until = Timestamp::now().as_second() + days * 24 * 60 * 60 + 60;
            let date = Timestamp::from_second(until)
                .unwrap()
                .to_zoned_datetime(jiff::tz::TimeZone::UTC);
            let mut params = rcgen::CertificateParams::new(vec!["h".to_owned()]).unwrap();
            let ymd = |n: i8| u8::try_from(n).unwrap();
            params.not_after =
                rcgen::date_time_ymd(date.year().into(), ymd(date.month()), ymd(date.day()));
            let key = rcgen::KeyPair::generate().unwrap();
            params.self_signed(&key).unwrap().der().to_vec()
        };
        let mut account = Account::in_clear("work", "alice", "x");
        let found = certificate(&account, &in_days(6));
        assert!(found.detail.contains("days left)"), "{}", found.detail);
        assert!(
            found
                .advice
                .is_some_and(|advice| advice.contains("renewed soon"))
        );
        assert_eq!(certificate(&account, &in_days(40)).advice, None);
        account.fingerprint = Some([0; 32]);
        assert_eq!(certificate(&account, &in_days(6)).advice, None);
    }

    #[test]
    fn a_server_that_says_nothing_of_itself_is_told_as_such_and_a_loud_one_is_harmless() {
        let quote = Quote::new("alice", "b-secret");
        let mut can = Capabilities::default();
        let told = |can: &Capabilities| capabilities(can, &ASKING, None, &quote).detail;
        assert!(told(&can).contains("knows no CAPA"));
        can.known = true;
        can.implementation = Some("\x1b]0;x\x07 Pop b-secret".to_owned());
        assert_eq!(
            told(&can),
            "no pipelining, it calls itself \"␛]0;x␇ Pop ********\""
        );
    }

    #[test]
    fn a_server_that_deletes_by_itself_is_advised_about() {
        let quote = Quote::new("alice", "b-secret");
        let told = |expire, login_delay| {
            let can = Capabilities {
                known: true,
                pipelining: true,
                expire: Some(expire),
                login_delay,
                ..Capabilities::default()
            };
            capabilities(&can, &ASKING, None, &quote)
        };
        let never = Found::plain("pipelining, 15 min between log-ins".to_owned());
        assert_eq!(told(Expire::Never, Some(900)), never);
        let month = told(Expire::Days(30), None);
        assert_eq!(month.detail, "pipelining, mails stay 30 days");
        assert!(
            month
                .advice
                .is_some_and(|advice| advice.contains("fetch more often"))
        );
        let read = told(Expire::Days(0), None).advice;
        assert!(read.is_some_and(|advice| advice.contains("the only one")));
    }

    #[test]
    fn a_whole_maildrop_is_told_in_one_line() {
        let listed = |number| Listed {
            number,
            uid: Some(UniqueId(number.to_string().into_bytes().into())),
            size: Some(2_000),
        };
        let maildrop = Maildrop {
            mails: (1..=1_204).map(listed).collect(),
            unnamed: 0,
            has_uids: true,
        };
        let found = mails(&maildrop);
        assert_eq!(
            found,
            Found::plain("1,204 mails, 2.4 MB, each with a unique-id of its own".to_owned())
        );
    }
}
