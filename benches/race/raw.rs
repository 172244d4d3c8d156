//! The yardstick: a reader that logs in, sends all commands at once and throws the answers away. Nothing that reads
//! POP3 from this server can be faster, and nothing that keeps mail can be as fast.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memchr::memmem;
use tokio::io::{
    AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadHalf, WriteHalf,
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// What ends the text of a mail, or a listing.
const END: &[u8] = b"\r\n.\r\n";
/// Octets read at once.
const READ: usize = 256 << 10;

/// What the reader does between log-in and QUIT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// All RETRs at once.
    Fetch,
    /// One RETR after the other.
    LockStep,
    /// UIDL.
    Poll,
    /// All DELEs at once.
    Delete,
}

impl Task {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::LockStep => "lock-step",
            Self::Poll => "poll",
            Self::Delete => "delete",
        }
    }

    fn of(word: &str) -> Option<Self> {
        let all = [Self::Fetch, Self::LockStep, Self::Poll, Self::Delete];
        all.into_iter().find(|task| task.word() == word)
    }
}

/// Runs as a process of its own with `TASK PORT USER PASSWORD [CA-FILE]`, so that it is measured as the others are.
/// Prints how many mails it met.
pub(crate) fn main(arguments: &[String]) -> Option<u64> {
    let [task, port, user, password, rest @ ..] = arguments else {
        return None;
    };
    let task = Task::of(task)?;
    let port = port.parse().ok()?;
    let ca_file = rest.first().map(PathBuf::from);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .ok()?;
    let login = format!("USER {user}\r\nPASS {password}\r\n");
    let count = runtime.block_on(async {
        let line = TcpStream::connect(("127.0.0.1", port)).await?;
        line.set_nodelay(true)?;
        match ca_file {
            None => session(line, task, &login).await,
            Some(ca_file) => session(protect(line, &ca_file).await?, task, &login).await,
        }
    });
    Some(count.expect("the server answers"))
}

async fn protect(line: TcpStream, ca_file: &Path) -> io::Result<impl AsyncRead + AsyncWrite> {
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_file_iter(ca_file).map_err(io::Error::other)? {
        let root = root.map_err(io::Error::other)?;
        roots.add(root).map_err(io::Error::other)?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
    TlsConnector::from(Arc::new(config))
        .connect(name, line)
        .await
}

async fn session<L: AsyncRead + AsyncWrite>(line: L, task: Task, login: &str) -> io::Result<u64> {
    let (from, to) = tokio::io::split(line);
    let (mut reader, mut writer) = (Reader::new(from), Writer(to));
    reader.lines(1).await?;
    let count = if task == Task::Poll {
        writer.write(&format!("{login}UIDL\r\n")).await?;
        reader.ends(1).await?
    } else {
        writer.write(&format!("{login}STAT\r\n")).await?;
        let stat = reader.lines(3).await?;
        let count = stat.split(' ').nth(1).and_then(|count| count.parse().ok());
        let count = count.ok_or_else(|| io::Error::other(format!("STAT told {stat:?}")))?;
        work(task, count, &mut reader, &mut writer).await?;
        count
    };
    writer.write("QUIT\r\n").await?;
    reader.lines(1).await?;
    Ok(count)
}

async fn work<L: AsyncRead + AsyncWrite>(
    task: Task,
    count: u64,
    reader: &mut Reader<L>,
    writer: &mut Writer<L>,
) -> io::Result<()> {
    let verb = if task == Task::Delete { "DELE" } else { "RETR" };
    if task == Task::LockStep {
        for number in 1..=count {
            writer.write(&format!("{verb} {number}\r\n")).await?;
            reader.ends(1).await?;
        }
        return Ok(());
    }
    let mut commands = String::new();
    for number in 1..=count {
        // Writing to a string cannot fail.
        let _ = write!(commands, "{verb} {number}\r\n");
    }
    let answers = async {
        match task {
            Task::Delete => reader.lines(count).await.map(drop),
            _ => reader.ends(count).await.map(drop),
        }
    };
    let (written, read) = tokio::join!(writer.write(&commands), answers);
    written.and(read)
}

struct Writer<L>(WriteHalf<L>);

impl<L: AsyncWrite> Writer<L> {
    async fn write(&mut self, text: &str) -> io::Result<()> {
        self.0.write_all(text.as_bytes()).await?;
        self.0.flush().await
    }
}

struct Reader<L> {
    from: ReadHalf<L>,
    octets: Vec<u8>,
}

impl<L: AsyncRead> Reader<L> {
    fn new(from: ReadHalf<L>) -> Self {
        Self {
            from,
            octets: Vec::with_capacity(2 * READ),
        }
    }

    /// Reads so many lines; the last one is handed back.
    async fn lines(&mut self, count: u64) -> io::Result<String> {
        let mut last = String::new();
        for _ in 0..count {
            let end = loop {
                if let Some(end) = memchr::memchr(b'\n', &self.octets) {
                    break end;
                }
                self.fill().await?;
            };
            let line: Vec<u8> = self.octets.drain(..=end).collect();
            String::from_utf8_lossy(&line)
                .trim_end()
                .clone_into(&mut last);
            if !last.starts_with("+OK") {
                return Err(io::Error::other(last));
            }
        }
        Ok(last)
    }

    /// Reads on until so many mails or listings have ended. Hands back how many did.
    async fn ends(&mut self, count: u64) -> io::Result<u64> {
        let end = memmem::Finder::new(END);
        let mut ended = 0;
        loop {
            let found = end.find_iter(&self.octets);
            let (last, all) = found.fold((None, 0), |(_, all), at| (Some(at), all + 1));
            ended += all;
            // What could be the beginning of an end stays.
            let used = last.map_or(0, |at| at + END.len());
            let used = used.max(self.octets.len().saturating_sub(END.len() - 1));
            self.octets.drain(..used);
            if ended >= count {
                return Ok(ended);
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> io::Result<()> {
        self.octets.reserve(READ);
        match self.from.read_buf(&mut self.octets).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}
