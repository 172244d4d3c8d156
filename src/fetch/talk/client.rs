//! The pump between the protocol machine and a line: reads and writes at once, so that it never deadlocks.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use crate::pop3;
use crate::pop3::{
    Ahead, Capabilities, Command, Event, Hashing, Heard, Outgoing, Session, Step, Waiting, Window,
};

use crate::fetch::line::connect::Stream;
use crate::fetch::line::tls;
use crate::fetch::line::tls::Tls;
use crate::fetch::talk::unkept::Unkept;
use crate::fetch::tell::foreign::Quote;
use crate::fetch::tell::tracer::Tracer;
use crate::fetch::tell::trouble::Trouble;

/// Octets read at once.
const READ: usize = 128 * 1024;
/// The minimum-rate rule: a server that drips this slowly for that long within one reply is given up.
const DRIP: (Duration, u64) = (Duration::from_mins(1), 50);

/// How long a server may be silent behind a log-in that it accepted, when what follows the log-in is there already: it
/// has thrown that away. A server that has to read a large maildrop first gets time for it.
const ACCEPTED: Duration = Duration::from_secs(10);

/// Longer than anybody waits, and short enough to be added to any clock.
const LONGEST: Duration = Duration::from_hours(24);

/// A session on a line.
pub(in crate::fetch) struct Client {
    stream: Box<dyn Stream>,
    session: Session,
    /// For STLS.
    tls: Option<Arc<Tls>>,
    quote: Quote,
    tracer: Option<Tracer>,
    /// Host and port, for sentences.
    server: String,
    patience: Duration,
    /// Since when nothing came. Kept here, since [`Client::next`] may be dropped while it waits.
    silent_since: Option<Instant>,
    outgoing: VecDeque<Outgoing>,
    /// Octets of the first of `outgoing` that are written.
    written: usize,
    incoming: Box<[u8]>,
    /// The most octets the reply that is being received may have.
    reply_limit: u64,
    /// What the session had received when the last reply was complete.
    reply_start: u64,
    /// Time waited, and octets received, since the last look at the rate.
    pace: (Duration, u64),
    /// Whether a mail may be marked for deletion in this session.
    has_marked: bool,
    /// What was brought and is not on the disk.
    pub(in crate::fetch) unkept: Unkept,
}

impl Client {
    /// Starts on a line that is connected. `tls` is for STLS; `patience` is how long the server may be silent.
    pub(in crate::fetch) fn new(
        stream: Box<dyn Stream>,
        mut session: Session,
        tls: Option<Arc<Tls>>,
        quote: Quote,
        tracer: Option<Tracer>,
        server: String,
        patience: Duration,
    ) -> Self {
        if tracer.is_some() {
            session.listen_in();
        }
        Self {
            tracer,
            stream,
            session,
            tls,
            quote,
            server,
            patience: patience.min(LONGEST),
            silent_since: None,
            outgoing: VecDeque::new(),
            written: 0,
            incoming: vec![0; READ].into(),
            reply_limit: u64::MAX,
            reply_start: 0,
            pace: (Duration::ZERO, 0),
            has_marked: false,
            unkept: Unkept::default(),
        }
    }

    /// Queues a command; `expect` is how many octets its reply is thought to have.
    pub(in crate::fetch) fn send(&mut self, command: Command, expect: u64) {
        self.has_marked |= matches!(command, Command::Dele(_));
        self.session.send(command, expect);
    }

    /// Takes back the commands that were not written yet.
    pub(in crate::fetch) fn withdraw(&mut self) {
        self.session.withdraw();
    }

    /// Whether a mail may be marked for deletion: QUIT would delete it.
    pub(in crate::fetch) fn has_marked(&self) -> bool {
        self.has_marked
    }

    /// How many replies may be outstanding from now on.
    pub(in crate::fetch) fn set_window(&mut self, window: Window) {
        self.session.set_window(window);
    }

    /// From now on the server may be silent no longer than this.
    pub(in crate::fetch) fn shorten_patience(&mut self, patience: Duration) {
        self.patience = self.patience.min(patience);
    }

    /// The most octets the next reply may have.
    pub(in crate::fetch) fn set_reply_limit(&mut self, octets: u64) {
        self.reply_limit = octets;
    }

    /// Octets received so far, of all kinds.
    pub(in crate::fetch) fn received(&self) -> u64 {
        self.session.received()
    }

    /// What the session is waiting for, or was when it ended.
    pub(in crate::fetch) fn waiting_for(&self) -> Waiting {
        self.session.waiting_for()
    }

    /// What the server has announced before the log-in was done.
    pub(in crate::fetch) fn announced(&self) -> Option<&Capabilities> {
        self.session.announced()
    }

    /// What the server said that is no POP3.
    pub(in crate::fetch) fn nonsense(&self) -> Option<Vec<u8>> {
        match self.session.unanswered() {
            Some(Heard::Waiting(octets, _)) => Some(octets),
            _ => None,
        }
    }

    /// What it knows of the server.
    pub(in crate::fetch) fn session(&self) -> &Session {
        &self.session
    }

    /// How it signed in, or tried to.
    pub(in crate::fetch) fn signed_in_by(&self) -> Option<&str> {
        self.session.signed_in_by()
    }

    /// Makes what the server says fit for people.
    pub(in crate::fetch) fn quote(&self) -> &Quote {
        &self.quote
    }

    /// Says QUIT where nothing hangs on the answer: that is waited for only where a trace is to show it.
    pub(in crate::fetch) async fn part(&mut self) {
        self.send(Command::Quit, 0);
        if self.tracer.is_some() {
            let _ = self.next().await;
            return;
        }
        if let Ok(Step::Write(octets)) = self.session.step() {
            self.outgoing.push_back(octets);
        }
        let patience = self.patience;
        let flush = poll_fn(|context| self.poll_write(context));
        let _ = tokio::time::timeout(patience, flush).await;
    }

    /// What happens next. May be dropped and called again at any time, except during the log-in.
    pub(in crate::fetch) async fn next(&mut self) -> Result<Event, Trouble> {
        let next = self.advance().await;
        if let (Some(tracer), Err(trouble)) = (&mut self.tracer, &next) {
            tracer.ended(self.session.unanswered().as_ref(), trouble);
        }
        next
    }

    async fn advance(&mut self) -> Result<Event, Trouble> {
        loop {
            let step = self.session.step();
            self.trace(&step);
            match step.map_err(|error| self.explain(error))? {
                Step::Write(octets) => self.outgoing.push_back(octets),
                Step::StartTls => self.start_tls().await?,
                Step::Hash(hashing) => self.hash(hashing).await?,
                Step::Read => self.exchange().await?,
                Step::Event(event) => {
                    self.reply_start = self.session.received();
                    self.pace = (Duration::ZERO, 0);
                    return Ok(event);
                }
            }
        }
    }

    /// What was heard comes before what is said to it.
    fn trace(&mut self, step: &Result<Step, pop3::Error>) {
        let Some(tracer) = &mut self.tracer else {
            return;
        };
        tracer.heard(&self.session.heard());
        if let Ok(Step::Write(octets)) = step {
            tracer.said(octets);
        }
    }

    /// Writes what there is to write while it waits for octets, and gives the octets to the session.
    async fn exchange(&mut self) -> Result<(), Trouble> {
        let began = *self.silent_since.get_or_insert_with(Instant::now);
        let patience = match self.session.ahead() {
            Ahead::Accepted => self.patience.min(ACCEPTED),
            Ahead::Nothing | Ahead::Sent => self.patience,
        };
        let deadline = began + patience;
        let transfer = poll_fn(|context| self.poll_transfer(context));
        let Ok(read) = tokio::time::timeout_at(deadline, transfer).await else {
            return Err(self.silent());
        };
        self.silent_since = None;
        match read {
            Ok(0) => self.session.closed(),
            Ok(count) => {
                self.session.receive(&self.incoming[..count]);
                self.check_rate(began.elapsed(), count as u64)?;
                self.check_length()?;
            }
            Err(error) if is_close(&error) => self.session.closed(),
            Err(error) => return Err(broken(&error)),
        }
        Ok(())
    }

    fn poll_transfer(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Err(_)) = self.poll_write(context) {
            // A server that closes may have said why: what it sent is read first, then the end is seen there.
            self.outgoing.clear();
            self.written = 0;
        }
        let mut buffer = ReadBuf::new(&mut self.incoming);
        match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
            Poll::Ready(Ok(())) => Poll::Ready(Ok(buffer.filled().len())),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(octets) = self.outgoing.front() {
            if self.written == octets.len() {
                self.outgoing.pop_front();
                self.written = 0;
                continue;
            }
            let rest = &octets[self.written..];
            match Pin::new(&mut self.stream).poll_write(context, rest) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(count)) => self.written += count,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
        // TLS keeps records back until it is flushed.
        Pin::new(&mut self.stream).poll_flush(context)
    }

    /// RFC 2595: the line is in clear up to here; what the session learnt on it, it forgets.
    async fn start_tls(&mut self) -> Result<(), Trouble> {
        let Some(tls) = &self.tls else {
            return Err(Trouble::NoStls);
        };
        let (tls, patience) = (tls.clone(), self.patience);
        let flush = poll_fn(|context| self.poll_write(context));
        match tokio::time::timeout(patience, flush).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(Trouble::Broken(error.to_string())),
            Err(_elapsed) => return Err(self.silent()),
        }
        let clear = std::mem::replace(&mut self.stream, Box::new(tokio::io::empty()));
        let (stream, binding) = tls.handshake(clear).await?;
        self.stream = stream;
        if let (Some(tracer), Some(agreed)) = (&self.tracer, tls.agreed()) {
            tracer.remark(&agreed.to_string());
        }
        self.session.tls_started(binding);
        Ok(())
    }

    /// A second's work, perhaps: on a thread of its own, so that neither other lines nor whoever stops this one wait for it.
    async fn hash(&mut self, hashing: Hashing) -> Result<(), Trouble> {
        let work = tokio::task::spawn_blocking(move || hashing.run());
        let Ok(hashed) = tokio::time::timeout(self.patience, work).await else {
            return Err(Trouble::Protocol(
                "it asks for more rounds of hashing than can be done within timeout".to_owned(),
            ));
        };
        // It ends early only where the whole program does.
        self.session
            .hashed(&hashed.map_err(|_| Trouble::Cancelled)?);
        Ok(())
    }

    fn explain(&self, error: pop3::Error) -> Trouble {
        match (&error, self.session.ahead()) {
            (pop3::Error::Closed, Ahead::Sent | Ahead::Accepted) => Trouble::ClosedAtLogin,
            (pop3::Error::Closed, Ahead::Nothing)
                if self.session.waiting_for() == Waiting::Login =>
            {
                Trouble::ClosedAtLogin
            }
            (pop3::Error::Protocol(_), Ahead::Accepted) => Trouble::OutOfStep,
            (pop3::Error::Closed, _) if self.session.waiting_for() == Waiting::Capabilities => {
                if self.session.is_before_stls() {
                    Trouble::ClosedAtCapaInClear
                } else {
                    Trouble::ClosedAtCapa
                }
            }
            _ => Trouble::of_session(error, &self.quote),
        }
    }

    fn silent(&self) -> Trouble {
        if self.session.ahead() == Ahead::Accepted {
            return Trouble::OutOfStep;
        }
        if self.session.seems_over() {
            return Trouble::NoEnd {
                server: self.server.clone(),
                waited: self.patience,
            };
        }
        Trouble::Silent {
            server: self.server.clone(),
            what: self.session.waiting_for(),
            waited: self.patience,
        }
    }

    fn check_rate(&mut self, waited: Duration, count: u64) -> Result<(), Trouble> {
        let (span, rate) = DRIP;
        self.pace.0 += waited;
        self.pace.1 += count;
        if self.pace.0 < span {
            return Ok(());
        }
        if self.pace.1 < span.as_secs() * rate {
            return Err(Trouble::TooSlow {
                server: self.server.clone(),
                rate,
            });
        }
        self.pace = (Duration::ZERO, 0);
        Ok(())
    }

    fn check_length(&self) -> Result<(), Trouble> {
        if self.session.received() - self.reply_start <= self.reply_limit {
            return Ok(());
        }
        Err(Trouble::Protocol(
            "a mail runs on far beyond the size that LIST told".to_owned(),
        ))
    }
}

fn broken(error: &io::Error) -> Trouble {
    tls::refused_identity(error).unwrap_or_else(|| Trouble::Broken(error.to_string()))
}

/// TLS calls a line that ends without a good-bye an error; here it is an end like any other, and whether it is too
/// early is for the session to judge.
fn is_close(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
    )
}
