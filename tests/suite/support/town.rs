//! Hosts with POP3 servers, all on loopback: what a search for a server finds behind the names.

use std::collections::HashMap;
use std::path::Path;

use poptui::config::{Account, Security};
use poptui::fetch::{Connect, Error, ErrorKind, Line, Protection};
use tokio::net::TcpStream;

use super::server::Server;
use super::tls::{acceptor, identity, listen};

/// Doors by host and port.
pub(crate) struct Town {
    doors: HashMap<(String, u16), u16>,
    roots: tempfile::NamedTempFile,
    trusted: String,
    servers: Vec<Server>,
}

impl Town {
    pub(crate) fn new() -> Self {
        Self {
            doors: HashMap::new(),
            roots: tempfile::NamedTempFile::new().unwrap(),
            trusted: String::new(),
            servers: Vec::new(),
        }
    }

    /// A POP3 server at this door, under a certificate for its name.
    pub(crate) async fn build(self, host: &str, port: u16, security: Security) -> Self {
        self.build_under(host, port, security, host).await
    }

    /// The same under a certificate for this other name.
    pub(crate) async fn build_under(
        mut self,
        host: &str,
        port: u16,
        security: Security,
        name: &str,
    ) -> Self {
        let identity = identity(name, (2020, 2120));
        self.trusted.push_str(&identity.root);
        std::fs::write(self.roots.path(), &self.trusted).unwrap();
        let server = Server::new(Vec::new());
        if security == Security::Stls {
            server.always(super::server::Fault::OffersStls);
        }
        self.servers.push(server.clone());
        let door = listen(server, acceptor(&identity), security).await;
        self.doors.insert((host.to_owned(), port), door);
        self
    }

    /// Somebody at this door who is no POP3 server: whoever listens at this port of loopback.
    pub(crate) fn build_other(mut self, host: &str, port: u16, door: u16) -> Self {
        self.doors.insert((host.to_owned(), port), door);
        self
    }

    /// How many sessions all servers had together.
    pub(crate) fn sessions(&self) -> usize {
        self.servers.iter().map(Server::sessions).sum()
    }

    /// The roots of all certificates.
    pub(crate) fn roots(&self) -> &Path {
        self.roots.path()
    }

    /// The streets of the town.
    pub(crate) fn streets(&self) -> Streets {
        Streets(self.doors.clone())
    }
}

/// Leads to the doors of a town.
pub(crate) struct Streets(HashMap<(String, u16), u16>);

impl Connect for Streets {
    async fn connect(&self, account: &Account) -> Result<Line, Error> {
        let missing = || Error::new(ErrorKind::Connect, &account.name, "nothing answers there");
        let door = self.0.get(&(account.host.clone(), account.port));
        let door = *door.ok_or_else(missing)?;
        let stream = TcpStream::connect(("127.0.0.1", door)).await;
        Ok(Line {
            stream: Box::new(stream.map_err(|_| missing())?),
            protection: Protection::Open,
        })
    }
}
