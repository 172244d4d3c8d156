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
use super::tracer::Tracer;
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
        let open = async {
            self.protect(self.connect.connect(self.account).await?)
                .await
        };
        let (stream, security) = open.await.inspect_err(|trouble| self.remark(trouble))?;
        Ok(self.client(stream, security, capa))
    }

    /// A session on a line that is protected as it can be so far.
    pub(super) fn client(&self, stream: Box<dyn Stream>, security: Security, capa: Capa) -> Client {
        let account = self.account;
        let server = format!("{} port {}", account.host, account.port);
        let tracer = self.tracer();
        if let Some(tracer) = &tracer {
            tracer.remark(&format!("connected to {server}"));
            let agreed = self.tls.as_ref().and_then(|tls| tls.agreed());
            if let (Security::Tls, Some(agreed)) = (security, agreed) {
                tracer.remark(&agreed.to_string());
            }
        }
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
        Client::new(
            stream,
            Session::new(setup),
            self.tls.clone(),
            self.quote(),
            tracer,
            server,
            account.timeout,
        )
    }

    /// Writes into the trace why there is no session at all.
    pub(super) fn remark(&self, trouble: &Trouble) {
        if let Some(tracer) = self.tracer() {
            tracer.remark(&trouble.to_string());
        }
    }

    fn tracer(&self) -> Option<Tracer> {
        let trace = self.connect.trace()?.clone();
        Some(Tracer::new(trace, &self.account.name, self.quote()))
    }

    fn quote(&self) -> Quote {
        Quote::new(&self.account.user, &self.password)
    }

    /// Puts TLS over it, where that comes before the first octet of POP3.
    pub(super) async fn protect(&self, line: Line) -> Result<(Box<dyn Stream>, Security), Trouble> {
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
