//! `poptui setup` with a server that not everybody trusts, reaches, or knows the user at by the same name.

use poptui::config::{Account, Config, Proxy, Security};

use super::profile::{Profile, Ran};
use crate::support::maildrop::mail;
use crate::support::server::{Fault, Server};
use crate::support::socks::{self, Manner};
use crate::support::tls::{acceptor, listen, self_signed};

/// A server that no root vouches for.
async fn private(host: &str) -> (Server, u16, String) {
    let (server, shown) = (Server::new(vec![mail("a")]), self_signed(host));
    let port = listen(server.clone(), acceptor(&shown), Security::Tls).await;
    (server, port, shown.fingerprint_text())
}

fn setup(profile: &Profile, host: &str, port: u16, more: &[&str]) -> Ran {
    let port = port.to_string();
    let args = ["setup", "--address", "alice@example.org", "--host", host];
    let secret = ["--port", &port, "--password-command", "printf secret"];
    profile.run(&[&args[..], &secret, more].concat())
}

fn written(profile: &Profile) -> Account {
    let mut config = Config::load(&profile.config(), None).unwrap();
    config.accounts.pop().expect("an account")
}

/// The words behind this option in a sentence.
fn option(told: &str, name: &str) -> String {
    let (_, rest) = told.split_once(&format!("{name} ")).expect(told);
    let word = rest.split_whitespace().next().unwrap();
    word.trim_end_matches([';', ',']).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untrusted_certificate_is_told_with_the_option_that_pins_it_and_that_option_works() {
    let (server, port, print) = private("127.0.0.1").await;
    let profile = Profile::empty();
    let refused = setup(&profile, "127.0.0.1", port, &["--yes"]);
    refused.failed(
        77,
        &[
            "issued by itself",
            "nothing was written",
            "--ca-file",
            &print,
        ],
    );
    assert_eq!(option(&refused.stderr, "--fingerprint"), print);
    assert!(!profile.config().exists());
    assert_eq!(server.heard(""), 0, "nothing was said to an unknown server");
    // Without a password nobody signs in, and the certificate is told all the same.
    let port_text = port.to_string();
    let look = [
        "setup",
        "--address",
        "alice@example.org",
        "--host",
        "127.0.0.1",
    ];
    let looked = profile.run(&[&look[..], &["--port", &port_text, "--dry-run"]].concat());
    looked.failed(77, &["its fingerprint is"]);
    assert_eq!(option(&looked.stderr, "--fingerprint"), print);

    let pinned = ["--yes", "--user", "alice", "--fingerprint", &print];
    setup(&profile, "127.0.0.1", port, &pinned).results();
    let lines = std::fs::read_to_string(profile.config()).unwrap();
    assert!(
        lines.contains(&format!("fingerprint = \"{print}\"")),
        "{lines}"
    );
    assert_eq!(profile.run(&["fetch"]).code, 0);

    // The root of another server.
    let other = profile.config().with_file_name("other.pem");
    std::fs::write(&other, self_signed("pop.example.org").root).unwrap();
    let other = other.to_str().unwrap();
    let refused = setup(&Profile::empty(), "127.0.0.1", port, &["--ca-file", other]);
    refused.failed(77, &["--ca-file names did not issue it", &print]);

    // As openssl prints it.
    let pairs = print.as_bytes()["sha256:".len()..].chunks(2);
    let pairs: Vec<&str> = pairs.map(|pair| str::from_utf8(pair).unwrap()).collect();
    let colons = pairs.join(":").to_uppercase();
    for typed in [colons.clone(), format!("SHA256 Fingerprint={colons}")] {
        let profile = Profile::empty();
        let pinned = ["--yes", "--user", "alice", "--fingerprint", &typed];
        setup(&profile, "127.0.0.1", port, &pinned).results();
        let again = std::fs::read_to_string(profile.config()).unwrap();
        assert!(again.contains(&format!("\"{print}\"")), "{again}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trial_goes_through_the_proxy_and_the_config_names_it() {
    let (_server, port, print) = private("pop.nowhere.invalid").await;
    let proxy = socks::Proxy::start(Manner::LeadsTo(port)).await;
    let url = format!("socks5://127.0.0.1:{}", proxy.port);
    let profile = Profile::empty();
    let more = ["--yes", "--fingerprint", &print, "--proxy", &url];
    let told = setup(&profile, "pop.nowhere.invalid", 995, &more).results();
    assert!(told.contains("through the proxy 127.0.0.1"), "{told}");
    let expected = Proxy {
        host: "127.0.0.1".to_owned(),
        port: proxy.port,
    };
    assert_eq!(written(&profile).proxy, Some(expected));
}

#[test]
fn what_the_config_would_refuse_is_64_before_anybody_is_asked() {
    let profile = Profile::empty();
    let with = |more: &[&str]| setup(&profile, "pop.nowhere.invalid", 995, more);
    with(&["--fingerprint", "sha256:12"]).failed(64, &["fingerprint", "64 hexadecimal digits"]);
    with(&["--proxy", "http://127.0.0.1:8080"]).failed(64, &["proxy", "socks5://127.0.0.1:9050"]);
    let search = ["setup", "--address", "alice@nowhere.invalid", "--dry-run"];
    let search = |more: &[&str]| profile.run(&[&search[..], more].concat());
    search(&["--proxy", "socks5://127.0.0.1:9050"]).failed(64, &["--proxy", "--host"]);
    search(&["--fingerprint", "sha256:12"]).failed(64, &["--host"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_log_in_names_the_user_and_suggests_the_other_form_of_it() {
    let (server, port, print) = private("127.0.0.1").await;
    server.always(Fault::Login("-ERR [AUTH] no such user"));
    let profile = Profile::empty();
    let with = |user: &str| {
        let more = ["--yes", "--user", user, "--fingerprint", &print];
        setup(&profile, "127.0.0.1", port, &more)
    };
    with("alice@example.org").failed(
        77,
        &[
            "for the user alice@example.org",
            "--user alice",
            "--no-test",
        ],
    );
    with("alice").failed(
        77,
        &[
            "for the user alice:",
            "--user alice@example.org",
            "nothing was written",
        ],
    );
    let other = with("u4711");
    other.failed(77, &["for the user u4711"]);
    assert!(!other.stderr.contains("--user"), "{}", other.stderr);
}

#[cfg(all(target_os = "linux", feature = "keyring"))]
#[test]
fn without_a_keyring_on_the_machine_the_sentence_says_so_and_what_to_use() {
    let config = "[accounts.alice]\naddress = 'alice@example.org'\nhost = '127.0.0.1'\nsecurity = 'none'\n\
                  keyring = true\n";
    let profile = Profile::with_config(config);
    let mut fetch = profile.command(&["fetch"]);
    let fetch = fetch.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus");
    let output = fetch.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(78), "{told}");
    assert!(
        told.contains("the keyring cannot be used") && told.contains("password-command"),
        "{told}"
    );
    assert!(
        told.contains("No such file") && !told.contains("default store"),
        "{told}"
    );
}
