//! A TCP line whose acknowledgements never wait, for servers that send a reply in two pieces.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Acknowledges what it reads at once.
///
/// Without PIPELINING, a server that writes `+OK` first and the mail after it (popa3d does) holds the mail back until
/// the `+OK` is acknowledged (RFC 896), and our side holds the acknowledgement back in the hope of something to send
/// with it (RFC 1122, section 4.2.3.2): together they wait 40 ms for each mail.
pub(in crate::fetch) struct Prompt(TcpStream);

impl Prompt {
    pub(in crate::fetch) fn new(stream: TcpStream) -> Self {
        // Commands are short and waited for. Where the option is refused, it is only slower.
        let _ = stream.set_nodelay(true);
        Self(stream)
    }
}

/// The option holds until the next command is sent: it is set again each time.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn acknowledge(stream: &TcpStream) {
    // Where it is refused, it is only slower.
    let _ = stream.set_quickack(true);
}

/// Elsewhere the system decides.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn acknowledge(_: &TcpStream) {}

impl AsyncRead for Prompt {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.0).poll_read(context, buffer);
        if read.is_ready() {
            acknowledge(&self.0);
        }
        read
    }
}

impl AsyncWrite for Prompt {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, octets)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[tokio::test]
    async fn what_was_read_is_acknowledged_without_waiting_for_something_to_send() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let near = TcpStream::connect(listener.local_addr().unwrap()).await;
        let (mut far, _) = listener.accept().await.unwrap();
        let mut line = Prompt::new(near.unwrap());
        // What the system does by itself once commands and replies have taken turns for a while.
        line.0.set_quickack(false).unwrap();
        far.write_all(b"+OK\r\n").await.unwrap();
        let mut reply = [0; 5];
        line.read_exact(&mut reply).await.unwrap();
        assert_eq!(&reply, b"+OK\r\n");
        assert!(line.0.quickack().unwrap());
    }
}
