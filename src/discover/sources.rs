//! Whom the search asks, and how long: the world as it is, or servers that stand for it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Whom the search asks.
#[derive(Debug, Clone)]
pub struct Sources {
    /// The DNS server; those of the system if there is none.
    pub dns: Option<SocketAddr>,
    /// The one server for all of HTTPS; each by its own name if there is none.
    pub https: Option<StandIn>,
    /// An extra trusted root for the mail servers, as in the config.
    pub ca_file: Option<PathBuf>,
    /// Whether Mozilla learns the domain, and tells what its database has about it.
    pub mozilla: Mozilla,
    /// How long.
    pub limits: Limits,
}

/// A server that answers for every host.
#[derive(Debug, Clone)]
pub struct StandIn {
    /// Where it listens.
    pub address: SocketAddr,
    /// The only root its certificates can have, in PEM.
    pub root: PathBuf,
}

/// Whether Mozilla's database is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mozilla {
    /// The domain, and nothing else of the address, goes there.
    Asked,
    /// It learns nothing.
    NotAsked,
}

/// How long the search may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// One source, or one server that is tried.
    pub each: Duration,
    /// All together.
    pub total: Duration,
}

impl Default for Sources {
    fn default() -> Self {
        Self {
            dns: None,
            https: None,
            ca_file: None,
            mozilla: Mozilla::NotAsked,
            limits: Limits {
                each: Duration::from_secs(5),
                total: Duration::from_secs(10),
            },
        }
    }
}
