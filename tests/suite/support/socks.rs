//! A SOCKS5 proxy (RFC 1928) on loopback, which remembers where it was asked to go.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

/// A running proxy.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    asked: Arc<Mutex<Vec<Target>>>,
}

/// What a client asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Name(String, u16),
    Address([u8; 4], u16),
}

/// What the proxy does with everybody.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Manner {
    /// Whatever the name, it leads to this port of this machine.
    LeadsTo(u16),
    /// Says no with this code (RFC 1928, section 6).
    Refuses(u8),
    /// Wants to know who is there.
    WantsName,
    /// Is no SOCKS proxy.
    SpeaksHttp,
    /// Never says a word.
    Silent,
}

impl Proxy {
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let told = asked.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let told = told.clone();
                // A line that breaks is the end of it, and nothing else.
                tokio::spawn(async move { serve(stream, manner, &told).await });
            }
        });
        Self { port, asked }
    }

    pub(crate) fn asked(&self) -> Vec<Target> {
        self.asked.lock().expect("not poisoned").clone()
    }
}

async fn serve(
    mut client: TcpStream,
    manner: Manner,
    told: &Mutex<Vec<Target>>,
) -> std::io::Result<()> {
    let mut hello = [0; 2];
    client.read_exact(&mut hello).await?;
    let mut methods = vec![0; hello[1].into()];
    client.read_exact(&mut methods).await?;
    match manner {
        Manner::SpeaksHttp => return client.write_all(b"HTTP/1.1 400 Bad Request\r\n").await,
        Manner::WantsName => return client.write_all(&[5, 0xff]).await,
        Manner::Silent => std::future::pending().await,
        Manner::LeadsTo(_) | Manner::Refuses(_) => client.write_all(&[5, 0]).await?,
    }
    let mut request = [0; 4];
    client.read_exact(&mut request).await?;
    let target = match request[3] {
        1 => {
            let mut address = [0; 4];
            client.read_exact(&mut address).await?;
            Target::Address(address, client.read_u16().await?)
        }
        3 => {
            let mut name = vec![0; client.read_u8().await?.into()];
            client.read_exact(&mut name).await?;
            let name = String::from_utf8_lossy(&name).into_owned();
            Target::Name(name, client.read_u16().await?)
        }
        other => panic!("address type {other}"),
    };
    told.lock().expect("not poisoned").push(target);
    let code = match manner {
        Manner::Refuses(code) => code,
        _ => 0,
    };
    client.write_all(&[5, code, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    if let Manner::LeadsTo(port) = manner {
        let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
        copy_bidirectional(&mut client, &mut server).await?;
    }
    Ok(())
}
