//! Settings files: good ones, strange ones, and those that want to do harm.

use super::*;

fn read(text: &str) -> Result<Answer, String> {
    let address = Address::parse("ada@example.org").unwrap();
    let source = Source::Autoconfig;
    Settings {
        source,
        address: &address,
    }
    .read(text.as_bytes())
}

/// A file with these servers.
fn file(servers: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<clientConfig version=\"1.1\"><emailProvider id=\"x\">{servers}</emailProvider></clientConfig>"
    )
}

fn server(host: &str, port: &str, socket: &str, user: &str) -> String {
    format!(
        "<incomingServer type=\"pop3\"><hostname>{host}</hostname><port>{port}</port>\
         <socketType>{socket}</socketType><username>{user}</username></incomingServer>"
    )
}

/// The one server of a file, or the one remark about it.
fn one(host: &str, port: &str, socket: &str, user: &str) -> Result<Candidate, String> {
    let mut answer = read(&file(&server(host, port, socket, user))).unwrap();
    match answer.candidates.pop() {
        Some(candidate) => Ok(candidate),
        None => Err(answer.remarks[0].to_string()),
    }
}

#[test]
fn a_server_is_read_with_its_placeholders_filled_in() {
    let found = one("pop.%EMAILDOMAIN%", "995", "SSL", "%EMAILLOCALPART%").unwrap();
    assert_eq!(
        (found.host.as_str(), found.port, found.security),
        ("pop.example.org", 995, Security::Tls)
    );
    assert_eq!(found.user, "ada");
    let found = one(" pop.elsewhere.net ", " 110 ", "STARTTLS", "%EMAILADDRESS%").unwrap();
    assert_eq!(
        (found.security, found.user.as_str()),
        (Security::Stls, "ada@example.org")
    );
}

#[test]
fn tls_comes_before_stls_and_other_protocols_are_passed_over() {
    let imap = server("imap.example.org", "993", "SSL", "x").replace("pop3", "imap");
    let servers = imap
        + &server("a.example.org", "110", "STARTTLS", "x")
        + &server("b.example.org", "995", "SSL", "x");
    let answer = read(&file(&servers)).unwrap();
    let found: Vec<_> = answer
        .candidates
        .iter()
        .map(|found| (found.place, found.host.as_str()))
        .collect();
    assert_eq!(found, [(0, "b.example.org"), (1, "a.example.org")]);
    assert_eq!(answer.remarks, []);
}

#[test]
fn a_server_in_clear_is_never_offered_and_that_is_said() {
    let remark = one("pop.example.org", "110", "plain", "x").unwrap_err();
    assert!(
        remark.contains("pop.example.org port 110 without TLS"),
        "{remark}"
    );
}

#[test]
fn hosts_ports_and_names_that_cannot_be_are_left_out() {
    for host in [
        "127.0.0.1",
        "localhost",
        "nas.local",
        "a b.org",
        "evil.net\u{1b}[2J",
        "",
        "a/b.org",
        "pop.example.org:25",
    ] {
        let remark = one(&host.replace('\u{1b}', "&#x9b;"), "995", "SSL", "x").unwrap_err();
        assert!(remark.contains("which cannot be"), "{remark}");
        assert!(!remark.contains(char::is_control), "{remark:?}");
    }
    for port in ["0", "65536", "-1", "", "pop3"] {
        assert!(
            one("pop.example.org", port, "SSL", "x")
                .unwrap_err()
                .contains("no port"),
            "{port}"
        );
    }
    for user in ["a\nb", &"x".repeat(255)] {
        assert!(
            one("pop.example.org", "995", "SSL", user)
                .unwrap_err()
                .contains("log-in name"),
            "{user}"
        );
    }
}

#[test]
fn a_provider_without_pop3_and_one_that_wants_tokens_are_told() {
    let imap = server("imap.example.org", "993", "SSL", "x").replace("pop3", "imap");
    let remarks = read(&file(&imap)).unwrap().remarks;
    assert!(
        remarks[0].as_str().contains("no POP3 server"),
        "{remarks:?}"
    );
    let token = server("pop.example.org", "995", "SSL", "x").replace(
        "</incomingServer>",
        "<authentication>OAuth2</authentication></incomingServer>",
    );
    let remarks = read(&file(&token)).unwrap().remarks;
    assert!(
        remarks[0].as_str().contains("--token-command"),
        "{remarks:?}"
    );
}

#[test]
fn no_file_can_send_us_to_a_thousand_servers() {
    let many: String = (0..500)
        .map(|n| server(&format!("h{n}.example.org"), "995", "SSL", "x"))
        .collect();
    assert!(read(&file(&many)).unwrap().candidates.len() <= 8);
    let many: String = (0..500)
        .map(|n| server(&format!("10.0.0.{n}"), "995", "SSL", "x"))
        .collect();
    assert!(read(&file(&many)).unwrap().remarks.len() <= 4);
}

#[test]
fn entities_are_refused_before_they_can_grow() {
    let grown = |n: usize| {
        let inner = format!("&a{};", n - 1).repeat(10);
        format!("<!ENTITY a{n} \"{inner}\">")
    };
    let entities: Vec<_> = (1..30).map(grown).collect();
    let bomb = format!(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE clientConfig [<!ENTITY a0 \"ha\">{}]>\
         <clientConfig><emailProvider>&a29;</emailProvider></clientConfig>",
        entities.concat()
    );
    assert!(read(&bomb).unwrap_err().contains("XML"));
    let outside = "<!DOCTYPE clientConfig [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><clientConfig>&x;</clientConfig>";
    assert!(read(outside).unwrap_err().contains("XML"));
}

#[test]
fn what_is_no_settings_file_is_an_error_and_never_a_panic() {
    for text in [
        "",
        "<",
        "<html><body>not found</body></html>",
        "<clientConfig>",
        "\0\0\0",
        "<a b='c' b='d'/>",
    ] {
        assert!(read(text).is_err(), "{text:?}");
    }
    let address = Address::parse("ada@example.org").unwrap();
    let settings = Settings {
        source: Source::WellKnown,
        address: &address,
    };
    assert!(settings.read(b"<clientConfig>\xff</clientConfig>").is_err());
    let deep = "<clientConfig>".repeat(18_000);
    assert!(read(&deep).is_err());
    let closed = "<clientConfig>".repeat(9_000) + &"</clientConfig>".repeat(9_000);
    assert_eq!(read(&closed), Ok(Answer::default()));
    let wide = file(&"<incomingServer/>".repeat(14_000));
    assert!(read(&wide).is_err(), "more elements than any such file has");
}
