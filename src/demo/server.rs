//! Carries the sample server's sessions over a stream: reads ahead, answers all that has come, writes once.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::maildrop::Maildrop;
use super::session::{Login, Next, Session};

/// Octets of a command line with its line end (RFC 2449, section 4).
const LINE_LIMIT: usize = 255;
/// Octets of answers that are gathered before they are written although more commands are waiting.
const GATHER: usize = 256 * 1024;

/// Serves one session on `stream` until QUIT, or until the client closes the line (then nothing is deleted).
pub async fn serve<S>(mut stream: S, maildrop: Arc<Maildrop>, login: Login) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut session = Session::new(maildrop, login);
    let mut input = Vec::with_capacity(4096);
    let mut out = Vec::with_capacity(GATHER);
    Session::greet(&mut out);
    loop {
        let mut used = 0;
        let mut next = Next::Listen;
        while next == Next::Listen
            && let Some(length) = input[used..].iter().position(|&octet| octet == b'\n')
        {
            let line = &input[used..used + length];
            next = session.answer(line.strip_suffix(b"\r").unwrap_or(line), &mut out);
            used += length + 1;
            if out.len() >= GATHER {
                stream.write_all(&out).await?;
                out.clear();
            }
        }
        input.drain(..used);
        if input.len() > LINE_LIMIT {
            out.extend_from_slice(b"-ERR that line is too long\r\n");
            next = Next::Hang;
        }
        stream.write_all(&out).await?;
        out.clear();
        stream.flush().await?;
        if next == Next::Hang {
            return stream.shutdown().await;
        }
        if stream.read_buf(&mut input).await? == 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answers_to(maildrop: &Arc<Maildrop>, commands: &[u8]) -> String {
        let login = Login {
            user: "robin".into(),
            password: "p".into(),
        };
        let (mut client, server) = tokio::io::duplex(64);
        let serving = tokio::spawn(serve(server, Arc::clone(maildrop), login));
        let (mut reader, mut writer) = tokio::io::split(&mut client);
        let mut answers = String::new();
        let write = async {
            // The server may hang up before it has read all.
            let _ = writer.write_all(commands).await;
            let _ = writer.shutdown().await;
        };
        let ((), read) = tokio::join!(write, reader.read_to_string(&mut answers));
        read.unwrap();
        serving.await.unwrap().unwrap();
        answers
    }

    #[tokio::test]
    async fn commands_sent_in_one_go_are_all_answered_in_order() {
        let maildrop = Maildrop::new();
        maildrop.deliver("one", b"\r\n1\r\n");
        let answers = answers_to(
            &maildrop,
            b"USER robin\r\nPASS p\r\nDELE 1\r\nNOOP\r\nQUIT\r\n",
        )
        .await;
        let lines: Vec<_> = answers.lines().skip(1).collect();
        assert_eq!(
            lines,
            [
                "+OK and the password?",
                "+OK 1 messages",
                "+OK marked",
                "+OK",
                "+OK fair winds"
            ]
        );
        assert!(maildrop.is_empty());
    }

    #[tokio::test]
    async fn a_line_that_is_cut_before_quit_deletes_nothing_and_gives_the_lock_back() {
        let maildrop = Maildrop::new();
        maildrop.deliver("one", b"\r\n1\r\n");
        answers_to(&maildrop, b"USER robin\r\nPASS p\r\nDELE 1\r\n").await;
        assert_eq!(maildrop.len(), 1);
        assert!(!maildrop.is_locked());
    }

    #[tokio::test]
    async fn a_line_without_end_is_refused_and_hung_up_on() {
        let answers = answers_to(&Maildrop::new(), &[b'x'; 300]).await;
        assert!(
            answers.ends_with("-ERR that line is too long\r\n"),
            "{answers}"
        );
    }
}
