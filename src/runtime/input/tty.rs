//! Reads the process's terminal on a thread of its own, which ends when nobody listens any more.

use std::io::{self, PipeReader, PipeWriter};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio_stream::Stream;

use super::Input;
use super::octets::Decoder;
use crate::app::event::Size;

/// Octets read at once.
const PIECE: usize = 4 * 1024;

/// What the process's terminal tells. It must be in raw mode. Keys pressed after this is dropped are left to whoever
/// reads next.
pub(in crate::runtime) fn from_terminal() -> io::Result<Keys> {
    let (tell, told) = mpsc::unbounded_channel();
    let (stopped, stop) = io::pipe()?;
    let mut resized = signal(SignalKind::window_change())?;
    let tell_size = tell.clone();
    tokio::spawn(async move {
        while resized.recv().await.is_some() {
            if let Ok((width, height)) = crossterm::terminal::size() {
                let _ = tell_size.send(Input::Resize(Size { width, height }));
            }
        }
    });
    let thread = std::thread::Builder::new()
        .name("keys".to_owned())
        .spawn(move || listen(&stopped, &tell))?;
    Ok(Keys {
        told,
        stop: Some(stop),
        thread: Some(thread),
    })
}

/// The stream of what a terminal tells.
pub(in crate::runtime) struct Keys {
    told: UnboundedReceiver<Input>,
    /// Closed to end the thread.
    stop: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

impl Stream for Keys {
    type Item = Input;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Input>> {
        self.told.poll_recv(context)
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.stop = None;
        // It never waits for anything but the two descriptors.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Reads until `stopped` is closed at its other end, or the terminal is gone.
fn listen(stopped: &PipeReader, tell: &UnboundedSender<Input>) {
    let mut decoder = Decoder::default();
    let mut octets = [0; PIECE];
    let mut hear = |input| _ = tell.send(input);
    loop {
        match wait(stopped, &decoder) {
            Ok(Woken::ByKeys) => {}
            Ok(Woken::BySilence) => {
                decoder.give_up(&mut hear);
                continue;
            }
            Ok(Woken::ToStop) => return,
            Err(_) => return hear(Input::Gone),
        }
        match rustix::io::read(io::stdin(), &mut octets) {
            Ok(length @ 1..) => decoder.take(&octets[..length], &mut hear),
            Err(Errno::INTR | Errno::AGAIN) => {}
            // Where a terminal was, there is an end of file or an error now.
            Ok(0) | Err(_) => return hear(Input::Gone),
        }
    }
}

enum Woken {
    ByKeys,
    BySilence,
    ToStop,
}

/// Waits for keys for as long as the decoder has patience. Whatever it returns for, nothing was read yet.
fn wait(stopped: &PipeReader, decoder: &Decoder) -> Result<Woken, Errno> {
    let stdin = io::stdin();
    let patience = decoder.patience().map(|patience| Timespec {
        // At most some seconds.
        tv_sec: patience.as_secs().try_into().unwrap_or(1),
        tv_nsec: patience.subsec_nanos().into(),
    });
    let mut waiting = [
        PollFd::new(stopped, PollFlags::IN),
        PollFd::new(&stdin, PollFlags::IN),
    ];
    loop {
        match poll(&mut waiting, patience.as_ref()) {
            Err(Errno::INTR) => {}
            Err(error) => return Err(error),
            Ok(_) if !waiting[0].revents().is_empty() => return Ok(Woken::ToStop),
            Ok(0) => return Ok(Woken::BySilence),
            Ok(_) => return Ok(Woken::ByKeys),
        }
    }
}
