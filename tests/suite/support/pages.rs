//! A web server over TLS on loopback that stands for every host, and remembers what it was asked.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use poptui::discover::StandIn;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::tls::{acceptor, identity_of};

/// What lies at `host/path`.
#[derive(Clone)]
pub(crate) enum Page {
    Is(Vec<u8>),
    MovedTo(String),
    /// The line stays open and silent.
    Stalls,
}

/// The server; gone with the value.
pub(crate) struct Pages {
    address: SocketAddr,
    root: tempfile::NamedTempFile,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Pages {
    /// Serves these pages under certificates for these names; 404 for all others. A page is found by the beginning of
    /// `host/path`.
    pub(crate) async fn serve(names: &[&str], pages: Vec<(&str, Page)>) -> Self {
        let identity = identity_of(names, (2020, 2120));
        let root = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(root.path(), &identity.root).unwrap();
        let pages = pages.into_iter().map(|(at, page)| (at.to_owned(), page));
        let pages: Arc<Vec<_>> = Arc::new(pages.collect());
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (acceptor, told) = (acceptor(&identity), heard.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, pages, told) = (acceptor.clone(), pages.clone(), told.clone());
                tokio::spawn(async move { answer(stream, acceptor, &pages, &told).await });
            }
        });
        Self {
            address,
            root,
            heard,
        }
    }

    pub(crate) fn stand_in(&self) -> StandIn {
        StandIn {
            address: self.address,
            root: PathBuf::from(self.root.path()),
        }
    }

    /// What was asked for, as `host/path`.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

async fn answer(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    pages: &[(String, Page)],
    heard: &Mutex<Vec<String>>,
) {
    let Ok(mut stream) = acceptor.accept(stream).await else {
        return;
    };
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(octet) => request.push(octet),
            Err(_) => return,
        }
    }
    let asked = asked(&String::from_utf8_lossy(&request));
    heard.lock().unwrap().push(asked.clone());
    let page = pages.iter().find(|(at, _)| asked.starts_with(at.as_str()));
    let (status, header, body) = match page.map(|(_, page)| page) {
        Some(Page::Is(body)) => ("200 OK", String::new(), body.clone()),
        Some(Page::MovedTo(place)) => ("302 Found", format!("location: {place}\r\n"), Vec::new()),
        Some(Page::Stalls) => std::future::pending().await,
        None => ("404 Not Found", String::new(), Vec::new()),
    };
    let length = body.len();
    let start = format!(
        "HTTP/1.1 {status}\r\n{header}content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    // Who asked may have gone.
    let _ = stream.write_all(start.as_bytes()).await;
    let _ = stream.write_all(&body).await;
    let _ = stream.shutdown().await;
}

fn asked(request: &str) -> String {
    let path = request.split(' ').nth(1).unwrap_or_default();
    let host = request.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then(|| value.trim())
    });
    format!("{}{path}", host.unwrap_or_default())
}
