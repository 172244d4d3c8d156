//! Lines through a SOCKS5 proxy: the proxy finds the server, TLS is still with the server, each refusal is told.

use std::time::Duration;

use poptui::config::{Account, Keep, Proxy as Setting, Security};
use poptui::fetch::{ErrorKind, Network};

use crate::support::maildrop::mail;
use crate::support::server::Server;
use crate::support::socks::{Manner, Proxy, Target};
use crate::support::tls::{acceptor, identity, listen};
use crate::support::world::World;

/// No resolver on earth knows it.
const HOST: &str = "pop.nowhere.invalid";

fn world(proxy_port: u16, change: impl FnOnce(&mut Account)) -> World {
    let mut world = World::new(Keep::Forever);
    HOST.clone_into(&mut world.account.host);
    world.account.port = 995;
    world.account.security = Security::Tls;
    world.account.timeout = Duration::from_secs(2);
    world.account.proxy = Some(Setting {
        host: "127.0.0.1".to_owned(),
        port: proxy_port,
    });
    change(&mut world.account);
    world
}

#[tokio::test]
async fn the_proxy_gets_the_name_and_nobody_here_looks_it_up() {
    let server_identity = identity(HOST, (2020, 2120));
    let root = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(root.path(), &server_identity.root).expect("written");
    let server = Server::new(vec![mail("a")]);
    let port = listen(server, acceptor(&server_identity), Security::Tls).await;
    let proxy = Proxy::start(Manner::LeadsTo(port)).await;
    let world = world(proxy.port, |account| {
        account.ca_file = Some(root.path().to_owned());
    });
    let report = world.fetch(&Network).await;
    // A look-up here would have ended the fetch: there is no such name.
    assert_eq!(report.error.map(|error| error.sentence), None);
    assert_eq!(report.new, 1);
    assert_eq!(proxy.asked(), [Target::Name(HOST.to_owned(), 995)]);
}

#[tokio::test]
async fn the_certificate_must_be_the_mail_servers_whoever_leads_there() {
    let proxys_own = identity("127.0.0.1", (2020, 2120));
    let root = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(root.path(), &proxys_own.root).expect("written");
    let server = Server::new(vec![mail("a")]);
    let port = listen(server.clone(), acceptor(&proxys_own), Security::Tls).await;
    let proxy = Proxy::start(Manner::LeadsTo(port)).await;
    let world = world(proxy.port, |account| {
        account.ca_file = Some(root.path().to_owned());
    });
    let error = world.fetch(&Network).await.error.expect("a wrong name");
    assert_eq!(error.kind, ErrorKind::Tls);
    assert!(
        error
            .sentence
            .contains("not for pop.nowhere.invalid but for 127.0.0.1"),
        "{error}"
    );
    assert_eq!(server.heard(""), 0);
}

#[tokio::test]
async fn an_address_goes_to_the_proxy_as_an_address() {
    let proxy = Proxy::start(Manner::Refuses(5)).await;
    let world = world(proxy.port, |account| account.host = "192.0.2.7".to_owned());
    world.fetch(&Network).await;
    assert_eq!(proxy.asked(), [Target::Address([192, 0, 2, 7], 995)]);
}

#[tokio::test]
async fn each_way_a_proxy_fails_has_its_own_sentence() {
    for (manner, words) in [
        (
            Manner::Refuses(1),
            "could not connect to pop.nowhere.invalid port 995",
        ),
        (
            Manner::Refuses(2),
            "does not allow lines to pop.nowhere.invalid port 995",
        ),
        (
            Manner::Refuses(3),
            "cannot reach pop.nowhere.invalid port 995 (Network unreachable)",
        ),
        (
            Manner::Refuses(4),
            "cannot reach pop.nowhere.invalid port 995 (Host unreachable)",
        ),
        (
            Manner::Refuses(5),
            "nothing answers at pop.nowhere.invalid port 995 (connection refused",
        ),
        (Manner::WantsName, "wants a name and a password"),
        (Manner::SpeaksHttp, "did not answer as a SOCKS5 proxy does"),
        (
            Manner::Silent,
            "did not answer for pop.nowhere.invalid port 995 within 1 s; check proxy",
        ),
    ] {
        let proxy = Proxy::start(manner).await;
        let world = world(proxy.port, |account| {
            account.timeout = Duration::from_secs(1);
        });
        let error = world.fetch(&Network).await.error.expect(words);
        assert_eq!(error.kind, ErrorKind::Connect, "{error}");
        assert!(error.sentence.contains(words), "{words}: {error}");
        let place = format!("the proxy 127.0.0.1 port {}", proxy.port);
        assert!(error.sentence.contains(&place), "{error}");
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_told_as_the_proxy() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let error = world(port, |_| {}).fetch(&Network).await.error;
    let error = error.expect("nobody there");
    let words = format!(
        "nothing answers at the proxy 127.0.0.1 port {port} (connection refused); check proxy"
    );
    assert!(error.sentence.contains(&words), "{error}");

    let lost = world(1, |account| {
        account.proxy = Some(Setting {
            host: "proxy.nowhere.invalid".to_owned(),
            port: 9050,
        });
    });
    let error = lost.fetch(&Network).await.error.expect("no such name");
    assert!(
        error
            .sentence
            .contains("the name proxy.nowhere.invalid cannot be found"),
        "{error}"
    );
    assert!(
        error.sentence.contains("check proxy in the config"),
        "{error}"
    );
}

#[tokio::test]
async fn nothing_is_said_in_clear_through_a_proxy_elsewhere() {
    let world = world(9, |account| {
        account.host = "localhost".to_owned();
        account.security = Security::None;
    });
    assert!(world.account.allows_clear());
    let elsewhere = Account {
        proxy: Some(Setting {
            host: "192.0.2.1".to_owned(),
            port: 1080,
        }),
        ..world.account.clone()
    };
    assert!(!elsewhere.allows_clear());
}
