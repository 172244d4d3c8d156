//! A look at a server without signing in: whether POP3 answers there, under a certificate for its name.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::config::{Account, Security};
use crate::mail::{SafeText, cut};

use crate::fetch::check::advice;
use crate::fetch::check::findings::Found;
use crate::fetch::check::wording::Wording;
use crate::fetch::line::connect::{Connect, Protection, Stream};
use crate::fetch::line::tls::Tls;
use crate::fetch::tell::trouble::Trouble;
use crate::fetch::{Error, ErrorKind};

/// Longest status line that is read (RFC 2449, section 4 allows 512).
const LONGEST: usize = 1024;
/// Longest quotation of what answers in place of a POP3 server, in terminal cells.
const CELLS: usize = 60;

/// Connects, does TLS as the account says, and says QUIT. No name and no password is sent.
pub async fn probe<C: Connect>(account: &Account, connect: &C) -> Result<(), Error> {
    let look = tokio::time::timeout(account.timeout, look(account, connect));
    let looked = match look.await {
        Ok(looked) => looked.map_err(|trouble| trouble.at(account)),
        Err(_elapsed) => {
            let sentence = format!(
                "{} port {} was silent for {} s; check host and port, or try again later",
                account.host,
                account.port,
                account.timeout.as_secs_f32().round()
            );
            Err(Error::new(ErrorKind::Temporary, &account.name, &sentence))
        }
    };
    looked.map_err(|error| in_options(&error))
}

/// Whoever looks has no config yet.
fn in_options(error: &Error) -> Error {
    let (detail, advice) = advice::halves(&error.sentence);
    let advice = advice.map(|advice| Wording::Options.reword(&advice));
    Error {
        sentence: Found { detail, advice }.sentence(),
        kind: error.kind,
    }
}

async fn look<C: Connect>(account: &Account, connect: &C) -> Result<(), Trouble> {
    let line = connect.connect(account).await?;
    let mut stream = line.stream;
    match (line.protection, account.security) {
        (Protection::Closed, _) | (_, Security::None) => greeting(&mut stream).await?,
        (Protection::Open, Security::Tls) => {
            stream = protect(account, stream).await?;
            greeting(&mut stream).await?;
        }
        (Protection::Open, Security::Stls) => {
            greeting(&mut stream).await?;
            send(&mut stream, b"STLS\r\n").await?;
            let reply = status(&mut stream).await?;
            if !is_ok(&reply) {
                return Err(Trouble::NoStls);
            }
            stream = protect(account, stream).await?;
        }
    }
    // What it answers does not matter, nor whether it hears it.
    let _ = send(&mut stream, b"QUIT\r\n").await;
    Ok(())
}

/// TLS over it. Whoever looks is about to add an account: a certificate that is not believed is told with its
/// fingerprint, and with the options that trust it.
async fn protect(account: &Account, stream: Box<dyn Stream>) -> Result<Box<dyn Stream>, Trouble> {
    let tls = Tls::new(account).await?;
    let ended = tls.handshake(stream).await;
    ended
        .map(|(stream, _binding)| stream)
        .map_err(|trouble| match (trouble, tls.presented()) {
            (Trouble::Certificate { doubt, sentence }, Some(presented)) => {
                let found =
                    advice::on_certificate(account, doubt, &sentence, &presented, Wording::Options);
                let sentence = found.sentence();
                Trouble::Certificate { doubt, sentence }
            }
            (trouble, _) => trouble,
        })
}

async fn greeting(stream: &mut Box<dyn Stream>) -> Result<(), Trouble> {
    let line = status(stream).await?;
    if is_ok(&line) {
        return Ok(());
    }
    let said = cut(&SafeText::from_bytes(&line), CELLS);
    if line.starts_with(b"-ERR") {
        return Err(Trouble::Temporary(said));
    }
    Err(Trouble::NoPop3(said))
}

/// One status line. Octet by octet, so that nothing behind it is read before TLS: what lies there breaks the handshake.
async fn status(stream: &mut Box<dyn Stream>) -> Result<Vec<u8>, Trouble> {
    let mut line = Vec::new();
    loop {
        let octet = match stream.read_u8().await {
            Ok(octet) => octet,
            Err(_) if line.is_empty() => return Err(Trouble::NoPop3(SafeText::new("nothing"))),
            Err(error) => return Err(Trouble::Broken(error.to_string())),
        };
        if octet == b'\n' {
            return Ok(line.trim_ascii_end().to_vec());
        }
        line.push(octet);
        if line.len() > LONGEST {
            return Err(Trouble::NoPop3(cut(&SafeText::from_bytes(&line), CELLS)));
        }
    }
}

async fn send(stream: &mut Box<dyn Stream>, command: &[u8]) -> Result<(), Trouble> {
    let sent = async {
        stream.write_all(command).await?;
        stream.flush().await
    };
    let sent: Result<(), std::io::Error> = sent.await;
    sent.map_err(|error| Trouble::Broken(error.to_string()))
}

fn is_ok(line: &[u8]) -> bool {
    line.strip_prefix(b"+OK")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(b" ") || rest.starts_with(b"\t"))
}
