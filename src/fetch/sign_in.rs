//! From nothing to TRANSACTION state: line, TLS, greeting, log-in.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::config;
use crate::config::{Account, Auth};
use crate::pop3::{
    Capa, Capabilities, Credentials, Event, Limits, Mechanism, Security, Session, Setup,
};

use super::client::Client;
use super::connect::{Connect, Line, Protection, Stream};
use super::foreign::Quote;
use super::listing::unasked;
use super::tls::Tls;
use super::trouble::Trouble;

/// What is needed to sign in, and does not change from session to session.
pub(super) struct Entry<'a, C> {
    pub(super) account: &'a Account,
    pub(super) connect: &'a C,
    pub(super) password: Zeroizing<String>,
    /// `None` for a line in clear.
    pub(super) tls: Option<Arc<Tls>>,
}

impl<C: Connect> Entry<'_, C> {
    /// Connects, with TLS up where the account wants it from the first octet. No octet of POP3 is read yet.
    pub(super) async fn open(&self, capa: Capa) -> Result<Client, Trouble> {
        let account = self.account;
        let line = self.connect.connect(account).await?;
        let (stream, security) = self.protect(line).await?;
        let setup = Setup {
            security,
            credentials: Credentials {
                user: account.user.clone(),
                password: self.password.clone(),
            },
            mechanism: mechanism(account.auth),
            capa,
            allow_cleartext: account.allows_clear(),
            limits: Limits::default(),
        };
        Ok(Client::new(
            stream,
            Session::new(setup),
            self.tls.clone(),
            Quote::new(&account.user, &self.password),
            format!("{} port {}", account.host, account.port),
            account.timeout,
        ))
    }

    async fn protect(&self, line: Line) -> Result<(Box<dyn Stream>, Security), Trouble> {
        let security = match (line.protection, self.account.security, &self.tls) {
            (Protection::Closed, ..) => Security::Tls,
            (Protection::Open, config::Security::Tls, Some(tls)) => {
                return Ok((tls.handshake(line.stream).await?, Security::Tls));
            }
            (Protection::Open, config::Security::None, _) => Security::None,
            // Anything else can only go on under STLS, or not at all.
            (Protection::Open, ..) => Security::Stls,
        };
        Ok((line.stream, security))
    }
}

/// Greeting, CAPA, STLS, log-in, CAPA again: all the session's business.
pub(super) async fn log_in(client: &mut Client) -> Result<Capabilities, Trouble> {
    match client.next().await? {
        Event::LoggedIn(capabilities) => Ok(capabilities),
        other @ Event::Reply(..) => Err(unasked(&other)),
    }
}

fn mechanism(auth: Auth) -> Mechanism {
    match auth {
        Auth::Auto
        | Auth::Login
        | Auth::ScramSha256
        | Auth::ScramSha1
        | Auth::CramMd5
        | Auth::Apop
        | Auth::Xoauth2
        | Auth::OauthBearer => Mechanism::Auto,
        Auth::Plain => Mechanism::Plain,
        Auth::User => Mechanism::User,
    }
}
