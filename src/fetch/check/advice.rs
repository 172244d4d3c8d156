//! What to change when a check fails: the fault in words, and the line of the config that would mend it.

use std::io;

use crate::config::{Account, Security};

use crate::fetch::check::findings::Found;
use crate::fetch::check::wording::Wording;
use crate::fetch::line::certificate;
use crate::fetch::line::certificate::Doubt;
use crate::fetch::line::network::Failed;
use crate::fetch::tell::foreign::Quote;
use crate::fetch::tell::trouble::Trouble;

/// On a line that did not come about.
pub(in crate::fetch) fn on_line(account: &Account, failed: &Failed) -> Found {
    let (detail, advice) = halves(&failed.sentence(account));
    match failed {
        Failed::Tcp(error)
            if error.kind() == io::ErrorKind::ConnectionRefused && account.proxy.is_none() =>
        {
            Found::advised(detail, usual_port(account))
        }
        _ => Found { detail, advice },
    }
}

/// On a certificate that was not believed; this is it, in DER.
pub(in crate::fetch) fn on_certificate(
    account: &Account,
    doubt: Doubt,
    sentence: &str,
    certificate: &[u8],
    wording: Wording,
) -> Found {
    let (detail, advice) = halves(sentence);
    let shown = certificate::fingerprint(certificate);
    let pin = wording.set("fingerprint", &shown);
    let trust = format!("trust this one certificate, once its operator has confirmed it: {pin}");
    let advice = match (doubt, advice) {
        (Doubt::Issuer, _) if account.ca_file.is_some() => Some(format!(
            "the root that {} names did not issue it: name the one that did, or {trust}",
            wording.key("ca-file")
        )),
        (Doubt::Issuer, _) => Some(format!(
            "if it is a private server, name its root as {}, or {trust}",
            wording.key("ca-file")
        )),
        (Doubt::Pin, _) => {
            let advice = format!(
                "if its operator tells you that this is the new one: {pin}; else somebody may be on the line"
            );
            return Found::advised(detail, advice);
        }
        (Doubt::Name | Doubt::Dates, Some(advice)) => Some(format!("{advice}, or {trust}")),
        (Doubt::Name | Doubt::Dates | Doubt::Other, advice) => advice,
    };
    Found {
        detail: format!("{detail}; its fingerprint is {shown}"),
        advice,
    }
}

/// On a line or session that failed.
pub(in crate::fetch) fn on(account: &Account, trouble: &Trouble) -> Found {
    let (detail, advice) = halves(&trouble.to_string());
    match trouble {
        Trouble::NoToken(_) => Found::advised(
            trouble.to_string(),
            "token-command must print the token in its first line: run it by itself to see what it says",
        ),
        Trouble::Password(_) => Found::advised(
            trouble.to_string(),
            "give the password in one line: by password-command, password-file, keyring or password",
        ),
        Trouble::NotTls { .. } => Found::advised(detail, in_clear_there(account)),
        Trouble::Silent { what, .. } if *what == crate::pop3::Waiting::Greeting => {
            Found::advised(detail, silent_there(account))
        }
        Trouble::Barred(_) => Found::advised(
            detail,
            "this is not about the password: ask the server's operator",
        ),
        Trouble::Closed | Trouble::Broken(_) => Found::advised(detail, "try again later"),
        Trouble::Protocol(_) => Found::advised(
            detail,
            "check host and port; --trace FILE writes down what it said, for its operator",
        ),
        _ => Found { detail, advice },
    }
}

/// On a server that speaks something else.
pub(in crate::fetch) fn on_nonsense(
    account: &Account,
    trouble: &Trouble,
    said: &[u8],
    quote: &Quote,
) -> Found {
    let Found { detail, advice } = on(account, trouble);
    let line = said
        .split(|octet| *octet == b'\n')
        .next()
        .unwrap_or_default();
    let detail = format!("{detail}; it said: {}", quote.quote(line));
    let what = match said {
        [b'2', b'2', b'0', ..] => "an SMTP server, which is for sending",
        [b'*', b' ', ..] => "an IMAP server, which POP3 is not",
        [b'S', b'S', b'H', b'-', ..] => "an SSH server",
        [b'H', b'T', b'T', b'P', ..] => "a web server",
        [0x15 | 0x16, 3, ..] => return Found::advised(detail, silent_there(account)),
        _ => return Found { detail, advice },
    };
    let advice =
        format!("this is {what}: check host and port (995 is for \"tls\", 110 for \"stls\")");
    Found::advised(detail, advice)
}

/// Every sentence about a fault ends with what to do, behind its last semicolon.
pub(in crate::fetch) fn halves(sentence: &str) -> (String, Option<String>) {
    match sentence.rsplit_once("; ") {
        Some((detail, advice)) => (detail.to_owned(), Some(advice.to_owned())),
        None => (sentence.to_owned(), None),
    }
}

fn usual_port(account: &Account) -> String {
    let (host, port) = (&account.host, account.port);
    match (account.security, port) {
        (Security::Tls, 995) | (Security::Stls | Security::None, 110) => {
            format!("check host: {host} may be the wrong one, or does not serve POP3")
        }
        (Security::Tls, _) => {
            "the usual port for security = \"tls\" is 995: leave port out; or the server is down"
                .to_owned()
        }
        (Security::Stls, _) => {
            "the usual port for security = \"stls\" is 110: leave port out; or the server is down"
                .to_owned()
        }
        (Security::None, _) => {
            format!("check port {port}: it may be the wrong one, or the server is down")
        }
    }
}

/// TLS was begun, and the server answered in clear.
fn in_clear_there(account: &Account) -> String {
    match account.port {
        110 => {
            "port 110 begins in clear: use security = \"stls\", or port 995 with security = \"tls\""
                .to_owned()
        }
        port => format!(
            "port {port} begins in clear: use security = \"stls\" there, or the port for TLS, which is 995 as a rule"
        ),
    }
}

/// A greeting was waited for, and the server waited as well.
fn silent_there(account: &Account) -> String {
    match (account.security, account.port) {
        (Security::Tls, _) => "try again later, or raise timeout".to_owned(),
        (_, 995) => "port 995 speaks TLS: use security = \"tls\"".to_owned(),
        (_, port) => format!("perhaps port {port} speaks TLS: try security = \"tls\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pop3::Waiting;

    fn account(host: &str, port: u16, security: Security) -> Account {
        Account {
            host: host.to_owned(),
            port,
            security,
            ..Account::in_clear("work", "alice", "x")
        }
    }

    fn advice(account: &Account, trouble: &Trouble) -> String {
        on(account, trouble).advice.expect("advice")
    }

    #[test]
    fn silence_at_port_995_means_tls() {
        let silent = Trouble::Silent {
            server: "x".to_owned(),
            what: Waiting::Greeting,
            waited: std::time::Duration::from_secs(30),
        };
        for (port, security, words) in [
            (
                995,
                Security::None,
                "port 995 speaks TLS: use security = \"tls\"",
            ),
            (
                995,
                Security::Stls,
                "port 995 speaks TLS: use security = \"tls\"",
            ),
            (1995, Security::Stls, "perhaps port 1995 speaks TLS"),
            (995, Security::Tls, "try again later"),
        ] {
            let told = advice(&account("x", port, security), &silent);
            assert!(told.contains(words), "{port}: {told}");
        }
    }

    #[test]
    fn what_other_servers_say_is_quoted_and_named() {
        let account = account("x", 110, Security::None);
        let trouble = Trouble::Protocol("an answer began with neither +OK nor -ERR".to_owned());
        for (said, words) in [
            (
                "* OK [CAPABILITY IMAP4rev1] \x1b[1mready\r\n* BYE\r\n",
                "an IMAP server",
            ),
            ("220 mx ESMTP\r\n", "an SMTP server"),
            ("SSH-2.0-x\r\n", "an SSH server"),
            ("\x15\x03\x01\0\x02\x02\x46", "perhaps port 110 speaks TLS"),
            ("hello\r\n", "check host and port"),
        ] {
            let found = on_nonsense(
                &account,
                &trouble,
                said.as_bytes(),
                &Quote::new("a", "b-secret"),
            );
            let told = found.advice.expect("advice");
            assert!(told.contains(words), "{said:?}: {told}");
            assert!(found.detail.contains("; it said: "), "{}", found.detail);
            assert!(!found.detail.contains(char::is_control) && !found.detail.contains("BYE"));
        }
    }
}
