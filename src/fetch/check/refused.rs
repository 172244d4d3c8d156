//! What to change when a log-in was refused: the name, the way to sign in, or what the provider wants first.

use crate::config::{Account, Auth, Security};
use crate::mail::SafeText;
use crate::pop3::Capabilities;
use crate::providers::{Provider, User};

use crate::fetch::check::findings::Found;
use crate::fetch::check::wording::Wording;
use crate::fetch::tell::refusal::login_refused;

/// How it was tried.
pub(in crate::fetch) struct Attempt<'a> {
    pub(in crate::fetch) account: &'a Account,
    /// What the server announced before.
    pub(in crate::fetch) can: Option<&'a Capabilities>,
    /// The way that was refused, as it is said: `AUTH PLAIN`.
    pub(in crate::fetch) by: Option<&'a str>,
}

impl Attempt<'_> {
    /// The refusal with the name that was tried, and all that may be the matter. The server says which of them it is in
    /// no form that a program understands.
    pub(in crate::fetch) fn advise(&self, said: &SafeText, wording: Wording) -> Found {
        let detail = login_refused(&self.account.user, said);
        let provider = Provider::of_server(&self.account.host);
        let mut advice = vec!["check user and password".to_owned()];
        advice.extend(self.other_name(provider, wording));
        advice.extend(self.plain());
        if let Some(provider) = provider.filter(|provider| !provider.notes.is_empty()) {
            advice.push(format!("{}: {}", provider.name, provider.notes.join("; ")));
        }
        Found::advised(detail, advice.join("; "))
    }

    /// Some servers know their users by the whole address, some by what stands before the `@`.
    fn other_name(&self, provider: Option<&Provider>, wording: Wording) -> Option<String> {
        let (user, address) = (&self.account.user, &self.account.address);
        let (local, _) = address.rsplit_once('@')?;
        let wanted = if user.eq_ignore_ascii_case(address) {
            User::LocalPart
        } else if user.eq_ignore_ascii_case(local) {
            User::Address
        } else {
            return None;
        };
        // Where it is known which of them, the other one is no possibility.
        if provider.is_some_and(|provider| provider.user != wanted) {
            return None;
        }
        Some(match wanted {
            User::LocalPart => format!(
                "perhaps the server wants what stands before the @ alone: {}",
                wording.set("user", local)
            ),
            User::Address => format!(
                "perhaps the server wants the whole address: {}",
                wording.set("user", address)
            ),
        })
    }

    /// Who keeps hashes of passwords cannot do SCRAM with them, and Dovecot announces it all the same. PLAIN shows the
    /// server the password, so it is for lines that nobody else can read.
    fn plain(&self) -> Option<String> {
        let by_scram = self.by.is_some_and(|by| by.contains("SCRAM"));
        let is_free = matches!(
            self.account.auth,
            Auth::Auto | Auth::ScramSha256 | Auth::ScramSha1
        );
        let is_taken = self
            .can
            .is_none_or(|can| !can.known || can.sasl.iter().any(|name| name == "PLAIN"));
        let is_protected = self.account.security != Security::None;
        (by_scram && is_free && is_taken && is_protected).then(|| {
            "if both are right, the server may keep only hashes of passwords (as many a Dovecot does), with which SCRAM \
             cannot work: auth = \"plain\" may do then"
                .to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(host: &str, user: &str) -> Account {
        Account {
            host: host.to_owned(),
            security: Security::Tls,
            address: "alice@example.org".to_owned(),
            ..Account::in_clear("work", user, "x")
        }
    }

    fn told(account: &Account, by: &str, sasl: &str) -> Found {
        let mut can = Capabilities {
            known: true,
            ..Capabilities::default()
        };
        can.sasl = sasl.split(' ').map(str::to_owned).collect();
        let attempt = Attempt {
            account,
            can: Some(&can),
            by: Some(by),
        };
        attempt.advise(&SafeText::new("[AUTH] no"), Wording::Config)
    }

    fn advice(account: &Account, by: &str, sasl: &str) -> String {
        told(account, by, sasl).advice.expect("advice")
    }

    #[test]
    fn the_name_that_was_tried_is_told_and_the_other_form_of_it_is_suggested() {
        let advice = |user| advice(&account("pop.example.org", user), "AUTH PLAIN", "PLAIN");
        let whole = account("pop.example.org", "alice@example.org");
        assert_eq!(
            told(&whole, "AUTH PLAIN", "PLAIN").detail,
            "login refused for the user alice@example.org: [AUTH] no"
        );
        assert!(advice("alice@example.org").ends_with("before the @ alone: user = \"alice\""));
        assert!(advice("alice").ends_with("whole address: user = \"alice@example.org\""));
        assert_eq!(advice("u4711"), "check user and password");
        let attempt = Attempt {
            account: &whole,
            can: None,
            by: None,
        };
        let found = attempt.advise(&SafeText::new("no"), Wording::Options);
        assert!(found.advice.expect("advice").ends_with(": --user alice"));
    }

    #[test]
    fn a_provider_of_the_table_says_what_it_wants_and_which_form_of_the_name() {
        for (host, user, words) in [
            ("pop.gmail.com", "alice", "make an app password"),
            ("POP.mail.yahoo.com.", "alice", "make an app password"),
            ("outlook.office365.com", "alice", "token-command"),
            ("pop.gmx.net", "alice", "POP3 must be switched on"),
            ("pop3.web.de", "alice@example.org", "user = \"alice\""),
            ("pop.gmail.com", "alice", "user = \"alice@example.org\""),
        ] {
            let told = advice(&account(host, user), "USER", "");
            assert!(told.contains(words), "{host}: {told}");
        }
        for host in ["notgmail.com", "pop.example.org"] {
            let told = advice(&account(host, "alice"), "USER", "");
            assert!(!told.contains("Gmail"), "{told}");
        }
        let told = advice(&account("pop3.web.de", "alice"), "USER", "");
        assert!(!told.contains("user ="), "{told}");
    }

    #[test]
    fn plain_is_a_possibility_after_scram_over_tls_and_nowhere_else() {
        let both = "SCRAM-SHA-256 PLAIN";
        let mut account = account("pop.example.org", "u4711");
        let is_told = |account: &Account, by, sasl| {
            let told = advice(account, by, sasl);
            assert!(!told.contains("use auth"), "{told}");
            told.contains("auth = \"plain\" may do")
        };
        for auth in [Auth::Auto, Auth::ScramSha256, Auth::ScramSha1] {
            account.auth = auth;
            assert!(is_told(&account, "AUTH SCRAM-SHA-256-PLUS", both));
        }
        assert!(!is_told(&account, "AUTH PLAIN", both));
        assert!(!is_told(&account, "AUTH SCRAM-SHA-1", "SCRAM-SHA-1"));
        account.security = Security::Stls;
        assert!(is_told(&account, "AUTH SCRAM-SHA-1", both));
        account.security = Security::None;
        assert!(!is_told(&account, "AUTH SCRAM-SHA-1", both));
    }
}
