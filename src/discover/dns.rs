//! How DNS is asked: by the system's servers, or by one that stands for them.

use std::net::SocketAddr;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;

use crate::mail::SafeText;

/// Asks this server, else those of the system.
pub(super) fn resolver(dns: Option<SocketAddr>) -> Result<TokioResolver, NetError> {
    let Some(server) = dns else {
        return TokioResolver::builder_tokio()?.build();
    };
    let mut connection = ConnectionConfig::udp();
    connection.port = server.port();
    let server = NameServerConfig::new(server.ip(), true, vec![connection]);
    let config = ResolverConfig::from_name_servers(vec![server]);
    TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()).build()
}

pub(super) fn why(error: &NetError) -> SafeText {
    SafeText::new(&format!("DNS cannot be asked ({error})"))
}
