//! The search for an address's server: what each source may say, what is believed, and what cannot do harm.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use poptui::config::Security;
use poptui::discover::{Address, Candidate, Finding, Limits, Mozilla, Source, Sources, search};
use tokio::net::TcpListener;

use crate::support::dns::{self, Record};
use crate::support::pages::{Page, Pages};
use crate::support::town::Town;

const AUTOCONFIG: &str =
    "autoconfig.example.org/mail/config-v1.1.xml?emailaddress=ada%40example.org";
const WELL_KNOWN: &str = "example.org/.well-known/autoconfig/mail/config-v1.1.xml";

/// Long enough for any test machine, and cut short where somebody is silent on purpose.
const PATIENCE: Limits = Limits {
    each: Duration::from_secs(20),
    total: Duration::from_secs(40),
};

/// What a search found, and what it told on the way.
struct Found {
    servers: Vec<Candidate>,
    findings: Vec<Finding>,
}

impl Found {
    fn best(&self) -> (Source, &str, u16) {
        let best = self.servers.first().expect("a server was found");
        (best.source, best.host.as_str(), best.port)
    }

    /// What was said of this source beside its servers.
    fn remarks(&self, of: Source) -> String {
        let said = self.findings.iter().flat_map(|finding| match finding {
            Finding::Answered(source, answer) if *source == of => {
                answer.remarks.iter().map(ToString::to_string).collect()
            }
            Finding::Silent(source, why) if *source == of => vec![why.to_string()],
            _ => Vec::new(),
        });
        said.collect::<Vec<_>>().join("; ")
    }

    /// Why this server is not taken.
    fn fault(&self, host: &str, port: u16) -> String {
        let mut faults = self.findings.iter().filter_map(|finding| match finding {
            Finding::Fails(candidate, fault)
                if (candidate.host.as_str(), candidate.port) == (host, port) =>
            {
                Some(fault.why.to_string())
            }
            _ => None,
        });
        faults.next().expect("this server was tried and failed")
    }
}

/// DNS that knows nothing.
async fn no_dns() -> SocketAddr {
    dns::serve(HashMap::new()).await
}

async fn no_pages() -> Pages {
    Pages::serve(&["example.org", "autoconfig.example.org"], Vec::new()).await
}

fn sources(town: &Town, pages: &Pages, dns: SocketAddr) -> Sources {
    Sources {
        dns: Some(dns),
        https: Some(pages.stand_in()),
        ca_file: Some(town.roots().to_owned()),
        mozilla: Mozilla::NotAsked,
        limits: PATIENCE,
    }
}

async fn run(town: &Town, sources: &Sources) -> Found {
    let address = Address::parse("ada@example.org").unwrap();
    let mut findings = Vec::new();
    let tell = |finding| findings.push(finding);
    let servers = search(&address, sources, town.streets(), tell).await;
    Found { servers, findings }
}

fn settings(host: &str) -> Page {
    let file = format!(
        "<clientConfig><emailProvider><incomingServer type=\"pop3\"><hostname>{host}</hostname><port>995</port>\
         <socketType>SSL</socketType><username>%EMAILLOCALPART%</username></incomingServer></emailProvider></clientConfig>"
    );
    Page::Is(file.into_bytes())
}

#[tokio::test]
async fn what_the_domain_says_under_its_certificate_comes_before_dns_and_guesses() {
    let mut town = Town::new();
    for host in ["pop.example.org", "srv.example.org", "mx.hoster.net"] {
        town = town.build(host, 995, Security::Tls).await;
    }
    let pages = Pages::serve(
        &["autoconfig.example.org", "example.org"],
        vec![(AUTOCONFIG, settings("mx.hoster.net"))],
    );
    let pages = pages.await;
    let records = HashMap::from([(
        "_pop3s._tcp.example.org",
        vec![Record::srv((0, 1), 995, "srv.example.org")],
    )]);
    let found = run(&town, &sources(&town, &pages, dns::serve(records).await)).await;
    assert_eq!(found.best(), (Source::Autoconfig, "mx.hoster.net", 995));
    let best = &found.servers[0];
    let domain = Address::parse("ada@example.org").unwrap().domain().clone();
    assert_eq!(best.user, "ada");
    assert!(
        best.is_outside(&domain) && !best.needs_consent(&domain),
        "the domain vouches for it"
    );
    assert!(
        pages.heard().contains(&AUTOCONFIG.to_owned()),
        "{:?}",
        pages.heard()
    );
}

#[tokio::test]
async fn the_well_known_place_is_asked_without_the_address() {
    let town = Town::new()
        .build("pop.example.org", 995, Security::Tls)
        .await;
    let pages = vec![(WELL_KNOWN, settings("pop.%EMAILDOMAIN%"))];
    let pages = Pages::serve(&["autoconfig.example.org", "example.org"], pages).await;
    let found = run(&town, &sources(&town, &pages, no_dns().await)).await;
    assert_eq!(found.best(), (Source::WellKnown, "pop.example.org", 995));
    assert!(
        pages
            .heard()
            .iter()
            .all(|asked| asked.starts_with("autoconfig.") || !asked.contains("ada"))
    );
}

#[tokio::test]
async fn srv_records_are_tried_by_priority_and_weight_with_tls_first() {
    let mut town = Town::new();
    for (host, port, security) in [
        ("first.example.org", 1995, Security::Tls),
        ("heavy.example.org", 995, Security::Tls),
        ("stls.example.org", 110, Security::Stls),
    ] {
        town = town.build(host, port, security).await;
    }
    let tls = vec![
        Record::srv((20, 0), 995, "last.example.org"),
        Record::srv((10, 1), 995, "light.example.org"),
        Record::srv((10, 9), 995, "Heavy.Example.ORG"),
        Record::srv((0, 0), 1995, "first.example.org"),
    ];
    let stls = vec![Record::srv((0, 0), 110, "stls.example.org")];
    let records = HashMap::from([
        ("_pop3s._tcp.example.org", tls),
        ("_pop3._tcp.example.org", stls),
    ]);
    let sources = sources(&town, &no_pages().await, dns::serve(records).await);
    let found = run(&town, &sources).await;
    assert_eq!(found.best(), (Source::Srv, "first.example.org", 1995));
    let told = found.findings.iter().find_map(|finding| match finding {
        Finding::Answered(Source::Srv, answer) => Some(&answer.candidates),
        _ => None,
    });
    let hosts: Vec<_> = told
        .unwrap()
        .iter()
        .map(|server| server.host.as_str())
        .collect();
    let order =
        ["first", "heavy", "light", "last", "stls"].map(|host| format!("{host}.example.org"));
    assert_eq!(hosts, order);
}

#[tokio::test]
async fn a_host_elsewhere_that_only_dns_names_needs_a_word_of_the_user() {
    let town = Town::new()
        .build("pop.hoster.net", 995, Security::Tls)
        .await;
    let records = HashMap::from([(
        "_pop3s._tcp.example.org",
        vec![Record::srv((0, 0), 995, "pop.hoster.net")],
    )]);
    let sources = sources(&town, &no_pages().await, dns::serve(records).await);
    let found = run(&town, &sources).await;
    let domain = Address::parse("ada@example.org").unwrap().domain().clone();
    assert_eq!(found.best(), (Source::Srv, "pop.hoster.net", 995));
    assert!(found.servers[0].needs_consent(&domain));
}

#[tokio::test]
async fn a_domain_of_ones_own_is_recognised_by_its_mail_servers() {
    let town = Town::new().build("pop.gmail.com", 995, Security::Tls).await;
    let google = vec![
        Record::mx(20, "mx.example.net"),
        Record::mx(10, "aspmx.l.google.com"),
    ];
    let records = HashMap::from([("example.org", google)]);
    let dns = dns::serve(records).await;
    let sources = sources(&town, &no_pages().await, dns);
    let found = run(&town, &sources).await;
    assert_eq!(found.best(), (Source::Mx, "pop.gmail.com", 995));
    assert_eq!(found.servers[0].user, "ada@example.org");
    let remarks = found.remarks(Source::Mx);
    assert!(remarks.contains("mail is at Gmail") && remarks.contains("app password"));
}

#[tokio::test]
async fn a_domain_whose_provider_has_no_pop3_is_told_so() {
    let town = Town::new();
    let records = HashMap::from([("example.org", vec![Record::mx(10, "mail.protonmail.ch")])]);
    let dns = dns::serve(records).await;
    let sources = sources(&town, &no_pages().await, dns);
    let found = run(&town, &sources).await;
    assert!(found.servers.is_empty());
    let remarks = found.remarks(Source::Mx);
    assert!(
        remarks.contains("Proton Mail, which has no POP3"),
        "{remarks}"
    );
}

#[tokio::test]
async fn what_dns_says_is_hostile() {
    let escape = b"\x1b[2J\x1b]0;EVIL\x07".to_vec();
    let tls = vec![
        Record::srv_with_labels(
            (0, 0),
            995,
            vec![escape, b"example".to_vec(), b"org".to_vec()],
        ),
        Record::srv((0, 0), 995, "localhost"),
        Record::srv((0, 0), 995, "nas.local"),
        Record::srv((0, 0), 995, "127.0.0.1"),
        Record::srv((0, 0), 0, "pop.example.org"),
    ];
    let records = HashMap::from([
        ("_pop3s._tcp.example.org", tls),
        ("_pop3._tcp.example.org", vec![Record::srv((0, 0), 0, "")]),
    ]);
    let town = Town::new();
    let sources = sources(&town, &no_pages().await, dns::serve(records).await);
    let found = run(&town, &sources).await;
    assert!(found.servers.is_empty());
    let remarks = found.remarks(Source::Srv);
    assert_eq!(remarks.matches("which cannot be").count(), 5, "{remarks}");
    assert!(
        remarks.contains("_pop3._tcp says that there is no such service"),
        "{remarks}"
    );
    assert!(!remarks.contains(char::is_control), "{remarks:?}");
}

#[tokio::test]
async fn a_guess_counts_only_where_pop3_answers_under_a_certificate_for_that_name() {
    let strange = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let door = strange.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = strange.accept().await {
            let _ = stream.try_write(b"SSH-2.0-\x1b[31mserver\r\n");
        }
    });
    let town = Town::new()
        .build_under("pop.example.org", 995, Security::Tls, "pop.hoster.net")
        .await
        .build_other("example.org", 110, door)
        .build("mail.example.org", 110, Security::Stls)
        .await;
    let found = run(&town, &sources(&town, &no_pages().await, no_dns().await)).await;
    assert_eq!(found.best(), (Source::Guess, "mail.example.org", 110));
    assert_eq!(found.servers.len(), 1);
    let fault = found.fault("pop.example.org", 995);
    assert!(
        fault.contains("not for pop.example.org but for pop.hoster.net"),
        "{fault}"
    );
    let strange = found.fault("example.org", 110);
    assert!(
        strange.contains("no POP3 server") && strange.contains("SSH-2.0-"),
        "{strange}"
    );
    assert!(!strange.contains(char::is_control), "{strange:?}");
}

#[tokio::test]
async fn a_redirect_away_from_tls_is_refused_and_one_within_it_is_followed() {
    let town = Town::new()
        .build("pop.example.org", 995, Security::Tls)
        .await;
    let names = ["autoconfig.example.org", "example.org", "hoster.net"];
    let pages = vec![
        (
            AUTOCONFIG,
            Page::MovedTo("http://hoster.net/settings.xml".into()),
        ),
        (
            WELL_KNOWN,
            Page::MovedTo("https://hoster.net/settings.xml".into()),
        ),
        ("hoster.net/settings.xml", settings("pop.example.org")),
    ];
    let pages = Pages::serve(&names, pages).await;
    let found = run(&town, &sources(&town, &pages, no_dns().await)).await;
    assert_eq!(found.best(), (Source::WellKnown, "pop.example.org", 995));
    let remarks = found.remarks(Source::Autoconfig);
    assert!(
        remarks.contains("redirects to a page without TLS"),
        "{remarks}"
    );
}

#[tokio::test]
async fn endless_redirects_and_endless_files_are_cut_off() {
    let round = Page::MovedTo(format!("https://{AUTOCONFIG}"));
    let mut large = b"<clientConfig>".to_vec();
    large.resize(256 * 1024 + 1, b' ');
    let pages = vec![(AUTOCONFIG, round), (WELL_KNOWN, Page::Is(large))];
    let pages = Pages::serve(&["autoconfig.example.org", "example.org"], pages).await;
    let town = Town::new();
    let found = run(&town, &sources(&town, &pages, no_dns().await)).await;
    assert!(found.servers.is_empty());
    let remarks = found.remarks(Source::Autoconfig);
    assert!(remarks.contains("redirects more than 3 times"), "{remarks}");
    assert!(
        pages
            .heard()
            .iter()
            .filter(|asked| *asked == AUTOCONFIG)
            .count()
            <= 4
    );
    let remarks = found.remarks(Source::WellKnown);
    assert!(remarks.contains("more than 256 KiB"), "{remarks}");
}

#[tokio::test]
async fn a_page_under_a_certificate_for_another_name_is_not_read() {
    let town = Town::new();
    let pages = vec![
        (AUTOCONFIG, settings("pop.example.org")),
        (WELL_KNOWN, settings("pop.example.org")),
    ];
    let pages = Pages::serve(&["www.example.org"], pages).await;
    let found = run(&town, &sources(&town, &pages, no_dns().await)).await;
    assert!(found.servers.is_empty());
    assert!(
        found.remarks(Source::Autoconfig).contains("certificate"),
        "{}",
        found.remarks(Source::Autoconfig)
    );
    assert_eq!(pages.heard(), Vec::<String>::new());
}

#[tokio::test]
async fn those_who_never_answer_are_cut_off_and_named() {
    let pages = vec![(AUTOCONFIG, Page::Stalls), (WELL_KNOWN, Page::Stalls)];
    let pages = Pages::serve(&["autoconfig.example.org", "example.org"], pages).await;
    let (_socket, dns) = dns::silent().await;
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let door = mute.local_addr().unwrap().port();
    let town = Town::new()
        .build("pop.hoster.net", 995, Security::Tls)
        .await
        .build_other("pop.example.org", 995, door);
    let limits = Limits {
        each: Duration::from_millis(400),
        total: Duration::from_secs(20),
    };
    let sources = Sources {
        limits,
        ..sources(&town, &pages, dns)
    };
    let found = run(&town, &sources).await;
    assert!(found.servers.is_empty());
    for source in [Source::Autoconfig, Source::WellKnown, Source::Srv] {
        let remarks = found.remarks(source);
        assert!(
            remarks.contains("does not answer in time"),
            "{source:?}: {remarks}"
        );
    }
    let fault = found.fault("pop.example.org", 995);
    assert!(
        fault.contains("in time") || fault.contains("silent"),
        "{fault}"
    );
}

#[tokio::test]
async fn the_search_ends_with_its_time_whatever_the_single_limits_are() {
    let pages = vec![(AUTOCONFIG, Page::Stalls), (WELL_KNOWN, Page::Stalls)];
    let pages = Pages::serve(&["autoconfig.example.org", "example.org"], pages).await;
    let town = Town::new();
    let limits = Limits {
        each: Duration::from_secs(4),
        total: Duration::from_millis(400),
    };
    let sources = Sources {
        limits,
        ..sources(&town, &pages, no_dns().await)
    };
    let found = run(&town, &sources).await;
    assert!(found.servers.is_empty());
    assert!(found.remarks(Source::Autoconfig).contains("in time"));
}

#[tokio::test]
async fn mozilla_learns_the_domain_only_and_only_if_it_is_to_be_asked() {
    let town = Town::new()
        .build("pop.hoster.net", 995, Security::Tls)
        .await;
    let database = "autoconfig.thunderbird.net/v1.1/example.org";
    let names = [
        "autoconfig.thunderbird.net",
        "autoconfig.example.org",
        "example.org",
    ];
    let pages = Pages::serve(&names, vec![(database, settings("pop.hoster.net"))]).await;
    let mut sources = sources(&town, &pages, no_dns().await);
    assert!(run(&town, &sources).await.servers.is_empty());
    assert!(
        pages
            .heard()
            .iter()
            .all(|asked| !asked.contains("thunderbird"))
    );
    sources.mozilla = Mozilla::Asked;
    let found = run(&town, &sources).await;
    assert_eq!(found.best(), (Source::Mozilla, "pop.hoster.net", 995));
    assert!(pages.heard().contains(&database.to_owned()));
}

#[tokio::test]
async fn a_server_that_three_sources_name_is_tried_once() {
    let host = "pop.example.org";
    let town = Town::new().build(host, 995, Security::Tls).await;
    let pages = vec![(WELL_KNOWN, settings(host))];
    let pages = Pages::serve(&["autoconfig.example.org", "example.org"], pages).await;
    let records = HashMap::from([(
        "_pop3s._tcp.example.org",
        vec![Record::srv((0, 0), 995, host)],
    )]);
    let sources = sources(&town, &pages, dns::serve(records).await);
    let found = run(&town, &sources).await;
    assert_eq!(found.best(), (Source::WellKnown, host, 995));
    assert_eq!(town.sessions(), 1);
}
