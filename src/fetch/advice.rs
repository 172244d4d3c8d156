//! What to change when a check fails: the fault in words, and the line of the config that would mend it.

use std::io;

use crate::config::{Account, Security};

use super::certificate;
use super::certificate::Doubt;
use super::findings::Found;
use super::foreign::Quote;
use super::network::Failed;
use super::trouble::Trouble;

/// Providers that refuse the usual password, by the end of their hosts' names, and what they want in its stead.
const PROVIDERS: [(&str, &str); 9] = [
    ("gmail.com", GOOGLE),
    ("googlemail.com", GOOGLE),
    ("yahoo.com", YAHOO),
    ("aol.com", YAHOO),
    (
        "icloud.com",
        "Apple takes an app-specific password only, which its account pages give",
    ),
    ("gmx.net", GMX),
    ("gmx.com", GMX),
    ("outlook.com", MICROSOFT),
    ("office365.com", MICROSOFT),
];
const GOOGLE: &str = "Google takes an app password only (the account needs 2-step verification for that), and POP must \
                      be switched on in the settings of Gmail";
const YAHOO: &str = "an app password is needed, which the security page of the account gives";
const GMX: &str = "POP3 must be switched on in the settings of the mailbox on the web, and with 2-factor sign-in an \
                   app password is needed";
const MICROSOFT: &str = "Microsoft takes no password here: use auth = \"xoauth2\" with a token-command, and POP must be \
                         switched on in the settings of Outlook";

/// On a line that did not come about.
pub(super) fn on_line(account: &Account, failed: &Failed) -> Found {
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

/// On a line or session that failed. `certificate` is the one that was not believed, in DER.
pub(super) fn on(account: &Account, trouble: &Trouble, certificate: Option<&[u8]>) -> Found {
    let (detail, advice) = halves(&trouble.to_string());
    let shown = certificate.map(certificate::fingerprint);
    match (trouble, shown) {
        (Trouble::Certificate { doubt, .. }, Some(shown)) => {
            doubted(*doubt, detail, advice, &shown)
        }
        (Trouble::NoToken(_), _) => Found::advised(
            trouble.to_string(),
            "token-command must print the token in its first line: run it by itself to see what it says",
        ),
        (Trouble::Password(_), _) => Found::advised(
            trouble.to_string(),
            "give the password in one line: by password-command, password-file, keyring or password",
        ),
        (Trouble::NotTls { .. }, _) => Found::advised(detail, in_clear_there(account)),
        (Trouble::Silent { what, .. }, _) if *what == crate::pop3::Waiting::Greeting => {
            Found::advised(detail, silent_there(account))
        }
        (Trouble::Login(_), _) => Found {
            detail,
            advice: refused(account).or(advice),
        },
        (Trouble::Barred(_), _) => Found::advised(
            detail,
            "this is not about the password: ask the server's operator",
        ),
        (Trouble::Closed | Trouble::Broken(_), _) => Found::advised(detail, "try again later"),
        (Trouble::Protocol(_), _) => Found::advised(
            detail,
            "check host and port; --trace FILE writes down what it said, for its operator",
        ),
        _ => Found { detail, advice },
    }
}

/// On a server that speaks something else.
pub(super) fn on_nonsense(
    account: &Account,
    trouble: &Trouble,
    said: &[u8],
    quote: &Quote,
) -> Found {
    let Found { detail, advice } = on(account, trouble, None);
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
fn halves(sentence: &str) -> (String, Option<String>) {
    match sentence.rsplit_once("; ") {
        Some((detail, advice)) => (detail.to_owned(), Some(advice.to_owned())),
        None => (sentence.to_owned(), None),
    }
}

fn doubted(doubt: Doubt, detail: String, advice: Option<String>, shown: &str) -> Found {
    match doubt {
        Doubt::Issuer => Found::advised(
            format!("{detail}; its fingerprint is {shown}"),
            format!(
                "if it is a private server, name its root as ca-file, or trust this one certificate, once its operator \
                 has confirmed it: fingerprint = \"{shown}\""
            ),
        ),
        Doubt::Pin => Found::advised(
            detail,
            format!(
                "if its operator tells you that this is the new one: fingerprint = \"{shown}\"; else somebody may be \
                 on the line"
            ),
        ),
        Doubt::Name | Doubt::Dates | Doubt::Other => Found {
            detail: format!("{detail}; its fingerprint is {shown}"),
            advice,
        },
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

/// What the account's provider wants in the place of its usual password.
fn refused(account: &Account) -> Option<String> {
    let host = account.host.trim_end_matches('.').to_ascii_lowercase();
    let of = |end: &str| host == end || host.ends_with(&format!(".{end}"));
    let (_, hint) = PROVIDERS.iter().find(|(end, _)| of(end))?;
    Some(format!("check user and password; {hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::SafeText;
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
        on(account, trouble, None).advice.expect("advice")
    }

    #[test]
    fn a_refused_password_is_advised_about_by_the_provider() {
        let refused = Trouble::Login(SafeText::new("[AUTH] no"));
        for (host, words) in [
            ("pop.gmail.com", "Google takes an app password only"),
            ("POP.mail.yahoo.com.", "an app password is needed"),
            ("outlook.office365.com", "auth = \"xoauth2\""),
            ("pop.gmx.net", "POP3 must be switched on"),
            ("notgmail.com", "check user and password"),
        ] {
            let told = advice(&account(host, 995, Security::Tls), &refused);
            assert!(told.contains(words), "{host}: {told}");
            assert!(host != "notgmail.com" || !told.contains("Google"), "{told}");
        }
        let broken = Trouble::Barred(SafeText::new("[SYS/PERM] no"));
        let told = advice(&account("pop.gmail.com", 995, Security::Tls), &broken);
        assert!(told.starts_with("this is not about the password"), "{told}");
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
