//! Which way of signing in is taken: the strongest that both sides know, and the one that may follow a refusal.

use super::{Capabilities, Error, Mechanism, Secret, Security, TokenForm};

/// A way to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Scram(Hash, Bound),
    Plain,
    CramMd5,
    Login,
    OauthBearer,
    Xoauth2(TokenForm),
    Apop,
    User,
}

/// What SCRAM hashes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha1,
}

/// Whether SCRAM is bound to its line (RFC 5802, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    ToTheLine,
    /// The server does not offer it.
    NotOffered,
    /// The server offers it, and it led nowhere or the line has nothing to be known by.
    GivenUp,
}

/// What a choice depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice<'a> {
    pub(super) asked: Mechanism,
    pub(super) can: &'a Capabilities,
    pub(super) line: Security,
    pub(super) secret: &'a Secret,
    /// How XOAUTH2 is said there.
    pub(super) token_form: TokenForm,
    /// Whether the line has something it is known by.
    pub(super) bindable: bool,
}

impl Way {
    /// As CAPA and AUTH say it; empty for those that are no SASL.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Scram(Hash::Sha256, Bound::ToTheLine) => "SCRAM-SHA-256-PLUS",
            Self::Scram(Hash::Sha256, _) => "SCRAM-SHA-256",
            Self::Scram(Hash::Sha1, Bound::ToTheLine) => "SCRAM-SHA-1-PLUS",
            Self::Scram(Hash::Sha1, _) => "SCRAM-SHA-1",
            Self::Plain => "PLAIN",
            Self::CramMd5 => "CRAM-MD5",
            Self::Login => "LOGIN",
            Self::OauthBearer => "OAUTHBEARER",
            Self::Xoauth2(_) => "XOAUTH2",
            Self::Apop | Self::User => "",
        }
    }
}

impl Choice<'_> {
    /// The way to begin with.
    pub(super) fn first(self) -> Result<Way, Error> {
        match self.asked {
            Mechanism::Auto => self.strongest(),
            Mechanism::Plain => Ok(Way::Plain),
            Mechanism::Login => Ok(Way::Login),
            Mechanism::User => Ok(Way::User),
            Mechanism::Apop => Ok(Way::Apop),
            Mechanism::Xoauth2 => Ok(self.xoauth2()),
            Mechanism::OauthBearer => Ok(Way::OauthBearer),
            Mechanism::ScramSha256 => self.if_offered(self.scram(Hash::Sha256)),
            Mechanism::ScramSha1 => self.if_offered(self.scram(Hash::Sha1)),
            Mechanism::CramMd5 => self.if_offered(Way::CramMd5),
        }
    }

    /// The way that may follow one which the server refused for what it is, not for the password. There is one step
    /// back and no second, so the password is sent twice at most.
    pub(super) fn after(self, refused: Way) -> Option<Way> {
        let other_form = match refused {
            Way::Xoauth2(TokenForm::OneLine) => Some(Way::Xoauth2(TokenForm::TwoLines)),
            // Who asks for SCRAM by name is not talked out of binding it: anybody on the line could refuse.
            Way::Scram(hash, Bound::ToTheLine) if self.asked == Mechanism::Auto => {
                Some(Way::Scram(hash, Bound::GivenUp)).filter(|way| self.offers(*way))
            }
            _ => None,
        };
        if other_form.is_some() || self.asked != Mechanism::Auto {
            return other_form;
        }
        let user = self.can.user.then_some(Way::User);
        match refused {
            Way::Scram(..) | Way::CramMd5 => {
                let simpler = [Way::Plain, Way::Login].into_iter();
                simpler.filter(|way| self.offers(*way)).chain(user).next()
            }
            Way::Plain | Way::Login => user,
            Way::OauthBearer => Some(self.xoauth2()).filter(|way| self.offers(*way)),
            Way::Xoauth2(_) | Way::Apop | Way::User => None,
        }
    }

    fn strongest(self) -> Result<Way, Error> {
        let scram = [self.scram(Hash::Sha256), self.scram(Hash::Sha1)];
        let ways = match (self.secret, self.line) {
            (Secret::Token(_), _) => vec![Way::OauthBearer, self.xoauth2()],
            // In clear, PLAIN and LOGIN show the password to everybody; under TLS, CRAM-MD5 is only older.
            (Secret::Password(_), Security::None) => {
                [&scram[..], &[Way::CramMd5, Way::Plain, Way::Login]].concat()
            }
            (Secret::Password(_), Security::Tls | Security::Stls) => {
                [&scram[..], &[Way::Plain, Way::CramMd5, Way::Login]].concat()
            }
        };
        match ways.into_iter().find(|way| self.offers(*way)) {
            Some(way) => Ok(way),
            None => match self.secret {
                Secret::Password(_) => Ok(Way::User),
                // It does not say: the elder of the two is understood by more.
                Secret::Token(_) if !self.can.known => Ok(self.xoauth2()),
                Secret::Token(_) => Err(Error::NotOffered("OAUTHBEARER or XOAUTH2")),
            },
        }
    }

    /// SCRAM, bound to the line where both sides can.
    fn scram(self, hash: Hash) -> Way {
        let bound = Way::Scram(hash, Bound::ToTheLine);
        match (self.offers(bound), self.bindable) {
            (true, true) => bound,
            (true, false) => Way::Scram(hash, Bound::GivenUp),
            (false, _) => Way::Scram(hash, Bound::NotOffered),
        }
    }

    fn xoauth2(self) -> Way {
        Way::Xoauth2(self.token_form)
    }

    fn offers(self, way: Way) -> bool {
        self.can.sasl.iter().any(|name| name == way.name())
    }

    /// Where CAPA was refused, the server is asked by trying.
    fn if_offered(self, way: Way) -> Result<Way, Error> {
        if self.can.known && !self.offers(way) {
            return Err(Error::NotOffered(way.name()));
        }
        Ok(way)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pop3::Credentials;

    fn can(sasl: &str) -> Capabilities {
        let mut can = Capabilities {
            known: true,
            user: true,
            ..Capabilities::default()
        };
        can.add(format!("SASL {sasl}").as_bytes());
        can
    }

    fn ways(sasl: &str, line: Security, bindable: bool, who: &Credentials) -> (String, String) {
        let can = can(sasl);
        let choice = Choice {
            asked: Mechanism::Auto,
            can: &can,
            line,
            secret: &who.secret,
            token_form: TokenForm::OneLine,
            bindable,
        };
        let name = |way: Way| match way {
            Way::User => "USER".to_owned(),
            way => way.name().to_owned(),
        };
        match choice.first() {
            Ok(first) => (
                name(first),
                choice.after(first).map(name).unwrap_or_default(),
            ),
            Err(error) => (error.to_string(), String::new()),
        }
    }

    const ALL: &str =
        "LOGIN PLAIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS";

    #[test]
    fn the_strongest_that_both_sides_know_goes_first() {
        let who = Credentials::password("u", "p");
        let told = |sasl, line, bindable| ways(sasl, line, bindable, &who);
        let pair = |first: &str, after: &str| (first.to_owned(), after.to_owned());
        let tls = Security::Tls;
        assert_eq!(
            told(ALL, tls, true),
            pair("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256")
        );
        assert_eq!(told(ALL, tls, false), pair("SCRAM-SHA-256", "PLAIN"));
        assert_eq!(
            told("SCRAM-SHA-1 SCRAM-SHA-1-PLUS", tls, true),
            pair("SCRAM-SHA-1-PLUS", "SCRAM-SHA-1")
        );
        assert_eq!(
            told("login cram-md5 plain", tls, true),
            pair("PLAIN", "USER")
        );
        assert_eq!(told("LOGIN CRAM-MD5", tls, true), pair("CRAM-MD5", "LOGIN"));
        assert_eq!(told("LOGIN", tls, true), pair("LOGIN", "USER"));
        assert_eq!(told("XOAUTH2 GSSAPI", tls, true), pair("USER", ""));
        let clear = told("LOGIN PLAIN CRAM-MD5", Security::None, false);
        assert_eq!(clear, pair("CRAM-MD5", "PLAIN"));
    }

    #[test]
    fn a_token_goes_by_the_standard_first_and_never_as_a_password() {
        let who = Credentials::token("u", "t");
        let told = |sasl| ways(sasl, Security::Tls, true, &who);
        let pair = |first: &str, after: &str| (first.to_owned(), after.to_owned());
        assert_eq!(
            told("PLAIN XOAUTH2 OAUTHBEARER"),
            pair("OAUTHBEARER", "XOAUTH2")
        );
        assert_eq!(told("PLAIN XOAUTH2"), pair("XOAUTH2", "XOAUTH2"));
        assert_eq!(told("OAUTHBEARER"), pair("OAUTHBEARER", ""));
        assert!(
            told("PLAIN LOGIN")
                .0
                .contains("does not offer OAUTHBEARER or XOAUTH2")
        );
    }

    #[test]
    fn what_was_asked_for_by_name_is_done_or_refused_but_not_replaced() {
        let can = can("PLAIN SCRAM-SHA-1");
        let who = Credentials::password("u", "p");
        let choice = |asked| Choice {
            asked,
            can: &can,
            line: Security::Tls,
            secret: &who.secret,
            token_form: TokenForm::OneLine,
            bindable: true,
        };
        let first = choice(Mechanism::ScramSha256).first();
        assert_eq!(first, Err(Error::NotOffered("SCRAM-SHA-256")));
        let scram = Way::Scram(Hash::Sha1, Bound::NotOffered);
        assert_eq!(choice(Mechanism::ScramSha1).first(), Ok(scram));
        assert_eq!(choice(Mechanism::ScramSha1).after(scram), None);
        assert_eq!(choice(Mechanism::Login).first(), Ok(Way::Login));
        assert_eq!(choice(Mechanism::Plain).after(Way::Plain), None);
    }

    #[test]
    fn who_hears_tokens_in_two_lines_hears_them_only_so() {
        let can = can("XOAUTH2");
        let who = Credentials::token("u", "t");
        let ways = |token_form| {
            let choice = Choice {
                asked: Mechanism::Auto,
                can: &can,
                line: Security::Tls,
                secret: &who.secret,
                token_form,
                bindable: false,
            };
            let first = choice.first().unwrap();
            (first, choice.after(first))
        };
        let [one, two] = [TokenForm::OneLine, TokenForm::TwoLines].map(Way::Xoauth2);
        assert_eq!(ways(TokenForm::OneLine), (one, Some(two)));
        assert_eq!(ways(TokenForm::TwoLines), (two, None));
    }
}
