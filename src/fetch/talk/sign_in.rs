//! From nothing to TRANSACTION state: line, TLS, greeting, log-in.

use std::sync::{Arc, Mutex, PoisonError};

use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::OnceCell;

use crate::config;
use crate::config::{Account, Auth};
use crate::pop3::{
    Capa, Capabilities, ChannelBinding, Credentials, Event, Limits, Mechanism, Nonce, Recall,
    Secret, Security, Session, Setup, TokenForm,
};
use crate::providers::{Provider, Xoauth2};

use crate::fetch::line::connect::{Connect, Line, Protection, Stream};
use crate::fetch::line::tls::Tls;
use crate::fetch::secret;
use crate::fetch::talk::client::Client;
use crate::fetch::talk::listing::unasked;
use crate::fetch::tell::foreign::Quote;
use crate::fetch::tell::tracer::Tracer;
use crate::fetch::tell::trouble::Trouble;

/// What is needed to sign in, and does not change from session to session but for a token that is refreshed.
pub(in crate::fetch) struct Entry<'a, C> {
    account: &'a Account,
    connect: &'a C,
    badge: Mutex<Badge>,
    /// `None` for a line in clear. Read with the first line: the roots are hundreds of files.
    tls: OnceCell<Option<Arc<Tls>>>,
}

/// Who signs in, and for which time.
struct Badge {
    credentials: Credentials,
    age: Age,
}

/// Whether a refused token may be replaced: once in a fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Age {
    First,
    Refreshed,
}

/// A line that is protected as it can be before the first octet of POP3.
pub(in crate::fetch) struct Protected {
    stream: Box<dyn Stream>,
    pub(in crate::fetch) security: Security,
    channel_binding: Option<ChannelBinding>,
}

/// How a session goes about it, as sessions before it learnt.
#[derive(Debug, Clone)]
pub(in crate::fetch) struct Manner {
    pub(in crate::fetch) capa: Capa,
    /// Whether CAPA, UIDL and LIST may go out with the log-in.
    pub(in crate::fetch) login_pipelining: bool,
    /// What the server announced before an earlier log-in.
    pub(in crate::fetch) recall: Option<Recall>,
}

impl<'a, C: Connect> Entry<'a, C> {
    /// Reads password or token.
    pub(in crate::fetch) async fn new(
        account: &'a Account,
        connect: &'a C,
    ) -> Result<Self, Trouble> {
        let credentials = secret::read(account).await?;
        Ok(Self::start(account, connect, credentials, OnceCell::new()))
    }

    /// With password or token, and the roots for TLS, which were read one by one.
    pub(in crate::fetch) fn with(
        account: &'a Account,
        connect: &'a C,
        credentials: Credentials,
        tls: Option<Arc<Tls>>,
    ) -> Self {
        Self::start(account, connect, credentials, OnceCell::new_with(Some(tls)))
    }

    fn start(
        account: &'a Account,
        connect: &'a C,
        credentials: Credentials,
        tls: OnceCell<Option<Arc<Tls>>>,
    ) -> Self {
        Self {
            account,
            connect,
            badge: Mutex::new(Badge {
                credentials,
                age: Age::First,
            }),
            tls,
        }
    }

    /// What is known of TLS with this server.
    pub(in crate::fetch) fn tls(&self) -> Option<&Tls> {
        self.shared_tls().map(Arc::as_ref)
    }

    fn shared_tls(&self) -> Option<&Arc<Tls>> {
        self.tls.get()?.as_ref()
    }

    /// Reads the roots for TLS, unless they are here, or not needed.
    async fn prepare_tls(&self) -> Result<(), Trouble> {
        let read = || async {
            Ok(match self.account.security {
                config::Security::None => None,
                _ => Some(Arc::new(Tls::new(self.account).await?)),
            })
        };
        self.tls.get_or_try_init(read).await.map(|_tls| ())
    }

    /// Connects, with TLS up where the account wants it from the first octet. No octet of POP3 is read yet.
    pub(in crate::fetch) async fn open(&self, manner: &Manner) -> Result<Client, Trouble> {
        let open = async {
            // The roots are read while the line comes up. A fault of the config is told before one of the line.
            let connect = async {
                let line = self.connect.connect(self.account).await;
                self.prepare_tls().await?;
                Ok(line?)
            };
            let (line, ()) = tokio::try_join!(connect, self.prepare_tls())?;
            self.protect(line).await
        };
        let line = open.await.inspect_err(|trouble| self.remark(trouble))?;
        self.client(line, manner)
    }

    /// A session on a line that is protected as it can be so far.
    pub(in crate::fetch) fn client(
        &self,
        line: Protected,
        manner: &Manner,
    ) -> Result<Client, Trouble> {
        let account = self.account;
        let server = format!("{} port {}", account.host, account.port);
        let tracer = self.tracer();
        if let Some(tracer) = &tracer {
            tracer.remark(&format!("connected to {server}"));
            let agreed = self.tls().and_then(Tls::agreed);
            if let (Security::Tls, Some(agreed)) = (line.security, agreed) {
                tracer.remark(&agreed.to_string());
            }
        }
        let (credentials, age) = self.badge();
        let setup = Setup {
            mechanism: mechanism(account.auth),
            capa: manner.capa,
            allow_cleartext: account.allows_clear(),
            limits: Limits::default(),
            host: account.host.clone(),
            port: account.port,
            token_form: token_form(&account.host),
            channel_binding: line.channel_binding,
            login_pipelining: manner.login_pipelining,
            recall: manner.recall.clone(),
            second_try: age == Age::First,
            ..Setup::new(line.security, credentials, nonce()?)
        };
        Ok(Client::new(
            line.stream,
            Session::new(setup),
            self.shared_tls().cloned(),
            self.quote(),
            tracer,
            server,
            account.timeout,
        ))
    }

    /// Writes into the trace why there is no session at all.
    pub(in crate::fetch) fn remark(&self, trouble: &Trouble) {
        if let Some(tracer) = self.tracer() {
            tracer.remark(&trouble.to_string());
        }
    }

    fn tracer(&self) -> Option<Tracer> {
        let trace = self.connect.trace()?.clone();
        Some(Tracer::new(trace, &self.account.name, self.quote()))
    }

    fn quote(&self) -> Quote {
        let (credentials, _) = self.badge();
        Quote::without(credentials.secrets(&self.account.host, self.account.port))
    }

    /// Greeting, CAPA, STLS, log-in, CAPA again: all the session's business. A token that is refused is asked for anew,
    /// once, and shown on a new line.
    pub(in crate::fetch) async fn log_in(
        &self,
        client: &mut Client,
        manner: &Manner,
    ) -> Result<Capabilities, Trouble> {
        // Microsoft refuses a token without a word on why.
        let said = match (converse(client).await, self.badge()) {
            (Err(Trouble::Login(said) | Trouble::LoginPerhaps(said)), (who, age))
                if is_token(&who) =>
            {
                match age {
                    Age::First => said,
                    Age::Refreshed => return Err(Trouble::Token(said, SECOND)),
                }
            }
            (ended, _) => return ended,
        };
        if !self.refresh().await? {
            return Err(Trouble::Token(said, SAME));
        }
        *client = self.open(manner).await?;
        match converse(client).await {
            Err(Trouble::Login(said) | Trouble::LoginPerhaps(said)) => {
                Err(Trouble::Token(said, SECOND))
            }
            ended => ended,
        }
    }

    /// Asks for a token anew; `false` where it is the old one.
    async fn refresh(&self) -> Result<bool, Trouble> {
        let fresh = secret::read(self.account).await?;
        let mut badge = self.badge.lock().unwrap_or_else(PoisonError::into_inner);
        badge.age = Age::Refreshed;
        let differs = match (&badge.credentials.secret, &fresh.secret) {
            (Secret::Token(old), Secret::Token(new)) => old != new,
            _ => false,
        };
        badge.credentials = fresh;
        Ok(differs)
    }

    fn badge(&self) -> (Credentials, Age) {
        let badge = self.badge.lock().unwrap_or_else(PoisonError::into_inner);
        (badge.credentials.clone(), badge.age)
    }

    /// Puts TLS over it, where that comes before the first octet of POP3.
    pub(in crate::fetch) async fn protect(&self, line: Line) -> Result<Protected, Trouble> {
        let security = match (line.protection, self.account.security, self.tls()) {
            (Protection::Closed, ..) => Security::Tls,
            (Protection::Open, config::Security::Tls, Some(tls)) => {
                let (stream, binding) = tls.handshake(line.stream).await?;
                return Ok(Protected {
                    stream,
                    security: Security::Tls,
                    channel_binding: binding,
                });
            }
            (Protection::Open, config::Security::None, _) => Security::None,
            // Anything else can only go on under STLS, or not at all.
            (Protection::Open, ..) => Security::Stls,
        };
        Ok(Protected {
            stream: line.stream,
            security,
            channel_binding: None,
        })
    }
}

const SAME: &str =
    "token-command was run again and printed the same one; renew the consent that it rests on";
const SECOND: &str = "so was the one that token-command printed after it; check user, or renew the consent that the token rests on";

async fn converse(client: &mut Client) -> Result<Capabilities, Trouble> {
    match client.next().await? {
        Event::LoggedIn(capabilities) => Ok(capabilities),
        other @ Event::Reply(..) => Err(unasked(&other)),
    }
}

fn is_token(who: &Credentials) -> bool {
    matches!(who.secret, Secret::Token(_))
}

fn nonce() -> Result<Nonce, Trouble> {
    let mut octets = [0; 36];
    SystemRandom::new()
        .fill(&mut octets)
        .map_err(|_| Trouble::NoRandomness)?;
    Ok(Nonce(octets))
}

fn token_form(host: &str) -> TokenForm {
    match Provider::of_server(host).map(|provider| provider.xoauth2) {
        Some(Xoauth2::TwoLines) => TokenForm::TwoLines,
        Some(Xoauth2::OneLine) | None => TokenForm::OneLine,
    }
}

fn mechanism(auth: Auth) -> Mechanism {
    match auth {
        Auth::Auto => Mechanism::Auto,
        Auth::Plain => Mechanism::Plain,
        Auth::Login => Mechanism::Login,
        Auth::ScramSha256 => Mechanism::ScramSha256,
        Auth::ScramSha1 => Mechanism::ScramSha1,
        Auth::CramMd5 => Mechanism::CramMd5,
        Auth::Apop => Mechanism::Apop,
        Auth::User => Mechanism::User,
        Auth::Xoauth2 => Mechanism::Xoauth2,
        Auth::OauthBearer => Mechanism::OauthBearer,
    }
}
